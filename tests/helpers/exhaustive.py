"""Every journey of a tiny network, one by one: no memory of what was reached when, nothing that could be skipped.

A second opinion on `oracle`: that one keeps the earliest arrival of each stop, this one keeps nothing and tries all.
"""

from __future__ import annotations

from oracle import change_time


def list_journeys(town, home, site, departure):
    """Yield the second of arrival of every journey: the walk, and every way of riding from trip to trip."""
    if (home, site) in town.direct:
        yield departure + town.direct[home, site]
    for stop, walk in town.homes[home].items():
        yield from _ride_on(town, site, stop, departure + walk + town.slack, ridden=frozenset())


def _ride_on(town, site, stop, ready, *, ridden):
    """Board everything that leaves `stop` at `ready` or later, alight everywhere, walk everywhere, and so on.

    A call that was boarded once on this journey is not boarded again: it would lead nowhere new.
    """
    for number, trip in enumerate(town.trips):
        for place, (here, _, leaves, may_board, _) in enumerate(trip):
            if here != stop or not may_board or leaves < ready or (number, place) in ridden:
                continue
            for there, arrives, _, _, may_alight in trip[place + 1 :]:
                if not may_alight:
                    continue
                if there in town.sites[site]:
                    yield arrives + town.sites[site][there]
                for other in range(town.n_stops):
                    change = change_time(
                        town.walks,
                        town.rules,
                        from_stop=there,
                        to_stop=other,
                        slack=town.slack,
                        transfer_limit=town.transfer_limit,
                    )
                    if change is not None:
                        boarded = ridden | {(number, place)}
                        yield from _ride_on(town, site, other, arrives + change, ridden=boarded)


def exhaustive_seconds(town, home, site, departures):
    """Seconds of the best of all journeys for each departure, None where there is none."""
    best = [min(list_journeys(town, home, site, departure), default=None) for departure in departures]
    return [None if b is None else b - departure for b, departure in zip(best, departures, strict=True)]
