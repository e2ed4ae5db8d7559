"""Ask `geo_access` itself, under the conditions of its peers: one core, networks ready, medians."""

from __future__ import annotations

import importlib.metadata
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from prepare import open_study
from question import Answer, Question, read_call

from geo_access.routing.prepared import PreparedWalking
from geo_access.routing.search import Search, link_residents
from geo_access.routing.simd import BATCH

if TYPE_CHECKING:
    from geo_access.routing.travel_times import TravelTimes

#: Seconds that no walk within these cities takes.
ANY_WALK_S = 24 * 3600


def read_networks(name: str) -> TravelTimes:
    """Files to everything that depends neither on residents nor on sites."""
    times = open_study(name)
    _ = times.network, times.links
    return times


def search(times: TravelTimes, sites: Any) -> dict[int, np.ndarray]:
    """The search from the sites, and what it needs of the residents, walks given."""
    made = times.search
    starts = link_residents(made.network, made.links, made.access, made.departures)
    anew = Search(made.network, made.links, starts, made.access, made.egress, made.direct_s, made.departures)
    groups = [list(sites[low : low + BATCH]) for low in range(0, len(sites), BATCH)]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found = threads.map(anew.seconds, groups)
        return {
            site: seconds
            for group, some in zip(groups, found, strict=True)
            for site, seconds in zip(group, some, strict=True)
        }


def ask_walker(answer: Answer, times: TravelTimes, runs: int) -> None:
    """On foot: every hexagon to every site however far, and every hexagon to the stops within reach."""

    def build() -> Any:
        walker = PreparedWalking(times.inputs, times.prepared.walking.streets).walker()
        one = walker.place(times.inputs.site_points[:1])
        walker.legs(one, one, limit_s=60)
        return walker

    walker = answer.time("walk build", build, runs=runs, warm=True)
    points = times.inputs.resident_points, times.inputs.site_points, times.stops.xy
    placed = answer.time("walk place", lambda: [walker.place(xy) for xy in points], runs=runs, warm=True)
    residents, sites, stops = placed
    far = answer.time("walk to sites", lambda: walker.legs(residents, sites, limit_s=ANY_WALK_S), runs=runs, warm=True)
    limit = round(float(times.settings.walking.limits_min.access) * 60)
    near = answer.time("walk to stops", lambda: walker.legs(residents, stops, limit_s=limit), runs=runs, warm=True)
    seconds = np.full((len(residents), len(sites)), np.nan)
    seconds[np.repeat(np.arange(far.n_from), np.diff(far.indptr)), far.index] = far.seconds
    answer.arrays["walk_to_sites_s"] = seconds
    answer.facts["legs to stops"] = len(near)
    answer.arrays["gap_m"] = residents.gap_m


def main() -> None:
    asked = read_call(__doc__)
    question = Question(asked.folder)
    answer = Answer({name: importlib.metadata.version(name) for name in ("numba", "numpy", "scipy")})
    times = answer.time("load", lambda: read_networks(question.facts["study"]), runs=asked.runs, warm=True)
    _ = times.search
    everywhere = range(len(times.inputs.sites))
    found = answer.time("search", lambda: search(times, everywhere), runs=asked.runs, warm=True)
    answer.time("search one site", lambda: search(times, [0]), runs=asked.runs, warm=True)
    answer.arrays["transit_s"] = np.stack([found[site] for site in everywhere], axis=1)
    if times.settings.walking.streets:
        ask_walker(answer, times, asked.runs)
    answer.write(asked.folder, "own")


if __name__ == "__main__":
    main()
