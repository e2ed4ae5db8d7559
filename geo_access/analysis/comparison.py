"""Before and after: who gains and who loses, resident by resident, in each commune, in each SST and in all.

Everybody is counted once, with one weight: the one of AFTER, in units of 2^-20 of a person. Such numbers are exact in
binary, and so are their sums: gained - lost is served_after - served_before to the last bit, in every row and in all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_access.analysis.compared_sites import SERVED, match_sites
from geo_access.analysis.differences import list_differences, warn_of_zoning
from geo_access.core.display import Shown, draw
from geo_access.core.errors import InputError
from geo_access.core.findings import Finding, Findings
from geo_access.core.progress import no_progress
from geo_access.core.shapes import require_crs
from geo_access.verdict.batch import judge_pair
from geo_access.verdict.judging import judge_planned, list_planned

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.core.cache import Cache
    from geo_access.core.progress import Progress
    from geo_access.study.study import Study
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: What a change of service is called, in the order of its codes.
CHANGES = ("gained", "lost", "kept", "never")
#: What becomes of the time to the nearest pole.
PACES = ("quicker", "same", "slower", "reached", "unreached", "none")
#: A time has changed when its median differs by more than this (seconds).
NOTICED_S = 60
#: Cells of one id whose points are farther apart than this (metres) are different places.
SAME_CELL_M = 100.0
_UNIT = 2**20
#: Fewer people than this (residents) are nobody.
_SOMEBODY = 0.5


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Shown):
    """Two coverages held against each other.

    Attributes
    ----------
    residents
        One row a cell that both sides have: cell, insee, weight, sst_before, sst_after, state_before, state_after,
        change (``gained``: served after only, ``lost``: before only, ``kept``: both, ``never``: neither),
        share_of_departures_before and _after, pole_p50_s_before and _after, difference_s (of these medians; missing
        where either is), pace (``quicker`` or ``slower`` by more than a minute, ``same``, ``reached``: a pole is
        reached after only, ``unreached``: before only, ``none``: never), pole_site_before and _after, geometry.
    communes
        One row a commune of AFTER, by insee: insee, name, sst_before, sst_after, residents, served_before,
        served_after, gained, lost, kept, never, net (gained - lost), share_before, share_after, change_in_share,
        quicker and slower (residents whose median time changes by more than a minute, with those who reach a pole after
        only and before only), reached and unreached (the latter two alone), mean_change_min and median_change_min
        (minutes, over the residents who reach a pole on both sides), verdict_before, verdict_after, geometry.
    sst
        The same figures by SST: sst, side (``both``: an SST of the same communes on both sides; ``after``, ``before``:
        of one side only), sst_before, sst_after (names), communes (how many), commune_names, related (the SST of the
        other side that it shares communes with). Rows ``both`` and ``after`` sum to the total, and so do ``both`` and
        ``before``. Empty without a zoning.
    sites
        Sites of either side: site, name, kind, status, open, counts_as_pole, counts_as_antenna, served, each as _before
        and _after (missing where the side does not have the site), moved_m, changes (tuple of ``opened``, ``closed``,
        ``added``, ``removed``, ``moved``, ``kind``, ``status``, ``renamed``, ``counts``), geometry (of AFTER where
        it is there).
    summary
        What `compare --format json` writes: both sides, what differs between them, totals, communes, SST, sites;
        ``other_reading``: the totals if planned sites (``sites``) counted the other way (``planned``) on both sides
        (``total``), and if they opened between the two (``total_opening``); None where that changes nothing.
    findings
        What cannot be compared: cells and communes of one side only.
    language
        The study's language.
    before, after
        The two coverages.
    """

    residents: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    sst: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    summary: dict[str, Any]
    findings: tuple[Finding, ...]
    language: Language
    before: Coverage = field(repr=False)
    after: Coverage = field(repr=False)

    def _headline(self) -> str:
        study, total = self.after.summary["study"], self.summary["total"]
        return f"{study}, {total['gained']:,.0f} gain, {total['lost']:,.0f} lose"

    def plot(self, *, language: Language | None = None) -> Any:
        """Draw who gains and who loses for print, as a matplotlib figure; see `plot_comparison`."""
        return draw(self, way="plot", language=language)

    def explore(self, *, language: Language | None = None) -> Any:
        """Draw the change and both sides as live maps; see `comparison_map`."""
        return draw(self, way="explore", language=language)

    def _repr_html_(self) -> str:
        """Show the maps and the tables in a notebook."""
        return str(draw(self)._repr_html_())


def compare(
    before: Coverage | Study,
    after: Coverage | Study,
    *,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Comparison:
    """Hold two coverages against each other.

    Parameters
    ----------
    before, after
        From `check`, or studies to judge first: two of one territory, or one under two settings (`Study.vary`).
    cache, progress, executor
        As for `check_many`, where studies are given.

    Raises
    ------
    InputError
        When the two have no cell in common, or a study cannot be judged.
    """
    pair = judge_pair(before, after, cache=cache, progress=progress, executor=executor)
    held = hold(*pair)
    return replace(held, summary={**held.summary, "other_reading": _read_otherwise(held, executor)})


def _read_otherwise(held: Comparison, executor: Executor | None) -> dict[str, Any] | None:
    """Count who gains and who loses if planned sites counted the other way; None where that changes nothing."""
    policies = {one.times.settings.policy.planned for one in (held.before, held.after) if one.times is not None}
    if len(policies) != 1:
        return None
    sides = (held.before, held.after)
    word: Literal["closed", "open"] = "closed" if policies == {"open"} else "open"
    turned = [judge_planned(one, word, executor=executor) for one in sides]
    if all(one is None for one in turned):
        return None
    before, after = (other or one for other, one in zip(turned, sides, strict=True))
    # What is planned may open between the two sides: closed before, open after.
    opening = (held.before, after) if word == "open" else (before, held.after)
    totals = {"total": _sum_all(before, after), "total_opening": _sum_all(*opening)}
    figures = ("served_before", "served_after", "gained", "lost")
    if all(abs(total[name] - held.summary["total"][name]) < _SOMEBODY for total in totals.values() for name in figures):
        return None
    names = dict.fromkeys(name for one in (before, after) for name in list_planned(one))
    return {"planned": word, "sites": list(names), **totals}


def _sum_all(before: Coverage, after: Coverage) -> dict[str, Any]:
    residents = _match_residents(before, after, Findings())
    total = sum_residents(residents, np.zeros(len(residents), np.int64), 1).iloc[0]
    return {str(name): value for name, value in total.items()}


def hold(before: Coverage, after: Coverage) -> Comparison:
    """Hold two coverages against each other, in the study's own reading alone; see `compare`."""
    findings = Findings()
    residents = _match_residents(before, after, findings)
    known = set(after.communes["insee"])
    gone = before.communes.loc[~before.communes["insee"].isin(known), "name"]
    if len(gone):
        findings.add("warning", "compare.communes_only_before", count=len(gone), names=", ".join(map(str, gone)))
    communes = _sum_communes(before, after, residents)
    sst = _sum_sst(before, after, residents)
    sites = match_sites(before, after)
    total = sum_residents(residents, np.zeros(len(residents), np.int64), 1).iloc[0].to_dict()
    differences = list_differences(before, after, sites)
    warn_of_zoning(before, after, differences, findings)
    summary = {
        "before": _describe_side(before),
        "after": _describe_side(after),
        "differences": differences,
        "total": total,
        "communes": _describe_rows(communes),
        "sst": _describe_rows(sst),
        "sites": _describe_rows(sites[sites["changes"].map(len) > 0]),
        "unmatched": _describe_unmatched(before, after, residents),
    }
    return Comparison(residents, communes, sst, sites, summary, tuple(findings), after.language, before, after)


