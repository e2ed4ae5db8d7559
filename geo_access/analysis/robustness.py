"""How sure a verdict is: the study judged again under the range of what nobody knows.

Each assumption is changed alone, then several together by a seeded Latin hypercube (McKay, Beckman and Conover,
doi:10.1080/00401706.1979.10489755): every run has its own place in the range of each assumption. Every run is exact, as
`check` is. What does not touch the timetable's network (the share of departures required) costs no search; what moves
sites searches for those sites only. What a run found is kept in the cache, its networks are not: they serve once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from geo_access.core.cache import Cache, make_key
from geo_access.core.display import Shown
from geo_access.core.errors import NoServiceError
from geo_access.core.findings import Findings
from geo_access.core.progress import no_progress
from geo_access.routing.arrays import load_arrays, save_arrays
from geo_access.routing.travel_times import open_times
from geo_access.study.inputs.sites import is_approximate
from geo_access.verdict.judging import judge
from geo_access.verdict.targets import make_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.core.progress import Progress
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.inputs.inputs import Inputs
    from geo_access.study.study import Study
    from geo_access.verdict.coverage import Coverage

Answer = Literal["holds", "fragile", "fails", "no residents"]

#: How much slower or faster than the profile people may walk: 4.3 to 5.3 km/h for an adult. A convention, like the
#: profile's own speed.
SPEED_RANGE = (0.9, 1.1)
#: Seconds needed at every boarding: none, as OpenTripPlanner has it, to twice R5's minute. A convention.
SLACK_RANGE_S = (0, 120)
#: Other windows of the opening hours, 8:30 to 17:30, of the pôles of Châtenay and Châtillon: when they begin.
HOURS_S = (8 * 3600 + 1800, 13 * 3600 + 1800, 15 * 3600 + 1800)
#: A window with fewer departures of vehicles than this share of the study's own is a gap in the timetables, no answer.
SERVED = 0.1
#: Other days of the same kind, working days or days of the weekend, before and after the study's date.
DAYS = (-1, 1, 2)
#: Share of the departures at which a site must be in reach: an easy and a strict reading of the median.
REQUIRED_RANGE = (0.25, 0.75)
#: Metres to the nearest street: half and twice the study's.
SNAP_RANGE = (0.5, 2.0)
#: How far an approximate point may lie from the true one (metres): what the list of sites says of itself.
POSITION_M = 600.0
_JOINT = 6
_MOVES = 3
#: The fastest walk that a study may name (km/h), see `settings`.
_TOP_KMH = 20.0
_BASE = "base"
_SATURDAY = 5
#: What changes no result.
_SAID_ONLY = {"name", "language", "sources"}


@dataclass(frozen=True, repr=False, eq=False)
class Robustness(Shown):
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
        One row a cell, in the order of the study's residents: cell, insee, weight, served_in (runs in which it is
        served, of all runs, the base included), geometry.
    runs
        One row a run, the base first: run, assumption (``joint`` where all change), value (what was assumed: ``4.32
        km/h``, ``120 s``, ``13:30-15:30``, a date, a share, metres, ``#2`` for a draw of positions; several with
        ``; `` between), share (served, of all residents), meets (communes that do).
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

    @property
    def range(self) -> tuple[float, float]:
        """The least and the largest share of residents served, over all runs."""
        return float(self.runs["share"].min()), float(self.runs["share"].max())

    def _headline(self) -> str:
        answers = ", ".join(f"{count} {answer}" for answer, count in self.communes["answer"].value_counts().items())
        return f"{self.base.summary['study']}, communes: {answers}"


@dataclass(frozen=True)
class KnownRange:
    """What a robustness that was checked earlier said of all residents.

    Attributes
    ----------
    low, high
        The least and the largest share served, over all runs.
    runs
        How many runs there were, the base included.
    """

    low: float
    high: float
    runs: int

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        save_arrays({"range": np.array([self.low, self.high]), "runs": np.array([self.runs])}, folder)

    @classmethod
    def load(cls, folder: Path) -> KnownRange:
        """Read it back."""
        found = load_arrays(folder)
        low, high = found["range"].tolist()
        return cls(low, high, int(found["runs"][0]))


@dataclass(frozen=True)
class _Run:
    """What one run assumes: settings to change, and how far sites are moved."""

    name: str
    changes: Mapping[str, Any]
    draw: int | None = None

    @property
    def value(self) -> str:
        """What is assumed, as `Robustness.runs` says it."""
        changes = self.changes
        said = []
        if "walking.speed_kmh" in changes:
            said.append(f"{changes['walking.speed_kmh']:.2f} km/h")
        if "transit.boarding_slack_s" in changes:
            said.append(f"{changes['transit.boarding_slack_s']} s")
        if "departures.from" in changes:
            said.append(f"{changes['departures.from']}-{changes['departures.to']}")
        if "date" in changes:
            said.append(changes["date"].isoformat())
        if "policy.departures_required" in changes:
            said.append(f"{changes['policy.departures_required']:g}")
        if "walking.snap_m" in changes:
            said.append(f"{changes['walking.snap_m']:g} m")
        if self.draw is not None:
            said.append(f"#{self.draw + 1}")
        return "; ".join(said)


@dataclass(frozen=True)
class _Outcome:
    """What one run found: which cells are served, each commune's share and whether it meets the target."""

    served: NDArray[np.bool_]
    share: NDArray[np.float64]
    meets: NDArray[np.bool_]
    total: float

    @classmethod
    def of(cls, coverage: Coverage) -> _Outcome:
        communes = coverage.communes
        return cls(
            coverage.residents["state"].isin(["pole", "antenna"]).to_numpy(bool),
            communes["share"].to_numpy(np.float64),
            (communes["verdict"] == "meets").to_numpy(bool),
            float(coverage.summary["total"]["share"]),
        )

    def save(self, folder: Path) -> None:
        save_arrays({**vars(self), "total": np.array([self.total])}, folder)

    @classmethod
    def load(cls, folder: Path) -> _Outcome:
        found: dict[str, Any] = load_arrays(folder)
        return cls(found["served"], found["share"], found["meets"], float(found["total"][0]))


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
    hours, empty = _list_hours(times)
    planned = _plan(times, hours, np.random.default_rng(seed))
    told: list[tuple[_Run, _Outcome]] = [(_Run(_BASE, {}), _Outcome.of(base))]
    left_out = [("snap", "no_streets")] if not study.settings.walking.streets else []
    if not study.settings.transit.gtfs:
        left_out += [(name, "no_feed") for name in ("slack", "hour", "weekday")]
    if not len(_find_loose(times.inputs)):
        left_out.append(("positions", "all_known"))
    left_out += [("hour", f"no_trips:{run.value}") for run in empty]
    idle: set[dt.date] = set()
    progress("runs", 0, len(planned))
    for done, run in enumerate(planned, start=1):
        if run.name == "joint" and run.changes.get("date") in idle:
            run = replace(run, changes={key: value for key, value in run.changes.items() if key != "date"})  # noqa: PLW2901
        try:
            told.append((run, _judge(times, run, seed, executor)))
        except NoServiceError:
            idle.add(run.changes["date"])
            left_out.append((run.name, f"no_service:{run.value}"))
        progress("runs", done, len(planned))
    found = _sum_up(base, told, tuple(left_out), seed)
    known = KnownRange(*found.range, len(told))
    times.cache.fetch(
        _name_range(times, seed), build=lambda _: known, save=KnownRange.save, load=KnownRange.load, findings=Findings()
    )
    return found


