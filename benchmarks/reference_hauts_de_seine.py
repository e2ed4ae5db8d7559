"""An independent answer to the Hauts-de-Seine study, for comparing `geo_access` with.

It shares nothing with the package: it reads the raw files with pandas and geopandas, walks in a straight
line, and searches *forward*, once for every cell and every departure (the package searches backward, once per
site). Half a million searches take some minutes; nothing here is clever.

The rules are written out as constants below and follow the study's `study.toml` and the target
"discours-2024-04": a pole in less than 20 minutes by public transport, or else an antenna (antenna, PMI,
annex, pole) in less than 15 minutes on foot, at half of the departures or more.

    python benchmarks/reference_hauts_de_seine.py --output FOLDER

writes `communes.csv`, `cells.csv`, `total.json` and `seconds.parquet` (every site, every departure, to the
second, for a sample of cells, without any horizon).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import random
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numba import njit
from pyproj import Transformer
from scipy.spatial import cKDTree

STUDY = Path(__file__).resolve().parents[2] / "shared" / "data" / "hauts-de-seine"
FEEDS = ("gtfs/bus-metro-rail-2018.zip", "gtfs/tram-2018-frequencies.zip")
DATE = dt.date(2018, 1, 23)
DEPARTURES = np.arange(9 * 3600, 11 * 3600, 60, dtype=np.int32)
SPEED = 4.8 / 3.6  # metres a second
DETOUR = 1.3
ACCESS_S, EGRESS_S, TRANSFER_S, DIRECT_S = 1200, 1200, 600, 1200
SLACK_S = 60
POLE_S, ANTENNA_S = 20 * 60, 15 * 60  # "moins de": strictly less
DEPARTURES_REQUIRED = 0.5
POLE_KINDS, ANTENNA_KINDS = {"pole"}, {"antenne", "pmi", "annexe", "pole"}
NEVER = 2**30
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


# --- what the files say ---


def read_places(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Cells (cell, people, insee, x, y), sites (row, name, kind, status, x, y) and communes (insee, name)."""
    communes = gpd.read_file(folder / "communes.geojson").to_crs(2154)
    communes["insee"] = communes["insee"].astype(str)
    communes = communes.sort_values("insee", ignore_index=True)

    grid = gpd.read_file(folder / "residents_200m.gpkg", ignore_geometry=True)
    corner = grid["idcar_200m"].str.extract(r"^CRS3035RES200mN(\d+)E(\d+)$").astype(float)
    x, y = Transformer.from_crs(3035, 2154, always_xy=True).transform(
        corner[1].to_numpy() + 100, corner[0].to_numpy() + 100
    )
    centres = gpd.GeoSeries(gpd.points_from_xy(x, y, crs=2154))
    distance = np.column_stack([centres.distance(shape).to_numpy() for shape in communes.geometry])
    nearest = distance.argmin(axis=1)  # the first, that is the lowest code, where a point lies on a border
    gap = distance[np.arange(len(grid)), nearest]
    cells = pd.DataFrame(
        {
            "cell": grid["idcar_200m"],
            "people": grid["ind"].astype(float),
            "insee": np.where(gap <= 300, communes["insee"].to_numpy()[nearest], ""),
            "gap_m": gap,
            "x": x,
            "y": y,
        }
    )

    listed = pd.read_csv(folder / "sites.csv", dtype=str, keep_default_na=False)
    x, y = to_metres(listed["lon"].astype(float), listed["lat"].astype(float))
    sites = listed[["name", "kind", "status"]].assign(row=np.arange(2, len(listed) + 2), x=x, y=y)
    return cells, sites, pd.DataFrame(communes[["insee", "name"]])


def to_metres(lon, lat) -> tuple[np.ndarray, np.ndarray]:
    return Transformer.from_crs(4326, 2154, always_xy=True).transform(np.asarray(lon), np.asarray(lat))


