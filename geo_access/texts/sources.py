"""Texts of the sources of open data."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "json_broken": Text(
        "ce n’est pas un document JSON lisible (ligne {line}\u00a0: {said})\u00a0; relancez geo-access fetch plus tard, ou signalez que la source a changé de forme",
        "not a readable JSON document (line {line}: {said}); run geo-access fetch again later, or report that the source has changed its shape",
    ),
    "csv_broken": Text(
        "ce n’est pas une table lisible ({said})\u00a0; relancez geo-access fetch, ou signalez que la source a changé de forme",
        "not a readable table ({said}); run geo-access fetch again, or report that the source has changed its shape",
    ),
    "columns_missing": Text(
        "il manque {missing}\u00a0; on y trouve {found}\u00a0; la source a changé de forme\u00a0: signalez-le",
        "{missing} is missing; there is {found}; the source has changed its shape: report it",
    ),
    "not_a_number": Text(
        "«\u00a0{value}\u00a0» n’est pas un nombre (colonne {column})\u00a0; la source a changé de forme\u00a0: signalez-le",
        "“{value}” is no number (column {column}); the source has changed its shape: report it",
    ),
    "rows_repeated": Text(
        "{count:,} {count:?ligne s’y trouve|lignes s’y trouvent} deux fois ({examples})\u00a0; {count:?elle|chacune} est prise une fois",
        "{count:,} {count:?row stands|rows stand} there twice ({examples}); each is taken once",
    ),
    "populations_none": Text(
        "les populations de {year} de l’INSEE ne contiennent pas {name}\u00a0; celles de geo.api.gouv.fr sont prises, sans millésime",
        "INSEE’s populations of {year} leave out {name}; those of geo.api.gouv.fr are taken, without a year",
    ),
    "population_twice": Text(
        "la commune {insee} a deux populations\u00a0: {one} et {other}\u00a0; la source a changé de forme\u00a0: signalez-le",
        "the commune {insee} has two populations: {one} and {other}; the source has changed its shape: report it",
    ),
    "arrondissements": Text(
        "la commune {insee} a {found} {found:?arrondissement|arrondissements} au lieu de {wanted}\u00a0; sa population ne peut pas en être la somme\u00a0: signalez-le",
        "the commune {insee} has {found} {found:?arrondissement|arrondissements} instead of {wanted}; its population cannot be their sum: report it",
    ),
    "communes_none": Text(
        "la réponse ne contient aucune commune ({name})\u00a0; relancez geo-access fetch plus tard",
        "the answer holds no commune ({name}); run geo-access fetch again later",
    ),
    "commune_field": Text(
        "une commune n’a pas {field}\u00a0; on y trouve {found}\u00a0; la source a changé de forme\u00a0: signalez-le",
        "a commune lacks {field}; there is {found}; the source has changed its shape: report it",
    ),
    "commune_elsewhere": Text(
        "la commune {insee} n’est pas du département ({name})\u00a0; relancez geo-access fetch, ou signalez-le",
        "the commune {insee} is not of the département ({name}); run geo-access fetch again, or report it",
    ),
    "commune_shape": Text(
        "la commune {insee} n’a pas de contour (trouvé\u00a0: {found})\u00a0; relancez geo-access fetch plus tard, ou signalez-le",
        "the commune {insee} has no boundary (found: {found}); run geo-access fetch again later, or report it",
    ),
    "commune_far": Text(
        "un contour passe par {x}, {y}, loin du département ({name})\u00a0; la source a changé de projection\u00a0: signalez-le",
        "a boundary runs through {x}, {y}, far from the département ({name}); the source has changed its projection: report it",
    ),
    "commune_twice": Text(
        "la commune {insee} s’y trouve deux fois, différente\u00a0; relancez geo-access fetch, ou signalez-le",
        "the commune {insee} stands there twice, and differs; run geo-access fetch again, or report it",
    ),
    "communes_turned": Text(
        "{count:,} {count:?contour a la latitude en premier\u00a0; il a été retourné|contours ont la latitude en premier\u00a0; ils ont été retournés}",
        "{count:,} {count:?boundary has latitude first; it was|boundaries have latitude first; they were} turned round",
    ),
    "populations_undated": Text(
        "les populations sont celles de geo.api.gouv.fr, sans millésime\u00a0; la table de l’INSEE manque",
        "the populations are those of geo.api.gouv.fr, without a year; INSEE’s table is missing",
    ),
    "populations_differ": Text(
        "{count:,} {count:?commune|communes} ({examples}) {count:?a|ont} une autre population dans geo.api.gouv.fr ({before:,.0f}) que dans la table de l’INSEE ({after:,.0f})\u00a0; celle de l’INSEE est prise",
        "{count:,} {count:?commune|communes} ({examples}) {count:?has|have} another population in geo.api.gouv.fr ({before:,.0f}) than in INSEE’s table ({after:,.0f}); INSEE’s is taken",
    ),
    "populations_missing": Text(
        "{count:,} {count:?commune|communes} ({examples}) {count:?n’est|ne sont} pas dans la table de l’INSEE\u00a0; la population de geo.api.gouv.fr est prise, sans millésime",
        "{count:,} {count:?commune|communes} ({examples}) {count:?is|are} not in INSEE’s table; the population of geo.api.gouv.fr is taken, without a year",
    ),
    "communes_gone": Text(
        "{count:,} {count:?commune|communes} de la table de l’INSEE ({examples}) {count:?n’existe|n’existent} plus dans geo.api.gouv.fr\u00a0; {count:?elle a|elles ont} sans doute fusionné\u00a0: vérifiez la population de la commune nouvelle",
        "{count:,} {count:?commune|communes} of INSEE’s table ({examples}) {count:?is|are} no more in geo.api.gouv.fr; {count:?it has|they have} probably merged: check the new commune’s population",
    ),
    "residents_stand_in": Text(
        "l’INSEE ne publie pas de carreaux de 200 m pour ce territoire ({name})\u00a0; la population de chaque commune ({count:,}) est mise en un seul point\u00a0: les parts d’habitants n’ont alors guère de sens, remplacez ce fichier dès que vous avez mieux",
        "INSEE publishes no grid of 200 m for this territory ({name}); the population of each commune ({count:,}) stands at one point: shares of residents then mean little, replace this file as soon as you have better",
    ),
    "grid_7z": Text(
        "l’archive contient un 7z ({found}), comme celle de 2019\u00a0; ouvrez-le vous-même et donnez le .gpkg ou le .csv à residents.file",
        "the archive holds a 7z ({found}), as that of 2019 does; unpack it yourself and give the .gpkg or the .csv to residents.file",
    ),
    "grid_member": Text(
        "l’archive devait contenir une table {wanted}\u00a0; on y trouve {found}\u00a0; la source a changé de forme\u00a0: signalez-le",
        "the archive should hold one table {wanted}; there is {found}; the source has changed its shape: report it",
    ),
    "cell_id": Text(
        "«\u00a0{said}\u00a0» ne nomme pas un carreau (attendu\u00a0: CRS3035RES200mN…E…)\u00a0; la source a changé de forme\u00a0: signalez-le",
        "“{said}” names no cell (expected: CRS3035RES200mN…E…); the source has changed its shape: report it",
    ),
    "cell_side": Text(
        "les carreaux ont {side} m de côté, et 200 m sont attendus\u00a0; prenez le fichier de 200 m",
        "the cells are {side} m wide, and 200 m is expected; take the file of 200 m",
    ),
    "cell_blank": Text(
        "{count:,} {count:?carreau n’a|carreaux n’ont} pas de nombre d’habitants, dont {cell}\u00a0; la source a changé de forme\u00a0: signalez-le",
        "{count:,} {count:?cell has|cells have} no number of residents, among them {cell}; the source has changed its shape: report it",
    ),
    "cell_twice": Text(
        "le carreau {cell} s’y trouve deux fois, différent\u00a0; la source est abîmée\u00a0: signalez-le",
        "the cell {cell} stands there twice, and differs; the source is damaged: report it",
    ),
    "cells_none": Text(
        "aucun carreau ne se trouve dans le département ({name})\u00a0; la table est celle d’un autre territoire",
        "no cell lies in the département ({name}); the table is that of another territory",
    ),
    "cells_shared": Text(
        "{count:,} {count:?carreau|carreaux} ({people:,.0f} {people:?habitant|habitants}) {count:?est|sont} à cheval sur une commune d’un autre département\u00a0; {count:?il compte ici, où se trouve son|ils comptent ici, où se trouve leur} centre",
        "{count:,} {count:?cell|cells} ({people:,.0f} {people:?resident|residents}) {count:?is|are} shared with a commune of another département; {count:?it counts here, where its centre lies|they count here, where their centres lie}",
    ),
    "communes_without_cells": Text(
        "{count:,} {count:?commune|communes} ({examples}) {count:?n’a|n’ont} aucun carreau\u00a0: {people:,.0f} {people:?habitant manque|habitants manquent}, aussi dans ind_pmun",
        "{count:,} {count:?commune|communes} ({examples}) {count:?has|have} no cell: {people:,.0f} {people:?resident is|residents are} missing, in ind_pmun too",
    ),
    "streets_none": Text(
        "l’extrait de Geofabrik n’est pas venu, et le territoire ({km2} km²) est trop grand pour être demandé à Overpass ({limit} km² au plus)\u00a0; relancez geo-access fetch plus tard",
        "Geofabrik’s extract did not come, and the territory ({km2} km²) is too large to be asked of Overpass ({limit} km² at most); run geo-access fetch again later",
    ),
    "feed_date": Text(
        "la date de l’étude n’est pas encore choisie\u00a0; donnez-la avec --date",
        "the study’s date is not chosen yet; give it with --date",
    ),
    "feed_address": Text(
        "«\u00a0{said}\u00a0» n’est pas une adresse en https\u00a0; donnez celle d’un GTFS, par exemple depuis transport.data.gouv.fr",
        "“{said}” is no https address; give that of a GTFS, for example from transport.data.gouv.fr",
    ),
    "feeds_none": Text(
        "aucun GTFS de ce département ({name}) n’est utilisable\u00a0; cherchez-en un sur transport.data.gouv.fr et donnez son adresse avec --gtfs",
        "no GTFS of this département ({name}) can be used; look for one on transport.data.gouv.fr and give its address with --gtfs",
    ),
    "feed_left_out": Text("ces horaires sont laissés de côté\u00a0: {said_fr}", "this feed is left out: {said_en}"),
    "feeds_unavailable": Text(
        "{count:,} {count:?réseau|réseaux} ({examples}) {count:?a|ont} un GTFS indiqué comme indisponible ou sans adresse en https\u00a0; il est laissé de côté",
        "{count:,} {count:?network|networks} ({examples}) {count:?has|have} a GTFS that is said to be unavailable or has no https address; it is left out",
    ),
    "feeds_national": Text(
        "{count:,} GTFS de tout le pays ({examples}) {count:?n’est pas pris|ne sont pas pris}\u00a0: cars et grandes lignes\u00a0; donnez {count:?son|leur} adresse avec --gtfs {count:?s’il compte|s’ils comptent} ici",
        "{count:,} GTFS of the whole country ({examples}) {count:?is|are} not taken: coaches and long-distance trains; give {count:?its|their} address with --gtfs if {count:?it counts|they count} here",
    ),
    "feeds_overlap": Text(
        "{count} GTFS se recouvrent peut-être\u00a0: une même course peut y figurer deux fois (trains surtout), ce qui ne change pas les temps de trajet mais les comptages\u00a0; geo-access inspect le dit",
        "{count} feeds may overlap: one trip may stand in two (trains above all), which changes no travel time but counts; geo-access inspect tells",
    ),
    "qpv_empty": Text(
        "le fichier des quartiers prioritaires est vide ou n’est pas un GeoJSON\u00a0; relancez geo-access fetch plus tard",
        "the file of priority neighbourhoods is empty or no GeoJSON; run geo-access fetch again later",
    ),
    "qpv_2015": Text(
        "le code {code} est celui d’un quartier de 2015, aux autres contours\u00a0; il faut ceux de 2024 (QN…)",
        "the code {code} is that of an area of 2015, with other outlines; those of 2024 (QN…) are needed",
    ),
    "qpv_shape": Text(
        "le quartier {code} n’a pas de contour\u00a0; la source a changé de forme\u00a0: signalez-le",
        "the area {code} has no outline; the source has changed its shape: report it",
    ),
    "qpv_none": Text(
        "pas de quartier prioritaire dans ce département ({name})\u00a0; qpv.geojson n’est pas écrit",
        "no priority neighbourhood in this département ({name}); qpv.geojson is not written",
    ),
    "finess_cut": Text(
        "le fichier FINESS est coupé ou abîmé ({said})\u00a0; relancez geo-access fetch",
        "the FINESS file is cut short or damaged ({said}); run geo-access fetch again",
    ),
    "finess_shape": Text(
        "«\u00a0{key}\u00a0» n’y est pas\u00a0; FINESS a changé de forme\u00a0: signalez-le",
        "“{key}” is not in it; FINESS has changed its shape: report it",
    ),
    "finess_fields": Text(
        "une ligne a {found} {found:?champ|champs} au lieu de {wanted}\u00a0; FINESS a changé de forme\u00a0: signalez-le",
        "a row has {found} {found:?field|fields} instead of {wanted}; FINESS has changed its shape: report it",
    ),
    "finess_old": Text(
        "le flux quotidien de FINESS n’est pas lisible\u00a0; l’ancien, arrêté en mai 2026, est pris à sa place",
        "the daily flow of FINESS cannot be read; the old one, which ended in May 2026, is taken in its place",
    ),
    "directory_shape": Text(
        "une liste est attendue, et c’est {found}\u00a0; la source a changé de forme\u00a0: signalez-le",
        "a list is expected, and this is {found}; the source has changed its shape: report it",
    ),
    "candidates_none": Text(
        "ni FINESS ni l’annuaire ne donnent de PMI pour ce département ({name})\u00a0; écrivez sites.csv vous-même (name, kind, address, insee, lat, lon)",
        "neither FINESS nor the directory gives a PMI of this département ({name}); write sites.csv yourself (name, kind, address, insee, lat, lon)",
    ),
    "candidates_review": Text(
        "{count:,} {count:?lieu (PMI surtout) vient|lieux (PMI surtout) viennent} de listes publiques ({both:,} des deux)\u00a0: {count:?c’est un candidat, à relire|ce sont des candidats, à relire un par un} dans sites.csv",
        "{count:,} {count:?place (PMI above all) comes|places (PMI above all) come} from public lists ({both:,} from both): {count:?it is a candidate, to be reviewed|they are candidates, to be reviewed one by one} in sites.csv",
    ),
    "candidates_found": Text(
        "{count:,} {count:?lieu (PMI surtout) vient|lieux (PMI surtout) viennent} de listes publiques ({both:,} des deux)\u00a0; {count:?comparez-le|comparez-les} à votre sites.csv, qui n’est pas touché",
        "{count:,} {count:?place (PMI above all) comes|places (PMI above all) come} from public lists ({both:,} from both); compare {count:?it|them} with your sites.csv, which is left as it is",
    ),
    "no_pole": Text(
        "aucune liste publique ne donne les pôles sociaux, antennes et annexes ({name})\u00a0: ajoutez-les à sites.csv (kind = pole, antenna, annex)\u00a0; en attendant, study.toml fait tenir lieu de pôles aux PMI, et le résultat n’est pas celui de la promesse",
        "no public list gives the pôles sociaux, antennas and annexes ({name}): add them to sites.csv (kind = pole, antenna, annex); until then study.toml lets PMI stand in for poles, and the result is not the promise’s",
    ),
    "poles_by_name": Text(
        "{count:,} {count:?lieu|lieux} de l’annuaire ({examples}) {count:?est pris pour un pôle d’après son nom\u00a0; vérifiez-le|sont pris pour des pôles d’après leur nom\u00a0; vérifiez-les}, et ajoutez à sites.csv les pôles, antennes et annexes qui manquent",
        "{count:,} {count:?place|places} of the directory ({examples}) {count:?is taken for a pole by its name; check it|are taken for poles by their name; check them}, and add the poles, antennas and annexes that are missing to sites.csv",
    ),
    "points_turned": Text(
        "{count:,} {count:?position a|positions ont} x et y intervertis ({examples})\u00a0; {count:?elle a été retournée|elles ont été retournées}",
        "{count:,} {count:?position has|positions have} x and y swapped ({examples}); {count:?it was|they were} turned round",
    ),
    "points_elsewhere": Text(
        "{count:,} {count:?position ne se trouve|positions ne se trouvent} pas dans le département, de quelque façon qu’on {count:?la|les} lise ({examples})\u00a0; {count:?elle n’est pas prise|elles ne sont pas prises}",
        "{count:,} {count:?position is not in the département, whichever way it is|positions are not in the département, whichever way they are} read ({examples}); {count:?it is|they are} not taken",
    ),
    "places_apart": Text(
        "{name}\u00a0: FINESS et l’annuaire la placent à {distance_m:.0f} m l’une de l’autre\u00a0; vérifiez son adresse",
        "{name}: FINESS and the directory place it {distance_m:.0f} m apart; check its address",
    ),
    "location_point": Text(
        "à vérifier\u00a0: candidat d’une liste publique", "to be checked: candidate of a public list"
    ),
    "location_rough": Text(
        "à vérifier\u00a0: candidat d’une liste publique, position approximative",
        "to be checked: candidate of a public list, approximate position",
    ),
    "location_none": Text(
        "à vérifier\u00a0: candidat d’une liste publique, sans position",
        "to be checked: candidate of a public list, without a position",
    ),
    "location_door": Text("adresse (Base adresse nationale)", "address point (national address base)"),
    "location_street": Text(
        "approximative\u00a0: {kind} (Base adresse nationale)", "approximate: {kind} (national address base)"
    ),
    "sites_missing": Text(
        "il n’y a pas encore de liste de lieux\u00a0; lancez geo-access fetch sans --only, ou écrivez sites.csv",
        "there is no list of sites yet; run geo-access fetch without --only, or write sites.csv",
    ),
    "site_without_address": Text(
        "{name}\u00a0: ni coordonnées ni adresse\u00a0; ajoutez l’une ou l’autre",
        "{name}: neither coordinates nor an address; add one or the other",
    ),
    "address_unknown": Text(
        "{name}\u00a0: l’adresse «\u00a0{address}\u00a0» n’est pas trouvée\u00a0; corrigez-la, ou donnez lat et lon",
        "{name}: the address “{address}” is not found; mend it, or give lat and lon",
    ),
    "address_weak": Text(
        "{name}\u00a0: pour «\u00a0{address}\u00a0», le mieux trouvé est «\u00a0{label}\u00a0», avec un score de {score:.2f} (il faut {limit:.2f})\u00a0; il n’est pas pris\u00a0: corrigez l’adresse, ou donnez lat et lon",
        "{name}: for “{address}” the best found is “{label}”, with a score of {score:.2f} ({limit:.2f} is needed); it is not taken: mend the address, or give lat and lon",
    ),
    "address_elsewhere": Text(
        "{name}\u00a0: «\u00a0{address}\u00a0» est trouvée dans la commune {found} («\u00a0{label}\u00a0») au lieu de {said}\u00a0; elle n’est pas prise\u00a0: corrigez l’une ou l’autre",
        "{name}: “{address}” is found in the commune {found} (“{label}”) instead of {said}; it is not taken: mend one or the other",
    ),
    "address_far": Text(
        "{name}\u00a0: «\u00a0{address}\u00a0» est trouvée hors du département («\u00a0{label}\u00a0»)\u00a0; elle n’est pas prise\u00a0: précisez l’adresse",
        "{name}: “{address}” is found outside the département (“{label}”); it is not taken: say the address in full",
    ),
    "address_rough": Text(
        "{name}\u00a0: «\u00a0{address}\u00a0» n’est trouvée qu’à peu près ({kind}\u00a0: «\u00a0{label}\u00a0»)\u00a0; le point est approximatif",
        "{name}: “{address}” is found only roughly ({kind}: “{label}”); the point is approximate",
    ),
    "answer_turned": Text(
        "{count:,} {count:?réponse a la longitude à la place de la latitude\u00a0; elle a été retournée|réponses ont la longitude à la place de la latitude\u00a0; elles ont été retournées}",
        "{count:,} {count:?answer has longitude in the place of latitude; it was|answers have longitude in the place of latitude; they were} turned round",
    ),
    "geocoded": Text(
        "{asked:,} {asked:?lieu|lieux} sans coordonnées, {found:,} {found:?trouvé par son|trouvés par leur} adresse, dont {doors:,} {doors:?à sa porte|à leur porte}\u00a0; voir sites_located.csv",
        "{asked:,} {asked:?site|sites} without coordinates, {found:,} found by address, {doors:,} of them at the door; see sites_located.csv",
    ),
    "stations_shape": Text(
        "les gares du Grand Paris Express ne sont pas venues ({found})\u00a0; aucun résultat n’en dépend",
        "the stations of the Grand Paris Express did not come ({found}); no result hangs on them",
    ),
    "stations_none": Text(
        "aucune gare du Grand Paris Express n’est prévue ici ({name})",
        "no station of the Grand Paris Express is planned here ({name})",
    ),
}
