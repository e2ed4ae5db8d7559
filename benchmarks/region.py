"""Generate a study the size of a region of 12 million residents, as real files.

    python benchmarks/region.py FOLDER [--cells 60000] [--connections 5000000] [--sites 100] [--seed 1]

60,000 populated squares of 200 m in 1,296 communes, 250,000 junctions of streets, 40,000 stops, 5 million connections
on the day studied, 100 poles: OpenStreetMap (.osm.pbf), GTFS (.zip), GeoPackage, GeoJSON, CSV and `study.toml`. The
place is fictional (in the Atlantic): a dense centre, towns around it, streets that bend and break off, bus lines of 25
to 40 stops that follow them, metro and suburban rail, headways between 4 minutes in the centre and an hour outside,
peaks and evenings, times to the second. The same numbers give the same bytes; a folder that holds them is left alone.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import shutil
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CRS = "EPSG:32626"
CENTRE = (500_000.0, 4_871_000.0)
HALF_M = 40_000.0
DATE = "2025-03-11"
RESIDENTS = 12_000_000
VERSION = 1
_MADE = "made.json"
#: Bus stops stand on the streets' crossings, one crossing in so many along each street.
_STOP_STEP = 3.63
_METRO, _RAIL = 16, 14
STUDY = """\
name = "A region of {residents:,} residents (generated)"
date = {date}
crs = "{crs}"
language = "en"

[departures]
from = "09:00"
to = "11:00"

[territory]
communes = "communes.geojson"

[residents]
file = "residents.gpkg"
weight = "ind"
id = "cell"

[sites]
file = "sites.csv"

[walking]
streets = "streets.osm.pbf"
profile = "adult"

[transit]
gtfs = ["transit.zip"]

