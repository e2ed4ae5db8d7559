"""Say where time and memory go, and how far the search is from what the machine's memory allows.

    python benchmarks/profiling.py STUDY [lines] [kernels] [memory] [limit]

STUDY is a study's folder, ``hauts-de-seine``, ``porto-alegre`` or ``region`` (generated, see `region.py`). Prints
Markdown; `profiles.md` keeps what it printed last. *lines* needs line_profiler (``pip install line_profiler``).

lines
    Seconds line by line in the Python functions that read feeds and streets and that walk; lines of 4 % and more.
kernels
    Time of each call of a compiled kernel, and what there was to do.
memory
    The highest resident memory of each stage, in one process (Linux: VmHWM, set back before each stage).
limit
    The machine's memory bandwidth and latency, the bytes that one scan cannot do without, and the rows it touches.
"""

from __future__ import annotations

import argparse
import importlib
import io
import re
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from inside import ROOT, SHARED, open_case
from measure import REGION
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STUDIES = {
    "hauts-de-seine": SHARED / "hauts-de-seine",
    "porto-alegre": ROOT / "tests" / "porto_alegre",
    "region": REGION,
}
#: Python functions worth a look line by line, by what calls them.
LINES = {
    "reading GTFS": ("gtfs.feed:stream_table", "gtfs.stop_times:_Reader.read", "gtfs.stop_times:_Reader.parsed",
                     "gtfs.stop_times:read_calls", "gtfs.runs:list_runs", "gtfs.timetable:_merge",
                     "gtfs.feed_day:read_feed"),
    "reading streets": ("streets.osm:_read_ways", "streets.osm:_read_nodes", "streets.osm:_cut_ways",
                        "streets.network:_assemble"),
    "walking": ("streets.walker:StreetWalker.place", "streets.walker:StreetWalker.legs",
                "streets.walker:StreetWalker._search", "streets.snapping:StreetIndex.tie",
                "streets.walker:collect_legs", "routing.network:list_transfers"),
}  # fmt: skip
SCAN, READ = "routing.search:scan_batch", "routing.search:read_starts"
#: Compiled functions, where they are looked up when they are called.
KERNELS = (
    "routing.links:_find_ahead", "routing.links:_link_alightings", "routing.links:_link_departures",
    SCAN, READ, "routing.search:scan_window",
    "streets.walker:search_legs", "streets.walker:search_pairs", "streets.snapping:_project",
)  # fmt: skip
#: How long each measurement of the machine runs at least (seconds).
_LONG_ENOUGH_S = 0.5
_MIB = 2**20


#: What a search needs, in the order in which it is made.
STAGES: dict[str, Callable[[Any], Any]] = {
    "streets": lambda times: times.streets if times.settings.walking.streets else None,
    "timetable": lambda times: times.timetable,
    "stops and residents placed": lambda times: (times.stops, times.residents()),
    "network (changes)": lambda times: times.network,
    "access": lambda times: times.access,
    "walks all the way": lambda times: times.walk_seconds(),
    "search made ready (links)": lambda times: times.search,
    "search, 16 sites": lambda times: search_sites(times, 16),
}


def search_sites(times: Any, count: int) -> None:
    for _site, _seconds in times.transit_seconds(range(min(count, len(times.inputs.sites)))):
        pass


# Lines


def tell_lines(study: Path) -> Iterator[str]:
    from line_profiler import LineProfiler

    profiler = LineProfiler()
    for names in LINES.values():
        for name in names:
            module, _, attributes = name.partition(":")
            path = attributes.split(".")
            owner: Any = importlib.import_module(f"geo_access.{module}")
            for part in path[:-1]:
                owner = getattr(owner, part)
            function = getattr(owner, path[-1])
            profiler.add_function(getattr(function, "__wrapped__", function))
    times = open_case(study)
    profiler.enable()
    for stage in list(STAGES.values())[:6]:
        stage(times)
    profiler.disable()
    said = io.StringIO()
    profiler.print_stats(said, output_unit=1e-3)
    yield "The time of a line includes what it calls; measuring slows Python's own loops two to threefold.\n"
    for block in re.split(r"(?=^Total time: )", said.getvalue(), flags=re.MULTILINE)[1:]:
        total = float(re.match(r"Total time: ([\d.e+-]+)", block)[1])  # type: ignore[index]
        if total < 0.02:
            continue
        name = re.search(r"^Function: (\S+) at", block, flags=re.MULTILINE)[1]  # type: ignore[index]
        yield f"**`{name}`**, {total:.2f} s\n\n| % | ms | times run | line |\n|---|---|---|---|"
        for row in re.finditer(r"^ *\d+ +(\d+) +([\d.]+) +[\d.]+ +([\d.]+) +(.*)$", block, flags=re.MULTILINE):
            if float(row[3]) >= 4:
                code = row[4].strip().replace("|", "\\|")
                yield f"| {row[3]} | {row[2]} | {int(row[1]):,} | `{code}` |"
        yield ""


# Kernels


