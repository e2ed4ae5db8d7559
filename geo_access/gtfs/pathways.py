"""pathways.txt: the ways inside stations, between entrances and platforms.

A pathway takes its traversal_time; else its length at the walker's speed; else `STAIR_S` a stair; else the straight
line between its ends at the walker's speed. What is read here still knows no walker: seconds where the file fixes
them, metres where the walker's speed decides.

A station whose ways do not do what its trips need, a way from an entrance to each platform where one boards, from each
platform where one alights to an entrance, and from each of these to each of those, is left as if it had no pathways:
people then walk to its platforms along the streets, as at any stop. (Several feeds of Paris have stations in pieces.)

A stop with ``stop_access`` 1 is walked to along the streets whatever its station has, and its station need not lead to
it; a pathway between it and a platform is one more way. A platform with ``stop_access`` 0 that has a way in and out of
its own keeps to it though its station be in pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo_access.core.distance import great_circle_m
from geo_access.core.limits import read_number
from geo_access.gtfs.codes import UNKNOWN, parse_codes, settle
from geo_access.gtfs.rows import read_table, report_rows
from geo_access.gtfs.rules import tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.tables import StopTable

NAME = "pathways.txt"
#: Seconds a stair: 0.5 m/s along the flight, treads of 28 cm; free walking on stairs is measured at 0.4 to 0.8 m/s
#: (J. Fruin, Pedestrian Planning and Design, 1971; T. Fujiyama and N. Tyler, Transportation Planning and Technology
#: 33(2), 2010).
STAIR_S: Final = 0.5
WALKWAY, STAIRS, ESCALATOR, EXIT_GATE = 1, 2, 4, 7
_STATION, _ENTRANCE, _BOARDING_AREA = 1, 2, 4
_FROM_STATION, _FROM_STREET = 0, 1
_MEASURES = ("traversal_time", "length", "stair_count", "min_width")

#: Columns of the two tables and their types.
NODE_TYPES: Final[dict[str, type]] = {
    "node_id": str, "station": np.int32, "stop": np.int32, "inside": bool, "entrance": bool, "wheelchair": np.int8,
    "lon": np.float64, "lat": np.float64,
}  # fmt: skip
WAY_TYPES: Final[dict[str, type]] = {
    "from_node": np.int32, "to_node": np.int32, "mode": np.int8, "seconds": np.float64, "metres": np.float64,
    "min_width_m": np.float64,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Stations:
    """Stations with pathways that hold together.

    Attributes
    ----------
    nodes
        Entrances, platforms, boarding areas and what lies between: node_id, station (number), stop (the stop of
        trips that it is, or a boarding area of; -1 for none), inside (whether that stop is walked to through the
        station alone), entrance, wheelchair (0, 1, 2; of the station where the node says nothing), lon, lat (degrees).
    ways
        One row a direction: from_node, to_node (rows of `nodes`), mode (pathway_mode), seconds (NaN where the walker's
        speed decides), metres (then), min_width_m (NaN where unknown).
    """

    nodes: pd.DataFrame
    ways: pd.DataFrame


def no_nodes() -> pd.DataFrame:
    """Return an empty table of nodes."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in NODE_TYPES.items()})