[policy]
preset = "discours-2024-04"
"""


@dataclass(frozen=True)
class Size:
    """How large the region is; what is smaller than the whole keeps its density, except connections and sites."""

    cells: int = 60_000
    connections: int = 5_000_000
    sites: int = 100
    junctions: int = 250_000
    seed: int = 1


@dataclass(frozen=True)
class Line:
    """A line in one direction.

    Attributes
    ----------
    name, kind
        Its route, and GTFS's route_type.
    stops
        Rows of the stops, in order.
    metres
        Distance of each stop from the one before; 0 for the first.
    headway_s
        Seconds between departures in the middle of the day.
    """

    name: str
    kind: int
    direction: int
    stops: NDArray[np.int64]
    metres: NDArray[np.float64]
    headway_s: float


class Ground:
    """The street grid, drawn together in the centre: 64 m between streets there, 300 m and more outside."""

    def __init__(self, junctions: int, rng: np.random.Generator) -> None:
        self.side = round(np.sqrt(junctions * 1.012))
        at = np.linspace(-1, 1, self.side)
        u, v = np.meshgrid(at, at, indexing="ij")
        step = at[1] - at[0]
        u, v = (part + rng.uniform(-0.28, 0.28, part.shape) * step for part in (u, v))
        self.x, self.y = warp(u, v)

    def node(self, i: NDArray[np.integer], j: NDArray[np.integer]) -> NDArray[np.int64]:
        return np.asarray(i, np.int64) * self.side + j


def warp(u: NDArray[np.float64], v: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """From the square [-1, 1] to metres around the centre."""
    stretch = 0.45 + 0.55 * np.hypot(u, v) ** 2
    return u * stretch * HALF_M, v * stretch * HALF_M


def draw_streets(ground: Ground, rng: np.random.Generator, path: Path) -> None:
    """Write the streets: rows and columns of the grid, a tenth of them broken off, some diagonals, bends."""
    import osmium
    from pyproj import Transformer

    side = ground.side
    number = np.arange(side * side).reshape(side, side)
    to_degrees = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    ways: list[tuple[list[int], str]] = []
    bends: list[tuple[float, float]] = []
    x, y = ground.x.ravel(), ground.y.ravel()
    kinds = ("residential", "residential", "residential", "tertiary", "footway", "unclassified", "service")

    def add_run(nodes: NDArray[np.int64], kind: str) -> None:
        refs = [int(nodes[0])]
        for one, other in zip(nodes[:-1].tolist(), nodes[1:].tolist(), strict=True):
            if rng.random() < 0.4:
                aside = rng.uniform(-0.12, 0.12, 2) * np.hypot(x[other] - x[one], y[other] - y[one])
                bends.append(((x[one] + x[other]) / 2 + aside[0], (y[one] + y[other]) / 2 + aside[1]))
                refs.append(side * side + len(bends) - 1)
            refs.append(other)
        ways.append((refs, kind))

    for row in (*number, *number.T):
        broken = rng.random(side - 1) < 0.1
        starts = np.flatnonzero(np.concatenate([[True], broken])).tolist()
        for start, end in zip(starts, [*starts[1:], side], strict=True):
            for low in range(start, end - 1, 12):
                add_run(row[low : min(low + 13, end)], kinds[int(rng.integers(len(kinds)))])
    for i, j in zip(*np.nonzero(rng.random((side - 1, side - 1)) < 0.02), strict=True):
        add_run(np.array([number[i, j], number[i + 1, j + 1]]), "footway")

    bent = np.array(bends)
    lon, lat = to_degrees.transform(
        np.concatenate([x, bent[:, 0]]) + CENTRE[0], np.concatenate([y, bent[:, 1]]) + CENTRE[1]
    )
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for at, place in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
            writer.add_node(osmium.osm.mutable.Node(id=at + 1, location=place))
        for at, (refs, kind) in enumerate(ways):
            tags = {"highway": kind}
            writer.add_way(osmium.osm.mutable.Way(id=at + 1, nodes=[ref + 1 for ref in refs], tags=tags))


def draw_people(size: Size, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Squares of 200 m with the most people, their centres (metres) and residents."""
    steps = int(2 * HALF_M / 200)
    at = (np.arange(steps) - steps / 2 + 0.5) * 200
    x, y = (part.ravel() for part in np.meshgrid(at, at, indexing="ij"))
    density = np.exp(-np.hypot(x, y) / 7_000)
    for _ in range(70):
        angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(9_000, 37_000)
        away = np.hypot(x - far * np.cos(angle), y - far * np.sin(angle))
        density += rng.uniform(0.04, 0.25) * np.exp(-((away / rng.uniform(900, 2_600)) ** 2))
    density *= rng.lognormal(0, 0.55, len(x))
    # A smaller study is the middle of the large one.
    inside = np.flatnonzero(np.maximum(abs(x), abs(y)) < HALF_M - 1_500)
    kept = np.sort(inside[np.argsort(-density[inside], kind="stable")[: size.cells]])
    people = np.maximum(1, np.round(density[kept] / density[kept].sum() * RESIDENTS * size.cells / 60_000))
    return np.column_stack([x[kept], y[kept]]), people.astype(np.int64)


def write_people(points: NDArray[np.float64], people: NDArray[np.int64], folder: Path) -> None:
    import geopandas as gpd
    import pyogrio
    import shapely

    # A GeoPackage says when it was last changed.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-03-11T00:00:00.000Z"})
    x, y = points[:, 0] + CENTRE[0], points[:, 1] + CENTRE[1]
    squares = shapely.box(x - 100, y - 100, x + 100, y + 100)
    names = [f"R200mN{round(b)}E{round(a)}" for a, b in zip(x - 100, y - 100, strict=True)]
    table = gpd.GeoDataFrame({"cell": names, "ind": people}, geometry=squares, crs=CRS)
    table.to_file(folder / "residents.gpkg", driver="GPKG", layer="residents")