def services_on(archive: zipfile.ZipFile, day: dt.date) -> set[str]:
    """Service ids that run on a day, by calendar.txt and calendar_dates.txt."""
    ymd, running = day.strftime("%Y%m%d"), set()
    if "calendar.txt" in archive.namelist():
        calendar = read_text(archive, "calendar.txt")
        runs = calendar[DAYS[day.weekday()]] == "1"
        within = (calendar["start_date"] <= ymd) & (calendar["end_date"] >= ymd)
        running |= set(calendar.loc[runs & within, "service_id"])
    if "calendar_dates.txt" in archive.namelist():
        dates = read_text(archive, "calendar_dates.txt")
        dates = dates[dates["date"] == ymd]
        running |= set(dates.loc[dates["exception_type"] == "1", "service_id"])
        running -= set(dates.loc[dates["exception_type"] == "2", "service_id"])
    return running


def read_text(archive: zipfile.ZipFile, name: str, columns: list[str] | None = None) -> pd.DataFrame:
    with archive.open(name) as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False, usecols=columns)


def parse_seconds(column: pd.Series) -> np.ndarray:
    codes, texts = pd.factorize(column)
    parts = [text.split(":") for text in texts]
    seconds = np.array([int(h) * 3600 + int(m) * 60 + int(s) for h, m, s in parts])
    return seconds[codes]


def read_hops(archive: zipfile.ZipFile, day: dt.date) -> tuple[pd.DataFrame, int]:
    """All hops of one service day: from, to, leaves, arrives, trip, sequence. Also the number of trips."""
    trips = read_text(archive, "trips.txt", ["trip_id", "service_id"])
    trips = trips[trips["service_id"].isin(services_on(archive, day))]
    if trips.empty:
        sys.exit(f"no trip of {archive.filename} runs on {day}")
    calls = read_text(archive, "stop_times.txt")
    for column in ("pickup_type", "drop_off_type"):
        if column not in calls:
            calls[column] = ""
    calls = calls[calls["trip_id"].isin(set(trips["trip_id"]))].copy()
    if (calls[["arrival_time", "departure_time"]] == "").any(axis=None):
        sys.exit("blank stop times: this reference does not interpolate")
    calls["arrival"], calls["departure"] = (
        parse_seconds(calls["arrival_time"]),
        parse_seconds(calls["departure_time"]),
    )
    calls["sequence"] = calls["stop_sequence"].astype(int)
    calls = calls.sort_values(["trip_id", "sequence"], ignore_index=True)
    if "frequencies.txt" in archive.namelist():
        calls = repeat_trips(calls, read_text(archive, "frequencies.txt"))
    following = calls.shift(-1)
    same = (calls["trip_id"] == following["trip_id"]).to_numpy()
    hops = pd.DataFrame(
        {
            "from": calls["stop_id"],
            "to": following["stop_id"],
            "leaves": calls["departure"],
            "arrives": following["arrival"],
            "trip": calls["trip_id"],
            "sequence": calls["sequence"],
            "may_board": calls["pickup_type"] != "1",
            "may_alight": following["drop_off_type"] != "1",
        }
    )[same]
    return hops.astype({"leaves": int, "arrives": int}), calls["trip_id"].nunique()


def repeat_trips(calls: pd.DataFrame, frequencies: pd.DataFrame) -> pd.DataFrame:
    """Replace the trips of frequencies.txt by copies at start, start + headway, ... before the end."""
    frequencies = frequencies[frequencies["trip_id"].isin(set(calls["trip_id"]))]
    kept = [calls[~calls["trip_id"].isin(set(frequencies["trip_id"]))]]
    for row in frequencies.itertuples():
        pattern = calls[calls["trip_id"] == row.trip_id]
        start, end = parse_seconds(pd.Series([row.start_time, row.end_time]))
        for departure in range(start, end, int(row.headway_secs)):
            shift = departure - pattern["departure"].iloc[0]
            kept.append(
                pattern.assign(
                    trip_id=f"{row.trip_id}@{departure}",
                    arrival=pattern["arrival"] + shift,
                    departure=pattern["departure"] + shift,
                )
            )
    return pd.concat(kept, ignore_index=True)


@dataclass
class Network:
    """Hops in order of departure, and what a change between two stops takes."""

    stop_ids: list[str]
    xy: np.ndarray
    hops: tuple[np.ndarray, ...]  # from, to, leaves, arrives, trip, may board, may alight
    n_trips: int
    changes: tuple[np.ndarray, ...]  # by stop left: pointers, stop boarded, seconds
    facts: dict


