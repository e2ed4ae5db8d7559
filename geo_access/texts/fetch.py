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
}
