"""Texts of placements: where to open, what it brings, how sure the answer is."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # What is refused
    "unknown_kind": Text(
        "on n’ouvre pas de «\u00a0{said}\u00a0»\u00a0; au choix\u00a0: {known}",
        "a “{said}” cannot be placed; choose one of {known}",
    ),
    "unknown_objective": Text(
        "«\u00a0{said}\u00a0» n’est pas un objectif\u00a0; au choix\u00a0: {known}",
        "“{said}” is no objective; choose one of {known}",
    ),
    "wrong_count": Text(
        "{count} {count:?lieu|lieux}, cela ne se peut\u00a0; donnez un nombre de lieux à ouvrir, 0 ou plus, et au moins un candidat",
        "{count} {count:?place|places} cannot be; give a number of places to open, 0 or more, and at least one candidate",
    ),
    "wrong_time": Text(
        "--time-limit\u00a0: {said} n’est pas une durée\u00a0; donnez un nombre de secondes, 0 ou plus",
        "--time-limit: {said} is no duration; give a number of seconds, 0 or more",
    ),
    "count_capped": Text(
        "{asked} lieux demandés, mais {places} {places:?candidat|candidats}\u00a0: {places} au plus peuvent ouvrir",
        "{asked} places asked for, but {places} {places:?candidate|candidates}: at most {places} can open",
    ),
    "count_unused": Text(
        "--count {count} n’est pas utilisé\u00a0: l’objectif set cherche lui-même le moins de lieux possible",
        "--count {count} is not used: the objective set itself looks for the fewest places",
    ),
    "unknown_weight": Text(
        "les habitants n’ont pas de colonne de nombres «\u00a0{column}\u00a0»\u00a0; au choix\u00a0: {known}",
        "the residents have no column of numbers “{column}”; choose one of {known}",
    ),
    "unknown_site": Text(
        "«\u00a0{said}\u00a0» n’est ni un identifiant, ni un nom de site, ni un genre, ni un état\u00a0; au choix\u00a0: {known}, genre/état",
        "“{said}” is neither a site’s id or name, nor a kind, nor a status; choose among {known}, kind/status",
    ),
    "nothing_closable": Text(
        "aucun site qui compte ici n’est désigné par «\u00a0{said}\u00a0»\u00a0; seuls les sites qui comptent peuvent fermer",
        "no site that counts here is named by “{said}”; only sites that count can close",
    ),
    "no_candidate": Text(
        "aucun lieu candidat\u00a0; donnez une liste avec --candidates, ou vérifiez que les carreaux habités ont un arrêt proche",
        "no candidate place; give a list with --candidates, or check that populated cells have a stop nearby",
    ),
    "candidate_unsnapped": Text(
        "le candidat «\u00a0{name}\u00a0» est à plus de {snap_m} m de toute rue\u00a0; il est laissé de côté",
        "the candidate “{name}” is more than {snap_m} m from any street; it is left out",
    ),
    "output_format": Text(
        "le nom du fichier doit finir par .html, .geojson, .json ou .csv",
        "the name of the file must end in .html, .geojson, .json or .csv",
    ),
    # New sites
    "new_pole": Text("Pôle proposé près de {near}", "Proposed pole near {near}"),
    "new_antenna": Text("Antenne proposée près de {near}", "Proposed antenna near {near}"),
    "new_pmi": Text("PMI proposée près de {near}", "Proposed PMI near {near}"),
    # The answer
    "title": Text("{study}\u00a0: où ouvrir\u00a0?", "{study}: where to open?"),
    "asked_cover": Text(
        "Au plus {count} {kind}, pour que le plus d’habitants soient desservis{moving}",
        "At most {count} {kind}, so that most residents are served{moving}",
    ),
    "asked_median": Text(
        "Au plus {count} {kind}, pour que le temps moyen soit le plus court{moving}",
        "At most {count} {kind}, so that the mean time is shortest{moving}",
    ),
    "asked_worst": Text(
        "Au plus {count} {kind}, pour que le temps le plus long soit le plus court{moving}",
        "At most {count} {kind}, so that the longest time is shortest{moving}",
    ),
    "asked_set": Text(
        "{fewest}, pour que la promesse soit tenue partout où un candidat le permet{moving}",
        "{fewest}, so that the promise is kept wherever a candidate allows{moving}",
    ),
    "asked_set_pmi": Text(
        "{fewest}, pour que la règle des PMI soit tenue partout où un candidat le permet{moving}",
        "{fewest}, so that the rule of PMI is kept wherever a candidate allows{moving}",
    ),
    "fewest_pole": Text("Le moins possible de pôles sociaux de plus", "The fewest more pôles sociaux"),
    "fewest_antenna": Text("Le moins possible d’antennes de plus", "The fewest more antennas"),
    "fewest_pmi": Text("Le moins possible de PMI de plus", "The fewest more PMI"),
    "moving": Text(
        " (parmi ceux d’aujourd’hui, {count} {count:?site peut|sites peuvent} fermer pour qu’un autre ouvre)",
        " (of today’s, {count} {count:?site|sites} may close so that another opens)",
    ),
    "kinds_pole": Text("{count:?pôle social|pôles sociaux} de plus", "more {count:?pôle social|pôles sociaux}"),
    "kinds_antenna": Text("{count:?antenne|antennes} de plus", "more {count:?antenna|antennas}"),
    "kinds_pmi": Text("{count:?PMI|PMI} de plus", "more {count:?PMI|PMI}"),
    "answer_cover": Text(
        "{moved}{opened} {open_n:?lieu ouvert|lieux ouverts}\u00a0: {gained} {gain_n:?habitant desservi|habitants desservis} de plus qu’aujourd’hui, soit {after} au lieu de {before}",
        "{moved}{opened} {open_n:?place opened|places opened}: {gained} more {gain_n:?resident|residents} served than today, {after} instead of {before}",
    ),
    "answer_time": Text(
        "{moved}{opened} {open_n:?lieu ouvert|lieux ouverts}\u00a0: {mean_after} en moyenne au lieu de {mean_before} aujourd’hui, {worst_after} au plus loin au lieu de {worst_before}",
        "{moved}{opened} {open_n:?place opened|places opened}: {mean_after} on average instead of {mean_before} today, {worst_after} at the farthest instead of {worst_before}",
    ),
    "answer_set": Text(
        "{moved}{opened} {open_n:?lieu suffit|lieux suffisent}\u00a0: {gained} {gain_n:?habitant desservi|habitants desservis} de plus qu’aujourd’hui, soit {after} au lieu de {before}",
        "{moved}{opened} {open_n:?place is|places are} enough: {gained} more {gain_n:?resident|residents} served than today, {after} instead of {before}",
    ),
    "moved": Text("{closed} {close_n:?site fermé|sites fermés}, ", "{closed} {close_n:?site|sites} closed, "),
    "closing_people": Text(
        "Fermer, avant toute ouverture, coûte {cost} {cost_n:?habitant desservi|habitants desservis}\u00a0; au bout du compte, {lost} {lost_n:?habitant desservi aujourd’hui ne l’est plus|habitants desservis aujourd’hui ne le sont plus} et {won} le {won_n:?devient|deviennent}.",
        "Closing, before anything opens, costs {cost} {cost_n:?resident|residents} served; in the end {lost} {lost_n:?resident|residents} served today no longer {lost_n:?is|are}, and {won} {won_n:?becomes|become} so.",
    ),
    "closing_time": Text(
        "Fermer, avant toute ouverture, coûte {cost} par habitant en moyenne\u00a0; au bout du compte, {lost} {lost_n:?habitant met|habitants mettent} plus longtemps qu’aujourd’hui et {won} moins longtemps.",
        "Closing, before anything opens, costs {cost} a resident on average; in the end {lost} {lost_n:?resident takes|residents take} longer than today, and {won} less long.",
    ),
    "proof_optimal": Text(
        "Optimum prouvé parmi {candidates} {count:?candidat|candidats}\u00a0: aucun autre choix n’apporte davantage.",
        "Proven optimum among {candidates} {count:?candidate|candidates}: no other choice brings more.",
    ),
    "proof_fewest": Text(
        "Optimum prouvé parmi {candidates} {count:?candidat|candidats}\u00a0: moins de lieux ne suffisent pas.",
        "Proven optimum among {candidates} {count:?candidate|candidates}: fewer places are not enough.",
    ),
    "proof_limit": Text(
        "Temps écoulé avant la preuve\u00a0: le meilleur choix trouvé parmi {candidates} {count:?candidat|candidats}\u00a0; aucun ne peut faire mieux que {bound} (écart {gap})\u00a0; --time-limit donne plus de temps.",
        "Time ran out before the proof: the best choice found among {candidates} {count:?candidate|candidates}; none can do better than {bound} (gap {gap}); --time-limit gives more time.",
    ),
    "judged_promise": Text(
        "Desservi\u00a0: au sens de la promesse, un pôle ou sinon une antenne, comme dans le verdict.",
        "Served: as the promise has it, a pôle or else an antenna, as in the verdict.",
    ),
    "judged_pmi_lt": Text(
        "Desservi\u00a0: une PMI ou un pôle à moins de {minutes} {count:?minute|minutes} ({mode}), la règle des PMI.",
        "Served: a PMI or a pôle in less than {minutes} {count:?minute|minutes} ({mode}), the rule of PMI.",
    ),
    "judged_pmi_le": Text(
        "Desservi\u00a0: une PMI ou un pôle à {minutes} {count:?minute|minutes} au plus ({mode}), la règle des PMI.",
        "Served: a PMI or a pôle in at most {minutes} {count:?minute|minutes} ({mode}), the rule of PMI.",
    ),
    "promise_heading": Text("La promesse, avant et après", "The promise, before and after"),
    "promise_beside": Text(
        "À côté de la question\u00a0: ce que ce choix change à la promesse",
        "Beside the question: what this choice changes in the promise",
    ),
    "promise_beside_pmi": Text(
        "À côté de la règle des PMI\u00a0: ce que ce choix change à la promesse, où une PMI compte comme antenne",
        "Beside the rule of PMI: what this choice changes in the promise, where a PMI counts as an antenna",
    ),
    "judged_time": Text(
        "Temps\u00a0: jusqu’au lieu le plus proche qui compte ({mode}), médiane des départs\u00a0; deux heures là où il n’y en a pas.",
        "Time: to the nearest place that counts ({mode}), median of the departures; two hours where there is none.",
    ),
    "mode_walk": Text("à pied", "on foot"),
    "mode_stroller": Text("à pied, avec une poussette", "on foot, with a stroller"),
    "mode_transit": Text("en transports en commun", "by public transport"),
    "weighed": Text("Compté\u00a0: {weight}.", "Counted: {weight}."),
    "unreachable_some": Text(
        "{people} {people_n:?habitant|habitants} ({cells} {cells_n:?carreau|carreaux}) qu’aucun candidat ne sert\u00a0: {where}.",
        "{people} {people_n:?resident|residents} ({cells} {cells_n:?cell|cells}) whom no candidate serves: {where}.",
    ),
    "unreachable_far": Text(
        "{people} {people_n:?habitant qui n’a|habitants qui n’ont} rien à moins de deux heures ({cells} {cells_n:?carreau|carreaux}), quel que soit le candidat\u00a0: {where}.",
        "{people} {people_n:?resident who has|residents who have} nothing within two hours ({cells} {cells_n:?cell|cells}), whatever the candidate: {where}.",
    ),
    "unreachable_none": Text(
        "Aucun habitant n’est hors d’atteinte de tous les candidats.", "No resident is out of reach of all candidates."
    ),
    "of_commune": Text("{name} ({people})", "{name} ({people})"),
    "hypothesis": Text(
        "Une hypothèse\u00a0: coûts, locaux et projets ne sont pas connus\u00a0; chaque lieu est un point à examiner, non une décision.",
        "A hypothesis: costs, premises and plans are not known; each place is a point to look into, not a decision.",
    ),
    "solved_in": Text(
        "Recherche {search} s, résolution {solve} s (HiGHS, {rounds} {rounds:?passage|passages}).",
        "Search {search} s, solving {solve} s (HiGHS, {rounds} {rounds:?run|runs}).",
    ),
    # Tables and figures
    "chosen_title": Text("Où ouvrir, ce qui apporte le plus d’abord", "Where to open, what brings most first"),
    "closed_title": Text("Sites dont le choix se passe", "Sites that the choice does without"),
    "curve_title": Text("Ce qu’apporte chaque lieu de plus", "What each further place brings"),
    "unreachable_title": Text(
        "Habitants qu’aucun candidat ne sert, par commune", "Residents whom no candidate serves, by commune"
    ),
    "column_order": Text("Rang", "Rank"),
    "column_place": Text("Lieu", "Place"),
    "column_commune": Text("Commune", "Commune"),
    "column_near": Text("Arrêt le plus proche", "Nearest stop"),
    "column_gained": Text("Habitants de plus", "More residents"),
    "column_saved": Text("Temps moyen gagné", "Mean time saved"),
    "column_lost": Text("Ce que coûte sa fermeture", "What its closing costs"),
    "column_count": Text("Lieux de plus", "More places"),
    "column_served": Text("Habitants desservis", "Residents served"),
    "column_share": Text("Part", "Share"),
    "column_mean": Text("Temps moyen", "Mean time"),
    "column_worst": Text("Temps le plus long", "Longest time"),
    "column_status": Text("Preuve", "Proof"),
    "csv_share": Text("Part (%)", "Share (%)"),
    "csv_mean": Text("Temps moyen (s)", "Mean time (s)"),
    "csv_worst": Text("Temps le plus long (s)", "Longest time (s)"),
    "csv_gap": Text("Écart à la borne (%)", "Gap to the bound (%)"),
    "csv_opened": Text("Lieux ouverts", "Places opened"),
    "csv_closed": Text("Sites fermés", "Sites closed"),
    "column_people": Text("Habitants", "Residents"),
    "column_cells": Text("Carreaux", "Cells"),
    "status_optimal": Text("optimum prouvé", "proven optimum"),
    "status_limit": Text("écart {gap}", "gap {gap}"),
    "status_order": Text("ordre d’ouverture", "order of opening"),
    "cell_place": Text("carreau {name}", "cell {name}"),
    "seconds": Text("{minutes} min {seconds:02d} s", "{minutes} min {seconds:02d} s"),
    "far": Text("deux heures ou plus", "two hours or more"),
    "figure_title": Text("Ce qu’apporte chaque lieu de plus", "What each further place brings"),
    "axis_count": Text("Lieux ouverts en plus", "Places opened in addition"),
    "axis_share": Text("Habitants desservis", "Residents served"),
    "axis_minutes": Text("Minutes", "Minutes"),
    "line_mean": Text("en moyenne", "on average"),
    "line_worst": Text("au plus loin", "at the farthest"),
    "chart_label": Text(
        "Courbe de 0 à {count} {count:?lieu|lieux} de plus\u00a0: {first} puis {last}",
        "Curve from 0 to {count} more {count:?place|places}: {first}, then {last}",
    ),
    "written": Text("Écrit\u00a0: {file}", "Written: {file}"),
}
