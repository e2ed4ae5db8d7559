"""What places would do for the residents of a study: departures held or seconds taken, by the search of the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from geo_access.analysis.placement.location_models import Cover, Median, Pairs
from geo_access.core.errors import InputError, SettingsError
from geo_access.routing.arrays import percentile
from geo_access.routing.remote import SearchTask, search_groups
from geo_access.routing.scan import NEVER
from geo_access.routing.search import HORIZON_S, Search, link_residents
from geo_access.routing.simd import BATCH
from geo_access.verdict.targets import RuleName, find_pmi_rule, list_counting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.core.progress import Progress
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.walker import Legs
    from geo_access.study.presets import Preset, Rule

PlaceKind = Literal["pole", "antenna", "pmi"]
#: Who takes longer than this to a place counts as taking so long (seconds): arrivals beyond are not searched for.
FAR_S = HORIZON_S


@dataclass(frozen=True)
class Demand:
    """The residents of a study and what serves them, for the rules that a kind of place counts for.

    Attributes
    ----------
    times
        The study's travel times.
    kind
        What opens.
    rules
        The rules that decide who is served, by name: a pole or else an antenna; or the rule of PMI alone.
    counting
        By rule, bool (sites,): the sites that count.
    movable
        Rows of the sites that the optimum may close.
    weight
        float64 (residents,).
    snapped
        bool (residents,): who can be walked to.
    departures_required
        Share of departures.
    """

    times: TravelTimes
    kind: PlaceKind
    rules: dict[RuleName, Rule]
    counting: dict[RuleName, NDArray[np.bool_]]
    movable: tuple[int, ...]
    weight: NDArray[np.float64]
    snapped: NDArray[np.bool_]
    departures_required: float

    @property
    def own_rule(self) -> Rule:
        """The rule that the kind is named for."""
        return self.rules[self.kind]

    @property
    def rides(self) -> bool:
        """Whether a new place may be reached by public transport."""
        return any(rides(rule) for rule in self.rules_of_new.values())

    @property
    def rules_of_new(self) -> dict[RuleName, Rule]:
        """The rules that a new place counts for: a pole also serves as antenna."""
        return self.rules if self.kind == "pole" else {self.kind: self.own_rule}

    @property
    def total(self) -> int:
        """How many departures must be held."""
        held = np.arange(self.columns + 1) / self.columns >= self.departures_required
        return int(np.argmax(held))

    @property
    def columns(self) -> int:
        """How many departures are told apart: one where nobody's journey depends on them."""
        return self.times.settings.departures.count if any(map(rides, self.rules.values())) else 1


def rides(rule: Rule) -> bool:
    """Whether a rule counts public transport."""
    return rule.mode != "walk"


def make_demand(
    times: TravelTimes,
    target: Preset,
    kind: PlaceKind,
    *,
    weight: str | None = None,
    movable: NDArray[np.bool_] | None = None,
    within: str | None = None,
) -> Demand:
    """Put together what a kind of place is judged by.

    Parameters
    ----------
    movable
        bool (sites,): those of the sites that count which the optimum may close; none by default.
    within
        Only the residents of the commune of this code count; all by default.

    Raises
    ------
    InputError
        When the residents have no such column, or the rule asks for something that the study lacks.
    """
    inputs, policy = times.inputs, times.settings.policy
    rules: dict[RuleName, Rule] = {"pole": target.pole, "antenna": target.antenna}
    if kind == "pmi":
        # A preset without a rule of PMI takes the words of the speech that has one.
        rules = {"pmi": find_pmi_rule(target)}
    own = rules[kind]
    for name, rule in rules.items():
        if rule.pool == "own_sst" and times.settings.territory.sst is None:
            raise SettingsError("study.no_sst", file=inputs.study.file)
        if rides(rule) and not times.settings.transit.gtfs:
            raise SettingsError("study.no_feed", file=inputs.study.file, rule=name)
    column = weight or (own.weight if kind == "pmi" else None) or "weight"
    column = "weight" if column == times.settings.residents.weight and column not in inputs.residents else column
    numbers = [name for name in inputs.residents.select_dtypes("number").columns if name not in ("x", "y")]
    if column not in numbers:
        raise InputError("place.unknown_weight", column=column, known=", ".join(numbers))
    counting = {name: list_counting(inputs.sites, name, rule, policy) for name, rule in rules.items()}
    used = np.any([*counting.values()], axis=0)
    people = inputs.residents[column].fillna(0).to_numpy(np.float64)
    if within is not None:
        people = people * (inputs.residents["insee"] == within).to_numpy(bool)
    return Demand(
        times,
        kind,
        rules,
        counting,
        () if movable is None else tuple(np.flatnonzero(movable & used).tolist()),
        people,
        times.residents(own.profile if kind == "pmi" else None).snapped,
        target.departures_required,
    )


