"""Measure how the cost grows with sites, residents, departures and connections, and what a second run costs.

    python benchmarks/growth.py [curves] [again] [--runs 2] [--scale 1] [--figure benchmarks/growth.svg]

*curves* starts from one generated region (`region.py`: 15,000 populated squares, 1.25 million connections a day, 24
sites, 120 departures) and changes one of the four at a time. It prints one Markdown table a curve, with the exponent
of a straight line through the logarithms, and draws them. Seconds are of the processor, all threads; *made ready* is
what lies between the tables and the search (changes between stops, walks, links), *search* is the times to all sites.
A last exponent is that between the two largest sizes alone: small sizes hide behind what any search costs.

*again* checks Hauts-de-Seine three times as whole processes: for the first time, unchanged, and with one site moved.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from inside import search_all, start_over
from region import Size, make_region

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
FOLDER = Path(tempfile.gettempdir()) / "geo-access-growth"
CELLS, CONNECTIONS, SITES, EVERY_S = 15_000, 1_250_000, 24, 60
MOST_CELLS, MOST_SITES = 60_000, 256
CURVES: dict[str, Sequence[int]] = {
    "sites": (8, 16, 32, 64, 128, 256),
    "cells": (1_900, 3_750, 7_500, 15_000, 30_000, 60_000),
    # In the same two hours: one every 10 minutes, 5 minutes, 2 minutes, 1 minute, 30 s, 15 s.
    "departures": (12, 24, 60, 120, 240, 480),
    "connections": (300_000, 600_000, 1_250_000, 2_500_000, 5_000_000),
}


@dataclass(frozen=True)
class Point:
    """One measurement: how many there are, and processor seconds."""

    size: int
    ready_s: float
    search_s: float


def make_study(cells: int, connections: int, sites: int) -> Path:
    """Generate a region with so many connections, and take some of its squares and sites at random."""
    import geopandas as gpd

    whole = FOLDER / f"connections-{connections}"
    make_region(whole, Size(cells=MOST_CELLS, connections=connections, sites=MOST_SITES))
    some = np.random.default_rng(7)
    residents, chosen = whole / f"residents-{cells}.gpkg", whole / f"sites-{sites}.csv"
    order = some.permutation(MOST_CELLS)
    if not residents.exists():
        table = gpd.read_file(whole / "residents.gpkg")
        table.iloc[np.sort(order[:cells])].to_file(residents, driver="GPKG", layer="residents")
    if not chosen.exists():
        rows = list(csv.reader((whole / "sites.csv").open(encoding="utf-8")))
        picked = np.sort(some.permutation(MOST_SITES)[:sites]) + 1
        with chosen.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([rows[0], *(rows[at] for at in picked)])
    return whole


def measure_point(cells: int, connections: int, sites: int, every_s: int, runs: int) -> tuple[float, float]:
    """Processor seconds to make the search ready and to search; the least of some runs."""
    import geo_access as ga

    folder = make_study(cells, connections, sites)
    changes = {
        "residents.file": f"residents-{cells}.gpkg",
        "sites.file": f"sites-{sites}.csv",
        "departures.every_s": every_s,
    }
    best = [np.inf, np.inf]
    # Streets and timetables are read once for all points; nothing else is kept.
    kept = ga.Cache(FOLDER / "cache")
    for _ in range(runs):
        times = ga.open_times(ga.open_study(folder, changes=changes), cache=kept)
        _ = times.streets, times.timetable
        times = start_over(times, network=False)
        start = time.process_time()
        _ = times.search
        ready = time.process_time()
        search_all(times)
        best = [min(best[0], ready - start), min(best[1], time.process_time() - ready)]
    return best[0], best[1]


def measure_curves(runs: int, scale: float) -> Iterator[tuple[str, list[Point]]]:
    base = {"cells": round(CELLS * scale), "connections": round(CONNECTIONS * scale), "sites": SITES}
    # Kernels are loaded before the first point.
    measure_point(**base, every_s=600, runs=1)
    for name, whole in CURVES.items():
        sizes = [round(size * scale) for size in whole] if name in ("cells", "connections") else whole
        points = []
        for size in sizes:
            asked = base | {"every_s": EVERY_S}
            asked |= {"every_s": 7200 // size} if name == "departures" else {name: size}
            ready, search = measure_point(**asked, runs=runs)
            points.append(Point(size, ready, search))
            print(f"  {name} {size:,}: {ready:.2f} + {search:.2f} s", file=sys.stderr, flush=True)
        yield name, points


def fit_exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Slope of the straight line through the logarithms (least squares)."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def table_rows(name: str, points: Sequence[Point]) -> Iterator[str]:
    yield f"| {name} | made ready, s | search, s | search, ms for each |"
    yield "|---|---|---|---|"
    for point in points:
        each = f"{1000 * point.search_s / point.size:.3g}"
        yield f"| {point.size:,} | {point.ready_s:.2f} | {point.search_s:.2f} | {each} |"
    sizes = [point.size for point in points]
    cells = []
    for column in ([point.ready_s for point in points], [point.search_s for point in points]):
        last = fit_exponent(sizes[-2:], column[-2:])
        cells.append(f"{fit_exponent(sizes, column):.2f} (last two: {last:.2f})")
    yield f"| exponent | {cells[0]} | {cells[1]} | |"


def draw(curves: dict[str, list[Point]], path: Path) -> None:
    """Draw the four curves, both axes logarithmic; the same numbers give the same bytes."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 8})
    figure = Figure(figsize=(7.2, 5.4), layout="constrained")
    for axes, (name, points) in zip(figure.subplots(2, 2).flat, curves.items(), strict=True):
        sizes = np.array([point.size for point in points])
        for label, marker, colour, seconds in (
            ("made ready", "s", "#8a8a8a", [point.ready_s for point in points]),
            ("search", "o", "#0b6fa4", [point.search_s for point in points]),
        ):
            exponent = fit_exponent(sizes, seconds)
            axes.loglog(sizes, seconds, marker + "-", color=colour, ms=4, lw=1.2, label=f"{label}: n^{exponent:.2f}")
        # What growth in proportion would look like, through the last point.
        proportional = points[-1].search_s * sizes / sizes[-1]
        axes.loglog(sizes, proportional, ":", color="#333333", lw=0.8, label="in proportion")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes], minor=False)
        axes.set_xticks([], minor=True)
        axes.set(xlabel=name, ylabel="processor seconds")
        axes.grid(visible=True, which="both", lw=0.3, alpha=0.5)
        axes.legend(frameon=False)
    figure.savefig(path, format="svg", metadata={"Date": None})