def find_range(coverage: Coverage, *, seed: int = 1) -> KnownRange | None:
    """Return the range that `check_robustness` kept of a study; None where it was not checked: nothing is computed.

    Parameters
    ----------
    coverage
        What `check` returns; its cache is looked into.
    seed
        Of the runs.
    """
    times = coverage.times
    return None if times is None else times.cache.peek(_name_range(times, seed), KnownRange.load)


def _name_range(times: TravelTimes, seed: int) -> str:
    settings = times.inputs.study.settings.model_dump(mode="json", exclude=_SAID_ONLY)
    return make_key("robustness range", settings=settings, files=times.inputs.hashes, seed=seed)


def _list_hours(times: TravelTimes) -> tuple[list[_Run], list[_Run]]:
    """List other hours of departure: those when the timetables run, and those when they hold hardly anything."""
    asked = times.settings.departures
    if not times.settings.transit.gtfs:
        return [], []
    leaves = np.sort(times.timetable.departure)
    starts = np.array([asked.from_s, *HOURS_S])
    trips = np.searchsorted(leaves, starts + (asked.to_s - asked.from_s)) - np.searchsorted(leaves, starts)
    found: tuple[list[_Run], list[_Run]] = [], []
    for first, there in zip(HOURS_S, trips[1:] >= SERVED * trips[0], strict=True):
        found[not there].append(_Run("hour", _window(first, asked.to_s - asked.from_s)))
    return found


