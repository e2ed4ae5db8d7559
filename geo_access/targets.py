"""The promise, judged resident by resident: which sites count, at which departures a rule holds, who is served."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from geo_access.errors import SettingsError
from geo_access.presets import PRESETS, Preset, Rule
from geo_access.scan import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.settings import Policy, RuleOverride
    from geo_access.travel_times import TravelTimes

RuleName = Literal["pole", "antenna", "pmi"]
#: A pole also serves as antenna and as PMI.
_ALSO_POLES: tuple[RuleName, ...] = ("antenna", "pmi")


def make_target(policy: Policy, *, preset: str | None = None) -> Preset:
    """Return the preset of a study with what the study changes in it.

    Parameters
    ----------
    policy
        The study's settings.
    preset
        Take this preset as it was spoken instead, without the study's changes.
    """
    if preset is not None:
        return PRESETS[preset]
    spoken = PRESETS[policy.preset]
    pmi = spoken.pmi
    if policy.pmi is not None:
        pmi = _override(pmi or PRESETS["discours-2023-06"].pmi, policy.pmi)  # type: ignore[arg-type]  # that preset has one
    presence = spoken.presence
    if policy.presence is not None:
        presence = (presence or PRESETS["discours-2023-11"].presence) if policy.presence else None
    return replace(
        spoken,
        pole=_override(spoken.pole, policy.pole),
        antenna=_override(spoken.antenna, policy.antenna),
        pmi=pmi,
        presence=presence,
        required_share=policy.required_share or spoken.required_share,
        departures_required=policy.departures_required or spoken.departures_required,
    )


def _override(rule: Rule, change: RuleOverride) -> Rule:
    said = change.model_dump(exclude_none=True)
    for operator in ("lt", "le"):
        if operator in said:
            said |= {"operator": operator, "minutes": said.pop(operator)}
    return replace(rule, **said)


def list_counting(sites: gpd.GeoDataFrame, name: RuleName, rule: Rule, policy: Policy) -> NDArray[np.bool_]:
    """Say which sites count towards a rule: bool (sites,), by kind, status, date and the study's policy."""
    kinds = set(rule.kinds)
    if name in _ALSO_POLES:
        kinds.add("pole")
    if name == "pole" and policy.annex_counts_as_pole:
        kinds.add("annex")
    counting: NDArray[np.bool_] = sites["open"].to_numpy(bool) & sites["kind"].isin(kinds).to_numpy(bool)
    if not policy.partner_operated_count and "operator" in sites:
        counting &= ~sites["operator"].isin(["partner", "partenaire"]).to_numpy(bool)
    if not policy.main_sites_count and "label" in sites:
        counting &= ~(sites["label"].isin(["main_site", "site principal"]) & (sites["kind"] == "pole")).to_numpy(bool)
    return counting


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

    @property
    def median_s(self) -> NDArray[np.int32]:
        """int32 (residents,): median travel time to the nearest site."""
        return percentile(self.best_s, 50)


def percentile(seconds: NDArray[np.int32], p: float) -> NDArray[np.int32]:
    """Percentile over the departures: sorted[ceil(p / 100 * n) - 1], unreachable last, no interpolation."""
    n = seconds.shape[1]
    # Multiplied first: 55 / 100 * 100 is a little more than 55.
    at = max(math.ceil(p * n / 100) - 1, 0)
    return np.partition(seconds, at, axis=1)[:, at]


def judge_rule(
    times: TravelTimes,
    name: RuleName,
    rule: Rule,
    policy: Policy,
    *,
    pools: Iterable[str] | None = None,
    executor: Executor | None = None,
) -> dict[str, Reach]:
    """Evaluate one rule for every resident, once for each pool of sites.

    Parameters
    ----------
    pools
        ``any`` and ``own_sst``; the rule's own by default.
    executor
        As for `TravelTimes.transit_seconds`.

    Raises
    ------
    SettingsError
        When no site counts, no feed is named for a rule that travels by public transport, or the pool needs an SST
        that the study does not give.
    """
    inputs = times.inputs
    pools = tuple(pools or (rule.pool,))
    study, settings = inputs.study, inputs.study.settings
    if "own_sst" in pools and settings.territory.sst is None:
        raise SettingsError("study.no_sst", file=study.file)
    by_transit = rule.mode != "walk"
    if by_transit and not settings.transit.gtfs:
        raise SettingsError("study.no_feed", file=study.file, rule=name)
    rows = np.flatnonzero(list_counting(inputs.sites, name, rule, policy))
    if not len(rows):
        raise SettingsError(
            "study.no_counting_site", file=settings.sites.file, rule=name, date=settings.date.isoformat()
        )
    if by_transit:
        seconds = times.transit_seconds([int(row) for row in rows], executor=executor)
    else:
        walks = times.walk_seconds(rule.profile)
        seconds = ((int(row), walks[:, [row]]) for row in rows)
    resident_sst, site_sst = inputs.residents["sst"].to_numpy(object), inputs.sites["sst"].to_numpy(object)
    width = settings.departures.count if by_transit else 1
    gathering = {pool: _Gathering(len(inputs.residents), width, rule.seconds) for pool in pools}
    for row, reached in seconds:
        for pool, gathered in gathering.items():
            apart = resident_sst != site_sst[row] if pool == "own_sst" else None
            gathered.add(row, reached, apart)
    return {pool: gathered.finish() for pool, gathered in gathering.items()}


class _Gathering:
    """Keeps the best over sites while they come in one by one."""

    def __init__(self, n: int, width: int, limit_s: int) -> None:
        self.limit_s = limit_s
        self.best_s = np.full((n, width), NEVER, np.int32)
        self.site = np.full(n, -1, np.int64)
        self.site_holds = np.zeros(n, np.int64)
        self.site_median_s = np.full(n, NEVER, np.int32)

    def add(self, row: int, seconds: NDArray[np.int32], apart: NDArray[np.bool_] | None) -> None:
        if apart is not None:
            seconds = np.where(apart[:, None], NEVER, seconds)
        np.minimum(self.best_s, seconds, out=self.best_s)
        holds = (seconds <= self.limit_s).sum(axis=1)
        median = percentile(seconds, 50)
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
