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
        'ici les pôles ne sont pas atteints en transports en commun\u00a0: il n’y a pas d’horaire à expliquer\u00a0; donnez transit.gtfs et policy.pole.mode = "transit"',
        'here poles are not reached by public transport: there is no timetable to explain; give transit.gtfs and policy.pole.mode = "transit"',
    ),
    "nobody": Text(
        "la commune {insee} n’a pas d’habitant dans l’étude", "commune {insee} has no resident in the study"
    ),
    "no_journey": Text(
        "aucun trajet de {origin} à {destination} {when}", "no journey from {origin} to {destination} {when}"
    ),
    "no_journey_anywhere": Text(
        "aucun site n’est atteint depuis {origin} {when}", "no site is reached from {origin} {when}"
    ),
    "no_journey_outside": Text(
        "aucun trajet depuis {origin} {when}\u00a0: ce point est à {km:.1f} km des communes de l’étude (la plus proche\u00a0: {commune})\u00a0; "
        "partez d’un point de l’étude",
        "no journey from {origin} {when}: this point is {km:.1f} km away from the study’s communes (the nearest: {commune}); "
        "start from a point within the study",
    ),
    "no_journey_nowhere": Text(
        "aucun trajet depuis {origin} {when}\u00a0: ce point n’a pas de place dans la projection de l’étude\u00a0; partez d’un point de l’étude",
        "no journey from {origin} {when}: this point has no place in the study’s projection; start from a point within the study",
    ),
    "no_journey_turned": Text(
        "aucun trajet depuis {origin} {when}\u00a0: ce point est hors des communes de l’étude\u00a0; la latitude vient d’abord, "
        "vouliez-vous dire {turned}\u00a0?",
        "no journey from {origin} {when}: this point lies outside the study’s communes; latitude comes first, did you mean {turned}?",
    ),
    "no_journey_street": Text(
        "aucun trajet depuis {origin} {when}\u00a0: aucune rue à {snap_m:g} m ou moins (walking.snap_m)\u00a0; partez d’un point plus proche d’une rue",
        "no journey from {origin} {when}: no street within {snap_m:g} m (walking.snap_m); start from a point nearer to a street",
    ),
    "no_journey_site": Text(
        "aucun trajet de {origin} à {destination} {when}\u00a0: l’arrivée n’a aucune rue à {snap_m:g} m ou moins (walking.snap_m)",
        "no journey from {origin} to {destination} {when}: there is no street within {snap_m:g} m of where it ends (walking.snap_m)",
    ),
    "no_journey_stop": Text(
        "aucun trajet depuis {origin} {when}\u00a0: ni arrêt à {access:g} min de marche, ni site à {direct:g} min (walking.limits_min)",
        "no journey from {origin} {when}: neither a stop within a walk of {access:g} min, nor a site within {direct:g} min (walking.limits_min)",
    ),
    "when_at": Text("en partant à {at}", "at {at}"),
    "when_never": Text("à aucun départ étudié ({count})", "at any departure studied ({count})"),
    "too_many_rides": Text(
        "ce trajet de {minutes} a trop de correspondances pour être raconté",
        "this journey of {minutes} has too many changes to be told",
    ),
    "options_together": Text(
        "--at et --to vont avec un point ou un carreau\u00a0; pour une commune, tous les départs et tous les pôles comptent",
        "--at and --to go with a point or a cell; for a commune, all departures and all poles count",
    ),
    "journey_title": Text(
        "De {origin} à {destination}, départ {at}\u00a0: {minutes}",
        "From {origin} to {destination}, leaving {at}: {minutes}",
    ),
    "commune_title": Text(
        "{name} ({insee})\u00a0: {served} {count:?habitant desservi|habitants desservis} sur {residents} ({share})",
        "{name} ({insee}): {served} {count:?resident|residents} of {residents} served ({share})",
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
        "Le trajet qui arrive le plus tôt, avec le moins de véhicules. Trajet théorique.",
        "The journey that arrives first, with the fewest vehicles. Theoretical journey.",
    ),
    "walks_streets": Text(
        "Les marches (pointillés) suivent les rues que le calcul a prises.",
        "Walks (dotted) follow the streets that the computation took.",
    ),
    "walks_straight": Text(
        "Les marches (pointillés) sont dessinées tout droit, faute de rues\u00a0; leur durée est celle du calcul.",
        "Walks (dotted) are drawn straight for want of streets; their duration is the computed one.",
    ),
    "walks_mixed": Text(
        "Les marches (pointillés) suivent les rues que le calcul a prises\u00a0; à l’intérieur d’une station et là où aucune rue ne mène, "
        "elles sont dessinées tout droit.",
        "Walks (dotted) follow the streets that the computation took; inside a station and where no street leads they are drawn "
        "straight.",
    ),
    "ride_drawn": Text(
        "Les trajets à bord vont tout droit d’arrêt en arrêt.", "Rides are drawn straight from stop to stop."
    ),
    "in_time_lt": Text(
        "C’est moins de {minutes} min\u00a0: à ce départ, le pôle est à portée.",
        "That is less than {minutes} min: at this departure the pole is in reach.",
    ),
    "in_time_le": Text(
        "C’est {minutes} min au plus\u00a0: à ce départ, le pôle est à portée.",
        "That is {minutes} min at most: at this departure the pole is in reach.",
    ),
    "too_late_lt": Text(
        "Ce n’est pas moins de {minutes} min\u00a0: à ce départ, le pôle n’est pas à portée (une antenne peut l’être).",
        "That is not less than {minutes} min: at this departure the pole is out of reach (an antenna may be in reach).",
    ),
    "too_late_le": Text(
        "C’est plus de {minutes} min\u00a0: à ce départ, le pôle n’est pas à portée (une antenne peut l’être).",
        "That is more than {minutes} min: at this departure the pole is out of reach (an antenna may be in reach).",
    ),
    "at_median": Text(
        "Pourquoi {at}\u00a0? Des {count} départs étudiés, c’est le premier dont la durée est médiane\u00a0: au moins la moitié des départs "
        "ne mettent pas plus longtemps. --at HH:MM en choisit un autre.",
        "Why {at}? Of the {count} departures studied it is the first of median duration: at least half of them take no longer. "
        "--at HH:MM chooses another.",
    ),
    "at_median_some": Text(
        "Pourquoi {at}\u00a0? Des {count} départs étudiés, {arriving} {arriving:?arrive|arrivent}\u00a0; c’est le premier de durée médiane parmi eux. "
        "--at HH:MM en choisit un autre.",
        "Why {at}? Of the {count} departures studied {arriving} {arriving:?arrives|arrive}; it is the first of median duration among them. "
        "--at HH:MM chooses another.",
    ),
    "from_outside": Text(
        "Le départ est à {km:.1f} km hors des communes de l’étude (la plus proche\u00a0: {commune}).",
        "The start is {km:.1f} km outside the study’s communes (the nearest: {commune}).",
    ),
    "map_words": Text(
        "Carte de {commune}\u00a0: ses carreaux selon l’atteinte de la promesse\u00a0; les tableaux disent la même chose.",
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
    "would_be_served": Text("seraient desservis", "would be served"),
    "gained": Text("habitants de plus", "more residents"),
    "walk": Text("à pied", "on foot"),
    "access": Text("marche vers l’arrêt", "walk to the stop"),
    "wait": Text("première attente", "first wait"),
    "ride": Text("à bord", "ride"),
    "change": Text("correspondance", "change"),
    "egress": Text("marche depuis l’arrêt", "walk from the stop"),
    "ride_on": Text("{line} vers {headsign}", "{line} towards {headsign}"),
    "ride_on_line": Text("{line}", "{line}"),
    "hops": Text("{count} {count:?arrêt|arrêts}", "{count} {count:?stop|stops}"),
    "cause": Text("Cause", "Cause"),
    "cause_first_wait": Text("les attentes", "waits"),
    "cause_stop_far": Text("trop loin d’un arrêt", "too far from a stop"),
    "cause_changes": Text("pas de ligne directe", "no direct line"),
    "cause_slow_walk": Text("une marche lente", "slow walking"),
    "cause_detours": Text(
        "du mauvais côté d’un fleuve ou de voies, détours à pied", "wrong side of a river or tracks, detours on foot"
    ),
    "cause_detours_supposed": Text("détours à pied (supposés)", "detours on foot (supposed)"),
    "cause_no_site_at_station": Text("pas de site à l’arrêt {detail}", "no site at the stop {detail}"),
    "main_causes": Text(
        "{count:?La cause qui pèse|Les causes qui pèsent} le plus, avec la part qui serait desservie sans {count:?elle|chacune}\u00a0: {causes}.",
        "{count:?The cause that weighs|The causes that weigh} most, with the share that would be served without {count:?it|each}: {causes}.",
    ),
    "no_causes": Text(
        "Aucune de ces choses, changée seule, ne servirait un habitant de plus.",
        "None of these things, changed alone, would serve one resident more.",
    ),
    "all_served": Text("Tous les habitants sont desservis.", "All residents are served."),
    "no_river": Text(
        "Cette étude n’a pas de rues\u00a0: un fleuve ou des voies à contourner n’y comptent que par le détour supposé (× {detour:g}).",
        "This study has no streets: a river or tracks to go round count only by the supposed detour (× {detour:g}).",
    ),
    "total": Text("porte à porte", "door to door"),
    "median": Text("Médiane", "Median"),
    "median_beyond": Text("Médiane au-delà", "Median beyond"),
    "legend_pale": Text("plus pâles\u00a0: les communes voisines", "paler: the neighbouring communes"),
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
        "Moyennes et médianes sur {people} {count:?habitant qui a|habitants qui ont} un trajet, sur {residents}\u00a0; au-delà\u00a0: {beyond}. "
        "Les médianes des étapes ne s’ajoutent pas.",
        "Means and medians over {people} {count:?resident who has|residents who have} a journey, of {residents}; beyond: {beyond}. "
        "The medians of parts do not add up.",
    ),
    "hypothesis": Text(
        "Chaque ligne est une hypothèse calculée sur tous les départs, le reste inchangé.",
        "Each line is a hypothesis computed for all departures, all else unchanged.",
    ),
}
