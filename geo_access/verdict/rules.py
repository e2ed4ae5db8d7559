"""How each rule of the promise fares for every resident, evaluated in one pass over the sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_access.core.errors import SettingsError
from geo_access.routing.arrays import percentile
from geo_access.routing.scan import NEVER
from geo_access.verdict.targets import RuleName, list_counting, list_rules_by_kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.inputs.inputs import Inputs
    from geo_access.study.presets import Preset, Rule


@dataclass(frozen=True)
class Reach:
    """How a rule fares for every resident.

    Attributes
    ----------
    best_s
        int32 (residents, departures) or (residents, 1) for a walk: seconds to the nearest counting site, evaluated
        inside each departure; `scan.NEVER` where none is reached.
    holds
        bool, of the same shape: whether the rule holds.
    site
        int64 (residents,): row of the site that serves best (most departures, then the lower median), -1 for none.
    site_median_s
        int32 (residents,): median travel time to that site.
    """

    best_s: NDArray[np.int32]
    holds: NDArray[np.bool_]
    site: NDArray[np.int64]
    site_median_s: NDArray[np.int32]

    @property
    def share(self) -> NDArray[np.float64]:
        """float64 (residents,): share of the departures at which the rule holds."""
        return np.asarray(self.holds.mean(axis=1), np.float64)

    def limited(self, limit_s: int) -> Reach:
        """Return how the same rule fares with another limit (seconds); the site stays that of the first."""
        return Reach(self.best_s, self.best_s <= limit_s, self.site, self.site_median_s)

    @property
    def median_s(self) -> NDArray[np.int32]:
        """int32 (residents,): median travel time to the nearest site."""
        return percentile(self.best_s, 50)


def judge_rule(times: TravelTimes, name: RuleName, rule: Rule, *, executor: Executor | None = None) -> Reach:
    """Evaluate one rule for every resident, over its own pool of sites; see `judge_rules`."""
    return judge_rules(times, [(name, rule)], executor=executor)[0]


class NearestSites:
    """The nearest site of each kind, kept while the travel times to the sites come in one by one.

    A kind that a rule speaks of is measured as that rule travels, among the sites that count towards it; any other
    kind on foot, among the sites that are open.

    Attributes
    ----------
    site
        By kind, int64 (residents,): row of the site whose median travel time is the least, -1 for none.
    seconds
        By kind, int32 (residents,): that time; `scan.NEVER` for none.
    """

    def __init__(self, times: TravelTimes, target: Preset) -> None:
        self.site: dict[str, NDArray[np.int64]] = {}
        self.seconds: dict[str, NDArray[np.int32]] = {}
        inputs, policy = times.inputs, times.settings.policy
        kinds, rules = inputs.sites["kind"].to_numpy(object), list_rules_by_kind(target, policy)
        self._kinds, self._ridden = kinds, np.zeros(len(kinds), bool)
        for kind in dict.fromkeys(kinds[inputs.sites["open"].to_numpy(bool)]):
            mine = inputs.sites["open"].to_numpy(bool) & (kinds == kind)
            name, rule = rules.get(str(kind), (None, None))
            if name is not None and rule is not None:
                mine &= list_counting(inputs.sites, name, rule, policy)
            self.site[kind] = np.full(len(inputs.residents), -1, np.int64)
            self.seconds[kind] = np.full(len(inputs.residents), NEVER, np.int32)
            if rule is not None and rule.mode != "walk":
                self._ridden |= mine
                continue
            walks = times.walk_seconds(None if rule is None else rule.profile)
            for row in np.flatnonzero(mine).tolist():
                self._add(row, walks[:, row])

    def add(self, row: int, median_s: NDArray[np.int32]) -> None:
        """Take the median travel times to a site by public transport."""
        if self._ridden[row]:
            self._add(row, median_s)

    def _add(self, row: int, seconds: NDArray[np.int32]) -> None:
        kind = self._kinds[row]
        nearer = seconds < self.seconds[kind]
        self.seconds[kind][nearer], self.site[kind][nearer] = seconds[nearer], row


def judge_rules(
    times: TravelTimes,
    asked: Sequence[tuple[RuleName, Rule]],
    *,
    nearest: NearestSites | None = None,
    executor: Executor | None = None,
) -> tuple[Reach, ...]:
    """Evaluate rules for every resident in one pass over the sites.

    Parameters
    ----------
    asked
        The rules, each with which one it is; a rule says over which pool of sites it is evaluated.
    nearest
        Told of every site that is searched from.
    executor
        As for `TravelTimes.transit_seconds`.

    Raises
    ------
    SettingsError
        When no site counts, no feed is named for a rule that travels by public transport, or the pool needs an SST
        that the study does not give.
    """
    inputs = times.inputs
    rules = [rule for _, rule in asked]
    rows = [_list_sites(inputs, name, rule) for name, rule in asked]
    resident_sst, site_sst = inputs.residents["sst"].to_numpy(object), inputs.sites["sst"].to_numpy(object)
    n, count = len(inputs.residents), inputs.study.settings.departures.count
    gathering = [_Gathering(n, 1 if rule.mode == "walk" else count, rule.seconds) for rule in rules]

    def add(number: int, row: int, seconds: NDArray[np.int32], median_s: NDArray[np.int32]) -> None:
        apart = resident_sst != site_sst[row] if rules[number].pool == "own_sst" else None
        gathering[number].add(row, seconds, median_s, apart)

    ridden = [number for number, rule in enumerate(rules) if rule.mode != "walk"]
    for number, rule in enumerate(rules):
        if rule.mode == "walk":
            walks = times.walk_seconds(rule.profile)
            for row in rows[number].tolist():
                add(number, row, walks[:, [row]], walks[:, row])
    if ridden:
        sites = np.unique(np.concatenate([rows[number] for number in ridden])).tolist()
        for row, seconds in times.transit_seconds(sites, executor=executor):
            median_s = percentile(seconds, 50)
            if nearest is not None:
                nearest.add(row, median_s)
            for number in ridden:
                if row in rows[number]:
                    add(number, row, seconds, median_s)
    return tuple(gathered.finish() for gathered in gathering)


def _list_sites(inputs: Inputs, name: RuleName, rule: Rule) -> NDArray[np.int64]:
    """List the rows of the sites that count towards a rule."""
    study, settings = inputs.study, inputs.study.settings
    if rule.pool == "own_sst" and settings.territory.sst is None:
        raise SettingsError("study.no_sst", file=study.file)
    if rule.mode != "walk" and not settings.transit.gtfs:
        raise SettingsError("study.no_feed", file=study.file, rule=name)
    rows = np.flatnonzero(list_counting(inputs.sites, name, rule, settings.policy))
    if not len(rows):
        raise SettingsError(
            "study.no_counting_site", file=settings.sites.file, rule=name, date=settings.date.isoformat()
        )
    return rows


class _Gathering:
    """Keeps the best over sites while they come in one by one."""

    def __init__(self, n: int, width: int, limit_s: int) -> None:
        self.limit_s = limit_s
        self.best_s = np.full((n, width), NEVER, np.int32)
        self.site = np.full(n, -1, np.int64)
        self.site_holds = np.zeros(n, np.int64)
        self.site_median_s = np.full(n, NEVER, np.int32)

    def add(
        self, row: int, seconds: NDArray[np.int32], median: NDArray[np.int32], apart: NDArray[np.bool_] | None
    ) -> None:
        if apart is not None:
            seconds, median = np.where(apart[:, None], NEVER, seconds), np.where(apart, NEVER, median)
        np.minimum(self.best_s, seconds, out=self.best_s)
        holds = (seconds <= self.limit_s).sum(axis=1)
        reached = (seconds < NEVER).any(axis=1)
        better = reached & (
            (self.site < 0) | (holds > self.site_holds) | ((holds == self.site_holds) & (median < self.site_median_s))
        )
        self.site[better] = row
        self.site_holds[better] = holds[better]
        self.site_median_s[better] = median[better]

    def finish(self) -> Reach:
        return Reach(self.best_s, self.best_s <= self.limit_s, self.site, self.site_median_s)


def judge_residents(
    pole: Reach, antenna: Reach, snapped: NDArray[np.bool_], departures_required: float
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Put the two rules together: the "or else" is evaluated inside each departure.

    Returns
    -------
    state
        object (residents,): ``pole``, ``antenna``, ``beyond`` or ``unsnapped``.
    share_of_departures
        float64 (residents,): share of the departures at which a pole or else an antenna is in reach.
    """
    share = np.asarray((pole.holds | antenna.holds).mean(axis=1), np.float64)
    state = np.full(len(share), "beyond", object)
    state[share >= departures_required] = "antenna"
    state[pole.share >= departures_required] = "pole"
    state[~snapped] = "unsnapped"
    return state, np.where(snapped, share, 0.0)


def measure_excess(
    pole: Reach, antenna: Reach, limits_s: tuple[int, int], departures_required: float
) -> NDArray[np.float64]:
    """Say by how many seconds each resident misses the promise.

    The excess is taken inside each departure, over the rule that is missed by less; so many departures must hold that
    the least of these decides.

    Parameters
    ----------
    limits_s
        The longest travel times that hold (seconds): to a pole, to an antenna.

    Returns
    -------
    float64 (residents,)
        0 exactly where the resident is served, NaN where neither is reached at enough departures.
    """
    over = [
        np.where(reach.best_s < NEVER, reach.best_s - limit, NEVER)
        for reach, limit in zip((pole, antenna), limits_s, strict=True)
    ]
    least = np.minimum(*over)
    count = least.shape[1]
    # As many departures as `judge_residents` asks for, compared as it compares them.
    needed = int(np.argmax(np.arange(1, count + 1) / count >= departures_required))
    seconds = np.partition(least, needed, axis=1)[:, needed].astype(np.float64)
    seconds[seconds >= NEVER] = np.nan
    return np.maximum(seconds, 0.0)
