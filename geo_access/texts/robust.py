"""Texts of how sure a verdict is."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "title": Text(
        "{study}\u00a0: le verdict tient-il\u00a0? {runs} {runs:?calcul|calculs}",
        "{study}: does the verdict hold? {runs} {runs:?run|runs}",
    ),
    "summary": Text(
        "{holds} {holds:?commune tient|communes tiennent} dans tous les calculs, {fragile} {fragile:?bascule|basculent}, "
        "{fails} {fails:?manque|manquent} dans tous. Habitants desservis\u00a0: {low} à {high}, {base} en l’état.",
        "{holds} {holds:?commune meets|communes meet} the target in every run, {fragile} {fragile:?tips|tip}, {fails} "
        "{fails:?misses|miss} in every run. Residents served: {low} to {high}, {base} as it stands.",
    ),
    "method": Text(
        "Une hypothèse changée à la fois, puis toutes ensemble (tirage {seed})\u00a0; chaque calcul est exact. Les écarts "
        "sont en points de pourcentage.",
        "One assumption changed at a time, then all together (seed {seed}); every run is exact. Differences are in "
        "percentage points.",
    ),
    "left_out": Text("Non examiné\u00a0: {said}.", "Not examined: {said}."),
    "reason_no_streets": Text("pas de rues dans l’étude", "the study has no streets"),
    "reason_no_feed": Text("pas d’horaires dans l’étude", "the study has no timetables"),
    "reason_no_trips": Text(
        "les horaires de l’étude n’ont presque aucune course, {value}",
        "the study’s timetables hold hardly any trip, {value}",
    ),
    "reason_all_known": Text("toutes les positions sont connues à l’adresse", "every position is known to the address"),
    "reason_no_service": Text("aucun service le {value}", "no service on {value}"),
    "caption": Text("Les communes", "The communes"),
    "runs_caption": Text("Les calculs", "The runs"),
    "commune": Text("Commune", "Commune"),
    "answer": Text("Réponse", "Answer"),
    "share": Text("Desservis", "Served"),
    "range": Text("de – à", "from – to"),
    "always": Text("toujours desservis", "always served"),
    "sometimes": Text("parfois", "sometimes"),
    "never": Text("jamais", "never"),
    "cause": Text("Ce qui pèse le plus", "What weighs most"),
    "assumption": Text("Hypothèse", "Assumption"),
    "value": Text("Valeur", "Value"),
    "meets": Text("communes tenues", "communes that meet"),
    "answer_holds": Text("tient", "holds"),
    "answer_fragile": Text("fragile", "fragile"),
    "answer_fails": Text("manque", "fails"),
    "answer_nobody": Text("sans habitant", "no residents"),
    "tips": Text("bascule par {what} ({value})", "tipped by {what} ({value})"),
    "tips_also": Text("\u00a0; aussi par\u00a0: {others}", "; also by: {others}"),
    "moves": Text(
        "{what} (écart jusqu’à {points:.1f} {points:?point|points})",
        "{what} (differs by up to {points:.1f} {points:?point|points})",
    ),
    "moves_little": Text("{what} (écart de moins de 0,1 point)", "{what} (differs by less than 0.1 point)"),
    "draw": Text("positions tirées n\u00ba\u00a0{number}", "positions drawn, no. {number}"),
    "of_departures": Text("{share} des départs", "{share} of the departures"),
    "key": Text("{answer}\u00a0: {count} {count:?commune|communes}", "{answer}: {count} {count:?commune|communes}"),
    "together": Text("plusieurs ensemble", "several together"),
    "name_base": Text("en l’état", "as it stands"),
    "name_joint": Text("toutes ensemble", "all together"),
    "name_speed": Text("vitesse de marche", "walking speed"),
    "name_slack": Text("marge à l’embarquement", "boarding slack"),
    "name_hour": Text("heure de départ", "hour of departure"),
    "name_weekday": Text("jour", "day"),
    "name_departures_required": Text("part des départs exigée", "share of departures required"),
    "name_snap": Text("distance à la rue", "distance to the street"),
    "name_positions": Text("position des lieux approximatifs", "position of approximate sites"),
    "map_words": Text(
        "Carte\u00a0: communes qui tiennent (pâle), fragiles (hachures), qui manquent (quadrillage)\u00a0; le tableau dit la "
        "même chose.",
        "Map: communes that hold (pale), fragile ones (hatched), ones that fail (crossed); the table says the same.",
    ),
}
