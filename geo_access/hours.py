"""The hours of the day: a study judged again for each of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from geo_access.arguments import check_number, take_judged
from geo_access.cache import Cache, default_folder
from geo_access.coverage import Coverage, judge
from geo_access.errors import ArgumentError, InputError
from geo_access.inputs import read_inputs
from geo_access.showing import describe
from geo_access.travel_times import TravelTimes, no_progress

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from geo_access.inputs import Inputs
    from geo_access.streets import WalkNetwork
    from geo_access.study import Study
    from geo_access.travel_times import Progress

_LAST_HOUR = 29
_FIGURES = ("residents", "served", "share", "share_pole", "share_antenna")


def list_hours(
    study: Study | Coverage,
    *,
    hours: Iterable[int] = range(6, 22),
    cache: Cache | None = None,
    progress: Progress = no_progress,
    streets: WalkNetwork | None = None,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Judge a study again for each hour of the day: exact, departure by departure, as `check` does.

    Parameters
    ----------
    study
        A study, or a coverage whose study is meant.
    hours
        Whole hours; 9 means the departures in [09:00, 10:00), 25 those after one in the next night.
    cache, progress, streets, executor
        As for `check`; the progress counts the hours.

    Returns
    -------
    DataFrame
        One row an hour: hour, residents, served, share, share_pole, share_antenna (of the residents).

    Raises
    ------
    InputError
        When the hours are none, or an input cannot be used.
    """
    take_judged(study)
    listed: object = hours
    if isinstance(listed, str) or not isinstance(listed, Iterable):
        raise ArgumentError("figures.hours_wanted", said=describe(hours))
    whole = list(hours)
    for hour in whole:
        check_number("hours", hour)
    asked = [int(hour) for hour in whole]
    if not asked or any(not 0 <= hour <= _LAST_HOUR for hour in asked):
        raise InputError("figures.wrong_hours", hours=", ".join(map(str, asked)))
    inputs, streets = _find_inputs(study, streets)
    kept = Cache(default_folder()) if cache is None else cache
    rows = []
    progress("hours", 0, len(asked))
    for done, hour in enumerate(asked, start=1):
        changes = {"departures.from": f"{hour:02d}:00", "departures.to": f"{hour + 1:02d}:00"}
        varied = replace(inputs, study=inputs.study.vary(changes))
        total = judge(TravelTimes(varied, cache=kept, streets=streets), executor=executor).summary["total"]
        rows.append({"hour": hour, **{name: total[name] for name in _FIGURES}})
        progress("hours", done, len(asked))
    return pd.DataFrame(rows)


def _find_inputs(study: Study | Coverage, streets: WalkNetwork | None) -> tuple[Inputs, WalkNetwork | None]:
    if not isinstance(study, Coverage):
        return read_inputs(study), streets
    if study.times is None:
        raise InputError("figures.no_times")
    # A coverage may have been made on a network that its study does not name.
    walked = study.times.streets if study.times.walker().mode == "streets" else None
    return study.times.inputs, streets or walked