class Timed:
    """A compiled function that notes how long each call takes."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.calls: list[float] = []

    def __call__(self, *values: Any) -> Any:
        start = time.thread_time()
        found = self.function(*values)
        self.calls.append(time.thread_time() - start)
        return found


@contextmanager
def timed_kernels() -> Iterator[dict[str, Timed]]:
    """Have the compiled functions note their calls."""
    homes = {name: importlib.import_module(f"geo_access.{name.partition(':')[0]}") for name in KERNELS}
    found: dict[str, Timed] = {}
    for name, home in homes.items():
        own = name.partition(":")[2]
        if hasattr(home, own):
            found[name] = Timed(getattr(home, own))
            setattr(home, own, found[name])
    try:
        yield found
    finally:
        for name, kernel in found.items():
            setattr(homes[name], name.partition(":")[2], kernel.function)


def tell_kernels(study: Path) -> Iterator[str]:
    with timed_kernels() as kernels:
        times = open_case(study)
        for _ in range(2):  # the first time loads the compiled code
            for kernel in kernels.values():
                kernel.calls.clear()
            times = open_case(study)
            for stage in STAGES.values():
                stage(times)
    yield "| kernel | calls | processor s, all calls | ms a call, median |\n|---|---|---|---|"
    for name, kernel in kernels.items():
        if kernel.calls:
            spent = f"{sum(kernel.calls):.3f} | {1000 * np.median(kernel.calls):.1f}"
            yield f"| `{name}` | {len(kernel.calls):,} | {spent} |"
    links, search = times.links, times.search
    starts = [some for _low, some in search.starts]
    scanned = len(times.network.departure) - links.first
    yield f"""
What there was to do: {len(times.network.departure):,} connections from the first departure on, {scanned:,} of them
up to the horizon; {len(times.network.transfer_s):,} transfers between stops; {len(links.time):,} alightings (profile
entries of stops); {len(links.target):,} links from boardings to alightings; {len(times.access):,} walks from
residents to stops; {sum(len(some.target) for some in starts):,} links from boardings to starts
({sum(some.residents * some.departures for some in starts):,} of them)."""


# Memory


def tell_memory(study: Path) -> Iterator[str]:
    yield "| stage | wall s | processor s | resident after, MiB | peak within, MiB |\n|---|---|---|---|---|"
    set_peak_back()
    start, processor = time.perf_counter(), time.process_time()
    times: Any = None
    for name in ("imports, communes, residents, sites", *STAGES):
        if times is None:
            times = open_case(study)
        else:
            STAGES[name](times)
        now, peak = read_memory()
        seconds = f"{time.perf_counter() - start:.2f} | {time.process_time() - processor:.2f}"
        yield f"| {name} | {seconds} | {now:,.0f} | {peak:,.0f} |"
        set_peak_back()
        start, processor = time.perf_counter(), time.process_time()


def set_peak_back() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def read_memory() -> tuple[float, float]:
    """Resident memory and its peak (MiB)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    now, peak = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) for name in ("VmRSS", "VmHWM"))  # type: ignore[index]
    return now / 1024, peak / 1024


# Limit


@njit(nogil=True)
def copy_words(source, target):
    for i in range(len(source)):
        target[i] = source[i]


@njit(nogil=True)
def lower_rows_at_random(table, order, row):
    """Lower rows of 32 bytes in the order given, as a link does."""
    lowered = 0
    for at in order:
        for lane in range(8):
            if row[lane] < table[at, lane]:
                table[at, lane] = row[lane]
                lowered += 1
    return lowered


@njit(nogil=True)
def count_scan(
    arrival_stop, departure, arrival, following, boardable, alightable, first, alighting, alighting_time, later,
    link_ptr, link_target, egress_s, onboard, alighted, counts,
):  # fmt: skip
    """`scan.scan_batch` without hops of zero seconds, written out plainly, that counts rows and what became lower."""
    lanes = onboard.shape[1]
    settled = 0
    for c in range(first, len(departure)):
        while settled < len(alighting_time) and alighting_time[settled] >= departure[c]:
            if later[settled] >= 0:
                counts[0] += 1
                for k in range(lanes):
                    alighted[settled, k] = min(alighted[settled, k], alighted[later[settled], k])
            settled += 1
        better = False
        for k in range(lanes):
            best = onboard[c - first, k]
            if following[c] >= first:
                best = min(best, onboard[following[c] - first, k])
            if alightable[c]:
                best = min(best, egress_s[arrival_stop[c], k] + arrival[c], alighted[alighting[c], k])
            better |= best < onboard[c - first, k]
            onboard[c - first, k] = best
        counts[1] += 1
        if not better:
            continue
        counts[2] += 1
        if boardable[c]:
            for j in range(link_ptr[c], link_ptr[c + 1]):
                counts[3] += 1
                low = False
                for k in range(lanes):
                    low |= onboard[c - first, k] < alighted[link_target[j], k]
                    alighted[link_target[j], k] = min(alighted[link_target[j], k], onboard[c - first, k])
                counts[4] += low


