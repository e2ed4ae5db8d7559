"""Which site would help a commune most: an hypothesis, reckoned by the same search as the verdict.

Two sorts of candidates are tried: the study's own places that do not count today (planned, under works, annexes as
poles, permanences as antennas), and populated cells in or near the commune with a stop at their door. Each is searched
backward as a site is, and the promise is judged again with it, inside each departure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.spatial import cKDTree

from geo_access.core.errors import InputError
from geo_access.core.progress import no_progress
from geo_access.core.shapes import list_points
from geo_access.routing.remote import SearchTask, search_groups
from geo_access.routing.scan import NEVER
from geo_access.routing.search import HORIZON_S, Search, link_residents
from geo_access.routing.simd import BATCH
from geo_access.verdict.rules import judge_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.core.progress import Progress
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.walker import Legs
    from geo_access.study.presets import Rule
    from geo_access.verdict.coverage import Coverage

Role = Literal["pole", "antenna"]

#: A candidate cell has a stop within this walk (seconds).
_STOP_AT_HAND_S = 300
#: Candidate cells lie this near the residents who are beyond, and this far from each other (metres).
_NEAR_M, _APART_M = 1000.0, 400.0
#: Candidate cells of a commune: where most of those beyond live around, and where most vehicles leave.
_BY_PEOPLE, _BY_SERVICE = 12, 8
#: What a place of a kind that counts would be once it is open.
_ROLES: dict[str, Role] = {"pole": "pole", "antenna": "antenna", "pmi": "antenna", "annex": "antenna"}


@dataclass(frozen=True)
class CandidateSite:
    """A place that could become a site.

    Attributes
    ----------
    role
        What it would be.
    x, y
        Where (metres, the study's CRS).
    insee, sst
        The commune that it lies in, and the SST that it would belong to.
    site
        Row of the study's sites; -1 for a place of our own finding.
    cell
        Row of the residents' cell that stands for such a place; -1 for a site.
    """

    role: Role
    x: float
    y: float
    insee: str
    sst: object
    site: int = -1
    cell: int = -1


@dataclass(frozen=True)
class Help:
    """What a candidate would change.

    Attributes
    ----------
    candidate
        The place.
    gained
        Residents of the commune who would be served and are not.
    gained_all
        The same, in the whole territory.
    near
        Name of the nearest stop, where the study has any.
    """

    candidate: CandidateSite
    gained: float
    gained_all: float
    near: str | None = None


def find_help(
    coverage: Coverage,
    communes: Iterable[str] | None = None,
    *,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> dict[str, tuple[Help, ...]]:
    """Say which site would help each commune most.

    Parameters
    ----------
    coverage
        What `check` returns; its travel times are used.
    communes
        INSEE codes; all by default.
    progress
        Told how many candidates are done.
    executor
        Who searches, as for `check`; the threads of this process by default.

    Returns
    -------
    dict
        INSEE code -> at most three hypotheses, the best first: the best of the study's own places, the best place for a
        pole, the best for an antenna. Empty where nobody is beyond, or where no candidate helps anybody.

    Raises
    ------
    InputError
        When the coverage keeps no travel times.
    """
    if coverage.times is None:
        raise InputError("brief.no_times")
    wanted = list(coverage.communes["insee"]) if communes is None else list(communes)
    beyond = _list_beyond(coverage)
    own = _list_own(coverage)
    groups: dict[str, list[CandidateSite]] = {}
    for insee in wanted:
        mine = beyond[coverage.residents["insee"].to_numpy(object)[beyond] == insee]
        groups[insee] = [*own, *_list_places(coverage, mine)] if len(mine) else []
    distinct = list(dict.fromkeys(candidate for group in groups.values() for candidate in group))
    gains = _Judge(coverage, executor).gains(distinct, progress)
    place = {candidate: i for i, candidate in enumerate(distinct)}
    column = {insee: i for i, insee in enumerate(coverage.communes["insee"])}
    found = {}
    for insee, group in groups.items():
        helps = [
            Help(candidate, float(gains[place[candidate], column[insee]]), float(gains[place[candidate]].sum()))
            for candidate in group
        ]
        found[insee] = tuple(_name(coverage, help_) for help_ in _pick(helps))
    return found


def _list_beyond(coverage: Coverage) -> NDArray[np.int64]:
    cells = coverage.residents
    return np.flatnonzero((cells["state"] == "beyond").to_numpy(bool) & (cells["weight"] > 0).to_numpy(bool))


def _pick(helps: Sequence[Help]) -> list[Help]:
    """Keep the best of each sort, the best first; at equal gain what exists comes before what is new."""
    sorts: dict[str, Help] = {}
    for one in sorted(helps, key=lambda one: (-one.gained, -one.gained_all)):
        sort = "own" if one.candidate.site >= 0 else one.candidate.role
        if one.gained > 0:
            sorts.setdefault(sort, one)
    return sorted(sorts.values(), key=lambda one: (-one.gained, one.candidate.site < 0, -one.gained_all))


def _list_own(coverage: Coverage) -> list[CandidateSite]:
    """List the study's places that could count and do not, each as what it would be."""
    sites = coverage.sites
    found = []
    points = list_points(sites.geometry)
    for row, (kind, is_open, point) in enumerate(zip(sites["kind"], sites["open"], points, strict=True)):
        roles: list[Role] = []
        if kind in _ROLES and not is_open:
            roles.append(_ROLES[kind])
        if kind == "permanence":
            roles.append("antenna")
        if kind == "annex" and not bool(sites["counts_as_pole"].iloc[row]):
            roles.append("pole")
        insee, sst = str(sites["insee"].iloc[row]), sites["sst"].iloc[row]
        found += [CandidateSite(role, point.x, point.y, insee, sst, site=row) for role in roles]
    return found


def _list_places(coverage: Coverage, beyond: NDArray[np.int64]) -> list[CandidateSite]:
    """List cells near the residents beyond, with a stop at hand where any has: as pole and as antenna."""
    times = _times(coverage)
    cells, points = coverage.residents, times.inputs.resident_points
    weight = cells["weight"].to_numpy(np.float64)
    lived_in = np.flatnonzero((weight > 0) & times.residents().snapped)
    away, _ = cKDTree(points[beyond]).query(points[lived_in])
    around = lived_in[away <= _NEAR_M]
    service = np.zeros(len(cells))
    if times.settings.transit.gtfs:
        service = count_boardings(times)
        at_hand = around[service[around] > 0]
        around = at_hand if len(at_hand) else around
    near = cKDTree(points[beyond]).query_ball_point(points[around], _NEAR_M)
    people = np.array([weight[beyond[rows]].sum() for rows in near])
    chosen: list[int] = []
    for score, count in ((people, _BY_PEOPLE), (service[around], _BY_SERVICE)):
        taken = 0
        for row in around[np.argsort(-score, kind="stable")]:
            if taken == count:
                break
            gaps = points[chosen] - points[row] if chosen else np.full((1, 2), np.inf)
            if (np.hypot(*gaps.T) >= _APART_M).all():
                chosen.append(int(row))
                taken += 1
    roles: tuple[Role, ...] = ("pole", "antenna")
    return [
        CandidateSite(
            role,
            float(points[row, 0]),
            float(points[row, 1]),
            str(cells["insee"].iloc[row]),
            cells["sst"].iloc[row],
            cell=row,
        )
        for row in chosen
        for role in roles
    ]


def count_boardings(times: TravelTimes) -> NDArray[np.float64]:
    """Count the boardings at the stops at hand of each cell: float64 (cells,)."""
    access, boardings = times.access, times.network.boardings.astype(np.float64)
    cell = np.repeat(np.arange(access.n_from), np.diff(access.indptr))
    at_hand = access.seconds <= _STOP_AT_HAND_S
    counts = np.bincount(cell[at_hand], weights=boardings[access.index[at_hand]], minlength=access.n_from)
    return np.asarray(counts, np.float64)


def _times(coverage: Coverage) -> TravelTimes:
    if coverage.times is None:
        raise InputError("brief.no_times")
    return coverage.times


@dataclass(frozen=True)
class Rides:
    """Searches backward from spots, for some residents.

    What takes longer than `within_s` is only known to be longer.
    """

    times: TravelTimes
    rows: NDArray[np.int64]
    egress: Legs
    direct_s: NDArray[np.int32]
    within_s: int = HORIZON_S

    @property
    def late(self) -> bool:
        """Whether arrivals beyond the links' horizon matter."""
        return self.within_s > HORIZON_S

    def task(self, spots: Sequence[int]) -> SearchTask:
        """Return what a worker elsewhere is asked."""
        legs, walks = self.egress.pick(np.asarray(spots)), self.direct_s[:, list(spots)]
        return SearchTask(self.times.name_network(self.rows), legs, walks, late=self.late)

    def search(self, spots: Sequence[int]) -> list[NDArray[np.int32]]:
        """Search here: seconds of each spot, int32 (residents, departures)."""
        return list(self.ready.seconds(spots, late=self.late))

    @cached_property
    def ready(self) -> Search:
        """What searches here share."""
        times = self.times
        network, links, departures = times.network, times.links, times.search.departures
        access = times.access.pick(self.rows)
        starts = link_residents(network, links, access, departures)
        return Search(network, links, starts, access, self.egress, self.direct_s, departures)


class _Judge:
    """Judges the promise again with one more site."""

    def __init__(self, coverage: Coverage, executor: Executor | None) -> None:
        self.times = times = _times(coverage)
        self.executor = executor
        self.target = target = coverage.preset
        cells = coverage.residents
        pole, antenna = judge_rules(times, [("pole", target.pole), ("antenna", target.antenna)], executor=executor)
        # Only those who are not served have anything to gain.
        missed = times.residents().snapped & ~cells["state"].isin(["pole", "antenna"]).to_numpy(bool)
        self.rows = np.flatnonzero(missed)
        self.holds = (pole.holds | antenna.holds)[self.rows]
        self.weight = cells["weight"].to_numpy(np.float64)[self.rows]
        self.sst = cells["sst"].to_numpy(object)[self.rows]
        codes = {insee: i for i, insee in enumerate(coverage.communes["insee"])}
        self.commune = np.array([codes[insee] for insee in cells["insee"].iloc[self.rows]], np.int64)
        self.n_communes = len(codes)

    def gains(self, candidates: Sequence[CandidateSite], progress: Progress) -> NDArray[np.float64]:
        """Residents newly served: float64 (candidates, communes)."""
        gained = np.zeros((len(candidates), self.n_communes))
        points = np.array([(one.x, one.y) for one in candidates]).reshape(-1, 2)
        spots, which = np.unique(points, axis=0, return_inverse=True)
        spots, which = np.ascontiguousarray(spots), which.ravel()
        walks = {rule.profile: self._walk(spots, rule.profile) for rule in (self.target.pole, self.target.antenna)}
        rides = self._prepare_rides(spots)

        def judge(
            spots: Sequence[int], seconds: Iterable[NDArray[np.int32] | None]
        ) -> list[tuple[int, NDArray[np.float64]]]:
            return [
                (i, self._gain(candidates[i], spot, walks, reached))
                for spot, reached in zip(spots, seconds, strict=True)
                for i in np.flatnonzero(which == spot).tolist()
            ]

        progress("candidates", 0, len(spots))
        groups = [range(low, min(low + BATCH, len(spots))) for low in range(0, len(spots), BATCH)]
        if rides is None:
            judged = (judge(group, [None] * len(group)) for group in groups)
        else:
            there = rides
            judged = search_groups(
                groups,
                prepare=lambda: there.ready,
                search=there.search,
                task=there.task,
                payload=self.times.pack_network,
                then=judge,
                executor=self.executor,
            )
        for group, results in zip(groups, judged, strict=True):
            for i, gain in results:
                gained[i] = gain
            progress("candidates", group.stop, len(spots))
        return gained

    def _rides(self, rule: Rule) -> bool:
        return rule.mode != "walk"

    def _limit(self, leg: Literal["egress", "direct"]) -> int:
        return round(float(getattr(self.times.settings.walking.limits_min, leg)) * 60)

    def _walk(self, spots: NDArray[np.float64], profile: str | None) -> NDArray[np.int32]:
        """Seconds on foot all the way: int32 (residents not served, spots)."""
        walker = self.times.walker(profile)
        homes = walker.place(self.times.inputs.resident_points[self.rows])
        legs = walker.legs(homes, walker.place(spots), limit_s=self._limit("direct"))
        seconds = np.full((len(self.weight), len(spots)), NEVER, np.int32)
        seconds[np.repeat(np.arange(len(seconds)), np.diff(legs.indptr)), legs.index] = legs.seconds
        return seconds

    def _prepare_rides(self, spots: NDArray[np.float64]) -> Rides | None:
        """Return what searches backward from spots; None where no rule counts rides."""
        if not (self._rides(self.target.pole) or self._rides(self.target.antenna)) or not len(spots):
            return None
        walker = self.times.walker()
        egress = walker.legs(self.times.stops, walker.place(spots), limit_s=self._limit("egress")).transpose()
        within_s = max(self.target.pole.seconds, self.target.antenna.seconds)
        return Rides(self.times, self.rows, egress, self._walk(spots, None), within_s)

    def _gain(
        self,
        candidate: CandidateSite,
        spot: int,
        walks: dict[str | None, NDArray[np.int32]],
        seconds: NDArray[np.int32] | None,
    ) -> NDArray[np.float64]:
        """Residents newly served, by commune: float64 (communes,)."""
        # A pole also serves as antenna.
        rules = [self.target.antenna] + ([self.target.pole] if candidate.role == "pole" else [])
        holds = self.holds
        for rule in rules:
            if self._rides(rule) and seconds is not None:
                reached = seconds <= rule.seconds
            else:
                reached = walks[rule.profile][:, [spot]] <= rule.seconds
            if rule.pool == "own_sst":
                reached = reached & (self.sst == candidate.sst)[:, None]
            holds = holds | reached
        newly = holds.mean(axis=1) >= self.target.departures_required
        gain = np.bincount(self.commune[newly], weights=self.weight[newly], minlength=self.n_communes)
        return np.asarray(gain, np.float64)


def _name(coverage: Coverage, found: Help) -> Help:
    """Add the name of the nearest stop, for a place that has no name of its own."""
    times, cell = _times(coverage), found.candidate.cell
    if cell < 0 or not times.settings.transit.gtfs:
        return found
    access = times.access
    row = slice(access.indptr[cell], access.indptr[cell + 1])
    if row.start == row.stop:
        return found
    stop = access.index[row][np.argmin(access.seconds[row])]
    return Help(found.candidate, found.gained, found.gained_all, str(times.timetable.stops["name"].iloc[stop]))
