"""A feed's small tables, read and checked: agencies, stops, routes, trips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.limits import MAX_DIGITS, MAX_TRANSFER_PAIRS, read_number
from geo_access.gtfs.codes import UNKNOWN, parse_codes, parse_whole, read_codes, settle
from geo_access.gtfs.on_demand import lacks_fixed_times
from geo_access.gtfs.rows import list_columns, read_table, report_rows
from geo_access.gtfs.rules import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from geo_access.gtfs.calendar import Services
    from geo_access.gtfs.feed import Feed

_STATION = 1
_NEAR_ORIGIN_DEG: Final = 1.0


def read_agencies(feed: Feed, *, findings: Findings) -> tuple[str, tuple[str, ...]]:
    """Read the time zone that all agencies of a feed share, and their names.

    Raises
    ------
    InputError
        When there is no time zone, an unknown one, or several.
    """
    table = read_table(feed, "agency.txt", findings=findings, required=("agency_timezone",), optional=("agency_name",))
    file = feed.file("agency.txt")
    if not len(table):
        raise InputError("transit.no_rows", file=file)
    said = table["agency_timezone"].tolist()
    # All agencies of a feed share one zone: where one of them is silent, the others have said it.
    zones = list(dict.fromkeys(zone for zone in said if zone)) or [""]
    rows = table["row"].to_numpy()
    if len(zones) > 1:
        row = int(rows[said.index(zones[1])])
        raise InputError("transit.several_timezones", file=file, row=row, zones=", ".join(zones))
    silent = [at for at, zone in enumerate(said) if not zone]
    if zones[0]:
        report_rows(
            findings, "transit.blank_timezone", file=file, rows=rows[silent],
            examples=table["agency_name"].iloc[silent[:3]].tolist(), zone=zones[0],
        )  # fmt: skip
    try:
        ZoneInfo(zones[0])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # An empty text, a path or a folder of the zone data is no zone either.
        row = int(rows[said.index(zones[0])])
        raise InputError("transit.bad_timezone", file=file, row=row, value=zones[0]) from None
    return zones[0], tuple(name for name in dict.fromkeys(table["agency_name"]) if name)


@dataclass(frozen=True)
class StopTable:
    """The stops of one feed, all that stops.txt has.

    Attributes
    ----------
    ids, names
        Texts.
    number
        stop_id -> row of this table.
    lon, lat
        float64: degrees, NaN when unknown; a platform without a position has its station's.
    parent
        int64: row of the parent station, -1 without one.
    location_type, wheelchair
        int8; wheelchair is inherited from the station where a platform says nothing.
    street_access
        int8: stop_access: 1 is reached from the street whatever its station has, 0 only through the station, -1 unsaid.
    row
        int64: rows in the file.
    """

    ids: list[str]
    names: list[str]
    number: dict[str, int]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    parent: NDArray[np.int64]
    location_type: NDArray[np.int8]
    wheelchair: NDArray[np.int8]
    street_access: NDArray[np.int8]
    row: NDArray[np.int64]


def read_stops(feed: Feed, *, findings: Findings) -> StopTable:
    """Read stops.txt.

    Raises
    ------
    InputError
        When ids are blank or doubled, or a position is no position on Earth.
    """
    name, idle = "stops.txt", lacks_fixed_times(feed)
    table = read_table(
        feed, name, findings=findings, required=("stop_id",), key="stop_id", reach=("stop_lat", "stop_lon"),
        optional=(
            "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station", "wheelchair_boarding", "stop_access"
        ),
        may_lack=idle,
    )  # fmt: skip
    if not len(table) and not idle:
        raise InputError("transit.no_rows", file=feed.file(name))
    ids = table["stop_id"].tolist()
    number = {stop: at for at, stop in enumerate(ids)}
    lat, lon = _parse_degrees(feed, table, "stop_lat", 90.0), _parse_degrees(feed, table, "stop_lon", 180.0)
    # Nobody boards in the Gulf of Guinea: both at zero is how some tools write "unknown".
    unknown = np.isnan(lat) | np.isnan(lon) | ((lat == 0) & (lon == 0))
    origin = np.flatnonzero(~unknown & (np.abs(lat) < _NEAR_ORIGIN_DEG) & (np.abs(lon) < _NEAR_ORIGIN_DEG))
    report_rows(
        findings, "transit.near_origin", file=feed.file(name), rows=table["row"].to_numpy()[origin],
        examples=[ids[at] for at in origin[:3]],
    )  # fmt: skip
    location_type = read_codes(feed, name, table, "location_type", findings=findings).astype(np.int8)
    parents = table["parent_station"].tolist()
    parent = np.array([number.get(stop, -1) if stop else -1 for stop in parents], np.int64)
    orphans = [at for at, stop in enumerate(parents) if stop and stop not in number]
    rows = table["row"].to_numpy()
    report_rows(
        findings, "transit.unknown_parent", file=feed.file(name), rows=rows[orphans],
        examples=[parents[at] for at in orphans],
    )  # fmt: skip
    inherit = unknown & (parent >= 0)
    inherit[inherit] = ~unknown[parent[inherit]]
    lat[unknown], lon[unknown] = np.nan, np.nan
    lat[inherit], lon[inherit] = lat[parent[inherit]], lon[parent[inherit]]
    access = read_codes(feed, name, table, "wheelchair_boarding", findings=findings).astype(np.int8)
    silent = (access == 0) & (parent >= 0)
    access[silent] = access[parent[silent]]
    unused = int((location_type > _STATION).sum())
    if unused and "pathways.txt" not in feed:
        tell(findings, "transit.unused_locations", file=feed.file(name), count=unused)
    street = read_codes(feed, name, table, "stop_access", findings=findings).astype(np.int8)
    return StopTable(ids, table["stop_name"].tolist(), number, lon, lat, parent, location_type, access, street, rows)


def _parse_degrees(feed: Feed, table: pd.DataFrame, column: str, limit: float) -> NDArray[np.float64]:
    degrees = np.full(len(table), np.nan)
    for at, text in enumerate(table[column].tolist()):
        if not text:
            continue
        number = read_number(text)
        degrees[at] = np.inf if number is None else number
        if not abs(degrees[at]) <= limit:
            row = int(table["row"].iloc[at])
            raise InputError("transit.bad_degrees", file=feed.file("stops.txt"), row=row, column=column, value=text)
    return degrees


def read_routes(feed: Feed, agencies: tuple[str, ...], *, findings: Findings) -> pd.DataFrame:
    """Read routes.txt: route_id, short_name, long_name, type (int, -1 when blank), agency."""
    name = "routes.txt"
    table = read_table(
        feed, name, findings=findings, required=("route_id",), key="route_id",
        optional=("route_short_name", "route_long_name", "route_type", "agency_id"),
    )  # fmt: skip
    # A number that GTFS does not know is told, and stays what the feed says.
    read_codes(feed, name, table, "route_type", findings=findings)
    kind = [-1 if number is None else number for number in map(parse_whole, table["route_type"].tolist())]
    named = _name_agencies(feed)
    unknown = np.flatnonzero([bool(named) and agency not in ("", *named) for agency in table["agency_id"]])
    report_rows(
        findings, "transit.unknown_agency", file=feed.file(name), rows=table["row"].to_numpy()[unknown],
        examples=table["agency_id"].iloc[unknown[:3]].tolist(),
    )  # fmt: skip
    only = agencies[0] if len(agencies) == 1 else ""
    table = table.rename(columns={"route_short_name": "short_name", "route_long_name": "long_name"})
    table["type"] = np.minimum(kind, np.iinfo(np.int32).max).astype(np.int32)
    table["agency"] = [named.get(agency, only or agency) for agency in table["agency_id"]]
    return table[["route_id", "short_name", "long_name", "type", "agency"]]


def _name_agencies(feed: Feed) -> dict[str, str]:
    # What is wrong with the file, `read_agencies` has told.
    table = read_table(feed, "agency.txt", findings=Findings(), required=(), optional=("agency_id", "agency_name"))
    return {agency: name for agency, name in zip(table["agency_id"], table["agency_name"], strict=True) if agency}


@dataclass(frozen=True)
class TripTable:
    """The trips of one feed, all that trips.txt has.

    Attributes
    ----------
    ids, headsigns
        Texts.
    number
        trip_id -> row of this table.
    route
        int64: row of the routes, -1 when unknown.
    service
        int64: number of the service, -1 when unknown.
    wheelchair
        int8: 0, 1, 2.
    block
        int64: number of the block_id, -1 where there is none.
    blocks
        Texts: the block_ids.
    """

    ids: list[str]
    headsigns: list[str]
    number: dict[str, int]
    route: NDArray[np.int64]
    service: NDArray[np.int64]
    wheelchair: NDArray[np.int8]
    block: NDArray[np.int64]
    blocks: list[str]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether both the route and the service of a trip are known; no other one runs."""
        return (self.service >= 0) & (self.route >= 0)