# Searching


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


# Who is served


def measure_cover(
    demand: Demand, places: gpd.GeoDataFrame, *, progress: Progress, executor: Executor | None
) -> tuple[Cover, NDArray[np.int64], NDArray[np.int64]]:
    """Measure who would be served by which place.

    Returns
    -------
    model, rows, served
        The model of the residents at `rows`, who are not served by what cannot move; its places are the candidates and
        then the movable sites; rows of the residents who are served anyway.
    """
    times, columns = demand.times, demand.columns
    everyone = len(demand.weight)
    base = np.zeros((everyone, columns), bool)
    own: dict[int, NDArray[np.bool_]] = {row: np.zeros((everyone, columns), bool) for row in demand.movable}
    for name, rule in demand.rules.items():
        for row, seconds in _list_site_seconds(demand, name, rule, executor):
            held = _hold(demand, rule, seconds, times.inputs.sites["sst"].iloc[row])
            into = own.get(row, base)
            into |= held
    counts = base.sum(axis=1)
    met = (counts >= demand.total) & demand.snapped
    rows = np.flatnonzero(demand.snapped & ~met & (demand.weight > 0))
    gathered = _Gathering()

    def add(place: int, held: NDArray[np.bool_]) -> None:
        new = held & ~base[rows]
        who = np.flatnonzero(new.any(axis=1))
        gathered.add(place, who, np.packbits(new[who], axis=1))

    for place, seconds_by_rule in _search_places(demand, places, rows, progress, executor):
        held = np.zeros((len(rows), columns), bool)
        for name, rule in demand.rules_of_new.items():
            held |= _hold(demand, rule, seconds_by_rule[name], places["sst"].iloc[place], rows)
        add(place, held)
    for number, row in enumerate(demand.movable):
        add(len(places) + number, own[row][rows])
    n = len(places) + len(demand.movable)
    at, resident, bits = gathered.finish(np.zeros((0, -(-columns // 8)), np.uint8))
    model = Cover(
        Pairs(at, resident, n, len(rows)), bits, (demand.total - counts[rows]).astype(np.int64), demand.weight[rows]
    )
    return model, rows, np.flatnonzero(met)


def measure_median(
    demand: Demand, places: gpd.GeoDataFrame, *, progress: Progress, executor: Executor | None
) -> tuple[Median, NDArray[np.int64]]:
    """Measure how far each resident is from which place: median seconds over the departures, `FAR_S` at most.

    Returns
    -------
    model, rows
        The model of the residents at `rows`, and its places as for `measure_cover`.
    """
    times, rule = demand.times, demand.own_rule
    rows = np.flatnonzero(demand.snapped & (demand.weight > 0))
    today = np.full(len(rows), float(FAR_S))
    own: dict[int, NDArray[np.float64]] = {}
    for row, seconds in _list_site_seconds(demand, demand.kind, rule, executor, far=True):
        taken = _take(demand, rule, seconds[rows], times.inputs.sites["sst"].iloc[row], rows)
        if row in demand.movable:
            own[row] = taken
        else:
            np.minimum(today, taken, out=today)
    gathered = _Gathering()

    def add(place: int, taken: NDArray[np.float64]) -> None:
        who = np.flatnonzero(taken < today)
        gathered.add(place, who, taken[who])

    for place, seconds_by_rule in _search_places(demand, places, rows, progress, executor, far=True):
        add(place, _take(demand, rule, seconds_by_rule[demand.kind], places["sst"].iloc[place], rows))
    for number, row in enumerate(demand.movable):
        if row in own:
            add(len(places) + number, own[row])
    n = len(places) + len(demand.movable)
    at, resident, taken = gathered.finish(np.zeros(0))
    return Median(Pairs(at, resident, n, len(rows)), taken, today, demand.weight[rows]), rows


class _Gathering:
    """Keeps what places do, one after the other."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, NDArray[np.int64], NDArray[np.generic]]] = []

    def add(self, place: int, residents: NDArray[np.int64], values: NDArray[np.generic]) -> None:
        self.parts.append((place, residents, values))

    def finish(self, nothing: NDArray[np.generic]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray]:  # type: ignore[type-arg]  # bits or seconds
        parts = sorted(self.parts, key=lambda part: part[0])
        places = np.repeat([part[0] for part in parts], [len(part[1]) for part in parts]).astype(np.int64)
        residents = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in parts)])
        return places, residents, np.concatenate([nothing, *(part[2] for part in parts)])


def _hold(
    demand: Demand, rule: Rule, seconds: NDArray[np.int32], sst: object, rows: NDArray[np.int64] | None = None
) -> NDArray[np.bool_]:
    """At which departures a rule holds with one place: bool (residents, departures or 1)."""
    held = seconds <= rule.seconds
    return held & ~_apart(demand, rule, sst, rows)[:, None] if rule.pool == "own_sst" else held


def _take(
    demand: Demand, rule: Rule, seconds: NDArray[np.int32], sst: object, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    taken = np.minimum(percentile(seconds, 50), FAR_S).astype(np.float64)
    if rule.pool == "own_sst":
        taken[_apart(demand, rule, sst, rows)] = FAR_S
    return taken


def _apart(demand: Demand, rule: Rule, sst: object, rows: NDArray[np.int64] | None) -> NDArray[np.bool_]:  # noqa: ARG001 -- one shape for both
    theirs = demand.times.inputs.residents["sst"].to_numpy(object)
    apart: NDArray[np.bool_] = (theirs if rows is None else theirs[rows]) != sst
    return apart


def _list_site_seconds(
    demand: Demand, name: RuleName, rule: Rule, executor: Executor | None, *, far: bool = False
) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Yield the study's counting sites with their seconds: int32 (residents, departures) or (residents, 1)."""
    times = demand.times
    rows = np.flatnonzero(demand.counting[name]).tolist()
    if rides(rule):
        yield from times.transit_seconds(rows, executor=executor)
        return
    if far:
        walks = _walk(times, times.inputs.resident_points, times.inputs.site_points[rows], rule.profile, FAR_S)
        yield from ((row, walks[:, [at]]) for at, row in enumerate(rows))
        return
    walks = times.walk_seconds(rule.profile)
    yield from ((row, walks[:, [row]]) for row in rows)


def _walk(
    times: TravelTimes,
    homes: NDArray[np.float64],
    spots: NDArray[np.float64],
    profile: str | None,
    limit_s: int | None = None,
) -> NDArray[np.int32]:
    """Seconds on foot all the way: int32 (homes, spots)."""
    walker = times.walker(profile)
    limit = times.settings.walking.limits_min.seconds("direct") if limit_s is None else limit_s
    legs = walker.legs(walker.place(homes), walker.place(np.ascontiguousarray(spots)), limit_s=limit)
    seconds = np.full((len(homes), len(spots)), NEVER, np.int32)
    seconds[np.repeat(np.arange(len(seconds)), np.diff(legs.indptr)), legs.index] = legs.seconds
    return seconds


def _search_places(
    demand: Demand,
    places: gpd.GeoDataFrame,
    rows: NDArray[np.int64],
    progress: Progress,
    executor: Executor | None,
    *,
    far: bool = False,
) -> Iterator[tuple[int, dict[RuleName, NDArray[np.int32]]]]:
    """Yield each place with its seconds by rule, for the residents at `rows`."""
    times = demand.times
    spots = np.column_stack([places.geometry.x, places.geometry.y]).astype(np.float64)
    homes = times.inputs.resident_points[rows]
    rules = {demand.kind: demand.own_rule} if far else demand.rules_of_new
    on_foot = {
        name: _walk(times, homes, spots, rule.profile, FAR_S if far else None)
        for name, rule in rules.items()
        if not rides(rule)
    }
    groups = [range(low, min(low + BATCH, len(spots))) for low in range(0, len(spots), BATCH)]
    searched: Iterator[Sequence[NDArray[np.int32] | None]]
    if any(map(rides, rules.values())):
        within_s = max(FAR_S, *(rule.seconds for rule in rules.values()))
        searched = _ride(times, rows, spots, homes, groups, within_s, executor)
    else:
        searched = ([None] * len(group) for group in groups)
    progress("candidates", 0, len(spots))
    for group, found in zip(groups, searched, strict=True):
        for place, seconds in zip(group, found, strict=True):
            yield (
                place,
                {
                    name: seconds if rides(rule) and seconds is not None else on_foot[name][:, [place]]
                    for name, rule in rules.items()
                },
            )
        progress("candidates", group.stop, len(spots))


def _ride(
    times: TravelTimes,
    rows: NDArray[np.int64],
    spots: NDArray[np.float64],
    homes: NDArray[np.float64],
    groups: Sequence[range],
    within_s: int,
    executor: Executor | None,
) -> Iterator[Sequence[NDArray[np.int32]]]:
    """Search backward from spots, `simd.BATCH` at a time."""
    walker = times.walker()
    limit_s = times.settings.walking.limits_min.seconds("egress")
    egress = walker.legs(times.stops, walker.place(spots), limit_s=limit_s).transpose()
    # Medians count no time beyond `FAR_S`; a rule may ask for longer.
    asked = Rides(times, rows, egress, _walk(times, homes, spots, None), within_s)
    yield from search_groups(
        groups,
        prepare=lambda: asked.ready,
        search=asked.search,
        task=asked.task,
        payload=times.pack_network,
        then=lambda _group, found: list(found),
        executor=executor,
        item_bytes=BATCH * len(rows) * times.settings.departures.count * 4,
    )
