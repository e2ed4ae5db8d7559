"""Texts of the brief of a commune: one printable page."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # What is refused
    "no_times": Text(
        "cette couverture ne garde pas ses temps de trajet\u00a0; prenez le résultat de check",
        "this coverage does not keep its travel times; take what check returns",
    ),
    "unknown_commune": Text(
        "«\u00a0{name}\u00a0» n’est ni un code ni un nom de commune de l’étude\u00a0; au plus près\u00a0: {near}",
        "“{name}” is neither a code nor a name of a commune of the study; the nearest: {near}",
    ),
    "ambiguous_commune": Text(
        "plusieurs communes s’appellent «\u00a0{name}\u00a0»\u00a0; donnez un code\u00a0: {codes}",
        "several communes are called “{name}”; give a code: {codes}",
    ),
    "which_commune": Text(
        "donnez --commune (un code INSEE ou un nom) ou --all, l’un des deux",
        "give --commune (an INSEE code or a name) or --all, one of the two",
    ),
    "needs_folder": Text(
        "{count} fiches ne tiennent pas dans un fichier\u00a0; donnez un nom de dossier",
        "{count} briefs do not fit in one file; give the name of a folder",
    ),
    "is_no_folder": Text(
        "ce n’est pas un dossier\u00a0; donnez un nom de dossier, ou un nom de fichier en .html ou en .pdf",
        "this is no folder; give the name of a folder, or of a file that ends in .html or .pdf",
    ),
    "no_chromium": Text(
        "un PDF demande Chromium ou Chrome, qui n’est pas installé (Debian\u00a0: apt install chromium)\u00a0; sans lui, écrivez la fiche en .html et imprimez-la depuis un navigateur",
        "a PDF needs Chromium or Chrome, which is not installed (Debian: apt install chromium); without it, write the brief as .html and print it from a browser",
    ),
    "chromium_failed": Text(
        "Chromium n’a pas écrit le PDF ({said})\u00a0; écrivez la fiche en .html et imprimez-la depuis un navigateur",
        "Chromium did not write the PDF ({said}); write the brief as .html and print it from a browser",
    ),
    "written": Text("Fiches écrites dans {folder}\u00a0: {count}", "Briefs written to {folder}: {count}"),
    "written_one": Text("Fiche\u00a0: {file}", "Brief: {file}"),
    # The page
    "page_title": Text(
        "{commune}\u00a0: accès aux pôles sociaux, {date}", "{commune}: access to the pôles sociaux, {date}"
    ),
    "kicker": Text("Accès aux pôles sociaux, fiche de la commune", "Access to the pôles sociaux, brief of the commune"),
    "place": Text("{study}. Code INSEE {insee}{sst}.", "{study}. INSEE code {insee}{sst}."),
    "place_sst": Text(", SST {sst}", ", SST {sst}"),
    "verdict_meets": Text("Promesse tenue", "Promise met"),
    "verdict_misses": Text("Promesse non tenue", "Promise not met"),
    "verdict_none": Text("Aucun habitant dans les données", "No residents in the data"),
    "promise_heading": Text("La promesse", "The promise"),
    "promise_source": Text("{title} (document {source})", "{title} (document {source})"),
    "quote_language": Text("\u00a0; paroles d’origine, en français", "; the original words, in French"),
    "measured": Text("Ce qui est mesuré\u00a0: {rule}. {served}", "What is measured: {rule}. {served}"),
    "number_heading": Text("Le résultat", "The result"),
    "number": Text(
        "des habitants sont desservis\u00a0: {served} sur {residents}.",
        "of the residents are served: {served} of {residents}.",
    ),
    "number_none": Text(
        "L’étude ne compte aucun habitant dans cette commune\u00a0: il n’y a rien à juger.",
        "The study counts no residents in this commune: there is nothing to judge.",
    ),
    "all_study": Text("Dans toute l’étude\u00a0: {share}.", "In the whole study: {share}."),
    "rank": Text(
        "Communes qui comptent plus d’habitants au-delà\u00a0: {worse} sur {communes}.",
        "Communes with more residents beyond: {worse} of {communes}.",
    ),
    "median": Text(
        "Temps médian vers le pôle le plus proche\u00a0: {minutes}.", "Median time to the nearest pôle: {minutes}."
    ),
    "median_none": Text(
        "La moitié des habitants n’atteint aucun pôle à ces heures.",
        "Half of the residents reach no pôle at these hours.",
    ),
    "shares_caption": Text("Habitants, par situation", "Residents, by situation"),
    "column_state": Text("Situation", "Situation"),
    "column_residents": Text("Habitants", "Residents"),
    "column_share": Text("Part", "Share"),
    # The map
    "map_heading": Text("La carte", "The map"),
    "map_title": Text("Carte de {commune}", "Map of {commune}"),
    "map_words": Text(
        "Carreaux habités de {commune} par situation (mêmes chiffres que le tableau)\u00a0; en pâle, les communes voisines\u00a0; lieux sur la carte\u00a0: {places}.",
        "Inhabited cells of {commune} by situation (the figures of the table); paler, the neighbouring communes; places on the map: {places}.",
    ),
    "map_places_none": Text("aucun", "none"),
    "map_hollow": Text("symbole vide\u00a0: ne compte pas ce jour-là", "hollow symbol: does not count on that day"),
    "map_star": Text("hypothèse ci-dessous", "hypothesis below"),
    # Who is beyond
    "beyond_heading": Text("Qui est au-delà, et à quelle distance", "Who is beyond, and how far"),
    "beyond_nobody": Text(
        "Personne\u00a0: chaque habitant de la commune est desservi.",
        "Nobody: every resident of the commune is served.",
    ),
    "beyond_caption": Text(
        "Temps médian vers le pôle le plus proche, de porte à porte", "Median time to the nearest pôle, door to door"
    ),
    "column_minutes": Text("Temps vers un pôle", "Time to a pôle"),
    "minutes_within": Text("dans les {to} min, mais trop rarement", "within {to} min, but too rarely"),
    "minutes_lt": Text("de {start} à moins de {to} min", "{start} to less than {to} min"),
    "minutes_le": Text("plus de {start} et jusqu’à {to} min", "more than {start} and up to {to} min"),
    "minutes_from": Text("{start} min et plus", "{start} min and more"),
    "minutes_over": Text("plus de {start} min", "more than {start} min"),
    "minutes_never": Text("aucun trajet à ces heures", "no journey at these hours"),
    "reasons_caption": Text("Pourquoi", "Why"),
    "column_reason": Text("Ce qui manque", "What is missing"),
    # What would help
    "help_heading": Text(
        "Le site qui aiderait le plus\u00a0: une hypothèse", "The site that would help most: an hypothesis"
    ),
    "help_some": Text(
        "{what}\u00a0: {gained} habitants de la commune desservis en plus, sur {missed} qui ne le sont pas{elsewhere}.",
        "{what}: {gained} more residents of the commune served, of {missed} who are not{elsewhere}.",
    ),
    "help_elsewhere": Text("\u00a0; {gained} dans toute l’étude", "; {gained} in the whole study"),
    "help_open_planned": Text("Ouvrir «\u00a0{name}\u00a0» (en projet)", "Open “{name}” (planned)"),
    "help_open_renovation": Text("Rouvrir «\u00a0{name}\u00a0» (en travaux)", "Reopen “{name}” (under works)"),
    "help_open_closed": Text("Rouvrir «\u00a0{name}\u00a0» (fermé)", "Reopen “{name}” (closed)"),
    "help_open_open": Text("Ouvrir «\u00a0{name}\u00a0»", "Open “{name}”"),
    "help_promote_pole": Text("Faire de «\u00a0{name}\u00a0» un pôle social", "Make “{name}” a pôle social"),
    "help_promote_antenna": Text("Faire de «\u00a0{name}\u00a0» une antenne", "Make “{name}” an antenna"),
    "help_new_pole": Text("Un pôle social {place}", "A pôle social {place}"),
    "help_new_antenna": Text("Une antenne {place}", "An antenna {place}"),
    "place_stop": Text("près de l’arrêt «\u00a0{stop}\u00a0» ({commune})", "near the stop “{stop}” ({commune})"),
    "place_cell": Text("dans le carreau {cell} ({commune})", "in the cell {cell} ({commune})"),
    "help_none": Text(
        "Aucun des lieux essayés n’y suffirait\u00a0: ni les lieux de l’étude qui ne comptent pas encore, ni un lieu près d’un arrêt.",
        "None of the places tried would do: neither the study’s places that do not count yet, nor a place near a stop.",
    ),
    "help_needless": Text(
        "La promesse est tenue pour chacun\u00a0: aucun site n’est à chercher ici.",
        "The promise is kept for everyone: no site need be looked for here.",
    ),
    "help_unknown": Text(
        "Non calculé\u00a0: les temps de trajet n’ont pas été gardés.", "Not computed: the travel times were not kept."
    ),
    "help_note": Text(
        "Calculé comme le résultat, départ par départ, avec ce seul site en plus, parmi les lieux de l’étude qui ne comptent pas et des carreaux habités, près d’un arrêt s’il y en a. Ni les coûts, ni les locaux, ni les projets de la collectivité ne sont connus.",
        "Computed as the result is, departure by departure, with this one site added, among the study’s places that do not count and inhabited cells, near a stop where there is one. Costs, premises and the authority’s plans are not known.",
    ),
    # Notes
    "notes_heading": Text("À savoir", "To know"),
    "note_cells": Text(
        "Chaque carreau est jugé par son centre. Les parts sont tronquées au dixième.",
        "Each cell is judged by its centre. Shares are cut at one tenth.",
    ),
    "sources": Text("Sources\u00a0: {sources}.", "Sources: {sources}."),
}