def _plan(times: TravelTimes, hours: list[_Run], random: np.random.Generator) -> list[_Run]:
    """List the runs: each assumption alone, then all together. What would change nothing is no run."""
    settings = times.settings
    kmh, asked = times.profile.speed_kmh, settings.departures
    slack_s, snap = settings.transit.boarding_slack_s, settings.walking.snap_m
    own = _window(asked.from_s, asked.to_s - asked.from_s)
    required = make_target(settings.policy).departures_required
    transit, streets = bool(settings.transit.gtfs), bool(settings.walking.streets)
    loose = len(_find_loose(times.inputs)) > 0
    speeds = [min(kmh * by, _TOP_KMH) for by in SPEED_RANGE]
    days = _list_days(settings.date)
    runs = [_Run("speed", {"walking.speed_kmh": round(speed, 3)}) for speed in speeds if speed != kmh]
    if transit:
        runs += [_Run("slack", {"transit.boarding_slack_s": one}) for one in SLACK_RANGE_S if one != slack_s]
        runs += [run for run in hours if run.changes != own]
        runs += [_Run("weekday", {"date": day}) for day in days]
    runs += [
        _Run("departures_required", {"policy.departures_required": one}) for one in REQUIRED_RANGE if one != required
    ]
    if streets:
        runs += [_Run("snap", {"walking.snap_m": snap * by}) for by in SNAP_RANGE if snap > 0]
    if loose:
        runs += [_Run("positions", {}, draw) for draw in range(_MOVES)]
    # One place in each of the equal slices of every range, in random order: a Latin hypercube.
    places = (np.stack([random.permutation(_JOINT) for _ in range(6)]) + random.random((6, _JOINT))) / _JOINT
    for number in range(_JOINT):
        at = [float(place) for place in places[:, number]]
        changes: dict[str, Any] = {
            "walking.speed_kmh": round(float(np.interp(at[0], (0, 1), speeds)), 3),
            "policy.departures_required": round(float(np.interp(at[1], (0, 1), REQUIRED_RANGE)), 3),
        }
        if transit:
            changes["transit.boarding_slack_s"] = round(float(np.interp(at[2], (0, 1), SLACK_RANGE_S)))
            changes |= hours[int(at[3] * len(hours))].changes if hours else own
            changes["date"] = (settings.date, *days)[int(at[4] * (1 + len(days)))]
        if streets and snap > 0:
            # From half to twice, as often below as above.
            changes["walking.snap_m"] = float(round(snap * SNAP_RANGE[0] * (SNAP_RANGE[1] / SNAP_RANGE[0]) ** at[5]))
        runs.append(_Run("joint", changes, _MOVES + number if loose else None))
    return runs


def _window(first_s: int, length_s: int) -> dict[str, str]:
    return {"departures.from": _clock(first_s), "departures.to": _clock(first_s + length_s)}


def _clock(seconds: int) -> str:
    said = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{said}:{seconds % 60:02d}" if seconds % 60 else said


def _list_days(date: dt.date) -> list[dt.date]:
    """List other days of the same kind: services close at the weekend, and nobody asks about a Sunday."""
    days = []
    for steps in DAYS:
        day, left = date, abs(steps)
        while left:
            day += dt.timedelta(days=1 if steps > 0 else -1)
            left -= (day.weekday() >= _SATURDAY) == (date.weekday() >= _SATURDAY)
        days.append(day)
    return days


def _judge(times: TravelTimes, run: _Run, seed: int, executor: Executor | None) -> _Outcome:
    """Judge one run, or take what it found from the cache."""
    study = times.inputs.study.vary(run.changes) if run.changes else times.inputs.study
    drawn = None if run.draw is None else [seed, run.draw]

    def build(_findings: Findings) -> _Outcome:
        inputs = replace(times.inputs, study=study)
        if run.draw is not None:
            inputs = replace(inputs, sites=_move_sites(inputs, seed, run.draw))
        return _Outcome.of(judge(times.with_settings(inputs, cache=Cache(None)), executor=executor))

    settings = study.settings.model_dump(mode="json", exclude=_SAID_ONLY)
    key = make_key("robustness", settings=settings, files=times.inputs.hashes, drawn=drawn)
    return times.cache.fetch(key, build=build, save=_Outcome.save, load=_Outcome.load, findings=Findings())


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


def _sum_up(
    base: Coverage, told: Sequence[tuple[_Run, _Outcome]], left_out: tuple[tuple[str, str], ...], seed: int
) -> Robustness:
    served, shares, meets = (np.stack([getattr(one, name) for _, one in told]) for name in ("served", "share", "meets"))
    alone = np.array([run.name not in (_BASE, "joint") for run, _ in told])
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
        tips = np.flatnonzero(alone & (meets[:, at] != meets[0, at]))
        tipping = list(dict.fromkeys(names[tips]))
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
                "tipped_by": tipping[0] if tipping else None,
                "tipped_at": told[tips[0]][0].value if tipping else None,
                "tipped_also": ", ".join(tipping[1:]) or None,
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
            "share": [one.total for _, one in told],
            "meets": meets.sum(axis=1),
        }
    )
    communes = type(base.communes)(rows, geometry="geometry", crs=base.communes.crs)
    return Robustness(base, communes, cells, runs, left_out, seed)
