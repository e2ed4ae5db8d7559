"""Texts of scenarios: lines, stops and streets that are not there, or not so, today."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # In titles and notes
    "study": Text(
        "{study} – hypothèse\u00a0: scénario «\u00a0{names}\u00a0»", "{study} – hypothesis: scenario “{names}”"
    ),
    "note": Text(
        "Hypothèse\u00a0: scénario «\u00a0{names}\u00a0». Les horaires ou les rues de ce résultat ne sont pas ceux d’aujourd’hui ({files}).",
        "Hypothesis: scenario “{names}”. The timetable or the streets of this result are not today’s ({files}).",
    ),
    # What a file says
    "not_found": Text(
        "fichier de scénario introuvable\u00a0; vérifiez le chemin (dans study.toml, il part du dossier de study.toml)",
        "no such scenario file; check the path (in study.toml it starts from the folder of study.toml)",
    ),
    "empty": Text(
        "le scénario ne change rien\u00a0; ajoutez au moins une modification parmi {known}",
        "the scenario changes nothing; add at least one edit among {known}",
    ),
    "no_timetable": Text(
        "un scénario de lignes demande des horaires\u00a0; nommez-en dans transit.gtfs",
        "a scenario of lines needs a timetable; name one in transit.gtfs",
    ),
    "no_streets": Text(
        "{edit}\u00a0: l’étude marche en ligne droite\u00a0; nommez des rues dans walking.streets, ou retirez cette modification",
        "{edit}: the study walks in a straight line; name streets in walking.streets, or drop this edit",
    ),
    "hint_mode": Text(
        "un mode parmi {known}, ou un route_type de GTFS", "a mode among {known}, or a route_type of GTFS"
    ),
    "hint_station": Text(
        "un arrêt existant (stop\u00a0: stop_id ou nom exact), ou name, lat et lon d’un nouveau",
        "an existing stop (stop: stop_id or exact name), or name, lat and lon of a new one",
    ),
    "hint_access": Text(
        "access_s ne vaut que pour une nouvelle station (name, lat, lon)\u00a0: un arrêt existant a déjà son accès",
        "access_s is for a new station only (name, lat, lon): an existing stop has its way in already",
    ),
    "hint_run_times": Text(
        "soit run_times_s, soit run_times_min (une valeur de moins que de stations), soit speed_kmh (add_line seulement)",
        "either run_times_s or run_times_min (one value fewer than stations), or speed_kmh (add_line only)",
    ),
    "hint_headway": Text(
        "soit headway (des tranches from, to, every_min), soit departures (une liste d’heures)",
        "either headway (bands of from, to, every_min) or departures (a list of times)",
    ),
    "hint_reroute": Text("soit skip, soit replace", "either skip or replace"),
    "hint_frequency": Text("soit factor, soit every_min", "either factor or every_min"),
    # What an edit does not find
    "no_line": Text(
        "{edit}\u00a0: aucune ligne «\u00a0{said}\u00a0» ne circule ce jour-là\u00a0; les plus proches\u00a0: {near}",
        "{edit}: no line “{said}” runs on this day; the nearest: {near}",
    ),
    "many_lines": Text(
        "{edit}\u00a0: «\u00a0{said}\u00a0» désigne plusieurs lignes\u00a0: {found}\u00a0; donnez le route_id, ou agency, ou feed",
        "{edit}: “{said}” stands for several lines: {found}; give the route_id, or agency, or feed",
    ),
    "no_stop": Text(
        "{edit}\u00a0: aucun arrêt «\u00a0{said}\u00a0» n’est desservi ici ce jour-là\u00a0; les plus proches\u00a0: {near}",
        "{edit}: no stop “{said}” is served here on this day; the nearest: {near}",
    ),
    "many_stops": Text(
        "{edit}\u00a0: «\u00a0{said}\u00a0» désigne des arrêts de plusieurs endroits\u00a0: {found}\u00a0; donnez leurs stop_id",
        "{edit}: “{said}” stands for stops of several places: {found}; give their stop_id",
    ),
    "same_stop_twice": Text(
        "{edit}\u00a0: deux stations qui se suivent sont le même arrêt\u00a0; corrigez stations",
        "{edit}: two stations in a row are the same stop; mend stations",
    ),
    "no_departure": Text(
        "{edit}\u00a0: aucun départ entre first et last\u00a0; élargissez-les, ou headway",
        "{edit}: no departure between first and last; widen them, or headway",
    ),
    "no_stretch": Text(
        "{edit}\u00a0: aucune course de {line} ne va de «\u00a0{one}\u00a0» à «\u00a0{other}\u00a0» ainsi\u00a0; pour open_stop, les deux arrêts doivent se suivre",
        "{edit}: no trip of {line} goes from “{one}” to “{other}” like this; for open_stop the two must follow each other",
    ),
    "no_trip_in_band": Text(
        "{edit}\u00a0: aucune course de {line} ne part dans cette tranche\u00a0; changez from et to, ou employez add_line",
        "{edit}: no trip of {line} leaves in these hours; change from and to, or use add_line",
    ),
    "frequency_unchanged": Text(
        "{edit}\u00a0: aucune course de {line} ne change\u00a0; prenez un facteur plus éloigné de 1",
        "{edit}: no trip of {line} changes; take a factor farther from 1",
    ),
    "speed_unchanged": Text(
        "{edit}\u00a0: aucune course de {line} ne change\u00a0; vérifiez factor et between",
        "{edit}: no trip of {line} changes; check factor and between",
    ),
    "not_served": Text(
        "{edit}\u00a0: aucune course ne dessert plus {stop}\u00a0; retirez cette modification",
        "{edit}: no trip calls at {stop} any more; drop this edit",
    ),
    "bad_point": Text(
        "{edit}\u00a0: un point n’est pas [lat, lon] en degrés\u00a0; corrigez points",
        "{edit}: a point is not [lat, lon] in degrees; mend points",
    ),
    "far_from_streets": Text(
        "{edit}\u00a0: le bout {end} est à {metres} m de la rue la plus proche que tous peuvent emprunter (au plus {snap_m:g} m)\u00a0; prolongez points jusqu’à une rue",
        "{edit}: end {end} is {metres} m from the nearest street that everyone may use (at most {snap_m:g} m); take points as far as a street",
    ),
    "street_nowhere": Text(
        "{edit}\u00a0: les deux bouts rejoignent la rue au même endroit\u00a0; corrigez points",
        "{edit}: both ends meet the street in one place; mend points",
    ),
    # What an edit touched
    "added_line": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: ligne {line} ajoutée, {trips:,} {trips:?course|courses}, {stops:,} stations dont {new:,} {new:?nouvelle|nouvelles}",
        "hypothesis “{scenario}”, {edit}: line {line} added, {trips:,} {trips:?trip|trips}, {stops:,} stations of which {new:,} new",
    ),
    "added_deep_line": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: ligne {line} ajoutée, {trips:,} {trips:?course|courses}, {stops:,} stations dont {new:,} {new:?nouvelle|nouvelles}, jusqu’à {access_s:,}\u00a0s de la rue au quai",
        "hypothesis “{scenario}”, {edit}: line {line} added, {trips:,} {trips:?trip|trips}, {stops:,} stations of which {new:,} new, up to {access_s:,} s from the street to the platform",
    ),
    "removed_line": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: ligne {line} supprimée, {trips:,} {trips:?course|courses}",
        "hypothesis “{scenario}”, {edit}: line {line} removed, {trips:,} {trips:?trip|trips}",
    ),
    "skipped_stops": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: {trips:,} {trips:?course|courses} de {line} ne {trips:?s’arrête|s’arrêtent} plus à {stops:,} {stops:?arrêt|arrêts} ({gone:,} {gone:?course disparaît|courses disparaissent})",
        "hypothesis “{scenario}”, {edit}: {trips:,} {trips:?trip|trips} of {line} no longer {trips:?calls|call} at {stops:,} {stops:?stop|stops} ({gone:,} {gone:?trip vanishes|trips vanish})",
    ),
    "replaced_stretch": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: {trips:,} {trips:?course|courses} de {line} {trips:?va|vont} autrement de {from} à {to}, par {stops:,} {stops:?station|stations}",
        "hypothesis “{scenario}”, {edit}: {trips:,} {trips:?trip|trips} of {line} {trips:?goes|go} another way from {from} to {to}, by {stops:,} {stops:?station|stations}",
    ),
    "changed_frequency": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: {after:,} {after:?course|courses} de {line} dans la tranche au lieu de {before:,}",
        "hypothesis “{scenario}”, {edit}: {after:,} {after:?trip|trips} of {line} in these hours instead of {before:,}",
    ),
    "changed_speed": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: {trips:,} {trips:?course|courses} de {line} {trips:?gagne|gagnent} {minutes:.1f}\u00a0min en moyenne",
        "hypothesis “{scenario}”, {edit}: {trips:,} {trips:?trip|trips} of {line} {trips:?saves|save} {minutes:.1f} min on average",
    ),
    "changed_speed_slower": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: {trips:,} {trips:?course|courses} de {line} {trips:?perd|perdent} {minutes:.1f}\u00a0min en moyenne",
        "hypothesis “{scenario}”, {edit}: {trips:,} {trips:?trip|trips} of {line} {trips:?loses|lose} {minutes:.1f} min on average",
    ),
    "closed_stop": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: {stop} fermé ({stops:,} {stops:?arrêt|arrêts})\u00a0: {calls:,} {calls:?passage|passages} de {trips:,} {trips:?course|courses} {calls:?sauté|sautés} ({gone:,} {gone:?course disparaît|courses disparaissent})",
        "hypothesis “{scenario}”, {edit}: {stop} closed ({stops:,} {stops:?stop|stops}): {calls:,} {calls:?call|calls} of {trips:,} {trips:?trip|trips} left out ({gone:,} {gone:?trip vanishes|trips vanish})",
    ),
    "opened_stop": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: {trips:,} {trips:?course|courses} de {line} {trips:?s’arrête|s’arrêtent} aussi à {stop}",
        "hypothesis “{scenario}”, {edit}: {trips:,} {trips:?trip|trips} of {line} also {trips:?calls|call} at {stop}",
    ),
    "added_street": Text(
        "hypothèse «\u00a0{scenario}\u00a0», {edit}\u00a0: voie {name} ajoutée, {metres:,}\u00a0m (bouts à {gap_m:,}\u00a0m au plus des rues)",
        "hypothesis “{scenario}”, {edit}: street {name} added, {metres:,} m (ends at most {gap_m:,} m from the streets)",
    ),
}
