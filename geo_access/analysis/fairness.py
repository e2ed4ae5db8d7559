"""Who bears the minutes: how travel times and places in PMI are spread over residents, incomes and groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from geo_access.analysis.inequality import (
    ENHANCED_WEIGHTS,
    concentration_curve,
    concentration_index,
    gini,
    lorenz_curve,
    palma_ratio,
    two_step_catchments,
    weighted_quantiles,
    zone_weights,
)
from geo_access.core.display import Shown
from geo_access.core.errors import InputError, SettingsError
from geo_access.core.findings import Findings
from geo_access.routing.arrays import percentile
from geo_access.routing.scan import NEVER
from geo_access.study.inputs.columns import SITES
from geo_access.study.inputs.source_table import SourceTable
from geo_access.verdict.coverage import take_coverage
from geo_access.verdict.targets import find_pmi_rule, list_counting, make_target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.presets import Rule
    from geo_access.verdict.coverage import Coverage

#: Columns that say how many places a PMI has.
CAPACITY = SITES["capacity"]
#: Groups that Filosofi's squares count: young children, poor households, single parents, people of 80 and more.
GROUPS = ("ind_0_3 + ind_4_5", "men_pauv", "men_fmp", "ind_80p")
CHILDREN, INCOME = GROUPS[0], "ind_snv"
#: Bound of a travel time in sums of minutes: who needs longer, or reaches no pole, counts for this much.
CAP_MIN = 120.0
#: A PMI so near to a pole is the pole's own.
_TWIN_M = 50.0
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


class Note(NamedTuple):
    """What a reader must know of the figures: a text of the catalogue ``fairness``, and its values."""

    code: str
    params: dict[str, Any]


@dataclass(frozen=True, repr=False, eq=False)
class Fairness(Shown):
    """How minutes and places are spread. Missing (NaN) is what cannot be said.

    Attributes
    ----------
    distribution
        share, minutes: the travel time to the nearest pole (the median over the departures) that this share of the
        residents does not exceed; missing where it lies among residents who reach none.
    measures
        One row a measure: measure (``gini``, ``palma``, ``concentration_income``, ``concentration_priority``,
        ``gini_pmi``, ``without_pmi``: the share of the demand with no PMI in reach), value, counted (residents, or
        children for the PMI), capped (of them, at the bound), left_out.
    curves
        curve (``lorenz``, ``income``, ``priority``), people, minutes: cumulated shares.
    groups
        One row a group: group (its columns, or ``priority``), compared (``rest`` or ``everyone``), people, share (of
        all that its kind counts), served, served_rest (shares within reach), gap (their difference), ratio, median_min,
        median_min_rest, gap_min (minutes), unreached (its members who reach no pole).
    incomes
        One row a fifth of the residents by the income of their cell, the poorest first: fifth, residents, income (the
        mean per person), served, median_min. Empty without incomes.
    cells
        cell, insee, weight, minutes, demand (of the PMI), score (2SFCA: capacity per head of demand), geometry.
    sites
        site, name, kind, capacity, demand (weighted, in the catchment), ratio (capacity per head). Empty without a PMI.
    notes
        How those without a time count, what the study does not have, by which rule catchments are drawn.
    """

    distribution: pd.DataFrame
    measures: pd.DataFrame
    curves: pd.DataFrame
    groups: pd.DataFrame
    incomes: pd.DataFrame
    cells: gpd.GeoDataFrame
    sites: pd.DataFrame
    notes: tuple[Note, ...]

    def _headline(self) -> str:
        named = self.measures.set_index("measure")["value"]
        return ", ".join(f"{name} {named[name]:.3g}" for name in ("gini", "palma") if name in named)


def measure_fairness(
    coverage: Coverage,
    *,
    income: str | None = None,
    groups: Sequence[str] = (),
    demand: str | None = None,
    cap_min: float | None = CAP_MIN,
    catchment_min: float | None = None,
    mode: Literal["walk", "transit"] | None = None,
    enhanced: bool = False,
    executor: Executor | None = None,
) -> Fairness:
    """Measure how evenly travel times to the poles, and places in PMI, are spread.

    The definitions, with their sources, are those of the functions of `inequality`. Everyone in a cell has the cell's
    travel time and income: differences within a cell are not seen.

    Parameters
    ----------
    coverage
        What `check` returns.
    income
        A column of the residents' file with the income per person; by default Filosofi's ``ind_snv`` where it is, which
        is a sum and is divided by the persons (``ind``).
    groups
        Columns that count people or households (or sums, "a + b"), besides those of `GROUPS` that there are.
    demand
        Whom the PMI are for; by default the children under 6 (``ind_0_3 + ind_4_5``), else all residents.
    cap_min
        Bound of the minutes in Gini, Palma and concentration, for those who need longer or reach no pole; None leaves
        out those who reach none, and counts them. Shares and medians need no bound: who reaches none comes last.
    catchment_min
        A PMI's catchment ends here (included); by default the rule's limit of the target, else of the speech that has
        a rule for PMI.
    mode
        How people come to a PMI; by default as the rule says. By public transport a PMI is in reach when it is at the
        share of the departures that the target requires.
    enhanced
        Three zones of weights 1, 0.68 and 0.22 (Luo & Qi 2009) instead of one (Luo & Wang 2003).
    executor
        As for `check`.

    Raises
    ------
    InputError
        For a column that the residents' file does not have, a negative number, or a coverage without travel times.
    """
    take_coverage(coverage)
    if coverage.times is None:
        raise InputError("fairness.no_times")
    return _Measurer(coverage, coverage.times).measure(
        income, groups, demand, cap_min, _Catchment(catchment_min, mode, enhanced, executor)
    )


class _Catchment(NamedTuple):
    minutes: float | None
    mode: Literal["walk", "transit"] | None
    enhanced: bool
    executor: Executor | None


class _Measurer:
    def __init__(self, coverage: Coverage, times: TravelTimes) -> None:
        self.coverage, self.times = coverage, times
        self.table = times.inputs.residents
        self.file = times.settings.residents.file
        self.weight = coverage.residents["weight"].to_numpy(np.float64)
        self.minutes = coverage.residents["pole_p50_s"].to_numpy(np.float64, na_value=np.inf) / 60
        self.served = coverage.residents["state"].isin(["pole", "antenna"]).to_numpy(bool)
        self.notes: list[Note] = []

    def measure(
        self, income: str | None, groups: Sequence[str], demand: str | None, cap_min: float | None, at: _Catchment
    ) -> Fairness:
        reached = np.isfinite(self.minutes)
        self.note("one_time_per_cell")
        if cap_min is None:
            self.note("left_out", people=float(self.weight[~reached].sum()))
            kept, bounded = reached, np.where(reached, self.minutes, 0.0)
        else:
            if not (np.isfinite(cap_min) and cap_min > 0):
                raise InputError("fairness.wrong_cap", cap=cap_min)
            kept, bounded = np.ones(len(reached), bool), np.minimum(self.minutes, cap_min)
            over = float(self.weight[self.minutes > cap_min].sum())
            self.note("capped", cap=cap_min, people=over, unreached=float(self.weight[~reached].sum()))
        over_cap = kept & (self.minutes > (np.inf if cap_min is None else cap_min))
        over_cap |= kept & ~reached
        rows: list[dict[str, Any]] = []
        curves: list[pd.DataFrame] = []

        def tell(measure: str, value: float, who: NDArray[np.bool_]) -> None:
            counted, capped = self.weight[who].sum(), self.weight[who & over_cap].sum()
            left_out = self.weight.sum() - counted
            rows.append(
                {"measure": measure, "value": value, "counted": counted, "capped": capped, "left_out": left_out}
            )

        if bounded[kept] @ self.weight[kept] > 0:
            tell("gini", gini(bounded[kept], self.weight[kept]), kept)
            tell("palma", palma_ratio(bounded[kept], self.weight[kept]), kept)
            curves.append(_name_curve("lorenz", lorenz_curve(bounded[kept], self.weight[kept])))
        else:
            self.note("no_minutes")
        ranks = {"income": self._read_income(income), "priority": self._rank_priority()}
        for name, rank in ranks.items():
            who = kept & np.isfinite(rank) if rank is not None else np.zeros(len(kept), bool)
            if rank is not None and bounded[who] @ self.weight[who] > 0:
                tell(f"concentration_{name}", concentration_index(bounded[who], self.weight[who], rank[who]), who)
                curves.append(_name_curve(name, concentration_curve(bounded[who], self.weight[who], rank[who])))
        cells, sites = self._share_places(demand, at, rows)
        return Fairness(
            distribution=self._distribute(),
            measures=pd.DataFrame(rows, columns=["measure", "value", "counted", "capped", "left_out"]),
            curves=pd.concat(curves, ignore_index=True) if curves else _name_curve("lorenz", np.empty((0, 2))),
            groups=self._compare_groups(groups),
            incomes=self._split_incomes(ranks["income"]),
            cells=cells,
            sites=sites,
            notes=tuple(self.notes),
        )

    def note(self, code: str, **params: Any) -> None:
        self.notes.append(Note(f"fairness.{code}", params))

    def _column(self, said: str) -> NDArray[np.float64]:
        """Read a column of the residents, or a sum of columns; blanks are 0."""
        total = np.zeros(len(self.table))
        names = [said] if said in self.table else [name.strip() for name in said.split("+")]
        for name in names:
            if not self._has(name):
                known = ", ".join(str(one) for one in self.table if self._has(str(one)))
                raise InputError("fairness.unknown_column", file=self.file, column=name, known=known)
            total += self.table[name].fillna(0).to_numpy(np.float64)
        if (total < 0).any():
            raise InputError("fairness.negative", file=self.file, column=said)
        return total

    def _has(self, name: str) -> bool:
        own = ("x", "y", "geometry")
        return name in self.table and name not in own and pd.api.types.is_numeric_dtype(self.table[name])

    # Times

    def _distribute(self) -> pd.DataFrame:
        found = weighted_quantiles(self.minutes, self.weight, SHARES)
        return pd.DataFrame({"share": SHARES, "minutes": np.where(np.isfinite(found), found, np.nan)})

    def _median(self, people: NDArray[np.float64]) -> float:
        if not people.sum() > 0:
            return float("nan")
        found = float(weighted_quantiles(self.minutes, people, 0.5)[0])
        return found if np.isfinite(found) else float("nan")

    def _share_served(self, people: NDArray[np.float64]) -> float:
        return float(people[self.served].sum() / people.sum()) if people.sum() > 0 else float("nan")

    # Incomes

    def _read_income(self, income: str | None) -> NDArray[np.float64] | None:
        """Return the income per person of each cell, NaN where it says none."""
        if income is None and INCOME not in self.table:
            self.note("no_income", column=INCOME)
            return None
        column = income or INCOME
        self._column(column)  # is there, and holds no negative number
        values: NDArray[np.float64] = self.table[column].to_numpy(np.float64)
        if column == INCOME:
            heads = self._column("ind") if self._has("ind") else self.weight
            values = np.divide(values, heads, out=np.full(len(values), np.nan), where=heads > 0)
            self.note("income_per_person", column=column)
        else:
            self.note("income_as_is", column=column)
        lost = float(self.weight[~np.isfinite(values)].sum())
        if lost > 0:
            self.note("income_missing", people=lost)
        return values

    def _split_incomes(self, income: NDArray[np.float64] | None) -> pd.DataFrame:
        columns = ["fifth", "residents", "income", "served", "median_min"]
        known = np.zeros(0, bool) if income is None else np.isfinite(income) & (self.weight > 0)
        if income is None or not known.any():
            return pd.DataFrame(columns=columns)
        ends = weighted_quantiles(income[known], self.weight[known], [0.2, 0.4, 0.6, 0.8])
        fifth = np.searchsorted(ends, income, side="left")
        rows = []
        for number in range(5):
            people = np.where(known & (fifth == number), self.weight, 0.0)
            there = people > 0
            mean = float(people[there] @ income[there] / people.sum()) if there.any() else float("nan")
            rows.append((number + 1, people.sum(), mean, self._share_served(people), self._median(people)))
        return pd.DataFrame(rows, columns=columns)

    # Groups

    def _inside(self) -> NDArray[np.bool_] | None:
        residents = self.coverage.residents
        return residents["priority_area"].notna().to_numpy(bool) if "priority_area" in residents else None

    def _rank_priority(self) -> NDArray[np.float64] | None:
        inside = self._inside()
        if inside is None:
            self.note("no_priority")
            return None
        if not (self.weight[inside].sum() > 0):
            self.note("nobody_in_priority")
            return None
        return np.where(inside, 0.0, 1.0)

    def _compare_groups(self, asked: Sequence[str]) -> pd.DataFrame:
        rows, absent = [], []
        inside = self._inside()
        if inside is not None and self.weight[inside].sum() > 0:
            rows.append(self._compare("priority", self.weight * inside, self.weight))
        for name in dict.fromkeys((*GROUPS, *asked)):
            missing = [part for part in name.split(" + ") if not self._has(part)]
            if name in GROUPS and name not in asked and missing:
                absent.extend(missing)
                continue
            rows.append(self._compare(name, self._column(name), self._base_of(name)))
        if absent:
            self.note("no_columns", columns=", ".join(absent))
        columns = ["group", "compared", "people", "share", "served", "served_rest", "gap", "ratio"]
        columns += ["median_min", "median_min_rest", "gap_min", "unreached"]
        return pd.DataFrame(rows, columns=columns)

    def _base_of(self, name: str) -> NDArray[np.float64] | None:
        """What a count is a part of: households, or persons; None where the file does not count them."""
        if name.startswith("men"):
            return self._column("men") if self._has("men") else None
        if name.startswith("ind"):
            return self._column("ind") if self._has("ind") else self.weight
        return None

    def _compare(self, name: str, group: NDArray[np.float64], base: NDArray[np.float64] | None) -> dict[str, Any]:
        # Squares with few people are imputed: their parts may exceed the whole by a hair.
        part = base is not None and np.maximum(group - base, 0).sum() <= 1e-3 * group.sum()
        rest = np.maximum(base - group, 0.0) if base is not None and part else self.weight
        served, served_rest = self._share_served(group), self._share_served(rest)
        median, median_rest = self._median(group), self._median(rest)
        return {
            "group": name,
            "compared": "rest" if part else "everyone",
            "people": float(group.sum()),
            "share": float(group.sum() / base.sum()) if base is not None and part and base.sum() > 0 else float("nan"),
            "served": served,
            "served_rest": served_rest,
            "gap": served - served_rest,
            "ratio": served / served_rest if served_rest > 0 else float("nan"),
            "median_min": median,
            "median_min_rest": median_rest,
            "gap_min": median - median_rest,
            "unreached": float(group[~np.isfinite(self.minutes)].sum()),
        }

    # Places in PMI

    def _share_places(
        self, demand: str | None, at: _Catchment, rows: list[dict[str, Any]]
    ) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
        cells = self.coverage.residents[["cell", "insee", "weight"]].copy()
        cells["minutes"] = np.where(np.isfinite(self.minutes), self.minutes, np.nan)
        if demand is None and all(self._has(part) for part in CHILDREN.split(" + ")):
            demand = CHILDREN
        people = self.weight if demand is None else self._column(demand)
        self.note("demand_all" if demand is None else "demand", column=demand or self.times.settings.residents.weight)
        sites, scores = self._find_scores(people, at)
        cells["demand"], cells["score"] = people, scores
        cells["geometry"] = self.coverage.residents.geometry
        if np.isfinite(scores).all() and people @ scores > 0:
            without = float(people[scores == 0].sum() / people.sum())
            for measure, value in (("gini_pmi", gini(scores, people)), ("without_pmi", without)):
                row = {"measure": measure, "value": value, "counted": people.sum(), "capped": 0.0, "left_out": 0.0}
                rows.append(row)
        return cells.set_geometry("geometry"), sites

    def _find_scores(self, people: NDArray[np.float64], at: _Catchment) -> tuple[pd.DataFrame, NDArray[np.float64]]:
        inputs, policy = self.times.inputs, self.times.settings.policy
        target = make_target(policy)
        rule = find_pmi_rule(target)
        rule = replace(rule, mode=at.mode or rule.mode)
        counting = list_counting(inputs.sites, "pmi", rule, policy)
        rows = np.flatnonzero(counting & inputs.sites["kind"].isin(["pmi", "pole"]).to_numpy(bool))
        capacity = self._read_capacity(rows)
        rows, capacity = rows[~np.isnan(capacity)], capacity[~np.isnan(capacity)]
        sites = pd.DataFrame(inputs.sites.iloc[rows][["site", "name", "kind"]]).reset_index(drop=True)
        if not len(rows):
            self.note("no_pmi")
            return sites.assign(capacity=[], demand=[], ratio=[]), np.full(len(people), np.nan)
        if at.minutes is not None and not 0 < at.minutes <= 24 * 60:
            raise InputError("fairness.wrong_catchment", minutes=at.minutes)
        limit_s = rule.seconds if at.minutes is None else max(1, round(60 * at.minutes))
        seconds = self._time_to(rows, rule, target.departures_required, at.executor)
        direct = round(60 * float(self.times.settings.walking.limits_min.direct))
        if rule.mode == "walk" and limit_s > direct:
            self.note("catchment_cut", minutes=direct / 60)
        counts = zone_weights(seconds, limit_s, ENHANCED_WEIGHTS if at.enhanced else (1.0,))
        score, ratio = two_step_catchments(counts, people, capacity)
        method = "enhanced" if at.enhanced else "plain"
        way = "by_walk" if rule.mode == "walk" else "by_transit"
        self.note(f"catchment_{method}", way=Note(f"fairness.{way}", {}), seconds=limit_s, sites=len(rows))
        nobody = float(capacity[np.isnan(ratio)].sum())
        if nobody > 0:
            self.note("capacity_unreached", capacity=nobody, sites=int(np.isnan(ratio).sum()))
        return sites.assign(capacity=capacity, demand=people @ counts, ratio=ratio), score

    def _time_to(
        self, rows: NDArray[np.int64], rule: Rule, required: float, executor: Executor | None
    ) -> NDArray[np.int32]:
        """Seconds from every resident to every site, which they need at the share of the departures required."""
        if rule.mode == "walk":
            return np.asarray(self.times.walk_seconds(rule.profile)[:, rows], np.int32)
        if not self.times.settings.transit.gtfs:
            raise SettingsError("study.no_feed", file=self.times.inputs.study.file, rule="pmi")
        found = np.full((len(self.table), len(rows)), NEVER, np.int32)
        place = {int(row): at for at, row in enumerate(rows)}
        for row, seconds in self.times.transit_seconds([int(row) for row in rows], executor=executor):
            found[:, place[row]] = percentile(seconds, 100 * required)
        return found

    def _read_capacity(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the capacity of sites; 1 each where the list of sites has no such column. NaN: is no PMI of its own.

        A pole holds a PMI, and counts as one: but not again where its PMI is a site of the list itself.
        """
        inputs = self.times.inputs
        pole = inputs.sites["kind"].to_numpy(object)[rows] == "pole"
        path = inputs.study.table(self.times.settings.sites.file)
        named = self.times.settings.sites
        # What is odd in the file was told when the study was read.
        table = SourceTable.read(path, Findings(), columns=SITES, crs=named.crs, part=named.part)
        column = table.heading(CAPACITY)
        if column is None:
            self.note("no_capacity", columns=", ".join(CAPACITY.every))
            points = inputs.site_points[rows]
            apart = np.linalg.norm(points[:, None] - points[None, ~pole], axis=2)
            twin = pole & (apart <= _TWIN_M).any(axis=1)
            if twin.any():
                self.note("twin_poles", sites=int(twin.sum()), metres=_TWIN_M)
            return np.where(twin, np.nan, 1.0)
        said = pd.Series(table.read_numbers(CAPACITY), index=table.rows)
        lines = inputs.sites["row"].to_numpy()[rows]
        capacity = np.asarray(said.reindex(lines), np.float64)
        unsaid = np.isnan(capacity)
        if (unsaid & pole).any():
            self.note("capacity_poles", sites=int((unsaid & pole).sum()))
        for wrong, code in ((unsaid & ~pole, "capacity_blank"), (capacity < 0, "capacity_negative")):
            if wrong.any():
                at = int(lines[wrong][0])
                raise InputError(f"fairness.{code}", file=path, row=at, column=column, count=int(wrong.sum()))
        self.note("capacity", column=column, total=float(np.nansum(capacity)))
        return capacity


def _name_curve(name: str, curve: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame({"curve": name, "people": curve[:, 0], "minutes": curve[:, 1]})
