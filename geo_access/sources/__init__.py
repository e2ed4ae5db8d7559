"""The sources of open data, each a small module with one object `SOURCE`; see `geo_access.open_data`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_access.open_data import Source

#: In the order in which they are made.
SOURCES: tuple[Source, ...] = ()
