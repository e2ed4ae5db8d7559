"""Texts of the part `transit`: what is wrong in a GTFS feed, and the way out."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # The feed as a file
    "no_feeds": Text(
        "aucune offre GTFS n’est donnée\u00a0; indiquez au moins un fichier dans [transit] gtfs",
        "no GTFS feed is given; name at least one file in [transit] gtfs",
    ),
    "missing_feed": Text(
        "ce fichier n’existe pas\u00a0; vérifiez le chemin dans [transit] gtfs",
        "there is no such file; check the path in [transit] gtfs",
    ),
    "empty_file": Text("le fichier est vide\u00a0; téléchargez-le de nouveau", "the file is empty; download it again"),
    "not_zip": Text(
        "ce fichier n’est pas une archive zip\u00a0; donnez l’archive GTFS telle que publiée, ou le dossier de ses fichiers",
        "this file is no zip archive; give the GTFS archive as published, or the folder of its files",
    ),
    "no_gtfs": Text(
        "aucun fichier GTFS (stops.txt, trips.txt, stop_times.txt…) ici\u00a0; trouvé\u00a0: {found}. Donnez l’archive GTFS elle-même",
        "no GTFS file (stops.txt, trips.txt, stop_times.txt...) in here; found: {found}. Give the GTFS archive itself",
    ),
    "several_feeds": Text(
        "plusieurs offres GTFS dans la même archive ({folders})\u00a0; séparez-les et nommez chacune dans [transit] gtfs",
        "several GTFS feeds in one archive ({folders}); separate them and name each in [transit] gtfs",
    ),
    "damaged": Text(
        "l’archive est endommagée ou incomplète\u00a0; téléchargez-la de nouveau",
        "the archive is damaged or cut off; download it again",
    ),
    "locked": Text(
        "l’archive ne peut pas être décompressée ({said})\u00a0; recréez-la sans mot de passe, en compression ordinaire",
        "the archive cannot be unpacked ({said}); make it again without password, with ordinary compression",
    ),
    "unreadable": Text(
        "lecture impossible ({said})\u00a0; vérifiez le fichier et ses droits d’accès",
        "it cannot be read ({said}); check the file and its permissions",
    ),
    "encoding": Text(
        "le fichier n’est pas en UTF-8\u00a0; convertissez-le en UTF-8, comme GTFS le demande",
        "the file is not UTF-8; convert it to UTF-8, as GTFS asks",
    ),
    "not_csv": Text(
        "le fichier n’est pas un CSV lisible ({said})\u00a0; vérifiez les guillemets et que le fichier est entier",
        "the file is no readable CSV ({said}); check the quotes and that the file is whole",
    ),
    "not_comma": Text(
        "les colonnes ne sont pas séparées par des virgules ({found})\u00a0; enregistrez le fichier en CSV à virgules",
        "the columns are not separated by commas ({found}); save the file as CSV with commas",
    ),
    "ragged": Text(
        "{found} {found:?valeur|valeurs} au lieu de {expected}\u00a0; le fichier est coupé, ou une virgule manque de guillemets",
        "{found} {found:?value|values} instead of {expected}; the file is cut off, or a comma lacks its quotes",
    ),
    "empty_optional": Text("le fichier est vide : lu comme absent", "the file is empty: read as if it were not there"),
    "uneven_rows": Text(
        "{count:,} {count:?ligne finit|lignes finissent} avant la dernière colonne : la fin est lue comme vide ; vérifiez que le fichier est entier",
        "{count:,} {count:?row ends|rows end} before the last column: the end is read as empty; check that the file is whole",
    ),
    "missing_file": Text(
        "ce fichier manque dans l’offre GTFS\u00a0; présents\u00a0: {found}. Utilisez une offre complète",
        "the feed lacks this file; it has: {found}. Use a complete feed",
    ),
    "no_calendar": Text(
        "ni calendar.txt ni calendar_dates.txt\u00a0: nul ne sait quand les courses circulent\u00a0; présents\u00a0: {found}. Utilisez une offre complète",
        "neither calendar.txt nor calendar_dates.txt: nobody knows when trips run; present: {found}. Use a complete feed",
    ),
    "missing_columns": Text(
        "colonne manquante\u00a0: {missing}\u00a0; trouvées\u00a0: {found}. Complétez ou renommez les colonnes",
        "missing column: {missing}; found: {found}. Add or rename the columns",
    ),
    "missing_columns_near": Text(
        "colonne manquante\u00a0: {missing} (serait-ce «\u00a0{near}\u00a0»\u00a0?)\u00a0; trouvées\u00a0: {found}. Complétez ou renommez les colonnes",
        "missing column: {missing} (is it “{near}”?); found: {found}. Add or rename the columns",
    ),
    "no_rows": Text(
        "le fichier n’a que son en-tête\u00a0; utilisez une offre complète",
        "the file has nothing but its header; use a complete feed",
    ),
    # Values that cannot be used
    "blank_id": Text("{column} est vide\u00a0; donnez un identifiant", "{column} is empty; give an id"),
    "duplicate_id": Text(
        "{column} «\u00a0{id}\u00a0» est déjà donné à la ligne {first} ({count:,} {count:?doublon|doublons} en tout)\u00a0; gardez une ligne par identifiant",
        "{column} “{id}” is already given in row {first} ({count:,} {count:?duplicate|duplicates} in all); keep one row per id",
    ),
    "bad_timezone": Text(
        "agency_timezone «\u00a0{value}\u00a0» n’est pas un fuseau horaire connu\u00a0; écrivez par exemple Europe/Paris",
        "agency_timezone “{value}” is no known time zone; write for example Europe/Paris",
    ),
    "several_timezones": Text(
        "les exploitants ont des fuseaux horaires différents ({zones})\u00a0; GTFS n’en admet qu’un par offre",
        "the agencies have different time zones ({zones}); GTFS allows one per feed",
    ),
    "clocks_differ": Text(
        "fuseau horaire {other}, alors que {first} est en {zone}\u00a0; étudiez séparément des offres de fuseaux différents",
        "time zone {other}, but {first} is in {zone}; study feeds of different time zones separately",
    ),
    "bad_date": Text(
        "{column} «\u00a0{value}\u00a0» n’est pas une date\u00a0; écrivez AAAAMMJJ",
        "{column} “{value}” is no date; write YYYYMMDD",
    ),
    "bad_choice": Text(
        "{column} «\u00a0{value}\u00a0» n’est pas admis\u00a0; valeurs possibles\u00a0: {allowed}",
        "{column} “{value}” is not allowed; possible values: {allowed}",
    ),
    "bad_degrees": Text(
        "{column} «\u00a0{value}\u00a0» n’est pas une coordonnée en degrés WGS\u00a084\u00a0; écrivez par exemple 48.8566",
        "{column} “{value}” is no coordinate in degrees (WGS 84); write for example 48.8566",
    ),
    "bad_time": Text(
        "{column} «\u00a0{value}\u00a0» n’est pas une heure\u00a0; écrivez HH:MM:SS (25:30:00 pour 1\u00a0h\u00a030 le lendemain)",
        "{column} “{value}” is no time; write HH:MM:SS (25:30:00 for half past one of the next day)",
    ),
    "bad_number": Text(
        "{column} «\u00a0{value}\u00a0» n’est pas un nombre entier\u00a0; corrigez la valeur",
        "{column} “{value}” is no whole number; correct the value",
    ),
    "bad_headway": Text(
        "headway_secs «\u00a0{value}\u00a0» n’est pas un nombre de secondes positif\u00a0; corrigez la valeur",
        "headway_secs “{value}” is no positive number of seconds; correct the value",
    ),
    # Days of service
    "no_service": Text(
        "aucune course ne circule le {date}. Jours de service les plus proches\u00a0: {nearest} (calendriers\u00a0: {ranges}). Changez la date de l’étude",
        "no trip runs on {date}. Nearest days with service: {nearest} (calendars: {ranges}). Change the study’s date",
    ),
    "never_runs": Text(
        "aucune course ne circule le {date}, ni aucun autre jour\u00a0; vérifiez calendar.txt et calendar_dates.txt",
        "no trip runs on {date}, nor on any other day; check calendar.txt and calendar_dates.txt",
    ),
    "no_connections": Text(
        "aucune course du {date} ne relie deux arrêts à heures fixes ; vérifiez stop_times.txt, ou choisissez une autre offre",
        "no trip of {date} links two stops at fixed times; check stop_times.txt, or choose another feed",
    ),
    "feed_silent": Text(
        "cette offre n’a aucune course le {date}, contrairement à d’autres. Ses jours de service les plus proches\u00a0: {nearest} (du {first} au {last})",
        "this feed has no trip on {date} while others do. Its nearest days with service: {nearest} (from {first} to {last})",
    ),
    "feed_never_runs": Text(
        "cette offre ne circule aucun jour\u00a0; vérifiez calendar.txt et calendar_dates.txt",
        "this feed runs on no day; check calendar.txt and calendar_dates.txt",
    ),
    "thin_service": Text(
        "{trips:,} {trips:?course|courses} le {date}, moins de la moitié du jour le plus chargé ({busiest_trips:,} le {busiest_date})\u00a0; vérifiez que ce jour est représentatif",
        "{trips:,} {trips:?trip|trips} on {date}, fewer than half of the busiest day ({busiest_trips:,} on {busiest_date}); check that the day is a typical one",
    ),
    "backward_calendar": Text(
        "{count:,} {count:?service finit|services finissent} avant de commencer ({examples})\u00a0: calendar.txt ne {count:?lui|leur} donne aucun jour",
        "{count:,} {count:?service ends before it begins|services end before they begin} ({examples}): calendar.txt gives {count:?it|them} no day",
    ),
    "contrary_dates": Text(
        "{count:,} {count:?jour à la fois ajouté et retiré|jours à la fois ajoutés et retirés} ({examples})\u00a0: {count:?compté comme retiré|comptés comme retirés}",
        "{count:,} {count:?day|days} both added and removed ({examples}): taken as removed",
    ),
    # References and rows left out
    "unknown_route": Text(
        "{count:,} {count:?course|courses} d’une ligne absente de routes.txt ({examples})\u00a0: {count:?laissée|laissées} de côté",
        "{count:,} {count:?trip|trips} of a route that routes.txt lacks ({examples}): left out",
    ),
    "unknown_service": Text(
        "{count:,} {count:?course|courses} d’un service absent des calendriers ({examples})\u00a0: {count:?elle ne circule|elles ne circulent} jamais",
        "{count:,} {count:?trip|trips} of a service that the calendars lack ({examples}): {count:?it never runs|they never run}",
    ),
    "unknown_trip": Text(
        "{count:,} {count:?ligne|lignes} d’une course absente de trips.txt ({examples})\u00a0: {count:?laissée|laissées} de côté",
        "{count:,} {count:?row|rows} of a trip that trips.txt lacks ({examples}): left out",
    ),
    "unknown_stop": Text(
        "{count:,} {count:?passage|passages} à un arrêt absent de stops.txt ({examples})\u00a0: {count:?laissé de côté, la course continue sans lui|laissés de côté, la course continue sans eux}",
        "{count:,} {count:?call|calls} at a stop that stops.txt lacks ({examples}): left out, the trip goes on without {count:?it|them}",
    ),
    "unknown_parent": Text(
        "{count:,} {count:?arrêt|arrêts} dont la station mère est absente ({examples})\u00a0: {count:?traité comme isolé|traités comme isolés}",
        "{count:,} {count:?stop|stops} whose parent station is missing ({examples}): taken as {count:?a stop of its own|stops of their own}",
    ),
    "placeless_calls": Text(
        "{count:,} {count:?passage|passages} sans arrêt (transport à la demande)\u00a0: {count:?laissé|laissés} de côté",
        "{count:,} {count:?call|calls} without a stop (transport on demand): left out",
    ),
    "stops_without_position": Text(
        "{count:,} {count:?arrêt desservi|arrêts desservis} sans coordonnées ({examples})\u00a0: on {count:?le|les} traverse, mais nul n’y accède à pied\u00a0; complétez stop_lat et stop_lon",
        "{count:,} {count:?stop|stops} in use without coordinates ({examples}): rides pass {count:?it|them}, but nobody walks there; fill in stop_lat and stop_lon",
    ),
    "repeated_sequence": Text(
        "{count} stop_sequence en double dans une course ({examples})\u00a0: l’ordre du fichier est gardé",
        "{count} stop_sequence given twice in a trip ({examples}): the file’s order is kept",
    ),
    "unended_trip": Text(
        "{count:,} {count:?course|courses} sans heure au premier ou au dernier arrêt ({examples})\u00a0: {count:?laissée|laissées} de côté",
        "{count:,} {count:?trip|trips} without a time at the first or last stop ({examples}): left out",
    ),
    "backward_trip": Text(
        "{count:,} {count:?course|courses} dont les heures reculent ({examples})\u00a0: {count:?laissée|laissées} de côté",
        "{count:,} {count:?trip|trips} whose times go back ({examples}): left out",
    ),
    "trips_without_hops": Text(
        "{count:,} {count:?course du jour ne relie|courses du jour ne relient} pas deux arrêts ({examples})\u00a0: sans effet",
        "{count:,} {count:?trip of the day does|trips of the day do} not link two stops ({examples}): without effect",
    ),
    "empty_frequency": Text(
        "{count:,} {count:?période finit|périodes finissent} avant de commencer ({examples})\u00a0: aucun départ",
        "{count:,} {count:?period ends before it begins|periods end before they begin} ({examples}): no departure",
    ),
    # Worth knowing
    "fixed_phase": Text(
        "{count:,} {count:?fréquence approximative lue|fréquences approximatives lues} comme des départs fixes depuis start_time",
        "{count:,} {count:?headway|headways} not meant exactly, read as fixed departures from start_time on",
    ),
    "drawn_phase": Text(
        "{count:,} {count:?fréquence approximative|fréquences approximatives} : premier départ tiré au sort (graine {seed})",
        "{count:,} {count:?headway|headways} not meant exactly: the first departure is drawn (seed {seed})",
    ),
    "on_request": Text(
        "{count:,} {count:?passage|passages} sur réservation ou à la demande du voyageur, {count:?compté|comptés} comme les autres",
        "{count:,} {count:?call|calls} on request or by arrangement, counted like the others",
    ),
    "unused_locations": Text(
        "{count:,} {count:?entrée, nœud ou zone d’embarquement non utilisé|entrées, nœuds ou zones d’embarquement non utilisés}\u00a0: on marche jusqu’aux quais",
        "{count:,} {count:?entrance, node or boarding area|entrances, nodes or boarding areas} not used: people walk to the platforms",
    ),
    "pathways_unused": Text(
        "cheminements en station non utilisés\u00a0: on marche jusqu’aux quais",
        "pathways inside stations not used: people walk to the platforms",
    ),
    # Pathways
    "pathways_used": Text(
        "{count:,} {count:?cheminement en station utilisé|cheminements en station utilisés}, dans {stations:,} {stations:?station|stations}",
        "{count:,} {count:?pathway|pathways} used, inside {stations:,} {stations:?station|stations}",
    ),
    "pathways_broken": Text(
        "les cheminements de {count:,} {count:?station|stations} sur {total:,} ne relient pas entrées et quais : {missing:,} {missing:?passage|passages} "
        "manquent, par exemple {examples} ; on y marche jusqu’aux quais par les rues",
        "the pathways of {count:,} of {total:,} {total:?station|stations} do not join entrances and platforms: {missing:,} {missing:?way is|ways are} "
        "missing, for example {examples}; there people walk to the platforms along the streets",
    ),
    "unknown_pathway_stop": Text(
        "{count:,} {count:?cheminement d’un lieu absent|cheminements d’un lieu absent} de stops.txt ({examples}) non {count:?utilisé|utilisés}",
        "{count:,} {count:?pathway|pathways} of a place that stops.txt lacks ({examples}) not used",
    ),
    "pathways_apart": Text(
        "{count:,} {count:?cheminement qui ne relie|cheminements qui ne relient} pas deux lieux d’une même station ({examples}) non {count:?utilisé|utilisés}",
        "{count:,} {count:?pathway that does|pathways that do} not join two places of one station ({examples}) not used",
    ),
    "strange_pathways": Text(
        "{count:,} {count:?cheminement|cheminements} d’un pathway_mode inconnu ({examples}) non {count:?utilisé|utilisés}",
        "{count:,} {count:?pathway|pathways} of an unknown pathway_mode ({examples}) not used",
    ),
    "vague_pathways": Text(
        "{count:,} {count:?cheminement|cheminements} dont is_bidirectional n’est ni 0 ni 1 ({examples}) : pris dans le seul sens donné",
        "{count:,} {count:?pathway|pathways} whose is_bidirectional is neither 0 nor 1 ({examples}): taken one way, as written",
    ),
    "exit_gates_both_ways": Text(
        "{count:,} {count:?portillon de sortie donné|portillons de sortie donnés} dans les deux sens ({examples}) : on ne fait qu’en sortir",
        "{count:,} {count:?exit gate|exit gates} said to work both ways ({examples}): {count:?it only lets|they only let} out",
    ),
    "bad_pathway_measure": Text(
        "{count:,} {count:?mesure de cheminement qui n’en est pas une|mesures de cheminements qui n’en sont pas} ({examples}) : {count:?prise pour absente|prises pour absentes}",
        "{count:,} {count:?measure of a pathway that is none|measures of pathways that are none} ({examples}): taken as not given",
    ),
    "unmeasured_pathways": Text(
        "{count:,} {count:?cheminement|cheminements} sans durée, longueur, marches ni position ({examples}) non {count:?utilisé|utilisés}",
        "{count:,} {count:?pathway|pathways} without a time, a length, stairs or positions ({examples}) not used",
    ),
    "flexible_unused": Text(
        "transport à la demande ({found}) non pris en compte\u00a0: seules comptent les courses à arrêts et heures fixes",
        "transport on demand ({found}) is not considered: only trips with fixed stops and times count",
    ),
    # Transfers
    "in_seat_transfers": Text(
        "{count:,} {count:?correspondance|correspondances} sans descendre (types 4 et 5) non {count:?appliquée|appliquées}",
        "{count:,} in-seat {count:?transfer|transfers} (types 4 and 5) not applied",
    ),
    "narrow_transfers": Text(
        "{count:,} {count:?correspondance propre|correspondances propres} à une ligne ou une course ({examples}) non {count:?appliquée|appliquées}",
        "{count:,} {count:?transfer|transfers} of one route or trip only ({examples}) not applied",
    ),
    "strange_transfers": Text(
        "{count:,} {count:?correspondance|correspondances} d’un transfer_type inconnu ({examples}) non {count:?appliquée|appliquées}",
        "{count:,} {count:?transfer|transfers} of an unknown transfer_type ({examples}) not applied",
    ),
    "unknown_transfer_stop": Text(
        "{count:,} {count:?correspondance|correspondances} d’un arrêt absent de stops.txt ({examples}) non {count:?appliquée|appliquées}",
        "{count:,} {count:?transfer|transfers} of a stop that stops.txt lacks ({examples}) not applied",
    ),
    "untimed_transfers": Text(
        "{count:,} {count:?correspondance|correspondances} à temps minimal sans ce temps ({examples})\u00a0: {count:?traitée comme ordinaire|traitées comme ordinaires}",
        "{count:,} {count:?transfer|transfers} with a minimum time that is not given ({examples}): taken as ordinary",
    ),
    "contrary_transfers": Text(
        "{count:,} {count:?correspondance contradictoire|correspondances contradictoires} ({examples})\u00a0: interdite l’emporte, puis le temps le plus long",
        "{count:,} {count:?transfer that contradicts another|transfers that contradict each other} ({examples}): forbidden wins, then the longer time",
    ),
}
