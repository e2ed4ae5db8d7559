"""What a page tells of each cell when it is asked: how much is missing, and the journey to the pole, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.analysis.cell_journeys import trace_cell_journeys
from geo_access.core.errors import InputError
from geo_access.core.formats import MISSING, soften_capitals
from geo_access.report.html import dump_json
from geo_access.report.map.packed_text import pack_text
from geo_access.texts import read_catalogue, render

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from geo_access.analysis.cell_journeys import CellJourneys, RideLeg
    from geo_access.gtfs.timetable import Timetable
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: Texts that the script is handed: those of the catalogue ``home`` that begin so.
_PARTS = ("card_", "step_", "search_")


def encode_cards(coverage: Coverage, language: Language, *, executor: Executor | None = None) -> dict[str, Any]:
    """Encode what the cards of cells say beside the verdict's own figures.

    Returns
    -------
    dict
        words; over (seconds by which the promise is missed, null where no more departures would do); walked (whether
        the rule for poles, and for antennas, is walked); journeys, packed (`packed_text`): stops and lines by name, and
        rows, the journeys one after another, a cell each: departure (-1: none), site, seconds, seconds of the first
        walk, how many rides, and six numbers a ride: line, stop, seconds before it, stop, seconds, hops.
    """
    over = coverage.residents.get("over_min")
    rules = (coverage.preset.pole, coverage.preset.antenna)
    told: dict[str, Any] = {
        "words": {name: render(f"home.{name}", language) for name in read_catalogue("home") if name.startswith(_PARTS)},
        "over": None if over is None else [None if np.isnan(one) else round(one * 60) for one in over.astype(float)],
        "walked": [rule.mode == "walk" for rule in rules],
        "journeys": "",
    }
    times = coverage.times
    if times is None:
        return told
    told["from"], told["every"] = int(times.settings.departures.from_s), int(times.settings.departures.every_s)
    try:
        found = trace_cell_journeys(times, rules[0], executor=executor)
    except InputError:  # no site counts: nothing leads anywhere
        return told
    told["journeys"] = pack_text(dump_json(_encode_journeys(times, found, language)))
    return told


def _encode_journeys(times: TravelTimes, found: CellJourneys, language: Language) -> dict[str, Any]:
    stops: dict[int, int] = {}
    lines: dict[str, int] = {}
    rows: list[int] = []
    naming = _LineNames(times.timetable, language) if len(found.rides) else None
    for cell in range(len(found.departure)):
        if found.departure[cell] < 0:
            rows.append(-1)
            continue
        rides = [*found.list_rides(cell)]
        row = (found.departure[cell], found.site[cell], found.seconds[cell], found.access_s[cell], len(rides))
        rows += [int(one) for one in row]
        for ride in rides:
            line = "" if naming is None else naming.say(ride)
            start, end = (stops.setdefault(stop, len(stops)) for stop in (ride.start_stop, ride.end_stop))
            rows += [lines.setdefault(line, len(lines)), start, ride.before_s, end, ride.ride_s, ride.hops]
    names = times.timetable.stops["name"].astype(str) if stops else None
    said = [] if names is None else [soften_capitals(names.iloc[stop]) for stop in stops]
    return {"stops": said, "lines": [*lines], "rows": rows}


class _LineNames:
    """Says what is ridden: a line and where it goes, and as what it goes on for who stays seated."""

    def __init__(self, timetable: Timetable, language: Language) -> None:
        self.language = language
        routes, trips = timetable.routes, timetable.trips
        short, long = (routes[name].fillna("").astype(str).str.strip() for name in ("short_name", "long_name"))
        self.lines = short.where(short != "", long).to_numpy(object)[trips["route"].to_numpy(np.int64)]
        self.headsigns = trips["headsign"].fillna("").astype(str).str.strip().to_numpy(object)
        self.known: dict[tuple[int, ...], str] = {}

    def say(self, ride: RideLeg) -> str:
        if ride.trips not in self.known:
            self.known[ride.trips] = self._say(ride.trips)
        return self.known[ride.trips]

    def _say(self, trips: tuple[int, ...]) -> str:
        said = ""
        for trip in trips:
            line, headsign = str(self.lines[trip]) or MISSING, soften_capitals(str(self.headsigns[trip]))
            code = ("explain.stay_seated" if said else "explain.ride_on") + ("" if headsign else "_line")
            said = render(code, self.language, ride=said, line=line, headsign=headsign)
        return said
