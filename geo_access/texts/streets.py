"""Texts of the part `streets`."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "not_found": Text("fichier introuvable\u00a0; vérifiez le chemin", "no such file; check the path"),
    "not_a_file": Text(
        "c’est un dossier\u00a0; donnez le fichier des rues (.osm.pbf, .osm ou .graphml)",
        "this is a folder; give the file of streets (.osm.pbf, .osm or .graphml)",
    ),
    "empty": Text("le fichier est vide\u00a0; téléchargez-le de nouveau", "the file is empty; download it again"),
    "damaged": Text(
        "les rues ne peuvent pas être lues\u00a0: le fichier est tronqué, abîmé ou n’a pas le format que dit son nom ({said})\u00a0; téléchargez-le de nouveau ou corrigez son suffixe",
        "the streets cannot be read: the file is truncated, damaged, or not of the format that its name says ({said}); download it again, or mend its suffix",
    ),
    "off_earth": Text(
        "le nœud {node} a une position qui n’est pas sur Terre\u00a0; corrigez-la, ou téléchargez le fichier de nouveau",
        "the node {node} has a position that is not on Earth; mend it, or download the file again",
    ),
    "unknown_format": Text(
        "le suffixe «\u00a0{suffix}\u00a0» n’est pas celui d’un fichier de rues connu\u00a0; donnez un fichier {known}",
        "the suffix “{suffix}” is not that of a known file of streets; give a file {known}",
    ),
    "graph_not_alone": Text(
        "un GraphML ne se combine pas avec d’autres fichiers de rues\u00a0; donnez-le seul, ou donnez des fichiers OpenStreetMap",
        "a GraphML cannot be combined with other files of streets; give it alone, or give OpenStreetMap files",
    ),
    "no_street": Text(
        "aucune rue où l’on puisse marcher\u00a0; vérifiez que l’extrait contient des voies highway=* avec leurs nœuds, et qu’il couvre le territoire",
        "no street that may be walked; check that the extract holds highway=* ways with their nodes, and that it covers the territory",
    ),
    "outside_crs": Text(
        "les rues sont hors du domaine du système de coordonnées {crs}\u00a0; vérifiez crs dans study.toml, ou prenez un extrait du territoire",
        "the streets lie outside the domain of the coordinate reference system {crs}; check crs in study.toml, or take an extract of the territory",
    ),
    "unknown_crs": Text(
        "le système de coordonnées «\u00a0{crs}\u00a0» est inconnu\u00a0; donnez un code tel que EPSG:2154",
        "the coordinate reference system “{crs}” is unknown; give a code such as EPSG:2154",
    ),
    "crs_not_metric": Text(
        "le système de coordonnées {crs} n’est pas en mètres\u00a0; prenez un système projeté en mètres, par exemple EPSG:2154 en France",
        "the coordinate reference system {crs} is not in metres; take a projected one in metres, for example EPSG:2154 in France",
    ),
    "graph_without_crs": Text(
        'le graphe ne dit pas son système de coordonnées\u00a0; posez graph.graph["crs"], par exemple «\u00a0EPSG:4326\u00a0»',
        'the graph does not say its coordinate reference system; set graph.graph["crs"], for example “EPSG:4326”',
    ),
    "node_without_point": Text(
        "le nœud {node} du graphe n’a pas de coordonnées x et y\u00a0; donnez un graphe écrit par OSMnx",
        "node {node} of the graph has no x and y; give a graph written by OSMnx",
    ),
    "area_without_crs": Text(
        "la zone n’a pas de système de coordonnées\u00a0; posez-le avec set_crs",
        "the area has no coordinate reference system; set it with set_crs",
    ),
    "offline": Text(
        "OpenStreetMap ne répond pas ({said})\u00a0; vérifiez la connexion, ou donnez un fichier .osm.pbf",
        "OpenStreetMap does not answer ({said}); check the connection, or give a file .osm.pbf",
    ),
    "clipped": Text(
        "{count:,} {count:?voie est coupée|voies sont coupées} au bord de l’extrait\u00a0: {nodes:,} {nodes:?nœud n’y est|nœuds n’y sont} pas (par exemple {examples})",
        "{count:,} {count:?way is|ways are} cut at the edge of the extract: {nodes:,} {nodes:?node is|nodes are} not in it (for example {examples})",
    ),
    "islands": Text(
        "{islands:,} {islands:?îlot de rues relié à rien d’autre, de moins de {minimum} nœuds, est laissé|îlots de rues reliés à rien d’autre, de moins de {minimum} nœuds chacun, sont laissés} de côté ({island_nodes:,} {island_nodes:?nœud|nœuds}, {island_m:,} m de rues)",
        "{islands:,} {islands:?island of streets joined to nothing else, of fewer than {minimum} nodes, is|islands of streets joined to nothing else, of fewer than {minimum} nodes each, are} left out ({island_nodes:,} {island_nodes:?node|nodes}, {island_m:,} m of streets)",
    ),
    "profile_islands": Text(
        "Profil {profile}\u00a0: {islands:,} {islands:?îlot de rues que des marches ou des voies fermées séparent du reste, de moins de {minimum} nœuds, est laissé|îlots de rues que des marches ou des voies fermées séparent du reste, de moins de {minimum} nœuds chacun, sont laissés} de côté ({island_nodes:,} {island_nodes:?nœud|nœuds}, {island_m:,} m de rues)",
        "Profile {profile}: {islands:,} {islands:?island of streets that steps or closed ways cut off from the rest, of fewer than {minimum} nodes, is|islands of streets that steps or closed ways cut off from the rest, of fewer than {minimum} nodes each, are} left out ({island_nodes:,} {island_nodes:?node|nodes}, {island_m:,} m of streets)",
    ),
}
