"""Demands of which places to open are asked: which place does what for whom, and inequalities that tell a solver so.

`Cover` is a demand of departures held, `Median` one of seconds to the nearest place. The questions are asked in
`location_solvers`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.sparse import coo_array, csr_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

#: Belief and truth agree within this (share of one resident, or seconds).
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Pairs:
    """Which places do something for which residents.

    Attributes
    ----------
    place, resident
        int64 (pairs,): ascending by place, then by resident.
    n_places, n_residents
        How many there are.
    """

    place: NDArray[np.int64]
    resident: NDArray[np.int64]
    n_places: int
    n_residents: int
    _starts: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    _by_resident: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    _resident_starts: NDArray[np.int64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        order = np.lexsort((self.place, self.resident))
        object.__setattr__(self, "_starts", np.searchsorted(self.place, np.arange(self.n_places + 1)))
        object.__setattr__(self, "_by_resident", order)
        starts = np.searchsorted(self.resident[order], np.arange(self.n_residents + 1))
        object.__setattr__(self, "_resident_starts", starts)

    def of_place(self, place: int) -> slice:
        """Where the pairs of a place are."""
        return slice(int(self._starts[place]), int(self._starts[place + 1]))

    def of_resident(self, resident: int) -> NDArray[np.int64]:
        """Rows of the pairs of a resident, by place."""
        return self._by_resident[self._resident_starts[resident] : self._resident_starts[resident + 1]]


@dataclass
class Rows:
    """Inequalities ``v[resident] <= constant + sum(coefficient x[place])``, gathered one after the other."""

    residents: list[int] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    places: list[NDArray[np.int64]] = field(default_factory=list)
    coefficients: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, resident: int, constant: float, places: NDArray[np.int64], coefficients: NDArray[np.float64]) -> None:
        """Add one."""
        self.residents.append(resident)
        self.constants.append(constant)
        self.places.append(places)
        self.coefficients.append(coefficients)

    def matrix(self, n_places: int, n_residents: int, first: int = 0) -> tuple[csr_array, NDArray[np.float64]]:
        """Return A and b of ``A (x, v) <= b``, from row `first` on."""
        sizes = np.array([len(one) for one in self.places[first:]], np.int64)
        count = len(sizes)
        row = np.concatenate([np.repeat(np.arange(count), sizes), np.arange(count)])
        own = np.asarray(self.residents[first:], np.int64) + n_places
        column = np.concatenate([*self.places[first:], own]) if count else np.zeros(0, np.int64)
        data = np.concatenate([*(-one for one in self.coefficients[first:]), np.ones(count)])
        shape = (count, n_places + n_residents)
        return csr_array(coo_array((data, (row, column)), shape=shape)), np.asarray(self.constants[first:], np.float64)


class Model(Protocol):
    """A demand, as `maximise` needs it."""

    @property
    def pairs(self) -> Pairs:
        """Which places do something for whom."""
        ...

    @property
    def weight(self) -> NDArray[np.float64]:
        """float64 (residents,)."""
        ...

    @property
    def most(self) -> NDArray[np.float64]:
        """float64 (residents,): what each has when every place is open."""
        ...

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Bool (residents,): whose value is 0 or 1, and no part of it."""
        ...

    def fare(self, chosen: Iterable[int]) -> NDArray[np.float64]:
        """What each resident has when these places are open, exactly: float64 (residents,)."""
        ...

    def gain_each(self, chosen: Sequence[int]) -> NDArray[np.float64]:
        """What each further place would add to the weighted fare, beside `chosen`: float64 (places,)."""
        ...

    def tell_first(self, rows: Rows) -> None:
        """Add the inequalities to start with."""
        ...

    def tell_more(self, rows: Rows, open_: NDArray[np.float64], believed: NDArray[np.float64]) -> int:
        """Add inequalities that a relaxed solution breaks, and return how many; `open_`: from 0 to 1 a place."""
        ...

    def tell_truth(self, rows: Rows, chosen: NDArray[np.int64], residents: NDArray[np.int64]) -> None:
        """Add inequalities that are exact where `chosen` is open, for some residents."""
        ...