def least_seconds(work: Callable[[], Any]) -> float:
    """Seconds of the fastest of several runs."""
    work()
    best, spent = np.inf, 0.0
    while spent < _LONG_ENOUGH_S:
        start = time.perf_counter()
        work()
        took = time.perf_counter() - start
        best, spent = min(best, took), spent + took
    return best


def tell_limit(study: Path) -> Iterator[str]:
    words = np.ones(128 * _MIB // 8)
    target = np.empty_like(words)
    copied = (
        2
        * words.nbytes
        / min(least_seconds(lambda: copy_words(words, target)), least_seconds(lambda: np.copyto(target, words)))
    )
    random = np.random.default_rng(1)
    latency = {}
    for size in (1, 16, 256):
        table = np.zeros((size * _MIB // 32, 8), np.int32)
        order = random.integers(0, len(table), 2_000_000)
        row = np.full(8, 1, np.int32)
        latency[size] = least_seconds(lambda t=table, o=order, r=row: lower_rows_at_random(t, o, r)) / len(order)
    yield f"Memory: copies at {copied / 1e9:.1f} GB/s (read and written); a row of 32 bytes at a random place takes"
    yield ", ".join(f"{1e9 * s:.1f} ns in {size} MiB" for size, s in latency.items()) + ".\n"

    times = open_case(study)
    from geo_access.routing.scan import NEVER
    from geo_access.routing.search import travel_seconds
    from geo_access.routing.simd import BATCH

    search, network, links = times.search, times.network, times.links
    low, starts = search.starts[0]
    sites = np.arange(min(BATCH, len(times.inputs.sites)))
    egress = search.egress.pick(sites)
    direct = np.ascontiguousarray(search.direct_s[low : low + starts.residents, sites])
    with timed_kernels() as kernels:
        for _ in range(4):
            travel_seconds(network, links, starts, egress, direct)
        spent = {
            name: min(kernels[name].calls[1:]) for name in ("routing.search:scan_batch", "routing.search:read_starts")
        }

    first = links.first
    egress_s = np.full((network.n_stops, BATCH), NEVER, np.int32)
    egress_s[egress.index, np.repeat(np.arange(len(sites)), np.diff(egress.indptr))] = egress.seconds
    onboard = np.full((len(network.departure) - first, BATCH), NEVER, np.int32)
    alighted = np.full((len(links.time), BATCH), NEVER, np.int32)
    counts = np.zeros(5, np.int64)
    count_scan(
        network.arrival_stop, network.departure, network.arrival, network.following, network.boardable,
        network.alightable, first, links.alighting, links.time, links.later, links.ptr, links.target, egress_s,
        onboard, alighted, counts,
    )  # fmt: skip
    settled, scanned, better, linked, lowered = counts.tolist()
    begun = len(starts.target)
    once = {
        "rows aboard, written and read": 2 * onboard.nbytes,
        "rows of alightings, written and read": 2 * alighted.nbytes,
        "links of the boardings that improve, and of the starts": 4 * (linked + begun),
        "connections and their pointers": scanned * (4 * 5 + 2 + 16 + 4) + len(links.time) * 8,
        "times, written": 4 * starts.residents * starts.departures * len(sites),
    }
    floor = sum(once.values()) / copied
    took = sum(spent.values())
    yield "| bytes that one search of eight sites cannot do without | MB |\n|---|---|"
    for name, size in once.items():
        yield f"| {name} | {size / 1e6:,.1f} |"
    yield f"| **in all** | **{sum(once.values()) / 1e6:,.1f}** |\n"
    rows = settled + 3 * scanned + linked + begun
    scan_ms, read_ms = (1000 * spent[name] for name in (SCAN, READ))
    yield f"At that bandwidth they take {1000 * floor:.0f} ms. The search takes {took / floor:.1f} times as long:"
    yield f"""{scan_ms:.0f} ms to scan and {read_ms:.0f} ms to read.

Of {scanned:,} connections {better:,} bring somebody nearer to one of the sites. They are passed on to {linked:,}
alightings, of which {lowered:,} become earlier; {settled:,} alightings take over from later ones. Residents read
{begun:,} rows of boardings. That is {rows / 1e6:.1f} million rows of 32 bytes, {1e9 * took / rows:.1f} ns each."""


#: In the order in which they are told: memory first, before anything else has filled it.
TELL = {"memory": tell_memory, "lines": tell_lines, "kernels": tell_kernels, "limit": tell_limit}
TITLES = {"lines": "Line by line", "kernels": "Kernels", "memory": "Memory, stage by stage", "limit": "The limit"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study")
    parser.add_argument("parts", nargs="*", default=[], metavar="PART", help="of: " + ", ".join(TELL))
    asked = parser.parse_args()
    study = STUDIES.get(asked.study, Path(asked.study))
    if asked.study == "region":
        from region import Size, make_region

        make_region(study, Size())
    for part in sorted(asked.parts or TELL, key=list(TELL).index):
        print(f"## {asked.study}: {TITLES[part].lower()}\n\n    python benchmarks/profiling.py {asked.study} {part}\n")
        for line in TELL[part](study):
            print(line)
            sys.stdout.flush()
        print()


if __name__ == "__main__":
    main()