def read_network(folder: Path) -> Network:
    stops, hops, rules, trips_of_day = [], [], [], 0
    for number, feed in enumerate(FEEDS):
        with zipfile.ZipFile(folder / feed) as archive:
            table = read_text(archive, "stops.txt")
            table["stop_id"] = f"{number}:" + table["stop_id"]
            stops.append(table[["stop_id", "stop_lon", "stop_lat"]])
            today, count = read_hops(archive, DATE)
            trips_of_day += count
            # Yesterday's trips past midnight: both days begin at the same hour here (no change of clocks).
            night, _ = read_hops(archive, DATE - dt.timedelta(days=1))
            night = night.assign(leaves=night["leaves"] - 86400, arrives=night["arrives"] - 86400)
            night = night[night["leaves"] >= 0]
            # Tomorrow's trips that leave before 30:00:00 of this day.
            morning, _ = read_hops(archive, DATE + dt.timedelta(days=1))
            morning = morning.assign(leaves=morning["leaves"] + 86400, arrives=morning["arrives"] + 86400)
            morning = morning[morning.groupby("trip")["leaves"].transform("min") < 30 * 3600]
            for which, day in (("today", today), ("night", night), ("morning", morning)):
                prefixed = {key: f"{number}:" + day[key] for key in ("from", "to")}
                hops.append(day.assign(**prefixed, trip=f"{number}:{which}:" + day["trip"]))
            if "transfers.txt" in archive.namelist():
                rows = read_text(archive, "transfers.txt")
                for key in ("from_stop_id", "to_stop_id"):
                    rows[key] = f"{number}:" + rows[key]
                rules.append(rows)
    stop_table = pd.concat(stops, ignore_index=True)
    place = {stop: index for index, stop in enumerate(stop_table["stop_id"])}
    xy = np.column_stack(to_metres(stop_table["stop_lon"].astype(float), stop_table["stop_lat"].astype(float)))

    table = pd.concat(hops, ignore_index=True)
    table["trip"] = pd.factorize(table["trip"])[0]
    # Within one second a trip's own hops keep their order; the order of trips does not matter (see `search`).
    table = table.sort_values(["leaves", "trip", "sequence"], ignore_index=True)
    if (table["arrives"] < table["leaves"]).any():
        sys.exit("a hop that arrives before it leaves")
    arrays = (
        table["from"].map(place).to_numpy(np.int32),
        table["to"].map(place).to_numpy(np.int32),
        table["leaves"].to_numpy(np.int32),
        table["arrives"].to_numpy(np.int32),
        table["trip"].to_numpy(np.int32),
        table["may_board"].to_numpy(bool),
        table["may_alight"].to_numpy(bool),
    )
    changes, facts = list_changes(xy, set(table["from"].map(place)), rules, place)
    facts |= {"stops": len(place), "hops": len(table), "trips": trips_of_day, "change_pairs": len(changes[1])}
    return Network(stop_table["stop_id"].tolist(), xy, arrays, int(table["trip"].max()) + 1, changes, facts)


