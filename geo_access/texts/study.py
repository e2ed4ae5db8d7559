"""Texts of the study file, its settings and the profiles."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "not_found": Text(
        "fichier introuvable\u00a0; donnez un fichier TOML ou un dossier qui contient study.toml, ou rien pour l’exemple embarqué",
        "no such file; give a TOML file or a folder that holds study.toml, or nothing for the embedded sample",
    ),
    "not_utf8": Text(
        "le fichier n’est pas en UTF-8\u00a0; enregistrez-le en UTF-8", "the file is not UTF-8; save it as UTF-8"
    ),
    "unreadable": Text(
        "lecture impossible ({said})\u00a0; vérifiez le chemin et les droits",
        "cannot be read ({said}); check the path and its permissions",
    ),
    "not_toml": Text(
        "ce n’est pas du TOML valable ({said})\u00a0; corrigez cette ligne", "not valid TOML ({said}); mend that line"
    ),
    "invalid": Text("{faults_fr}", "{faults_en}"),
    "changes_wanted": Text(
        "il faut un dictionnaire de clés et de valeurs, tel que {{'policy.pole.lt': 25}}, pas {said}",
        "it takes a dictionary of keys and values, such as {{'policy.pole.lt': 25}}, not {said}",
    ),
    "unknown_key": Text(
        "clé inconnue «\u00a0{key}\u00a0»\u00a0; vouliez-vous dire «\u00a0{near}\u00a0»\u00a0?",
        "unknown key “{key}”; did you mean “{near}”?",
    ),
    "missing_key": Text("la clé «\u00a0{key}\u00a0» manque\u00a0; ajoutez-la", "the key “{key}” is missing; add it"),
    "unknown_key_known": Text(
        "clé inconnue «\u00a0{key}\u00a0»\u00a0; les clés de {section}\u00a0: {known}",
        "unknown key “{key}”; the keys of {section}: {known}",
    ),
    "wrong_value": Text(
        "«\u00a0{key}\u00a0» = {value} ne convient pas\u00a0; il faut {hint}",
        "“{key}” = {value} will not do; it takes {hint}",
    ),
    "wrong_value_said": Text("«\u00a0{key}\u00a0» ne convient pas\u00a0: {said}", "“{key}” will not do: {said}"),
    "wrong_value_hint": Text(
        "«\u00a0{key}\u00a0» ne convient pas\u00a0; il faut {hint}", "“{key}” will not do; it takes {hint}"
    ),
    "hint_clock": Text('une heure telle que "09:00"', 'a time of day such as "09:00"'),
    "hint_order": Text("un «\u00a0to\u00a0» plus tard que «\u00a0from\u00a0»", "a “to” later than “from”"),
    "hint_departures": Text(
        "au plus 20 000 départs entre «\u00a0from\u00a0» et «\u00a0to\u00a0»",
        "at most 20,000 departures between “from” and “to”",
    ),
    "hint_one_walk": Text(
        "soit «\u00a0streets\u00a0», soit «\u00a0straight_line\u00a0», pas les deux",
        "either “streets” or “straight_line”, not both",
    ),
    "hint_one_comparison": Text(
        "soit «\u00a0lt\u00a0», soit «\u00a0le\u00a0», pas les deux", "either “lt” or “le”, not both"
    ),
    "hint_one_of": Text("une valeur parmi {known}", "one of {known}"),
    "hint_near": Text("\u00a0; vouliez-vous dire «\u00a0{near}\u00a0»\u00a0?", "; did you mean “{near}”?"),
    "hint_number": Text("un nombre", "a number"),
    "hint_integer": Text("un nombre entier", "a whole number"),
    "hint_gt": Text("plus de {bound:g}", "more than {bound:g}"),
    "hint_ge": Text("au moins {bound:g}", "at least {bound:g}"),
    "hint_lt": Text("moins de {bound:g}", "less than {bound:g}"),
    "hint_le": Text("au plus {bound:g}", "at most {bound:g}"),
    "hint_text": Text("un texte entre guillemets", "a text in quotation marks"),
    "hint_bool": Text("true ou false", "true or false"),
    "hint_list": Text('une liste telle que ["un", "deux"]', 'a list such as ["one", "two"]'),
    "hint_section": Text("une section avec les clés {known}", "a table with the keys {known}"),
    "hint_date": Text("une date telle que 2018-01-23", "a date such as 2018-01-23"),
    "hint_year": Text("une date telle que 2018-01-23, de 1900 à 2199", "a date such as 2018-01-23, from 1900 to 2199"),
    "empty": Text("c’est vide\u00a0; donnez un texte entre guillemets", "it is empty; give a text in quotation marks"),
    "files_many": Text(
        "{count:,} fichiers, plus que les {limit} admis\u00a0; réunissez-les, ou gardez ceux dont l’étude a besoin",
        "{count:,} files, more than the {limit} allowed; merge them, or keep those that the study needs",
    ),
    "file_repeated": Text(
        "{name} est nommé plusieurs fois\u00a0; nommez-le une fois", "{name} is named several times; name it once"
    ),
    "hint_other": Text("une valeur d’une autre sorte", "a value of another kind"),
    "wrong_change": Text(
        "«\u00a0{change}\u00a0» n’est pas de la forme CLÉ=VALEUR\u00a0; par exemple departures.from=08:00",
        "“{change}” is not of the form KEY=VALUE; for example departures.from=08:00",
    ),
    "file_changed": Text(
        "le fichier a changé depuis que l’étude a été ouverte\u00a0; attendez qu’il soit complet et ouvrez-la à nouveau",
        "the file changed after the study was opened; wait until it is complete and open the study again",
    ),
    "file_missing": Text(
        "fichier introuvable\u00a0; vérifiez le chemin dans study.toml (il part du dossier de study.toml)",
        "no such file; check the path in study.toml (it starts from the folder of study.toml)",
    ),
    "transfer_without_path": Text(
        "{count} correspondances de transfers.txt n’ont ni durée ni chemin à pied connu et ne servent pas\u00a0: {examples}",
        "{count} transfers of transfers.txt have neither a time nor a known path on foot and are not used: {examples}",
    ),
    "stops_unsnapped": Text(
        "{count} arrêts sur {total} sont à plus de {snap_m:g} m de toute rue et ne sont pas atteints à pied\u00a0: {examples}",
        "{count} of {total} stops are farther than {snap_m:g} m from any street and are not walked to: {examples}",
    ),
    "residents_unsnapped": Text(
        "{cells} carreaux ({people} habitants) sont trop loin de toute rue pour être reliés\u00a0: ils comptent à part, comme «\u00a0non reliés\u00a0»\u00a0; par exemple {examples}",
        "{cells} cells ({people} residents) are too far from any street to be linked and are counted apart, as “unsnapped”; for example {examples}",
    ),
    "site_unsnapped": Text(
        "le site «\u00a0{name}\u00a0» est à plus de {snap_m:g} m de toute rue\u00a0: il n’est pas atteint à pied\u00a0; vérifiez ses coordonnées",
        "the site “{name}” is farther than {snap_m:g} m from any street and is not walked to; check its coordinates",
    ),
    "no_counting_site": Text(
        "aucun site ne compte pour la règle «\u00a0{rule}\u00a0» à la date du {date}\u00a0; vérifiez kind, status et les dates d’ouverture",
        "no site counts towards the rule “{rule}” on {date}; check kind, status and the opening dates",
    ),
    "no_feed": Text(
        'la règle «\u00a0{rule}\u00a0» va en transports en commun, mais transit.gtfs ne nomme aucun fichier\u00a0; donnez un GTFS, ou mettez policy.{rule}.mode = "walk"',
        'the rule “{rule}” travels by public transport, but transit.gtfs names no file; give a GTFS feed, or set policy.{rule}.mode = "walk"',
    ),
    "no_sst": Text(
        "le vivier «\u00a0own_sst\u00a0» demande un SST par commune\u00a0; ajoutez territory.sst = {{ file = …, column = … }}",
        "the pool “own_sst” needs an SST for each commune; add territory.sst = {{ file = …, column = … }}",
    ),
    "no_weight_column": Text(
        "la colonne de poids «\u00a0{column}\u00a0» de la règle «\u00a0{rule}\u00a0» n’est pas dans le fichier des habitants\u00a0; colonnes\u00a0: {columns}",
        "the weight column “{column}” of the rule “{rule}” is not in the residents’ file; columns: {columns}",
    ),
    "profile_adult": Text("adulte", "adult"),
    "profile_stroller": Text("poussette", "stroller"),
    "profile_wheelchair": Text("fauteuil roulant", "wheelchair"),
    "profile_senior": Text("personne âgée", "senior"),
}
