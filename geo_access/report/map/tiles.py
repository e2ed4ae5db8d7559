"""A tile background for the coverage map: an option, since tiles ask a server and tell it where the reader looks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geo_access.core.errors import InputError
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.texts import Language

OPENSTREETMAP = "OpenStreetMap"
_OPENSTREETMAP_URL = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


@dataclass(frozen=True)
class Tiles:
    """Where tiles come from, whom to credit, and the host as a content security policy names it."""

    url: str
    credit: str
    host: str


def read_tiles(tiles: str, attribution: str | None, language: Language) -> Tiles:
    """Check a tile background.

    Parameters
    ----------
    tiles
        ``OpenStreetMap``, or a URL with ``{z}``, ``{x}`` and ``{y}``.
    attribution
        The credit that the tiles' licence asks for; OpenStreetMap's own is known.
    language
        Of the map.

    Raises
    ------
    InputError
        When the URL lacks a part, or the credit is missing.
    """
    if tiles.casefold() == OPENSTREETMAP.casefold():
        host = urlsplit(_OPENSTREETMAP_URL).netloc
        return Tiles(_OPENSTREETMAP_URL, attribution or render("maps.streets_source", language), f"https://{host}")
    parts = urlsplit(tiles)
    if parts.scheme not in ("https", "http") or not parts.netloc or not all(f"{{{c}}}" in tiles for c in "zxy"):
        raise InputError("maps.tiles_url", value=tiles)
    if not (attribution or "").strip():
        raise InputError("maps.tiles_credit", value=tiles)
    host = parts.netloc.replace("{s}.", "*.", 1) if parts.netloc.startswith("{s}.") else parts.netloc
    if not re.fullmatch(r"(\*\.)?[A-Za-z0-9.-]+(:\d+)?", host):
        raise InputError("maps.tiles_url", value=tiles)
    return Tiles(tiles, str(attribution).strip(), f"{parts.scheme}://{host}")