# Residents


def _match_residents(before: Coverage, after: Coverage, findings: Findings) -> gpd.GeoDataFrame:
    old, new = before.residents, after.residents
    place = pd.Index(old["cell"]).get_indexer(new["cell"])
    both = place >= 0
    here = new.geometry.representative_point()
    there = old.geometry.representative_point().to_crs(require_crs(new)).iloc[place[both]]
    apart = np.hypot(here.x.to_numpy()[both] - there.x.to_numpy(), here.y.to_numpy()[both] - there.y.to_numpy())
    elsewhere = np.flatnonzero(both)[apart > SAME_CELL_M]
    if len(elsewhere):
        examples = ", ".join(map(str, new["cell"].iloc[elsewhere[:3]]))
        findings.add("error", "compare.cells_elsewhere", cells=len(elsewhere), examples=examples)
        both[elsewhere] = False
    if not both.any():
        raise InputError(
            "compare.no_common_cell", before=_first(old["cell"]), after=_first(new["cell"]), cells=len(elsewhere)
        )
    _report_unmatched(old[~old["cell"].isin(new["cell"][both])], "before", old, findings)
    _report_unmatched(new[~both], "after", new, findings)
    new, old = new[both].reset_index(drop=True), old.iloc[place[both]].reset_index(drop=True)
    _report_other_people(old, new, findings)
    table = new[["cell", "insee"]].copy()
    table["weight"] = np.round(new["weight"].to_numpy(np.float64) * _UNIT) / _UNIT
    for name in ("sst", "state", "share_of_departures", "pole_p50_s", "pole_site"):
        table[f"{name}_before"], table[f"{name}_after"] = old[name], new[name]
    was, now = old["state"].isin(SERVED).to_numpy(), new["state"].isin(SERVED).to_numpy()
    table["change"] = np.select([now & ~was, was & ~now, was & now], CHANGES[:3], CHANGES[3])
    table["difference_s"] = table["pole_p50_s_after"] - table["pole_p50_s_before"]
    table["pace"] = _judge_pace(table)
    return gpd.GeoDataFrame(table, geometry=new.geometry)


