"""Texts of the part `inspect`: what is asked before data is trusted."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # The page and the table
    "title": Text("{study}\u00a0: peut-on se fier à ces données\u00a0?", "{study}: may this data be trusted?"),
    "page_title": Text("Contrôle des données – {study}, {date}", "Data inspection – {study}, {date}"),
    "kicker": Text("Contrôle des données", "Data inspection"),
    "subtitle": Text("Jour étudié\u00a0: {date}", "Day studied: {date}"),
    "skip": Text("Aller aux constats", "Skip to the findings"),
    "verdict_error": Text(
        "{errors:,} {errors:?constat grave|constats graves}\u00a0: un résultat est faux {errors:?à cet endroit|à ces endroits} tant que les données ne sont pas corrigées.",
        "{errors:,} grave {errors:?finding|findings}: a result is wrong in {errors:?this place|these places} as long as the data is not mended.",
    ),
    "verdict_warning": Text(
        "Rien de grave, mais {warnings:,} {warnings:?point|points} à vérifier avant de publier un résultat.",
        "Nothing grave, but {warnings:,} {warnings:?point|points} to look at before a result is published.",
    ),
    "verdict_fine": Text("Rien à signaler qui change un résultat.", "Nothing to report that changes a result."),
    "key_errors": Text("graves", "grave"),
    "key_warnings": Text("à vérifier", "to look at"),
    "key_infos": Text("bons à savoir", "good to know"),
    "level_error": Text("grave", "grave"),
    "level_warning": Text("à vérifier", "to look at"),
    "level_info": Text("à savoir", "to know"),
    "heading_findings": Text("Constats", "Findings"),
    "heading_map": Text("Où", "Where"),
    "heading_feeds": Text("Offre de transport", "Timetables"),
    "heading_days": Text("Courses par jour", "Trips per day"),
    "heading_lines": Text("Lignes par mode, le jour étudié", "Lines by mode, on the day studied"),
    "heading_streets": Text("Rues", "Streets"),
    "heading_residents": Text("Habitants", "Residents"),
    "heading_sites": Text("Lieux", "Sites"),
    "heading_rules": Text(
        "Règles du validateur GTFS de référence qui comptent pour les temps de parcours",
        "Rules of the canonical GTFS validator that matter to travel times",
    ),
    "heading_sources": Text("Fichiers lus", "Files read"),
    "part_transit": Text("Offre de transport", "Timetables"),
    "part_streets": Text("Rues", "Streets"),
    "part_residents": Text("Habitants et communes", "Residents and communes"),
    "part_sites": Text("Lieux", "Sites"),
    "part_other": Text("Autres", "Others"),
    "caption_findings": Text(
        "Les plus graves d’abord. Le texte dit ce qui a été trouvé, combien, des exemples et quoi faire.",
        "The gravest first. The text says what was found, how much, examples, and what to do.",
    ),
    "caption_feeds": Text("Chaque offre, le jour étudié", "Each feed, on the day studied"),
    "caption_weekdays": Text(
        "Courses par jour de la semaine\u00a0: la médiane de la période affichée",
        "Trips by day of the week: the median over the days shown",
    ),
    "caption_lines": Text(
        "Un mode par ligne\u00a0; une course de fréquence compte à chaque départ",
        "One mode a row; a trip of a frequency counts at each departure",
    ),
    "caption_streets": Text("Le réseau piéton", "The walking network"),
    "caption_residents": Text(
        "Habitants lus et population légale, commune par commune", "Residents as read and legal population, by commune"
    ),
    "caption_sites": Text("Chaque lieu, et ce qui en est su", "Each site, and what is known of it"),
    "caption_rules": Text(
        "{covered} {covered:?règle|règles} sur {total} {covered:?est vérifiée|sont vérifiées} en tout ou en partie\u00a0; les autres sont dites ici",
        "{covered} of {total} rules {covered:?is|are} checked, wholly or in part; the others are named here",
    ),
    "chart_label": Text(
        "Courses par jour de {file}, du {first} au {last}\u00a0; au plus {most}\u00a0; {trips} le jour étudié",
        "Trips per day of {file}, from {first} to {last}; {most} at most; {trips} on the day studied",
    ),
    "chart_day": Text("jour étudié", "day studied"),
    "no_findings": Text("Aucun constat.", "No finding."),
    "no_feeds": Text("L’étude n’a pas d’offre de transport.", "The study has no timetable."),
    "map_label": Text("Carte des constats", "Map of the findings"),
    "map_note": Text(
        "Chaque point est un exemple d’un constat\u00a0; au plus {most:,} par constat. Tout ce que montre la carte est aussi dans les tableaux.",
        "Each point is an example of a finding; at most {most:,} a finding. All that the map shows is in the tables as well.",
    ),
    "map_empty": Text("Aucun constat n’a de lieu.", "No finding has a place."),
    "zoom_in": Text("Agrandir", "Zoom in"),
    "zoom_out": Text("Réduire", "Zoom out"),
    "yes": Text("oui", "yes"),
    "no": Text("non", "no"),
    "unknown": Text("–", "–"),
    "column_level": Text("Gravité", "Severity"),
    "column_part": Text("Données", "Data"),
    "column_where": Text("Fichier", "File"),
    "column_finding": Text("Constat et quoi faire", "Finding, and what to do"),
    "column_feed": Text("Offre", "Feed"),
    "column_publisher": Text("Éditeur", "Publisher"),
    "column_dates": Text("Jours couverts", "Days covered"),
    "column_trips": Text("Courses le jour étudié", "Trips on the day"),
    "column_busiest": Text("Au plus", "At most"),
    "column_lines": Text("Lignes", "Lines"),
    "column_stops": Text("Arrêts desservis", "Stops served"),
    "column_blank": Text("Horaires vides", "Blank times"),
    "column_transfers": Text("Correspondances", "Transfers"),
    "column_pathways": Text("Cheminements", "Pathways"),
    "column_frequencies": Text("Fréquences", "Frequencies"),
    "column_headsigns": Text("Destination dite", "Headsign given"),
    "column_mode": Text("Mode", "Mode"),
    "column_fact": Text("Fait", "Fact"),
    "column_value": Text("Valeur", "Value"),
    "column_commune": Text("Commune", "Commune"),
    "column_cells": Text("Carreaux", "Cells"),
    "column_residents": Text("Habitants lus", "Residents read"),
    "column_population": Text("Population légale", "Legal population"),
    "column_ratio": Text("Rapport", "Ratio"),
    "column_site": Text("Lieu", "Site"),
    "column_kind": Text("Type", "Kind"),
    "column_open": Text("Ouvert ce jour", "Open that day"),
    "column_location": Text("Qualité de la position", "Quality of the location"),
    "column_snapped": Text("Relié aux rues", "On the streets"),
    "column_stop": Text("Arrêt le plus proche (m)", "Nearest stop (m)"),
    "column_rule": Text("Règle", "Rule"),
    "column_cover": Text("Vérifiée", "Checked"),
    "column_what": Text("Ce qui est fait", "What is done"),
    "fact_walking": Text("Marche", "Walking"),
    "walking_streets": Text("sur les rues", "on streets"),
    "walking_straight": Text("en ligne droite, allongée d’un détour", "in a straight line, lengthened by a detour"),
    "fact_streets": Text("Rues", "Streets"),
    "fact_km": Text("Kilomètres", "Kilometres"),
    "fact_islands": Text("Îlots de rues écartés", "Street islands left out"),
    "fact_island_nodes": Text("Nœuds de ces îlots", "Nodes of these islands"),
    "fact_unsnapped_cells": Text("Carreaux trop loin des rues", "Cells too far from any street"),
    "fact_unsnapped_people": Text("Habitants de ces carreaux", "Residents of these cells"),
    "fact_edge_share": Text(
        "Part du pourtour, à une marche du territoire, où il y a des rues",
        "Share of a line one walk around the territory that has streets",
    ),
    "weekday_0": Text("lundi", "Monday"),
    "weekday_1": Text("mardi", "Tuesday"),
    "weekday_2": Text("mercredi", "Wednesday"),
    "weekday_3": Text("jeudi", "Thursday"),
    "weekday_4": Text("vendredi", "Friday"),
    "weekday_5": Text("samedi", "Saturday"),
    "weekday_6": Text("dimanche", "Sunday"),
    "mode_0": Text("tramway", "tram"),
    "mode_1": Text("métro", "metro"),
    "mode_2": Text("train", "rail"),
    "mode_3": Text("bus", "bus"),
    "mode_4": Text("bateau", "ferry"),
    "mode_5": Text("tramway à câble", "cable tram"),
    "mode_6": Text("téléphérique", "aerial lift"),
    "mode_7": Text("funiculaire", "funicular"),
    "mode_11": Text("trolleybus", "trolleybus"),
    "mode_12": Text("monorail", "monorail"),
    "mode_other": Text("autre ({type})", "other ({type})"),
    "cover_stops": Text("oui\u00a0: refusé", "yes: refused"),
    "cover_told": Text("oui\u00a0: constat", "yes: finding"),
    "cover_partly": Text("en partie", "in part"),
    "cover_no": Text("non", "no"),
    # In short
    "heading_brief": Text("En bref", "In short"),
    "caption_brief": Text("Ce qui a été lu, le jour étudié", "What was read, on the day studied"),
    "none": Text("aucune", "none"),
    "fact_modes": Text("Lignes par mode", "Lines by mode"),
    "fact_calls": Text("Horaires", "Times"),
    "fact_transfers": Text("Correspondances", "Transfers"),
    "fact_pathways": Text("Cheminements en gare", "Pathways in stations"),
    "fact_stops": Text("Arrêts desservis", "Stops served"),
    "fact_far_cells": Text("Carreaux trop loin des rues", "Cells too far from any street"),
    "fact_residents": Text("Habitants", "Residents"),
    "fact_sites": Text("Lieux", "Sites"),
    "brief_mode": Text(
        "{mode} {lines:,} ({trips:,} {trips:?course|courses})", "{mode} {lines:,} ({trips:,} {trips:?trip|trips})"
    ),
    "brief_calls": Text(
        "{calls:,} {calls:?passage|passages}, dont {blank:,} sans horaire ({percent:.1f}\u00a0%)\u00a0; {periods:,} {periods:?période|périodes} de fréquence",
        "{calls:,} {calls:?call|calls}, {blank:,} of them without any time ({percent:.1f}%); {periods:,} {periods:?period|periods} of frequencies",
    ),
    "brief_stops": Text(
        "{served:,}, dont {outside:,} hors du territoire et {unsnapped:,} trop loin de toute rue",
        "{served:,}, of them {outside:,} outside the territory and {unsnapped:,} too far from any street",
    ),
    "brief_streets": Text(
        "{km:,.0f} km\u00a0; {islands:,} {islands:?îlot écarté|îlots écartés} ({island_nodes:,} {island_nodes:?nœud|nœuds})",
        "{km:,.0f} km; {islands:,} {islands:?island|islands} left out ({island_nodes:,} {island_nodes:?node|nodes})",
    ),
    "brief_far_cells": Text(
        "{cells:,} ({people:,.0f} {people:?habitant|habitants})",
        "{cells:,} ({people:,.0f} {people:?resident|residents})",
    ),
    "brief_residents": Text(
        "{residents:,.0f} dans {cells:,} {cells:?carreau|carreaux}", "{residents:,.0f} in {cells:,} {cells:?cell|cells}"
    ),
    "brief_legal": Text(
        "\u00a0; population légale\u00a0: {population:,.0f} ({percent:.1f}\u00a0%)",
        "; legal population: {population:,.0f} ({percent:.1f}%)",
    ),
    "brief_sites": Text(
        "{total:,}, dont {open:,} {open:?compte|comptent} ce jour-là et {far:,} trop loin de toute rue",
        "{total:,}, of them {open:,} {open:?counts|count} that day and {far:,} too far from any street",
    ),
    "transfer_0": Text("de type recommandé", "recommended"),
    "transfer_1": Text("avec attente garantie", "guaranteed by waiting"),
    "transfer_2": Text("à temps minimal", "with a minimum time"),
    "transfer_3": Text("de type interdit", "forbidden"),
    "transfer_4": Text("sans descendre", "in the seat"),
    "transfer_5": Text("sans rester assis", "not in the seat"),
    "transfer_other": Text("d’un type inconnu ({kind})", "of an unknown type ({kind})"),
    # What is done about each rule
    "rule_refused": Text(
        "l’offre est refusée, avec le fichier, la ligne et quoi faire",
        "the feed is refused, with file, row and way out",
    ),
    "rule_row_length": Text(
        "trop de valeurs\u00a0: refusé\u00a0; trop peu\u00a0: lu et signalé",
        "too many values: refused; too few: read and told",
    ),
    "rule_fields": Text(
        "les identifiants, positions et horaires dont la recherche a besoin, pas les autres champs",
        "the ids, positions and times that the search needs, not the other fields",
    ),
    "rule_keys": Text(
        "arrêts, lignes, courses, services\u00a0: refusé\u00a0; deux passages de même rang\u00a0: signalé",
        "stops, routes, trips, services: refused; two calls of one rank: told",
    ),
    "rule_first_column": Text("la première des deux colonnes compte", "the first of the two columns counts"),
    "rule_harmless": Text("lu correctement, sans effet", "read rightly, no effect"),
    "rule_references": Text(
        "la ligne ne compte pas, le constat dit combien et donne des exemples",
        "the row does not count; the finding says how many, with examples",
    ),
    "rule_degrees": Text("latitude, longitude, intervalle\u00a0: refusé", "latitude, longitude, headway: refused"),
    "rule_ranges": Text(
        "calendriers et périodes à l’envers\u00a0: signalés, ils n’ont aucun départ",
        "calendars and periods that run backward: told, they have no departure",
    ),
    "rule_served": Text("les arrêts desservis le jour étudié", "stops served on the day studied"),
    "rule_told": Text("signalé, avec des exemples", "told, with examples"),
    "rule_day": Text(
        "les courses du jour étudié et de la nuit d’avant", "the trips of the day studied and of the night before"
    ),
    "rule_half": Text(
        "l’un des deux horaires vaut pour l’autre\u00a0; compté", "one of the two times stands for both; counted"
    ),
    "rule_distances": Text(
        "signalé\u00a0; de telles distances ne servent pas à répartir les horaires vides",
        "told; such distances are not used to fill blank times",
    ),
    "rule_overlap": Text(
        "signalé\u00a0; deux départs à la même seconde comptent une fois",
        "told; two departures in one second count once",
    ),
    "rule_speed": Text(
        "le jour étudié, avec les seuils du validateur\u00a0; une minute est accordée aux horaires à la minute",
        "on the day studied, with the validator’s limits; a minute is granted to times in whole minutes",
    ),
    "rule_blocks": Text("les véhicules n’importent pas à la recherche", "vehicles do not matter to the search"),
    "rule_transfers_far": Text("dès 2\u00a0km, avec des exemples", "from 2 km on, with examples"),
    "rule_narrow": Text(
        "les correspondances par ligne ou par course sont comptées, pas appliquées",
        "transfers by route or trip are counted, not applied",
    ),
    "rule_shapes": Text("les tracés ne servent pas aux temps", "shapes are not used for times"),
    "rule_pathway_ends": Text(
        "un cheminement qui ne relie pas deux lieux d’une même gare n’est pas utilisé\u00a0; c’est signalé",
        "a pathway that does not join two places of one station is not used, which is told",
    ),
    "rule_boarding_areas": Text(
        "un quai et ses zones d’embarquement sont un même lieu", "a platform and its boarding areas are one place"
    ),
    "rule_pathways": Text(
        "quais et entrées des gares desservies ce jour-là\u00a0: une gare en morceaux est laissée aux rues",
        "platforms and entrances of stations served that day: a station in pieces is left to the streets",
    ),
    "rule_levels": Text("les niveaux ne servent pas aux temps", "levels are not used for times"),
    "rule_flexible": Text(
        "le transport à la demande n’est pas recherché\u00a0; sa présence est signalée",
        "services on demand are not searched; their presence is told",
    ),
    # Layers of the map
    "layer_too_fast": Text("Trajets trop rapides", "Rides too fast"),
    "layer_stops_unsnapped": Text("Arrêts loin des rues", "Stops far from streets"),
    "layer_residents_unsnapped": Text("Habitants loin des rues", "Residents far from streets"),
    "layer_sites_unsnapped": Text("Lieux loin des rues", "Sites far from streets"),
    "layer_sites_closed": Text("Lieux qui ne comptent pas ce jour", "Sites that do not count that day"),
    "layer_sites_without_stop": Text("Lieux sans arrêt à portée", "Sites without a stop in reach"),
    "layer_streets_end": Text("Pourtour sans rues", "Border without streets"),
    "layer_communes": Text("Communes", "Communes"),
    "layer_communes_off": Text("Communes à la population décalée", "Communes whose population is off"),
    "layer_communes_bare": Text("Communes sans rues", "Communes without streets"),
    "layer_cells_twice": Text("Carreaux au même point", "Cells at one point"),
    "layer_site_twice": Text("Lieux peut-être en double", "Sites perhaps listed twice"),
    "layer_site": Text("Lieux à vérifier", "Sites to look at"),
    "layer_stops": Text("Arrêts mal décrits", "Stops badly described"),
    # What is found in timetables
    "unreadable": Text("cette offre ne peut pas être lue\u00a0: {said_fr}", "this feed cannot be read: {said_en}"),
    "streets_unreadable": Text(
        "les rues ne peuvent pas être lues\u00a0: {said_fr}", "the streets cannot be read: {said_en}"
    ),
    "too_fast": Text(
        "{count:,} {count:?trajet|trajets} entre deux arrêts voisins qu’aucun véhicule ne fait ({trips:,} {trips:?course|courses}), par exemple {examples}\u00a0; corrigez les horaires ou la position des arrêts, sinon des temps sont trop courts",
        "{count:,} {count:?ride|rides} between neighbouring stops that no vehicle makes ({trips:,} {trips:?trip|trips}), for example {examples}; mend the times or the places of the stops, else some times are too short",
    ),
    "too_fast_far": Text(
        "{count:,} parcours de plus de 10\u00a0km qu’aucun véhicule ne fait si vite ({trips:,} {trips:?course|courses}), par exemple {examples}\u00a0; corrigez les horaires ou la position des arrêts",
        "{count:,} {count:?way|ways} of more than 10 km that no vehicle makes so fast ({trips:,} {trips:?trip|trips}), for example {examples}; mend the times or the places of the stops",
    ),
    "twins_within": Text(
        "{count:,} {count:?course du jour a|courses du jour ont} une jumelle dans la même offre\u00a0: mêmes horaires, mêmes lieux ({examples})\u00a0; sans effet sur les temps, mais le nombre de courses est gonflé",
        "{count:,} {count:?trip of the day has|trips of the day have} a twin in the same feed: same times, same places ({examples}); no effect on times, but the number of trips is swollen",
    ),
    "twins_between": Text(
        "{count:,} {count:?course du jour circule|courses du jour circulent} aussi dans {other}\u00a0: mêmes horaires, mêmes lieux ({examples})\u00a0; gardez une seule des deux offres pour ces lignes",
        "{count:,} {count:?trip of the day runs|trips of the day run} in {other} as well: same times, same places ({examples}); keep one of the two feeds for these lines",
    ),
    "blank_times": Text(
        "{count:,} {count:?passage|passages} sans horaire ({percent:.1f}\u00a0%)\u00a0: {count:?son temps est réparti|leurs temps sont répartis} selon la distance entre deux horaires connus",
        "{count:,} {count:?call|calls} without any time ({percent:.1f}%): {count:?its time is|their times are} spread by distance between two known ones",
    ),
    "half_times": Text(
        "{count:,} {count:?passage n’a|passages n’ont} que l’arrivée ou que le départ\u00a0: l’un vaut pour l’autre",
        "{count:,} {count:?call has|calls have} an arrival or a departure only: the one stands for both",
    ),
    "timepoints_untimed": Text(
        "{count:,} {count:?passage se dit|passages se disent} précis (timepoint 1) sans donner les deux horaires\u00a0; {count:?il est lu comme vide ou à moitié vide|ils sont lus comme vides ou à moitié vides}",
        "{count:,} {count:?call calls itself|calls call themselves} exact (timepoint 1) without both times; {count:?it is|they are} read as blank or half-blank",
    ),
    "distances_shrink": Text(
        "{count:,} {count:?passage|passages} dont shape_dist_traveled n’augmente pas\u00a0; {count:?pour lui|pour eux} les horaires vides sont répartis en ligne droite",
        "{count:,} {count:?call|calls} whose shape_dist_traveled does not grow; there blank times are spread by straight lines",
    ),
    "unusual_day": Text(
        "{trips:,} {trips:?course|courses} le {date}, alors que la médiane de ce jour de la semaine est de {median:,} (sur {days} {days:?semaine|semaines})\u00a0; jour férié, vacances ou travaux\u00a0? choisissez un jour ordinaire",
        "{trips:,} {trips:?trip|trips} on {date}, while the median of this weekday is {median:,} (over {days} {days:?week|weeks}); a holiday, works? choose an ordinary day",
    ),
    "stops_unserved": Text(
        "{count:,} {count:?arrêt|arrêts} sur {total:,} {count:?n’est pas desservi|ne sont pas desservis} le jour étudié ({examples})",
        "{count:,} of {total:,} stops {count:?is|are} not served on the day studied ({examples})",
    ),
    "stops_outside": Text(
        "{count:,} {count:?arrêt desservi|arrêts desservis} sur {total:,} ({percent:.1f}\u00a0%) {count:?est|sont} à plus d’une marche ({reach_m:,.0f} m) du territoire\u00a0: {count:?il ne sert|ils ne servent} qu’à y passer",
        "{count:,} of {total:,} served stops ({percent:.1f}%) {count:?is|are} more than one walk ({reach_m:,.0f} m) away from the territory: {count:?it only serves|they only serve} to pass through",
    ),
    "no_stop_near": Text(
        "aucun arrêt desservi à moins d’une marche ({reach_m:,.0f} m) du territoire\u00a0; prenez l’offre de ce territoire",
        "no served stop within one walk ({reach_m:,.0f} m) of the territory; take the feed of this territory",
    ),
    "stops_unsnapped": Text(
        "{count:,} {count:?arrêt desservi|arrêts desservis} sur {total:,}, sur le territoire ou à portée, {count:?est|sont} à plus de {snap_m:.0f} m de toute rue\u00a0: personne n’y monte ({examples})\u00a0; étendez l’extrait des rues ou corrigez {count:?sa|leur} position",
        "{count:,} of {total:,} served stops, in the territory or within its reach, {count:?is|are} more than {snap_m:.0f} m away from any street: nobody boards there ({examples}); widen the extract of streets, or mend {count:?its place|their places}",
    ),
    "stops_beyond_streets": Text(
        "{count:,} {count:?arrêt desservi, loin du territoire, n’a|arrêts desservis, loin du territoire, n’ont} pas de rue dans l’extrait\u00a0: on n’y change pas à pied d’un arrêt à un autre",
        "{count:,} served {count:?stop far from the territory has|stops far from the territory have} no street in the extract: nobody changes on foot from one to another there",
    ),
    "location_without_parent": Text(
        "{count:,} {count:?accès, nœud ou zone|accès, nœuds ou zones} d’embarquement sans station ({examples})\u00a0; complétez parent_station",
        "{count:,} {count:?entrance, node or boarding area|entrances, nodes or boarding areas} without a station ({examples}); fill in parent_station",
    ),
    "station_with_parent": Text(
        "{count:,} {count:?station qui dépend|stations qui dépendent} d’une station ({examples})\u00a0; videz {count:?son|leur} parent_station",
        "{count:,} {count:?station that belongs|stations that belong} to a station ({examples}); empty {count:?its|their} parent_station",
    ),
    "wrong_parent": Text(
        "{count:,} {count:?arrêt|arrêts} dont le parent n’est pas une station (ou un quai, pour une zone d’embarquement)\u00a0: {examples}\u00a0; corrigez parent_station",
        "{count:,} {count:?stop|stops} whose parent is no station (no platform, for a boarding area): {examples}; mend parent_station",
    ),
    "stops_nameless": Text(
        "{count:,} {count:?arrêt|arrêts} sans nom ({examples})",
        "{count:,} {count:?stop|stops} without a name ({examples})",
    ),
    "near_origin": Text(
        "{count:,} {count:?arrêt|arrêts} au large de l’Afrique, près de 0° 0° ({examples})\u00a0; corrigez {count:?sa|leur} position",
        "{count:,} {count:?stop|stops} off the coast of Africa, near 0° 0° ({examples}); mend {count:?its place|their places}",
    ),
    "far_from_station": Text(
        "{count:,} {count:?quai à plus d’un kilomètre de sa|quais à plus d’un kilomètre de leur} station ({examples})\u00a0; l’un des deux est mal placé",
        "{count:,} {count:?platform more than a kilometre away from its|platforms more than a kilometre away from their} station ({examples}); one of the two is misplaced",
    ),
    "routes_nameless": Text(
        "{count:,} {count:?ligne|lignes} sans nom ({examples})",
        "{count:,} {count:?route|routes} without any name ({examples})",
    ),
    "routes_untyped": Text(
        "{count:,} {count:?ligne|lignes} sans route_type lisible ({examples})\u00a0; les seuils de vitesse et les modes n’en savent rien",
        "{count:,} {count:?route|routes} without a readable route_type ({examples}); speed limits and modes know nothing of {count:?it|them}",
    ),
    "calls_at_no_stop": Text(
        "des véhicules s’arrêtent à {count:,} {count:?lieu qui n’est pas un arrêt|lieux qui ne sont pas des arrêts} (station, accès…)\u00a0: {examples}\u00a0; {count:?lu comme un arrêt|lus comme des arrêts}",
        "vehicles call at {count:,} {count:?place that is no stop|places that are no stops} (station, entrance...): {examples}; read as {count:?a stop|stops}",
    ),
    "frequencies_overlap": Text(
        "{count:,} {count:?période de fréquence recouvre|périodes de fréquence recouvrent} la précédente de la même course ({examples})\u00a0; le service y est compté deux fois",
        "{count:,} {count:?period of frequencies overlaps|periods of frequencies overlap} the one before of the same trip ({examples}); service counts twice there",
    ),
    "transfers_far": Text(
        "{count:,} {count:?correspondance|correspondances} entre arrêts à plus de 2\u00a0km ({examples})\u00a0; {count:?supprimez-la si elle ne se fait|supprimez-les si elles ne se font} pas à pied",
        "{count:,} {count:?transfer|transfers} between stops more than 2 km apart ({examples}); remove {count:?it if nobody walks it|them if nobody walks them}",
    ),
    "transfers_strange": Text(
        "{count:,} {count:?correspondance|correspondances} d’un accès ou d’un nœud de gare ({examples})\u00a0; seuls arrêts et stations sont permis",
        "{count:,} {count:?transfer|transfers} from or to an entrance or a node ({examples}); only stops and stations are allowed",
    ),
    "clipped_short": Text(
        "cette offre a été réduite pour des trajets de {longest_min:g} {longest_min:?minute|minutes} au plus, l’étude en demande {asked_min:g}\u00a0; refaites l’import avec une limite plus longue",
        "this feed was clipped for journeys of {longest_min:g} {longest_min:?minute|minutes} at most, the study asks for {asked_min:g}; fetch it again with a longer limit",
    ),
    # What is found in streets
    "residents_unsnapped": Text(
        "{count:,} {count:?carreau|carreaux} ({people:,.0f} {people:?habitant|habitants}, {percent:.1f}\u00a0%) {count:?est|sont} à plus de {snap_m:.0f} m de toute rue\u00a0: {count:?il compte comme non desservi|ils comptent comme non desservis} ({examples})\u00a0; étendez l’extrait ou relevez walking.snap_m",
        "{count:,} {count:?cell|cells} ({people:,.0f} {people:?resident|residents}, {percent:.1f}%) {count:?is|are} more than {snap_m:.0f} m away from any street: {count:?it counts|they count} as not served ({examples}); widen the extract, or raise walking.snap_m",
    ),
    "communes_bare": Text(
        "{count:,} {count:?commune a|communes ont} moins de deux carrefours au km²\u00a0: {examples}\u00a0; l’extrait des rues ne {count:?la|les} couvre sans doute pas",
        "{count:,} {count:?commune has|communes have} fewer than two junctions a km²: {examples}; the extract of streets hardly covers {count:?it|them}",
    ),
    "streets_end": Text(
        "les rues s’arrêtent avant une marche ({reach_m:,.0f} m) autour du territoire\u00a0: {percent:.0f}\u00a0% du pourtour en a\u00a0; à moins que ce ne soit la mer ou la forêt, les trajets qui passent la limite sont trop longs\u00a0: prenez un extrait plus large",
        "the streets end before one walk ({reach_m:,.0f} m) around the territory: {percent:.0f}% of that line has any; unless that is sea or forest, walks across the border are too long: take a wider extract",
    ),
    # What is found of residents and sites
    "residents_stand_in": Text(
        "pas de carreaux pour ce territoire\u00a0: la population des communes est mise en {count:,} {count:?point|points}, un par commune\u00a0; les parts d’habitants n’ont alors guère de sens\u00a0: remplacez ce fichier dès que vous avez mieux",
        "no grid for this territory: the population of the communes stands at {count:,} {count:?point|points}, one a commune; shares of residents then mean little: replace this file as soon as you have better",
    ),
    "communes_off": Text(
        "{count:,} {count:?commune s’écarte|communes s’écartent} de plus de {percent:.0f}\u00a0% du rapport d’ensemble ({whole:.0f}\u00a0%) entre habitants lus et population légale\u00a0: {examples}\u00a0; vérifiez le carroyage et les limites",
        "{count:,} {count:?commune differs|communes differ} by more than {percent:.0f}% from the overall ratio ({whole:.0f}%) of residents read to legal population: {examples}; check the grid and the boundaries",
    ),
    "cells_empty": Text(
        "{count:,} {count:?carreau|carreaux} sur {total:,} {count:?n’a|n’ont} personne",
        "{count:,} of {total:,} cells {count:?holds|hold} nobody",
    ),
    "cells_twice": Text(
        "{count:,} {count:?carreau|carreaux} de trop en {places:,} {places:?lieu|lieux}\u00a0: plusieurs au même point ({examples})\u00a0; leurs habitants comptent-ils deux fois\u00a0?",
        "{count:,} {count:?cell|cells} too many at {places:,} {places:?place|places}: several at one point ({examples}); do their residents count twice?",
    ),
    "sites_closed": Text(
        "{count:,} {count:?lieu|lieux} sur {total:,} {count:?ne compte|ne comptent} pas le {date}\u00a0: {count:?fermé, prévu|fermés, prévus} ou en travaux ({examples})",
        "{count:,} of {total:,} sites {count:?does|do} not count on {date}: closed, planned or under renovation ({examples})",
    ),
    "sites_unsnapped": Text(
        "{count:,} {count:?lieu|lieux} sur {total:,} {count:?est|sont} à plus de {snap_m:.0f} m de toute rue\u00a0: personne ne {count:?l’atteint|les atteint} ({examples})\u00a0; corrigez {count:?sa|leur} position",
        "{count:,} of {total:,} sites {count:?is|are} more than {snap_m:.0f} m away from any street: nobody reaches {count:?it|them} ({examples}); mend {count:?its place|their places}",
    ),
    "sites_without_stop": Text(
        "{count:,} {count:?lieu|lieux} sur {total:,} {count:?n’a|n’ont} aucun arrêt desservi à moins d’une marche ({limit_m:.0f} m)\u00a0: {examples}",
        "{count:,} of {total:,} sites {count:?has|have} no served stop within one walk ({limit_m:.0f} m): {examples}",
    ),
    "no_pole": Text(
        "aucun lieu ouvert ne compte pour la première règle de l’étude\u00a0: tout le monde sera jugé non desservi\u00a0; complétez la liste des lieux ou policy.pole.kinds",
        "no open site counts for the study’s first rule: everybody will be judged not served; complete the list of sites, or policy.pole.kinds",
    ),
    "written": Text("contrôle écrit\u00a0: {file}", "inspection written: {file}"),
    "more": Text(
        "… et {count:,} de plus dans la page (--output) ou en JSON",
        "... and {count:,} more in the page (--output) or as JSON",
    ),
}