def write_communes(
    points: NDArray[np.float64], people: NDArray[np.int64], rng: np.random.Generator, folder: Path
) -> None:
    import geopandas as gpd
    import shapely

    count = 36
    at = np.linspace(-1, 1, count + 1)
    u, v = np.meshgrid(at, at, indexing="ij")
    inner = np.zeros_like(u)
    inner[1:-1, 1:-1] = 0.3 * (at[1] - at[0])
    x, y = warp(u + inner * rng.uniform(-1, 1, u.shape), v + inner * rng.uniform(-1, 1, u.shape))
    corners = np.stack([x + CENTRE[0], y + CENTRE[1]], axis=-1)
    rings = np.stack([corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:], corners[:-1, 1:]], axis=2).reshape(-1, 4, 2)
    shapes = shapely.polygons(rings)
    tree = shapely.STRtree(shapes)
    point, commune = tree.query(shapely.points(points + CENTRE), predicate="within")
    population = np.bincount(commune, weights=people[point], minlength=len(shapes)).astype(np.int64)
    table = gpd.GeoDataFrame(
        {
            "insee": [f"{90_000 + k:05}" for k in range(len(shapes))],
            "name": [f"Commune {k // count + 1}-{k % count + 1}" for k in range(len(shapes))],
            "population": population,
        },
        geometry=shapes,
        crs=CRS,
    )
    table.to_crs("EPSG:4326").to_file(folder / "communes.geojson", driver="GeoJSON", COORDINATE_PRECISION=7)


