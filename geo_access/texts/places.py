"""Texts of the part `places`: tables, territory, residents, sites."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    # Files
    "file_missing": Text(
        "le fichier n’existe pas. Vérifiez le chemin indiqué dans l’étude.",
        "the file does not exist. Check the path that the study gives.",
    ),
    "file_missing_guess": Text(
        "le fichier n’existe pas. Vouliez-vous dire «\u00a0{guess}\u00a0»\u00a0?",
        'the file does not exist. Did you mean "{guess}"?',
    ),
    "file_is_folder": Text(
        "c’est un dossier, pas un fichier. Indiquez le fichier qu’il contient.",
        "this is a folder, not a file. Name the file in it.",
    ),
    "file_empty": Text(
        "le fichier est vide (0 octet). Téléchargez-le ou exportez-le de nouveau.",
        "the file is empty (0 bytes). Download or export it again.",
    ),
    "file_unreadable": Text(
        "le fichier ne peut pas être lu ({reason}). Téléchargez-le ou exportez-le de nouveau.",
        "the file cannot be read ({reason}). Download or export it again.",
    ),
    "format_unknown": Text(
        "le format «\u00a0{suffix}\u00a0» n’est pas lu. Exportez le fichier dans l’un des formats {known}.",
        'the format "{suffix}" is not read. Export the file as one of {known}.',
    ),
    "format_other": Text(
        "le contenu n’est pas du {claimed} (il ressemble à\u00a0: {found}). Exportez le fichier en {claimed}, ou donnez-lui l’extension de son vrai format.",
        "the content is not {claimed} (it looks like: {found}). Export the file as {claimed}, or give it the suffix of its true format.",
    ),
    "truncated": Text(
        "le fichier est incomplet\u00a0: sa fin manque. Téléchargez-le ou copiez-le de nouveau.",
        "the file is cut short: its end is missing. Download or copy it again.",
    ),
    "shapefile_part": Text(
        "il manque le fichier «\u00a0{part}\u00a0», qui va avec le Shapefile. Copiez ensemble les fichiers .shp, .shx, .dbf et .prj.",
        'the file "{part}" that belongs to the Shapefile is missing. Copy the .shp, .shx, .dbf and .prj files together.',
    ),
    "encoding": Text(
        "le fichier n’est pas encodé en UTF-8. Dans le tableur, enregistrez-le sous «\u00a0CSV UTF-8\u00a0».",
        'the file is not encoded in UTF-8. In the spreadsheet, save it as "CSV UTF-8".',
    ),
    "no_rows": Text(
        "le fichier ne contient aucun enregistrement. Exportez-le de nouveau, avec ses lignes.",
        "the file holds no record. Export it again, with its rows.",
    ),
    "no_header": Text(
        "la première ligne doit nommer les colonnes, mais elle est vide. Ajoutez les noms des colonnes.",
        "the first row must name the columns, but it is blank. Add the column names.",
    ),
    "ragged": Text(
        "{found} {found:?valeur|valeurs} au lieu de {expected}. Le fichier est coupé, ou une valeur qui contient le séparateur n’est pas entre guillemets.",
        "{found} {found:?value|values} instead of {expected}. The file is cut short, or a value that holds the separator is not quoted.",
    ),
    "quote_open": Text(
        "un guillemet ouvert n’est jamais refermé\u00a0: le fichier est coupé ou un guillemet manque. Corrigez cette ligne ou exportez de nouveau.",
        "a quote is opened and never closed: the file is cut short or a quote is missing. Mend this row or export again.",
    ),
    "column_twice": Text(
        "la colonne «\u00a0{column}\u00a0» figure deux fois. Renommez ou supprimez l’une des deux.",
        'the column "{column}" stands twice. Rename or delete one of them.',
    ),
    "column_missing": Text(
        "il manque la colonne «\u00a0{wanted}\u00a0». Colonnes présentes\u00a0: {found}. Renommez la bonne colonne ou ajoutez-la.",
        'the column "{wanted}" is missing. Columns there are: {found}. Rename the right one or add it.',
    ),
    "column_missing_guess": Text(
        "il manque la colonne «\u00a0{wanted}\u00a0». Vouliez-vous dire «\u00a0{guess}\u00a0»\u00a0? Colonnes présentes\u00a0: {found}.",
        'the column "{wanted}" is missing. Did you mean "{guess}"? Columns there are: {found}.',
    ),
    "layers_many": Text(
        "le fichier a plusieurs couches ({layers}). Nommez «\u00a0{stem}\u00a0» celle qu’il faut lire, ou exportez-la seule.",
        'the file has several layers ({layers}). Name the one to read "{stem}", or export it alone.',
    ),
    "json_broken": Text(
        "le JSON est interrompu ou mal formé à la ligne {line} du texte ({reason}). Téléchargez-le ou exportez-le de nouveau.",
        "the JSON breaks off or is malformed at line {line} of the text ({reason}). Download or export it again.",
    ),
    "not_geojson": Text(
        "ce JSON n’est pas une collection d’entités GeoJSON («\u00a0FeatureCollection\u00a0»). Exportez le fichier en GeoJSON.",
        'this JSON is no GeoJSON feature collection ("FeatureCollection"). Export the file as GeoJSON.',
    ),
    "not_a_number": Text(
        "«\u00a0{value}\u00a0» (colonne «\u00a0{column}\u00a0») n’est pas un nombre. Corrigez la valeur, ou laissez-la vide si elle est inconnue.",
        '"{value}" (column "{column}") is not a number. Mend the value, or leave it blank if unknown.',
    ),
    "wkt_broken": Text(
        "la géométrie n’est pas du WKT lisible. Exportez de nouveau cette ligne.",
        "the geometry is not readable WKT. Export this row again.",
    ),
    "geometry_missing": Text(
        "le fichier n’a pas de géométrie. Ajoutez les colonnes lon et lat (ou x et y), ou fournissez un GeoPackage. Colonnes présentes\u00a0: {found}.",
        "the file has no geometry. Add the columns lon and lat (or x and y), or give a GeoPackage. Columns there are: {found}.",
    ),
    # Coordinates
    "crs_missing": Text(
        'le fichier ne dit pas dans quel système de coordonnées il est. Exportez-le avec son système, ou indiquez-le dans l’étude (crs = "EPSG:2154" à côté du nom du fichier).',
        'the file does not say its coordinate reference system. Export it with one, or state it in the study (crs = "EPSG:2154" beside the file\'s name).',
    ),
    "crs_unknown": Text(
        "«\u00a0{crs}\u00a0» n’est pas un système de coordonnées connu. Écrivez par exemple «\u00a0EPSG:2154\u00a0» (Lambert-93).",
        '"{crs}" is no known coordinate reference system. Write for instance "EPSG:2154" (Lambert-93).',
    ),
    "crs_damaged": Text(
        "le système de coordonnées que dit le fichier (pour un Shapefile, son .prj) est illisible. Exportez le fichier de nouveau.",
        "the coordinate reference system that the file states (a Shapefile's .prj) cannot be read. Export the file again.",
    ),
    "crs_not_metric": Text(
        "«\u00a0{crs}\u00a0» ne mesure pas en mètres. Prenez une projection métrique pour l’étude, par exemple «\u00a0EPSG:2154\u00a0» en France.",
        '"{crs}" does not measure in metres. Take a metric projection for the study, for instance "EPSG:2154" in France.',
    ),
    "crs_wrong_scale": Text(
        'le système de coordonnées «\u00a0{crs}\u00a0» fausse ici les distances de {percent:+.1f}\u00a0%\u00a0: les temps seraient faux. Mettez crs = "{fits}".',
        'the coordinate reference system “{crs}” distorts distances here by {percent:+.1f}%: times would be wrong. Set crs = "{fits}".',
    ),
    "crs_rough_scale": Text(
        "le système de coordonnées «\u00a0{crs}\u00a0» fausse ici les distances de {percent:+.2f}\u00a0%, et les temps à pied d’autant\u00a0; «\u00a0{fits}\u00a0» convient mieux",
        "the coordinate reference system “{crs}” distorts distances here by {percent:+.2f}%, and times on foot as much; “{fits}” fits better",
    ),
    "crs_conflict": Text(
        "l’étude indique le système de coordonnées «\u00a0{stated}\u00a0», mais le fichier dit «\u00a0{found}\u00a0». Retirez la clé crs de l’étude, ou corrigez le fichier.",
        'the study states the coordinate reference system "{stated}", but the file says "{found}". Remove the key crs from the study, or mend the file.',
    ),
    "crs_mixed": Text(
        "deux systèmes de coordonnées se mêlent\u00a0: «\u00a0{one}\u00a0» et «\u00a0{other}\u00a0». Transformez l’un vers l’autre.",
        'two coordinate reference systems are mixed: "{one}" and "{other}". Transform one to the other.',
    ),
    "crs_no_way": Text(
        "ces coordonnées ne peuvent pas être transformées vers «\u00a0{crs}\u00a0». Vérifiez le système de coordonnées du fichier et celui de l’étude.",
        "these coordinates cannot be transformed to \"{crs}\". Check the file's coordinate reference system and the study's.",
    ),
    "coordinates_outside": Text(
        "les coordonnées x = {x}, y = {y} n’existent pas dans le système «\u00a0{crs}\u00a0» ({count:,} {count:?enregistrement|enregistrements}). Indiquez le vrai système (clé crs à côté du nom du fichier) ou corrigez les coordonnées.",
        'the coordinates x = {x}, y = {y} cannot be in "{crs}" ({count:,} {count:?record|records}). State the true system (key crs beside the file\'s name) or mend the coordinates.',
    ),
    "coordinates_degrees": Text(
        "x = {x}, y = {y} sont des degrés, mais le fichier se dit en «\u00a0{crs}\u00a0», qui compte en mètres ({count:,} {count:?enregistrement|enregistrements}). Le bon système est sans doute «\u00a0EPSG:4326\u00a0».",
        'x = {x}, y = {y} are degrees, but the file says "{crs}", which counts in metres ({count:,} {count:?record|records}). The right system is probably "EPSG:4326".',
    ),
    "coordinates_swapped": Text(
        "x = {x}, y = {y} ne peut être en «\u00a0{crs}\u00a0», mais y et x échangés le peuvent ({count:,} {count:?enregistrement|enregistrements})\u00a0: les deux colonnes semblent interverties. Échangez-les.",
        'x = {x}, y = {y} cannot be in "{crs}", but y and x swapped can ({count:,} {count:?record|records}): the two columns look swapped. Exchange them.',
    ),
    # Territory
    "code_blank": Text(
        "le code (colonne «\u00a0{column}\u00a0») est vide. Ajoutez-le ou supprimez la ligne.",
        'the code (column "{column}") is blank. Add it or delete the row.',
    ),
    "zero_lost": Text(
        "{count:,} {count:?code|codes} de la colonne «\u00a0{column}\u00a0» {count:?avait perdu son|avaient perdu leur} zéro initial\u00a0; rétabli\u00a0: {examples}. Dans le tableur, mettez cette colonne au format texte.",
        '{count:,} {count:?code|codes} in column "{column}" had lost {count:?its|their} leading zero; restored: {examples}. In the spreadsheet, set this column to text.',
    ),
    "commune_twice": Text(
        "la commune {insee} figure déjà à la ligne {other_row}. Gardez une seule ligne par commune.",
        "the commune {insee} already stands in row {other_row}. Keep one row per commune.",
    ),
    "population_negative": Text(
        "la population de {name} est négative. Corrigez-la.", "the population of {name} is negative. Mend it."
    ),
    "outline_missing": Text(
        "pas de contour ({count:,} {count:?enregistrement|enregistrements}). Exportez de nouveau le fichier avec sa géométrie.",
        "no outline ({count:,} {count:?record|records}). Export the file again with its geometry.",
    ),
    "outline_kind": Text(
        "un contour doit être un polygone, pas «\u00a0{found}\u00a0». Prenez le fichier des limites.",
        'an outline must be a polygon, not "{found}". Take the file of boundaries.',
    ),
    "outline_mended": Text(
        "{count:,} {count:?contour se recoupait\u00a0; il a été réparé (ligne|contours se recoupaient\u00a0; ils ont été réparés (lignes} {examples}).",
        "{count:,} {count:?outline crossed itself; it was mended (row|outlines crossed themselves; they were mended (rows} {examples}).",
    ),
    "communes_overlap": Text(
        "{count:,} {count:?paire de communes se recouvre|paires de communes se recouvrent}\u00a0: {examples}. Un point commun est compté dans la commune au plus petit code. Vérifiez les contours.",
        "{count:,} {count:?pair of communes overlaps|pairs of communes overlap}: {examples}. A shared point is counted in the commune with the lowest code. Check the outlines.",
    ),
    "zoning_missing": Text(
        "{count:,} {count:?commune|communes} sans SST dans la colonne «\u00a0{column}\u00a0»\u00a0: {examples}. Complétez le fichier.",
        '{count:,} {count:?commune|communes} without SST in column "{column}": {examples}. Complete the file.',
    ),
    "zoning_twice": Text(
        "{name} ({insee}) a deux SST\u00a0: «\u00a0{one}\u00a0» et «\u00a0{other}\u00a0». Gardez une seule ligne.",
        '{name} ({insee}) has two SST: "{one}" and "{other}". Keep one row.',
    ),
    "zoning_unknown": Text(
        "{count:,} {count:?code de commune inconnu du territoire, laissé|codes de commune inconnus du territoire, laissés} de côté\u00a0: {examples}.",
        "{count:,} commune {count:?code|codes} that the territory does not know, left aside: {examples}.",
    ),
    "zoning_name": Text(
        "le code {insee} est celui de {name}, mais la ligne dit «\u00a0{said}\u00a0». Vérifiez le code.",
        'the code {insee} is {name}\'s, but the row says "{said}". Check the code.',
    ),
    # Residents
    "residents_without_place": Text(
        "le fichier n’a ni géométrie ni identifiants de carreaux INSEE («\u00a0CRS3035RES200mN…E…\u00a0»). Colonnes présentes\u00a0: {found}. Fournissez un GeoPackage, ou nommez la colonne des identifiants (clé id).",
        'the file has neither geometry nor INSEE cell ids ("CRS3035RES200mN…E…"). Columns there are: {found}. Give a GeoPackage, or name the column of the ids (key id).',
    ),
    "weight_blank": Text(
        "la colonne «\u00a0{column}\u00a0» est vide ({count:,} {count:?ligne|lignes}). Écrivez 0 là où personne n’habite.",
        'the column "{column}" is blank ({count:,} {count:?row|rows}). Write 0 where nobody lives.',
    ),
    "weight_negative": Text(
        "la colonne «\u00a0{column}\u00a0» est négative ({count:,} {count:?ligne|lignes}). Un nombre d’habitants ne peut pas l’être\u00a0: corrigez le fichier.",
        'the column "{column}" is negative ({count:,} {count:?row|rows}). A number of people cannot be: mend the file.',
    ),
    "cells_without_id": Text(
        "aucune colonne d’identifiants\u00a0: les lieux des habitants sont nommés d’après leur ligne (row-2, row-3…).",
        "no column of ids: the residents' places are named after their row (row-2, row-3…).",
    ),
    "cell_id_blank": Text(
        "l’identifiant (colonne «\u00a0{column}\u00a0») est vide. Complétez-le.",
        'the id (column "{column}") is blank. Complete it.',
    ),
    "cell_twice": Text(
        "l’identifiant «\u00a0{cell}\u00a0» figure déjà à la ligne {other_row}\u00a0: ses habitants compteraient deux fois. Supprimez l’une des lignes.",
        'the id "{cell}" already stands in row {other_row}: its residents would count twice. Delete one of the rows.',
    ),
    "cell_without_place": Text(
        "pas de géométrie ({count:,} {count:?enregistrement|enregistrements}). Ces habitants ne peuvent pas être situés\u00a0: complétez le fichier.",
        "no geometry ({count:,} {count:?record|records}). These residents cannot be located: complete the file.",
    ),
    "cell_kind": Text(
        "un lieu d’habitation doit être un polygone ou un point, pas «\u00a0{found}\u00a0». Prenez un autre fichier.",
        'a place of residence must be a polygon or a point, not "{found}". Take another file.',
    ),
    "cell_elsewhere": Text(
        "la géométrie de «\u00a0{cell}\u00a0» est à {distance_m:,.0f} m du carreau que dit son identifiant ({count:,} {count:?carreau|carreaux})\u00a0: le système de coordonnées du fichier est faux. Exportez-le de nouveau.",
        'the geometry of "{cell}" lies {distance_m:,.0f} m from the square that its id names ({count:,} {count:?cell|cells}): the file\'s coordinate reference system is wrong. Export it again.',
    ),
    "residents_elsewhere": Text(
        "aucun habitant dans le territoire\u00a0: le lieu habité le plus proche est à {distance_km:,.1f} km des communes ({count:,} {count:?lieu|lieux}). Prenez le fichier du même territoire, ou corrigez son système de coordonnées.",
        "no resident in the territory: the nearest inhabited place lies {distance_km:,.1f} km from the communes ({count:,} {count:?place|places}). Take the file of the same territory, or mend its coordinate reference system.",
    ),
    "residents_nobody": Text(
        "la colonne de pondération ne compte personne dans le territoire. Choisissez une autre colonne (clé weight).",
        "the weight column counts nobody in the territory. Choose another column (key weight).",
    ),
    "residents_near": Text(
        "{count:,} {count:?lieu|lieux} hors de toute commune ({people:,.0f} {people:?habitant|habitants}) {count:?compté|comptés} dans la plus proche, à {distance_m:,.0f} m au plus.",
        "{count:,} {count:?place|places} outside every commune ({people:,.0f} {people:?resident|residents}) counted in the nearest one, {distance_m:,.0f} m away at most.",
    ),
    "residents_outside": Text(
        "{count:,} {count:?lieu à plus de 300 m de toute commune n’est pas compté|lieux à plus de 300 m de toute commune ne sont pas comptés}\u00a0: {people:,.0f} {people:?habitant|habitants}, {percent:.1f}\u00a0% du fichier ({examples}).",
        "{count:,} {count:?place more than 300 m from every commune is|places more than 300 m from every commune are} not counted: {people:,.0f} {people:?resident|residents}, {percent:.1f}% of the file ({examples}).",
    ),
    "residents_imputed": Text(
        "{count:,} {count:?carreau de moins de 11 ménages a|carreaux de moins de 11 ménages ont} des valeurs imputées par l’INSEE\u00a0; {count:?il est gardé|ils sont gardés} ({percent:.1f}\u00a0% des habitants).",
        "{count:,} {count:?cell of fewer than 11 households holds values imputed by INSEE; it is|cells of fewer than 11 households hold values imputed by INSEE; they are} kept ({percent:.1f}% of the residents).",
    ),
    "residents_sum": Text(
        "la colonne «\u00a0{column}\u00a0» compte {people:,.0f} {people:?personne|personnes} dans le territoire, soit {percent:.1f}\u00a0% de la population des communes ({population:,.0f}).",
        'the column "{column}" counts {people:,.0f} people in the territory, {percent:.1f}% of the communes\' population ({population:,.0f}).',
    ),
    "communes_without_residents": Text(
        "{count:,} {count:?commune|communes} sans aucun habitant dans le fichier\u00a0: {examples}. Leur verdict sera «\u00a0sans population\u00a0».",
        '{count:,} {count:?commune|communes} without any resident in the file: {examples}. Their verdict will be "no residents".',
    ),
    # Sites
    "default_kind": Text(
        "«\u00a0{kind}\u00a0» n’est pas un type de lieu (clé default_kind). Types connus\u00a0: {known}.",
        '"{kind}" is no kind of site (key default_kind). Known kinds: {known}.',
    ),
    "site_kind_of_place": Text(
        "un lieu d’accueil doit être un point, pas «\u00a0{found}\u00a0». Donnez ses coordonnées.",
        'a site must be a point, not "{found}". Give its coordinates.',
    ),
    "site_kind_blank": Text(
        "«\u00a0{name}\u00a0» n’a pas de type\u00a0: traité comme lieu partenaire, il ne compte pour aucun objectif. Indiquez son type.",
        '"{name}" has no kind: taken as a partner\'s place, it counts for no target. State its kind.',
    ),
    "site_kind_read": Text(
        "«\u00a0{name}\u00a0»\u00a0: «\u00a0{word}\u00a0» est compris comme «\u00a0{kind}\u00a0».",
        '"{name}": "{word}" is taken as "{kind}".',
    ),
    "site_kind_unknown": Text(
        "«\u00a0{name}\u00a0»\u00a0: le type «\u00a0{word}\u00a0» n’est pas connu. Traité comme lieu partenaire, il ne compte pour aucun objectif.",
        '"{name}": the kind "{word}" is not known. Taken as a partner\'s place, it counts for no target.',
    ),
    "site_kind_slip": Text(
        "«\u00a0{name}\u00a0»\u00a0: le type «\u00a0{word}\u00a0» n’est pas connu\u00a0; vouliez-vous dire «\u00a0{guess}\u00a0»\u00a0? Traité comme lieu partenaire, il ne compte pour aucun objectif.",
        '"{name}": the kind "{word}" is not known; did you mean "{guess}"? Taken as a partner\'s place, it counts for no target.',
    ),
    "site_status": Text(
        "l’état «\u00a0{word}\u00a0» n’est pas connu. États connus\u00a0: {known}.",
        'the status "{word}" is not known. Known ones: {known}.',
    ),
    "site_status_guess": Text(
        "l’état «\u00a0{word}\u00a0» n’est pas connu\u00a0; vouliez-vous dire «\u00a0{guess}\u00a0»\u00a0? États connus\u00a0: {known}.",
        'the status "{word}" is not known; did you mean "{guess}"? Known ones: {known}.',
    ),
    "site_date": Text(
        "«\u00a0{value}\u00a0» (colonne «\u00a0{column}\u00a0») n’est pas une date. Écrivez 2024-04-23 ou 23/04/2024.",
        '"{value}" (column "{column}") is not a date. Write 2024-04-23 or 23/04/2024.',
    ),
    "site_period": Text(
        "la fermeture ({until}) précède l’ouverture ({since}). Corrigez l’une des dates.",
        "the closing ({until}) comes before the opening ({since}). Mend one of the dates.",
    ),
    "stop_without_date": Text(
        "«\u00a0{name}\u00a0» est un arrêt de caravane sans date. Ajoutez ses jours (colonne dates).",
        '"{name}" is a mobile stop without a date. Add its days (column dates).',
    ),
    "site_id_twice": Text(
        "l’identifiant «\u00a0{site}\u00a0» figure déjà à la ligne {other_row}. Donnez à chaque lieu le sien.",
        'the id "{site}" already stands in row {other_row}. Give each site its own.',
    ),
    "site_without_point": Text(
        "«\u00a0{name}\u00a0» n’a pas de coordonnées et n’est pas compté (adresse\u00a0: {address}). Géocodez l’adresse et remplissez lat et lon.",
        '"{name}" has no coordinates and is not counted (address: {address}). Geocode the address and fill in lat and lon.',
    ),
    "sites_nowhere": Text(
        "aucun lieu sur {count:,} n’a de coordonnées. Géocodez les adresses et remplissez lat et lon.",
        "none of {count:,} {count:?site|sites} has coordinates. Geocode the addresses and fill in lat and lon.",
    ),
    "sites_swapped": Text(
        "les colonnes de longitude et de latitude (x et y) semblent interverties\u00a0: {count:?le lieu tombe|les {count} lieux tombent} hors du territoire (x = {x}, y = {y}, {crs}), et dedans une fois échangées. Échangez les deux colonnes.",
        "the longitude and latitude (x and y) columns look swapped: {count:?the one site falls|all {count} sites fall} outside the territory (x = {x}, y = {y}, {crs}), and inside once exchanged. Exchange the two columns.",
    ),
    "site_swapped": Text(
        "«\u00a0{name}\u00a0»\u00a0: la longitude et la latitude (x = {x}, y = {y}) semblent interverties ({count:,} {count:?lieu, ligne|lieux, lignes} {rows}). Échangez les deux valeurs.",
        '"{name}": longitude and latitude (x = {x}, y = {y}) look swapped ({count:,} {count:?site, row|sites, rows} {rows}). Exchange the two values.',
    ),
    "site_other_commune": Text(
        "«\u00a0{name}\u00a0» est déclaré à {said}, mais son point est à {found}, à {distance_m:,.0f} m de sa commune. Corrigez le point ou le code.",
        '"{name}" is stated to be in {said}, but its point lies in {found}, {distance_m:,.0f} m from its commune. Mend the point or the code.',
    ),
    "site_out_of_commune": Text(
        "«\u00a0{name}\u00a0» est déclaré à {said}, mais son point est hors du territoire, à {distance_m:,.0f} m de sa commune. Corrigez le point ou le code.",
        '"{name}" is stated to be in {said}, but its point lies outside the territory, {distance_m:,.0f} m from its commune. Mend the point or the code.',
    ),
    "site_unknown_commune": Text(
        "«\u00a0{name}\u00a0» porte le code de commune {said}, inconnu du territoire, mais son point est à {found}. Corrigez le point ou le code.",
        '"{name}" bears the commune code {said}, unknown to the territory, but its point lies in {found}. Mend the point or the code.',
    ),
    "site_far": Text(
        "«\u00a0{name}\u00a0» est à {distance_km:,.1f} km du territoire. Vérifiez ses coordonnées.",
        '"{name}" lies {distance_km:,.1f} km from the territory. Check its coordinates.',
    ),
    "site_twice_address": Text(
        "«\u00a0{name}\u00a0» a la même adresse et le même type que «\u00a0{other}\u00a0» (ligne {other_row})\u00a0: {address}. Gardez une seule ligne s’il s’agit d’un même lieu.",
        '"{name}" has the same address and kind as "{other}" (row {other_row}): {address}. Keep one row if they are one site.',
    ),
    "site_twice_apart": Text(
        "«\u00a0{name}\u00a0» a la même adresse et le même type que «\u00a0{other}\u00a0» (ligne {other_row})\u00a0: {address}, mais leurs points sont à {distance_m:,.0f} m l’un de l’autre. L’un des deux est faux\u00a0: vérifiez-les et gardez une seule ligne.",
        '"{name}" has the same address and kind as "{other}" (row {other_row}): {address}, but their points lie {distance_m:,.0f} m apart. One is wrong: check them and keep one row.',
    ),
    "site_twice_point": Text(
        "«\u00a0{name}\u00a0» est du même type et au même point que «\u00a0{other}\u00a0» (ligne {other_row}, à {distance_m:,.0f} m). Gardez une seule ligne s’il s’agit d’un même lieu.",
        '"{name}" is of the same kind and at the same point as "{other}" (row {other_row}, {distance_m:,.0f} m away). Keep one row if they are one site.',
    ),
    "site_twice_name": Text(
        "«\u00a0{name}\u00a0» porte le même nom que «\u00a0{other}\u00a0» (ligne {other_row}) dans la même commune. Gardez une seule ligne si le lieu a déménagé, ou précisez les noms.",
        '"{name}" bears the same name as "{other}" (row {other_row}) in the same commune. Keep one row if the site has moved, or make the names distinct.',
    ),
    "site_sst": Text(
        "«\u00a0{name}\u00a0»\u00a0: le SST «\u00a0{sst}\u00a0» n’est pas dans le zonage. Vouliez-vous dire «\u00a0{known}\u00a0»\u00a0?",
        '"{name}": the SST "{sst}" is not in the zoning. Did you mean "{known}"?',
    ),
    "sites_rough": Text(
        "{count:,} {count:?lieu|lieux} sur {total:,} {count:?n’a|n’ont} qu’une position approximative\u00a0: {examples}. Un verdict qui tient à {count:?lui|eux} est à confirmer avec {count:?son|leur} adresse.",
        "{count:,} of {total:,} sites {count:?has|have} only an approximate position: {examples}. A verdict that hangs on {count:?it|them} must be confirmed with {count:?its|their} address.",
    ),
    # Priority areas
    "area_unnamed": Text(
        "ce quartier n’a ni code ni nom. Ajoutez l’un des deux, ou retirez la ligne.",
        "this area has neither a code nor a name. Add one of them, or remove the row.",
    ),
    "area_twice": Text(
        "le quartier «\u00a0{area}\u00a0» figure déjà à la ligne {other_row}. Réunissez ses parties en un seul multipolygone, ou donnez à chaque quartier son code.",
        'the area "{area}" already stands in row {other_row}. Join its parts into one multipolygon, or give each area its own code.',
    ),
    "areas_outside": Text(
        "aucun quartier sur {count:,} ne touche une commune de l’étude. Vérifiez le fichier (clé territory.priority_areas) et son système de coordonnées.",
        "none of {count:,} {count:?area|areas} touches a commune of the study. Check the file (key territory.priority_areas) and its coordinate system.",
    ),
    "areas_left_out": Text(
        "{count:,} {count:?quartier hors du territoire est laissé|quartiers hors du territoire sont laissés} de côté\u00a0; {kept:,} {kept:?est retenu|sont retenus}.",
        "{count:,} {count:?area outside the territory is|areas outside the territory are} left out; {kept:,} {kept:?is|are} kept.",
    ),
    "areas_empty": Text(
        "{count:,} {count:?quartier ne contient le point d’aucun habitant et ne compte|quartiers ne contiennent le point d’aucun habitant et ne comptent} donc personne\u00a0: {examples}.",
        "{count:,} {count:?area holds no resident's point and so counts|areas hold no resident's point and so count} nobody: {examples}.",
    ),
}
