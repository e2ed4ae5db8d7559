"""Why a commune misses: where its residents' minutes go, and how many more would be served if one thing were otherwise.

Every "if" is computed by the engine, for the residents of the commune and all departures, with everything else as it
is. Who is served is decided as for the verdict: a pole or else an antenna at enough departures; only times to poles
change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from geo_access.analysis.helpful_sites import Help, find_help
from geo_access.core.display import Shown, percent
from geo_access.core.errors import InputError, SettingsError
from geo_access.routing.itineraries import PARTS, Tracer
from geo_access.routing.point_seconds import list_seconds
from geo_access.routing.points import Points
from geo_access.routing.scan import NEVER
from geo_access.routing.travel_times import open_times
from geo_access.streets.walker import Legs
from geo_access.study.departures import Departures
from geo_access.study.inputs.communes import name_commune
from geo_access.study.settings import StraightLine
from geo_access.verdict.coverage import take_coverage
from geo_access.verdict.rules import judge_rule
from geo_access.verdict.targets import list_counting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.walker import WalkingMode
    from geo_access.study.presets import Operator
    from geo_access.verdict.coverage import Coverage

Cause = Literal["first_wait", "stop_far", "changes", "slow_walk", "detours", "one_more_pole"]
#: How many causes are named as those that weigh most.
MAIN_CAUSES = 3
#: How much faster than the study's walker the one of the "if" is.
FASTER_WALK = 1.25
#: Settings know no faster walker (km/h).
_MOST_KMH = 20.0
#: How long after a departure one may still set out, when one does not wait at the stop (seconds).
_LONGEST_WAIT_S = 1800


@dataclass(frozen=True, repr=False, eq=False)
class Explanation(Shown):
    """Where the minutes of a commune's residents go, and what would serve more of them.

    Attributes
    ----------
    insee, name
        The commune.
    residents, served
        People.
    journeys
        One row a cell of the commune: cell, weight, state, site (the pole of the journey), departure, seconds, the
        seconds of each of `itineraries.PARTS`, rides, first_stop, last_stop (ids). The journey is the one to the pole
        that is nearest at the departure of the cell's median travel time; missing where that departure arrives nowhere.
    parts
        One row for each of `itineraries.PARTS`: part; mean_s and share (of all minutes) over the residents who arrive;
        mean_beyond_s and share_beyond over those whom neither pole nor antenna serves; median_s and median_beyond_s
        over the same residents, part by part (medians of parts do not add up to that of the whole).
    causes
        One row an "if", the one that would serve most first: cause (``first_wait``: nobody waits for the first vehicle,
        one leaves home in time for it; ``stop_far``: a stop at every door; ``changes``: transfers take no time;
        ``slow_walk``: everybody walks `FASTER_WALK` times as fast; ``detours``: streets lead
        straight, or walks in a straight line are not lengthened, so that nothing lies on the wrong side of a river
        (left out under a scenario that adds streets);
        ``one_more_pole``: a pole at that candidate of `place_sites` where it serves most residents of the commune),
        served (people), share, gained (people), detail (the place, for ``one_more_pole``). ``changes`` is a lower
        bound: only the journeys of today lose their transfers, while others might become better still.
    place
        Where one more pole would serve most residents of the commune; None where none would serve anybody more.
    operator, walking
        How times compare with the target, which says how minutes are cut for people; how walks are measured.
    """

    insee: str
    name: str
    residents: float
    served: float
    journeys: pd.DataFrame
    parts: pd.DataFrame
    causes: pd.DataFrame
    operator: Operator
    walking: WalkingMode
    place: Help | None = None

    def _headline(self) -> str:
        share = percent(self.served / self.residents) if self.residents else "-"
        return f"{self.name} ({self.insee}), {self.residents:,.0f} residents, {share} served"

    @property
    def share(self) -> float:
        """Served residents / residents; NaN without residents."""
        return self.served / self.residents if self.residents else float("nan")

    @property
    def main_causes(self) -> pd.DataFrame:
        """The rows of `causes` that weigh most: three at most, and only what would serve somebody more."""
        return self.causes[self.causes["gained"] > 0].head(MAIN_CAUSES)


def explain_commune(coverage: Coverage, insee: str | int, *, executor: Executor | None = None) -> Explanation:
    """Explain the verdict on one commune.

    Parameters
    ----------
    coverage
        From `check`.
    insee
        The commune's code, or its name where only one is called so; capitals and accents do not matter.
    executor
        Who searches: a pool of processes or a cluster; by default the threads of this process.

    Raises
    ------
    InputError
        When the commune is not known, has no residents, or poles are not reached by public transport in this study.
    """
    code = name_commune(take_coverage(coverage).communes, insee)
    row = coverage.communes["insee"].tolist().index(code)
    asked = _Question(coverage, code, executor)
    today = asked.seconds_today()
    served_today = asked.served(today)
    causes: list[dict[str, Any]] = []
    for cause, detail, served in asked.list_ifs(today):
        causes.append({"cause": cause, "served": served, "gained": served - served_today, "detail": detail})
    place = next(iter(find_help(coverage, [code], roles=("pole",), executor=executor)[code]), None)
    if place is not None:
        gain = {"served": served_today + place.gained, "gained": place.gained}
        causes.append({"cause": "one_more_pole", **gain, "detail": place.say(coverage.language)})
    table = pd.DataFrame(causes, columns=["cause", "served", "gained", "detail"])
    total = float(asked.weight.sum())
    table.insert(2, "share", table["served"] / total)
    table = table.sort_values(["gained", "cause"], ascending=[False, True], ignore_index=True)
    journeys = asked.list_journeys(today)
    return Explanation(
        asked.insee,
        str(coverage.communes["name"].iloc[row]),
        total,
        served_today,
        journeys,
        _share_parts(journeys),
        table,
        asked.rule.operator,
        asked.times.walker().mode,
        place,
    )


def find_commune(communes: pd.DataFrame, asked: str) -> int | None:
    """Find the row of a commune by its code or its name; None where it is not known, or several are called so."""
    try:
        code = name_commune(communes, asked)
    except InputError:
        return None
    return int(np.flatnonzero((communes["insee"] == code).to_numpy(bool))[0])


class _Question:
    """One commune's residents, the poles they may go to, and whether they are served."""

    def __init__(self, coverage: Coverage, insee: str, executor: Executor | None = None) -> None:
        if coverage.times is None:
            raise InputError("explain.no_times")
        self.times: TravelTimes = coverage.times
        self.insee, self.rule, self.executor = insee, coverage.preset.pole, executor
        settings = self.times.settings
        if self.rule.mode == "walk" or not settings.transit.gtfs:
            raise InputError("explain.no_transit")
        inputs = self.times.inputs
        self.rows = np.flatnonzero((inputs.residents["insee"] == insee).to_numpy(bool))
        if not len(self.rows):
            raise InputError("explain.nobody", insee=insee)
        cells = inputs.residents.iloc[self.rows]
        self.cells = cells["cell"].to_numpy(object)
        self.weight = cells["weight"].to_numpy(np.float64)
        self.state = coverage.residents["state"].to_numpy(object)[self.rows]
        self.snapped = self.times.residents().snapped[self.rows]
        self.homes = Points(self.cells, inputs.resident_points[self.rows])
        counting = list_counting(inputs.sites, "pole", self.rule, settings.policy)
        self.sites = np.flatnonzero(counting)
        self.poles = Points(inputs.sites["site"].to_numpy(object)[self.sites], inputs.site_points[self.sites])
        self.allowed = np.ones((len(self.sites), len(self.rows)), bool)
        if self.rule.pool == "own_sst":
            own = cells["sst"].to_numpy(object)
            self.allowed = inputs.sites["sst"].to_numpy(object)[self.sites][:, None] == own[None, :]
        self.antenna = judge_rule(self.times, "antenna", coverage.preset.antenna).holds[self.rows]
        self.required = coverage.preset.departures_required
        self.departures = settings.departures.listed

    @cached_property
    def tracer(self) -> Tracer:
        """Who finds the itineraries from the residents to the poles."""
        return Tracer(self.times, self.homes, self.poles)

    def served(self, seconds: NDArray[np.int32]) -> float:
        """Count the residents served, with other times to the poles: int32 (poles, residents, departures)."""
        return float(self.weight[self._is_served(seconds)].sum())

    def _is_served(self, seconds: NDArray[np.int32]) -> NDArray[np.bool_]:
        holds = ((seconds <= self.rule.seconds) & self.allowed[:, :, None]).any(axis=0) | self.antenna
        return np.asarray(self.snapped & (holds.mean(axis=1) >= self.required), bool)

    def seconds_today(self) -> NDArray[np.int32]:
        """Times to every pole: int32 (poles, residents, departures)."""
        found = self.times.transit_seconds([int(site) for site in self.sites], executor=self.executor)
        return np.stack([seconds[self.rows] for _, seconds in found])

    def list_ifs(self, today: NDArray[np.int32]) -> list[tuple[Cause, str, float]]:
        """Count the residents served under each "if"."""
        walking = self.times.settings.walking
        speed = min(self.times.profile.speed_kmh * FASTER_WALK, _MOST_KMH)
        ifs: list[tuple[Cause, str, float]] = [
            ("first_wait", "", self.served(self._without_first_wait())),
            ("stop_far", "", self.served(self._with_a_stop_at_the_door())),
            ("changes", "", self.served(self._without_transfers(today))),
            ("slow_walk", "", self.served(self._vary({"walking.speed_kmh": speed}))),
        ]
        if walking.streets or (walking.straight_line or StraightLine()).detour > 1:
            straight = {"walking.streets": [], "walking.straight_line": {"detour": 1.0}}
            try:
                ifs.append(("detours", "", self.served(self._vary(straight))))
            except SettingsError as error:
                # Streets that a scenario adds have no place without streets: this "if" is not asked then.
                if error.code != "scenario.no_streets":
                    raise
        return ifs

    def _vary(self, changes: Mapping[str, Any]) -> NDArray[np.int32]:
        varied = open_times(self.times.inputs.study.vary(changes), cache=self.times.cache)
        return self._list(varied, self.poles)

    def _list(self, times: TravelTimes, sites: Points, *, access: Legs | None = None) -> NDArray[np.int32]:
        found = list_seconds(times, self.homes, sites, self.departures, access=access, executor=self.executor)
        return np.stack([seconds for _, seconds in found])

    def _without_first_wait(self) -> NDArray[np.int32]:
        """Times when one leaves as late as one can for the arrival that today's departure has."""
        first, every, count = self.departures.first, self.departures.every_s, self.departures.count
        by_second = Departures(first, 1, (count - 1) * every + 1 + _LONGEST_WAIT_S)
        at = every * np.arange(count)
        found = np.empty((len(self.poles), len(self.rows), count), np.int32)
        for site, seconds in list_seconds(self.times, self.homes, self.poles, by_second, executor=self.executor):
            arrival = seconds.astype(np.int64) + np.arange(by_second.count)
            differs = np.ones(arrival.shape, bool)
            differs[:, :-1] = arrival[:, 1:] != arrival[:, :-1]
            # The last second with the same arrival, for each second.
            last = np.where(differs, np.arange(by_second.count), by_second.count)
            last = np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1][:, at]
            found[site] = np.where(seconds[:, at] < NEVER, arrival[:, at] - last, NEVER)
        return found

    def _with_a_stop_at_the_door(self) -> NDArray[np.int32]:
        """Times when every resident's nearest stop is at the door, and the others as much nearer."""
        access = self.times.access.pick(self.rows)
        counts = np.diff(access.indptr)
        nearest = np.zeros(len(counts), np.int32)
        nearest[counts > 0] = np.minimum.reduceat(access.seconds, access.indptr[:-1][counts > 0])
        nearer = Legs(access.indptr, access.index, access.seconds - np.repeat(nearest, counts), access.n_to)
        return self._list(self.times, self.poles, access=nearer)

    def _without_transfers(self, today: NDArray[np.int32]) -> NDArray[np.int32]:
        """Times of today's journeys to the nearest pole less what they lose between rides."""
        reached = np.where(self.allowed[:, :, None], today, NEVER)
        nearest = reached.argmin(axis=0)
        best = reached.min(axis=0)
        late = (best > self.rule.seconds) & (best < NEVER) & ~self.antenna
        # Who is served stays so.
        late &= ~self._is_served(today)[:, None]
        cell, departure = np.nonzero(late)
        leave = self.departures.seconds[departure]
        parts = self.tracer.parts(cell, nearest[cell, departure], leave, best[cell, departure])
        transfers = parts["change"].fillna(0).to_numpy(np.int64)
        quicker = today.copy()
        quicker[nearest[cell, departure], cell, departure] = best[cell, departure] - transfers
        return quicker

    def list_journeys(self, today: NDArray[np.int32]) -> pd.DataFrame:
        """List each cell's journey at the first departure of its median travel time."""
        reached = np.where(self.allowed[:, :, None], today, NEVER)
        best = reached.min(axis=0)
        median = np.sort(best, axis=1)[:, max(-(-best.shape[1] // 2) - 1, 0)]
        middle = (best == median[:, None]).argmax(axis=1)
        rows = np.arange(len(self.rows))
        pole, took = reached[:, rows, middle].argmin(axis=0), best[rows, middle]
        leave = self.departures.seconds[middle]
        arrives = took < NEVER
        parts = self.tracer.parts(rows, pole, leave, took)
        stops = self.times.timetable.stops["stop_id"].to_numpy(object)
        for column in ("first_stop", "last_stop"):
            at = parts[column].fillna(-1).to_numpy(np.int64)
            parts[column] = pd.Series(np.where(at >= 0, stops[at], None), dtype=object)
        table = {
            "cell": self.cells,
            "weight": self.weight,
            "state": self.state,
            "site": np.where(arrives, self.poles.names[pole], None),
            "departure": leave,
            "seconds": pd.arrays.IntegerArray(took.astype(np.int64), ~arrives),
        }
        return pd.concat([pd.DataFrame(table), parts], axis=1)


def list_arriving(journeys: pd.DataFrame) -> pd.Series[bool]:
    """Say of which cells the minutes are known: those that arrive, by a journey whose itinerary is known."""
    return journeys["seconds"].notna() & journeys["rides"].notna()


def _share_parts(journeys: pd.DataFrame) -> pd.DataFrame:
    """Average the parts of journeys over residents: over all, and over those whom nothing serves."""
    arrives = list_arriving(journeys)
    table: dict[str, Any] = {"part": list(PARTS)}
    for suffix, who in (("", arrives), ("_beyond", arrives & (journeys["state"] == "beyond"))):
        weight = journeys.loc[who, "weight"].to_numpy(np.float64)
        seconds = journeys.loc[who, list(PARTS)].to_numpy(np.float64)
        mean = weight @ seconds / weight.sum() if weight.sum() else np.full(len(PARTS), np.nan)
        table[f"mean{suffix}_s"] = mean
        table[f"share{suffix}"] = mean / mean.sum() if np.nansum(mean) else np.full(len(PARTS), np.nan)
        table[f"median{suffix}_s"] = [weigh_median(column, weight) for column in seconds.T]
    return pd.DataFrame(table)


def weigh_median(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the least value that at least half of the weight does not exceed; NaN without weight."""
    if not weight.sum():
        return float("nan")
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(passed, passed[-1] / 2)])
