"""What click itself says, in help and when a call is wrong, looked up by its English text; of click 8.1 and later."""

from __future__ import annotations

from geo_access.texts import Text

_SAID = (
    # Help; click writes the colon of a heading itself
    Text("Usage\u00a0:", "Usage:"),
    Text("Options\u00a0", "Options"),
    Text("Commandes\u00a0", "Commands"),
    Text("Arguments\u00a0", "Positional arguments"),
    Text("Afficher cette aide et quitter.", "Show this message and exit."),
    Text("par défaut\u00a0: {default}", "default: {default}"),
    Text("(calculé)", "(dynamic)"),
    Text("variable\u00a0: {var}", "env var: {var}"),
    Text("obligatoire", "required"),
    # Types
    Text("texte", "text"),
    Text("entier", "integer"),
    Text("entier", "integer range"),
    Text("nombre", "float"),
    Text("nombre", "float range"),
    Text("oui ou non", "boolean"),
    Text("chemin", "path"),
    Text("fichier", "file"),
    Text("dossier", "directory"),
    # A wrong call
    Text("Erreur\u00a0: {message}", "Error: {message}"),
    Text("Interrompu.", "Aborted!"),
    Text("Pour l’aide\u00a0: {command} {option}", "Try '{command} {option}' for help."),
    Text("Il manque une commande.", "Missing command."),
    Text("La commande {name} n’existe pas.", "No such command {name!r}."),
    Text("L’option {name} n’existe pas.", "No such option {name!r}."),
    Text("L’option {name} n’existe pas.", "No such option: {name}"),
    Text("Vouliez-vous dire {possibility}\u00a0?", "Did you mean {possibility}?"),
    Text("(Vouliez-vous dire {possibilities}\u00a0?)", "(Did you mean one of: {possibilities}?)"),
    Text("(Options possibles\u00a0: {possibilities})", "(Possible options: {possibilities})"),
    Text("Il y a un argument de trop ({args})", "Got unexpected extra argument ({args})"),
    Text("Il y a des arguments de trop ({args})", "Got unexpected extra arguments ({args})"),
    Text("Il manque l’argument", "Missing argument"),
    Text("Il manque l’option", "Missing option"),
    Text("Il manque le paramètre", "Missing parameter"),
    Text("Il manque le paramètre\u00a0: {param_name}", "Missing parameter: {param_name}"),
    Text("Il manque\u00a0: {param_type}", "Missing {param_type}"),
    Text("L’option {name} demande une valeur.", "Option {name!r} requires an argument."),
    Text("L’option {name} demande {nargs} valeurs.", "Option {name!r} requires {nargs} arguments."),
    Text("L’option {name} ne prend pas de valeur.", "Option {name!r} does not take a value."),
    Text("L’argument {name} prend {nargs} valeurs.", "Argument {name!r} takes {nargs} values."),
    Text("Il faut {nargs} valeurs, une seule est donnée.", "Takes {nargs} values but 1 was given."),
    Text("Il faut {nargs} valeurs, {len} sont données.", "Takes {nargs} values but {len} were given."),
    Text(
        "Il faut {len_type} valeurs, {len_value} est donnée.",
        "{len_type} values are required, but {len_value} was given.",
    ),
    Text(
        "Il faut {len_type} valeurs, {len_value} sont données.",
        "{len_type} values are required, but {len_value} were given.",
    ),
    Text("Valeur incorrecte pour {param_hint}\u00a0: {message}", "Invalid value for {param_hint}: {message}"),
    Text("Valeur incorrecte\u00a0: {message}", "Invalid value: {message}"),
    Text("Au choix\u00a0:\n\t{choices}", "Choose from:\n\t{choices}"),
    Text("«\u00a0{value}\u00a0» n’est pas {choice}.", "{value!r} is not {choice}."),
    Text(
        "«\u00a0{value}\u00a0» ne convient pas\u00a0; au choix\u00a0: {choices}.", "{value!r} is not one of {choices}."
    ),
    Text("«\u00a0{value}\u00a0» n’est pas un {number_type} valable.", "{value!r} is not a valid {number_type}."),
    Text("{value} n’est pas dans l’intervalle {range}.", "{value} is not in the range {range}."),
    Text("«\u00a0{value}\u00a0» n’est ni oui ni non.", "{value!r} is not a valid boolean."),
    Text(
        "«\u00a0{value}\u00a0» n’est ni oui ni non. Valeurs connues\u00a0: {states}",
        "{value!r} is not a valid boolean. Recognized values: {states}",
    ),
    # Files
    Text(
        "Le fichier «\u00a0{filename}\u00a0» ne s’ouvre pas\u00a0: {message}",
        "Could not open file {filename!r}: {message}",
    ),
    Text("erreur inconnue", "unknown error"),
    Text("{name} «\u00a0{filename}\u00a0» introuvable.", "{name} {filename!r} does not exist."),
    Text("{name} «\u00a0{filename}\u00a0»\u00a0: c’est un fichier.", "{name} {filename!r} is a file."),
    Text("{name} «\u00a0{filename}\u00a0»\u00a0: c’est un dossier.", "{name} {filename!r} is a directory."),
    Text("{name} «\u00a0{filename}\u00a0»\u00a0: lecture impossible.", "{name} {filename!r} is not readable."),
    Text("{name} «\u00a0{filename}\u00a0»\u00a0: écriture impossible.", "{name} {filename!r} is not writable."),
    Text("{name} «\u00a0{filename}\u00a0»\u00a0: exécution impossible.", "{name} {filename!r} is not executable."),
)

#: By its English text.
TEXTS: dict[str, Text] = {text.en: text for text in _SAID}