def measure_again(runs: int) -> Iterator[str]:
    """Check a study for the first time, unchanged, and with one site moved by a street."""
    study = SHARED / "hauts-de-seine"
    yield "| Hauts-de-Seine | wall s | processor s | new entries in the cache |"
    yield "|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        sites = list(csv.reader((study / "sites.csv").open(encoding="utf-8")))
        kind, status, lat = (sites[0].index(name) for name in ("kind", "status", "lat"))
        moved = next(row for row in sites[1:] if row[kind] == "pole" and row[status] == "open")
        moved[lat] = f"{float(moved[lat]) + 0.002:.6f}"
        other = Path(folder) / "sites.csv"
        with other.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(sites)
        check = [sys.executable, "-m", "geo_access", "check", str(study), "--format", "json"]
        for name, more in (("first", []), ("again", []), ("one pole moved", ["--set", f"sites.file={other}"])):
            figures = []
            for run in range(runs):
                cache = Path(folder) / f"cache-{run}"
                before = sum(1 for _ in cache.glob("??/*"))
                start = time.perf_counter()
                process = subprocess.Popen(
                    [*check, *more], env=os.environ | {"GEO_ACCESS_CACHE_DIR": str(cache)}, stdout=subprocess.DEVNULL
                )
                _, status_, usage = os.wait4(process.pid, 0)
                if os.waitstatus_to_exitcode(status_) not in (0, 1):
                    sys.exit("the check failed")
                entries = sum(1 for _ in cache.glob("??/*")) - before
                figures.append((time.perf_counter() - start, usage.ru_utime + usage.ru_stime, entries))
            wall, processor, entries = (min(column) for column in zip(*figures, strict=True))
            yield f"| {name} | {wall:.2f} | {processor:.2f} | {entries} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="curves, again; both by default")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--scale", type=float, default=1.0, help="of residents and connections: 0.25 for a short trial")
    parser.add_argument("--figure", type=Path, default=ROOT / "benchmarks" / "growth.svg")
    parser.add_argument("--clear", action="store_true", help="remove the generated regions afterwards (1 GB)")
    asked: Any = parser.parse_args()
    parts = asked.parts or ["curves", "again"]
    if "curves" in parts:
        curves = dict(measure_curves(asked.runs, asked.scale))
        for name, points in curves.items():
            print(*table_rows(name, points), "", sep="\n")
        draw(curves, asked.figure)
    if "again" in parts:
        for row in measure_again(asked.runs):
            print(row, flush=True)
    if asked.clear:
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    main()
