"""Texts of the caravan: reading its stops, whom it reaches, its page."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "no_date": Text(
        "arrêt sans date\u00a0; écrivez-la dans la colonne date, par exemple 2026-10-08",
        "stop without a date; write it in the column date, for example 2026-10-08",
    ),
    "wrong_date": Text(
        "«\u00a0{value}\u00a0» n’est pas une date\u00a0; écrivez 2026-10-08 ou 08/10/2026",
        "“{value}” is no date; write 2026-10-08 or 08/10/2026",
    ),
    "wrong_hours": Text(
        "«\u00a0{value}\u00a0» n’est pas un horaire\u00a0; écrivez 11h-19h, ou 11:00 et 19:00 dans les colonnes de et à",
        "“{value}” is no time; write 11h-19h, or 11:00 and 19:00 in the columns from and to",
    ),
    "half_hours": Text(
        "il manque le début ou la fin de l’arrêt\u00a0; donnez les deux heures ou aucune",
        "the beginning or the end of the stop is missing; give both hours or none",
    ),
    "ends_before": Text(
        "l’arrêt finit ({last}) avant d’avoir commencé ({first})\u00a0; corrigez ses heures",
        "the stop ends ({last}) before it begins ({first}); mend its hours",
    ),
    "twice": Text(
        "«\u00a0{name}\u00a0» est déjà, au même jour et à la même heure, à la ligne {other_row}\u00a0; supprimez l’une des deux",
        "“{name}” stands already, on the same day at the same hour, in row {other_row}; remove one of the two",
    ),
    "not_a_point": Text(
        "un arrêt est un point, pas un objet {found}\u00a0; donnez lat et lon",
        "a stop is a point, not a {found}; give lat and lon",
    ),
    "nowhere": Text(
        "aucun arrêt n’a de coordonnées (lignes lues\u00a0: {count})\u00a0; ajoutez lat et lon",
        "no stop has coordinates (rows read: {count}); add lat and lon",
    ),
    "no_site_stops": Text(
        "aucun lieu n’y est un arrêt de caravane daté\u00a0; donnez les arrêts par --stops FICHIER",
        "no site there is a dated mobile stop; give the stops by --stops FILE",
    ),
    "without_point": Text(
        "l’arrêt «\u00a0{name}\u00a0» n’a pas de coordonnées\u00a0: il n’est pas compté",
        "the stop “{name}” has no coordinates: it is not counted",
    ),
    "no_hours": Text(
        "l’arrêt «\u00a0{name}\u00a0» n’a pas d’horaire\u00a0: ses heures ne sont pas comptées",
        "the stop “{name}” has no hours: they are not counted",
    ),
    "outside": Text(
        "l’arrêt «\u00a0{name}\u00a0» est à {km} km du territoire",
        "the stop “{name}” is {km} km away from the territory",
    ),
    "other_commune": Text(
        "l’arrêt «\u00a0{name}\u00a0» est dit à {said}, mais son point est à {found}",
        "the stop “{name}” is said to be in {said}, but its point is in {found}",
    ),
    "rough": Text(
        "la position de {count} {count:?arrêt|arrêts} sur {total} est approchée\u00a0: ce qui en est dit n’est qu’un exemple",
        "the position of {count} {count:?stop|stops} of {total} is approximate: what is said of them is an example only",
    ),
    "unsnapped_stop": Text(
        "l’arrêt «\u00a0{name}\u00a0» est trop loin de toute rue\u00a0: personne n’y va à pied",
        "the stop “{name}” is too far from any street: nobody walks there",
    ),
    "out_of_season": Text(
        "l’arrêt «\u00a0{name}\u00a0» du {day} est hors de la période ({first} – {last})\u00a0: il n’est pas compté",
        "the stop “{name}” on {day} lies outside the season ({first} – {last}): it is not counted",
    ),
    "empty_season": Text(
        "aucun arrêt du {first} au {last}\u00a0; les arrêts vont du {known_first} au {known_last}",
        "no stop from {first} to {last}; the stops go from {known_first} to {known_last}",
    ),
    "wrong_season": Text(
        "--season «\u00a0{said}\u00a0»\u00a0: écrivez DEBUT..FIN, par exemple 2026-06-01..2026-09-30",
        "--season “{said}”: write FROM..TO, for example 2026-06-01..2026-09-30",
    ),
    "season_turned": Text(
        "la période finit ({last}) avant de commencer ({first})\u00a0; écrivez le premier jour d’abord",
        "the season ends ({last}) before it begins ({first}); write the first day first",
    ),
    "season_long": Text(
        "la période du {first} au {last} dure plus de {years} ans\u00a0; corrigez une date ou donnez --season DEBUT..FIN",
        "the season from {first} to {last} takes more than {years} years; mend a date or give --season FROM..TO",
    ),
    "too_often": Text(
        "personne ne peut être à portée {count} fois\u00a0: il y a {stops} {stops:?arrêt|arrêts}",
        "nobody can be within reach {count} times: there {stops:?is|are} {stops} {stops:?stop|stops}",
    ),
    "findings_more": Text(
        "… et {count} {count:?autre|autres} de ce genre\u00a0; --format json les donne tous.",
        "… and {count} more of this kind; --format json gives them all.",
    ),
    "no_times": Text(
        "ce verdict ne garde pas ses temps de trajet\u00a0; refaites-le par check(study)",
        "this coverage keeps no travel times; make it anew by check(study)",
    ),
    "wrong_number": Text(
        "{name} = {value}\u00a0: il faut un nombre de {least:g} à {most:,.10g}",
        "{name} = {value}: it must be a number from {least:g} to {most:,.10g}",
    ),
    "no_feed": Text(
        "l’étude n’a pas d’horaires de transport\u00a0; ajoutez transit.gtfs ou restez à pied",
        "the study has no timetable; add transit.gtfs or stay on foot",
    ),
    "stop_without_hours": Text(
        "l’arrêt «\u00a0{name}\u00a0» n’a pas d’horaire\u00a0: sans lui, on ne sait pas quels transports y mènent\u00a0; ajoutez ses heures",
        "the stop “{name}” has no hours: without them nobody knows which rides lead there; add its hours",
    ),
    "title": Text(
        "La caravane atteint {reached} {count:?habitant|habitants} hors de la promesse sur {beyond} ({share})",
        "The caravan reaches {reached} {count:?resident|residents} beyond the promise, of {beyond} ({share})",
    ),
    "title_none": Text(
        "La caravane atteint {reached} {count:?habitant|habitants}\u00a0; personne n’est hors de la promesse",
        "The caravan reaches {reached} {count:?resident|residents}; nobody is beyond the promise",
    ),
    "lead": Text(
        "Du {first} au {last} (arrêts\u00a0: {stops}, heures\u00a0: {hours}). À portée veut dire {limit}. "
        "{everyone} {count:?habitant est|habitants sont} à portée au moins une fois\u00a0; {never} {never_count:?habitant|habitants} hors de la promesse ne "
        "{never_count:?l’est|le sont} jamais.",
        "From {first} to {last} (stops: {stops}, hours: {hours}). Within reach means {limit}. "
        "{everyone} {count:?resident is|residents are} within reach at least once; {never} {never_count:?resident|residents} beyond the promise never "
        "{never_count:?is|are}.",
    ),
    "lead_often": Text(
        "Au moins {count} fois à portée\u00a0: {reached} {people:?habitant|habitants} hors de la promesse.",
        "Within reach at least {count} {count:?time|times}: {reached} {people:?resident|residents} beyond the promise.",
    ),
    "unsnapped": Text(
        "{people} {count:?habitant n’est relié|habitants ne sont reliés} à aucune rue, ni {count:?compté atteint|comptés atteints} ni hors de la promesse.",
        "{people} {count:?resident is|residents are} tied to no street, counted neither as reached nor as beyond the promise.",
    ),
    "limit_lt": Text("à moins de {minutes} min {way}", "less than {minutes} min {way}"),
    "limit_le": Text("à {minutes} min au plus {way}", "at most {minutes} min {way}"),
    "way_walk": Text("à pied", "on foot"),
    "way_transit": Text(
        "à pied ou en transports, pendant l’arrêt, aux horaires de l’étude (hypothèse)",
        "on foot or by public transport, while it stands there, by the study’s timetable (hypothesis)",
    ),
    "straight_line": Text(
        "Les distances à pied sont estimées à vol d’oiseau, avec un détour\u00a0: cette étude n’a pas de rues.",
        "Walks are estimated in a straight line with a detour: this study has no streets.",
    ),
    "promise": Text(
        "Un arrêt daté ne tient jamais la promesse\u00a0: le verdict des communes ne change pas.",
        "A dated stop never keeps the promise: the verdict of the communes does not change.",
    ),
    "next_proven": Text(
        "Hypothèse\u00a0: carreaux habités où chercher une place, pas des adresses. Optimum prouvé. Arrêts de plus\u00a0: {count}, à portée à pied de {gained} "
        "{people:?habitant|habitants} hors de la promesse jusque-là {people:?manqué|manqués}.",
        "Hypothesis: populated squares where to look for a place, not addresses. Proven optimum. Stops more: {count}, within "
        "walking reach of {gained} {people:?resident|residents} beyond the promise who {people:?is|are} missed so far.",
    ),
    "next_not_proven": Text(
        "Hypothèse\u00a0: carreaux habités où chercher une place, pas des adresses. Arrêts de plus\u00a0: {count}, à portée à pied de {gained} "
        "{people:?habitant|habitants} hors de la promesse jusque-là {people:?manqué|manqués}\u00a0; optimum non prouvé, {bound} au plus.",
        "Hypothesis: populated squares where to look for a place, not addresses. Stops more: {count}, within walking reach of {gained} {people:?resident|residents} "
        "beyond the promise who {people:?is|are} missed so far; not proven to be the optimum, {bound} at most.",
    ),
    "next_none": Text(
        "Aucun arrêt de plus n’atteindrait un habitant hors de la promesse manqué jusque-là.",
        "No further stop would reach any resident beyond the promise who is missed so far.",
    ),
    "stops_title": Text("Les arrêts", "The stops"),
    "next_title": Text("Les prochains arrêts qui en atteindraient le plus", "The next stops that would reach most"),
    "communes_title": Text("Par commune", "By commune"),
    "often_title": Text("Combien de fois à portée", "How often within reach"),
    "calendar_title": Text("Calendrier", "Calendar"),
    "map_title": Text("Carte", "Map"),
    "number": Text("N°", "No."),
    "stop": Text("Arrêt", "Stop"),
    "date": Text("Date", "Date"),
    "hours": Text("Heures", "Hours"),
    "commune": Text("Commune", "Commune"),
    "residents": Text("Habitants", "Residents"),
    "within": Text("Habitants à portée", "Residents within reach"),
    "beyond_within": Text("dont hors de la promesse", "of them beyond the promise"),
    "first_met": Text("dont pour la première fois", "of them for the first time"),
    "position": Text("Position", "Position"),
    "position_address": Text("point de l’adresse", "address point"),
    "position_street": Text("la rue, sans le numéro", "the street, not the number"),
    "position_approximate": Text("approchée", "approximate"),
    "position_centre": Text("centre de la commune, faute de mieux", "centre of the commune, for want of better"),
    "position_other": Text("«\u00a0{said}\u00a0»", "“{said}”"),
    "stops": Text("Arrêts", "Stops"),
    "beyond": Text("Hors de la promesse", "Beyond the promise"),
    "beyond_reached": Text("dont atteints", "of them reached"),
    "beyond_never": Text("dont jamais", "of them never"),
    "cell": Text("Carreau", "Square"),
    "gained": Text("de plus, après les précédents", "more, after those above"),
    "often": Text("Fois", "Times"),
    "never_beyond": Text("jamais, hors de la promesse", "never, beyond the promise"),
    "never_served": Text("jamais, mais la promesse est tenue", "never, but the promise is kept"),
    "never_tied": Text("reliés à aucune rue", "tied to no street"),
    "once": Text("1 fois", "once"),
    "twice_met": Text("2 fois", "twice"),
    "few": Text("de 3 à 5 fois", "3 to 5 times"),
    "many": Text("6 fois et plus", "6 times and more"),
    "calendar_words": Text(
        "Un mois par ligne, un jour par case\u00a0: le nombre d’habitants à portée ce jour-là, en milliers (k), et un cadre "
        "les jours d’arrêt. Les mois sans arrêt ne sont pas montrés.",
        "A month a row, a day a box: how many residents are within reach that day, in thousands (k), and a frame on days "
        "with a stop. Months without a stop are not shown.",
    ),
    "map_words": Text(
        "Les carreaux habités selon combien de fois la caravane est à portée (hachures différentes, voir le tableau)\u00a0; les "
        "arrêts en ronds numérotés, les prochains en carrés marqués d’une lettre.",
        "The populated squares by how often the caravan is within reach (different lines, see the table); the stops as "
        "numbered discs, the next ones as squares with a letter.",
    ),
    "day_said": Text(
        "{day}\u00a0: {residents} {count:?habitant|habitants} à portée ({stops})",
        "{day}: {residents} {count:?resident|residents} within reach ({stops})",
    ),
    "written": Text("Caravane écrite dans {file}", "Caravan written to {file}"),
}
