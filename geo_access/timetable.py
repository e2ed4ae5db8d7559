"""The day's timetable of all feeds of a study, as arrays that a connection scan reads from front to back."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.findings import Findings

    Progress = Callable[[str, int, int], object]

_TABLES = ("stops", "trips", "routes")
_FACTS = "timetable.json"


@dataclass(frozen=True)
class FeedFacts:
    """What a feed says of itself, for the outputs that name their sources.

    Attributes
    ----------
    file
        The feed as the study names it.
    agencies
        Names of its agencies, as in the file.
    publisher, version
        From feed_info.txt; empty where it says nothing.
    attributions
        Organisations of attributions.txt.
    timezone
        Its agencies' time zone.
    first_date, last_date
        First and last day on which a trip runs (ISO); empty when none ever does.
    trips
        Trips that run on the studied service day, each departure of frequencies.txt counted.
    busiest_trips, busiest_date
        The same on the feed's busiest day, and which day that is (ISO).
    """

    file: str
    agencies: tuple[str, ...]
    publisher: str
    version: str
    attributions: tuple[str, ...]
    timezone: str
    first_date: str
    last_date: str
    trips: int
    busiest_trips: int
    busiest_date: str


@dataclass(frozen=True, eq=False)
class Timetable:
    """Every ride of one day, from stop to stop.

    Times are seconds after noon minus 12 h of `date` in `timezone`; a connection is one hop between two consecutive
    stops of a trip. Connections are sorted by (departure, arrival, trip, order within the trip).

    Attributes
    ----------
    date, timezone
        The studied service day.
    stops
        One row per stop that a connection uses: stop_id ("0:abc", the feed's number first), feed, name, lon, lat (degrees,
        NaN when unknown), station (number shared by the platforms of one station), location_type, wheelchair (0 unknown,
        1 yes, 2 no; a platform that says nothing inherits its station's word).
    trips
        One row per run: trip_id ("0:xyz", a departure of frequencies.txt "0:xyz@25200"), route (row of `routes`), headsign,
        day (0, or -1 for the previous service day's trips past midnight), wheelchair (0, 1, 2).
    routes
        route_id, short_name, long_name, type, agency, feed.
    departure_stop, arrival_stop
        int32 (connections,): rows of `stops`.
    departure, arrival
        int32 (connections,): seconds.
    trip
        int32 (connections,): row of `trips`.
    following
        int32 (connections,): the same trip's next connection, -1 at its end.
    boardable, alightable
        bool (connections,): boarding allowed at the departure stop, alighting at the arrival stop.
    rule_from, rule_to
        int32 (rules,): pairs of stops that transfers.txt speaks of, sorted, each once.
    rule_kind
        int8 (rules,): 0 and 1 ordinary, 2 minimum time, 3 forbidden.
    rule_min_s
        int32 (rules,): the minimum time (seconds) of kind 2, else 0.
    feeds
        What each feed says of itself.
    """

    date: dt.date
    timezone: str
    stops: pd.DataFrame
    trips: pd.DataFrame
    routes: pd.DataFrame
    departure_stop: NDArray[np.int32]
    arrival_stop: NDArray[np.int32]
    departure: NDArray[np.int32]
    arrival: NDArray[np.int32]
    trip: NDArray[np.int32]
    following: NDArray[np.int32]
    boardable: NDArray[np.bool_]
    alightable: NDArray[np.bool_]
    rule_from: NDArray[np.int32]
    rule_to: NDArray[np.int32]
    rule_kind: NDArray[np.int8]
    rule_min_s: NDArray[np.int32]
    feeds: tuple[FeedFacts, ...]

    def save(self, folder: Path) -> None:
        """Write everything into a folder, uncompressed; `load` reads it back."""
        folder.mkdir(parents=True, exist_ok=True)
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                np.save(folder / f"{field.name}.npy", value, allow_pickle=False)
        for name in _TABLES:
            getattr(self, name).to_feather(folder / f"{name}.feather", compression="uncompressed")
        facts = {"date": self.date.isoformat(), "timezone": self.timezone, "feeds": [asdict(feed) for feed in self.feeds]}
        (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Timetable:
        """Read what `save` wrote.

        Raises
        ------
        OSError, ValueError, KeyError
            When the folder is incomplete or damaged.
        """
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        arrays = {file.stem: np.load(file, allow_pickle=False) for file in sorted(folder.glob("*.npy"))}
        expected = {field.name for field in fields(cls)} - {"date", "timezone", "feeds", *_TABLES}
        if set(arrays) != expected:
            message = f"not a timetable: {folder}"
            raise ValueError(message)
        feeds = tuple(
            FeedFacts(**{**feed, "agencies": tuple(feed["agencies"]), "attributions": tuple(feed["attributions"])})
            for feed in facts["feeds"]
        )
        tables = {name: pd.read_feather(folder / f"{name}.feather") for name in _TABLES}
        date = dt.date.fromisoformat(facts["date"])
        return cls(date=date, timezone=facts["timezone"], feeds=feeds, **tables, **arrays)


def read_timetable(
    paths: Sequence[Path], *, date: dt.date, findings: Findings | None = None, progress: Progress | None = None
) -> Timetable:
    """Read the feeds' timetable for one day."""
    raise NotImplementedError
