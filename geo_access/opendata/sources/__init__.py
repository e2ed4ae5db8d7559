"""The sources of open data, each a small module with one object `SOURCE`; see `geo_access.opendata.source`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_access.opendata import school_calendar as school_holidays
from geo_access.opendata.sources import (
    candidates,
    communes,
    geocoding,
    gtfs,
    populations,
    qpv,
    residents,
    stations,
    streets,
)

if TYPE_CHECKING:
    from geo_access.opendata.source import Source

#: In the order in which they are made.
SOURCES: tuple[Source, ...] = (
    school_holidays.SOURCE,
    populations.SOURCE,
    communes.SOURCE,
    residents.SOURCE,
    streets.SOURCE,
    gtfs.SOURCE,
    qpv.SOURCE,
    candidates.SOURCE,
    geocoding.SOURCE,
    stations.SOURCE,
)
