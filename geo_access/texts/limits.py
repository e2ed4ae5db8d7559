"""Texts of the bounds on what is read (`geo_access.limits`)."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "path_nul": Text(
        "ce chemin contient le caractère U+0000, qu’aucun système n’ouvre\u00a0; corrigez le chemin",
        "this path holds the character U+0000, which no system opens; mend the path",
    ),
    "path_long": Text(
        "ce chemin est trop long pour être ouvert (un nom a au plus {limit} octets)\u00a0; raccourcissez-le",
        "this path is too long to be opened (a name has at most {limit} bytes); shorten it",
    ),
    "no_plain_file": Text(
        "ce n’est ni un fichier ni un dossier (un périphérique ou un tube)\u00a0; donnez un fichier",
        "neither a file nor a folder (a device or a pipe); give a file",
    ),
    "file_large": Text(
        "le fichier dépasse {limit:,.0f} Mo, la taille admise\u00a0; gardez-en ce dont l’étude a besoin",
        "the file is larger than {limit:,.0f} MB, the size allowed; keep what the study needs of it",
    ),
    "nested": Text(
        "le contenu est imbriqué sur plus de {limit} niveaux, ce qui est admis\u00a0; vérifiez que c’est le bon fichier",
        "the content is nested deeper than the {limit} levels allowed; check that it is the right file",
    ),
    "integer": Text(
        "un nombre ou une date est hors de toute mesure (plus de 19 chiffres)\u00a0; corrigez-le",
        "a number or a date is beyond all measure (more than 19 digits); mend it",
    ),
    "integer_key": Text(
        "«\u00a0{key}\u00a0»\u00a0: un nombre entier a plus de 19 chiffres\u00a0; corrigez-le",
        "“{key}”: a whole number has more than 19 digits; mend it",
    ),
    "not_finite_key": Text(
        "«\u00a0{key}\u00a0» n’est pas un nombre fini\u00a0; corrigez-le", "“{key}” is not a finite number; mend it"
    ),
}
