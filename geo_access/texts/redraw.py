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
        "--count {count}\u00a0: ce nombre de SST ne se peut\u00a0; chaque SST a un pôle et {poles} {poles:?est connu|sont connus} ici\u00a0: donnez un nombre de 1 à {poles}",
        "--count {count}: there cannot be so many SST; each has a pole and {poles} {poles:?is|are} known here: give a number from 1 to {poles}",
    ),
    "wrong_number": Text(
        "{option}\u00a0: {said} n’est pas un nombre possible ici\u00a0; donnez un nombre, 0 ou plus",
        "{option}: {said} is no number that is possible here; give a number, 0 or more",
    ),
    "no_size": Text(
        "le plus petit SST ({smallest} habitants au moins) serait plus grand que le plus grand ({largest} au plus)\u00a0; baissez --smallest ou relevez --largest",
        "the smallest SST ({smallest} residents at least) would be larger than the largest ({largest} at most); lower --smallest or raise --largest",
    ),
    "fixed_twice": Text(
        "--fix\u00a0: {commune} irait à deux pôles ({poles})\u00a0; un pôle a sa propre commune dans son SST\u00a0: n’en gardez qu’un",
        "--fix: {commune} would go to two poles ({poles}); a pole has its own commune in its SST: keep one of them",
    ),
    "fixed_many": Text(
        "--fix demande {fixed} pôles ({poles}) à la tête d’un SST, mais il n’y a que {count} SST\u00a0; relevez --count ou fixez moins de pôles",
        "--fix asks for {fixed} poles ({poles}) at the head of an SST, but there are only {count} SST; raise --count or fix fewer poles",
    ),
    "together_apart": Text(
        "{one} et {other} resteraient ensemble mais iraient à deux pôles ({poles})\u00a0; retirez un --fix ou un --together",
        "{one} and {other} would stay together but go to two poles ({poles}); take away one --fix or one --together",
    ),
    "unknown_pole": Text(
        "pôle inconnu\u00a0: «\u00a0{name}\u00a0»\u00a0; connus\u00a0: {known}",
        "unknown pole: “{name}”; known: {known}",
    ),
    "wrong_pair": Text("--fix «\u00a0{said}\u00a0»\u00a0: écrivez COMMUNE=PÔLE", "--fix “{said}”: write COMMUNE=POLE"),
    "infeasible": Text(
        "aucun découpage en {count} SST d’un seul tenant ne tient ces conditions (de {smallest} à {largest} habitants par SST)\u00a0; desserrez --smallest, --largest, --moves, --together ou --fix",
        "no division into {count} contiguous SST keeps these conditions (from {smallest} to {largest} residents each); loosen --smallest, --largest, --moves, --together or --fix",
    ),
    "out_of_time": Text(
        "aucun découpage en {count} SST trouvé en {seconds} s (de {smallest} à {largest} habitants par SST)\u00a0; "
        "augmentez --time-limit",
        "no division into {count} SST found in {seconds} s (from {smallest} to {largest} residents each); raise "
        "--time-limit",
    ),
    "title": Text(
        "{count} SST\u00a0: {reached} {reached_n:?habitant atteint|habitants atteignent} le pôle de leur SST ({share})",
        "{count} SST: {reached} {reached_n:?resident reaches|residents reach} the pole of their own SST ({share})",
    ),
    "proven": Text(
        "Optimum prouvé parmi les découpages d’un seul tenant ({seconds} s)\u00a0: dans aucun autre, plus de {reached} {reached_n:?habitant n’atteint|habitants n’atteignent} un pôle de leur SST, seul ou avec d’autres du même SST.",
        "Proven optimum among divisions in one piece ({seconds} s): in no other do more than {reached} {reached_n:?resident|residents} reach a pole of their own SST, alone or with others of the same SST.",
    ),
    "not_proven": Text(
        "Optimum non prouvé en {seconds} s\u00a0: au plus {bound} {bound_n:?habitant|habitants} (écart {gap})\u00a0; --time-limit donne plus de temps.",
        "Optimum not proven in {seconds} s: at most {bound} {bound_n:?resident|residents} (gap {gap}); --time-limit gives more time.",
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
    "key_border": Text("limite d’un SST", "border of an SST"),
    "key_commune": Text("limite d’une commune", "border of a commune"),
    "key_pole": Text("pôle à la tête d’un SST", "pole that heads an SST"),
    "key_moves": Text("commune qui change", "commune that moves"),
    "key_title": Text("Légende de la carte", "Legend of the map"),
    "map_words": Text(
        "Carte des {count} SST\u00a0: leurs limites en trait épais, leur pôle par un rond, les communes qui changent hachurées\u00a0; "
        "le tableau dit la même chose.",
        "Map of the {count} SST: their borders in bold, their pole as a disc, the communes that move hatched; the table "
        "says the same.",
    ),
    "written": Text("Découpage écrit dans {file}", "Division written to {file}"),
}
