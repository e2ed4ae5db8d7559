"""Files that a study names by their https address instead of a path: timetables and streets.

A room above fetches and keeps them (`hand_fetcher`); to all readers they are files like any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_LONGEST = 2_000
#: "module:function" of who fetches: it takes an address and the study's folder, and returns a path.
_FETCHERS: list[str] = []
#: Where an address was found before in this process.
_FOUND: dict[tuple[str, Path], Path] = {}


def is_address(name: str) -> bool:
    """Whether a name of the settings is an address, of whatever scheme, and no path."""
    return _SCHEME.match(name) is not None


def list_addresses(document: Mapping[str, Any]) -> list[str]:
    """List the addresses that a parsed `study.toml` names, checked or not."""
    found: list[str] = []
    for section, key in (("walking", "streets"), ("transit", "gtfs")):
        held = document.get(section)
        named = held.get(key) if isinstance(held, Mapping) else None
        every = [named] if isinstance(named, str) else named if isinstance(named, list | tuple) else ()
        found += [one for one in every if isinstance(one, str) and is_address(one)]
    return found


def check_address(name: str) -> str:
    """Return a https address as it is.

    Raises
    ------
    InputError
        For another scheme, and for what no server can be asked for.
    """
    # The face of the package imports this module: what only an address needs is loaded with it.
    from geo_access.core.errors import InputError
    from geo_access.core.limits import shorten

    scheme = _SCHEME.match(name)
    if scheme is None or scheme[1].lower() != "https":
        raise InputError("study.address_scheme", scheme=shorten("" if scheme is None else scheme[1]))
    if len(name) > _LONGEST or not name.isprintable() or " " in name:
        raise InputError("study.address_broken", address=shorten(name), limit=_LONGEST)
    return name


def hand_fetcher(where: str) -> None:
    """Say who fetches what an address names: "module:function", loaded when the first study asks for it."""
    _FETCHERS[:] = [where]


def find_fetched(address: str, folder: Path) -> Path:
    """Return the file that an address of a study names, fetched where it has not been.

    Raises
    ------
    InputError
        When it cannot be had.
    """
    known = _FOUND.get((address, folder))
    if known is not None and known.is_file():
        return known
    module, _, function = _FETCHERS[0].partition(":")
    found: Path = getattr(import_module(module), function)(address, folder)
    _FOUND[address, folder] = found
    return found


def forget_fetched() -> None:
    """Look the next time where an address is kept: what it gives has changed."""
    _FOUND.clear()
