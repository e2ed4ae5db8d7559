"""Judging a study: every rule for every resident in one pass over the sites, then communes and the whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from geo_access.core.errors import SettingsError, speaking
from geo_access.core.findings import Findings
from geo_access.core.limits import shorten
from geo_access.core.progress import Progress, no_progress
from geo_access.routing.travel_times import open_times
from geo_access.study.inputs.communes import dissolve
from geo_access.study.inputs.priority_areas import locate_in_areas
from geo_access.study.inputs.sites import count_open
from geo_access.study.presets import OWN_PRESET, STRICTER_PRESET
from geo_access.verdict.coverage import Coverage
from geo_access.verdict.residents import judge_cells
from geo_access.verdict.rules import NearestSites, Reach, judge_residents, judge_rules
from geo_access.verdict.summary import summarise
from geo_access.verdict.targets import list_counting, make_target

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.core.cache import Cache
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.network import WalkNetwork
    from geo_access.study.inputs.inputs import Inputs
    from geo_access.study.presets import Pool, Preset, Rule
    from geo_access.study.study import Study
    from geo_access.verdict.targets import RuleName


def check(
    study: Study,
    *,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    streets: WalkNetwork | None = None,
    executor: Executor | None = None,
) -> Coverage:
    """Judge a study: exact door-to-door times for every departure, then the promise, resident by resident.

    Parameters
    ----------
    study
        From `open_study`.
    cache
        Where prepared networks and times are kept; the user's cache folder by default, ``Cache(None)`` for none.
    progress
        Told how far the work is.
    streets
        A walking network (`read_streets`, `from_networkx`, `fetch_streets`) instead of what the study names.
    executor
        Who searches: any `concurrent.futures.Executor`, a pool of processes or a cluster; the threads of this process
        by default. The results are the same. For many studies see `check_many`.

    Raises
    ------
    InputError
        When an input or a setting cannot be used.
    """
    times = open_times(study, cache=cache, progress=progress, streets=streets)
    with speaking(times.settings.language):
        return judge(times, executor=executor)


def judge(times: TravelTimes, *, executor: Executor | None = None) -> Coverage:
    """Judge a study whose travel times are at hand; see `check`."""
    inputs, settings = times.inputs, times.settings
    policy = settings.policy
    target = make_target(policy)
    zoned = settings.territory.sst is not None
    findings = Findings()
    findings.extend(inputs.findings)

    pools: tuple[Pool, ...] = ("any", "own_sst") if zoned else (target.pole.pool,)
    asked: dict[str, tuple[RuleName, Rule]] = {pool: ("pole", replace(target.pole, pool=pool)) for pool in pools}
    asked["antenna"] = "antenna", target.antenna
    if target.pmi is not None:
        asked["pmi"] = "pmi", target.pmi
    spoken = (
        make_target(policy, preset=STRICTER_PRESET)
        if zoned and target.name not in (STRICTER_PRESET, OWN_PRESET)
        else None
    )
    if spoken is not None:
        asked["stricter antenna"] = "antenna", spoken.antenna
    nearest = NearestSites(times, target)
    reaches = judge_rules(times, tuple(asked.values()), nearest=nearest, executor=executor)
    found = dict(zip(asked, reaches, strict=True))
    poles: dict[str, Reach] = {pool: found[pool] for pool in pools}
    pole, antenna = poles[target.pole.pool], found["antenna"]
    snapped = times.residents().snapped
    residents = judge_cells(times, target, pole, antenna, nearest, findings)
    _report_unsnapped(residents, findings)

    served_by: dict[str, NDArray[np.bool_]] = {}
    for name, reach in poles.items():
        state, _ = judge_residents(reach, antenna, snapped, target.departures_required)
        served_by[f"share_{'any' if name == 'any' else 'own_sst'}"] = np.isin(state, ["pole", "antenna"])
    pmi = _judge_pmi(times, target, found.get("pmi"))
    groups = {"insee": inputs.communes, "sst": dissolve(inputs.communes) if zoned else inputs.communes.iloc[:0]}
    tables = {by: _sum_up(residents, by, table, target, served_by, pmi) for by, table in groups.items()}
    communes, sst = tables["insee"], tables["sst"]
    if target.presence is not None:
        communes["presence"] = _judge_presence(inputs, target)
    sites = _mark_sites(inputs, target, policy)
    findings.extend(times.list_findings())
    for site in np.flatnonzero(~times.walker().place(inputs.site_points).snapped):
        # A site of a hypothesis stands in no row of the file.
        row = inputs.call_site_row(int(site))
        findings.add(
            "error",
            "study.site_unsnapped",
            file=None if row is None else settings.sites.file,
            row=row,
            name=str(inputs.sites["name"].iloc[site]),
            snap_m=settings.walking.snap_m,
        )
    meets = bool((communes["verdict"] != "misses").all())
    priority = _judge_priority(inputs, residents, findings)
    stricter = None
    if spoken is not None:
        stricter = _judge_stricter(spoken, poles[spoken.pole.pool], found["stricter antenna"], snapped, residents)
    summary = summarise(
        inputs,
        target=target,
        walking=times.walker().mode,
        street_filter=times.streets.filter_version if times.walker().mode == "streets" else None,
        residents=residents,
        communes=communes,
        sst=sst,
        meets=meets,
        pmi=pmi,
        stricter=stricter,
        priority=priority,
    )
    return Coverage(
        residents, communes, sst, sites, summary, tuple(findings), meets, target, settings.language, times, priority
    )


def _report_unsnapped(residents: gpd.GeoDataFrame, findings: Findings) -> None:
    lost = residents[residents["state"] == "unsnapped"]
    if len(lost):
        findings.add(
            "warning",
            "study.residents_unsnapped",
            cells=len(lost),
            people=round(float(lost["weight"].sum())),
            examples=", ".join(lost["cell"].astype(str).head(3)),
        )


@dataclass(frozen=True)
class PmiShare:
    """How the rule for mother and child centres fares: who it holds for, and by which weight they count."""

    holds: NDArray[np.bool_]
    weight: NDArray[np.float64]


def _judge_pmi(times: TravelTimes, target: Preset, reach: Reach | None) -> PmiShare | None:
    if target.pmi is None or reach is None:
        return None
    residents = times.inputs.residents
    column = target.pmi.weight or "weight"
    if column not in residents:
        known = ", ".join(map(str, residents.columns.drop("geometry")))
        raise SettingsError(
            "study.no_weight_column", file=times.inputs.study.file, column=shorten(column), rule="pmi", columns=known
        )
    holds = (reach.share >= target.departures_required) & times.residents(target.pmi.profile).snapped
    return PmiShare(holds, residents[column].fillna(0).to_numpy(np.float64))


def _judge_stricter(
    spoken: Preset, pole: Reach, antenna: Reach, snapped: NDArray[np.bool_], residents: gpd.GeoDataFrame
) -> dict[str, Any]:
    """Judge by the strictest reading of the speeches on foot, for the figure beside the verdict.

    Parameters
    ----------
    spoken
        That reading.
    pole
        How the study's own rule for poles fares over the pool of that reading: only its limit is another.
    antenna
        How the rule for antennas of that reading fares.
    """
    state, _ = judge_residents(pole.limited(spoken.pole.seconds), antenna, snapped, spoken.departures_required)
    served = np.isin(state, ["pole", "antenna"])
    weight = residents["weight"].to_numpy(np.float64)
    beyond = pd.Series(weight * ~served).groupby(residents["insee"].to_numpy()).sum()
    return {
        "preset": spoken,
        "served": float(weight[served].sum()),
        "residents": float(weight.sum()),
        "communes_meeting": int((beyond == 0).sum()),
    }


def _judge_presence(inputs: Inputs, target: Preset) -> NDArray[np.bool_]:
    kinds = target.presence.kinds if target.presence is not None else ()
    there = inputs.sites[inputs.sites["open"] & inputs.sites["kind"].isin(kinds)]
    present: NDArray[np.bool_] = inputs.communes["insee"].isin(there["insee"]).to_numpy(bool)
    return present


def _judge_priority(inputs: Inputs, residents: gpd.GeoDataFrame, findings: Findings) -> gpd.GeoDataFrame | None:
    """Count the residents of each priority area, and mark them in `residents`."""
    named = inputs.study.settings.territory.priority_areas
    if inputs.areas is None or named is None:
        return None
    areas = inputs.areas.copy()
    resident, area = locate_in_areas(inputs.resident_points, areas, path=named.file, findings=findings)
    first = np.full(len(residents), -1, np.int64)
    first[resident[::-1]] = area[::-1]
    residents["priority_area"] = np.array([*areas["code"], pd.NA], dtype=object)[first]
    weight, state = residents["weight"].to_numpy(np.float64), residents["state"].to_numpy(object)

    def total(where: NDArray[np.bool_]) -> NDArray[np.float64]:
        sums = np.bincount(area, weights=(weight * where)[resident], minlength=len(areas))
        return np.asarray(sums, np.float64)

    areas["cells"] = np.bincount(area, minlength=len(areas))
    everyone = total(np.ones(len(state), bool))
    areas["residents"], areas["served"] = everyone, total(np.isin(state, ["pole", "antenna"]))
    with np.errstate(invalid="ignore", divide="ignore"):
        areas["share"] = areas["served"] / everyone
        areas["share_pole"] = total(state == "pole") / everyone
        areas["share_antenna"] = total(state == "antenna") / everyone
    areas["beyond"], areas["unsnapped"] = total(state == "beyond"), total(state == "unsnapped")
    return areas


def _mark_sites(inputs: Inputs, target: Preset, policy: Any) -> gpd.GeoDataFrame:
    sites = inputs.sites.copy()
    pmi, spoken = target.pmi or target.antenna, target.name != OWN_PRESET
    for name, rule in (("pole", target.pole), ("antenna", target.antenna), ("pmi", pmi)):
        counting = list_counting(inputs.sites, name, rule, policy)  # type: ignore[arg-type]  # the names are RuleNames
        if name == "pmi":
            # A promise of the study's own has no third rule unless it says so.
            counting = (
                counting & sites["kind"].isin(["pmi", "pole"]).to_numpy(bool) & (target.pmi is not None or spoken)
            )
        sites[f"counts_as_{name}"] = counting
    return sites


def _sum_up(
    residents: gpd.GeoDataFrame,
    by: str,
    groups: gpd.GeoDataFrame,
    target: Preset,
    served_by: dict[str, NDArray[np.bool_]],
    pmi: PmiShare | None,
) -> gpd.GeoDataFrame:
    """Count residents by commune or by SST.

    Sums run cell after cell, so that leaving out nobody gives exactly the whole and a share of exactly 1.
    """
    table = groups.copy()
    place = pd.Index(table[by]).get_indexer(residents[by].to_numpy(object))
    known = place >= 0
    weight = residents["weight"].to_numpy(np.float64)
    state = residents["state"].to_numpy(object)

    def total(of: NDArray[np.float64], where: NDArray[np.bool_]) -> NDArray[np.float64]:
        sums = np.bincount(place[known], weights=(of * where)[known], minlength=len(table))
        return np.asarray(sums, np.float64)

    everyone = total(weight, np.ones(len(weight), bool))
    served = total(weight, np.isin(state, ["pole", "antenna"]))
    with np.errstate(invalid="ignore", divide="ignore"):
        table["cells"] = np.bincount(place[known], minlength=len(table))
        table["residents"] = everyone
        table["served"] = served
        table["share"] = served / everyone
        table["share_pole"] = total(weight, state == "pole") / everyone
        table["share_antenna"] = total(weight, state == "antenna") / everyone
        table["beyond"] = total(weight, state == "beyond")
        table["unsnapped"] = total(weight, state == "unsnapped")
        for name in ("share_any", "share_own_sst"):
            table[name] = total(weight, served_by[name]) / everyone if name in served_by else np.nan
        table["share_pmi"] = (
            np.nan if pmi is None else total(pmi.weight, pmi.holds) / total(pmi.weight, pmi.weight >= 0)
        )
    table["median_min_pole"] = _weighted_medians(residents, place, len(table)) / 60
    table["presence"] = pd.array([pd.NA] * len(table), dtype="boolean")
    meets = pd.array((table["share"] >= target.required_share).to_numpy(bool), dtype="boolean")
    meets[everyone == 0] = pd.NA
    table["meets"] = meets
    table["verdict"] = np.where(
        everyone == 0, "no residents", np.where(table["share"] >= target.required_share, "meets", "misses")
    )
    return table


def _weighted_medians(residents: gpd.GeoDataFrame, place: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Median over people of their median seconds to a pole, unreachable last; NaN where half of them reach none."""
    seconds = residents["pole_p50_s"].to_numpy(np.float64, na_value=np.inf)
    weight = residents["weight"].to_numpy(np.float64)
    medians: NDArray[np.float64] = np.full(n, np.nan)
    for group in range(n):
        mine = np.flatnonzero((place == group) & (weight > 0))
        if len(mine):
            mine = mine[np.argsort(seconds[mine], kind="stable")]
            people = np.cumsum(weight[mine])
            medians[group] = seconds[mine[np.searchsorted(people, people[-1] / 2)]]
    medians[np.isinf(medians)] = np.nan
    return medians


def list_planned(coverage: Coverage) -> list[str]:
    """Name the planned sites of a coverage that count as a pole or as an antenna, or would if they were open."""
    if coverage.times is None:
        return []
    sites, policy = coverage.sites.assign(open=True), coverage.times.settings.policy
    counting = [
        list_counting(sites, "pole", coverage.preset.pole, policy),
        list_counting(sites, "antenna", coverage.preset.antenna, policy),
    ]
    names: list[str] = sites.loc[np.any(counting, axis=0) & (sites["status"] == "planned"), "name"].astype(str).tolist()
    return names


def judge_planned(
    coverage: Coverage, planned: Literal["closed", "open"], *, executor: Executor | None = None
) -> Coverage | None:
    """Judge a study again with its planned sites open, or closed; None where no site counts otherwise then."""
    times = coverage.times
    if times is None:
        return None
    sites = times.inputs.sites
    counts = count_open(sites, times.settings.date, planned=planned)
    named = sites["name"].astype(str).isin(list_planned(coverage)).to_numpy(bool)
    if not (named & (counts != sites["open"].to_numpy(bool))).any():
        return None
    return judge(times.with_sites(sites.assign(open=counts)), executor=executor)
