"""Texts of the map redrawn."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "no_zoning": Text(
        "l’étude ne dit pas de quel SST est chaque commune\u00a0; ajoutez territory.sst",
        "the study does not say to which SST each commune belongs; add territory.sst",
    ),
    "no_pole": Text(
        "aucun pôle connu (ouvert, prévu ou en travaux)\u00a0; ajoutez-en un, de type pole",
        "no pole is known (open, planned or under works); add one, of kind pole",
    ),
    "wrong_count": Text(
        "{count} SST demandés, mais {poles} pôles connus\u00a0: il faut de 1 à {poles}",
        "{count} SST asked for, but {poles} poles known: from 1 to {poles} are possible",
    ),
    "unknown_commune": Text(
        "commune inconnue\u00a0: «\u00a0{name}\u00a0»\u00a0; par exemple {known}",
        "unknown commune: “{name}”; for example {known}",
    ),
    "unknown_pole": Text(
        "pôle inconnu\u00a0: «\u00a0{name}\u00a0»\u00a0; connus\u00a0: {known}",
        "unknown pole: “{name}”; known: {known}",
    ),
    "wrong_pair": Text("--fix «\u00a0{said}\u00a0»\u00a0: écrivez COMMUNE=PÔLE", "--fix “{said}”: write COMMUNE=POLE"),
    "infeasible": Text(
        "aucun découpage en {count} SST d’un seul tenant ne tient ces conditions (de {smallest} à {largest} habitants "
        "par SST)\u00a0; desserrez --smallest, --largest, --moves, --together ou --fix",
        "no division into {count} contiguous SST keeps these conditions (from {smallest} to {largest} residents each); "
        "loosen --smallest, --largest, --moves, --together or --fix",
    ),
    "out_of_time": Text(
        "aucun découpage en {count} SST trouvé en {seconds} s (de {smallest} à {largest} habitants par SST)\u00a0; "
        "augmentez --time-limit",
        "no division into {count} SST found in {seconds} s (from {smallest} to {largest} residents each); raise "
        "--time-limit",
    ),
    "title": Text(
        "{count} SST\u00a0: {reached} habitants atteignent le pôle de leur SST ({share})",
        "{count} SST: {reached} residents reach the pole of their own SST ({share})",
    ),
    "proven": Text(
        "Optimum prouvé parmi les découpages d’un seul tenant ({seconds} s)\u00a0: {reached} habitants atteignent un pôle "
        "à lui seul\u00a0; plusieurs pôles d’un même SST peuvent en servir quelques autres.",
        "Proven optimum among divisions in one piece ({seconds} s): {reached} residents reach one pole alone; several poles "
        "of one SST may serve a few more together.",
    ),
    "not_proven": Text(
        "Optimum non prouvé en {seconds} s\u00a0: au plus {bound} habitants (écart {gap}).",
        "Optimum not proven in {seconds} s: at most {bound} residents (gap {gap}).",
    ),
    "hypothesis": Text(
        "Hypothèse\u00a0: les pôles prévus ou en travaux comptent comme ouverts\u00a0; chaque SST est d’un seul tenant et a un pôle.",
        "Hypothesis: poles that are planned or under works count as open; each SST is in one piece and has a pole.",
    ),
    "beside_title": Text("Les découpages côte à côte", "The divisions side by side"),
    "sst_title": Text("Les SST du découpage trouvé", "The SST of the division found"),
    "moves_title": Text("Les communes qui changent", "The communes that move"),
    "no_moves": Text("Aucune commune ne change.", "No commune moves."),
    "zoning": Text("Découpage", "Division"),
    "redrawn": Text("trouvé ici", "found here"),
    "sst": Text("SST", "SST"),
    "pole": Text("Pôle", "Pole"),
    "communes": Text("Communes", "Communes"),
    "residents": Text("Habitants", "Residents"),
    "reached": Text("atteignent leur pôle", "reach their pole"),
    "share": Text("Part", "Share"),
    "smallest": Text("le plus petit", "smallest"),
    "largest": Text("le plus grand", "largest"),
    "moves": Text("communes qui changent", "communes that move"),
    "contiguous": Text("d’un seul tenant", "in one piece"),
    "yes": Text("oui", "yes"),
    "no": Text("non", "no"),
    "from": Text("De", "From"),
    "to": Text("À", "To"),
    "commune": Text("Commune", "Commune"),
    "map_words": Text(
        "Carte des {count} SST\u00a0: leurs limites en trait épais, leur pôle par un rond, les communes qui changent hachurées\u00a0; "
        "le tableau dit la même chose.",
        "Map of the {count} SST: their borders in bold, their pole as a disc, the communes that move hatched; the table "
        "says the same.",
    ),
    "written": Text("Découpage écrit dans {file}", "Division written to {file}"),
}
