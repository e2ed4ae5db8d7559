"""Texts of the measures of fairness."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # Errors
    "wrong_shares": Text(
        "les parts demandées doivent être supérieures à 0 et au plus égales à 1",
        "the shares asked for must be above 0 and at most 1",
    ),
    "wrong_values": Text(
        "valeurs, poids et rangs doivent être des nombres, en nombre égal, et ni valeurs ni poids négatifs",
        "values, weights and ranks must be numbers, as many of each, and neither values nor weights negative",
    ),
    "nobody": Text("personne ne compte\u00a0: tous les poids sont nuls", "nobody counts: every weight is 0"),
    "nothing_to_share": Text(
        "rien à partager\u00a0: toutes les valeurs sont nulles", "nothing to share: every value is 0"
    ),
    "no_times": Text(
        "ce résultat n’a pas ses temps de trajet\u00a0; demandez-le à check()",
        "this result comes without its travel times; get one from check()",
    ),
    "unknown_column": Text(
        "pas de colonne de nombres «\u00a0{column}\u00a0»\u00a0; il y a\u00a0: {known}",
        "no column of numbers “{column}”; there are: {known}",
    ),
    "negative": Text(
        "la colonne «\u00a0{column}\u00a0» a des nombres négatifs\u00a0; corrigez-la",
        "column “{column}” holds negative numbers; correct it",
    ),
    "cap_or_leave_out": Text(
        "--cap et --leave-out ne vont pas ensemble\u00a0; donnez l’un ou l’autre",
        "--cap and --leave-out do not go together; give one or the other",
    ),
    "wrong_cap": Text(
        "borne des minutes\u00a0: {cap}\u00a0; il faut un nombre supérieur à 0",
        "bound of the minutes: {cap}; it must be above 0",
    ),
    "wrong_catchment": Text(
        "zone de desserte de {minutes} minutes\u00a0; il faut un nombre supérieur à 0, et d’au plus 1\u202f440 (un jour)",
        "catchment of {minutes} minutes; it must be above 0, and at most 1,440 (a day)",
    ),
    "capacity_blank": Text(
        "colonne «\u00a0{column}\u00a0»\u00a0: {count} PMI sans capacité\u00a0; écrivez-la, ou ôtez la colonne pour compter 1 par "
        "PMI",
        "column “{column}”: {count} PMI without capacity; write it, or remove the column to count 1 for each PMI",
    ),
    "capacity_negative": Text(
        "colonne «\u00a0{column}\u00a0»\u00a0: {count} {count:?capacité négative|capacités négatives}\u00a0; {count:?corrigez-la|corrigez-les}",
        "column “{column}”: {count} {count:?negative capacity|negative capacities}; correct {count:?it|them}",
    ),
    # Notes
    "one_time_per_cell": Text(
        "Tous les habitants d’un carreau ont son temps de trajet et son niveau de vie\u00a0: les écarts à l’intérieur d’un "
        "carreau ne se voient pas.",
        "Everyone in a cell has its travel time and its income: differences within a cell are not seen.",
    ),
    "capped": Text(
        "Gini, Palma et concentration\u00a0: plus de {cap} {cap_n:?minute|minutes} compte pour {cap} ({people} "
        "{people_n:?habitant|habitants}, dont {unreached} {unreached_n:?n’atteint|n’atteignent} aucun pôle). Dans les quantiles et les médianes, ils viennent en dernier, sans borne.",
        "Gini, Palma and concentration: more than {cap} {cap_n:?minute|minutes} counts as {cap} ({people} "
        "{people_n:?resident|residents}, {unreached} of whom {unreached_n:?reaches|reach} no pole). In quantiles and medians they come last, without a bound.",
    ),
    "left_out": Text(
        "Gini, Palma et concentration sans {people} {people_n:?habitant qui n’atteint|habitants qui n’atteignent} aucun pôle\u00a0; dans les quantiles et les "
        "médianes, ils viennent en dernier.",
        "Gini, Palma and concentration without {people} {people_n:?resident who reaches|residents who reach} no pole; in quantiles and medians they come "
        "last.",
    ),
    "no_minutes": Text(
        "Aucune minute à répartir\u00a0: ni Gini, ni Palma, ni concentration.",
        "No minutes to share out: no Gini, Palma or concentration.",
    ),
    "no_income": Text(
        "Le fichier des habitants n’a pas de revenus (ni {column}, ni colonne nommée par --income)\u00a0: pas de concentration "
        "selon le revenu.",
        "The residents’ file has no incomes (no {column}, no column named by --income): no concentration over income.",
    ),
    "income_per_person": Text(
        "Revenu\u00a0: somme des niveaux de vie ({column}) divisée par les personnes du carreau.",
        "Income: sum of the standards of living ({column}) divided by the persons of the cell.",
    ),
    "income_as_is": Text(
        "Revenu\u00a0: la colonne {column}, prise comme un revenu par personne.",
        "Income: column {column}, taken as an income per person.",
    ),
    "income_missing": Text(
        "{people} {people_n:?habitant est|habitants sont} sans revenu connu\u00a0: hors de la concentration et des cinquièmes.",
        "{people} {people_n:?resident has|residents have} no known income: left out of the concentration and the fifths.",
    ),
    "no_priority": Text(
        "L’étude ne nomme pas de quartiers prioritaires (territory.priority_areas)\u00a0: pas de chiffres selon le quartier.",
        "The study names no priority areas (territory.priority_areas): no figures by neighbourhood.",
    ),
    "nobody_in_priority": Text(
        "Personne n’habite les quartiers prioritaires de l’étude.", "Nobody lives in the study’s priority areas."
    ),
    "no_columns": Text(
        "Groupes que le fichier des habitants ne compte pas\u00a0: {columns}.",
        "Groups that the residents’ file does not count: {columns}.",
    ),
    "demand": Text("PMI\u00a0: la demande est {column}.", "PMI: the demand is {column}."),
    "demand_all": Text(
        "PMI\u00a0: le fichier ne compte pas les enfants\u00a0; la demande est toute la population ({column}).",
        "PMI: the file does not count children; the demand is everyone ({column}).",
    ),
    "no_pmi": Text("Aucune PMI ouverte\u00a0: pas de 2SFCA.", "No PMI is open: no 2SFCA."),
    "no_capacity": Text(
        "La liste des sites n’a pas de capacité (colonne {columns})\u00a0: chaque PMI compte pour 1.",
        "The list of sites has no capacity (column {columns}): each PMI counts as 1.",
    ),
    "capacity": Text(
        "Capacité\u00a0: colonne {column}, {total} en tout.", "Capacity: column {column}, {total} in all."
    ),
    "capacity_poles": Text(
        "Pôles sans capacité dite, qui ne comptent donc pas comme PMI\u00a0: {sites}.",
        "Poles without a stated capacity, which therefore do not count as PMI: {sites}.",
    ),
    "twin_poles": Text(
        "Pôles qui ne comptent pas une seconde fois, leur PMI étant dans la liste (à {metres} m au plus)\u00a0: {sites}.",
        "Poles that do not count a second time, as their PMI is in the list (at most {metres} m away): {sites}.",
    ),
    "capacity_unreached": Text(
        "{sites} {sites_n:?site|sites} (capacité\u00a0: {capacity}) {sites_n:?n’est|ne sont} à portée de personne.",
        "{sites} {sites_n:?site|sites} (capacity {capacity}) {sites_n:?is|are} within nobody’s reach.",
    ),
    "catchment_plain": Text(
        "2SFCA (Luo et Wang 2003)\u00a0: à {seconds} au plus, {way}\u00a0; PMI et pôles comptés\u00a0: {sites}.",
        "2SFCA (Luo & Wang 2003): at most {seconds} away, {way}; PMI and poles counted: {sites}.",
    ),
    "catchment_enhanced": Text(
        "2SFCA à trois zones (Luo et Qi 2009, poids 1, 0,68 et 0,22)\u00a0: à {seconds} au plus, {way}\u00a0; PMI et pôles "
        "comptés\u00a0: {sites}.",
        "Enhanced 2SFCA (Luo & Qi 2009, weights 1, 0.68 and 0.22): at most {seconds} away, {way}; PMI and poles counted: "
        "{sites}.",
    ),
    "catchment_cut": Text(
        "À pied, l’étude ne cherche pas au-delà de {minutes} {minutes_n:?minute|minutes} (walking.limits_min.direct)\u00a0: la zone s’y arrête.",
        "On foot the study does not search beyond {minutes} {minutes_n:?minute|minutes} (walking.limits_min.direct): the catchment ends there.",
    ),
    "by_walk": Text("à pied", "on foot"),
    "by_transit": Text("en transports en commun", "by public transport"),
    # Tables
    "title": Text(
        "Équité d’accès\u00a0: {study}, {half} des habitants à {median} au plus d’un pôle social",
        "Fairness of access: {study}, {half} of the residents at most {median} from a pôle social",
    ),
    "measures_title": Text(
        "Inégalités (0\u00a0: les mêmes minutes pour tous\u00a0; concentration négative\u00a0: les minutes pèsent sur les plus pauvres)",
        "Inequality (0: the same minutes for all; negative concentration: the minutes weigh on the poorest)",
    ),
    "distribution_title": Text("Temps de trajet jusqu’au pôle le plus proche", "Travel time to the nearest pole"),
    "groups_title": Text(
        "Écarts entre groupes, dont les «\u00a0publics prioritaires du Département\u00a0»",
        "Gaps between groups, among them the priority groups (“publics prioritaires du Département”)",
    ),
    "incomes_title": Text(
        "Par cinquième de la population, selon le niveau de vie", "By fifth of the residents, by income"
    ),
    "sites_title": Text(
        "Les PMI\u00a0: capacité pour 1\u00a0000 de la demande à portée",
        "The PMI: capacity for 1,000 of the demand in reach",
    ),
    "measure": Text("Mesure", "Measure"),
    "value": Text("Valeur", "Value"),
    "counted": Text("Personnes comptées", "People counted"),
    "capped_people": Text("à la borne", "at the bound"),
    "left_out_people": Text("exclues", "left out"),
    "gini": Text("Indice de Gini", "Gini coefficient"),
    "palma": Text("Rapport de Palma (0,25\u00a0: égalité)", "Palma ratio (0.25: equality)"),
    "concentration_income": Text("Concentration selon le revenu", "Concentration over income"),
    "concentration_priority": Text(
        "Concentration selon le quartier, prioritaire ou non", "Concentration over priority areas"
    ),
    "gini_pmi": Text("Gini de l’accès aux PMI (2SFCA)", "Gini of access to PMI (2SFCA)"),
    "without_pmi": Text("Part de la demande sans PMI à portée", "Share of the demand with no PMI in reach"),
    "people_share": Text("Part des habitants", "Share of residents"),
    "minutes": Text("au plus", "at most"),
    "group": Text("Groupe", "Group"),
    "people": Text("Effectif", "Count"),
    "share": Text("Part", "Share"),
    "served": Text("à portée", "in reach"),
    "served_rest": Text("les autres", "the others"),
    "gap": Text("écart (pts)", "gap (pts)"),
    "ratio": Text("rapport", "ratio"),
    "median_min": Text("médiane", "median"),
    "median_min_rest": Text("les autres", "the others"),
    "gap_min": Text("écart (min)", "gap (min)"),
    "unreached": Text("sans pôle", "no pole"),
    "against_everyone": Text("{group} (face à tous)", "{group} (against everyone)"),
    "group_priority": Text("Quartiers prioritaires", "Priority areas"),
    "group_children": Text("Enfants de moins de 6 ans", "Children under 6"),
    "group_men_pauv": Text("Ménages pauvres", "Poor households"),
    "group_men_fmp": Text("Familles monoparentales", "Single-parent families"),
    "group_ind_80p": Text("80 ans et plus", "80 and over"),
    "fifth": Text("Cinquième", "Fifth"),
    "fifth_first": Text("1 (les plus pauvres)", "1 (the poorest)"),
    "fifth_last": Text("5 (les plus aisés)", "5 (the best off)"),
    "residents": Text("Habitants", "Residents"),
    "income": Text("Niveau de vie moyen", "Mean income"),
    "site": Text("Site", "Site"),
    "capacity_head": Text("Capacité", "Capacity"),
    "in_reach": Text("Demande à portée", "Demand in reach"),
    "per_1000": Text("pour 1\u00a0000", "per 1,000"),
    "curves_title": Text(
        "Part des minutes selon la part des habitants", "Share of the minutes by share of the residents"
    ),
    "curves_words": Text(
        "Courbes cumulées\u00a0: la diagonale est l’égalité\u00a0; {curves}.",
        "Cumulative curves: the diagonal is equality; {curves}.",
    ),
    "axis_people": Text("Part cumulée des habitants", "Cumulative share of the residents"),
    "axis_minutes": Text("Part cumulée des minutes", "Cumulative share of the minutes"),
    "curve_equality": Text("égalité", "equality"),
    "curve_lorenz": Text("Lorenz (les plus proches d’abord)", "Lorenz (the nearest first)"),
    "curve_income": Text("concentration (les plus pauvres d’abord)", "concentration (the poorest first)"),
    "curve_priority": Text("concentration (quartiers prioritaires d’abord)", "concentration (priority areas first)"),
    "map_title": Text(
        "PMI\u00a0: capacité pour 1\u00a0000 de la demande, carreau par carreau",
        "PMI: capacity for 1,000 of the demand, cell by cell",
    ),
    "map_words": Text(
        "Carte des carreaux habités\u00a0: plus c’est foncé, plus il y a de capacité pour la demande\u00a0; hachuré, aucune PMI à portée "
        "({share} de la demande). Les PMI et pôles sont des ronds.",
        "Map of the inhabited cells: the darker, the more capacity for the demand; hatched, no PMI in reach ({share} of the "
        "demand). PMI and poles are discs.",
    ),
    "class_none": Text("aucune PMI à portée", "no PMI in reach"),
    "class_range": Text("de {low} à {high}", "{low} to {high}"),
    "written": Text("Équité écrite dans {file}", "Fairness written to {file}"),
}