def read_trips(feed: Feed, routes: pd.DataFrame, services: Services, *, findings: Findings) -> TripTable:
    """Read trips.txt; trips of an unknown route or service are told of, and never run.

    Raises
    ------
    InputError
        When ids are blank or doubled, or there is no trip.
    """
    name = "trips.txt"
    table = read_table(
        feed, name, findings=findings, required=("route_id", "service_id", "trip_id"), key="trip_id",
        optional=("trip_headsign", "wheelchair_accessible", "block_id"),
    )  # fmt: skip
    if not len(table):
        raise InputError("transit.no_rows", file=feed.file(name))
    ids = table["trip_id"].tolist()
    number = dict(zip(ids, range(len(ids)), strict=True))
    # Plain dictionaries: a feed may have half a million trips, and pandas is slow at mapping texts.
    numbers = {route: at for at, route in enumerate(routes["route_id"].tolist())}
    route = np.array([numbers.get(text, -1) for text in table["route_id"].tolist()], np.int64)
    service = np.array([services.number.get(text, -1) for text in table["service_id"].tolist()], np.int64)
    rows = table["row"].to_numpy()
    for column, known, code in (("route_id", route, "unknown_route"), ("service_id", service, "unknown_service")):
        lost = np.flatnonzero(known < 0)
        report_rows(
            findings, f"transit.{code}", file=feed.file(name), rows=rows[lost],
            examples=list(table[column].iloc[lost[:3]]),
        )  # fmt: skip
    access = read_codes(feed, name, table, "wheelchair_accessible", findings=findings).astype(np.int8)
    block, blocks = np.full(len(ids), -1, np.int64), list[str]()
    if (table["block_id"] != "").any():
        texts = table["block_id"].tolist()
        blocks = sorted(set(texts) - {""})
        numbers = {text: at for at, text in enumerate(blocks)}
        block = np.array([numbers.get(text, -1) for text in texts], np.int64)
    return TripTable(ids, table["trip_headsign"].tolist(), number, route, service, access, block, blocks)


