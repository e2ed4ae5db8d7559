"""The journey rules in plain Python, slow and short enough to be checked by eye.

The engine of the package is compared with this file on generated towns. It shares no code with the package
and imports nothing from it. It searches forward, one departure at a time, and repeats itself until nothing
improves.

The rules (DESIGN, part 1):

- a journey is the walk all the way, or: access walk, one or more rides, egress walk;
- every boarding needs ``departure of the trip >= arrival at the stop + slack``;
- between two rides there is at most one walk, from where one ride ends to where the next begins (0 s at the
  same stop);
- a rule of kind 2 (minimum transfer time) replaces *walk + slack* by *max(walk, minimum)*, also at the same
  stop;
- a rule of kind 3 forbids changing from the one stop to the other, also at the same stop;
- a pair of stops farther apart than the limit of a transfer walk counts only where a rule names it.
"""

from __future__ import annotations

NEVER = float("inf")


def change_time(walks, rules, *, from_stop, to_stop, slack, transfer_limit=NEVER):
    """Seconds from alighting at `from_stop` until `to_stop` may be boarded; None when it may not."""
    walk = 0 if from_stop == to_stop else walks.get((from_stop, to_stop))
    kind, minimum = rules.get((from_stop, to_stop), (None, 0))
    if kind == 3 or walk is None:
        return None
    if walk > transfer_limit and kind is None:
        return None
    if kind == 2:
        return max(walk, minimum)
    return walk + slack


def alight_everywhere(trips, walks, *, departure, access, slack, rules, transfer_limit=NEVER):
    """Earliest second at which a ride can set the traveller down, for every stop where one can.

    Parameters
    ----------
    trips
        A list of trips; a trip is a list of (stop, arrival, departure, may_board, may_alight), in order.
    walks
        (from stop, to stop) -> seconds on foot, between different stops; absent means that no way is known.
    departure
        The second at which the traveller leaves.
    access
        stop -> seconds on foot from the start.
    slack
        Seconds between arriving at a stop and boarding there.
    rules
        (from stop, to stop) -> (kind, minimum seconds); kinds 0 and 1 only name the pair.
    transfer_limit
        Longest walk between two rides, in seconds.
    """
    alighted = {}

    def ready(stop):
        """Earliest second from which the traveller may board at `stop`."""
        best = departure + access[stop] + slack if stop in access else NEVER
        for other, arrival in alighted.items():
            change = change_time(
                walks, rules, from_stop=other, to_stop=stop, slack=slack, transfer_limit=transfer_limit
            )
            if change is not None:
                best = min(best, arrival + change)
        return best

    improved = True
    while improved:
        improved = False
        for trip in trips:
            aboard = False
            for stop, arrives, leaves, may_board, may_alight in trip:
                if aboard and may_alight and arrives < alighted.get(stop, NEVER):
                    alighted[stop] = arrives
                    improved = True
                if may_board and leaves >= ready(stop):
                    aboard = True
    return alighted


def earliest_arrival(trips, walks, *, departure, access, egress, direct, slack, rules=None, transfer_limit=NEVER):
    """Second at which the traveller is there, or None.

    `egress` is stop -> seconds on foot to the goal, `direct` the seconds of the walk all the way (None: too
    far); for the others see `alight_everywhere`.
    """
    alighted = alight_everywhere(
        trips, walks, departure=departure, access=access, slack=slack, rules=rules or {}, transfer_limit=transfer_limit
    )
    arrivals = [alighted[stop] + walk for stop, walk in egress.items() if stop in alighted]
    if direct is not None:
        arrivals.append(departure + direct)
    return min(arrivals, default=None)


def travel_seconds(trips, walks, *, departures, **how):
    """Seconds of the whole journey for each departure, waiting included; None where there is none."""
    seconds = []
    for departure in departures:
        arrival = earliest_arrival(trips, walks, departure=departure, **how)
        seconds.append(None if arrival is None else arrival - departure)
    return seconds
