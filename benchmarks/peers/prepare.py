"""Write the question that all peers are asked: the project reads the study, so that only the searches differ.

python benchmarks/peers/prepare.py FOLDER --study porto-alegre
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import zipfile
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pyproj import Transformer

import geo_access as ga

if TYPE_CHECKING:
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.walker import Legs

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
#: As R5 was asked on this data: walks of 17 minutes at most, on each leg.
LIKE_R5 = {f"walking.limits_min.{leg}": 17 for leg in ("access", "egress", "transfer", "direct")}
STUDIES: dict[str, tuple[Path, dict[str, Any]]] = {
    "porto-alegre": (ROOT / "tests" / "porto_alegre", LIKE_R5),
    "hauts-de-seine": (SHARED / "hauts-de-seine", {}),
}
MINUTE = 60
#: nigiri allows no change at one stop in less than this.
SAME_STOP_S = 120


def open_study(name: str, changes: dict[str, Any] | None = None) -> TravelTimes:
    """Open a study's times with nothing kept from earlier runs."""
    path, own = STUDIES[name]
    return ga.open_times(ga.open_study(path, changes=own | (changes or {})), cache=ga.Cache(None))


def in_minutes(seconds: np.ndarray) -> np.ndarray:
    """Round walks up to whole minutes, as seconds."""
    return (-(-np.asarray(seconds, np.int64) // MINUTE) * MINUTE).astype(np.int32)


def nearest_minute(seconds: np.ndarray) -> np.ndarray:
    return (np.asarray(seconds, np.int64) + MINUTE // 2) // MINUTE * MINUTE


def write_minute_feed(times: TravelTimes, path: Path) -> dict[str, int]:
    """Write the day's timetable as one feed in whole minutes, with every walk between stops in transfers.txt.

    Blank times are filled as `geo_access` fills them, a walk carries the boarding slack and is rounded up, a change at
    one stop takes what nigiri takes: whoever reads this feed need not interpolate, round or guess, and two exact
    searches must find the same minutes.
    """
    timetable, slack = times.timetable, times.settings.transit.boarding_slack_s
    limit = round(float(times.settings.walking.limits_min.transfer) * 60)
    walks = times.walker().legs(times.stops, times.stops, limit_s=limit)
    origin = np.repeat(np.arange(walks.n_from), np.diff(walks.indptr))
    apart = origin != walks.index
    stay = np.arange(walks.n_from)
    transfers = pd.DataFrame(
        {
            "from_stop_id": np.concatenate([origin[apart], stay]),
            "to_stop_id": np.concatenate([walks.index[apart], stay]),
            "transfer_type": 2,
            "min_transfer_time": np.concatenate(
                [in_minutes(walks.seconds[apart] + slack), np.full(len(stay), SAME_STOP_S)]
            ),
        }
    )
    stops = pd.DataFrame(
        {
            "stop_id": stay,
            "stop_name": [f"stop {stop}" for stop in stay],  # nigiri joins stops of one name
            "stop_lat": timetable.stops["lat"],
            "stop_lon": timetable.stops["lon"],
        }
    )
    stop_times = list_stop_times(timetable)
    trips = pd.unique(stop_times["trip_id"])
    routes = timetable.trips["route"].to_numpy()[trips]
    tables = {
        "agency.txt": pd.DataFrame(
            [("a", "all", "http://example.org", timetable.timezone)],
            columns=["agency_id", "agency_name", "agency_url", "agency_timezone"],
        ),
        "routes.txt": pd.DataFrame({"route_id": pd.unique(routes), "agency_id": "a", "route_type": 3}).assign(
            route_short_name=lambda table: table["route_id"], route_long_name=lambda table: table["route_id"]
        ),
        "trips.txt": pd.DataFrame({"route_id": routes, "service_id": "d", "trip_id": trips}),
        "calendar_dates.txt": pd.DataFrame(
            {"service_id": ["d"], "date": [f"{times.settings.date:%Y%m%d}"], "exception_type": [1]}
        ),
        "stops.txt": stops,
        "stop_times.txt": stop_times,
        "transfers.txt": transfers,
    }
    write_feed(tables, path)
    # The same times, the published names, no walks: a peer's own rules for changing show on their own.
    named = stops.assign(stop_name=timetable.stops["name"].to_numpy())
    del tables["transfers.txt"]
    write_feed(tables | {"stops.txt": named}, path.with_name("feed-without-walks.zip"))
    return {"stop_times": len(stop_times), "trips": len(trips), "walks_between_stops": int(apart.sum())}


def fill_by_index(source: Path, path: Path) -> int:
    """Copy a feed, its blank times filled evenly from stop to stop, whatever lies between them; returns how many."""
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in archive.namelist():
            if name != "stop_times.txt":
                copy.writestr(name, archive.read(name))
        table = pd.read_csv(archive.open("stop_times.txt"), dtype=str, skipinitialspace=True)
        table["stop_sequence"] = table["stop_sequence"].astype(int)
        table = table.sort_values(["trip_id", "stop_sequence"], kind="stable", ignore_index=True)
        blank = table["departure_time"].fillna("") == ""
        for column in ("arrival_time", "departure_time"):
            seconds = pd.to_timedelta(table[column]).dt.total_seconds()
            # A trip begins and ends with a time, so that no other trip's is taken.
            filled = seconds.interpolate().round().astype(int)
            table[column] = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in filled.tolist()]
        copy.writestr("stop_times.txt", table.to_csv(index=False))
    return int(blank.sum())


def write_feed(tables: dict[str, pd.DataFrame], path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            archive.writestr(name, table.to_csv(index=False))


def list_stop_times(timetable: Any) -> pd.DataFrame:
    """List the day's stop times from its connections, rounded to the nearest minute."""
    count = len(timetable.departure)
    # By trip, then in its order: a connection's position is how many of its trip come before it.
    first = np.ones(count, bool)
    first[timetable.following[timetable.following >= 0]] = False
    position = np.zeros(count, np.int64)
    front, step = np.flatnonzero(first), 0
    while len(front):
        position[front] = step
        front = timetable.following[front]
        front, step = front[front >= 0], step + 1
    order = np.lexsort((position, timetable.trip))
    trip, last = timetable.trip[order], np.append(np.diff(timetable.trip[order]) != 0, True)
    leave, reach = nearest_minute(timetable.departure[order]), nearest_minute(timetable.arrival[order])
    came = np.where(np.append(True, last[:-1]), leave, np.append(0, reach[:-1]))
    at = pd.DataFrame(
        {
            "trip_id": trip,
            "stop_sequence": position[order],
            "stop_id": timetable.departure_stop[order],
            "arrival": np.minimum(came, leave),
            "departure": leave,
            "pickup_type": np.where(timetable.boardable[order], 0, 1),
            "drop_off_type": np.where(np.append(True, timetable.alightable[order][:-1]), 0, 1),
        }
    )
    ends = pd.DataFrame(
        {
            "trip_id": trip[last],
            "stop_sequence": position[order][last] + 1,
            "stop_id": timetable.arrival_stop[order][last],
            "arrival": reach[last],
            "departure": reach[last],
            "pickup_type": 1,
            "drop_off_type": np.where(timetable.alightable[order][last], 0, 1),
        }
    )
    table = pd.concat([at, ends]).sort_values(["trip_id", "stop_sequence"], ignore_index=True)
    for moment in ("arrival", "departure"):
        seconds = table.pop(moment).to_numpy()
        table[f"{moment}_time"] = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in seconds.tolist()]
    return table


def pack(name: str, legs: Legs) -> dict[str, np.ndarray]:
    return {f"{name}_ptr": legs.indptr, f"{name}_index": legs.index, f"{name}_s": legs.seconds}


def write_question(name: str, folder: Path) -> None:
    """Write a study's question."""
    times = open_study(name)
    inputs, stops = times.inputs, times.timetable.stops
    to_degrees = Transformer.from_crs(times.settings.crs, "EPSG:4326", always_xy=True)
    arrays: dict[str, np.ndarray] = {
        "population": inputs.residents["weight"].to_numpy(np.float64),
        "area": inputs.residents["insee"].to_numpy(str),
        "resident_xy": inputs.resident_points,
        "site_xy": inputs.site_points,
        "stop_xy": times.stops.xy,
        "stop_id": stops["stop_id"].to_numpy(str),
        "resident_snapped": times.residents().snapped,
        "site_snapped": times.walker().place(inputs.site_points).snapped,
        "stop_snapped": times.stops.snapped,
        "walk_s": times.walk_seconds(),
        **pack("access", times.access),
        **pack("egress", times.site_walks.egress.transpose()),
    }
    for kind in ("resident", "site"):
        arrays[f"{kind}_lonlat"] = np.column_stack(to_degrees.transform(*arrays[f"{kind}_xy"].T))
    if times.settings.walking.streets:
        streets = times.streets
        for part in (
            "x", "y", "lon", "lat", "tail", "head", "length_m", "forward", "backward", "offsets", "line_x", "line_y",
        ):  # fmt: skip
            arrays[f"street_{part}"] = getattr(streets, part)
    zone = zoneinfo.ZoneInfo(times.timetable.timezone)
    noon = dt.datetime.combine(times.settings.date, dt.time(12), zone)
    departures = times.settings.departures
    feeds = [times.inputs.study.path(feed) for feed in times.settings.transit.gtfs]
    facts = {
        "study": name,
        "date": times.settings.date.isoformat(),
        "timezone": times.timetable.timezone,
        "crs": times.settings.crs,
        "first_minute": int(noon.timestamp()) // 60 - 12 * 60 + departures.from_s // 60,
        "departures": {"from_s": departures.from_s, "every_s": departures.every_s, "count": departures.count},
        "speed_kmh": times.settings.walking.speed_kmh or 4.8,
        "access_limit_s": round(float(times.settings.walking.limits_min.access) * 60),
        "slack_s": times.settings.transit.boarding_slack_s,
        "feeds": [str(feed) for feed in feeds],
        "blank times": [fill_by_index(feed, folder / f"feed-by-index-{n}.zip") for n, feed in enumerate(feeds)]
        if name == "porto-alegre"
        else [],
        "minutes": write_minute_feed(times, folder / "feed-minutes.zip"),
    }
    np.savez(folder / "question.npz", **arrays)
    (folder / "question.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--study", choices=STUDIES, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    write_question(asked.study, asked.folder)


if __name__ == "__main__":
    main()
