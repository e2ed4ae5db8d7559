"""Texts about draws of what a timetable leaves open."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "nothing_open": Text(
        "aucun horaire de l’étude ne laisse de départ ouvert le {date}\u00a0: pas de ligne de frequencies.txt sans "
        "exact_times = 1, donc rien à tirer au sort\u00a0; la commande check donne le verdict",
        "no timetable of the study leaves a departure open on {date}: frequencies.txt has no row without exact_times = 1, "
        "so there is nothing to draw; the command check gives the verdict",
    ),
    "too_few": Text(
        "{asked} {asked:?tirage ne donne|tirages ne donnent} pas d’intervalle\u00a0; demandez-en {fewest} ou plus",
        "{asked} {asked:?draw gives|draws give} no interval; ask for {fewest} or more",
    ),
    "wrong_confidence": Text(
        "le niveau de confiance {said} n’est pas entre 0 et 1, par exemple 0,95",
        "the confidence {said} is not between 0 and 1, such as 0.95",
    ),
    "drawn": Text(
        "{count} tirages (graine {seed}) des premiers départs que les horaires laissent ouverts\u00a0: {trips:,} {trips:?course|courses}, "
        "{blocks:,} {blocks:?période|périodes} de frequencies.txt.",
        "{count} draws (seed {seed}) of the first departures that the timetables leave open: {trips:,} {trips:?trip|trips}, "
        "{blocks:,} {blocks:?period|periods} of frequencies.txt.",
    ),
    "caption": Text(
        "Habitants desservis, par commune (intervalle de confiance à {confidence} de la moyenne)",
        "Residents served, by commune ({confidence} confidence interval of the mean)",
    ),
    "column_residents": Text("Habitants", "Residents"),
    "column_fixed": Text("Phase\nfixe", "Fixed\nphase"),
    "column_share": Text("Moyenne", "Mean"),
    "column_interval": Text("Intervalle", "Interval"),
    "column_range": Text("Extrêmes", "Extremes"),
    "column_met": Text("Tenue", "Met"),
    "all_meet": Text(
        "Objectif atteint dans chaque commune, à chaque tirage.", "Every commune meets the target in every draw."
    ),
    "some_miss": Text(
        "Communes qui atteignent l’objectif\u00a0: à chaque tirage {always}, à certains {sometimes}, à aucun {never}.",
        "Communes that meet the target: in every draw {always}, in some {sometimes}, in none {never}.",
    ),
    "method": Text(
        "Tenue\u00a0: part des tirages où la commune atteint l’objectif. Intervalle de Student de la moyenne des tirages\u00a0; "
        "les extrêmes disent jusqu’où va un seul tirage.",
        "Met: share of the draws in which the commune meets the target. Student’s interval of the mean over the draws; "
        "the extremes say how far a single draw goes.",
    ),
    "csv_insee": Text("insee", "insee"),
    "csv_name": Text("commune", "commune"),
    "csv_residents": Text("habitants", "residents"),
    "csv_fixed": Text("desservis, phase fixe (%)", "served, fixed phase (%)"),
    "csv_share": Text("desservis, moyenne (%)", "served, mean (%)"),
    "csv_low": Text("intervalle, bas (%)", "interval, low (%)"),
    "csv_high": Text("intervalle, haut (%)", "interval, high (%)"),
    "csv_least": Text("minimum (%)", "least (%)"),
    "csv_most": Text("maximum (%)", "most (%)"),
    "csv_met": Text("tirages où l’objectif est atteint (%)", "draws that meet the target (%)"),
}
