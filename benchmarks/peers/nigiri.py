"""Ask nigiri (through pynigiri): every asked resident to every site, all departures of the window as one range query.

Walks to and from stops are given: from the project, rounded up to minutes. Three feeds are read: ``minutes``, the day's
in whole minutes, with the project's walks between stops; ``footpaths``, the same without them, so that nigiri makes its
own; ``published``, the feeds as they are, whose blank times nigiri fills itself.
"""

from __future__ import annotations

import datetime as dt
import functools
import importlib.metadata
from typing import Any

import numpy as np
import pynigiri as ng
from question import NEVER, Answer, Question, read_call

LONGEST_MIN = 120
MOST_CHANGES = 7


def load(question: Question, kind: str) -> tuple[Any, list[Any]]:
    """Read the timetable of the day; returns it, and nigiri's location of each stop."""
    day = dt.date.fromisoformat(question.facts["date"])
    options, config = ng.FinalizeOptions(), ng.LoaderConfig()
    feeds = {"minutes": ["feed-minutes.zip"], "footpaths": ["feed-without-walks.zip"]}.get(kind)
    paths = question.facts["feeds"] if feeds is None else [str(question.folder / feed) for feed in feeds]
    if kind == "minutes":  # its walks are complete
        options.adjust_footpaths = False
        config.link_stop_distance = 0
    sources = [ng.TimetableSource(str(n), path, config) for n, path in enumerate(paths)]
    # The day before too: its trips past midnight; the day after: what leaves late.
    before, after = (day + dt.timedelta(days=days) for days in (-1 if feeds is None else 0, 1))
    timetable = ng.load_timetable(sources, before.isoformat(), after.isoformat(), options)
    if feeds is not None:
        return timetable, [timetable.find_location(str(stop)) for stop in range(len(question["stop_id"]))]
    stops = [stop.split(":", 1) for stop in question["stop_id"].tolist()]
    return timetable, [timetable.find_location(stop, ng.SourceIdx(int(feed))) for feed, stop in stops]


def offsets(question: Question, locations: list[Any], legs: str, row: int, extra_s: int) -> list[Any]:
    """Walks from or to one place as nigiri takes them: whole minutes, rounded up."""
    index, seconds = question.row(legs, row)
    minutes = -(-(seconds.astype(np.int64) + extra_s) // 60)
    return [
        ng.Offset(locations[stop], int(walk), 0)
        for stop, walk in zip(index.tolist(), minutes.tolist(), strict=True)
        if locations[stop] is not None
    ]


def ask(timetable: Any, start: list[Any], end: list[Any], moment: int | tuple[int, int]) -> list[tuple[int, int]]:
    """Departures and arrivals (minutes) of the best journeys from an interval, or of the earliest arrival."""
    query = ng.Query()
    query.start, query.destination = start, end
    query.start_match_mode = query.dest_match_mode = ng.LocationMatchMode.INTERMODAL
    query.max_transfers, query.max_travel_time = MOST_CHANGES, LONGEST_MIN
    query.start_time = moment
    return [(journey.start_time, journey.dest_time) for journey in ng.route(timetable, query)]


def search(question: Question, timetable: Any, locations: list[Any], rows: list[int]) -> dict[tuple[int, int], Any]:
    """Ask for every pair: the journeys that leave in the window, and the best one for who leaves last.

    The second query is what makes the answer exact: who leaves at the end of the window may travel by a journey that
    leaves after it.
    """
    first, count = question.facts["first_minute"], question.facts["departures"]["count"]
    slack = question.facts["slack_s"]
    ends = [offsets(question, locations, "egress", site, 0) for site in range(len(question["site_xy"]))]
    found: dict[tuple[int, int], Any] = {}
    for row in rows:
        start = offsets(question, locations, "access", row, slack)
        for site, end in enumerate(ends):
            if start and end:
                journeys = ask(timetable, start, end, (first, first + count))
                last = ask(timetable, start, end, first + count - 1)
                found[row, site] = journeys, last
    return found


def read_profiles(question: Question, found: dict[tuple[int, int], Any], rows: list[int]) -> np.ndarray:
    """Turn journeys into seconds: int32 (asked residents, sites, departures), on foot all the way where faster."""
    first, count = question.facts["first_minute"], question.facts["departures"]["count"]
    minute = first + np.arange(count)
    walk = question["walk_s"][rows].astype(np.int64)
    walk = np.where(walk < NEVER, -(-walk // 60) * 60, NEVER)
    out = np.repeat(walk[:, :, None], count, axis=2)
    place = {row: n for n, row in enumerate(rows)}
    for (row, site), (journeys, last) in found.items():
        best = np.full(count, NEVER, np.int64)
        for _leave, reach in last:
            best = np.minimum(best, (reach - minute) * 60)
        for leave, reach in journeys:
            best = np.where(minute <= leave, np.minimum(best, (reach - minute) * 60), best)
        best[best > LONGEST_MIN * 60] = NEVER
        out[place[row], site] = np.minimum(out[place[row], site], best)
    return out.astype(np.int32)


def main() -> None:
    asked = read_call(__doc__)
    question = Question(asked.folder)
    rows = list(range(0, len(question["resident_xy"]), asked.every))
    answer = Answer({"pynigiri": importlib.metadata.version("pynigiri")})
    answer.arrays["rows"] = np.array(rows)
    pairs = len(rows) * len(question["site_xy"])
    answer.facts |= {"pairs": pairs, "of": len(question["resident_xy"]) * len(question["site_xy"])}
    for kind in ("minutes", "footpaths", "published"):
        # The feeds without the project's walks are read to see what nigiri's own rules change; once is enough.
        runs = asked.runs if kind == "minutes" else 1
        timetable, locations = answer.time(f"load {kind}", lambda kind=kind: load(question, kind), runs=asked.runs)
        answer.facts[f"stops unknown, {kind}"] = sum(location is None for location in locations)
        search(question, timetable, locations, rows[:2])
        ask_all = functools.partial(search, question, timetable, locations, rows)
        answer.arrays[kind] = read_profiles(question, answer.time(f"search {kind}", ask_all, runs=runs), rows)
    answer.write(asked.folder, "pynigiri")


if __name__ == "__main__":
    main()
