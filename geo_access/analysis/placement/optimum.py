"""Placements worked out: the optimum for each number of places, tidied, ordered and told in figures."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from geo_access.analysis.placement.demand import FAR_S
from geo_access.analysis.placement.location_models import Cover, Median, Pairs
from geo_access.analysis.placement.location_solvers import (
    Solution,
    Solver,
    list_within,
    make_median_solver,
    maximise_cover,
    minimise_median,
    minimise_places,
    minimise_worst,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.analysis.placement.demand import Demand
    from geo_access.core.findings import Findings
    from geo_access.core.progress import Progress
    from geo_access.verdict.coverage import Coverage

Objective = Literal["cover", "median", "worst", "set"]


@dataclass(frozen=True)
class Asked:
    """What was asked for, and of whom."""

    coverage: Coverage
    demand: Demand
    places: gpd.GeoDataFrame
    objective: Objective
    count: int
    findings: Findings

    @property
    def movable(self) -> list[int]:
        """Places of the model that are sites of today which may close."""
        return list(range(len(self.places), len(self.places) + len(self.demand.movable)))


@dataclass(frozen=True)
class Solved:
    """The optimum for each number of new places; the last is what was asked for."""

    steps: list[Solution]
    chosen: list[int]

    @property
    def last(self) -> Solution:
        """The optimum for as many as were asked for."""
        return self.steps[-1]


class _Work(ABC):
    """What the two measures of access have in common."""

    asked: Asked
    model: Cover | Median

    @abstractmethod
    def make_solver(self) -> Solver: ...

    @abstractmethod
    def find(self, solver: Solver, budget: int, until: float, start: Sequence[int]) -> Solution: ...

    @abstractmethod
    def measure(self, found: Solution, chosen: list[int]) -> tuple[float, float]: ...

    def solve(self, until: float, progress: Progress) -> Solved:
        """Solve for each number of new places, until a time of `time.monotonic`."""
        asked, movable, solver = self.asked, self.asked.movable, self.make_solver()
        steps: list[Solution] = []
        last: list[int] = list(movable)
        for count in range(asked.count + 1):
            progress("placing", count, asked.count + 1)
            if steps and self.sufficient(last):
                steps.append(steps[-1])
                continue
            budget = count + len(movable)
            if count == 0 and not movable:
                found = Solution(np.zeros(0, np.int64), 0.0, 0.0, "optimal")
            else:
                found = self.find(solver, budget, _share(until, count, asked.count), last)
            last = self.tidy(found.chosen, budget)
            value, bound = self.measure(found, last)
            steps.append(replace(found, chosen=np.array(last, np.int64), value=value, bound=bound))
        progress("placing", asked.count + 1, asked.count + 1)
        return Solved(steps, last)

    def score(self, chosen: Sequence[int]) -> tuple[float, ...]:
        """What a choice is worth, the greater the better."""
        return (float(self.model.fare(chosen) @ self.model.weight),)

    def sufficient(self, chosen: Sequence[int]) -> bool:
        """Say whether nobody would have more if every place were open, and nothing is closed that could stay."""
        return set(self.asked.movable) <= set(chosen) and bool((self.model.fare(chosen) >= self.model.most).all())

    def tidy(self, chosen: Iterable[int], budget: int | None) -> list[int]:
        """Open nothing that brings nothing, and close nothing without need: the choice is worth the same."""
        movable, kept = set(self.asked.movable), sorted(int(one) for one in chosen)
        worth = self.score(kept)
        for one in [place for place in kept if place not in movable][::-1]:
            less = [other for other in kept if other != one]
            if self.score(less) >= worth:
                kept = less
        for closed in sorted(movable - set(kept)):
            if budget is not None and len(kept) < budget:
                kept = sorted([*kept, closed])
                continue
            for one in [place for place in kept if place not in movable]:
                swapped = sorted([closed, *(other for other in kept if other != one)])
                if self.score(swapped) >= worth:
                    kept = swapped
                    break
        return kept

    def order(self, chosen: Sequence[int]) -> list[int]:
        """Sort new places by what they bring beside the ones before."""
        movable = set(self.asked.movable)
        sorted_, rest = [one for one in chosen if one in movable], [one for one in chosen if one not in movable]
        ordered: list[int] = []
        while rest:
            gains = self.model.gain_each([*sorted_, *ordered])
            best = max(rest, key=lambda place: (gains[place], -place))
            ordered.append(best)
            rest.remove(best)
        return ordered


class CoverWork(_Work):
    """Maximal covering and set covering."""

    model: Cover

    def __init__(self, asked: Asked, model: Cover, rows: NDArray[np.int64], served: NDArray[np.int64]) -> None:
        self.asked, self.model, self.rows, self.served = asked, model, rows, served
        weight = asked.demand.weight
        self.base, self.total = float(weight[served].sum()), float(weight.sum())

    def solve(self, until: float, progress: Progress) -> Solved:
        """Solve for each number of new places, or for as few as it takes, until a time of `time.monotonic`."""
        return self._solve_set(until) if self.asked.objective == "set" else super().solve(until, progress)

    def make_solver(self) -> Solver:
        """Return what solves all steps, and learns from each."""
        return Solver(self.model)

    def find(self, solver: Solver, budget: int, until: float, start: Sequence[int]) -> Solution:
        """Solve one step."""
        return maximise_cover(solver, budget, until=until, start=start)

    def measure(self, found: Solution, chosen: list[int]) -> tuple[float, float]:
        """Return how many are served by the tidied choice, and by any choice at most."""
        value = self.score(chosen)[0]
        return self.base + value, self.base + (value if found.status == "optimal" else found.bound)

    def _solve_set(self, until: float) -> Solved:
        asked, model = self.asked, self.model
        groups, wanted = None, None
        required = asked.coverage.preset.required_share
        if required < 1:
            codes = pd.Index(asked.coverage.communes["insee"])
            place = codes.get_indexer(asked.coverage.residents["insee"])
            weight, n = asked.demand.weight, len(codes)
            total, met = np.bincount(place, weights=weight, minlength=n), np.zeros(n)
            np.add.at(met, place[self.served], weight[self.served])
            groups, wanted = place[self.rows], np.maximum(required * total - met, 0.0)
        found = minimise_places(model, until=until, groups=groups, asked=wanted)
        chosen = sorted(found.chosen.tolist())
        if groups is None:
            chosen = self.tidy(chosen, None)
        new, shift = self.order(chosen), len(asked.movable)
        kept = [one for one in chosen if one in set(asked.movable)]
        steps = []
        for count in range(len(new)):
            opened = np.sort(np.array([*kept, *new[:count]], np.int64))
            steps.append(Solution(opened, float(count), float(count), "order"))
        all_open = np.array(chosen, np.int64)
        steps.append(replace(found, chosen=all_open, value=float(len(chosen) - shift), bound=found.bound - shift))
        return Solved(steps, chosen)

    def tell(self, step: Solution) -> dict[str, Any]:
        """Return a choice's figures for the curve."""
        served = self.base + self.score(step.chosen.tolist())[0]
        return {"served": served, "share": served / self.total if self.total else np.nan}

    def compare(self, chosen: Sequence[int]) -> dict[str, Any]:
        """Return columns of all residents, before and after."""
        n = len(self.asked.demand.weight)
        sides = {}
        for side, places in (("before", self.asked.movable), ("after", chosen)):
            served = np.zeros(n, bool)
            served[self.served] = True
            served[self.rows[self.model.fare(places) > 0]] = True
            sides[f"served_{side}"] = served
        return sides

    def gain(self, amount: float) -> float:
        """Say what an amount of weighted fare is to a reader."""
        return amount

    def unreachable(self) -> NDArray[np.int64]:
        """Rows of the residents whom all places together do not serve."""
        return np.asarray(self.rows[self.model.most == 0], np.int64)