def list_changes(xy, boarded: set[int], rules: list[pd.DataFrame], place: dict) -> tuple[tuple, dict]:
    """Seconds from alighting at a stop until another (or the same) may be boarded, by pair."""
    pairs = [(stop, stop, 0) for stop in range(len(xy))]
    tree = cKDTree(xy)
    near = tree.query_pairs(TRANSFER_S * SPEED / DETOUR + 1, output_type="ndarray")
    walk = walking_seconds(np.hypot(*(xy[near[:, 0]] - xy[near[:, 1]]).T))
    near, walk = near[walk <= TRANSFER_S], walk[walk <= TRANSFER_S]
    table = pd.concat(
        [
            pd.DataFrame(pairs, columns=["a", "b", "walk"]),
            pd.DataFrame({"a": near[:, 0], "b": near[:, 1], "walk": walk}),
            pd.DataFrame({"a": near[:, 1], "b": near[:, 0], "walk": walk}),
        ]
    )
    change = dict(zip(zip(table["a"], table["b"], strict=True), table["walk"] + SLACK_S, strict=True))
    facts = {"rules": 0, "rules_too_far_to_walk": 0, "rules_faster_than_walk_and_slack": 0, "changes_of_0_s": 0}
    for row in pd.concat(rules).itertuples():
        a, b = place[row.from_stop_id], place[row.to_stop_id]
        metres = math.hypot(*(xy[a] - xy[b]))
        walk_s = int(walking_seconds(np.array([metres]))[0])
        facts["rules"] += 1
        facts["rules_too_far_to_walk"] += walk_s > TRANSFER_S
        if row.transfer_type == "3":
            change.pop((a, b), None)
        elif row.transfer_type == "2":
            seconds = max(walk_s, int(row.min_transfer_time))
            facts["rules_faster_than_walk_and_slack"] += seconds < walk_s + SLACK_S
            change[a, b] = seconds
        elif row.transfer_type in ("", "0", "1"):
            change[a, b] = walk_s + SLACK_S
        else:
            sys.exit(f"transfer type {row.transfer_type} is not known to this reference")
    facts["changes_of_0_s"] = sum(seconds == 0 for seconds in change.values())
    # A walk to a stop where nothing is boarded leads nowhere.
    kept = sorted((a, b, seconds) for (a, b), seconds in change.items() if b in boarded)
    left, there, seconds = (np.array(column, dtype=np.int32) for column in zip(*kept, strict=True))
    pointers = np.searchsorted(left, np.arange(len(xy) + 1)).astype(np.int64)
    return (pointers, there, seconds), facts


def walking_seconds(metres: np.ndarray) -> np.ndarray:
    """Whole seconds, rounded up once; the 1e-9 keeps floating dust from adding a second."""
    return np.ceil(metres * DETOUR / SPEED - 1e-9).astype(np.int64)


