"""Texts of the bounds on what is read (`geo_access.core.limits`)."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "path_nul": Text(
        "ce chemin contient le caractère U+0000, qu’aucun système n’ouvre\u00a0; corrigez le chemin",
        "this path holds the character U+0000, which no system opens; mend the path",
    ),
    "nul": Text(
        "la ligne contient le caractère U+0000 (NUL), qui n’est d’aucun texte\u00a0; retirez-le",
        "the row holds the character U+0000 (NUL), which no text has; remove it",
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
    "folder_full": Text(
        "le dossier contient plus de {limit:,} fichiers, ce qui est admis\u00a0; donnez celui de l’offre GTFS",
        "the folder holds more than the {limit:,} files allowed; give the folder of the GTFS feed",
    ),
    "header_long": Text(
        "l’en-tête dépasse {limit} ko\u00a0; vérifiez que c’est bien une table CSV",
        "the header is longer than {limit} kB; check that this is a CSV table",
    ),
    "columns": Text(
        "la table a {count:,} colonnes, plus que les {limit:,} admises\u00a0; gardez celles dont l’étude a besoin",
        "the table has {count:,} columns, more than the {limit:,} allowed; keep those that the study needs",
    ),
    "rows": Text(
        "la table dépasse {limit:,} lignes, ce qui est admis\u00a0; gardez celles dont l’étude a besoin",
        "the table has more than the {limit:,} rows allowed; keep those that the study needs",
    ),
    "line_long": Text(
        "cette ligne, ou une des suivantes, dépasse {limit:,.0f} Mo\u00a0; vérifiez les guillemets et les fins de ligne",
        "this row, or one that follows, is longer than {limit:,.0f} MB; check the quotes and the ends of the lines",
    ),
    "uneven_rows": Text(
        "déjà {count:,} lignes finissent avant la dernière colonne\u00a0; complétez-les, ou retirez les colonnes vides de l’en-tête",
        "already {count:,} rows end before the last column; complete them, or take the empty columns out of the header",
    ),
    "empty_lines": Text(
        "déjà {count:,} lignes vides, plus que de lignes remplies\u00a0; retirez-les",
        "already {count:,} empty lines, more than lines with values; remove them",
    ),
    "headway_departures": Text(
        "les fréquences jusqu’à cette ligne donnent plus de {limit:,} départs\u00a0; vérifiez headway_secs, start_time et end_time",
        "the headways up to this row make more than {limit:,} departures; check headway_secs, start_time and end_time",
    ),
    "headway_hops": Text(
        "les fréquences donnent plus de {limit:,} trajets d’un arrêt au suivant\u00a0; vérifiez headway_secs, start_time et end_time",
        "the headways make more than {limit:,} rides from one stop to the next; check headway_secs, start_time and end_time",
    ),
    "transfer_pairs": Text(
        "les correspondances jusqu’à cette ligne relient plus de {limit:,} paires de quais\u00a0; vérifiez parent_station dans stops.txt",
        "the transfers up to this row join more than {limit:,} pairs of platforms; check parent_station in stops.txt",
    ),
    "packed": Text(
        "le fichier ({size:,.1f} Mo) prendrait plus de {ratio} fois sa taille une fois ouvert, plus qu’un extrait d’OpenStreetMap\u00a0; téléchargez-le de nouveau",
        "the file ({size:,.1f} MB) would take more than {ratio} times its size unpacked, more than an extract of OpenStreetMap does; download it again",
    ),
    "cells": Text(
        "la table a {rows:,} lignes de {columns:,} colonnes, plus que les {limit:,} valeurs admises\u00a0; gardez celles dont l’étude a besoin",
        "the table has {rows:,} rows of {columns:,} columns, more than the {limit:,} values allowed; keep those that the study needs",
    ),
    "number": Text(
        "{value} (colonne «\u00a0{column}\u00a0») dépasse {limit:,.0f}, ce qui est admis ({count:,} {count:?valeur|valeurs} en tout)\u00a0; corrigez la valeur",
        "{value} (column “{column}”) is beyond the {limit:,.0f} allowed ({count:,} {count:?value|values} in all); mend the value",
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