def _first(values: pd.Series[Any]) -> str:
    return ", ".join(map(str, values.iloc[:2])) or "–"


def _judge_pace(table: pd.DataFrame) -> NDArray[np.object_]:
    had, has = table["pole_p50_s_before"].notna().to_numpy(), table["pole_p50_s_after"].notna().to_numpy()
    change = table["difference_s"].to_numpy(np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        conditions = [has & ~had, had & ~has, ~had & ~has, change < -NOTICED_S, change > NOTICED_S]
    return np.select(conditions, ["reached", "unreached", "none", "quicker", "slower"], "same").astype(object)


def _report_unmatched(rows: gpd.GeoDataFrame, side: str, table: gpd.GeoDataFrame, findings: Findings) -> None:
    if not len(rows):
        return
    findings.add(
        "warning",
        f"compare.cells_only_{side}",
        cells=len(rows),
        of=len(table),
        people=round(float(rows["weight"].sum())),
        examples=", ".join(map(str, rows["cell"].iloc[:3])),
    )


def _report_other_people(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, findings: Findings) -> None:
    differing = ~np.isclose(old["weight"].to_numpy(np.float64), new["weight"].to_numpy(np.float64), rtol=0, atol=0.01)
    if differing.any():
        before, after = (round(float(table["weight"].sum())) for table in (old, new))
        findings.add("warning", "compare.other_weights", cells=int(differing.sum()), before=before, after=after)
    moved = int((old["insee"].to_numpy(object) != new["insee"].to_numpy(object)).sum())
    if moved:
        findings.add("warning", "compare.other_communes", cells=moved)


def _describe_unmatched(before: Coverage, after: Coverage, residents: gpd.GeoDataFrame) -> dict[str, Any]:
    said = {}
    for side, coverage in (("before", before), ("after", after)):
        rows = coverage.residents[~coverage.residents["cell"].isin(residents["cell"])]
        said[side] = {"cells": len(rows), "residents": round(float(rows["weight"].sum()), 2)}
    return said


# Sums


def sum_residents(residents: gpd.GeoDataFrame, place: NDArray[np.int64], n: int) -> pd.DataFrame:
    """Count compared residents by group.

    Parameters
    ----------
    residents
        `Comparison.residents`.
    place
        int64 (residents,): the group of each; -1 for none.
    n
        How many groups there are.

    Returns
    -------
    DataFrame
        The figures of `Comparison.communes`, one row a group.
    """
    known = place >= 0
    weight = residents["weight"].to_numpy(np.float64)
    change, pace = residents["change"].to_numpy(object), residents["pace"].to_numpy(object)

    def total(where: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(place[known], weights=(weight * where)[known], minlength=n).astype(np.float64)

    parts = {name: total(change == name) for name in CHANGES}
    paces = {name: total(pace == name) for name in PACES}
    everyone = total(np.ones(len(weight), bool))
    was, now = parts["kept"] + parts["lost"], parts["kept"] + parts["gained"]
    figures = {"residents": everyone, "served_before": was, "served_after": now, **parts}
    figures["net"] = parts["gained"] - parts["lost"]
    with np.errstate(invalid="ignore", divide="ignore"):
        figures["share_before"], figures["share_after"] = was / everyone, now / everyone
        figures["change_in_share"] = figures["net"] / everyone
    figures["quicker"] = paces["quicker"] + paces["reached"]
    figures["slower"] = paces["slower"] + paces["unreached"]
    figures["reached"], figures["unreached"] = paces["reached"], paces["unreached"]
    figures["mean_change_min"], figures["median_change_min"] = _average_change(residents, place, n)
    return pd.DataFrame(figures)


def _average_change(
    residents: gpd.GeoDataFrame, place: NDArray[np.int64], n: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and median over people of the change (minutes), of those who reach a pole on both sides."""
    change = residents["difference_s"].to_numpy(np.float64, na_value=np.nan)
    weight = residents["weight"].to_numpy(np.float64)
    known = (place >= 0) & ~np.isnan(change) & (weight > 0)
    rows = np.flatnonzero(known)
    rows = rows[np.lexsort((change[rows], place[rows]))]
    people = np.bincount(place[rows], weights=weight[rows], minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(place[rows], weights=(weight * np.where(known, change, 0))[rows], minlength=n) / people / 60
    median = np.full(n, np.nan)
    ends = np.cumsum(np.bincount(place[rows], minlength=n))
    for group in np.flatnonzero(people):
        mine = rows[(ends[group - 1] if group else 0) : ends[group]]
        heap = np.cumsum(weight[mine])
        median[group] = change[mine[np.searchsorted(heap, heap[-1] / 2)]] / 60
    return mean, median


def _sum_communes(before: Coverage, after: Coverage, residents: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    table: pd.DataFrame = after.communes[["insee", "name"]].reset_index(drop=True)
    was = before.communes.set_index("insee")
    table["sst_before"] = table["insee"].map(was["sst"])
    table["sst_after"] = after.communes["sst"].to_numpy(object)
    place = pd.Index(table["insee"]).get_indexer(residents["insee"])
    table = pd.concat([table, sum_residents(residents, place, len(table))], axis=1)
    table["verdict_before"] = table["insee"].map(was["verdict"])
    table["verdict_after"] = after.communes["verdict"].to_numpy(object)
    return gpd.GeoDataFrame(table, geometry=after.communes.geometry.to_numpy(), crs=after.communes.crs)


def _sum_sst(before: Coverage, after: Coverage, residents: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    sides = {"before": before, "after": after}
    members = {side: _list_members(coverage) for side, coverage in sides.items()}
    same = {codes: name for name, codes in members["before"].items()}
    rows: list[tuple[str, str | None, str | None, frozenset[str]]] = []
    for name, codes in members["after"].items():
        twin = same.get(codes)
        rows.append(("after" if twin is None else "both", twin, name, codes))
    matched = {row[3] for row in rows if row[0] == "both"}
    rows += [("before", name, None, codes) for name, codes in members["before"].items() if codes not in matched]
    rows.sort(key=lambda row: (row[0] == "before", str(row[2] or row[1])))
    tables = {side: coverage.sst.set_index("sst") for side, coverage in sides.items()}
    names = {**_name_communes(before), **_name_communes(after)}
    figures, records, shapes = [], [], []
    for side, old, new, codes in rows:
        own = "before" if side == "before" else "after"
        other = members["after" if own == "before" else "before"]
        name = str(new or old)
        place = np.where((residents[f"sst_{own}"] == name).to_numpy(bool, na_value=False), 0, -1)
        figures.append(sum_residents(residents, place, 1))
        verdicts = {
            f"verdict_{key}": tables[key]["verdict"].get(zone) if zone is not None else None
            for key, zone in (("before", old), ("after", new))
        }
        records.append(
            {
                "sst": name,
                "side": side,
                "sst_before": old,
                "sst_after": new,
                "communes": len(codes),
                "commune_names": tuple(names[code] for code in sorted(codes)),
                "related": () if side == "both" else tuple(zone for zone, theirs in other.items() if codes & theirs),
            }
            | verdicts
        )
        shape = gpd.GeoSeries([tables[own].geometry[name]], crs=sides[own].sst.crs)
        shapes.append(shape.to_crs(require_crs(after.sst))[0])
    leads = ["sst", "side", "sst_before", "sst_after", "communes", "commune_names", "related"]
    lead = pd.DataFrame(records, columns=[*leads, "verdict_before", "verdict_after"])
    nothing = sum_residents(residents.iloc[:0], np.zeros(0, np.int64), 0)
    sums = pd.concat(figures, ignore_index=True) if figures else nothing
    table = pd.concat([lead[leads], sums, lead[["verdict_before", "verdict_after"]]], axis=1)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=after.communes.crs)


def _list_members(coverage: Coverage) -> dict[str, frozenset[str]]:
    zoned = coverage.communes[coverage.communes["sst"].notna()] if len(coverage.sst) else coverage.communes.iloc[:0]
    return {str(name): frozenset(group["insee"]) for name, group in zoned.groupby("sst", sort=True)}


def _name_communes(coverage: Coverage) -> dict[str, str]:
    return dict(zip(coverage.communes["insee"], coverage.communes["name"].astype(str), strict=True))


# Summary


def _describe_side(coverage: Coverage) -> dict[str, Any]:
    summary = coverage.summary
    pools = {
        name: _sum_share(coverage, column) for name, column in (("any", "share_any"), ("own_sst", "share_own_sst"))
    }
    return {
        "study": summary["study"],
        "date": summary["date"],
        "preset": summary["preset"],
        "target": summary["target"],
        "zoning": summary.get("zoning"),
        "sst_count": len(coverage.sst),
        "departures": summary["departures"],
        "walking": summary["walking"],
        "profile": summary["profile"],
        "total": summary["total"],
        "communes_meeting": int((coverage.communes["verdict"] == "meets").sum()),
        "served_by_pool": pools,
        "sst_without_pole": list_bare_sst(coverage),
        "inputs": summary.get("inputs", []),
    }


def _sum_share(coverage: Coverage, column: str) -> float | None:
    """Residents served by one pool of poles, from the shares of the communes."""
    table = coverage.communes[coverage.communes["residents"] > 0]
    if not len(coverage.sst) or column not in table or table[column].isna().any():
        return None
    return round(float((table[column] * table["residents"]).sum()), 2)


def list_bare_sst(coverage: Coverage) -> list[str]:
    """Name the SST of a study in which no site counts as a pole."""
    poles = coverage.sites[coverage.sites["counts_as_pole"].to_numpy(bool)]
    by_commune = coverage.communes.set_index("insee")["sst"]
    own = poles["sst"].where(poles["sst"].notna(), poles["insee"].map(by_commune))
    return sorted(set(map(str, coverage.sst["sst"])) - set(own.dropna().astype(str)))


def _describe_rows(table: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): None if _is_gap(value) else value for name, value in row.items()}
        for row in table.drop(columns=table.geometry.name).to_dict("records")
    ]


def _is_gap(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))
