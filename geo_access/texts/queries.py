"""Texts of questions about single times: from where, to where, when, how far in so many minutes."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "no_crs": Text(
        'ces points n’ont pas de système de coordonnées\u00a0; donnez-le, par exemple set_crs("EPSG:4326")',
        'these points have no coordinate reference system; give it, for example set_crs("EPSG:4326")',
    ),
    "not_points": Text(
        "il faut des points, pas {found}\u00a0; prenez par exemple .centroid ou .representative_point()",
        "points are needed, not {found}; take for example .centroid or .representative_point()",
    ),
    "one_point": Text("il faut un seul lieu, pas {count}", "one place is needed, not {count}"),
    "unknown_cell": Text(
        "«\u00a0{name}\u00a0» n’est ni un carreau de l’étude ni LAT,LON (48.9,2.25)\u00a0; par exemple {known}",
        "“{name}” is neither a cell of the study nor LAT,LON (48.9,2.25); for example {known}",
    ),
    "unknown_site": Text(
        "«\u00a0{name}\u00a0» n’est ni un lieu de l’étude ni LAT,LON (48.9,2.25)\u00a0; par exemple {known}",
        "“{name}” is neither a site of the study nor LAT,LON (48.9,2.25); for example {known}",
    ),
    "ambiguous_site": Text(
        "{count} lieux de l’étude s’appellent «\u00a0{name}\u00a0»\u00a0; donnez l’identifiant\u00a0: {ids}",
        "{count} sites of the study are called “{name}”; give the id: {ids}",
    ),
    "not_finite": Text(
        "le point «\u00a0{name}\u00a0» n’a pas de coordonnées (x = {x}, y = {y})\u00a0; corrigez-le ou retirez-le",
        "the point “{name}” has no coordinates (x = {x}, y = {y}); mend it or take it out",
    ),
    "wrong_crs": Text(
        "les coordonnées x = {x}, y = {y} du point «\u00a0{name}\u00a0» n’existent pas dans «\u00a0{crs}\u00a0»\u00a0; déclarez le vrai système avec set_crs(…, allow_override=True)",
        "the coordinates x = {x}, y = {y} of the point “{name}” cannot be in “{crs}”; state the true system with set_crs(…, allow_override=True)",
    ),
    "swapped": Text(
        "«\u00a0{name}\u00a0» est hors du territoire, mais ses coordonnées échangées y sont\u00a0; la latitude vient d’abord\u00a0: vouliez-vous dire {turned}\u00a0?",
        "“{name}” is off the territory, but its coordinates swapped lie in it; latitude comes first: did you mean {turned}?",
    ),
    "swapped_xy": Text(
        "le point «\u00a0{name}\u00a0» est hors du territoire, mais ses coordonnées échangées y sont ({turned} en LAT,LON)\u00a0; x est la longitude, y la latitude",
        "the point “{name}” is off the territory, but its coordinates swapped lie in it ({turned} as LAT,LON); x is the longitude, y the latitude",
    ),
    "too_far": Text(
        "«\u00a0{name}\u00a0» est à {km:,.0f}\u00a0km du territoire de l’étude (au plus près\u00a0: {commune})\u00a0; il faut un point à moins de {most:.0f}\u00a0km, écrit LAT,LON",
        "“{name}” is {km:,.0f} km off the study’s territory (the nearest: {commune}); it takes a point within {most:.0f} km, written LAT,LON",
    ),
    "nowhere": Text(
        "«\u00a0{name}\u00a0» est très loin du territoire de l’étude\u00a0; il faut un point à moins de {most:.0f}\u00a0km, écrit LAT,LON",
        "“{name}” is very far off the study’s territory; it takes a point within {most:.0f} km, written LAT,LON",
    ),
    "not_on_earth": Text(
        "{name} n’est pas un point sur Terre\u00a0; écrivez LAT,LON en degrés, par exemple 48.9,2.25",
        "{name} is no point on Earth; write LAT,LON in degrees, for example 48.9,2.25",
    ),
    "wrong_clock": Text(
        "«\u00a0{said}\u00a0» n’est pas une heure\u00a0; écrivez 09:17 ou 09:17:30",
        "“{said}” is no time; write 09:17 or 09:17:30",
    ),
    "wrong_departures": Text(
        "aucun départ entre {first} et {last} toutes les {every} s",
        "no departure between {first} and {last} every {every} s",
    ),
    "wrong_percentile": Text(
        "un percentile va de 0 à 100, pas {said}", "a percentile lies between 0 and 100, not {said}"
    ),
    "times_wanted": Text(
        "il faut une étude (ga.open_study), une couverture (ga.check) ou des temps (ga.open_times), pas {said}",
        "it takes a study (ga.open_study), a coverage (ga.check) or travel times (ga.open_times), not {said}",
    ),
    "study_wanted": Text(
        'il faut une étude, pas {said}\u00a0; ouvrez-la avec ga.open_study("dossier")',
        'it takes a study, not {said}; open it with ga.open_study("folder")',
    ),
    "studies_wanted": Text(
        "il faut une liste d’études, pas {said}\u00a0; pour une seule, ga.check(étude)",
        "it takes a list of studies, not {said}; for a single one, ga.check(study)",
    ),
    "coverage_wanted": Text(
        'il faut une couverture, pas {said}\u00a0; calculez-la avec ga.check(ga.open_study("dossier"))',
        'it takes a coverage, not {said}; compute it with ga.check(ga.open_study("folder"))',
    ),
    "place_wanted": Text(
        "il faut un nom, «\u00a048.9,2.25\u00a0» (LAT,LON), une liste de noms ou des points avec leur système de coordonnées, pas {said}",
        "it takes a name, “48.9,2.25” (LAT,LON), a list of names, or points with their coordinate reference system, not {said}",
    ),
    "departures_wanted": Text(
        'il faut une heure telle que "09:17" ou ga.Departures(first, every_s, count), pas {said}',
        'it takes a time of day such as "09:17" or ga.Departures(first, every_s, count), not {said}',
    ),
    "number_wanted": Text(
        "{name}\u00a0: il faut un nombre, pas {said}\u00a0; écrivez-le sans guillemets",
        "{name}: it takes a number, not {said}; write it without quotation marks",
    ),
    "whole_wanted": Text(
        "{name}\u00a0: il faut un nombre entier, pas {said}", "{name}: it takes a whole number, not {said}"
    ),
    "number_outside": Text(
        "{name}\u00a0: {said} est hors des bornes\u00a0; il faut {range_fr}",
        "{name}: {said} is out of range; it takes {range_en}",
    ),
    "choice_wanted": Text(
        "{name}\u00a0: {said} ne convient pas\u00a0; il faut une valeur parmi {known}",
        "{name}: {said} will not do; it takes one of {known}",
    ),
    "choice_near": Text(
        "{name}\u00a0: {said} ne convient pas\u00a0; il faut une valeur parmi {known}\u00a0; vouliez-vous dire «\u00a0{near}\u00a0»\u00a0?",
        "{name}: {said} will not do; it takes one of {known}; did you mean “{near}”?",
    ),
    "percentiles_wanted": Text(
        "percentiles\u00a0: il faut une liste de nombres telle que (10, 50, 90), ou None pour chaque départ, pas {said}",
        "percentiles: it takes a list of numbers such as (10, 50, 90), or None for every departure, not {said}",
    ),
    "percentile_share": Text(
        "un percentile se compte sur 100, et {said} est une part\u00a0; écrivez {instead:g} pour cette part",
        "a percentile counts out of 100, and {said} is a share; write {instead:g} for that share",
    ),
    "wrong_minutes": Text("{said} minutes\u00a0: il en faut plus de 0", "{said} minutes: more than 0 are needed"),
    "wrong_resolution": Text(
        "une maille de {said} m ne donne rien de lisible ici\u00a0; prenez entre 10 et 2000 m",
        "squares of {said} m give nothing readable here; take between 10 and 2000 m",
    ),
    "options_together": Text(
        "--from et --to vont ensemble\u00a0; --isochrone va avec --minutes et --output, et sans --from",
        "--from and --to go together; --isochrone goes with --minutes and --output, and without --from",
    ),
    "output_needed": Text(
        "donnez le fichier à écrire\u00a0: --output times.parquet", "name the file to write: --output times.parquet"
    ),
    "one_time": Text(
        "Départ à {clock}, de {origin} à {destination}\u00a0: {minutes}",
        "Leaving at {clock}, from {origin} to {destination}: {minutes}",
    ),
    "all_times": Text(
        "{origin} → {destination}, {count} départs de {first} à {last}\u00a0: 10e percentile {p10}, médiane {p50}, 90e percentile {p90}",
        "{origin} → {destination}, {count} departures from {first} to {last}: 10th percentile {p10}, median {p50}, 90th percentile {p90}",
    ),
    "minutes": Text("{minutes} min {seconds:02d} s", "{minutes} min {seconds:02d} s"),
    "never": Text("aucun trajet ({reason})", "no journey ({reason})"),
    "isochrone_written": Text(
        "{residents} habitants sur {total} rejoignent {site} en moins de {minutes}\u00a0min à {share} des départs au moins ({unsnapped} sont trop loin de toute rue). Contour, en carrés de {resolution}\u00a0m\u00a0: {file}",
        "{residents} of {total} residents reach {site} in less than {minutes} min at {share} of the departures or more ({unsnapped} are too far from any street). Outline, in squares of {resolution} m: {file}",
    ),
    "reason_unsnapped": Text("le départ est trop loin de toute rue", "the start is too far from any street"),
    "reason_site_unsnapped": Text("l’arrivée est trop loin de toute rue", "the destination is too far from any street"),
    "reason_no_stop": Text("aucun arrêt à pied depuis le départ", "no stop within walking distance of the start"),
    "reason_site_no_stop": Text(
        "aucun arrêt à pied de l’arrivée", "no stop within walking distance of the destination"
    ),
    "reason_unreachable": Text("rien n’y mène à ces heures", "nothing leads there at these hours"),
}