def list_walks(origins: np.ndarray, goals: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pointers by origin, goal, seconds: all pairs within the limit."""
    found = cKDTree(goals).query_ball_point(origins, limit * SPEED / DETOUR + 1)
    pointers, there, seconds = [0], [], []
    for origin, near in zip(origins, found, strict=True):
        walk = walking_seconds(np.hypot(*(goals[near] - origin).T))
        there.extend(np.array(near, dtype=np.int32)[walk <= limit])
        seconds.extend(walk[walk <= limit])
        pointers.append(len(there))
    return np.array(pointers), np.array(there, dtype=np.int32), np.array(seconds, dtype=np.int32)


# --- the search ---


@njit(nogil=True)
def search(departure, last, slack, access, hops, changes, egress, goal, scratch, stamp):  # noqa: C901  # one loop
    """Go forward through the hops from one departure; fill `goal` with the earliest arrival at each site.

    A stop may be boarded from `ready` on: after the access walk, or after a change from a stop where a ride
    ended. A change begins at a ride's end only, so two walks never follow each other. `last` is the last
    second that is of interest. Of `scratch`, `alighted` and `ready` must be NEVER everywhere and are left so;
    `aboard` holds, by trip, the stamp of a search and the hop it was boarded at.
    """
    access_stop, access_s = access
    here, there, leaves, arrives, trip, may_board, may_alight = hops
    change_ptr, change_stop, change_s = changes
    egress_ptr, egress_stop, egress_s = egress
    alighted, ready, aboard, touched = scratch
    n_touched = 0
    for k in range(len(access_stop)):
        stop = access_stop[k]
        if ready[stop] == NEVER and alighted[stop] == NEVER:
            touched[n_touched] = stop
            n_touched += 1
        ready[stop] = min(ready[stop], departure + access_s[k] + slack)
    i = np.searchsorted(leaves, departure)
    looked = 0
    while i < len(leaves) and leaves[i] <= last:
        end = i
        while end < len(leaves) and leaves[end] == leaves[i]:
            end += 1
        # Hops of one second can feed each other when neither they nor the change take time: look again then.
        again = True
        while again:
            again = False
            for c in range(i, end):
                # A second look must not ride the hops before the one where the trip was boarded.
                if aboard[trip[c], 0] != stamp or aboard[trip[c], 1] > c:
                    if not (may_board[c] and ready[here[c]] <= leaves[c]):
                        continue
                    aboard[trip[c], 0] = stamp
                    aboard[trip[c], 1] = c
                stop = there[c]
                if not may_alight[c] or arrives[c] >= alighted[stop] or arrives[c] > last:
                    continue
                if ready[stop] == NEVER and alighted[stop] == NEVER:
                    touched[n_touched] = stop
                    n_touched += 1
                alighted[stop] = arrives[c]
                again = again or arrives[c] == leaves[c]
                for k in range(change_ptr[stop], change_ptr[stop + 1]):
                    other = change_stop[k]
                    if ready[other] == NEVER and alighted[other] == NEVER:
                        touched[n_touched] = other
                        n_touched += 1
                    if arrives[c] + change_s[k] < ready[other]:
                        ready[other] = arrives[c] + change_s[k]
        looked += end - i
        i = end
        if looked > 50_000:
            looked = 0
            worst = 0
            for site in range(len(goal)):
                if egress_ptr[site] < egress_ptr[site + 1]:
                    best = goal[site]
                    for k in range(egress_ptr[site], egress_ptr[site + 1]):
                        best = min(best, alighted[egress_stop[k]] + egress_s[k])
                    worst = max(worst, best)
            if i < len(leaves) and worst <= leaves[i]:
                break  # whatever leaves from now on is too late for every site
    for site in range(len(goal)):
        for k in range(egress_ptr[site], egress_ptr[site + 1]):
            goal[site] = min(goal[site], alighted[egress_stop[k]] + egress_s[k])
    for k in range(n_touched):
        alighted[touched[k]] = NEVER
        ready[touched[k]] = NEVER


@njit(nogil=True)
def search_all(departures, horizon, slack, access, direct, hops, n_trips, changes, egress, out):
    """Fill out[cell, departure, site] with travel seconds (NEVER: not reached within the horizon)."""
    access_ptr, access_stop, access_s = access
    n_stops = len(changes[0]) - 1
    alighted, ready = np.full(n_stops, NEVER, np.int64), np.full(n_stops, NEVER, np.int64)
    aboard, touched = np.full((n_trips, 2), -1, np.int64), np.empty(n_stops, np.int64)
    scratch = (alighted, ready, aboard, touched)
    goal = np.empty(out.shape[2], np.int64)
    for cell in range(out.shape[0]):
        walks = slice(access_ptr[cell], access_ptr[cell + 1])
        near = (access_stop[walks], access_s[walks])
        for number, departure in enumerate(departures):
            for site in range(len(goal)):
                goal[site] = departure + direct[cell, site] if direct[cell, site] < NEVER else NEVER
            stamp = cell * len(departures) + number
            search(departure, departure + horizon, slack, near, hops, changes, egress, goal, scratch, stamp)
            for site in range(len(goal)):
                reached = goal[site] < NEVER and goal[site] - departure <= horizon
                out[cell, number, site] = goal[site] - departure if reached else NEVER


def travel_seconds(network: Network, cells: np.ndarray, sites: np.ndarray, *, horizon: int, departures=DEPARTURES):
    """Travel seconds from points to points, int32 (cells, departures, sites), NEVER beyond the horizon."""
    direct = walking_seconds(np.hypot(*(cells[:, None, :] - sites[None, :, :]).transpose(2, 0, 1)))
    direct = np.where(direct <= DIRECT_S, direct, NEVER)
    access = list_walks(cells, network.xy, ACCESS_S)
    egress = list_walks(sites, network.xy, EGRESS_S)  # straight lines are the same both ways
    out = np.empty((len(cells), len(departures), len(sites)), np.int32)
    hops = tuple(np.ascontiguousarray(array) for array in network.hops)
    search_all(departures, horizon, SLACK_S, access, direct, hops, network.n_trips, network.changes, egress, out)
    return out


# --- the verdict ---


def judge_cells(network: Network, cells: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """State and share of departures of each cell."""
    points = cells[["x", "y"]].to_numpy()
    is_open = sites["status"] == "open"
    poles = sites.loc[is_open & sites["kind"].isin(POLE_KINDS), ["x", "y"]].to_numpy()
    antennas = sites.loc[is_open & sites["kind"].isin(ANTENNA_KINDS), ["x", "y"]].to_numpy()
    share_pole = np.empty(len(cells))
    for low in range(0, len(cells), 250):
        block = travel_seconds(network, points[low : low + 250], poles, horizon=POLE_S - 1)
        share_pole[low : low + 250] = (block.min(axis=2) < POLE_S).mean(axis=1)
    antenna_s = walking_seconds(cKDTree(antennas).query(points)[0])
    antenna = antenna_s < ANTENNA_S  # the same at every departure
    share = np.where(antenna, 1.0, share_pole)
    state = np.where(
        share_pole >= DEPARTURES_REQUIRED, "pole", np.where(share >= DEPARTURES_REQUIRED, "antenna", "beyond")
    )
    return cells.assign(state=state, share_of_departures=share, share_pole=share_pole, antenna_s=antenna_s)


def judge_communes(cells: pd.DataFrame, communes: pd.DataFrame) -> pd.DataFrame:
    """Residents and shares of each commune by the state of their cells."""
    people = cells.pivot_table(index="insee", columns="state", values="people", aggfunc="sum", fill_value=0.0)
    people = people.reindex(communes["insee"], fill_value=0.0).reindex(
        columns=["pole", "antenna", "beyond"], fill_value=0.0
    )
    residents = people.sum(axis=1)
    table = communes.set_index("insee").assign(
        cells=cells.groupby("insee").size(),
        residents=residents,
        share=(people["pole"] + people["antenna"]) / residents,
        share_pole=people["pole"] / residents,
        share_antenna=people["antenna"] / residents,
        beyond=people["beyond"],
    )
    return table.reset_index()


def sample_seconds(network: Network, cells: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Every site at every departure for some cells; seconds are missing where the site is not reached."""
    points, goals = cells[["x", "y"]].to_numpy(), sites[["x", "y"]].to_numpy()
    seconds = travel_seconds(network, points, goals, horizon=NEVER // 2)
    index = pd.MultiIndex.from_product([cells["cell"], DEPARTURES, sites["row"]], names=["cell", "departure", "row"])
    table = pd.DataFrame({"seconds": seconds.ravel()}, index=index).reset_index()
    table["seconds"] = table["seconds"].astype("Int32").mask(table["seconds"] == NEVER)
    return table.assign(site=table["row"].map(sites.set_index("row")["name"]))


def main() -> None:
    parser = argparse.ArgumentParser(description="Independent reference for the Hauts-de-Seine study")
    parser.add_argument("--study", type=Path, default=STUDY, help="folder of the study")
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    parser.add_argument("--sample", type=int, default=60, help="cells whose seconds are written (default 60)")
    parser.add_argument("--seed", type=int, default=92, help="seed of the sample")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)

    begin = time.perf_counter()
    cells, sites, communes = read_places(options.study)
    network = read_network(options.study)
    print(f"read after {time.perf_counter() - begin:.0f} s: {network.facts}")

    chosen = sorted(random.Random(options.seed).sample(range(len(cells)), options.sample))  # noqa: S311  # no secret
    sample = sample_seconds(network, cells.iloc[chosen], sites)
    sample.to_parquet(options.output / "seconds.parquet", index=False)
    print(f"sample after {time.perf_counter() - begin:.0f} s: {len(sample)} travel times")

    judged = judge_cells(network, cells, sites)
    judged.drop(columns=["x", "y"]).to_csv(options.output / "cells.csv", index=False)
    inside = judged[judged["insee"] != ""]
    table = judge_communes(inside, communes)
    table.to_csv(options.output / "communes.csv", index=False)
    served = inside.loc[inside["state"] != "beyond", "people"].sum()
    total = {
        "residents": inside["people"].sum(),
        "served": served,
        "share": served / inside["people"].sum(),
        "by_state": inside.groupby("state")["people"].sum().to_dict(),
        "cells_nearest_commune": int(((judged["gap_m"] > 0) & (judged["insee"] != "")).sum()),
        "cells_outside": int((judged["insee"] == "").sum()),
        "network": {key: int(value) for key, value in network.facts.items()},
        "seconds_taken": round(time.perf_counter() - begin),
    }
    (options.output / "total.json").write_text(json.dumps(total, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table.to_string(index=False, float_format="%.4f"))
    print(json.dumps(total, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
