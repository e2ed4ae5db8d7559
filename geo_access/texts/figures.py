"""Texts of the figures for print."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "matplotlib_missing": Text(
        'les figures demandent matplotlib, qui n’est pas installé\u00a0; installez-le avec\u00a0: pip install "geo-access[plots]"',
        'figures need matplotlib, which is not installed; install it with: pip install "geo-access[plots]"',
    ),
    "no_times": Text(
        "cette couverture ne garde pas ses temps de trajet\u00a0; donnez l’étude, ou le résultat de check",
        "this coverage does not keep its travel times; give the study, or what check returns",
    ),
    "hours_wanted": Text(
        "hours\u00a0: il faut une liste d’heures entières telle que range(6, 22), pas {said}",
        "hours: it takes a list of whole hours such as range(6, 22), not {said}",
    ),
    "wrong_hours": Text(
        "«\u00a0{hours}\u00a0» ne dit pas des heures\u00a0; donnez des heures entières de 0 à 29, par exemple range(7, 20)",
        "“{hours}” does not name hours; give whole hours from 0 to 29, such as range(7, 20)",
    ),
    "sources": Text("Sources\u00a0: {sources}.", "Sources: {sources}."),
    "map_title": Text("Accès aux pôles sociaux", "Access to the pôles sociaux"),
    "map_verdict": Text(
        "Desservis\u00a0: {share} des habitants. Communes où la promesse est tenue\u00a0: {meeting} sur {inhabited}.",
        "Served: {share} of residents. Communes where the promise is met: {meeting} of {inhabited}.",
    ),
    "legend_residents": Text("Habitants, par situation", "Residents, by situation"),
    "legend_places": Text("Lieux et limites", "Places and outlines"),
    "legend_people": Text("{state}\n{people} habitants, {share}", "{state}\n{people} residents, {share}"),
    "legend_kind": Text("{kind} ({count})", "{kind} ({count})"),
    "legend_some_hollow": Text("{kind} ({count}, dont {hollow} en symbole vide)", "{kind} ({count}, {hollow} hollow)"),
    "legend_not_counting": Text(
        "Symbole vide\u00a0: en travaux, en projet ou fermé", "Hollow symbol: under works, planned or closed"
    ),
    "legend_commune": Text("Limite de commune", "Commune outline"),
    "legend_sst": Text("Limite de SST", "SST outline"),
    "communes_title": Text("Habitants desservis, commune par commune", "Residents served, commune by commune"),
    "communes_axis": Text("Part des habitants", "Share of residents"),
    "communes_label": Text("{share} desservis", "{share} served"),
    "communes_beyond": Text("{share} desservis\u00a0; {people} non", "{share} served; {people} not"),
    "communes_empty": Text("sans habitant dans les données", "no residents in the data"),
    "times_title": Text("Temps de trajet vers le pôle le plus proche", "Travel time to the nearest pôle"),
    "times_x": Text(
        "Temps de porte à porte vers le pôle le plus proche, attente comprise, médiane des départs (min)",
        "Door-to-door time to the nearest pôle, waiting included, median of the departures (min)",
    ),
    "times_y": Text("Part des habitants à ce temps ou moins", "Share of residents within this time"),
    "times_threshold_lt": Text("moins de {minutes} min\u00a0: {share}", "less than {minutes} min: {share}"),
    "times_threshold_le": Text("{minutes} min au plus\u00a0: {share}", "{minutes} min at most: {share}"),
    "times_half": Text("la moitié des habitants\u00a0: {minutes}", "half of the residents: {minutes}"),
    "times_rest": Text(
        "Au-delà de {minutes} min\u00a0: {far} habitants. Sans aucun trajet à ces heures\u00a0: {never} habitants.",
        "Beyond {minutes} min: {far} residents. Without any journey at these hours: {never} residents.",
    ),
    "hours_title": Text("Habitants desservis selon l’heure de départ", "Residents served by hour of departure"),
    "hours_x": Text("Départs entre", "Departures between"),
    "hours_slot": Text("{start}–{end}\u00a0h", "{start}–{end}"),
    "hours_y": Text("Part des habitants desservis", "Share of residents served"),
    "hours_note": Text(
        "{date}. Chaque heure est jugée à part, départ par départ\u00a0; un habitant est desservi à cette heure quand la règle tient pour au moins {share} des départs.",
        "{date}. Each hour is judged by itself, departure by departure; a resident is served in that hour when the rule holds for at least {share} of the departures.",
    ),
    "hours_window": Text("heures de l’étude", "hours of the study"),
    "explanation_title": Text("Où vont les minutes, et ce qui aiderait", "Where the minutes go, and what would help"),
    "explanation_all": Text("tous les habitants", "all residents"),
    "explanation_beyond": Text("ceux qui sont au-delà", "those beyond"),
    "explanation_nobody": Text("aucun trajet", "no journey"),
    "explanation_minutes": Text("Temps moyen vers le pôle le plus proche (min)", "Mean time to the nearest pôle (min)"),
    "explanation_today": Text("Aujourd’hui", "Today"),
    "explanation_if": Text("Si {cause}", "If {cause}"),
    "explanation_gain": Text("{share} (+{people})", "{share} (+{people})"),
    "explanation_served": Text(
        "Part des habitants desservis, une chose changée à la fois (habitants de plus)",
        "Share of residents served, one thing changed at a time (residents more)",
    ),
    "redrawing_title": Text("Un découpage en SST calculé", "A computed zoning into SST"),
    "redrawing_sst": Text("Limite de SST calculé", "Outline of a computed SST"),
    "redrawing_pole": Text("Pôle (vide : pas encore ouvert)", "Pôle (hollow: not yet open)"),
    "redrawing_moves": Text(
        "Commune qui va vers un pôle hors de son SST d’aujourd’hui",
        "Commune that goes to a pôle outside its SST of today",
    ),
    "caravan_title": Text("La caravane, jour par jour", "The caravan, day by day"),
    "caravan_note": Text(
        "Habitants à portée de la caravane, par jour où elle passe",
        "Residents within reach of the caravan, on each day it stops",
    ),
    "robustness_title": Text("Le verdict tient-il ?", "Does the verdict hold?"),
    "robustness_axis": Text(
        "Part des habitants desservis : en l’état (symbole) et étendue sur tous les calculs (barre) ; trait vertical : la cible",
        "Share of residents served: as it stands (symbol) and its range over all runs (bar); vertical line: the target",
    ),
    "fairness_title": Text("Qui porte les minutes ?", "Who bears the minutes?"),
}
