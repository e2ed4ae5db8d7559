"""Help of the commands, looked up by its English text as the decorators have it, a paragraph at a time."""

from __future__ import annotations

from geo_access.texts import Text

_SAID = (
    # The command and its list
    Text(
        "Montrer la trace d’une faute\u00a0; n’importe où dans l’appel.",
        "Show the traceback of a fault; anywhere in the call.",
    ),
    Text(
        "Chaque habitant est-il à portée des services sociaux\u00a0? Temps exacts de porte à porte, un verdict "
        "pour chaque commune.",
        "Is every resident within reach of social services? Exact door-to-door times, a verdict for each commune.",
    ),
    Text(
        "ÉTUDE est un fichier TOML, ou un dossier qui contient study.toml\u00a0; sans étude, c’est l’exemple "
        "embarqué qui sert.",
        "STUDY is a TOML file or a folder that holds study.toml; without one, the embedded sample is used.",
    ),
    Text("Afficher la version et quitter.", "Show the version and exit."),
    # What the commands share
    Text(
        "Changer un réglage de l’étude, par exemple departures.from=08:00. Option répétable.",
        "Change a setting of the study, e.g. departures.from=08:00. May be repeated.",
    ),
    Text("Juger selon ce préréglage, par exemple discours-2023-06.", "Judge by this preset, e.g. discours-2023-06."),
    Text("Prendre les SST de cette colonne, par exemple sst_after.", "Take the SST from this column, e.g. sst_after."),
    Text(
        "Changer des lignes, des arrêts ou des rues comme le dit ce fichier TOML, par exemple "
        "line-15-sud.toml. Option répétable.",
        "Change lines, stops or streets as this TOML file says, e.g. line-15-sud.toml. May be repeated.",
    ),
    Text("Calculer avec N processus.", "Compute in N processes."),
    Text(
        "Calculer sur la grappe Dask de cet ordonnanceur, tcp://hôte:8786.",
        "Compute on the Dask cluster of this scheduler, tcp://host:8786.",
    ),
    Text("Langue des textes (celle de l’étude, sinon fr).", "Language of what people read (the study's, else fr)."),
    Text("Langue des textes (fr).", "Language of what people read (fr)."),
    Text("Garder les réseaux préparés et les temps de trajet.", "Keep prepared networks and times."),
    Text("Pas de barre d’avancement.", "No progress bar."),
    Text("Forme du résultat.", "What to write."),
    Text("Écrire dans ce fichier plutôt qu’à l’écran.", "Write to this file instead of the screen."),
    Text("Écrire aussi une page avec une carte (HTML).", "Write a page with a map as well (HTML)."),
    # brief
    Text(
        "Écrire une page à imprimer par commune. On y lit la promesse, le chiffre, la carte, qui reste hors de la promesse, "
        "et ce qui aiderait le plus.",
        "Write one printable page a commune: the promise, the number, the map, who is beyond, what would help most.",
    ),
    Text("La commune voulue. Option répétable.", "Which commune. May be repeated."),
    Text("Toutes les communes de l’étude.", "Every commune of the study."),
    Text("Un dossier, ou un seul fichier .html ou .pdf.", "A folder, or one .html or .pdf file."),
    Text("Écrire aussi en PDF, au moyen de Chromium.", "Write PDF as well, through Chromium."),
    # cache, sample
    Text(
        "Montrer ce qui est gardé d’un calcul à l’autre, ou le retirer.",
        "Show what is kept between runs, and clear it.",
    ),
    Text("Retirer tout ce qui est gardé.", "Remove everything that is kept."),
    Text(
        "Écrire le territoire fictif embarqué dans DOSSIER. C’est une étude pour commencer.",
        "Write the embedded, fictional territory into FOLDER, as a study to start from.",
    ),
    Text(
        "Taille du territoire\u00a0; 1 est celle du territoire embarqué.",
        "Size of the territory; 1 is the embedded one.",
    ),
    # caravan
    Text(
        "Dire qui une caravane atteint par ses arrêts datés. Dire aussi combien de fois, et qui elle n’atteint jamais.",
        "Say whom the dated stops of a caravan reach, how often, and whom they never do.",
    ),
    Text(
        "Les arrêts\u00a0: date, de, à, nom, lat, lon. À défaut, les arrêts mobiles datés de l’étude.",
        "The stops: date, from, to, name, lat, lon. Otherwise the study's own dated mobile stops.",
    ),
    Text("Trouver K arrêts de plus.", "Find K more stops."),
    Text(
        "À portée en N minutes (comme le dit la règle des antennes).",
        "Within reach in N minutes (as the antenna rule says).",
    ),
    Text("Compter comme atteint qui l’est K fois ou plus.", "Reached means K times or more."),
    Text(
        "Seulement les arrêts d’un jour à un autre (les deux compris).", "Only stops from day to day (both included)."
    ),
    Text(
        "Comment on y vient\u00a0: walk, à pied (ce qui vaut sans cette option), ou transit, en transports en commun.",
        "How people come (walk).",
    ),
    Text("Secondes accordées à la preuve de l’optimum (60).", "Seconds to prove the optimum (60)."),
    Text("Forme du résultat\u00a0; en csv, les carreaux.", "What to write; csv is the cells."),
    Text(
        "Écrire aussi une page avec un calendrier et une carte (HTML).",
        "Write a page with calendar and map too (HTML).",
    ),
    # check
    Text(
        "Dire si chaque commune d’ÉTUDE atteint l’objectif. Code de sortie\u00a0: 0 quand toutes l’atteignent, "
        "1 quand une commune le manque, 2 quand les données ou la commande sont fautives.",
        "Judge STUDY: exit code 0 when every commune meets the target, 1 when one misses it, 2 when the input "
        "is wrong.",
    ),
    Text(
        "Plusieurs études donnent un seul rapport, dans leur ordre, et le code de sortie de la plus mauvaise.",
        "Several studies give one report, in their order, and the exit code of the worst of them.",
    ),
    Text("Écrire aussi la carte de couverture.", "Write the coverage map as well."),
    Text(
        "Un résultat gardé avec --format json\u00a0: le code de sortie dit alors si une commune a reculé (1) "
        "ou non (0).",
        "A result kept with --format json: the exit code then says whether a commune got worse (1) or not (0).",
    ),
    Text(
        "Avec --baseline\u00a0: ce qu’une commune peut perdre\u00a0; 0.001, la valeur de l’étude si elle n’en "
        "dit rien, vaut 0,1 point de pourcentage.",
        "With --baseline: what a commune may lose; 0.001, the study's default, is 0.1 percentage point.",
    ),
    # compare
    Text(
        "Dire qui gagne et qui perd entre AVANT et APRÈS, par commune et par SST.",
        "Say who gains and who loses between BEFORE and AFTER, by commune and by SST.",
    ),
    Text(
        "Les deux sont des études. Sans APRÈS, l’étude est comparée à elle-même sous d’autres réglages\u00a0:",
        "Both are studies. Without AFTER the study is compared with itself under other settings:",
    ),
    Text("Changer un réglage des deux côtés.", "Change a setting on both sides."),
    Text("Changer un réglage d’AVANT.", "Change a setting of BEFORE."),
    Text("Changer un réglage d’APRÈS.", "Change a setting of AFTER."),
    Text(
        "Changer des lignes, des arrêts ou des rues comme le dit ce fichier TOML, des deux côtés. Option répétable.",
        "Change lines, stops or streets as this TOML file says, on both sides. May be repeated.",
    ),
    Text("De même, du côté d’APRÈS seulement.", "The same on the side of AFTER only."),
    Text(
        "Juger les deux selon ce préréglage, par exemple discours-2023-06.",
        "Judge both by this preset, e.g. discours-2023-06.",
    ),
    Text("Écrire les cartes et les tableaux dans ce fichier HTML.", "Write the maps and the tables to this HTML file."),
    # draws
    Text(
        "Juger ÉTUDE pour des tirages au sort des départs que frequencies.txt laisse ouverts, avec un intervalle de "
        "confiance.",
        "Judge STUDY for random draws of the departures that frequencies.txt leaves open, with a confidence interval.",
    ),
    Text(
        "Code de sortie\u00a0: 0 quand chaque commune atteint l’objectif à chaque tirage, 1 quand une commune le manque "
        "à un tirage au moins, 2 quand les données ou la commande sont fautives.",
        "Exit code 0 when every commune meets the target in every draw, 1 when one misses it in some draw, 2 when the "
        "input is wrong.",
    ),
    Text("Combien de tirages.", "How many draws."),
    Text("Même graine, même résultat.", "The same seed, the same result."),
    # explain
    Text(
        "Expliquer un trajet, ou les minutes d’une commune d’ÉTUDE. Le trajet est raconté étape par "
        "étape\u00a0; pour une commune, on lit où vont ses minutes et ce qui desservirait plus d’habitants.",
        "Say why: the journey from a place of STUDY, or where a commune's minutes go and what would serve more of it.",
    ),
    Text("Expliquer à partir d’ici.", "Explain from here."),
    Text("Le trajet jusque-là, et non jusqu’au pôle le plus proche.", "The journey to there, not to the nearest pole."),
    Text(
        "Partir à cette heure (sans elle, le départ dont le temps de trajet est médian).",
        "Leave at this time (the departure of the median travel time).",
    ),
    # export
    Text(
        "Écrire le verdict d’ÉTUDE pour un logiciel de cartographie (SIG). GeoPackage, GeoParquet, colonnes "
        "documentées.",
        "Write the verdict of STUDY for a geographic information system: GeoPackage, GeoParquet, documented columns.",
    ),
    Text("Le dossier à écrire.", "The folder to write."),
    # fairness
    Text(
        "Mesurer l’équité entre les habitants d’ÉTUDE. Dire comment les temps de trajet et les places en PMI se "
        "répartissent entre eux.",
        "Measure how evenly travel times and places in PMI are spread over STUDY's residents.",
    ),
    Text(
        "Le revenu par personne (sans cette option, ind_snv divisé par ind, s’il y est).",
        "Income per person (ind_snv, which is divided by ind, where it is).",
    ),
    Text("Comparer aussi ces personnes. Option répétable.", "Compare these people too. May be repeated."),
    Text(
        "À qui s’adressent les PMI (sans cette option, ind_0_3 + ind_4_5).", "Whom the PMI are for (ind_0_3 + ind_4_5)."
    ),
    Text("Borne des minutes dans les sommes (120).", "Bound of the minutes in sums (120)."),
    Text(
        "Laisser de côté qui n’atteint aucun pôle, plutôt que de compter la borne.",
        "Leave out who reaches no pole instead of counting the bound.",
    ),
    Text(
        "La zone de desserte d’une PMI (sans cette option, la règle de l’objectif).",
        "A PMI's catchment (the target's rule).",
    ),
    Text(
        "Comment on vient à une PMI\u00a0: walk, à pied, ou transit, en transports en commun (sans cette "
        "option, comme le dit la règle).",
        "How people come to a PMI (as the rule says).",
    ),
    Text(
        "Pondérer une zone de desserte par trois couronnes (Luo et Qi, 2009).",
        "Weigh a catchment in three zones (Luo & Qi 2009).",
    ),
    Text("Forme du résultat\u00a0; en csv, une ligne par chiffre.", "What to write; csv has a row a figure."),
    Text("Écrire une page avec des courbes et une carte (HTML).", "Write a page with curves and a map (HTML)."),
    # fetch
    Text(
        "Télécharger les données ouvertes d’un département dans ÉTUDE. Le dossier n’a pas besoin "
        "d’exister\u00a0; ensuite, `geo-access check ÉTUDE` donne le verdict.",
        "Fetch a département's open data into STUDY, a folder that need not exist: then `geo-access check STUDY` runs.",
    ),
    Text(
        "Rien de ce que vous avez modifié n’est écrasé. study.lock dit d’où vient chaque fichier. Code de "
        "sortie 2 quand une source a fait défaut\u00a0: ce qui est venu est gardé\u00a0; relancée, la commande reprend "
        "de là.",
        "Nothing that you edited is overwritten. study.lock says where each file comes from. Exit code 2 when "
        "a source failed: what came is kept, and a second run goes on from there.",
    ),
    Text(
        "92, 2A, 974 ou un nom\u00a0; sans cette option, celui du dossier.",
        "92, 2A, 974 or a name; by default the folder's.",
    ),
    Text(
        "Le jour étudié\u00a0: 2026-11-24, ou le prochain mardi ordinaire, hors vacances scolaires, où tout "
        "circule (next-tuesday).",
        "The day studied: 2026-11-24, or the next plain Tuesday of the school term with full service.",
    ),
    Text("Ne télécharger que cette source. Option répétable.", "Fetch this source only. May be repeated."),
    Text("L’adresse https d’horaires GTFS. Option répétable.", "A feed's https address. May be repeated."),
    Text(
        "Dire ce qui serait téléchargé, d’où et de quelle taille\u00a0; ne rien écrire.",
        "Say what would be fetched, from where and how big it is; write nothing.",
    ),
    Text(
        "Reprendre à l’octet près ce que nomme study.lock, ou dire ce qui a changé.",
        "Take the very bytes that study.lock names, or say what changed.",
    ),
    Text(
        "N’interroger aucun serveur\u00a0: ce qui a déjà été téléchargé doit suffire.",
        "Ask no server: what was downloaded before must do.",
    ),
    Text(
        "Remplacer les fichiers modifiés\u00a0; une copie en est gardée à côté.",
        "Replace files that were edited; a copy is kept beside.",
    ),
    Text("Langue des textes et de l’étude (fr).", "Language of what people read and of the study (fr)."),
    # inspect
    Text(
        "Dire si les données d’ÉTUDE sont dignes de confiance. Horaires, rues, habitants et sites sont "
        "regardés un à un.",
        "May the data of STUDY be trusted? Timetables, streets, residents and sites, looked at one by one.",
    ),
    Text(
        "Code de sortie 0, quoi qu’il s’y trouve\u00a0; 2 quand une donnée ne peut être lue\u00a0; avec "
        "--strict, 1 quand un constat est grave ou est à regarder.",
        "Exit code 0, whatever is found; 2 when an input cannot be read; with --strict, 1 when a finding is "
        "grave or is to be looked at.",
    ),
    Text("Forme de ce qui s’affiche.", "What to print."),
    Text("Écrire la page, avec sa carte, dans ce fichier HTML.", "Write the page, with its map, to this HTML file."),
    Text(
        "Code de sortie 1 quand un constat est grave ou est à regarder.",
        "Exit code 1 when a finding is grave or is to be looked at.",
    ),
    # map
    Text(
        "Écrire la carte de couverture d’ÉTUDE. Un seul fichier HTML, qui s’ouvre sans aucun réseau.",
        "Write the coverage map of STUDY: one HTML file that opens without any network.",
    ),
    Text("Le fichier HTML à écrire.", "The HTML file to write."),
    Text(
        "Un fond de carte\u00a0: OpenStreetMap, ou une adresse avec {x}, {y}, {z}. Ouvrir la carte interroge "
        "alors ce serveur\u00a0; sans cette option, aucun.",
        "A background: OpenStreetMap, or an address with {x}, {y}, {z}. Opening the map then asks that server; "
        "without it, none.",
    ),
    Text(
        "La mention de source que demande un fond donné par son adresse.",
        "The credit that a background by address asks for.",
    ),
    # place
    Text(
        "Trouver où ouvrir des sites dans ÉTUDE. L’optimum est prouvé, sur les temps de trajet du verdict.",
        "Find where sites should open in STUDY: a proven optimum on the travel times of the verdict.",
    ),
    Text("Ce qui ouvre\u00a0: une PMI (pmi), une antenne (antenna) ou un pôle (pole).", "What opens."),
    Text(
        "Combien de lieux ouvrir, au plus (6)\u00a0; ne va pas avec l’objectif set, qui cherche lui-même le moins de lieux.",
        "At most how many more (6); not for the objective set, which looks for the fewest itself.",
    ),
    Text(
        "Le plus d’habitants desservis (cover)\u00a0; le temps moyen le plus court (median)\u00a0; le temps le "
        "plus long le plus court (worst)\u00a0; le moins de lieux qui tiennent la promesse (set).",
        "Most residents served; least mean time; least longest time; the fewest places that keep the promise.",
    ),
    Text(
        "Où ils pourraient ouvrir\u00a0: une liste faite comme celle des sites. À défaut, les lieux de l’étude "
        "qui ne sont pas ouverts, et les carreaux habités proches d’un arrêt.",
        "Where they could open: a list as the sites' is. Otherwise the study's own places that are not open, "
        "and populated cells near a stop.",
    ),
    Text(
        "Combien de carreaux, au plus, répartis sur le territoire.", "At most so many cells, spread over the territory."
    ),
    Text(
        "Compter les habitants par cette colonne, par exemple ind_0_3.", "Count residents by this column, e.g. ind_0_3."
    ),
    Text(
        "Tenir ces sites pour ouverts, par exemple planned, ou pmi/renovation. Option répétable.",
        "Take these sites to be open, e.g. planned, or pmi/renovation. May be repeated.",
    ),
    Text(
        "Des sites qui comptent et peuvent fermer, pour qu’un autre ouvre à leur place. Option répétable.",
        "Sites that count and may close, so that another opens instead. May be repeated.",
    ),
    Text(
        "Pour le calcul\u00a0; passé ce temps, le meilleur choix trouvé est donné avec sa borne.",
        "For the solver; the best choice so far is then told with its bound.",
    ),
    Text(
        "Écrire aussi dans ce fichier\u00a0: .html (cartes, courbe, tableaux), .geojson (lieux), .json, .csv (courbe).",
        "Write to this file as well: .html (maps, curve, tables), .geojson (places), .json, .csv (curve).",
    ),
    # redraw
    Text(
        "Découper ÉTUDE en SST d’un seul tenant. Le plus d’habitants possible y atteignent le pôle de leur SST.",
        "Divide STUDY's communes into contiguous SST so that most residents reach their own pole.",
    ),
    Text("Combien de SST.", "How many SST."),
    Text("Celles-ci restent dans un même SST. Option répétable.", "These stay in one SST. May be repeated."),
    Text("Cette commune va à ce pôle. Option répétable.", "This commune goes to this pole. May be repeated."),
    Text("Au plus N communes quittent les pôles de leur SST.", "At most N communes leave their SST's poles."),
    Text(
        "Aucun SST n’est plus petit (sans cette option, le plus petit des découpages connus).",
        "No SST is smaller (the smallest of the known zonings).",
    ),
    Text(
        "Aucun SST n’est plus grand (sans cette option, le plus grand des découpages connus).",
        "No SST is larger (the largest of the known zonings).",
    ),
    Text(
        "Mettre ce découpage à côté (sans cette option, toutes les colonnes sst…).",
        "Set this zoning beside (every column sst…).",
    ),
    Text("Secondes accordées à la preuve de l’optimum (600).", "Seconds to prove the optimum (600)."),
    Text("Forme du résultat\u00a0; en csv, un découpage.", "What to write; csv is a zoning."),
    # robustness
    Text(
        "Juger ÉTUDE de nouveau en faisant varier ce que nul ne sait, comme la vitesse de marche, l’heure ou les "
        "positions.",
        "Judge STUDY again under the range of what nobody knows, such as walking speed, hour and positions.",
    ),
    Text(
        "Code de sortie\u00a0: 0 quand chaque commune atteint l’objectif dans l’étude en l’état, 1 quand une commune le "
        "manque, 2 quand les données ou la commande sont fautives.",
        "Exit code 0 when every commune meets the target in the study as it stands, 1 when one misses it, 2 when the "
        "input is wrong.",
    ),
    # times
    Text(
        "Écrire les temps de trajet d’ÉTUDE, de chaque carreau à chaque site. Ou donner un seul temps, ou "
        "tracer une isochrone.",
        "Write the travel times of every cell of STUDY to every site; or tell one pair, or draw an isochrone.",
    ),
    Text("Le fichier .parquet (ou .csv) à écrire.", "The .parquet (or .csv) file to write."),
    Text(
        "Une ligne par départ\u00a0: carreau, site, départ, secondes.",
        "One row for each departure: cell, site, departure, seconds.",
    ),
    Text("Avec --to\u00a0: afficher plutôt le temps depuis ce point.", "With --to: print the time from here instead."),
    Text("Avec --from\u00a0: afficher le temps jusqu’à ce point.", "With --from: print the time to there."),
    Text(
        "Avec --from et --to\u00a0: partir à cette heure (sans elle, tous les départs).",
        "With --from and --to: leave at this time (all departures).",
    ),
    Text("Écrire d’où ce lieu est atteint en --minutes.", "Write from where this place is reached in --minutes."),
    Text("Avec --isochrone\u00a0: en moins de tant de minutes.", "With --isochrone: in less than so many minutes."),
    Text(
        "Avec --isochrone\u00a0: côté de ses carrés, en mètres (100).",
        "With --isochrone: side of its squares in metres (100).",
    ),
    # What stands for what one writes
    Text("ÉTUDE", "STUDY"),
    Text("AVANT", "BEFORE"),
    Text("APRÈS", "AFTER"),
    Text("DOSSIER", "FOLDER"),
    Text("FICHIER", "FILE"),
    Text("CLÉ", "KEY"),
    Text("VALEUR", "VALUE"),
    Text("COLONNE", "COLUMN"),
    Text("ADRESSE", "ADDRESS"),
    Text("INSEE", "INSEE"),
    Text("NOM", "NAME"),
    Text("DÉBUT", "FROM"),
    Text("FIN", "TO"),
    Text("LAT", "LAT"),
    Text("LON", "LON"),
    Text("CARREAU", "CELL"),
    Text("COMMUNE", "COMMUNE"),
    Text("SITE", "SITE"),
    Text("HH", "HH"),
    Text("MM", "MM"),
    Text("PART", "SHARE"),
    Text("MINUTES", "MINUTES"),
    Text("CODE", "CODE"),
    Text("DATE", "DATE"),
    Text("SOURCE", "SOURCE"),
    Text("URL", "URL"),
    Text("ÉTAT", "STATUS"),
    Text("GENRE", "KIND"),
    Text("SECONDES", "SECONDS"),
    Text("PÔLE", "POLE"),
    Text("HABITANTS", "RESIDENTS"),
    Text("OPTIONS", "OPTIONS"),
    Text("COMMANDE", "COMMAND"),
    Text("ARGS", "ARGS"),
)

#: By its English text.
TEXTS: dict[str, Text] = {text.en: text for text in _SAID}