@dataclass(frozen=True)
class Cover:
    """Residents who are served when enough departures are held by any open place.

    At each departure any open place will do, so that two places which hold too few departures each may serve a resident
    together: what counts is the union of departures, not the best place's.

    Attributes
    ----------
    pairs
        Which place holds departures of whom.
    bits
        uint8 (pairs, bytes): those departures, a bit each; only such as are not held anyway.
    need
        int64 (residents,): how many more departures a resident needs, at least 1.
    weight
        float64 (residents,).
    """

    pairs: Pairs
    bits: NDArray[np.uint8]
    need: NDArray[np.int64]
    weight: NDArray[np.float64]

    @property
    def most(self) -> NDArray[np.float64]:
        """Whether each is served when every place is open: 0 or 1."""
        return self.fare(range(self.pairs.n_places))

    @cached_property
    def whole(self) -> NDArray[np.bool_]:
        """Those for whom some place alone holds too few departures."""
        counts = self._count(self.bits)
        partial = np.zeros(len(self.need), bool)
        partial[self.pairs.resident[counts < self.need[self.pairs.resident]]] = True
        return partial

    def fare(self, chosen: Iterable[int]) -> NDArray[np.float64]:
        """Whether each resident is served: 0 or 1."""
        return (self._count(self._unite(chosen)) >= self.need).astype(np.float64)

    def gain_each(self, chosen: Sequence[int]) -> NDArray[np.float64]:
        """Weight of the residents whom each further place would serve."""
        pairs, union = self.pairs, self._unite(chosen)
        before = self._count(union) >= self.need
        after = self._count(self.bits | union[pairs.resident]) >= self.need[pairs.resident]
        return _sum_by_place(pairs, (after & ~before[pairs.resident]) * self.weight[pairs.resident])

    def gain_by_group(self, group: NDArray[np.int64], n_groups: int) -> NDArray[np.float64]:
        """Weight of the residents whom each place alone would serve, by group: float64 (places, groups).

        Parameters
        ----------
        group
            int64 (residents,): the group of each.
        n_groups
            How many there are.
        """
        pairs = self.pairs
        served = self._count(self.bits) >= self.need[pairs.resident]
        at = pairs.place * n_groups + group[pairs.resident]
        sums = np.bincount(at, weights=served * self.weight[pairs.resident], minlength=pairs.n_places * n_groups)
        return np.asarray(sums, np.float64).reshape(pairs.n_places, n_groups)

    def tell_first(self, rows: Rows) -> None:
        """Say that nobody is served without a place."""
        self.tell_truth(rows, np.zeros(0, np.int64), np.arange(len(self.need)))

    def tell_more(self, rows: Rows, open_: NDArray[np.float64], believed: NDArray[np.float64]) -> int:
        """Say what parts of places cannot hold: departures that several of them hold count once.

        Whatever departures are taken as held anyway, m of the needed ones remain, and the inequalities of `tell_truth`
        are true of those. Taking the departures that most parts hold, one more at a time, some say most.
        """
        told, pairs = len(rows.residents), self.pairs
        for resident in np.flatnonzero((believed > TOLERANCE) & self.whole).tolist():
            mine = pairs.of_resident(resident)
            part = open_[pairs.place[mine]]
            some = part > TOLERANCE
            held = np.unpackbits(self.bits[mine], axis=1).astype(bool)
            shared = part[some] @ held[some]
            most = np.argsort(-shared, kind="stable")[: int(self.need[resident]) - 1]
            most = most[shared[most] > TOLERANCE]
            left = held[some][:, most].cumsum(axis=1, dtype=np.int64)
            more = held[some].sum(axis=1)[:, None] - np.concatenate([np.zeros((some.sum(), 1), np.int64), left], axis=1)
            missing = int(self.need[resident]) - np.arange(len(most) + 1)
            by_count = part[some] @ (np.minimum(more, missing) / missing)
            by_pair = part[some] @ np.where(more >= missing, 1.0, np.where(more > 0, 0.5, 0.0))
            pairwise = bool(by_pair.min() < by_count.min())
            said = by_pair if pairwise else by_count
            taken = int(np.argmin(said))
            if said[taken] >= believed[resident] - 1e-4:
                continue
            union = np.zeros(held.shape[1], bool)
            union[most[:taken]] = True
            self._tell(rows, resident, mine, (held & ~union).sum(axis=1), int(missing[taken]), pairwise=pairwise)
        return len(rows.residents) - told

    def tell_truth(self, rows: Rows, chosen: NDArray[np.int64], residents: NDArray[np.int64]) -> None:
        """Say how many more departures each place would bring to a resident whom `chosen` does not serve.

        With m departures missing, places that bring r_j more each serve only if sum(min(r_j, m)) >= m; and only if one
        of them brings m alone, or two of them do not.
        """
        union, pairs = self._unite(chosen), self.pairs
        missing = self.need - self._count(union)
        for resident in residents.tolist():
            mine = pairs.of_resident(resident)
            more, m = self._count(self.bits[mine] & ~union[resident]), int(missing[resident])
            self._tell(rows, resident, mine, more, m, pairwise=False)
            if ((more > 0) & (more < m)).any():
                self._tell(rows, resident, mine, more, m, pairwise=True)

    def _tell(
        self, rows: Rows, resident: int, mine: NDArray[np.int64], more: NDArray[np.int64], m: int, *, pairwise: bool
    ) -> None:
        helps = more > 0
        some = more[helps]
        shares = np.where(some >= m, 1.0, 0.5) if pairwise else np.minimum(some, m) / m
        rows.add(resident, 0.0, self.pairs.place[mine[helps]], shares)

    def _unite(self, chosen: Iterable[int]) -> NDArray[np.uint8]:
        union = np.zeros((len(self.need), self.bits.shape[1]), np.uint8)
        for place in chosen:
            mine = self.pairs.of_place(int(place))
            union[self.pairs.resident[mine]] |= self.bits[mine]
        return union

    def _count(self, bits: NDArray[np.uint8]) -> NDArray[np.int64]:
        counts: NDArray[np.int64] = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
        return counts


