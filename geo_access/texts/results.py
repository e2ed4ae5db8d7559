"""Texts of the verdict: tables, JSON, and what a result is called."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # What the outputs are refused for
    "output_folder_missing": Text(
        "le dossier «\u00a0{folder}\u00a0» n’existe pas\u00a0; créez-le ou donnez un autre chemin",
        "the folder “{folder}” does not exist; create it or give another path",
    ),
    "output_is_folder": Text(
        "c’est un dossier\u00a0; donnez un nom de fichier", "this is a folder; give the name of a file"
    ),
    "output_refused": Text(
        "écriture refusée ({said})\u00a0; vérifiez les droits et la place sur le disque",
        "writing is refused ({said}); check the permissions and the space on the disk",
    ),
    # Stages of long work
    "stage_streets": Text("Lecture des rues", "Reading the streets"),
    "stage_timetable": Text("Lecture des horaires", "Reading the timetables"),
    "stage_network": Text("Préparation des correspondances à pied", "Preparing the walks between stops"),
    "stage_sites": Text("Temps de trajet vers chaque site", "Travel times to each site"),
    "stage_draws": Text("Tirages au sort", "Draws"),
    "stage_studies": Text("Études", "Studies"),
    "stage_runs": Text("Variantes", "Variants"),
    "stage_hours": Text("Heures de la journée", "Hours of the day"),
    "stage_placing": Text("Choix des lieux", "Choosing places"),
    "stage_candidates": Text("Lieux possibles", "Candidate places"),
    # Kinds of places and their status
    "kind_pole": Text("Pôle social", "Pôle social (main centre)"),
    "kind_antenna": Text("Antenne", "Antenna (local branch)"),
    "kind_annex": Text("Annexe", "Annexe"),
    "kind_pmi": Text("PMI", "PMI (mother and child centre)"),
    "kind_permanence": Text("Permanence", "Part-time desk"),
    "kind_mobile_stop": Text("Caravane (arrêt daté)", "Mobile service (dated stop)"),
    "kind_partner": Text("Lieu partenaire", "Partner place"),
    "word_pole": Text("pôle social", "pôle social"),
    "word_antenna": Text("antenne", "antenna"),
    "word_annex": Text("annexe", "annexe"),
    "word_pmi": Text("PMI", "PMI"),
    "word_permanence": Text("permanence", "part-time desk"),
    "word_mobile_stop": Text("caravane", "mobile service"),
    "word_partner": Text("lieu partenaire", "partner place"),
    "status_open": Text("en service", "open"),
    "status_renovation": Text("en travaux", "under works"),
    "status_planned": Text("en projet", "planned"),
    "status_closed": Text("hors service", "closed"),
    # The rules in words
    "rule_lt": Text(
        "{kinds} à moins de {minutes} min {mode}{pool}", "{kinds} within less than {minutes} min {mode}{pool}"
    ),
    "rule_le": Text(
        "{kinds} à {minutes} min au plus {mode}{pool}", "{kinds} within {minutes} min at most {mode}{pool}"
    ),
    "mode_transit": Text("en transports en commun", "by public transport"),
    "mode_walk": Text("à pied", "on foot"),
    "mode_best_of": Text("à pied ou en transports en commun", "on foot or by public transport"),
    "pool_any": Text("", ""),
    "pool_own_sst": Text(" (celui de son SST)", " (that of their own SST)"),
    "measured": Text("Mesuré\u00a0: {promise}.", "Measured: {promise}."),
    "promise": Text("{pole}, sinon {antenna}", "{pole}, or else {antenna}"),
    "rule_changed": Text(
        "L’étude change une règle ({rule})\u00a0; le discours dit {minutes} min.",
        "The study changes one rule ({rule}); the speech says {minutes} min.",
    ),
    "choice_mode": Text(
        "Le discours ne dit pas comment rejoindre le lieu ({kind})\u00a0; «\u00a0{mode}\u00a0» est un choix de lecture.",
        "The speech does not say how the place ({kind}) is reached; “{mode}” is a choice of reading.",
    ),
    "choice_kinds": Text(
        "Le discours ne dit pas ce qui vaut {kind}\u00a0; y compter {others} est un choix de lecture ({key}).",
        "The speech does not say what counts as an {kind}; counting {others} as one is a choice of reading ({key}).",
    ),
    "tolerance": Text(
        "Tolérance de l’étude\u00a0: une commune tient la promesse à partir de {share} d’habitants desservis\u00a0; le discours dit «\u00a0tous\u00a0».",
        "Tolerance of the study: a commune meets the target from {share} of residents served; the speech says “all”.",
    ),
    "served_means": Text(
        "Un habitant est desservi quand la règle tient pour au moins {share} des départs.",
        "A resident is served when the rule holds for at least {share} of the departures.",
    ),
    # States of a resident
    "state_beyond": Text("Au-delà des deux seuils", "Beyond both thresholds"),
    "state_unsnapped": Text(
        "Loin de toute rue connue (trajet non calculé)", "Far from any known street (no journey computed)"
    ),
    "state_empty": Text("Sans population dans les données", "No residents in the data"),
    # Why a resident is not served
    "reason_unsnapped": Text(
        "aucune rue connue à proximité\u00a0: le trajet ne peut pas être calculé",
        "no known street nearby: the journey cannot be computed",
    ),
    "reason_no_stop": Text("aucun arrêt desservi dans la limite de marche", "no served stop within the walking limit"),
    "reason_unreachable": Text("aucun trajet vers un pôle à ces heures", "no journey to a pôle at these hours"),
    "reason_too_rare": Text(
        "un pôle est dans le temps promis, mais pour trop peu de départs",
        "a pôle is within the promised time, but at too few departures",
    ),
    "reason_too_long": Text(
        "le pôle le plus proche est plus loin que le temps promis", "the nearest pôle is farther than the promised time"
    ),
    # The walking and the departures
    "walking_streets": Text("sur les rues", "on streets"),
    "walking_straight_line": Text(
        "en ligne droite (×\u00a0{detour}), sans données de rues",
        "in a straight line (×\u00a0{detour}), without street data",
    ),
    "profile": Text("{profile}, {speed} km/h", "{profile}, {speed} km/h"),
    "walking": Text("À pied\u00a0: {mode}\u00a0; {profile}", "On foot: {mode}; {profile}"),
    "departures": Text(
        "Départs\u00a0: {date}, de {start} à {end}, un par minute ({count})",
        "Departures: {date}, {start} to {end}, one a minute ({count})",
    ),
    "departures_every": Text(
        "Départs\u00a0: {date}, de {start} à {end}, un toutes les {every} s ({count})",
        "Departures: {date}, {start} to {end}, one every {every} s ({count})",
    ),
    "theoretical": Text(
        "Trajets théoriques, d’après les horaires publiés\u00a0: ni retards, ni affluence, ni travaux.",
        "Theoretical journeys, from published timetables: no delays, crowding or works.",
    ),
    "weight": Text(
        "Population comptée\u00a0: colonne «\u00a0{column}\u00a0».", "Population counted: column “{column}”."
    ),
    # The table
    "title": Text("{study}\u00a0: accès aux pôles sociaux", "{study}: access to the pôles sociaux"),
    "column_commune": Text("Commune", "Commune"),
    "column_sst": Text("SST", "SST"),
    "column_residents": Text("Habitants", "Residents"),
    "column_share": Text("Desservis", "Served"),
    "column_share_pole": Text("dont\npôle", "by\npôle"),
    "column_share_antenna": Text("dont\nantenne", "by\nantenna"),
    "column_beyond": Text("Au-delà", "Beyond"),
    "column_unsnapped": Text("Sans\nrue", "No\nstreet"),
    "column_median": Text("Médiane\n(min)", "Median\n(min)"),
    "rounding_lt": Text(
        "Minutes coupées à la décimale, jamais arrondies vers le haut\u00a0: 19 min 59 s se lit 19,9, car la promesse est «\u00a0moins de\u00a0».",
        "Minutes are cut after one decimal, never rounded up: 19 min 59 s reads 19.9, for the promise is “less than”.",
    ),
    "rounding_le": Text(
        "Minutes arrondies vers le haut à la décimale\u00a0: 10 min 01 s se lit 10,1, car la promesse est «\u00a0au plus\u00a0».",
        "Minutes are rounded up to one decimal: 10 min 01 s reads 10.1, for the promise is “at most”.",
    ),
    "column_verdict": Text("Tenue", "Met"),
    "verdict_meets": Text("oui", "yes"),
    "verdict_misses": Text("non", "no"),
    "verdict_no_residents": Text("–", "–"),
    "total": Text("Ensemble", "All"),
    "caption_communes": Text(
        "Communes, par nombre d’habitants au-delà des seuils", "Communes, by number of residents beyond the thresholds"
    ),
    "caption_sst": Text("Par service des solidarités territoriales (SST)", "By local social service area (SST)"),
    # The verdict in words
    "verdict_all": Text(
        "La promesse est tenue dans toutes les communes habitées ({inhabited} sur {inhabited}).",
        "The promise is met in every inhabited commune ({inhabited} of {inhabited}).",
    ),
    "verdict_none": Text(
        "La promesse n’est tenue dans aucune des communes habitées (0 sur {inhabited}).",
        "The promise is met in no inhabited commune (0 of {inhabited}).",
    ),
    "verdict_some": Text(
        "La promesse n’est pas tenue partout\u00a0: communes où elle l’est, {meeting} sur {inhabited}.",
        "The promise is not met everywhere: communes where it is, {meeting} of {inhabited}.",
    ),
    "beyond_some": Text(
        "Habitants au-delà des deux seuils\u00a0: {beyond} sur {residents}, soit {share}.",
        "Residents beyond both thresholds: {beyond} of {residents}, that is {share}.",
    ),
    "beyond_none": Text("Aucun habitant n’est au-delà des deux seuils.", "No resident is beyond both thresholds."),
    "unsnapped_some": Text(
        "Habitants trop loin d’une rue connue, comptés comme non desservis\u00a0: {unsnapped}.",
        "Residents too far from any known street, counted as not served: {unsnapped}.",
    ),
    "without_residents": Text(
        "Communes sans habitant dans les données\u00a0: {names}.", "Communes without residents in the data: {names}."
    ),
    "stricter": Text(
        "Lecture plus stricte ({title})\u00a0: {rule}. Desservis\u00a0: {share}\u00a0; communes où elle est tenue, {meeting} sur {inhabited}.",
        "Stricter reading ({title}): {rule}. Served: {share}; communes where it is met, {meeting} of {inhabited}.",
    ),
    "pools": Text(
        "Desservis si tout pôle compte\u00a0: {any}\u00a0; si seul compte celui de leur SST\u00a0: {own}.",
        "Served if any pôle counts: {any}; if only that of their own SST counts: {own}.",
    ),
    "presence_all": Text(
        "Présence\u00a0: chaque commune a un lieu à elle ({kinds}).",
        "Presence: each commune has a place of its own ({kinds}).",
    ),
    "presence_missing": Text(
        "Présence\u00a0: sans lieu à elles ({kinds}), {names}.",
        "Presence: without a place of their own ({kinds}), {names}.",
    ),
    "pmi": Text(
        "Lecture pour les PMI, une interprétation et non un engagement ({rule})\u00a0: {share}.",
        "Reading for PMI, an interpretation and not a commitment ({rule}): {share}.",
    ),
    "priority": Text(
        "Quartiers prioritaires ({areas})\u00a0: {share} des {residents} habitants dont le point s’y trouve sont desservis\u00a0; au-delà des deux seuils\u00a0: {beyond}.",
        "Priority areas ({areas}): {share} of the {residents} residents whose point lies in one are served; beyond both thresholds: {beyond}.",
    ),
    # Findings
    "findings": Text(
        "Constats sur les données\u00a0: erreurs, {errors}\u00a0; avertissements, {warnings}\u00a0; informations, {infos}.",
        "Findings about the data: errors, {errors}; warnings, {warnings}; notes, {infos}.",
    ),
    "findings_more": Text("… et {count} de plus, dans le format json", "… and {count} more, in the json format"),
    "level_error": Text("erreur", "error"),
    "level_warning": Text("avertissement", "warning"),
    "level_info": Text("information", "note"),
    "row": Text("ligne {row}", "row {row}"),
    "sources": Text("Sources\u00a0: {sources}", "Sources: {sources}"),
}
