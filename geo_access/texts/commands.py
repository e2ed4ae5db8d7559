"""Texts that the commands print."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {
    "map_written": Text("Carte\u00a0: {file}", "Map: {file}"),
    "times_written": Text("{rows} lignes écrites dans {file}", "{rows} rows written to {file}"),
    "sample_written": Text(
        "Territoire fictif écrit dans {folder}\u00a0; essayez\u00a0: geo-access check {folder}",
        "Fictional territory written to {folder}; try: geo-access check {folder}",
    ),
    "folder_not_empty": Text(
        "le dossier existe et n’est pas vide\u00a0; donnez un nouveau nom",
        "the folder exists and is not empty; give a new name",
    ),
    "sample_size": Text(
        "--size {size} n’est pas une taille de territoire\u00a0; donnez un nombre au-dessus de 0 et jusqu’à {most:g}",
        "--size {size} is no size of a territory; give a number above 0 and up to {most:g}",
    ),
    "output_format": Text(
        "cette terminaison de fichier n’est pas connue ici\u00a0; terminez le nom par {known}",
        "this file ending is not known here; end the name in {known}",
    ),
    "output_form": Text(
        "--format {form} n’écrit pas un tel fichier\u00a0; terminez le nom par {known}, ou demandez un autre --format",
        "--format {form} writes no such file; end the name in {known}, or ask for another --format",
    ),
    "cache_size": Text(
        "{variable} vaut «\u00a0{value}\u00a0», ce n’est pas une taille\u00a0; donnez un nombre de Go, par exemple 20",
        "{variable} is “{value}”, which is no size; give a number of GB, e.g. 20",
    ),
    "cache_unwritable": Text(
        "rien ne peut être gardé dans le cache {folder} ({said})\u00a0; le résultat est juste, mais tout sera recalculé la "
        "prochaine fois\u00a0; faites-y de la place, ou nommez un autre dossier par GEO_ACCESS_CACHE_DIR",
        "nothing can be kept in the cache {folder} ({said}); the result is right, but all will be computed again next "
        "time; make room there, or name another folder by GEO_ACCESS_CACHE_DIR",
    ),
    "cache_unreadable": Text(
        "ce dossier de cache ne peut être lu ({said})\u00a0; donnez-vous-en le droit, ou nommez-en un autre par "
        "GEO_ACCESS_CACHE_DIR",
        "this cache folder cannot be read ({said}); get the right to, or name another by GEO_ACCESS_CACHE_DIR",
    ),
    "interrupted": Text("interrompu", "interrupted"),
    "screen_refused": Text(
        "le résultat ne peut être écrit sur la sortie standard ({said})\u00a0; faites de la place, ou donnez un autre "
        "fichier",
        "the result cannot be written to standard output ({said}); make room, or give another file",
    ),
    "no_memory": Text(
        "la mémoire manque ({doing})\u00a0; fermez d’autres programmes, donnez un plus petit territoire ou moins de "
        "départs, ou lancez la commande sur une machine qui en a davantage",
        "out of memory ({doing}); close other programs, give a smaller territory or fewer departures, or run it on a "
        "machine that has more",
    ),
    "disk_full": Text(
        "{doing}\u00a0: le disque ne prend plus rien ({said})\u00a0; faites de la place et relancez",
        "{doing}: the disk takes no more ({said}); make room and run again",
    ),
    "denied": Text(
        "{doing}\u00a0: l’accès est refusé ({said})\u00a0; donnez-vous-en le droit, ou nommez un autre endroit",
        "{doing}: access is refused ({said}); get the right to it, or name another place",
    ),
    "too_many_files": Text(
        "{doing}\u00a0: trop de fichiers sont ouverts ({said})\u00a0; relevez la limite (ulimit -n) et relancez",
        "{doing}: too many files are open ({said}); raise the limit (ulimit -n) and run again",
    ),
    "system": Text(
        "{doing}\u00a0: le système refuse ({said})\u00a0; vérifiez l’endroit et relancez\u00a0; --debug montre où",
        "{doing}: the system refuses ({said}); check the place and run again; --debug shows where",
    ),
    "internal": Text(
        "faute interne pendant «\u00a0{doing}\u00a0» ({said})\u00a0; relancez avec --debug et signalez ce qui s’affiche",
        "internal fault during “{doing}” ({said}); run again with --debug and report what it shows",
    ),
    "warning": Text("attention\u00a0: {said}", "warning: {said}"),
    "cache_cleared": Text("{count} éléments retirés de {folder}", "{count} entries removed from {folder}"),
    "cache_holds": Text(
        "{count} éléments, {megabytes:.1f} Mo sur {most:.0f} au plus (GEO_ACCESS_CACHE_GB), dans {folder}",
        "{count} entries, {megabytes:.1f} MB of {most:.0f} at most (GEO_ACCESS_CACHE_GB), in {folder}",
    ),
}
