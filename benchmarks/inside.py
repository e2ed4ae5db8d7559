"""Time what happens inside a process, from networks that are ready: `measure.py` runs these in a process of their own.

    python benchmarks/inside.py CASE [--cores N]

Prints one JSON object: seconds of wall and of processor, the parts they went to, and what came out (so that two
versions can be compared). Nothing is kept in the cache. The operation is carried out once before, uncounted, where it
is shorter than the machine's noise: kernels then are loaded and memory is known to the process.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
PORTO_ALEGRE = SHARED / "cities" / "porto-alegre"
#: R5 was asked so: walks of 17 minutes at most, on each leg; what takes longer than 2 hours counts as unreachable.
LIKE_R5 = {f"walking.limits_min.{leg}": 17 for leg in ("access", "egress", "transfer", "direct")}
SQUARE = {"sites.file": str(PORTO_ALEGRE / "poa_hexgrid.csv")}
PERCENTILES = (5, 25, 50, 75, 95)
LONGEST_S = 7200


class Clock:
    """Seconds of wall and of processor (all threads), by part."""

    def __init__(self) -> None:
        self.parts: dict[str, tuple[float, float]] = {}

    def run(self, part: str, work: Callable[[], Any]) -> Any:
        wall, processor = time.perf_counter(), time.process_time()
        found = work()
        had = self.parts.get(part, (0.0, 0.0))
        self.parts[part] = had[0] + time.perf_counter() - wall, had[1] + time.process_time() - processor
        return found


def open_case(study: str | Path, changes: dict[str, Any] | None = None) -> Any:
    """Open a study's times with nothing kept."""
    import geo_access as ga

    return ga.open_times(ga.open_study(study, changes=changes), cache=ga.Cache(None))


def prepare_networks(times: Any) -> None:
    """Read the files and build everything that depends neither on residents nor on sites."""
    _ = times.network, times.links
    walker = times.walker()
    # A walker makes its graphs when it is first asked for a leg.
    some = walker.place(times.inputs.site_points[:1])
    walker.legs(some, some, limit_s=60)


def search_all(times: Any, *, summary: Callable[[Any], Any] | None = None) -> dict[str, int]:
    """Ask for every site's times; returns how many were found and their sum."""
    reached, total = 0, 0
    for _site, seconds in times.transit_seconds(range(len(times.inputs.sites))):
        if summary is not None:
            summary(seconds)
        found = seconds[:, ::17]
        held = found < 2**30
        reached += int(held.sum())
        total += int(found[held].sum(dtype="int64"))
    return {"reached": reached, "sum_s": total}


def start_over(times: Any, *, network: bool = True, links: bool = False) -> Any:
    """Return the same times of which streets, timetable and (where asked) network and links are ready, no more."""
    import geo_access as ga
    from geo_access.routing.prepared import DayNetwork, Prepared, StopWalks

    inputs, nowhere, made = times.inputs, ga.Cache(None), times.prepared
    walks = StopWalks(inputs, made.walking, made.day, cache=nowhere)
    ready = times.network if network else None
    day_network = DayNetwork(inputs, made.walking, made.day, walks, cache=nowhere, network=ready)
    if links:
        day_network.links = times.links
    return ga.TravelTimes(inputs, cache=nowhere, prepared=Prepared(made.walking, made.day, walks, day_network))


def hauts_de_seine(clock: Clock) -> dict[str, int]:
    """All sites, from the search made ready: networks, links and walks are in memory."""
    times = open_case(SHARED / "hauts-de-seine")
    search_all(times)
    # A search remembers whom it had to look at twice: a new one is asked.
    times = start_over(times)
    _ = times.search
    return clock.run("search", lambda: search_all(times))


def hauts_de_seine_from_networks(clock: Clock) -> dict[str, int]:
    """All sites, from streets and transit network alone: walks and links are worked out as well."""
    times = open_case(SHARED / "hauts-de-seine")
    prepare_networks(times)
    search_all(times)
    return walk_and_search(start_over(times), clock)


def walk_and_search(times: Any, clock: Clock, *, summary: Callable[[Any], Any] | None = None) -> dict[str, int]:
    _ = times.stops
    clock.run("links", lambda: times.links)
    clock.run("access", lambda: times.access)
    clock.run("walks", times.walk_seconds)
    clock.run("starts", lambda: times.search)
    return clock.run("search", lambda: search_all(times, summary=summary))


def porto_alegre_network(clock: Clock) -> dict[str, int]:
    """Streets and feeds from files, joined, the walks between stops and the links of the day included."""
    times = open_case(ROOT / "tests" / "porto_alegre", LIKE_R5)
    clock.run("streets", lambda: times.streets)
    clock.run("timetable", lambda: times.timetable)
    clock.run("network", lambda: times.network)
    clock.run("links", lambda: times.links)
    return {"connections": len(times.network.departure), "changes": len(times.network.transfer_s)}


def porto_alegre_points(clock: Clock) -> dict[str, int]:
    """15 points of interest: every walk, every departure, five percentiles."""
    times = open_case(ROOT / "tests" / "porto_alegre", LIKE_R5)
    prepare_networks(times)
    _ = times.search
    search_all(times, summary=five_percentiles)
    return walk_and_search(start_over(times, links=True), clock, summary=five_percentiles)


def porto_alegre_square(clock: Clock) -> dict[str, int]:
    """Every hexagon to every hexagon: every walk, every departure, five percentiles."""
    # The kernels are loaded, and the clock's first reading is not theirs.
    porto_alegre_points(Clock())
    times = open_case(ROOT / "tests" / "porto_alegre", LIKE_R5 | SQUARE)
    prepare_networks(times)
    return walk_and_search(times, clock, summary=five_percentiles)


def five_percentiles(seconds: Any) -> Any:
    """Percentiles over the departures of one site's times, unreachable last."""
    import numpy as np

    from geo_access.routing.arrays import percentile

    limited = np.where(seconds > LONGEST_S, np.int32(2**30), seconds)
    return [percentile(limited, p) for p in PERCENTILES]


def region(clock: Clock) -> dict[str, int]:
    """All sites of the generated region, from streets and transit network."""
    from measure import REGION

    times = open_case(REGION)
    prepare_networks(times)
    return walk_and_search(start_over(times), clock)


CASES: dict[str, Callable[[Clock], dict[str, int]]] = {
    "hauts-de-seine": hauts_de_seine,
    "hauts-de-seine-from-networks": hauts_de_seine_from_networks,
    "porto-alegre-network": porto_alegre_network,
    "porto-alegre-points": porto_alegre_points,
    "porto-alegre-square": porto_alegre_square,
    "region": region,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--cores", type=int, help="how many of the machine's cores may be used")
    asked = parser.parse_args()
    if asked.cores:
        # Before numba and the thread pools ask how many there are.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked.cores])
    clock = Clock()
    found = CASES[asked.case](clock)
    wall, processor = (sum(column) for column in zip(*clock.parts.values(), strict=True))
    json.dump({"wall": wall, "processor": processor, "parts": clock.parts, "found": found}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