def no_ways() -> pd.DataFrame:
    """Return an empty table of ways."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in WAY_TYPES.items()})


def read_pathways(
    feed: Feed, stops: StopTable, boarded: NDArray[np.bool_], left: NDArray[np.bool_], *, findings: Findings
) -> Stations:
    """Read the ways inside the stations of a feed.

    Parameters
    ----------
    boarded, left
        bool (stops,): stops where a vehicle may be boarded or left; a station without any is left out.

    Returns
    -------
    Stations
        `stop` is a row of the feed's stops.
    """
    table = read_table(
        feed, NAME, findings=findings, required=(), may_lack=True,
        optional=("from_stop_id", "to_stop_id", "pathway_mode", "is_bidirectional", *_MEASURES),
    )  # fmt: skip
    root = _find_stations(stops)
    table = _list_applicable(feed, table, stops, root, findings)
    ways = _measure(feed, table, stops, findings)
    direct = (boarded | left) & (stops.street_access == _FROM_STREET)
    boarded, left = boarded & ~direct, left & ~direct
    number = sorted(set(root[boarded | left].tolist()) & set(root[ways["from_node"]].tolist()))
    inside = _list_inside(feed, number, ways, stops, root, (boarded, left), findings)
    _report_closed(feed, stops, (boarded | left) & ~inside, findings)
    whole = np.unique(root[inside]).tolist()
    if not whole:
        return Stations(no_nodes(), no_ways())
    called = inside | direct
    ways = ways[np.isin(root[ways["from_node"]], whole)]
    areas = _list_areas(stops)
    kept = set(ways["from_node"]) | set(ways["to_node"]) | {
        node for stop in np.flatnonzero(called & np.isin(root, whole)) for node in (stop, *areas.get(int(stop), ()))
    }  # fmt: skip
    at = np.array(sorted(kept), np.int64)
    owner = np.where(called[at], at, np.where(stops.location_type[at] == _BOARDING_AREA, stops.parent[at], -1))
    owner[~called[owner]] = -1
    nodes = pd.DataFrame(
        {
            "node_id": [stops.ids[k] for k in at],
            "station": np.searchsorted(whole, root[at]),
            "stop": owner,
            "inside": inside[owner] & (owner >= 0),
            "entrance": stops.location_type[at] == _ENTRANCE,
            "wheelchair": stops.wheelchair[at],
            "lon": stops.lon[at],
            "lat": stops.lat[at],
        }
    ).astype(NODE_TYPES)
    numbered = ways.assign(
        from_node=np.searchsorted(at, ways["from_node"]), to_node=np.searchsorted(at, ways["to_node"])
    )
    tell(findings, "transit.pathways_used", file=feed.file(NAME), count=len(table), stations=len(whole))
    return Stations(nodes, numbered.astype(WAY_TYPES).reset_index(drop=True))


def _find_stations(stops: StopTable) -> NDArray[np.int64]:
    """Row of the station that each stop lies in, -1 for none: a boarding area's is its platform's."""
    root = stops.parent.copy()
    for _ in range(2):
        inner = (root >= 0) & (stops.location_type[root] != _STATION)
        root[inner] = stops.parent[root[inner]]
    root[(root >= 0) & (stops.location_type[root] != _STATION)] = -1
    return root


def _list_areas(stops: StopTable) -> dict[int, list[int]]:
    """List the boarding areas of each platform."""
    areas: dict[int, list[int]] = {}
    for area in np.flatnonzero((stops.location_type == _BOARDING_AREA) & (stops.parent >= 0)):
        areas.setdefault(int(stops.parent[area]), []).append(int(area))
    return areas


def _list_applicable(
    feed: Feed, table: pd.DataFrame, stops: StopTable, root: NDArray[np.int64], findings: Findings
) -> pd.DataFrame:
    """Keep the pathways that join two places of one station; tell of the others, and of directions that are none."""
    file, rows = feed.file(NAME), table["row"].to_numpy()
    here, there = (
        np.array([stops.number.get(stop, -1) for stop in table[column].tolist()], np.int64)
        for column in ("from_stop_id", "to_stop_id")
    )
    unknown = (here < 0) | (there < 0)
    apart = ~unknown & ((root[here] < 0) | (root[here] != root[there]) | (here == there))
    mode, ways = (
        settle(parse_codes(table[name].tolist(), name), name) for name in ("pathway_mode", "is_bidirectional")
    )
    strange = (mode == UNKNOWN) & ~unknown & ~apart
    kept = ~(unknown | apart | strange)
    both = ways == 1
    vague = kept & (ways == UNKNOWN)
    gate = kept & both & (mode == EXIT_GATE)
    for mask, code in (
        (unknown, "unknown_pathway_stop"),
        (apart, "pathways_apart"),
        (strange, "strange_pathways"),
        (vague, "vague_pathways"),
        (gate, "exit_gates_both_ways"),
    ):
        at = np.flatnonzero(mask)
        examples = [f"{table['from_stop_id'].iloc[k]} → {table['to_stop_id'].iloc[k]}" for k in at[:3]]
        report_rows(findings, f"transit.{code}", file=file, rows=rows[at], examples=examples)
    found: pd.DataFrame = table.assign(here=here, there=there, mode=mode, both=both & ~gate)[kept].reset_index(
        drop=True
    )
    return found


def _measure(feed: Feed, table: pd.DataFrame, stops: StopTable, findings: Findings) -> pd.DataFrame:
    """List the ways, one a direction, with what each takes."""
    file, rows = feed.file(NAME), table["row"].to_numpy()
    given = {name: _parse_numbers(table[name].tolist()) for name in _MEASURES}
    given["stair_count"] = np.abs(given["stair_count"])  # negative ones lead down
    for name in _MEASURES:
        wrong = np.isinf(given[name]) | (given[name] < 0)
        at = np.flatnonzero(wrong)
        examples = [f"{name} “{table[name].iloc[k]}”" for k in at[:3]]
        report_rows(findings, "transit.bad_pathway_measure", file=file, rows=rows[at], examples=examples)
        given[name][wrong] = np.nan
    for name in ("traversal_time", "stair_count"):
        given[name][given[name] == 0] = np.nan  # nothing takes no time: some tools write 0 for unknown
    here, there = table["here"].to_numpy(np.int64), table["there"].to_numpy(np.int64)
    line = great_circle_m(stops.lon[here], stops.lat[here], stops.lon[there], stops.lat[there])
    seconds = given["traversal_time"]
    by_length = np.isnan(seconds) & ~np.isnan(given["length"])
    by_stairs = np.isnan(seconds) & ~by_length & ~np.isnan(given["stair_count"])
    metres = np.where(by_length, given["length"], np.where(np.isnan(seconds) & ~by_stairs, line, np.nan))
    seconds = np.where(by_stairs, STAIR_S * given["stair_count"], seconds)
    lost = np.flatnonzero(np.isnan(seconds) & np.isnan(metres))
    examples = [f"{table['from_stop_id'].iloc[k]} → {table['to_stop_id'].iloc[k]}" for k in lost[:3]]
    report_rows(findings, "transit.unmeasured_pathways", file=file, rows=rows[lost], examples=examples)
    ways = pd.DataFrame(
        {
            "from_node": here,
            "to_node": there,
            "mode": table["mode"],
            "seconds": seconds,
            "metres": metres,
            "min_width_m": given["min_width"],
        }
    )
    back = ways.rename(columns={"from_node": "to_node", "to_node": "from_node"})[table["both"].to_numpy(bool)]
    ways = pd.concat([ways, back], ignore_index=True)
    known: pd.DataFrame = ways[~(np.isnan(ways["seconds"]) & np.isnan(ways["metres"]))].reset_index(drop=True)
    return known


def _parse_numbers(texts: Sequence[str]) -> NDArray[np.float64]:
    """Numbers; NaN where blank, infinite where a text is none."""
    numbers = np.full(len(texts), np.nan)
    for at, text in enumerate(texts):
        if text:
            number = read_number(text)
            numbers[at] = np.inf if number is None else number
    return numbers


def _report_closed(feed: Feed, stops: StopTable, outside: NDArray[np.bool_], findings: Findings) -> None:
    at = np.flatnonzero(outside & (stops.street_access == _FROM_STATION))
    report_rows(
        findings, "transit.closed_platforms", file=feed.file("stops.txt"), rows=stops.row[at],
        examples=[stops.ids[stop] for stop in at[:3]],
    )  # fmt: skip


def _list_inside(
    feed: Feed,
    stations: Sequence[int],
    ways: pd.DataFrame,
    stops: StopTable,
    root: NDArray[np.int64],
    called: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    findings: Findings,
) -> NDArray[np.bool_]:
    """Say which platforms are walked to through their stations: bool (stops,); tell of stations in pieces."""
    ahead: dict[int, list[int]] = {}
    for here, there in zip(ways["from_node"].tolist(), ways["to_node"].tolist(), strict=True):
        ahead.setdefault(here, []).append(there)
    areas = _list_areas(stops)
    members: dict[int, list[int]] = {station: [] for station in stations}
    for stop in np.flatnonzero(np.isin(root, stations)):
        members[int(root[stop])].append(int(stop))
    inside, examples, missing = np.zeros(len(root), bool), [], 0
    for station in stations:
        platforms = [stop for stop in members[station] if called[0][stop] or called[1][stop]]
        nodes = {stop: {stop, *(set(areas.get(stop, ())) - set(platforms))} for stop in platforms}
        doors = {stop for stop in members[station] if stops.location_type[stop] == _ENTRANCE}
        faults = _list_faults(ahead, nodes, doors, stops, called)
        if faults:
            missing += len(faults)
            examples.append(f"{stops.names[station] or stops.ids[station]} ({', '.join(faults[:2])})")
            closed = [stop for stop in platforms if stops.street_access[stop] == _FROM_STATION]
            platforms = [stop for stop in closed if not _list_faults(ahead, {stop: nodes[stop]}, doors, stops, called)]
        inside[platforms] = True
    if examples:
        tell(
            findings, "transit.pathways_broken", file=feed.file(NAME), count=len(examples), total=len(stations),
            missing=missing, examples="; ".join(examples[:3]),
        )  # fmt: skip
    return inside


def _list_faults(
    ahead: Mapping[int, Sequence[int]],
    platforms: Mapping[int, set[int]],
    doors: set[int],
    stops: StopTable,
    called: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> list[str]:
    """Name the ways that a station lacks: "… → A" into it, "A → …" out, "A → B"."""
    boarded, left = called
    inward = _reach(ahead, doors)
    faults = [f"… → {stops.ids[stop]}" for stop, nodes in platforms.items() if boarded[stop] and not nodes & inward]
    for stop, nodes in platforms.items():
        if not left[stop]:
            continue
        onward = _reach(ahead, nodes)
        if not doors & onward:
            faults.append(f"{stops.ids[stop]} → …")
        faults += [
            f"{stops.ids[stop]} → {stops.ids[other]}"
            for other, there in platforms.items()
            if other != stop and boarded[other] and not there & onward
        ]
    return faults


def _reach(ahead: Mapping[int, Sequence[int]], start: Iterable[int]) -> set[int]:
    found = set(start)
    waiting = list(found)
    while waiting:
        for other in ahead.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
