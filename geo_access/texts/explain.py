"""Texts of explanations: where minutes go, what would serve more residents, a journey told."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "unknown_commune": Text(
        "«\u00a0{name}\u00a0» n’est ni une commune de l’étude, ni un carreau, ni LAT,LON\u00a0; par exemple {known}",
        "“{name}” is neither a commune of the study, nor a cell, nor LAT,LON; for example {known}",
    ),
    "no_times": Text(
        "ce résultat ne porte plus ses temps de trajet\u00a0; refaites check(étude)",
        "this result no longer carries its travel times; run check(study) again",
    ),
    "no_transit": Text(
        "ici les pôles ne sont pas atteints en transports en commun\u00a0: il n’y a pas d’horaire à expliquer",
        "here poles are not reached by public transport: there is no timetable to explain",
    ),
    "nobody": Text(
        "la commune {insee} n’a pas d’habitant dans l’étude", "commune {insee} has no resident in the study"
    ),
    "no_journey": Text(
        "aucun trajet de {origin} à {destination} en partant à {at}",
        "no journey from {origin} to {destination} at {at}",
    ),
    "no_journey_anywhere": Text(
        "aucun site n’est atteint depuis {origin} en partant à {at}", "no site is reached from {origin} at {at}"
    ),
    "too_many_rides": Text(
        "ce trajet de {minutes} a trop de correspondances pour être raconté",
        "this journey of {minutes} has too many changes to be told",
    ),
    "options_together": Text(
        "--at et --to vont avec un point ou un carreau\u00a0; pour une commune, tous les départs comptent",
        "--at and --to go with a point or a cell; for a commune, all departures count",
    ),
    "journey_title": Text(
        "De {origin} à {destination}, départ {at}\u00a0: {minutes}",
        "From {origin} to {destination}, leaving {at}: {minutes}",
    ),
    "commune_title": Text(
        "{name} ({insee})\u00a0: {served} habitants servis sur {residents} ({share})",
        "{name} ({insee}): {served} of {residents} residents served ({share})",
    ),
    "parts_title": Text(
        "Où vont les minutes jusqu’au pôle le plus proche (départ médian de chaque carreau)",
        "Where the minutes to the nearest pole go (each cell’s median departure)",
    ),
    "causes_title": Text(
        "Ce qui servirait le plus d’habitants, une chose changée à la fois",
        "What would serve most residents, one thing changed at a time",
    ),
    "journey_caption": Text("Le trajet, étape par étape", "The journey, step by step"),
    "journey_note": Text(
        "Le trajet qui arrive le plus tôt, avec le moins de véhicules. Les marches sont dessinées en ligne droite "
        "(pointillés) ; leur durée est celle du calcul. Trajet théorique.",
        "The journey that arrives first, with the fewest vehicles. Walks are drawn straight (dotted); their duration is "
        "the computed one. Theoretical journey.",
    ),
    "map_words": Text(
        "Carte de {commune} : ses carreaux selon l’atteinte de la promesse ; les tableaux disent la même chose.",
        "Map of {commune}: its cells by how the promise is kept; the tables say the same.",
    ),
    "clock": Text("Heure", "Time"),
    "what": Text("Étape", "Step"),
    "where": Text("De, vers", "From, to"),
    "duration": Text("Durée", "Duration"),
    "part": Text("Étape", "Part"),
    "mean": Text("Moyenne", "Mean"),
    "mean_beyond": Text("Moyenne au-delà", "Mean beyond"),
    "of_minutes": Text("Part des minutes", "Share of minutes"),
    "if": Text("Si…", "If…"),
    "would_be_served": Text("seraient servis", "would be served"),
    "gained": Text("habitants de plus", "more residents"),
    "walk": Text("à pied", "on foot"),
    "access": Text("marche vers l’arrêt", "walk to the stop"),
    "wait": Text("première attente", "first wait"),
    "ride": Text("à bord", "ride"),
    "change": Text("correspondance", "change"),
    "egress": Text("marche depuis l’arrêt", "walk from the stop"),
    "ride_on": Text("{line} vers {headsign}", "{line} towards {headsign}"),
    "ride_on_line": Text("{line}", "{line}"),
    "hops": Text("{count} arrêts", "{count} stops"),
    "if_first_wait": Text(
        "on partait de chez soi juste à temps pour le premier véhicule",
        "one left home just in time for the first vehicle",
    ),
    "if_stop_far": Text("l’arrêt le plus proche était à la porte", "the nearest stop were at the door"),
    "if_changes": Text("les correspondances ne prenaient aucun temps (au moins)", "changes took no time (at least)"),
    "if_slow_walk": Text("chacun marchait un quart plus vite", "everybody walked a quarter faster"),
    "if_detours": Text("les rues menaient tout droit", "streets led straight"),
    "if_no_site_at_station": Text("un pôle ouvrait à l’arrêt {detail}", "a pole opened at the stop {detail}"),
    "averaged": Text(
        "Moyennes sur les {people} habitants qui ont un trajet, sur {residents}.",
        "Averages over the {people} residents who have a journey, of {residents}.",
    ),
    "hypothesis": Text(
        "Chaque ligne est une hypothèse calculée sur tous les départs, le reste inchangé.",
        "Each line is a hypothesis computed for all departures, all else unchanged.",
    ),
}
