"""Names of zones for people: a file may call one by a slug, which no sentence should hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo_access.core.formats import is_missing, join_words
from geo_access.texts import render

if TYPE_CHECKING:
    import pandas as pd

    from geo_access.texts import Language

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+|[a-z]+")
#: Communes that a zone's name may list; of more, the largest stands for them all.
_MOST = 3


def name_zones(communes: pd.DataFrame, zone: str, language: Language) -> dict[str, str]:
    """Return what people call each zone: its own name, or where that is a slug its communes, the largest first.

    Parameters
    ----------
    communes
        One row a commune, with name, residents and the column `zone`.
    zone
        The column of the zones' ids.
    language
        Of the names.
    """
    ordered = communes.sort_values(["residents", "name"], ascending=[False, True], kind="stable")
    named = {}
    for code, inside in ordered.groupby(zone, sort=True)["name"]:
        some = inside.astype(str).tolist()
        if not _SLUG.fullmatch(str(code)):
            named[str(code)] = str(code)
        elif len(some) <= _MOST:
            named[str(code)] = join_words(some, language)
        else:
            named[str(code)] = render("pages.zone_some", language, first=some[0], count=len(some) - 1)
    return named


def name_zone(communes: pd.DataFrame, zone: str, code: object, language: Language) -> str:
    """Return what people call one zone; "" for none."""
    return "" if is_missing(code) else name_zones(communes, zone, language).get(str(code), str(code))