def parse_time(text: str) -> int:
    """Seconds of a GTFS time ("6:00:00", "25:30:00"); -1 when blank, -2 when it is no time."""
    text = text.strip()
    if not text:
        return -1
    parts = text.split(":")
    # Hours may need three digits (a trip of several days), minutes and seconds have two.
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return -2
    if len(parts[0]) > 3 or [len(parts[1]), len(parts[2])] != [2, 2]:
        return -2
    hours, minutes, seconds = map(int, parts)
    if minutes > 59 or seconds > 59:
        return -2
    return hours * 3600 + minutes * 60 + seconds


def parse_times(texts: pa.StringArray) -> NDArray[np.int64]:
    """`parse_time` of each text; those that read "25:30:00", as nearly all do, without Python looking at each."""
    seconds = np.full(len(texts), -2, np.int64)
    eight = np.flatnonzero(pc.equal(pc.binary_length(texts), 8).to_numpy(zero_copy_only=False))
    # Taken, and thereby next to each other: eight bytes a text.
    letters = texts.take(pa.array(eight)).buffers()[2]
    letters = np.frombuffer(b"" if letters is None else letters, np.uint8, 8 * len(eight)).reshape(-1, 8)
    digits = (letters - ord("0"))[:, [0, 1, 3, 4, 6, 7]]  # whatever is no digit becomes 10 or more
    tens = digits.astype(np.int64)
    hours, minutes, whole = (10 * tens[:, at] + tens[:, at + 1] for at in (0, 2, 4))
    good = (digits <= 9).all(axis=1) & (letters[:, [2, 5]] == ord(":")).all(axis=1) & (minutes <= 59) & (whole <= 59)
    seconds[eight[good]] = (hours * 3600 + minutes * 60 + whole)[good]
    others = np.flatnonzero(seconds < 0)
    seconds[others] = [parse_time(text) for text in texts.take(pa.array(others)).to_pylist()]
    return seconds


