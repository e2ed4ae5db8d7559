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
        "l’archive contient {count} fichiers, plus que les {limit} admis\u00a0; elle n’est pas ouverte",
        "the archive holds {count} files, more than the {limit} allowed; it is not opened",
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
    "private_address": Text(
        "l’adresse mène à {host}, sur un réseau privé ou sur cette machine\u00a0; elle n’est pas demandée",
        "the address leads to {host}, on a private network or on this machine; it is not asked",
    ),
    "redirects": Text(
        "plus de {count} renvois d’une adresse à l’autre\u00a0; le serveur tourne en rond\u00a0: réessayez plus tard",
        "more than {count} redirects from one address to the next; the server runs in circles: try again later",
    ),
    "certificate": Text(
        "le certificat du serveur n’est pas valable ({said})\u00a0; derrière un mandataire d’entreprise, donnez son certificat par REQUESTS_CA_BUNDLE",
        "the server’s certificate is not valid ({said}); behind a company’s proxy, give its certificate in REQUESTS_CA_BUNDLE",
    ),
    "broken_connect_timeout": Text("pas de connexion en {seconds:g} s", "no connection within {seconds:g} s"),
    "broken_read_timeout": Text("pas de réponse en {seconds:g} s", "no answer within {seconds:g} s"),
    "broken_connection": Text("la connexion échoue ({said})", "the connection fails ({said})"),
    "broken_status": Text("le serveur répond {status} {reason}", "the server answers {status} {reason}"),
    "broken_range": Text(
        "le serveur ne reprend pas où le téléchargement s’est arrêté",
        "the server does not go on where the download stopped",
    ),
    "broken_length": Text(
        "{size} octets sont venus au lieu des {total} annoncés", "{size} bytes came instead of the {total} announced"
    ),
    "broken_cut": Text("la connexion s’est coupée en route", "the connection broke on the way"),
    "broken_stall": Text("presque rien n’est venu en {seconds:.0f} s", "almost nothing came within {seconds:.0f} s"),
    "broken_end": Text("la fin du fichier manque ({size} octets)", "the end of the file is missing ({size} bytes)"),
    "broken_checksum": Text(
        "l’empreinte SHA-256 devait être {expected} et est {found}", "the SHA-256 should be {expected} and is {found}"
    ),
    "gave_up": Text(
        "le téléchargement a échoué après {tries} essais\u00a0: {said_fr}\u00a0; ce qui est venu est gardé\u00a0: relancez geo-access fetch plus tard",
        "the download failed after {tries} tries: {said_en}; what came is kept: run geo-access fetch again later",
    ),
    "asked_to_wait": Text(
        "le serveur demande d’attendre {minutes:.0f} minutes\u00a0; relancez geo-access fetch après",
        "the server asks to wait {minutes:.0f} minutes; run geo-access fetch again after that",
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
        "{trips} courses le {date}, moins de la moitié des {busiest_trips} du {busiest_date}\u00a0; est-ce un jour ordinaire\u00a0?",
        "{trips} trips on {date}, fewer than half of the {busiest_trips} of {busiest_date}; is it an ordinary day?",
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
}