def write_sites(
    size: Size, points: NDArray[np.float64], people: NDArray[np.int64], rng: np.random.Generator, folder: Path
) -> None:
    """Poles where people live: every so many residents, going through the squares from the west."""
    from pyproj import Transformer

    order = np.argsort(points[:, 0], kind="stable")
    total = np.cumsum(people[order])
    at = order[np.searchsorted(total, (np.arange(size.sites) + 0.5) / size.sites * total[-1])]
    xy = points[at] + rng.uniform(-90, 90, (len(at), 2)) + CENTRE
    lon, lat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(*xy.T)
    with (folder / "sites.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["site", "name", "kind", "lat", "lon", "status"])
        for k, (a, b) in enumerate(zip(lat, lon, strict=True)):
            writer.writerow([f"P{k + 1:04}", f"Pole {k + 1}", "pole", f"{a:.6f}", f"{b:.6f}", "open"])


def draw_bus_lines(side: int, rng: np.random.Generator) -> list[list[int]]:
    """Lines along the crossings of a grid, until each has one: they run on, turn at times, and seek new ground."""
    served = np.zeros((side, side), np.int64)
    lines = []
    steps = ((0, 1), (1, 0), (0, -1), (-1, 0))
    for start in rng.permutation(side * side).tolist():
        if served.flat[start]:
            continue
        length = int(rng.integers(25, 41))
        path, ends = [divmod(start, side)], []
        for way in rng.permutation(4)[:2].tolist():
            path.reverse()
            heading = way
            while len(path) < (length + 1) // 2 + (len(ends) and length // 2):
                options = []
                for turn in (0, 1, 3):
                    i, j = (path[-1][k] + steps[(heading + turn) % 4][k] for k in range(2))
                    if 0 <= i < side and 0 <= j < side and (i, j) not in path:
                        wish = (3.0 if turn == 0 else 0.45) * (1.0 if served[i, j] else 3.0) + rng.random()
                        options.append((wish, (heading + turn) % 4, (i, j)))
                if not options:
                    break
                _, heading, place = max(options)
                path.append(place)
            ends.append(path[-1])
        for place in path:
            served[place] += 1
        if len(path) > 5:
            lines.append([i * side + j for i, j in path])
    return lines


def draw_lines(ground: Ground, rng: np.random.Generator) -> tuple[NDArray[np.float64], list[Line]]:
    """Stops (metres around the centre) and the lines that serve them, each in both directions."""
    lattice = np.unique(np.round(np.arange(2, ground.side - 2, _STOP_STEP)).astype(np.int64))
    i, j = (part.ravel() for part in np.meshgrid(lattice, lattice, indexing="ij"))
    crossing = np.column_stack([ground.x[i, j], ground.y[i, j]])
    # Two stops at each crossing, one a direction, on either side of the street.
    aside = rng.uniform(6, 14, (len(crossing), 2))
    places = [crossing + aside, crossing - aside]
    lines: list[Line] = []
    for number, path in enumerate(draw_bus_lines(len(lattice), rng)):
        at = np.array(path)
        metres = np.concatenate([[0.0], np.hypot(*np.diff(crossing[at], axis=0).T)])
        middle = np.hypot(*crossing[at].mean(axis=0))
        headway = float(np.clip(rng.lognormal(np.log(420 + middle / 32), 0.35), 240, 3600))
        for direction, stops in enumerate((at, at[::-1] + len(crossing))):
            apart = metres if direction == 0 else np.concatenate([[0.0], metres[:0:-1]])
            lines.append(Line(f"B{number + 1}", 3, direction, stops, apart, headway))
    used = 2 * len(crossing)
    for kind, count, reach, spacing, headway in ((1, _METRO, 11_000, 620, 210), (2, _RAIL, 38_000, 2_300, 700)):
        for number in range(count):
            angle, bend = np.pi * (number + rng.uniform(-0.3, 0.3)) / count, rng.uniform(-0.5, 0.5)
            along = np.arange(-reach, reach + 1, spacing)
            turned = angle + bend * along / reach
            off = rng.uniform(-0.25, 0.25) * reach * (kind == 1)
            stations = np.column_stack(
                [along * np.cos(turned) - off * np.sin(angle), along * np.sin(turned) + off * np.cos(angle)]
            )
            places += [stations + 15, stations - 15]
            metres = np.concatenate([[0.0], np.hypot(*np.diff(stations, axis=0).T)])
            name = f"{'M' if kind == 1 else 'R'}{number + 1}"
            lines.append(Line(name, kind, 0, used + np.arange(len(along)), metres, headway))
            back = np.concatenate([[0.0], metres[:0:-1]])
            lines.append(Line(name, kind, 1, used + len(along) + np.arange(len(along))[::-1], back, headway))
            used += 2 * len(along)
    # Outside the ground there are no stops.
    return np.clip(np.concatenate(places), -HALF_M * 1.9, HALF_M * 1.9), lines


def draw_departures(line: Line, shorter: float, phase: float) -> NDArray[np.int64]:
    """Seconds at which a line's trips begin, from 4:50 to 25:20: twice as many at the peaks, fewer in the evening."""
    at, found = 4.85 * 3600 + phase * line.headway_s, []
    while at < 25.3 * 3600:
        found.append(int(at))
        hour = at / 3600
        dense = 2.0 if 7 <= hour < 9.5 or 16.5 <= hour < 19.5 else 0.45 if hour < 6 or hour >= 21.5 else 1.0
        at += max(line.headway_s / shorter / dense, 90)
    return np.array(found, np.int64)


def write_feed(size: Size, ground: Ground, rng: np.random.Generator, path: Path) -> dict[str, int]:
    """Write the feed; the headways are such that the day has as many connections as asked for."""
    import pyarrow as pa
    import pyarrow.csv as pc
    from pyproj import Transformer

    stops, lines = draw_lines(ground, rng)
    phases = rng.random(len(lines))
    hops = np.array([len(line.stops) - 1 for line in lines])

    def count(shorter: float) -> int:
        trips = [len(draw_departures(line, shorter, phase)) for line, phase in zip(lines, phases, strict=True)]
        return int((hops * trips).sum())

    low, high = 0.02, 40.0
    for _ in range(24):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if count(middle) < size.connections else (low, middle)

    trip_line, trip_start = [], []
    for number, (line, phase) in enumerate(zip(lines, phases, strict=True)):
        starts = draw_departures(line, high, phase)
        trip_line.append(np.full(len(starts), number))
        trip_start.append(starts)
    of_line, begins = np.concatenate(trip_line), np.concatenate(trip_start)
    arrival, departure, stop, order = [], [], [], []
    for line, starts in zip(lines, trip_start, strict=True):
        peak = (starts / 3600 >= 7) & (starts / 3600 < 9.5) | (starts / 3600 >= 16.5) & (starts / 3600 < 19.5)
        speed = {3: 4.2 + np.hypot(*stops[line.stops].T) / 9_000, 1: 9.0, 2: 16.0}[line.kind]
        stand = {3: 0, 1: 22, 2: 45}[line.kind]
        ride = line.metres / speed + {3: 14.0, 1: 18.0, 2: 25.0}[line.kind] * (line.metres > 0)
        slow = np.where(peak & (line.kind == 3), 1.15, 1.0)
        after = np.round(np.cumsum(ride)[None, :] * slow[:, None] + stand * np.arange(len(ride))).astype(np.int64)
        arrive = starts[:, None] + after
        leave = arrive + stand
        arrival.append(arrive.ravel())
        departure.append(leave.ravel())
        stop.append(np.tile(line.stops, len(starts)))
        order.append(np.tile(np.arange(1, len(line.stops) + 1), len(starts)))
    calls = np.array([len(line.stops) for line in lines])[of_line]
    clock = pa.array(
        [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(int(max(map(np.max, departure))) + 1)]
    )
    trip_names = pa.array(
        [
            f"{lines[number].name}-{lines[number].direction}-{start}"
            for number, start in zip(of_line, begins, strict=True)
        ]
    )
    stop_names = pa.array([f"S{k:05}" for k in range(len(stops))])
    stop_times = pa.table(
        {
            "trip_id": trip_names.take(pa.array(np.repeat(np.arange(len(of_line)), calls))),
            "arrival_time": clock.take(pa.array(np.concatenate(arrival))),
            "departure_time": clock.take(pa.array(np.concatenate(departure))),
            "stop_id": stop_names.take(pa.array(np.concatenate(stop))),
            "stop_sequence": np.concatenate(order),
        }
    )
    lon, lat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(*(stops + CENTRE).T)
    routes = {line.name: line.kind for line in lines}
    members: dict[str, Any] = {
        "agency.txt": [("agency_id", "agency_name", "agency_url", "agency_timezone"),
                       ("A", "Region", "https://example.org", "Etc/GMT+2")],
        "calendar.txt": [("service_id", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
                          "start_date", "end_date"), ("W", 1, 1, 1, 1, 1, 0, 0, "20250101", "20251231")],
        "routes.txt": [("route_id", "agency_id", "route_short_name", "route_type"),
                       *((name, "A", name, kind) for name, kind in routes.items())],
        "stops.txt": [("stop_id", "stop_name", "stop_lat", "stop_lon"),
                      *((f"S{k:05}", f"Stop {k}", f"{b:.6f}", f"{a:.6f}")
                        for k, (a, b) in enumerate(zip(lon, lat, strict=True)))],
        "trips.txt": [("route_id", "service_id", "trip_id", "direction_id"),
                      *((lines[number].name, "W", name.as_py(), lines[number].direction)
                        for number, name in zip(of_line, trip_names, strict=True))],
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, rows in members.items():
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\n").writerows(rows)
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text.getvalue(), zipfile.ZIP_DEFLATED)
        large = zipfile.ZipInfo("stop_times.txt", (1980, 1, 1, 0, 0, 0))
        large.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(large, "w", force_zip64=True) as file:
            pc.write_csv(stop_times, file, pc.WriteOptions(quoting_style="none"))
    return {"stops": len(stops), "lines": len(lines), "trips": len(of_line), "a_day": int((calls - 1).sum())}


def make_region(folder: Path, size: Size) -> dict[str, Any]:
    """Write the study into `folder`, unless it holds just this one; returns what it holds."""
    wanted = {"version": VERSION, **asdict(size)}
    made = folder / _MADE
    if made.is_file():
        known = json.loads(made.read_text(encoding="utf-8"))
        if {name: known.get(name) for name in wanted} == wanted:
            return dict(known)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # A generator for each part, so that a change in one leaves the others as they are.
    streets, people, communes, sites, feed = np.random.default_rng(size.seed).spawn(5)
    ground = Ground(size.junctions, streets)
    draw_streets(ground, streets, folder / "streets.osm.pbf")
    points, residents = draw_people(size, people)
    write_people(points, residents, folder)
    write_communes(points, residents, communes, folder)
    write_sites(size, points, residents, sites, folder)
    found = write_feed(size, ground, feed, folder / "transit.zip")
    text = STUDY.format(residents=int(residents.sum()), date=DATE, crs=CRS)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    told = {**wanted, "residents": int(residents.sum()), "crossings": ground.side**2, **found}
    made.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    for name, default in asdict(Size()).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = vars(parser.parse_args())
    print(json.dumps(make_region(asked.pop("folder"), Size(**asked)), indent=1))


if __name__ == "__main__":
    main()