def read_publisher(feed: Feed, *, findings: Findings) -> tuple[str, str, tuple[str, ...]]:
    """Read who publishes the feed, its version, and the organisations that attributions.txt names."""
    info = read_table(
        feed, "feed_info.txt", findings=findings, required=(), optional=("feed_publisher_name", "feed_version"),
        may_lack=True,
    )  # fmt: skip
    publisher, version = ("", "") if not len(info) else info[["feed_publisher_name", "feed_version"]].iloc[0]
    credits_ = read_table(
        feed, "attributions.txt", findings=findings, required=(), optional=("organization_name",), may_lack=True
    )
    return str(publisher), str(version), tuple(name for name in dict.fromkeys(credits_["organization_name"]) if name)


NAME = "transfers.txt"
MINIMUM_TIME = 2
FORBIDDEN = 3
_IN_SEAT = 4
_NARROWER = ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")


@dataclass(frozen=True)
class TransferRules:
    """Rules of pairs of stops, sorted by pair, one rule a pair.

    Attributes
    ----------
    from_stop, to_stop
        int64: rows of the feed's stops.
    kind
        int8: 0, 1, 2 or 3, the transfer_type.
    min_s
        int64: seconds of kind 2, else 0.
    """

    from_stop: NDArray[np.int64]
    to_stop: NDArray[np.int64]
    kind: NDArray[np.int8]
    min_s: NDArray[np.int64]


def read_rules(feed: Feed, stops: StopTable, used: NDArray[np.bool_], *, findings: Findings) -> TransferRules:
    """Read the rules between stops that are in use; a station's rule holds for each of its platforms.

    A row that names two stops beats one that names a station for one of them, which beats one of two stations. Among
    equals that contradict each other a forbidden change wins, then the longer minimum time, then the higher type.

    Parameters
    ----------
    used
        bool (stops,): stops at which something runs; rules for others are of no use.

    Raises
    ------
    InputError
        When a minimum time is not one.
    """
    stop_columns, columns = ("from_stop_id", "to_stop_id"), set(list_columns(feed, NAME))
    # Rows of trips or routes need no stops.
    apart = not columns & set(stop_columns) and bool(columns & set(_NARROWER))
    table = read_table(
        feed, NAME, findings=findings, required=() if apart else stop_columns, may_lack=True,
        optional=(*(stop_columns if apart else ()), "transfer_type", "min_transfer_time", *_NARROWER),
    )  # fmt: skip
    table = _list_applicable(feed, table, stops, findings)
    kind, seconds = _read_kinds(feed, table, findings)
    members = _list_members(stops, used)
    is_station = (stops.location_type == _STATION).tolist()
    spread: list[tuple[int, int, int, int]] = []
    rows = table["row"].tolist()
    pairs = zip(_number(table, "from_stop_id", stops), _number(table, "to_stop_id", stops), strict=True)
    for at, (one, other) in enumerate(pairs):
        level_of = is_station[one] + is_station[other]
        if len(spread) + len(members.get(one, ())) * len(members.get(other, ())) > MAX_TRANSFER_PAIRS:
            raise InputError("limits.transfer_pairs", file=feed.file(NAME), row=rows[at], limit=MAX_TRANSFER_PAIRS)
        spread += [(a, b, level_of, at) for a in members.get(one, ()) for b in members.get(other, ())]
    here, there, level, source = np.array(spread, np.int64).reshape(-1, 4).T
    kind, seconds = kind[source], seconds[source]
    order = np.lexsort((-kind, -seconds, kind != FORBIDDEN, level, there, here))
    here, there, level, kind, seconds, source = (part[order] for part in (here, there, level, kind, seconds, source))
    same = (here[1:] == here[:-1]) & (there[1:] == there[:-1])
    first = np.concatenate([np.ones(min(len(here), 1), bool), ~same])
    # Only what contradicts the row that wins matters, not rows that a narrower one beats anyway.
    winner = np.flatnonzero(first)[np.cumsum(first) - 1]
    differs = (kind != kind[winner]) | (seconds != seconds[winner])
    contrary = (level == level[winner]) & differs
    against = np.flatnonzero(contrary)
    against = against[np.argsort(source[against], kind="stable")]
    report_rows(
        findings, "transit.contrary_transfers", file=feed.file(NAME),
        rows=table["row"].to_numpy()[source[against]],
        examples=[f"{stops.ids[here[k]]} → {stops.ids[there[k]]}" for k in against[:3]],
    )  # fmt: skip
    return TransferRules(here[first], there[first], kind[first].astype(np.int8), seconds[first])