class TimeWork(_Work):
    """p-median and p-centre."""

    model: Median

    def __init__(self, asked: Asked, model: Median, rows: NDArray[np.int64]) -> None:
        self.asked, self.model, self.rows = asked, model, rows
        self.everyone = float(model.weight.sum())
        #: Who is somewhere within two hours when everything is open.
        self.reachable = model.today - model.most < FAR_S

    def score(self, chosen: Sequence[int]) -> tuple[float, ...]:
        """What a choice is worth: least seconds first."""
        taken = self.model.today - self.model.fare(chosen)
        mean = -float(taken @ self.model.weight)
        if self.asked.objective == "median":
            return (mean,)
        return (-float(taken[self.reachable].max(initial=0.0)), mean)

    def make_solver(self) -> Solver:
        """Return what solves all steps, and learns from each."""
        return make_median_solver(self.model)

    def find(self, solver: Solver, budget: int, until: float, start: Sequence[int]) -> Solution:
        """Solve one step."""
        if self.asked.objective == "median":
            return minimise_median(solver, budget, until=until, start=start)
        return self._find_worst(solver, budget, until, start)

    def measure(self, found: Solution, chosen: list[int]) -> tuple[float, float]:
        """Return the seconds of the tidied choice, and those of any choice at least."""
        told = self.tell(replace(found, chosen=np.array(chosen, np.int64)))
        value = told["mean_s" if self.asked.objective == "median" else "worst_s"]
        return value, value if found.status == "optimal" else min(found.bound, value)

    def _find_worst(self, solver: Solver, budget: int, until: float, start: Sequence[int]) -> Solution:
        model = self.model
        radius = minimise_worst(_among(model, self.reachable), budget, until=until, start=start)
        must = list_within(_among(model, self.reachable), radius.value)
        quickest = minimise_median(solver, budget, until=until, start=radius.chosen.tolist(), must=must)
        return replace(radius, chosen=quickest.chosen, rounds=radius.rounds + quickest.rounds)

    def tell(self, step: Solution) -> dict[str, Any]:
        """Return a choice's figures for the curve."""
        taken = self.model.today - self.model.fare(step.chosen.tolist())
        mean = float(taken @ self.model.weight) / self.everyone if self.everyone else 0.0
        return {"mean_s": mean, "worst_s": float(taken[self.reachable].max(initial=0.0))}

    def compare(self, chosen: Sequence[int]) -> dict[str, Any]:
        """Return columns of all residents, before and after."""
        sides = {}
        for side, places in (("before", self.asked.movable), ("after", chosen)):
            taken = np.full(len(self.asked.demand.weight), FAR_S, np.int64)
            taken[self.rows] = (self.model.today - self.model.fare(places)).astype(np.int64)
            sides[f"seconds_{side}"] = pd.arrays.IntegerArray(taken, taken >= FAR_S)
        return sides

    def gain(self, amount: float) -> float:
        """Say what an amount of weighted fare is to a reader."""
        return amount / self.everyone if self.everyone else 0.0

    def unreachable(self) -> NDArray[np.int64]:
        """Rows of the residents who have nothing within two hours, with everything open."""
        return self.rows[~self.reachable]


def _among(model: Median, residents: NDArray[np.bool_]) -> Median:
    """Return the same places for some of the residents."""
    new = np.cumsum(residents) - 1
    pairs, kept = model.pairs, residents[model.pairs.resident]
    return Median(
        Pairs(pairs.place[kept], new[pairs.resident[kept]], pairs.n_places, int(residents.sum())),
        model.seconds[kept],
        model.today[residents],
        model.weight[residents],
    )


def _share(until: float, count: int, most: int) -> float:
    """When a step must end: all have a like share, but the last one two, whose answer was asked for."""
    now = time.monotonic()
    return until if count == most else now + max(until - now, 0.0) / (most - count + 2)