@dataclass(frozen=True)
class Median:
    """Residents who each go to the open place that is nearest: what they save against today.

    Attributes
    ----------
    pairs
        Which place is nearer than today's nearest to whom.
    seconds
        float64 (pairs,): how far it is.
    today
        float64 (residents,): how far today's nearest is, or what counts where there is none.
    weight
        float64 (residents,).
    """

    pairs: Pairs
    seconds: NDArray[np.float64]
    today: NDArray[np.float64]
    weight: NDArray[np.float64]

    @property
    def most(self) -> NDArray[np.float64]:
        """Seconds that each saves when every place is open."""
        return self.fare(range(self.pairs.n_places))

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Nobody: seconds follow from the places."""
        return np.zeros(len(self.today), bool)

    def fare(self, chosen: Iterable[int]) -> NDArray[np.float64]:
        """Seconds that each resident saves."""
        nearest = self.today.copy()
        for place in chosen:
            mine = self.pairs.of_place(int(place))
            who = self.pairs.resident[mine]
            nearest[who] = np.minimum(nearest[who], self.seconds[mine])
        return self.today - nearest

    def gain_each(self, chosen: Sequence[int]) -> NDArray[np.float64]:
        """Seconds that each further place would save, weighted."""
        pairs, nearest = self.pairs, self.today - self.fare(chosen)
        saved = np.maximum(nearest[pairs.resident] - self.seconds, 0.0)
        return _sum_by_place(pairs, saved * self.weight[pairs.resident])

    def tell_first(self, rows: Rows) -> None:
        """Say that nothing is saved without a nearer place."""
        self.tell_truth(rows, np.zeros(0, np.int64), np.arange(len(self.today)))

    def tell_more(self, rows: Rows, open_: NDArray[np.float64], believed: NDArray[np.float64]) -> int:
        """Add each resident's tightest inequality, where the relaxed solution breaks it."""
        told = len(rows.residents)
        # With the nearest places first, the tightest is at the place with which a whole one is open.
        order = np.lexsort((self.seconds, self.pairs.resident))
        who, seconds = self.pairs.resident[order], self.seconds[order]
        part = open_[self.pairs.place[order]]
        starts = np.searchsorted(who, np.arange(len(self.today) + 1))
        for resident in np.flatnonzero(believed > TOLERANCE).tolist():
            mine = slice(starts[resident], starts[resident + 1])
            full = np.searchsorted(np.cumsum(part[mine]), 1 - 1e-9)
            level = seconds[mine][full] if full < mine.stop - mine.start else self.today[resident]
            nearer = seconds[mine] < level
            saved = self.today[resident] - level + ((level - seconds[mine]) * part[mine])[nearer].sum()
            if believed[resident] > saved + 1e-4 * max(1.0, saved):
                self._tell(rows, resident, float(level))
        return len(rows.residents) - told

    def tell_truth(self, rows: Rows, chosen: NDArray[np.int64], residents: NDArray[np.int64]) -> None:
        """Say what is saved at most, beyond the nearest of `chosen`."""
        nearest = self.today - self.fare(chosen)
        for resident in residents.tolist():
            self._tell(rows, resident, float(nearest[resident]))

    def _tell(self, rows: Rows, resident: int, level: float) -> None:
        mine = self.pairs.of_resident(resident)
        mine = mine[self.seconds[mine] < level]
        rows.add(resident, float(self.today[resident]) - level, self.pairs.place[mine], level - self.seconds[mine])


def _sum_by_place(pairs: Pairs, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.bincount(pairs.place, weights=values, minlength=pairs.n_places), np.float64)
