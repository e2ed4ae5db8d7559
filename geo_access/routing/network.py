"""The transit network as the search wants it: connections, latest first, and what a change between stops costs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo_access.core.findings import Findings, warn_uncollected
from geo_access.streets.walker import Legs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_access.gtfs.timetable import Timetable
    from geo_access.streets.walker import Places, Walker


@dataclass(frozen=True)
class TransitNetwork:
    """A day's connections and changes, for one walker and one boarding rule.

    Attributes
    ----------
    departure_stop, arrival_stop, departure, arrival, following, boardable, alightable
        int32 and bool arrays (connections,), in order of decreasing departure; see `scan.scan_lanes`.
    change_ptr, change_from, change_s
        Changes by boarding stop: int64 (stops + 1,), int32 and int32 (changes,). `change_s` counts from the arrival at
        the alighting stop to the earliest departure that may be boarded (seconds).
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
    change_ptr: NDArray[np.int64]
    change_from: NDArray[np.int32]
    change_s: NDArray[np.int32]
    boarding_s: int

    @property
    def connections(self) -> tuple[NDArray[np.generic], ...]:
        """The arrays of the connections, in the order in which the kernels take them."""
        return (
            self.departure_stop,
            self.arrival_stop,
            self.departure,
            self.arrival,
            self.following,
            self.boardable,
            self.alightable,
        )

    @cached_property
    def instant_changes(self) -> bool:
        """Whether any change takes 0 s."""
        return bool((self.change_s == 0).any())

    @cached_property
    def boardings(self) -> NDArray[np.int64]:
        """int64 (stops,): how often each stop is served by a vehicle that may be boarded."""
        return np.bincount(self.departure_stop[self.boardable], minlength=self.n_stops)

    @property
    def n_stops(self) -> int:
        """How many stops there are."""
        return len(self.change_ptr) - 1

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
    kept = np.flatnonzero(timetable.departure >= not_before)[::-1]
    place = np.full(len(timetable.departure) + 1, -1, np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
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
    changes = list_changes(
        timetable, walker, stops, limit_s=transfer_limit_s, slack_s=boarding_slack_s, findings=collected
    )
    if findings is None:
        warn_uncollected(collected)
    changes = changes.take((boardings[changes.to] > 0) & (alightings[changes.origin] > 0)).by_boarding_stop()
    return TransitNetwork(
        departure_stop=np.ascontiguousarray(departure_stop, np.int32),
        arrival_stop=np.ascontiguousarray(arrival_stop, np.int32),
        departure=np.ascontiguousarray(timetable.departure[kept], np.int32),
        arrival=np.ascontiguousarray(timetable.arrival[kept], np.int32),
        following=place[timetable.following[kept]],
        boardable=np.ascontiguousarray(boardable),
        alightable=np.ascontiguousarray(alightable),
        change_ptr=_pointers(np.bincount(changes.to, minlength=n_stops)),
        change_from=changes.origin.astype(np.int32),
        change_s=(changes.seconds + int(strict)).astype(np.int32),
        boarding_s=boarding_s,
    )


def _pointers(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def list_onward(network: TransitNetwork) -> Legs:
    """Return the network's changes by alighting stop; `seconds` lead to the earliest departure that may be boarded."""
    n = network.n_stops
    return Legs(network.change_ptr, network.change_from, network.change_s, n).transpose()


_MINIMUM_TIME, _FORBIDDEN = 2, 3


@dataclass(frozen=True)
class Changes:
    """Pairs of stops, each once.

    Attributes
    ----------
    origin, to
        int64 (changes,): where one alights and where one boards, rows of the stops; equal for a change at one stop.
    seconds
        int64 (changes,): from the arrival at `origin` to the earliest departure at `to`.
    """

    origin: NDArray[np.int64]
    to: NDArray[np.int64]
    seconds: NDArray[np.int64]

    def take(self, which: NDArray[np.generic]) -> Changes:
        """Return the changes of a mask or of a list of rows."""
        return Changes(self.origin[which], self.to[which], self.seconds[which])

    def by_boarding_stop(self) -> Changes:
        """Return the changes sorted by `to`, then by `origin`."""
        return self.take(np.lexsort((self.origin, self.to)))


def list_changes(
    timetable: Timetable, walker: Walker, stops: Places, *, limit_s: int, slack_s: int, findings: Findings
) -> Changes:
    """List every change of a day: walks within the limit, then what transfers.txt says of a pair.

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
    # A minimum time is the feed's own word that the change can be made; without it there is nothing to go by.
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
    return Changes(all_pairs // n, all_pairs % n, np.concatenate([cost[keep], far_cost]))
