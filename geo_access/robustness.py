"""How sure a verdict is: the study judged again under the range of what nobody knows.

Each assumption is changed alone, then several together by a seeded Latin hypercube (McKay, Beckman and Conover,
doi:10.1080/00401706.1979.10489755): every run has its own place in the range of each assumption. Every run is exact, as
`check` is. What does not touch the timetable's network (the share of departures required) costs no search; what moves
sites searches for those sites only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from geo_access.coverage import Coverage, judge
from geo_access.errors import NoServiceError
from geo_access.sites import is_approximate
from geo_access.travel_times import TravelTimes, no_progress, open_times

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    import geopandas as gpd

    from geo_access.cache import Cache
    from geo_access.inputs import Inputs
    from geo_access.study import Study
    from geo_access.travel_times import Progress

Answer = Literal["holds", "fragile", "fails", "no residents"]

#: How much slower or faster than the profile people may walk: 4.3 to 5.3 km/h for an adult. A convention, like the
#: profile's own speed.
SPEED_RANGE = (0.9, 1.1)
#: Seconds needed at every boarding: none, as OpenTripPlanner has it, to twice R5's minute. A convention.
SLACK_RANGE_S = (0, 120)
#: Other windows of the opening hours, 8:30 to 17:30, of the pôles of Châtenay and Châtillon: when they begin.
HOURS_S = (8 * 3600 + 1800, 13 * 3600 + 1800, 15 * 3600 + 1800)
#: Days before and after the study's date.
DAYS = (-1, 1, 2)
#: Share of the departures at which a site must be in reach: an easy and a strict reading of the median.
REQUIRED_RANGE = (0.25, 0.75)
#: Metres to the nearest street: half and twice the study's.
SNAP_RANGE = (0.5, 2.0)
#: How far an approximate point may lie from the true one (metres): what the list of sites says of itself.
POSITION_M = 600.0
_JOINT = 6
_MOVES = 3


@dataclass(frozen=True)
class Robustness:
    """A verdict under the range of what nobody knows.

    Attributes
    ----------
    base
        The study as it stands.
    communes
        One row a commune, by insee: insee, name, residents, answer (``holds``: it meets the target in every run;
        ``fails``: in none; ``fragile``: in some; ``no residents``), share, share_low and share_high (served, over all
        runs), always, sometimes, never (residents served in every, some, no run), tipped_by (the first assumption that
        alone changes the verdict; missing where none does), moved_by (the assumption that alone moves the share most),
        moved (by how much of the residents), geometry.
    cells
        One row a cell: cell, insee, weight, served_in (runs in which it is served), geometry.
    runs
        One row a run, the base first: run, assumption (``joint`` where all change), value (what was assumed), share
        (served, of all residents), meets (communes that do).
    left_out
        (assumption, reason) of what could not be examined.
    seed
        Of the random displacements and of the joint runs.
    """

    base: Coverage
    communes: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    runs: pd.DataFrame
    left_out: tuple[tuple[str, str], ...]
    seed: int


@dataclass(frozen=True)
class _Run:
    """What one run assumes: settings to change, and how far sites are moved."""

    name: str
    value: str
    changes: Mapping[str, Any]
    draw: int | None = None


def check_robustness(
    study: Study,
    *,
    seed: int = 1,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Robustness:
    """Judge a study again under the range of what nobody knows.

    Parameters
    ----------
    study
        From `open_study`.
    seed
        The same seed gives the same runs, and the same bytes.
    cache, progress, executor
        As for `check`; the progress counts the runs.

    Raises
    ------
    InputError
        When the study itself cannot be judged.
    """
    times = open_times(study, cache=cache)
    base = judge(times, executor=executor)
    planned = _plan(times, np.random.default_rng(seed))
    told: list[tuple[_Run, Coverage]] = [(_Run("base", "", {}), base)]
    left_out = [("snap", "no_streets")] if not study.settings.walking.streets else []
    if not study.settings.transit.gtfs:
        left_out += [(name, "no_feed") for name in ("slack", "hour", "weekday")]
    if not len(_find_loose(times.inputs)):
        left_out.append(("positions", "all_known"))
    progress("runs", 0, len(planned))
    for done, run in enumerate(planned, start=1):
        try:
            told.append((run, _judge(times, run, seed, executor)))
        except NoServiceError:
            left_out.append((run.name, f"no_service:{run.value}"))
        progress("runs", done, len(planned))
    return _sum_up(told, tuple(left_out), seed)


def _plan(times: TravelTimes, random: np.random.Generator) -> list[_Run]:
    """List the runs: each assumption alone, then all together."""
    settings = times.settings
    kmh, asked = times.profile.speed_kmh, settings.departures
    length = asked.to_s - asked.from_s
    transit, streets = bool(settings.transit.gtfs), bool(settings.walking.streets)
    loose = len(_find_loose(times.inputs)) > 0
    runs = [_Run("speed", f"{kmh * by:.2f} km/h", {"walking.speed_kmh": round(kmh * by, 3)}) for by in SPEED_RANGE]
    if transit:
        runs += [_Run("slack", f"{slack} s", {"transit.boarding_slack_s": slack}) for slack in SLACK_RANGE_S]
        runs += [_Run("hour", _clock(first), _window(first, length)) for first in HOURS_S if first != asked.from_s]
        runs += [_Run("weekday", day.isoformat(), {"date": day}) for day in _list_days(settings.date)]
    runs += [
        _Run("departures_required", f"{share:g}", {"policy.departures_required": share}) for share in REQUIRED_RANGE
    ]
    if streets:
        snap = settings.walking.snap_m
        runs += [_Run("snap", f"{snap * by:g} m", {"walking.snap_m": snap * by}) for by in SNAP_RANGE]
    if loose:
        runs += [_Run("positions", str(draw + 1), {}, draw) for draw in range(_MOVES)]
    # One place in each of the equal slices of every range, in random order: a Latin hypercube.
    places = (np.stack([random.permutation(_JOINT) for _ in range(4)]) + random.random((4, _JOINT))) / _JOINT
    for number in range(_JOINT):
        speed, slack, hour, required = places[:, number]
        changes: dict[str, Any] = {
            "walking.speed_kmh": round(kmh * float(np.interp(speed, (0, 1), SPEED_RANGE)), 3),
            "policy.departures_required": round(float(np.interp(required, (0, 1), REQUIRED_RANGE)), 3),
        }
        if transit:
            changes["transit.boarding_slack_s"] = round(float(np.interp(slack, (0, 1), SLACK_RANGE_S)))
            changes |= _window(HOURS_S[int(hour * len(HOURS_S))], length)
        said = ", ".join(f"{key.rpartition('.')[2]}={value}" for key, value in changes.items())
        runs.append(_Run("joint", said, changes, _MOVES + number if loose else None))
    return runs


def _window(first_s: int, length_s: int) -> dict[str, str]:
    return {"departures.from": _clock(first_s), "departures.to": _clock(first_s + length_s)}


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _list_days(date: dt.date) -> Iterator[dt.date]:
    return (date + dt.timedelta(days=days) for days in DAYS)


def _judge(times: TravelTimes, run: _Run, seed: int, executor: Executor | None) -> Coverage:
    study = times.inputs.study.vary(run.changes) if run.changes else times.inputs.study
    inputs = replace(times.inputs, study=study)
    if run.draw is not None:
        inputs = replace(inputs, sites=_move_sites(inputs, seed, run.draw))
    varied = TravelTimes(inputs, cache=times.cache)
    return judge(varied, executor=executor)


def _find_loose(inputs: Inputs) -> Sequence[int]:
    """Rows of the sites whose file says that their position is approximate."""
    return np.flatnonzero(is_approximate(inputs.sites)).tolist()


def _move_sites(inputs: Inputs, seed: int, draw: int) -> gpd.GeoDataFrame:
    """Move each site that is not known to the address to a random point of the circle around it.

    A site's own number seeds its moves, so that another row in the list moves no other site.
    """
    from hashlib import sha256

    from shapely.affinity import translate

    sites = inputs.sites.copy()
    shapes = sites.geometry.to_numpy().copy()
    for row in _find_loose(inputs):
        said = f"{seed} {draw} {sites['site'].iloc[row]}".encode()
        random = np.random.default_rng(int.from_bytes(sha256(said).digest()[:8], "big"))
        angle, away = 2 * np.pi * random.random(), POSITION_M * np.sqrt(random.random())
        shapes[row] = translate(shapes[row], away * np.cos(angle), away * np.sin(angle))
    return sites.set_geometry(type(sites.geometry)(shapes, index=sites.index, crs=sites.crs))


def _sum_up(told: Sequence[tuple[_Run, Coverage]], left_out: tuple[tuple[str, str], ...], seed: int) -> Robustness:
    base = told[0][1]
    served = np.stack([c.residents["state"].isin(["pole", "antenna"]).to_numpy(bool) for _, c in told])
    shares = np.stack([c.communes["share"].to_numpy(np.float64) for _, c in told])
    meets = np.stack([(c.communes["verdict"] == "meets").to_numpy(bool) for _, c in told])
    alone = np.array([run.name not in ("base", "joint") for run, _ in told])
    names = np.array([run.name for run, _ in told], object)
    cells = base.residents[["cell", "insee", "weight", "geometry"]].assign(served_in=served.sum(axis=0))
    times_served = cells["served_in"].to_numpy()
    rows = []
    for at, commune in enumerate(base.communes.to_dict("records")):
        mine = (cells["insee"] == commune["insee"]).to_numpy(bool)
        people = cells["weight"].to_numpy(np.float64) * mine
        answer: Answer = "fragile"
        if commune["verdict"] == "no residents":
            answer = "no residents"
        elif meets[:, at].all() or not meets[:, at].any():
            answer = "holds" if meets[0, at] else "fails"
        tips = names[alone & (meets[:, at] != meets[0, at])]
        moved = np.where(alone, np.abs(shares[:, at] - shares[0, at]), 0.0)
        most = int(np.nan_to_num(moved).argmax())
        rows.append(
            {
                "insee": commune["insee"],
                "name": commune["name"],
                "residents": commune["residents"],
                "answer": answer,
                "share": shares[0, at],
                "share_low": shares[:, at].min(),
                "share_high": shares[:, at].max(),
                "always": people[times_served == len(told)].sum(),
                "sometimes": people[(times_served > 0) & (times_served < len(told))].sum(),
                "never": people[times_served == 0].sum(),
                "tipped_by": tips[0] if len(tips) else None,
                "moved_by": names[most] if moved[most] > 0 else None,
                "moved": float(np.nan_to_num(moved)[most]),
                "geometry": commune["geometry"],
            }
        )
    runs = pd.DataFrame(
        {
            "run": range(len(told)),
            "assumption": names,
            "value": [run.value for run, _ in told],
            "share": [c.summary["total"]["share"] for _, c in told],
            "meets": meets.sum(axis=1),
        }
    )
    communes = type(base.communes)(rows, geometry="geometry", crs=base.communes.crs)
    return Robustness(base, communes, cells, runs, left_out, seed)
