"""Where to open places, as exact optima: maximal covering, p-median, p-centre, set covering, solved by HiGHS.

Each model is a programme over "is this place open" that knows less than the truth and never denies it: its optimum is a
bound. What it chooses is then evaluated exactly; where a resident fares worse than the programme believed, inequalities
that say so are added, and it is solved again. When belief and truth agree the choice is proven optimal. Places whose
reduced cost in the relaxed programme exceeds what is missing between the best choice known and the bound are in no
better choice, and left out before whole numbers are asked for. This is
Benders' decomposition with the inequalities of submodular functions (Nemhauser & Wolsey 1981, "Maximizing submodular
set functions"); for p-median they are those of Duran-Mateluna, Ales & Elloumi (2023, "An efficient Benders
decomposition for the p-median problem", European Journal of Operational Research 308).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

from geo_access.analysis.placement.location_models import TOLERANCE, Cover, Median, Pairs, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_access.analysis.placement.location_models import Model

Status = Literal["optimal", "time limit", "infeasible", "order"]

#: Passes over the linear relaxation before whole numbers are asked for.
_RELAXED_ROUNDS = 30
#: Passes that lower the bound by less than this share of what is missing are the last.
_TAIL = 0.02
#: The least time that the solver is given (seconds).
_LEAST_S = 0.05


@dataclass(frozen=True)
class Solution:
    """What a model found.

    Attributes
    ----------
    chosen
        int64: the places that are open, ascending.
    value
        The objective, evaluated exactly.
    bound
        What no choice can beat, proven.
    status
        ``optimal``: proven; ``time limit``: the best found so far; ``infeasible``: nothing fulfils the demand;
        ``order``: a part of a choice, not solved for.
    rounds
        How often HiGHS was asked for whole numbers.
    """

    chosen: NDArray[np.int64]
    value: float
    bound: float
    status: Status
    rounds: int = 0

    @property
    def gap(self) -> float:
        """What may be missing to the optimum, as a share of the value; 0 when it is proven."""
        off = abs(self.bound - self.value)
        return 0.0 if off == 0 else off / abs(self.value) if self.value else float("inf")


class Solver:
    """Solves one model for several numbers of places; what one solution taught serves the next.

    Parameters
    ----------
    model
        Whose fare is maximised, by weight.
    scale
        The weights are multiplied by this for HiGHS, whose tolerances are absolute.
    """

    def __init__(self, model: Model, *, scale: float = 1.0) -> None:
        self.model, self.scale = model, scale
        self.rows = Rows()
        model.tell_first(self.rows)
        self._matrix, self._limits = self.rows.matrix(model.pairs.n_places, model.pairs.n_residents)
        self._built = self._first = len(self.rows.residents)
        self._most = model.most
        #: Whether some place alone does too little for somebody.
        self.partial = bool(model.whole.any())
        self._whole = model.whole

    def maximise(
        self, count: int, *, until: float, start: Sequence[int] = (), must: Sequence[NDArray[np.int64]] = ()
    ) -> Solution:
        """Choose at most `count` places so that the weighted fare is greatest.

        Parameters
        ----------
        count
            How many places may be open.
        until
            When to stop, by `time.monotonic`.
        start
            A choice that is known; the result is no worse.
        must
            Groups of places of each of which one must be open.
        """
        model, pairs = self.model, self.model.pairs
        n, m = pairs.n_places, pairs.n_residents
        best = np.sort(np.asarray(list(start), np.int64))
        value = self._value(best)
        bound = float(self._most @ model.weight)
        budget = _budget(n, m, count, must)
        if bound - value <= self._slack(bound) or not n or count < 1:
            return Solution(best, value, max(value, 0.0 if count < 1 else bound), "optimal")
        if count == 1 and not must:
            # One place alone needs no programme: each has been tried.
            gains = model.gain_each([])
            one = np.array([int(np.argmax(gains))], np.int64)
            return Solution(one, max(self._value(one), value), max(self._value(one), value), "optimal")
        relaxed, able = self._relax(budget, value, until)
        bound, rounds = min(bound, relaxed), 0
        while True:
            left = until - time.monotonic()
            if bound - value <= self._slack(bound):
                return Solution(best, value, value, "optimal", rounds)
            if left < _LEAST_S:
                return Solution(best, value, max(bound, value), "time limit", rounds)
            rounds += 1
            matrix, limits = self._constraints(budget)
            found = milp(
                self._objective(),
                constraints=LinearConstraint(matrix, -np.inf, limits),
                integrality=np.concatenate([np.ones(n, np.int64), self._whole.astype(np.int64)]),
                bounds=Bounds(0, np.concatenate([able, self._most])),
                options={"time_limit": left, "mip_rel_gap": 0.0},
            )
            if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
                # Places left out are in no better choice than the best known.
                bound = min(bound, max(-float(found.mip_dual_bound) / self.scale, value))
            if found.x is None:
                if found.status == 2 and not able.all():
                    return Solution(best, value, value, "optimal", rounds)
                status: Status = "infeasible" if found.status == 2 else "time limit"
                return Solution(best, value, max(bound, value), status, rounds)
            chosen = np.flatnonzero(found.x[:n] > 0.5)
            fare = model.fare(chosen)
            reached = float(fare @ model.weight)
            if reached > value:
                best, value = chosen, reached
            wrong = np.flatnonzero(found.x[n:] > fare + np.maximum(TOLERANCE, 1e-9 * fare) * 10)
            if bound - value <= self._slack(bound) or (not len(wrong) and found.status == 0):
                return Solution(best, value, value, "optimal", rounds)
            if found.status != 0:
                return Solution(best, value, max(bound, value), "time limit", rounds)
            model.tell_truth(self.rows, chosen, wrong)

    def _value(self, chosen: NDArray[np.int64]) -> float:
        return float(self.model.fare(chosen) @ self.model.weight)

    def _slack(self, value: float) -> float:
        return 1e-10 * abs(value) + TOLERANCE / self.scale

    def _objective(self) -> NDArray[np.float64]:
        return np.concatenate([np.zeros(self.model.pairs.n_places), -self.scale * self.model.weight])

    def _constraints(self, budget: tuple[csr_array, NDArray[np.float64]]) -> tuple[csr_array, NDArray[np.float64]]:
        """Return A and b of ``A (x, v) <= b``: all that is told, and the budget."""
        pairs = self.model.pairs
        if self._built < len(self.rows.residents):
            part, limit = self.rows.matrix(pairs.n_places, pairs.n_residents, self._built)
            self._matrix = csr_array(vstack([self._matrix, part]))
            self._limits = np.concatenate([self._limits, limit])
            self._built = len(self.rows.residents)
        return csr_array(vstack([self._matrix, budget[0]])), np.concatenate([self._limits, budget[1]])

    def _relax(
        self, budget: tuple[csr_array, NDArray[np.float64]], value: float, until: float
    ) -> tuple[float, NDArray[np.float64]]:
        """Add what the linear relaxation breaks, as long as that helps; forget what it does not need.

        Returns
        -------
        bound, able
            The relaxation's bound; float64 (places,): 0 for places that no choice worth more than `value` has, else 1.
        """
        bound = np.inf
        n = self.model.pairs.n_places
        able = np.ones(n)
        for _ in range(_RELAXED_ROUNDS):
            left = until - time.monotonic()
            if left < _LEAST_S:
                break
            matrix, limits = self._constraints(budget)
            found = linprog(  # type: ignore[call-overload]  # its stubs know no sparse rows
                self._objective(),
                A_ub=matrix,
                b_ub=limits,
                bounds=np.column_stack([np.zeros(matrix.shape[1]), np.concatenate([able, self._most])]),
                method="highs",
                options={"time_limit": left},
            )
            if found.x is None or found.status != 0:
                break
            # Without the places left out it bounds the choices that are worth more than the one known.
            before, bound = bound, max(-float(found.fun) / self.scale, value)
            missing = bound - value
            # The solver's own tolerance is no proof: a thousandth of a thousandth is kept on top.
            costs = found.lower.marginals[:n] / self.scale
            able = np.minimum(able, costs <= missing + 1e-6 * abs(bound) + TOLERANCE / self.scale)
            if missing <= self._slack(bound) or (self.partial and before - bound < _TAIL * missing):
                break
            if before - bound > self._slack(bound):
                # What is true and not needed now costs time in every pass.
                held = np.arange(len(self._limits)) < self._first
                held |= found.ineqlin.residual[: len(self._limits)] < TOLERANCE
                self._matrix, self._limits = self._matrix[np.flatnonzero(held)], self._limits[held]
            if not self.model.tell_more(self.rows, found.x[:n], found.x[n:]):
                break
        return bound * (1 + 1e-9) + TOLERANCE / self.scale, able


def _budget(n: int, m: int, count: int, must: Sequence[NDArray[np.int64]]) -> tuple[csr_array, NDArray[np.float64]]:
    """Return A and b of ``A (x, v) <= b``: at most `count` places, and one of each group of `must`."""
    row = csr_array(np.concatenate([np.ones(n), np.zeros(m)])[None, :])
    if not must:
        return row, np.array([float(count)])
    return csr_array(vstack([row, -_one_of(must, n + m)])), np.array([float(count), *([-1.0] * len(must))])


def _one_of(groups: Sequence[NDArray[np.int64]], width: int) -> csr_array:
    row = np.repeat(np.arange(len(groups)), [len(one) for one in groups])
    column = np.concatenate(groups)
    return csr_array(coo_array((np.ones(len(row)), (row, column)), shape=(len(groups), width)))


def add_greedily(model: Model, count: int, start: Sequence[int] = ()) -> list[int]:
    """Add the place that gains most, again and again, up to `count` places in all: a choice to start from."""
    chosen = list(start)
    value = float(model.fare(chosen) @ model.weight)
    while len(chosen) < count:
        gains = model.gain_each(chosen)
        if not len(gains):
            break
        best = int(np.argmax(gains))
        after = float(model.fare([*chosen, best]) @ model.weight)
        if after <= value:
            break
        chosen.append(best)
        value = after
    return chosen


def improve(model: Model, chosen: Sequence[int], *, until: float = np.inf) -> list[int]:
    """Exchange one place for another while that gains, in time: Teitz & Bart (1968), Operations Research 16."""
    best, value = list(chosen), float(model.fare(chosen) @ model.weight)
    at = tried = 0
    while best and tried < len(best) and time.monotonic() < until:
        rest = [one for place, one in enumerate(best) if place != at]
        swapped = [*rest, int(np.argmax(model.gain_each(rest)))]
        after = float(model.fare(swapped) @ model.weight)
        if after > value * (1 + 1e-12):
            best, value, tried = swapped, after, 0
        else:
            tried += 1
        at = (at + 1) % len(best)
    return best


# The four questions


def maximise_cover(model: Cover | Solver, count: int, *, until: float, start: Sequence[int] = ()) -> Solution:
    """Maximal covering: at most `count` places that serve most residents.

    Church & ReVelle (1974), "The maximal covering location problem", Papers of the Regional Science Association 32.
    """
    solver = model if isinstance(model, Solver) else Solver(model)
    starts = [improve(solver.model, add_greedily(solver.model, count, start), until=until)]
    if solver.partial and isinstance(solver.model, Cover):
        # Where each place counts only for those whom it serves alone, the question is easy, and its answer near.
        stop = time.monotonic() + (until - time.monotonic()) / 4
        starts.append(
            improve(
                solver.model, Solver(_list_alone(solver.model)).maximise(count, until=stop).chosen.tolist(), until=until
            )
        )
    best = max(starts, key=lambda one: float(solver.model.fare(one) @ solver.model.weight))
    return solver.maximise(count, until=until, start=best)


def _list_alone(model: Cover) -> Cover:
    """Keep the pairs of a place and a resident whom it serves by itself."""
    pairs = model.pairs
    alone = np.bitwise_count(model.bits).sum(axis=1, dtype=np.int64) >= model.need[pairs.resident]
    kept = Pairs(pairs.place[alone], pairs.resident[alone], pairs.n_places, pairs.n_residents)
    return replace(model, pairs=kept, bits=model.bits[alone])


def minimise_median(
    model: Median | Solver,
    count: int,
    *,
    until: float,
    start: Sequence[int] = (),
    must: Sequence[NDArray[np.int64]] = (),
) -> Solution:
    """p-median: at most `count` places that make the weighted sum of seconds to the nearest least.

    Hakimi (1964), "Optimum locations of switching centers", Operations Research 12; ReVelle & Swain (1970), "Central
    facilities location", Geographical Analysis 2. `Solution.value` and `bound` are mean seconds a resident.
    """
    solver = model if isinstance(model, Solver) else make_median_solver(model)
    median = solver.model
    start = start if must else add_greedily(median, count, start)
    found = solver.maximise(count, until=until, start=start, must=must)
    everyone = float(median.weight.sum())
    today = float(median.today @ median.weight)  # type: ignore[attr-defined]  # a Median
    value, bound = ((today - one) / everyone if everyone else 0.0 for one in (found.value, found.bound))
    return replace(found, value=value, bound=value if found.status == "optimal" else bound)


def make_median_solver(model: Median) -> Solver:
    """Return a solver of a p-median that `minimise_median` may be asked with for several numbers of places."""
    everyone = float(model.weight.sum())
    return Solver(model, scale=1000 / everyone if everyone else 1.0)


def minimise_worst(model: Median, count: int, *, until: float, start: Sequence[int] = ()) -> Solution:
    """p-centre: at most `count` places that make the longest time to the nearest least.

    Hakimi (1964); by set coverings at a falling radius, Minieka (1970), "The m-center problem", SIAM Review 12.
    `Solution.value` and `bound` are seconds; residents without weight count like the others.
    """
    pairs, n = model.pairs, model.pairs.n_places
    if not len(model.today):
        return Solution(np.zeros(0, np.int64), 0.0, 0.0, "optimal")
    start = add_greedily(model, count, start)
    chosen = np.sort(np.asarray(start, np.int64))
    high = float((model.today - model.fare(chosen)).max())
    low = float((model.today - model.most).max())
    levels = np.unique(np.concatenate([model.today, model.seconds]))
    status: Status = "optimal"
    rounds = 0
    while low < high:
        between = levels[(levels >= low) & (levels < high)]
        level = float(between[(len(between) - 1) // 2])
        far = np.flatnonzero(model.today > level)
        near = model.seconds <= level
        groups = [pairs.place[mine[near[mine]]] for mine in (pairs.of_resident(int(one)) for one in far)]
        rounds += 1
        found, proven = _cover_groups(groups, n, count, until)
        if found is not None:
            chosen = found
            high = float((model.today - model.fare(found)).max())
        elif proven:
            low = float(levels[np.searchsorted(levels, level, side="right")])
        else:
            status = "time limit"
            break
    return Solution(chosen, high, low, status, rounds)


def list_within(model: Median, seconds: float) -> list[NDArray[np.int64]]:
    """List, for each resident who is farther than `seconds` today, the places within them."""
    pairs, near = model.pairs, model.seconds <= seconds
    far = np.flatnonzero(model.today > seconds)
    return _distinct([pairs.place[mine[near[mine]]] for mine in (pairs.of_resident(int(one)) for one in far)])


def _distinct(groups: Sequence[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    return list({one.tobytes(): one for one in groups}.values())


def _cover_groups(
    groups: Sequence[NDArray[np.int64]], n: int, count: int, until: float
) -> tuple[NDArray[np.int64] | None, bool]:
    """Find at most `count` places that hit every group; the second value says whether there are proven to be none."""
    if any(not len(one) for one in groups):
        return None, True
    if not groups:
        return np.zeros(0, np.int64), False
    left = until - time.monotonic()
    if left < _LEAST_S:
        return None, False
    found = milp(
        np.ones(n),
        constraints=[
            LinearConstraint(_one_of(_distinct(groups), n), 1.0, np.inf),
            LinearConstraint(np.ones((1, n)), -np.inf, float(count)),
        ],
        integrality=np.ones(n, np.int64),
        bounds=Bounds(0, 1),
        options={"time_limit": left},
    )
    if found.x is not None:
        return np.flatnonzero(found.x > 0.5), False
    return None, found.status == 2


def minimise_places(
    model: Cover, *, until: float, groups: NDArray[np.int64] | None = None, asked: NDArray[np.float64] | None = None
) -> Solution:
    """Set covering: the fewest places that serve everybody whom the places together can serve.

    Toregas, Swain, ReVelle & Bergman (1971), "The location of emergency service facilities", Operations Research 19.

    Parameters
    ----------
    groups, asked
        int64 (residents,): group of each; float64 (groups,): the weight that must be served in each. Everybody is
        asked for without them. Where a group cannot have what is asked for it has all that it can.

    Returns
    -------
    Solution
        `value` and `bound` count places.
    """
    pairs = model.pairs
    n, m = pairs.n_places, pairs.n_residents
    most = model.most
    rows = Rows()
    model.tell_truth(rows, np.zeros(0, np.int64), np.flatnonzero(most > 0))
    aside: list[LinearConstraint] = []
    least = most.copy()
    if groups is not None and asked is not None:
        # A hair less than asked: the truth is checked below.
        reachable = np.bincount(groups, weights=model.weight * most, minlength=len(asked))
        wanted = np.minimum(asked, reachable)
        some = np.flatnonzero(wanted > 0)
        share = coo_array((model.weight, (groups, np.arange(m) + n)), shape=(len(asked), n + m))
        aside.append(LinearConstraint(csr_array(share)[some], wanted[some] * (1 - 1e-9), np.inf))
        least = np.zeros(m)
    whole = model.whole.astype(np.int64) if groups is None else np.ones(m, np.int64)
    cost = np.concatenate([np.ones(n), np.zeros(m)])
    bound, rounds = 0.0, 0
    # Everything that helps anybody is a choice that does; fewer are found, or it stays.
    best = np.unique(pairs.place)
    while True:
        left = until - time.monotonic()
        if left < _LEAST_S:
            return Solution(best, float(len(best)), bound, "time limit", rounds)
        matrix, limit = rows.matrix(n, m)
        rounds += 1
        found = milp(
            cost,
            constraints=[LinearConstraint(matrix, -np.inf, limit), *aside] if matrix.shape[0] else aside,
            integrality=np.concatenate([np.ones(n, np.int64), whole]),
            bounds=Bounds(np.concatenate([np.zeros(n), least]), np.concatenate([np.ones(n), most])),
            options={"time_limit": left, "mip_rel_gap": 0.0},
        )
        if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
            bound = max(bound, float(np.ceil(found.mip_dual_bound - TOLERANCE)))
        if found.x is None:
            return Solution(best, float(len(best)), min(bound, len(best)), "time limit", rounds)
        chosen = np.flatnonzero(found.x[:n] > 0.5)
        fare = model.fare(chosen)
        wrong = np.flatnonzero(found.x[n:] > fare + 10 * TOLERANCE)
        if not len(wrong) and len(chosen) <= len(best):
            best = chosen
        if found.status != 0:
            return Solution(best, float(len(best)), bound, "time limit", rounds)
        if not len(wrong):
            return Solution(best, float(len(best)), float(len(best)), "optimal", rounds)
        model.tell_truth(rows, chosen, wrong)
