"""Changes between two rides: from which stop, to which, and how long after the arrival a vehicle may be boarded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.findings import Findings
    from geo_access.timetable import Timetable
    from geo_access.walking import Places, Walker

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
