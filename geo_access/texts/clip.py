"""Texts of the part `clip`: what is kept of a whole region's timetables and streets."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "feed_kept": Text(
        "{trips:,} {trips:?course gardée|courses gardées} sur {trips_of_days:,} du {dates} ({trips_of_feed:,} dans l’offre entière), {stops:,} {stops:?arrêt|arrêts} sur {stops_of_feed:,}\u00a0: tout ce qui peut servir à un trajet de {longest_min:g} {longest_min:?minute|minutes} au plus, exactement comme avec l’offre entière",
        "{trips:,} {trips:?trip|trips} kept of the {trips_of_days:,} of {dates} ({trips_of_feed:,} in the whole feed), {stops:,} {stops:?stop|stops} of {stops_of_feed:,}: all that can matter to a journey of {longest_min:g} {longest_min:?minute|minutes} at most, exactly as with the whole feed",
    ),
    "files_left_out": Text(
        "{count:,} {count:?fichier de l’offre qui ne sert pas aux temps de parcours n’est pas repris|fichiers de l’offre qui ne servent pas aux temps de parcours ne sont pas repris}\u00a0: {files}",
        "{count:,} {count:?file of the feed that travel times do not need is|files of the feed that travel times do not need are} left out: {files}",
    ),
    "nothing_near": Text(
        "aucune course ne dessert le territoire ni ses alentours ({margin_m:,.0f} m)\u00a0: l’arrêt le plus proche est à {distance_km:,.1f} km\u00a0; prenez l’offre du territoire",
        "no trip serves the territory or its surroundings ({margin_m:,.0f} m): the nearest stop is {distance_km:,.1f} km away; take the feed of this territory",
    ),
    "no_service": Text(
        "aucune course ne circule le {date}\u00a0; jours les plus proches avec un service\u00a0: {nearest}",
        "no trip runs on {date}; nearest days with service: {nearest}",
    ),
    "streets_kept": Text(
        "{ways:,} {ways:?voie gardée|voies gardées} sur {ways_of_file:,} où l’on peut marcher\u00a0: celles du territoire et de ses alentours ({margin_m:,.0f} m)",
        "{ways:,} {ways:?way|ways} kept of the {ways_of_file:,} that may be walked: those of the territory and around it ({margin_m:,.0f} m)",
    ),
    "no_street": Text(
        "aucune rue où l’on puisse marcher dans le territoire ni autour ({margin_m:,.0f} m)\u00a0; prenez l’extrait de cette région",
        "no street that may be walked in the territory or around it ({margin_m:,.0f} m); take the extract of this region",
    ),
}
