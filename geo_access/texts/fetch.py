"""Texts of fetching open data: downloads, archives, the lock, dates."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "unknown_departement": Text(
        "«\u00a0{said}\u00a0» n’est pas un département\u00a0; donnez son code ou son nom (le plus proche\u00a0: {code}, {name})",
        "“{said}” is no département; give its code or its name (the nearest: {code}, {name})",
    ),
    "lock_unreadable": Text(
        "ce n’est pas un study.lock lisible ({said})\u00a0; reprenez-le de votre gestion de versions, ou supprimez-le et relancez geo-access fetch",
        "not a readable study.lock ({said}); take it back from your version control, or delete it and run geo-access fetch again",
    ),
    "lock_version": Text(
        "ce study.lock est de la version {found}, et cette version de geo-access connaît la {known}\u00a0; mettez geo-access à jour, ou supprimez le fichier et relancez geo-access fetch",
        "this study.lock is of version {found}, and this geo-access knows {known}; update geo-access, or delete the file and run geo-access fetch again",
    ),
    "lock_entry": Text(
        "{entry}\u00a0: «\u00a0{key}\u00a0» ne peut pas valoir «\u00a0{found}\u00a0»\u00a0; {wanted_fr}\u00a0; reprenez study.lock de votre gestion de versions, ou supprimez-le et relancez geo-access fetch",
        "{entry}: “{key}” cannot be “{found}”; {wanted_en}; take study.lock back from your version control, or delete it and run geo-access fetch again",
    ),
    "lock_wants_text": Text("il faut un texte entre guillemets", "it takes a text in quotation marks"),
    "lock_wants_texts": Text(
        "il faut une liste de textes entre guillemets", "it takes a list of texts in quotation marks"
    ),
    "lock_wants_address": Text(
        "il faut une adresse qui commence par https://", "it takes an address that begins with https://"
    ),
    "lock_wants_digest": Text("il faut 64 chiffres hexadécimaux", "it takes 64 hexadecimal digits"),
    "lock_wants_size": Text("il faut un nombre entier d’octets", "it takes a whole number of bytes"),
    "lock_wants_date": Text("il faut une date telle que 2026-11-24", "it takes a date such as 2026-11-24"),
    "lock_wants_moment": Text(
        "il faut une date telle que 2026-11-24, avec ou sans heure",
        "it takes a date such as 2026-11-24, with or without a time",
    ),
    "lock_wants_file": Text(
        "il faut un chemin qui reste dans le dossier de l’étude", "it takes a path that stays in the study’s folder"
    ),
    "lock_wants_list": Text("il faut une liste [ … ]", "it takes a list [ … ]"),
    "lock_wants_section": Text("il faut un objet JSON", "it takes a JSON object"),
    "lock_wants_bool": Text("il faut true ou false", "it takes true or false"),
    "lock_wants_known": Text("cette clé n’est pas connue", "this key is not known"),
    "lock_no_version": Text(
        'ce study.lock ne dit pas sa version (il faut "version": {known})\u00a0; reprenez study.lock de votre gestion de versions, ou supprimez-le et relancez geo-access fetch',
        'this study.lock does not say its version (it takes "version": {known}); take it back from your version control, or delete it and run geo-access fetch again',
    ),
    "locked_no_file": Text(
        "aucun fichier de cette source n’y est nommé\u00a0; relancez sans --locked pour l’y mettre",
        "it names no file of this source; run without --locked to put it there",
    ),
    "outside": Text(
        "ce fichier serait écrit hors du dossier de l’étude\u00a0; retirez le lien qui y mène, ou donnez un autre dossier",
        "this file would be written outside the study’s folder; remove the link that leads there, or give another folder",
    ),
    "store_outside": Text(
        "un lien mène hors du dossier des téléchargements\u00a0; retirez-le, ou nommez un autre dossier par GEO_ACCESS_CACHE_DIR",
        "a link leads outside the folder of downloads; remove it, or name another folder by GEO_ACCESS_CACHE_DIR",
    ),
    "store_refused": Text(
        "les téléchargements ne peuvent être gardés dans {folder} ({said})\u00a0; faites-y de la place ou donnez-vous-en le droit, ou nommez un autre dossier par GEO_ACCESS_CACHE_DIR",
        "downloads cannot be kept in {folder} ({said}); make room there or get the right to write, or name another folder by GEO_ACCESS_CACHE_DIR",
    ),
    "zip_member": Text(
        "l’archive devait contenir un seul fichier «\u00a0{wanted}\u00a0» et en contient {count} ({found})\u00a0; la source a changé de forme\u00a0: signalez-le",
        "the archive should hold one file “{wanted}” and holds {count} ({found}); the source has changed its shape: report it",
    ),
    "needs_communes": Text(
        "les communes ne sont pas encore là\u00a0; lancez geo-access fetch sans --only, ou avec --only communes d’abord",
        "the communes are not there yet; run geo-access fetch without --only, or with --only communes first",
    ),
    "zip_damaged": Text(
        "l’archive est abîmée ou n’est pas un zip ({said})\u00a0; relancez geo-access fetch",
        "the archive is damaged or no zip ({said}); run geo-access fetch again",
    ),
    "zip_many": Text(
        "l’archive contient {count:,} {count:?fichier|fichiers}, plus que les {limit:,} admis\u00a0; elle n’est pas ouverte",
        "the archive holds {count:,} {count:?file|files}, more than the {limit:,} allowed; it is not opened",
    ),
    "zip_twice": Text(
        "l’archive contient deux fois «\u00a0{member}\u00a0»\u00a0; elle n’est pas ouverte",
        "the archive holds “{member}” twice; it is not opened",
    ),
    "zip_bomb": Text(
        "l’archive prendrait {unpacked:,.0f} Mo une fois ouverte ({packed:,.1f} Mo fermée)\u00a0; {limit:,.0f} Mo et {ratio:g} fois sa taille sont admis\u00a0; elle n’est pas ouverte",
        "the archive would take {unpacked:,.0f} MB unpacked ({packed:,.1f} MB packed); {limit:,.0f} MB and {ratio:g} times its size are allowed; it is not opened",
    ),
    "zip_escapes": Text(
        "l’archive écrirait hors de son dossier («\u00a0{member}\u00a0»)\u00a0; elle n’est pas ouverte",
        "the archive would write outside its folder (“{member}”); it is not opened",
    ),
    "zip_link": Text(
        "l’archive contient un lien ou un périphérique («\u00a0{member}\u00a0»)\u00a0; elle n’est pas ouverte",
        "the archive holds a link or a device (“{member}”); it is not opened",
    ),
    "zip_encrypted": Text(
        "l’archive est protégée par un mot de passe («\u00a0{member}\u00a0»)\u00a0; elle n’est pas ouverte",
        "the archive is protected by a password (“{member}”); it is not opened",
    ),
    "zip_lies": Text(
        "«\u00a0{member}\u00a0» n’a pas la taille que l’archive annonce\u00a0; elle n’est pas ouverte",
        "“{member}” has not the size that the archive announces; it is not opened",
    ),
    "disk_full": Text(
        "il faut {needed:,.0f} Mo et le disque n’a pas cette place\u00a0; libérez-en, ou déplacez le cache (GEO_ACCESS_CACHE_DIR)",
        "{needed:,.0f} MB are needed and the disk has no such room; free some, or move the cache (GEO_ACCESS_CACHE_DIR)",
    ),
    "address": Text(
        "ce n’est pas une adresse que l’on puisse demander\u00a0; donnez une adresse en https://",
        "not an address that can be asked; give one that starts with https://",
    ),
    "not_https": Text(
        "l’adresse n’est pas en https ({to})\u00a0; seul https est demandé\u00a0: cherchez l’adresse en https de ce fichier",
        "the address is not https ({to}); only https is asked: look for this file’s https address",
    ),
    "redirect_not_https": Text(
        "le serveur renvoie vers une adresse qui n’est pas en https ({to})\u00a0; elle n’est pas suivie",
        "the server redirects to an address that is not https ({to}); it is not followed",
    ),
    "redirect_address": Text(
        "le serveur renvoie vers «\u00a0{to}\u00a0», qui n’est pas une adresse\u00a0; réessayez plus tard",
        "the server redirects to “{to}”, which is no address; try again later",
    ),
    "private_address": Text(
        "l’adresse mène à {host}, sur un réseau privé ou sur cette machine\u00a0; elle n’est pas demandée",
        "the address leads to {host}, on a private network or on this machine; it is not asked",
    ),
    "redirects": Text(
        "plus de {count:,} {count:?renvoi|renvois} d’une adresse à l’autre\u00a0; le serveur tourne en rond\u00a0: réessayez plus tard",
        "more than {count:,} {count:?redirect|redirects} from one address to the next; the server runs in circles: try again later",
    ),
    "certificate": Text(
        "le certificat de {host} n’est pas valable ({said_fr})\u00a0; derrière un mandataire d’entreprise, donnez le certificat de celui-ci par REQUESTS_CA_BUNDLE",
        "the certificate of {host} is not valid ({said_en}); behind a company’s proxy, give the proxy’s certificate in REQUESTS_CA_BUNDLE",
    ),
    "tls_early": Text(
        "il ne vaut pas encore\u00a0: l’horloge est-elle à l’heure\u00a0?", "not valid yet: is the clock right?"
    ),
    "tls_expired": Text("il a expiré, ou l’horloge n’est pas à l’heure", "expired, or the clock is wrong"),
    "tls_self_signed": Text("signé par lui-même", "signed by itself"),
    "tls_issuer": Text(
        "émis par une autorité inconnue de cette machine", "issued by an authority unknown to this machine"
    ),
    "tls_name": Text("émis pour un autre nom", "issued for another name"),
    "tls_other": Text("refusé à la vérification", "refused by the check"),
    "broken_name": Text("le nom {host} est introuvable", "the name {host} is not found"),
    "broken_route": Text("aucun chemin ne mène à {host}", "no route leads to {host}"),
    "broken_refused": Text("{host} refuse la connexion", "{host} refuses the connection"),
    "broken_forbidden": Text(
        "cette machine interdit la connexion à {host} (pare-feu\u00a0?)",
        "this machine forbids connecting to {host} (a firewall?)",
    ),
    "broken_closed": Text(
        "{host} a fermé la connexion sans répondre", "{host} closed the connection without an answer"
    ),
    "broken_proxy": Text(
        "le mandataire (HTTPS_PROXY) ne laisse pas passer vers {host}",
        "the proxy (HTTPS_PROXY) does not let through to {host}",
    ),
    "broken_tls": Text("la liaison chiffrée avec {host} échoue", "the encrypted connection to {host} fails"),
    "broken_connect_timeout": Text(
        "{host} ne répond pas en {seconds:g} s", "{host} does not answer within {seconds:g} s"
    ),
    "broken_network": Text("aucun serveur n’a répondu", "no server has answered"),
    "broken_read_timeout": Text("pas de réponse en {seconds:g} s", "no answer within {seconds:g} s"),
    "broken_connection": Text("la connexion à {host} échoue ({said})", "the connection to {host} fails ({said})"),
    "broken_status": Text("le serveur répond {status} {reason}", "the server answers {status} {reason}"),
    "broken_range": Text(
        "le serveur ne reprend pas où le téléchargement s’est arrêté",
        "the server does not go on where the download stopped",
    ),
    "broken_unasked": Text(
        "le serveur n’envoie qu’une partie du fichier, sans qu’on la lui demande",
        "the server sends a part of the file only, which was not asked for",
    ),
    "broken_length": Text(
        "{size:,} {size:?octet est venu|octets sont venus} au lieu de {total:,}",
        "{size:,} {size:?byte|bytes} came instead of {total:,}",
    ),
    "broken_cut": Text("la connexion s’est coupée en route", "the connection broke on the way"),
    "broken_stall": Text("presque rien n’est venu en {seconds:.0f} s", "almost nothing came within {seconds:.0f} s"),
    "broken_end": Text(
        "la fin du fichier manque ({size:,} {size:?octet|octets})",
        "the end of the file is missing ({size:,} {size:?byte|bytes})",
    ),
    "broken_checksum": Text(
        "l’empreinte SHA-256 devait être {expected} et est {found}", "the SHA-256 should be {expected} and is {found}"
    ),
    "gave_up": Text(
        "le téléchargement a échoué après {tries} {tries:?essai|essais}\u00a0: {said_fr}\u00a0; ce qui est venu est gardé\u00a0: relancez geo-access fetch plus tard",
        "the download failed after {tries} {tries:?try|tries}: {said_en}; what came is kept: run geo-access fetch again later",
    ),
    "not_asked": Text(
        "pas demandé\u00a0: aucun serveur n’a répondu jusque-là\u00a0; rétablissez la connexion et relancez geo-access fetch",
        "not asked: no server has answered so far; mend the connection and run geo-access fetch again",
    ),
    "no_network": Text(
        "Aucun serveur n’a répondu\u00a0: cette machine semble ne pas avoir accès à internet. Vérifiez la connexion et relancez la commande. Derrière un mandataire d’entreprise, donnez son adresse par HTTPS_PROXY et son certificat par REQUESTS_CA_BUNDLE\u00a0; derrière un pare-feu, faites autoriser les adresses que liste --dry-run. Sans aucun accès, lancez la même commande sur une machine connectée et copiez-en le dossier {folder}\u00a0; ou copiez-en le cache ({cache}) ici et ajoutez --offline.",
        "No server has answered: this machine seems to have no access to the internet. Check the connection and run the command again. Behind a company’s proxy, give its address in HTTPS_PROXY and its certificate in REQUESTS_CA_BUNDLE; behind a firewall, have the addresses allowed that --dry-run lists. Without any access, run the same command on a connected machine and copy its folder {folder}; or copy its cache ({cache}) here and add --offline.",
    ),
    "asked_to_wait": Text(
        "le serveur demande d’attendre {minutes:.0f} {minutes:?minute|minutes}\u00a0; relancez geo-access fetch après",
        "the server asks to wait {minutes:.0f} {minutes:?minute|minutes}; run geo-access fetch again after that",
    ),
    "kept_copy": Text(
        "{name}\u00a0: le serveur ne le donne pas ({said_fr})\u00a0; la copie gardée du {day} sert à sa place",
        "{name}: the server does not give it ({said_en}); the copy kept from {day} is used instead",
    ),
    "offline_missing": Text(
        "{name} n’est pas parmi les téléchargements gardés, et rien n’est demandé hors ligne\u00a0; relancez sans --offline",
        "{name} is not among the kept downloads, and nothing is asked offline; run again without --offline",
    ),
    "too_big": Text(
        "le fichier dépasse {limit:,.0f} Mo ({size:,.0f} Mo)\u00a0; ce n’est pas celui qui était attendu",
        "the file is bigger than {limit:,.0f} MB ({size:,.0f} MB); it is not the one expected",
    ),
    "refused_closed": Text(
        "le serveur refuse l’accès ({status} {reason})\u00a0; l’adresse demande sans doute un compte",
        "the server refuses access ({status} {reason}); the address probably asks for an account",
    ),
    "refused_gone": Text(
        "il n’y a plus rien à cette adresse ({status} {reason})\u00a0; la source a changé d’adresse\u00a0: mettez geo-access à jour, ou signalez-le",
        "nothing is at this address any more ({status} {reason}); the source has moved: update geo-access, or report it",
    ),
    "refused_status": Text(
        "le serveur répond {status} {reason}, ce qui ne se réessaie pas\u00a0; signalez-le",
        "the server answers {status} {reason}, which is not tried again; report it",
    ),
    "wrong_type": Text(
        "un fichier «\u00a0{kind}\u00a0» était attendu et il est venu autre chose (annoncé «\u00a0{came}\u00a0», commence par «\u00a0{beginning}\u00a0»)\u00a0; le serveur a sans doute répondu par une page d’erreur\u00a0: réessayez plus tard",
        "a “{kind}” file was expected and something else came (called “{came}”, begins with “{beginning}”); the server has probably answered with an error page: try again later",
    ),
    "locked_changed": Text(
        "study.lock demande les octets {expected} et {address} donne {found}\u00a0; la source a changé\u00a0: relancez sans --locked pour la reprendre",
        "study.lock asks for the bytes {expected} and {address} gives {found}; the source has changed: run again without --locked to take it",
    ),
    "calendar_unreadable": Text(
        "ce n’est pas le calendrier scolaire attendu ({said})\u00a0; donnez la date avec --date",
        "not the school calendar expected ({said}); give the date with --date",
    ),
    "calendar_without_zone": Text(
        "le calendrier scolaire ne dit rien de la zone {zone}\u00a0; donnez la date avec --date",
        "the school calendar says nothing of zone {zone}; give the date with --date",
    ),
    "calendar_guessed": Text(
        "le calendrier scolaire ne couvre pas le {date}\u00a0: des périodes larges ont tenu lieu de vacances\u00a0; vérifiez que ce jour est un jour de classe",
        "the school calendar does not cover {date}: wide periods stood in for the holidays; check that school is on that day",
    ),
    "feed_empty": Text(
        "aucune course de ce GTFS ne circule jamais\u00a0; demandez-le à nouveau ou donnez-en un autre avec --gtfs",
        "no trip of this feed ever runs; fetch it again or give another with --gtfs",
    ),
    "date_outside": Text(
        "rien ne circule le {date}\u00a0: les horaires vont du {first} au {last}\u00a0; jours proches\u00a0: {nearest}\u00a0; donnez un de ces jours avec --date, ou --date next-tuesday",
        "nothing runs on {date}: the timetable goes from {first} to {last}; near days: {nearest}; give one of these with --date, or --date next-tuesday",
    ),
    "date_thin": Text(
        "{trips:,} {trips:?course|courses} le {date}, moins de la moitié des {busiest_trips:,} du {busiest_date}\u00a0; est-ce un jour ordinaire\u00a0?",
        "{trips:,} {trips:?trip|trips} on {date}, fewer than half of the {busiest_trips:,} of {busiest_date}; is it an ordinary day?",
    ),
    "date_not_tuesday": Text(
        "les horaires, qui s’arrêtent le {last}, n’ont aucun mardi ordinaire\u00a0; la date est le {date}",
        "the timetables, which end on {last}, hold no plain Tuesday; the date is {date}",
    ),
    "date_in_holidays": Text(
        "les horaires, qui s’arrêtent le {last}, n’ont aucun jour de classe ordinaire\u00a0; la date est le {date}, en vacances scolaires",
        "the timetables, which end on {last}, hold no plain day of the school term; the date is {date}, in the holidays",
    ),
    "date_past": Text(
        "les horaires se sont arrêtés le {last}\u00a0; la date est le {date}, un jour passé",
        "the timetables ended on {last}; the date is {date}, a day of the past",
    ),
    "no_common_day": Text(
        "les horaires n’ont aucun jour de semaine en commun ({ranges})\u00a0; donnez d’autres GTFS avec --gtfs",
        "the timetables have no weekday in common ({ranges}); give other feeds with --gtfs",
    ),
    "date_unreadable": Text(
        "«\u00a0{said}\u00a0» n’est pas une date\u00a0; donnez 2026-11-24 ou next-tuesday",
        "“{said}” is no date; give 2026-11-24 or next-tuesday",
    ),
    "kept_edited": Text(
        "le fichier a été modifié depuis qu’il a été téléchargé\u00a0: il est laissé tel quel\u00a0; --force le remplace et garde une copie",
        "the file was edited since it was fetched: it is left as it is; --force replaces it and keeps a copy",
    ),
    "kept_own": Text(
        "le fichier était déjà là et ne vient pas de geo-access fetch\u00a0: il est laissé tel quel\u00a0; --force le remplace et garde une copie",
        "the file was there before and does not come from geo-access fetch: it is left as it is; --force replaces it and keeps a copy",
    ),
    "set_aside": Text(
        "le fichier modifié est remplacé\u00a0; il est gardé sous le nom {aside}",
        "the edited file is replaced; it is kept as {aside}",
    ),
    "locked_edited": Text(
        "study.lock nomme les octets {expected} et le fichier du dossier est {found}\u00a0: il a été modifié\u00a0; --force le remplace et garde une copie",
        "study.lock names the bytes {expected} and the file in the folder is {found}: it was edited; --force replaces it and keeps a copy",
    ),
    "locked_made": Text(
        "study.lock nomme les octets {expected} et le fichier refait est {found}, des mêmes téléchargements\u00a0: une autre version de geo-access ou de ses bibliothèques l’écrit autrement\u00a0; relancez sans --locked pour l’adopter",
        "study.lock names the bytes {expected} and the file made again is {found}, of the same downloads: another version of geo-access or its libraries writes it otherwise; run without --locked to adopt it",
    ),
    "locked_unknown": Text(
        "study.lock ne le nomme pas\u00a0; relancez sans --locked pour l’y mettre",
        "study.lock does not name it; run without --locked to put it there",
    ),
    "locked_nothing": Text(
        "il n’y a pas de study.lock dans ce dossier\u00a0; lancez d’abord geo-access fetch sans --locked",
        "there is no study.lock in this folder; run geo-access fetch without --locked first",
    ),
    "locked_date": Text(
        "--locked reprend la date de study.lock\u00a0; ôtez --date ou --locked",
        "--locked takes the date of study.lock; leave out --date or --locked",
    ),
    "study_incomplete": Text(
        "pas encore écrit\u00a0; il manque encore\u00a0: {missing}\u00a0; relancez geo-access fetch",
        "not written yet; still missing: {missing}; run geo-access fetch again",
    ),
    "study_date": Text(
        "l’étude est datée du {stated} et les horaires sont ceux du {date}\u00a0; mettez date = {date} dans study.toml, ou relancez avec --date {stated}",
        "the study’s date is {stated} and the timetables are those of {date}; set date = {date} in study.toml, or run again with --date {stated}",
    ),
    "study_missing": Text(
        "l’étude lit des fichiers qui n’y sont pas\u00a0: {files}\u00a0; corrigez leur nom dans study.toml",
        "the study reads files that are not there: {files}; mend their names in study.toml",
    ),
    "study_located": Text(
        'des lieux ont été placés d’après leur adresse dans sites_located.csv\u00a0; pour les prendre, mettez sites.file = "sites_located.csv"',
        'places were located by their address in sites_located.csv; to use them, set sites.file = "sites_located.csv"',
    ),
    "unknown_source": Text(
        "«\u00a0{name}\u00a0» n’est pas une source\u00a0; il y a {known}", "“{name}” is no source; there are {known}"
    ),
    "other_departement": Text(
        "ce dossier est celui du département {held}, et {asked} est demandé\u00a0; donnez un autre dossier",
        "this folder is that of département {held}, and {asked} is asked for; give another folder",
    ),
    "no_departement": Text(
        "le nom du dossier n’est pas celui d’un département\u00a0; donnez-le avec --departement, par exemple --departement 92",
        "the folder’s name is not that of a département; give it with --departement, e.g. --departement 92",
    ),
    "toml_title": Text("Étude d’accessibilité\u00a0: {name} ({code}).", "Accessibility study: {name} ({code})."),
    "toml_written": Text(
        "Écrit par geo-access fetch\u00a0; study.lock dit d’où vient chaque fichier. Modifiez-le librement\u00a0: il ne sera plus réécrit.",
        "Written by geo-access fetch; study.lock says where each file comes from. Edit it freely: it is not written again then.",
    ),
    "toml_date": Text(
        "un {weekday}\u00a0; il doit se trouver dans le calendrier des horaires",
        "a {weekday}; it has to lie within the timetables’ calendar",
    ),
    "toml_crs": Text("en mètres", "in metres"),
    "toml_departures": Text("un départ par minute, de 9 h à 11 h", "one departure a minute, from 9 to 11"),
    "toml_communes": Text("insee, name, population et contours", "insee, name, population and boundaries"),
    "toml_sst": Text("à quel SST chaque commune appartient", "which SST each commune belongs to"),
    "toml_sst_missing": Text(
        "à quel SST chaque commune appartient, si vous le savez", "which SST each commune belongs to, if you know"
    ),
    "toml_priority": Text(
        "quartiers prioritaires\u00a0: leurs habitants sont aussi comptés à part",
        "priority neighbourhoods: their residents are also counted apart",
    ),
    "toml_residents": Text("carreaux de 200 m de l’INSEE (Filosofi)", "INSEE’s grid of 200 m (Filosofi)"),
    "toml_residents_stand_in": Text(
        "un point par commune, faute de carreaux de l’INSEE\u00a0: à remplacer",
        "one point a commune, as INSEE has no grid here: to be replaced",
    ),
    "toml_weight_stand_in": Text("les habitants", "residents"),
    "toml_weight": Text(
        "les habitants\u00a0; ind_pmun ramène à la population légale\u00a0; ind_0_3, men_pauv…",
        "residents; ind_pmun scales them to the legal population; ind_0_3, men_pauv ...",
    ),
    "toml_sites": Text(
        "les lieux\u00a0: des candidats tirés de listes publiques, à relire",
        "the places: candidates from public lists, to be reviewed",
    ),
    "toml_streets": Text("OpenStreetMap", "OpenStreetMap"),
    "toml_straight_line": Text("sans rues\u00a0: à vol d’oiseau", "without streets: in a straight line"),
    "toml_profile": Text("4,8 km/h\u00a0; stroller, wheelchair, senior", "4.8 km/h; stroller, wheelchair, senior"),
    "toml_limits": Text("en minutes", "in minutes"),
    "toml_gtfs": Text("plusieurs GTFS forment un seul réseau", "several feeds are one network"),
    "toml_slack": Text("à chaque montée", "at each boarding"),
    "toml_preset": Text(
        "pôle à moins de 20 min en transports, sinon antenne à moins de 15 min à pied",
        "pole in less than 20 min by transport, else antenna in less than 15 min on foot",
    ),
    "toml_no_pole": Text(
        "aucun pôle n’est connu\u00a0: ces lieux en tiennent lieu\u00a0; ôtez cette ligne quand sites.csv en nomme",
        "no pole is known: these places stand in; remove this line once sites.csv names some",
    ),
    "weekday_0": Text("lundi", "Monday"),
    "weekday_1": Text("mardi", "Tuesday"),
    "weekday_2": Text("mercredi", "Wednesday"),
    "weekday_3": Text("jeudi", "Thursday"),
    "weekday_4": Text("vendredi", "Friday"),
    "weekday_5": Text("samedi", "Saturday"),
    "weekday_6": Text("dimanche", "Sunday"),
    "not_folder": Text("ce n’est pas un dossier\u00a0; donnez-en un autre", "not a folder; give another"),
    "folder": Text(
        "rien ne peut être écrit ici ({said})\u00a0; faites de la place, donnez-vous le droit d’y écrire, ou donnez un autre dossier",
        "nothing can be written here ({said}); make room, get the right to write, or give another folder",
    ),
    "no_folder": Text(
        "donnez un dossier, ou un département avec --departement\u00a0; par exemple geo-access fetch data/hauts-de-seine",
        "give a folder, or a département with --departement; for example geo-access fetch data/hauts-de-seine",
    ),
    "column_source": Text("source", "source"),
    "column_size": Text("taille", "size"),
    "column_licence": Text("licence", "licence"),
    "column_address": Text("adresse", "address"),
    "size_unknown": Text("inconnue", "unknown"),
    "size_failed": Text("échec", "failed"),
    "size_kept": Text("{size}, déjà là", "{size}, kept"),
    "megabytes": Text("{size:,.1f}\u00a0Mo", "{size:,.1f} MB"),
    "kilobytes": Text("{size:,.0f}\u00a0ko", "{size:,.0f} kB"),
    "plan_total": Text(
        "À télécharger\u00a0: {size}\u00a0; fichiers de taille inconnue\u00a0: {unknown}\u00a0; en échec\u00a0: {failed}. Rien n’a été écrit.",
        "To download: {size}; files of unknown size: {unknown}; failed: {failed}. Nothing was written.",
    ),
    "state_new": Text("nouveau", "new"),
    "state_updated": Text("mis à jour", "updated"),
    "state_same": Text("inchangé", "unchanged"),
    "state_kept": Text("laissé tel quel", "left as it is"),
    "level_error": Text("erreur\u00a0:", "error:"),
    "level_warning": Text("attention\u00a0:", "warning:"),
    "level_info": Text("note\u00a0:", "note:"),
    "colon": Text("\u00a0: ", ": "),
    "source_failed": Text("échec de la source {name}\u00a0: {said}", "source {name} failed: {said}"),
    "source_skipped": Text(
        "la source {name} attend les communes, qui manquent\u00a0; relancez geo-access fetch",
        "the source {name} waits for the communes, which are missing; run geo-access fetch again",
    ),
    "done": Text(
        "{name} ({code}), le {date}\u00a0: {size} téléchargés dans {folder}. Ensuite\u00a0: geo-access check {folder}",
        "{name} ({code}), on {date}: {size} downloaded into {folder}. Next: geo-access check {folder}",
    ),
    "done_undated": Text(
        "{name} ({code})\u00a0: {size} téléchargés dans {folder}. Ensuite\u00a0: geo-access check {folder}",
        "{name} ({code}): {size} downloaded into {folder}. Next: geo-access check {folder}",
    ),
    "done_in_part": Text(
        "{name} ({code})\u00a0: {size} téléchargés dans {folder}. study.toml n’y est pas encore. Ensuite\u00a0: geo-access fetch {folder}, sans --only ni --locked, pour le reste",
        "{name} ({code}): {size} downloaded into {folder}. study.toml is not there yet. Next: geo-access fetch {folder}, without --only and --locked, for the rest",
    ),
    "not_done": Text(
        "{name} ({code})\u00a0: {size} téléchargés dans {folder}\u00a0; il manque quelque chose (voir ci-dessus). Relancez geo-access fetch\u00a0: ce qui est venu est gardé.",
        "{name} ({code}): {size} downloaded into {folder}; something is missing (see above). Run geo-access fetch again: what came is kept.",
    ),
    "at_work": Text("{name}…", "{name} ..."),
}