def _number(table: pd.DataFrame, column: str, stops: StopTable) -> list[int]:
    return [stops.number[stop] for stop in table[column].tolist()]


def _list_applicable(feed: Feed, table: pd.DataFrame, stops: StopTable, findings: Findings) -> pd.DataFrame:
    """Keep the rows that speak of two known stops; tell of the others but those that `seats` reads."""
    file, rows = feed.file(NAME), table["row"].to_numpy()
    kind = settle(parse_codes(table["transfer_type"].tolist(), "transfer_type"), "transfer_type")
    in_seat = kind >= _IN_SEAT
    narrow = (table[list(_NARROWER)] != "").any(axis=1).to_numpy(bool) & ~in_seat
    strange = (kind == UNKNOWN) & ~narrow
    known = [table[column].isin(stops.number).to_numpy(bool) for column in ("from_stop_id", "to_stop_id")]
    unknown = ~(known[0] & known[1]) & ~in_seat & ~narrow & ~strange

    # Of a file that names any trip `seats` tells.
    named = bool((table[["from_trip_id", "to_trip_id"]] != "").any(axis=None))

    def pairs(at: NDArray[np.int64]) -> Sequence[str]:
        return [f"{table['from_stop_id'].iloc[k]} → {table['to_stop_id'].iloc[k]}" for k in at[:3]]

    for mask, code in (
        (in_seat & (not named), "transit.in_seat_transfers"),
        (narrow, "transit.narrow_transfers"),
        (strange, "transit.strange_transfers"),
        (unknown, "transit.unknown_transfer_stop"),
    ):
        at = np.flatnonzero(mask)
        report_rows(findings, code, file=file, rows=rows[at], examples=pairs(at))
    kept: pd.DataFrame = table.assign(kind=kind)[~(in_seat | narrow | strange | unknown)].reset_index(drop=True)
    return kept


def _read_kinds(feed: Feed, table: pd.DataFrame, findings: Findings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    kind = table["kind"].to_numpy(np.int64).copy()
    seconds = np.zeros(len(table), np.int64)
    timed = np.flatnonzero(kind == MINIMUM_TIME)
    texts = table["min_transfer_time"].tolist()
    for at in timed:
        text = texts[at]
        if not text:
            # A minimum time of nothing is no minimum time: the change is an ordinary one.
            kind[at] = 0
            continue
        whole = parse_whole(text)
        if whole is None or whole >= 10**MAX_DIGITS:
            row, column = int(table["row"].iloc[at]), "min_transfer_time"
            raise InputError("transit.bad_number", file=feed.file(NAME), row=row, column=column, value=text)
        seconds[at] = whole
    silent = timed[kind[timed] == 0]
    report_rows(
        findings, "transit.untimed_transfers", file=feed.file(NAME), rows=table["row"].to_numpy()[silent],
        examples=[f"{table['from_stop_id'].iloc[k]} → {table['to_stop_id'].iloc[k]}" for k in silent[:3]],
    )  # fmt: skip
    return kind, seconds


def _list_members(stops: StopTable, used: NDArray[np.bool_]) -> dict[int, list[int]]:
    """What a row's stop stands for: itself, and a station for its platforms too, as far as they are in use."""
    members: dict[int, list[int]] = {}
    for stop in np.flatnonzero(used):
        members.setdefault(int(stop), []).append(int(stop))
        parent = int(stops.parent[stop])
        if parent >= 0 and parent != stop:
            members.setdefault(parent, []).append(int(stop))
    return members
