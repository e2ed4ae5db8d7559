"""Which communes belong together: an exact search among contiguous zonings, headed by a pole each.

Assignment with opening decisions and contiguity, solved by HiGHS (Huangfu and Hall, doi:10.1007/s12532-017-0130-5)
through scipy. Contiguity is asked for only where it fails: a solution whose zones fall apart is cut off with the
condition that a commune of the part without the pole needs a neighbour of that part in its zone (the separator
inequalities of Carvajal and others, Imposing connectivity constraints in forest planning models,
doi:10.1287/opre.2013.1183), until none falls apart. Each round's optimum bounds the answer from above, so the first
round without a fault is the optimum.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: What a commune that moves costs, in residents: of two zonings that serve as many, the one with fewer moves is taken.
MOVE_COST = 1e-3
_OPTIMAL, _TIME_LIMIT, _INFEASIBLE = 0, 1, 2


@dataclass(frozen=True)
class ZoningTask:
    """What is asked for.

    Attributes
    ----------
    group_commune, group_residents, group_poles
        int64 (groups,), float64 (groups,), bool (groups, poles): residents by commune and by the poles that they reach.
    group_sets
        By group, the sets of two poles or more that serve it when all are in its zone, while no part of the set does;
        none where poles serve nobody together.
    residents
        float64 (communes,).
    home
        int64 (poles,): the commune in which each pole is.
    neighbours
        bool (communes, communes): which share a border.
    count
        How many zones.
    today
        bool (communes, poles): whether the pole is in the SST that the commune belongs to today.
    smallest, largest
        Bounds of a zone's residents.
    together
        Groups of communes (rows) that stay in one zone.
    fixed
        (commune, pole) that are settled.
    most_moves
        How many communes may go to a pole outside their SST of today; None for any number.
    """

    group_commune: NDArray[np.int64]
    group_residents: NDArray[np.float64]
    group_poles: NDArray[np.bool_]
    residents: NDArray[np.float64]
    home: NDArray[np.int64]
    neighbours: NDArray[np.bool_]
    count: int
    today: NDArray[np.bool_]
    smallest: float = 0.0
    largest: float = float("inf")
    together: Sequence[Sequence[int]] = ()
    fixed: Sequence[tuple[int, int]] = ()
    most_moves: int | None = None
    group_sets: Sequence[Sequence[tuple[int, ...]]] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """How many communes, how many poles."""
        return len(self.residents), len(self.home)

    def count_reached(self, pole: NDArray[np.int64]) -> float:
        """Residents who reach a pole that lies in their own zone; zones are named by the pole that heads them."""
        own = pole[self.group_commune][:, None] == pole[self.home][None, :]
        reached = (own & self.group_poles).any(axis=1)
        for group, sets in enumerate(self.group_sets):
            reached[group] |= any(own[group, list(poles)].all() for poles in sets)
        return float(self.group_residents[reached].sum())

    @property
    def helped(self) -> NDArray[np.bool_]:
        """Who is reached by some pole, or by several together: bool (groups,)."""
        alone: NDArray[np.bool_] = np.asarray(self.group_poles.any(axis=1), bool)
        return alone | [len(sets) > 0 for sets in self.group_sets] if self.group_sets else alone

    @property
    def shared_sets(self) -> list[tuple[int, tuple[int, ...]]]:
        """The sets of poles that serve somebody together, once a commune: (commune, poles)."""
        homes = self.group_commune.tolist()
        return sorted({(homes[group], tuple(one)) for group, sets in enumerate(self.group_sets) for one in sets})


@dataclass(frozen=True)
class Zoning:
    """What was found.

    Attributes
    ----------
    pole
        int64 (communes,): the pole that heads each commune's zone; empty without a solution.
    reached
        Residents who reach a pole of their own zone.
    bound
        No contiguous zoning that keeps the conditions reaches more.
    status
        ``optimal``, ``time limit`` (the best zoning found so far, if any) or ``infeasible``.
    cuts
        How many conditions contiguity took.
    seconds
        How long it took.
    """

    pole: NDArray[np.int64]
    reached: float
    bound: float
    status: str
    cuts: int
    seconds: float

    @property
    def gap(self) -> float:
        """How far the bound may lie above what was found, as a share of it; 0 when it is proven."""
        if self.status == "optimal":
            return 0.0
        return (self.bound - self.reached) / self.reached if self.reached else float("inf")


def find_zoning(task: ZoningTask, *, time_limit_s: float = 600.0) -> Zoning:
    """Find the contiguous zoning in which most residents reach a pole of their own zone.

    Every zone has a pole that heads it; other poles that lie in it serve it as well.

    Parameters
    ----------
    time_limit_s
        When to stop; what is found then may lack its proof.
    """
    began = time.monotonic()
    n, p = task.shape
    rows = _list_conditions(task)
    # Columns: commune x pole that heads its zone, whether each pole heads one, commune x pole of the same zone, groups,
    # commune x poles that are all of the same zone.
    moves, sets = np.where(task.today, 0.0, MOVE_COST).ravel(), len(task.shared_sets)
    cost = np.concatenate([moves, np.zeros(p + n * p), -task.group_residents, np.zeros(sets)])
    followed = np.zeros(n * p + len(task.group_residents) + sets)
    whole = np.concatenate([np.ones(n * p + p), followed]).astype(np.int64)
    cuts, bound = 0, float(task.group_residents[task.helped].sum())
    while True:
        left = time_limit_s - (time.monotonic() - began)
        if left <= 0:
            return Zoning(np.zeros(0, np.int64), 0.0, bound, "time limit", cuts, time.monotonic() - began)
        found = milp(
            cost,
            integrality=whole,
            bounds=Bounds(0, 1),
            constraints=rows.build(),
            options={"time_limit": left, "mip_rel_gap": 0.0},
        )
        if found.status == _INFEASIBLE:
            return Zoning(np.zeros(0, np.int64), 0.0, 0.0, "infeasible", cuts, time.monotonic() - began)
        # The bound counts what moves cost; what it says of residents is no lower.
        if found.mip_dual_bound is not None:
            bound = min(bound, -float(found.mip_dual_bound) + MOVE_COST * n)
        if found.x is None:
            return Zoning(np.zeros(0, np.int64), 0.0, bound, "time limit", cuts, time.monotonic() - began)
        pole = found.x[: n * p].reshape(n, p).argmax(axis=1)
        faults = list(_list_faults(task, pole))
        if not faults:
            reached = task.count_reached(pole)
            proven = found.status == _OPTIMAL
            status = "optimal" if proven else "time limit"
            return Zoning(pole, reached, reached if proven else bound, status, cuts, time.monotonic() - began)
        for k, part in faults:
            border = np.flatnonzero(task.neighbours[part].any(axis=0))
            border = border[~np.isin(border, part)]
            for commune in part:
                terms = [(int(commune) * p + k, 1.0), *((int(other) * p + k, -1.0) for other in border)]
                rows.add(terms, -np.inf, 0.0)
                cuts += 1


def _list_conditions(task: ZoningTask) -> _Rows:
    """Everything but contiguity; the columns are commune x pole, then whether each pole heads a zone."""
    n, p = task.shape
    rows = _Rows(n * p + p + n * p + len(task.group_residents) + len(task.shared_sets))
    for commune in range(n):
        rows.add([(commune * p + k, 1.0) for k in range(p)], 1.0, 1.0)
        for k in range(p):
            rows.add([(commune * p + k, 1.0), (n * p + k, -1.0)], -np.inf, 0.0)
    rows.add([(n * p + k, 1.0) for k in range(p)], task.count, task.count)
    for k in range(p):
        rows.add([(int(task.home[k]) * p + k, 1.0), (n * p + k, -1.0)], 0.0, np.inf)
        load = [(commune * p + k, float(task.residents[commune])) for commune in range(n)]
        rows.add([*load, (n * p + k, -task.smallest)], 0.0, np.inf)
        if np.isfinite(task.largest):
            rows.add([*load, (n * p + k, -task.largest)], -np.inf, 0.0)
    for group in task.together:
        for other in group[1:]:
            for k in range(p):
                rows.add([(group[0] * p + k, 1.0), (other * p + k, -1.0)], 0.0, 0.0)
    for commune, k in task.fixed:
        rows.add([(commune * p + k, 1.0)], 1.0, 1.0)
    if task.most_moves is not None:
        stay = [(commune * p + k, 1.0) for commune in range(n) for k in range(p) if task.today[commune, k]]
        rows.add(stay, n - task.most_moves, np.inf)
    _tie_groups(task, rows)
    return rows


def _tie_groups(task: ZoningTask, rows: _Rows) -> None:
    """Count a group as reached only where one of its poles is of the same zone."""
    n, p = task.shape
    same, groups = n * p + p, n * p + p + n * p
    for commune in range(n):
        for k, home in enumerate(task.home.tolist()):
            for zone in range(p):
                # Where the commune is in a zone and the pole is not, they are not of the same.
                terms = [(same + commune * p + k, 1.0), (commune * p + zone, 1.0), (home * p + zone, -1.0)]
                rows.add(terms if home != commune else terms[:1], -np.inf, 1.0)
    sets = groups + len(task.group_residents)
    column = {one: sets + at for at, one in enumerate(task.shared_sets)}
    for (commune, poles), at in column.items():
        for k in poles:
            rows.add([(at, 1.0), (same + commune * p + k, -1.0)], -np.inf, 0.0)
    for group, (home, alone) in enumerate(zip(task.group_commune.tolist(), task.group_poles, strict=True)):
        reached = [(same + home * p + int(k), -1.0) for k in np.flatnonzero(alone)]
        reached += [(column[home, tuple(one)], -1.0) for one in (task.group_sets[group] if task.group_sets else ())]
        rows.add([(groups + group, 1.0), *reached], -np.inf, 0.0)


def list_joint_sets(holds: NDArray[np.bool_], required: float, most: int) -> list[tuple[int, ...]]:
    """List the smallest sets of two to `most` poles that hold enough departures together, and no part of which does.

    Parameters
    ----------
    holds
        bool (poles, departures): for one resident.
    required
        Share of the departures that must be held.
    """
    share = holds.mean(axis=1)
    useful = np.flatnonzero(holds.any(axis=1) & (share < required))
    if len(useful) < 2 or holds[useful].any(axis=0).mean() < required:
        return []
    found: list[tuple[int, ...]] = []
    short: list[tuple[int, ...]] = [(int(pole),) for pole in useful]
    for _ in range(min(most, len(useful)) - 1):
        longer = [(*poles, int(k)) for poles in short for k in useful[useful > poles[-1]]]
        short = []
        for poles in longer:
            if any(set(one) <= set(poles) for one in found):
                continue
            enough = holds[list(poles)].any(axis=0).mean() >= required
            (found if enough else short).append(poles)
    return found


def _list_faults(task: ZoningTask, pole: NDArray[np.int64]) -> list[tuple[int, NDArray[np.int64]]]:
    """List the parts of zones that the pole cannot be reached from without leaving the zone: (pole, communes)."""
    faults = []
    for k in np.unique(pole):
        members = np.flatnonzero(pole == k)
        parts = list_parts(task.neighbours, members)
        faults += [(int(k), part) for part in parts if task.home[k] not in part]
    return faults


def list_parts(neighbours: NDArray[np.bool_], members: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """List the connected parts of a set of communes."""
    count, label = connected_components(csr_array(neighbours[np.ix_(members, members)].astype(np.int8)), directed=False)
    return [members[label == part] for part in range(count)]


class _Rows:
    """Conditions of a linear program, gathered one by one."""

    def __init__(self, n_columns: int) -> None:
        self.n_columns = n_columns
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def add(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> None:
        """Add ``low <= sum of value * column <= high``."""
        for column, value in terms:
            self.row.append(len(self.low))
            self.column.append(column)
            self.value.append(value)
        self.low.append(low)
        self.high.append(high)

    def build(self) -> Any:
        """Return the conditions as scipy takes them."""
        shape = (len(self.low), self.n_columns)
        return LinearConstraint(
            coo_array((self.value, (self.row, self.column)), shape=shape).tocsr(), self.low, self.high
        )
