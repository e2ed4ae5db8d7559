"""The transit network as the search wants it: connections, latest first, and what a transfer between stops costs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo_access.core.findings import Findings, warn_uncollected
from geo_access.routing.arrays import LegArrays
from geo_access.routing.vehicles import lay_out
from geo_access.streets.walker import Legs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo_access.gtfs.timetable import Timetable
    from geo_access.streets.walker import Places, Walker


class Connections(NamedTuple):
    """Connections as compiled code takes them: arrays (connections,), in order of *decreasing* departure.

    Attributes
    ----------
    departure_stop, arrival_stop
        int32: rows of the stops.
    departure, arrival
        int32: seconds.
    following
        int32: the place, in this order, of the same trip's next connection, or -1; it comes before its predecessor.
    boardable, alightable
        bool: whether one may board at the departure stop, and alight at the arrival stop.
    """

    departure_stop: NDArray[np.int32]
    arrival_stop: NDArray[np.int32]
    departure: NDArray[np.int32]
    arrival: NDArray[np.int32]
    following: NDArray[np.int32]
    boardable: NDArray[np.bool_]
    alightable: NDArray[np.bool_]


@dataclass(frozen=True)
class TransitNetwork:
    """A day's connections and transfers, for one walker and one boarding rule.

    Attributes
    ----------
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable
        See `Connections`.
    transfer_ptr, transfer_from, transfer_s
        Transfers by boarding stop: int64 (stops + 1,), int32 and int32 (transfers,). `transfer_s` counts from the
        arrival at the alighting stop to the earliest departure that may be boarded (seconds).
    row
        int64 (connections,): rows of the timetable's connections; empty where these are its last ones, turned round.
    boarding_s
        Seconds between arriving at a stop on foot and the earliest departure that may be boarded.
    """

    departure_stop: NDArray[np.int32]
    arrival_stop: NDArray[np.int32]
    departure: NDArray[np.int32]
    arrival: NDArray[np.int32]
    following: NDArray[np.int32]
    boardable: NDArray[np.bool_]
    alightable: NDArray[np.bool_]
    transfer_ptr: NDArray[np.int64]
    transfer_from: NDArray[np.int32]
    transfer_s: NDArray[np.int32]
    row: NDArray[np.int64]
    boarding_s: int

    @property
    def connections(self) -> Connections:
        """The connections as compiled code takes them."""
        return Connections(
            self.departure_stop,
            self.arrival_stop,
            self.departure,
            self.arrival,
            self.following,
            self.boardable,
            self.alightable,
        )

    @property
    def transfers(self) -> LegArrays:
        """The transfers by boarding stop, as compiled code takes them."""
        return LegArrays(self.transfer_ptr, self.transfer_from, self.transfer_s)

    @cached_property
    def instant_transfers(self) -> bool:
        """Whether any transfer takes 0 s."""
        return bool((self.transfer_s == 0).any())

    @cached_property
    def boardings(self) -> NDArray[np.int64]:
        """int64 (stops,): how often each stop is served by a vehicle that may be boarded."""
        once = self.boardable.copy()
        if len(self.row):
            once[np.delete(np.arange(len(self.row)), np.unique(self.row, return_index=True)[1])] = False
        return np.bincount(self.departure_stop[once], minlength=self.n_stops)

    def find_rows(self, connections: Sequence[int], count: int) -> tuple[int, ...]:
        """Return which rows of a timetable of `count` connections some connections are."""
        if len(self.row):
            return tuple(int(self.row[at]) for at in connections)
        return tuple(count - 1 - at for at in connections)

    @property
    def n_stops(self) -> int:
        """How many stops there are."""
        return len(self.transfer_ptr) - 1

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the arrays by name, for the cache."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "boarding_s"}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], *, boarding_s: int) -> TransitNetwork:
        """Rebuild a network from `arrays`."""
        return cls(**arrays, boarding_s=boarding_s)  # type: ignore[arg-type]


def build_network(
    timetable: Timetable,
    walker: Walker,
    stops: Places,
    *,
    not_before: int,
    transfer_limit_s: int,
    boarding_slack_s: int,
    strict: bool = False,
    accessible: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
    findings: Findings | None = None,
) -> TransitNetwork:
    """Prepare a timetable for the search.

    Parameters
    ----------
    timetable
        The day's connections and transfer rules.
    walker, stops
        Who walks between stops, and the timetable's stops as this walker placed them.
    not_before
        Connections that leave earlier (seconds) are of no use and left out.
    transfer_limit_s
        The longest walk between two rides (seconds).
    boarding_slack_s
        Seconds needed at every boarding.
    strict
        Board only strictly later than arrival + slack (the rule of R5), instead of at that second too.
    accessible
        Masks of the trips and of the stops that may be used; None is all of them.
    """
    collected = Findings() if findings is None else findings
    vehicles = lay_out(timetable, not_before=not_before, trip_ok=None if accessible is None else accessible[0])
    kept = vehicles.row
    boardable, alightable = timetable.boardable[kept], timetable.alightable[kept]
    departure_stop, arrival_stop = timetable.departure_stop[kept], timetable.arrival_stop[kept]
    if accessible is not None:
        trip_ok, stop_ok = accessible
        boardable = boardable & trip_ok[timetable.trip[kept]] & stop_ok[departure_stop]
        alightable = alightable & trip_ok[timetable.trip[kept]] & stop_ok[arrival_stop]
    n_stops = len(timetable.stops)
    boardings = np.bincount(departure_stop[boardable], minlength=n_stops)
    alightings = np.bincount(arrival_stop[alightable], minlength=n_stops)
    boarding_s = boarding_slack_s + int(strict)
    transfers = list_transfers(
        timetable, walker, stops, limit_s=transfer_limit_s, slack_s=boarding_slack_s, findings=collected
    )
    if findings is None:
        warn_uncollected(collected)
    transfers = transfers.take((boardings[transfers.to] > 0) & (alightings[transfers.origin] > 0)).by_boarding_stop()
    return TransitNetwork(
        departure_stop=np.ascontiguousarray(departure_stop, np.int32),
        arrival_stop=np.ascontiguousarray(arrival_stop, np.int32),
        departure=np.ascontiguousarray(timetable.departure[kept], np.int32),
        arrival=np.ascontiguousarray(timetable.arrival[kept], np.int32),
        following=vehicles.following,
        boardable=np.ascontiguousarray(boardable),
        alightable=np.ascontiguousarray(alightable),
        transfer_ptr=_pointers(np.bincount(transfers.to, minlength=n_stops)),
        transfer_from=transfers.origin.astype(np.int32),
        transfer_s=(transfers.seconds + int(strict)).astype(np.int32),
        row=kept if vehicles.copied else np.empty(0, np.int64),
        boarding_s=boarding_s,
    )


def _pointers(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def list_onward(network: TransitNetwork) -> Legs:
    """Return the transfers by alighting stop; `seconds` lead to the earliest departure that may be boarded."""
    n = network.n_stops
    return Legs(network.transfer_ptr, network.transfer_from, network.transfer_s, n).transpose()


_MINIMUM_TIME, _FORBIDDEN = 2, 3


@dataclass(frozen=True)
class Transfers:
    """Pairs of stops, each once.

    Attributes
    ----------
    origin, to
        int64 (transfers,): where one alights and where one boards, rows of the stops; equal for a transfer at one stop.
    seconds
        int64 (transfers,): from the arrival at `origin` to the earliest departure at `to`.
    """

    origin: NDArray[np.int64]
    to: NDArray[np.int64]
    seconds: NDArray[np.int64]

    def take(self, which: NDArray[np.generic]) -> Transfers:
        """Return the transfers of a mask or of a list of rows."""
        return Transfers(self.origin[which], self.to[which], self.seconds[which])

    def by_boarding_stop(self) -> Transfers:
        """Return the transfers sorted by `to`, then by `origin`."""
        return self.take(np.lexsort((self.origin, self.to)))


def list_transfers(
    timetable: Timetable, walker: Walker, stops: Places, *, limit_s: int, slack_s: int, findings: Findings
) -> Transfers:
    """List every transfer of a day: walks within the limit, then what transfers.txt says of a pair.

    Parameters
    ----------
    timetable
        The stops and the rules of transfers.txt.
    walker, stops
        Who walks between stops, and the stops as this walker placed them.
    limit_s
        The longest walk between two rides (seconds); pairs that transfers.txt allows count beyond it too.
    slack_s
        Seconds needed at every boarding, where no minimum time replaces them.
    """
    n = len(timetable.stops)
    legs = walker.legs(stops, stops, limit_s=limit_s)
    walked_from = np.repeat(np.arange(n), np.diff(legs.indptr))
    apart = walked_from != legs.index
    stay = np.arange(n)
    pair = np.concatenate([stay * n + stay, walked_from[apart] * n + legs.index[apart]])
    walk = np.concatenate([np.zeros(n, np.int64), legs.seconds[apart]])
    cost = walk + slack_s
    order = np.argsort(pair, kind="stable")
    pair, walk, cost = pair[order], walk[order], cost[order]

    rule_pair = timetable.rule_from.astype(np.int64) * n + timetable.rule_to
    at = np.searchsorted(pair, rule_pair)
    known = (at < len(pair)) & (pair[np.minimum(at, len(pair) - 1)] == rule_pair)
    forbidden = timetable.rule_kind == _FORBIDDEN
    timed = timetable.rule_kind == _MINIMUM_TIME
    cost[at[known & timed]] = np.maximum(walk[at[known & timed]], timetable.rule_min_s[known & timed])
    keep = np.ones(len(pair), bool)
    keep[at[known & forbidden]] = False

    far = np.flatnonzero(~known & ~forbidden)
    far_walk = np.ceil(walker.pairs(stops, timetable.rule_from[far], stops, timetable.rule_to[far]))
    unwalkable = np.isnan(far_walk)
    # A minimum time is the feed's own word that the transfer can be made; without it there is nothing to go by.
    silent = unwalkable & ~timed[far]
    if silent.any():
        names = timetable.stops["stop_id"].to_numpy()
        first = far[np.flatnonzero(silent)[:3]]
        examples = ", ".join(f"{names[timetable.rule_from[k]]} → {names[timetable.rule_to[k]]}" for k in first)
        findings.add(
            "warning", "study.transfer_without_path", file="transfers.txt", count=int(silent.sum()), examples=examples
        )
    far, far_walk = far[~silent], np.nan_to_num(far_walk[~silent]).astype(np.int64)
    far_cost = np.where(timed[far], np.maximum(far_walk, timetable.rule_min_s[far]), far_walk + slack_s)
    all_pairs = np.concatenate([pair[keep], rule_pair[far]])
    return Transfers(all_pairs // n, all_pairs % n, np.concatenate([cost[keep], far_cost]))
