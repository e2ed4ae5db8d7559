"""What a timetable leaves open, drawn many times: how far a verdict hangs on the phases of frequencies.txt.

A line that only promises a vehicle every five minutes says not when the first one comes. The verdict of `check` takes
start_time for it. Here the phases are drawn at random instead, again and again, and the whole study is judged for
each draw.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_access.core.arguments import check_number, check_whole
from geo_access.core.cache import Cache, default_folder
from geo_access.core.display import Shown, describe, percent
from geo_access.core.errors import ArgumentError, InputError
from geo_access.core.findings import Findings
from geo_access.core.progress import Progress, no_progress
from geo_access.gtfs.edits import edit_timetable
from geo_access.gtfs.feed_day import read_feed
from geo_access.gtfs.service import find_until
from geo_access.gtfs.timetable import join_days, read_days
from geo_access.routing.travel_times import TravelTimes, open_times
from geo_access.study.inputs.inputs import read_inputs
from geo_access.study.study import take_study
from geo_access.verdict.coverage import Coverage, take_judged
from geo_access.verdict.judging import judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.core.progress import Progress
    from geo_access.gtfs.feed_day import FeedDay
    from geo_access.gtfs.timetable import Timetable
    from geo_access.streets.network import WalkNetwork
    from geo_access.study.inputs.inputs import Inputs
    from geo_access.study.study import Study

FEWEST = 2
_FIGURES = ("share", "low", "high", "least", "most", "met", "fixed")


@dataclass(frozen=True, eq=False, repr=False)
class DrawnCoverage(Shown):
    """A study judged for many draws of its frequencies' phases.

    Attributes
    ----------
    fixed
        The verdict with the fixed phase, as `check` gives it.
    communes
        One row a commune, by insee: insee, name, residents, share (mean over the draws of the share served), low and
        high (confidence interval of that mean), least and most (over the draws), met (share of the draws in which the
        commune meets the target), fixed (share served with the fixed phase), verdict (with the fixed phase), geometry.
        Missing where nobody lives.
    total
        The same of all residents; met: share of the draws in which every commune meets the target.
    draws
        One row a draw: seed (``transit.frequency_seed`` gives this very draw), share, communes_meeting, meets.
    trips, blocks
        Trips whose phase is open on the day, and their periods in frequencies.txt.
    seed, confidence
        As asked for.
    """

    fixed: Coverage
    communes: gpd.GeoDataFrame
    total: dict[str, float]
    draws: pd.DataFrame
    trips: int
    blocks: int
    seed: int
    confidence: float

    def _headline(self) -> str:
        return f"{self.fixed.summary['study']}, {len(self.draws)} draws, {percent(self.total['share'])} served"

    @property
    def meets(self) -> bool:
        """Whether every commune meets the target in every draw."""
        return bool(self.draws["meets"].all())


def draw_coverage(
    study: Study,
    *,
    draws: int = 20,
    seed: int = 1,
    confidence: float = 0.95,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    streets: WalkNetwork | None = None,
    executor: Executor | None = None,
) -> DrawnCoverage:
    """Judge a study for many random phases of the lines that only promise a headway.

    Parameters
    ----------
    study
        From `open_study`.
    draws
        How many, two at least.
    seed
        The same seed gives the same draws, whatever the machine and the order of the rows.
    confidence
        Of the interval, between 0 and 1.
    cache, progress, streets, executor
        As for `check`. Draws are not kept in the cache.

    Notes
    -----
    In each draw every period of frequencies.txt without exact times gets a phase of its own, uniform over its headway
    (`runs.draw_departures`); the shares are then those of `check`. `low` and `high` are Student's interval of
    the mean over the draws, mean ± t(1 - (1 - confidence) / 2, draws - 1) * s / sqrt(draws), cut off at 0 and 1
    (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2). It says how well so many draws know the expected share;
    how far a single day may be from that, `least` and `most` say.

    Raises
    ------
    InputError
        When no feed leaves a phase open on the day, or fewer than two draws are asked for.
    """
    take_study(study)
    check_whole("draws", draws, least=0)
    check_number("confidence", confidence)
    if draws < FEWEST:
        raise InputError("draws.too_few", asked=draws, fewest=FEWEST)
    if not 0 < confidence < 1:
        raise InputError("draws.wrong_confidence", said=confidence)
    fixed_study = _set_phase(study, phase="fixed")
    times = open_times(fixed_study, cache=cache, progress=progress, streets=streets)
    feeds = times.timetable.feeds if times.settings.transit.gtfs else ()
    trips, blocks = sum(feed.loose_trips for feed in feeds), sum(feed.loose_blocks for feed in feeds)
    if not blocks:
        raise InputError("draws.nothing_open", file=study.file, date=times.settings.date.isoformat())
    fixed = judge(times, executor=executor)
    shares, rows = [], []
    everyone = float(fixed.communes["residents"].sum())
    progress("draws", 0, draws)
    seeds = list_seeds(seed, draws)
    for done, (one, timetable) in enumerate(zip(seeds, _draw_timetables(times, seeds), strict=True), start=1):
        drawn = _set_phase(study, phase="drawn", seed=one)
        coverage = judge(times.with_timetable(drawn, timetable, cache=Cache(None)), executor=executor)
        shares.append(coverage.communes["share"].to_numpy(np.float64))
        share = float(coverage.communes["served"].sum()) / everyone if everyone else math.nan
        rows.append((one, share, int((coverage.communes["verdict"] == "meets").sum()), coverage.meets))
        progress("draws", done, draws)
    told = pd.DataFrame(rows, columns=["seed", "share", "communes_meeting", "meets"])
    required = fixed.preset.required_share
    table = fixed.communes[["insee", "name", "residents", "share", "verdict", "geometry"]].rename(
        columns={"share": "fixed"}
    )
    figures = summarise_draws(np.column_stack(shares), confidence=confidence)
    figures["met"] = np.where(np.isnan(figures["share"]), np.nan, (np.column_stack(shares) >= required).mean(axis=1))
    for name, values in figures.items():
        table[name] = values
    overall = summarise_draws(told[["share"]].to_numpy(np.float64).T, confidence=confidence)
    total = {name: float(value[0]) for name, value in overall.items()}
    served = float(fixed.communes["served"].sum())
    total |= {"residents": everyone, "met": float(told["meets"].mean())}
    total["fixed"] = served / everyone if everyone else math.nan
    communes = table[["insee", "name", "residents", *_FIGURES, "verdict", "geometry"]]
    return DrawnCoverage(fixed, communes, total, told, trips, blocks, seed, confidence)


def _set_phase(study: Study, **settings: object) -> Study:
    return study.vary({".".join(("transit", f"frequency_{name}")): value for name, value in settings.items()})


def list_seeds(seed: int, count: int) -> list[int]:
    """Return the seeds of the draws: no two seeds share a draw, and more draws leave the first ones as they are."""
    hashes = (hashlib.sha256(f"{seed}\0{number}".encode()).digest() for number in range(count))
    return [int.from_bytes(digest[:6], "big") for digest in hashes]


def summarise_draws(shares: NDArray[np.float64], *, confidence: float) -> dict[str, NDArray[np.float64]]:
    """Sum up shares (places, draws): share (mean), low and high (see `draw_coverage`), least, most."""
    from scipy.special import stdtrit

    n = shares.shape[1]
    # Draws that all say the same have that very mean, without the rounding of a sum.
    same = (shares == shares[:, :1]).all(axis=1)
    mean = np.where(same, shares[:, 0], shares.mean(axis=1))
    half = stdtrit(n - 1, 1 - (1 - confidence) / 2) * np.where(same, 0.0, shares.std(axis=1, ddof=1)) / math.sqrt(n)
    low, high = np.clip(mean - half, 0, 1), np.clip(mean + half, 0, 1)
    return {"share": mean, "low": low, "high": high, "least": shares.min(axis=1), "most": shares.max(axis=1)}


def _draw_timetables(times: TravelTimes, seeds: list[int]) -> Iterator[Timetable]:
    """Read the day's timetable once for each seed; feeds that leave nothing open are read once."""
    settings, study = times.settings, times.inputs.study
    paths = [Path(study.path(name)) for name in settings.transit.gtfs]
    pathways = settings.transit.pathways == "use"
    until_s = find_until(settings.departures.to_s)
    kept = read_days(paths, date=settings.date, pathways=pathways, until_s=until_s, findings=Findings())
    edits = times.inputs.scenario.line_edits

    def draw(path: Path, day: FeedDay, seed: int) -> FeedDay:
        if not day.facts.loose_blocks:
            return day
        return read_feed(
            path, date=settings.date, findings=Findings(), progress=lambda _done, _total: None, frequency_seed=seed,
            pathways=pathways, until_s=until_s,
        )  # fmt: skip

    for seed in seeds:
        days = [draw(path, day, seed) for path, day in zip(paths, kept, strict=True)]
        timetable = join_days(days, settings.date, findings=Findings())
        yield edit_timetable(timetable, edits, findings=Findings()) if edits else timetable


_LAST_HOUR = 29
_HOUR_FIGURES = ("residents", "served", "share", "share_pole", "share_antenna")


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
        rows.append({"hour": hour, **{name: total[name] for name in _HOUR_FIGURES}})
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
