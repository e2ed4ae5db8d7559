"""Clipping early: of a whole region's feed and streets, what can matter to a study of one area; see `clip_feed`."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyarrow import csv as arrow_csv

from geo_access.core.crs import require_metric
from geo_access.core.errors import InputError, NoServiceError
from geo_access.core.files import replace_atomically
from geo_access.core.findings import Findings
from geo_access.gtfs.calendar import list_nearest, read_services
from geo_access.gtfs.feed import open_feed
from geo_access.gtfs.reachable import find_stations, list_reached, project_stops
from geo_access.gtfs.rows import read_table, stream_table
from geo_access.gtfs.runs import read_frequencies
from geo_access.gtfs.service import Service, read_runs
from geo_access.gtfs.tables import read_agencies, read_routes, read_stops, read_trips
from geo_access.opendata.clip_streets import clip_streets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.gtfs.calendar import Services
    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.tables import StopTable, TripTable

__all__ = ["LONGEST_MIN", "clip_feed", "clip_streets"]

#: Journeys up to so many minutes are as on the whole network; the speeches ask for 20 at most.
LONGEST_MIN: Final = 30
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CALENDARS = ("calendar.txt", "calendar_dates.txt")
#: Files that are kept whole: they are small, and nothing in them names what is dropped.
_WHOLE = ("agency.txt", "levels.txt")
_ENTRANCES = (2, 3, 4)


@dataclass(frozen=True)
class _Kept:
    """What stays: ids, as the files write them."""

    services: frozenset[str]
    routes: frozenset[str]
    trips: frozenset[str]
    stops: frozenset[str]
    shapes: frozenset[str]

    def columns(self, name: str) -> dict[str, frozenset[str]] | None:
        """Columns of a file whose ids must all be kept (blank ones are no ids); None: the file is left out."""
        if name in _WHOLE or name == "feed_info.txt":
            return {}
        narrow = {
            "from_route_id": self.routes, "to_route_id": self.routes,
            "from_trip_id": self.trips, "to_trip_id": self.trips,
        }  # fmt: skip
        return {
            "routes.txt": {"route_id": self.routes},
            "trips.txt": {"trip_id": self.trips},
            "stop_times.txt": {"trip_id": self.trips},
            "frequencies.txt": {"trip_id": self.trips},
            "stops.txt": {"stop_id": self.stops},
            "shapes.txt": {"shape_id": self.shapes},
            "transfers.txt": {"from_stop_id": self.stops, "to_stop_id": self.stops, **narrow},
            "pathways.txt": {"from_stop_id": self.stops, "to_stop_id": self.stops},
            "attributions.txt": {"route_id": self.routes, "trip_id": self.trips},
        }.get(name)


def clip_feed(
    source: Path,
    target: Path,
    *,
    area: shapely.Geometry,
    crs: str,
    margin_m: float,
    dates: Sequence[dt.date],
    findings: Findings,
    longest_min: float = LONGEST_MIN,
) -> dict[str, object]:
    """Keep of a feed what can matter to journeys that start in an area, on some service days.

    Parameters
    ----------
    source
        A feed: a zip or a folder.
    target
        The zip to write, whole or not at all. The same feed and the same wishes give the same bytes.
    area
        The territory (polygons, in `crs`).
    crs
        The study's CRS, in metres.
    margin_m
        How far from the area a stop may lie to be one at which journeys start (metres). It must reach as far as people
        walk to a stop: 20 minutes at 4.8 km/h are 1,600 m, and residents stand up to 300 m outside their commune.
    dates
        The days to study. Of the days around each, the trips are kept that belong to it: those still under way, and
        those that leave before 30:00:00 of it.
    findings
        Takes what reading the feed finds, and what was kept and left out.
    longest_min
        Journeys up to so long (minutes) are exactly as on the whole feed.

    Returns
    -------
    dict
        What shaped the file and what is in it, as JSON values.

    Raises
    ------
    InputError
        When the feed cannot be used, or none of its stops is near the area.
    NoServiceError
        When no trip runs on the dates.

    Notes
    -----
    Whole trips are kept, with every call, so that times, blanks between timepoints and the order of rows are those of
    the feed. Which trips: those that somebody can have boarded within `longest_min` of leaving the area, by a search
    that no real journey beats (`reach_bounds`): without slack, walking in a straight line. So each trip of each journey
    of up to `longest_min` is kept, be it far outside the margin, to sites anywhere; every trip of a station with
    pathways on the way as well, as what is served there decides whether these are used, and of each block_id on the
    way, as its other trips decide who stays seated. And as a part of a feed has no
    journeys of its own, shares and times up to there are the same, and later times may only be later. This holds for
    people who walk at most `reachable.CHANGE_M` (a straight line) between two rides, at `reachable.FASTEST_KMH`
    at most, and for the changes that transfers.txt times; and for the departures of frequencies.txt as they are read
    by default, at fixed seconds, not for phases that are drawn.

    A study of another day than these may find service, but not all of it.
    """
    require_metric(crs)
    with open_feed(source) as feed:
        timezone, _ = read_agencies(feed, findings=findings)
        services = read_services(feed, findings=findings)
        routes = read_routes(feed, (), findings=findings)
        trips = read_trips(feed, routes, services, findings=findings)
        frequencies = read_frequencies(feed, trips, findings=findings).starts
        stops = read_stops(feed, findings=findings)
        xy = project_stops(stops, crs)
        studied = {day: Service(day, timezone, services, trips, frequencies) for day in sorted(dates)}
        if not studied[max(dates)].days[0].trips.any():
            _raise_no_service(source, trips, services, dates)
        wanted, running, used = np.zeros(len(trips.ids), bool), np.zeros(len(trips.ids), bool), np.zeros(len(xy), bool)
        days = set(studied)
        for number, (day, service) in enumerate(studied.items()):
            calls, runs = read_runs(
                feed, service, stops, findings=Findings() if number else findings, progress=lambda _rows: None
            )
            running |= service.days[0].trips
            reached, seen = list_reached(feed, runs, stops, xy, area=area, margin_m=margin_m, longest_min=longest_min)
            reached |= np.isin(runs.trip, calls.trip[_list_whole_stations(feed, stops, seen)[calls.stop]])
            mine = np.zeros(len(wanted), bool)
            for one in service.days:
                there = np.zeros(len(wanted), bool)
                there[runs.trip[reached & (runs.day == one.number)]] = True
                there |= one.trips & service.share_block(there)
                if there.any():
                    days.add(day + dt.timedelta(days=one.number))
                mine |= there
            wanted |= mine
            used[calls.stop[mine[calls.trip]]] = True
        if not wanted.any():
            near = np.asarray(shapely.distance(area, shapely.points(xy[np.isfinite(xy).all(axis=1)])))
            distance_km = round(float(near.min()) / 1000, 1) if len(near) else 0.0
            raise InputError("clip.nothing_near", file=source, margin_m=margin_m, distance_km=distance_km)
        kept = _list_kept(feed, wanted, trips, services, routes["route_id"].tolist(), stops, used)
        counts, left_out = _write(feed, target, kept, services, dates, days)
    facts: dict[str, Any] = {
        "margin_m": margin_m,
        "longest_min": longest_min,
        "dates": [day.isoformat() for day in sorted(dates)],
        "trips": int(wanted.sum()),
        "trips_of_days": int(running.sum()),
        "trips_of_feed": len(trips.ids),
        "stops": len(kept.stops),
        "stops_of_feed": len(stops.ids),
        "stop_times": counts.get("stop_times.txt", 0),
    }
    findings.add("info", "clip.feed_kept", file=source, **_in_words(facts))
    if left_out:
        findings.add("info", "clip.files_left_out", file=source, count=len(left_out), files=", ".join(left_out))
    return facts


def _list_whole_stations(feed: Feed, stops: StopTable, touched: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which stops are of stations with pathways that a journey may touch: all their trips decide on their use."""
    table = read_table(
        feed, "pathways.txt", findings=Findings(), required=(), optional=("from_stop_id", "to_stop_id"), may_lack=True
    )
    ends = [
        stops.number[stop]
        for column in ("from_stop_id", "to_stop_id")
        for stop in table[column]
        if stop in stops.number
    ]
    station = find_stations(stops)
    mapped = np.isin(station, station[np.array(ends, np.int64)])
    return mapped & np.isin(station, station[touched])


def _in_words(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "dates": ", ".join(facts["dates"])}


def _raise_no_service(source: Path, trips: TripTable, services: Services, dates: Sequence[dt.date]) -> None:
    date = max(dates)
    per_service = np.bincount(trips.service[trips.service >= 0], minlength=len(services.number))
    days = services.count_trips(per_service, date).days
    nearest = ", ".join(day.isoformat() for day in list_nearest(days, date)) or "–"
    raise NoServiceError("clip.no_service", file=source, date=date.isoformat(), nearest=nearest)


def _list_kept(
    feed: Feed,
    wanted: NDArray[np.bool_],
    trips: TripTable,
    services: Services,
    route_ids: list[str],
    stops: StopTable,
    used: NDArray[np.bool_],
) -> _Kept:
    """List the ids that stay: of the trips, of the stops that they use, and of what they need."""
    used = used.copy()
    # Stations of the stops, and stations of these where a boarding area stands for a platform.
    for _ in range(2):
        used[stops.parent[used & (stops.parent >= 0)]] = True
    for _ in range(2):
        inside = np.isin(stops.location_type, _ENTRANCES) & (stops.parent >= 0)
        inside[inside] = used[stops.parent[inside]]
        used |= inside
    names = {number: name for name, number in services.number.items()}
    ids = frozenset(trips.ids[at] for at in np.flatnonzero(wanted))
    return _Kept(
        services=frozenset(names[at] for at in np.unique(trips.service[wanted]).tolist()),
        routes=frozenset(route_ids[at] for at in np.unique(trips.route[wanted]).tolist()),
        trips=ids,
        stops=frozenset(stops.ids[at] for at in np.flatnonzero(used)),
        shapes=frozenset(_list_shapes(feed, ids)),
    )


def _list_shapes(feed: Feed, trips: frozenset[str]) -> Iterator[str]:
    if "shape_id" not in _list_columns(feed, "trips.txt"):
        return
    for batch, _ in _stream(feed, "trips.txt", ("trip_id", "shape_id")):
        mask = pc.is_in(pc.utf8_trim_whitespace(batch["trip_id"]), value_set=pa.array(trips, pa.string()))
        shapes = pc.utf8_trim_whitespace(pc.unique(batch["shape_id"].filter(mask)))
        yield from (shape for shape in shapes.to_pylist() if shape)


def _list_columns(feed: Feed, name: str) -> list[str]:
    with feed.open(name) as stream:
        lines = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        header = next((row for row in csv.reader(lines, skipinitialspace=True) if any(map(str.strip, row))), [])
    return list(dict.fromkeys(column.strip() for column in header if column.strip()))


def _stream(
    feed: Feed, name: str, columns: Sequence[str], *, encoded: Sequence[str] = ()
) -> Iterator[tuple[pa.RecordBatch, NDArray[np.int64]]]:
    # What is wrong with the files, their own readers have told.
    return stream_table(feed, name, findings=Findings(), required=(), optional=columns, encoded=encoded)


def _write(
    feed: Feed, target: Path, kept: _Kept, services: Services, dates: Sequence[dt.date], days: Collection[dt.date]
) -> tuple[dict[str, int], list[str]]:
    """Write the zip; return the rows of each file, and the files left out."""
    counts: dict[str, int] = {}
    left_out: list[str] = []
    names = sorted({*feed.members, "calendar_dates.txt"} - {"calendar.txt"})
    with replace_atomically(target) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            columns = kept.columns(name)
            if name not in _CALENDARS and (columns is None or not feed.size(name)):
                left_out.append(name)
                continue
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            with archive.open(entry, "w", force_zip64=True) as out:
                if columns is None:
                    counts[name] = _write_calendar(out, kept, services, days)
                else:
                    counts[name] = _copy(feed, name, columns, out, dates)
    return counts, left_out


def _write_calendar(out: IO[bytes], kept: _Kept, services: Services, days: Collection[dt.date]) -> int:
    """Name the days of each service one by one, and no others: on any other day the clipped feed runs nothing."""
    rows = [
        f"{_quote(service)},{day:%Y%m%d},1\n"
        for day in sorted(days)
        for service in sorted(kept.services)
        if services.run_on(day)[services.number[service]]
    ]
    out.write(("service_id,date,exception_type\n" + "".join(rows)).encode())
    return len(rows)


def _quote(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(sign in text for sign in ',"\r\n') else text


def _copy(
    feed: Feed, name: str, kept: dict[str, frozenset[str]], out: IO[bytes], dates: Sequence[dt.date]
) -> int:  # fmt: skip
    """Copy the rows of a file whose ids are all kept; return how many."""
    columns = _list_columns(feed, name)
    out.write((",".join(map(_quote, columns)) + "\n").encode())
    known = {column: pa.array(sorted(ids), pa.string()) for column, ids in kept.items() if column in columns}
    count = 0
    for batch, _ in _stream(feed, name, columns):
        table = pa.table({column: pc.utf8_trim_whitespace(batch[column]) for column in batch.schema.names})
        mask = pc.greater(_longest(table), 0)
        for column, ids in known.items():
            # Some files name a stop or a trip only in some of their rows.
            loose = name in ("transfers.txt", "attributions.txt")
            inside = pc.is_in(table[column], value_set=ids)
            mask = pc.and_(mask, pc.or_(inside, pc.equal(table[column], "")) if loose else inside)
        table = table.filter(mask)
        if name == "feed_info.txt":
            table = _date_info(table, dates)
        if len(table):
            out.write(_to_csv(table.select(columns)))
            count += len(table)
    return count


def _longest(table: pa.Table) -> Any:
    lengths = [pc.utf8_length(column) for column in table.columns]
    return pc.max_element_wise(*lengths) if len(lengths) > 1 else lengths[0]


def _date_info(table: pa.Table, dates: Sequence[dt.date]) -> pa.Table:
    """Let feed_info.txt state the days that are left."""
    for column, day in (("feed_start_date", min(dates)), ("feed_end_date", max(dates))):
        if column in table.schema.names:
            at = table.schema.names.index(column)
            table = table.set_column(at, column, pa.array([f"{day:%Y%m%d}"] * len(table), pa.string()))
    return table


def _to_csv(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    try:
        arrow_csv.write_csv(table, sink, arrow_csv.WriteOptions(include_header=False, quoting_style="none"))
    except pa.ArrowInvalid:
        # A comma or a quote in a name: Arrow then quotes every text of the piece.
        sink = io.BytesIO()
        arrow_csv.write_csv(table, sink, arrow_csv.WriteOptions(include_header=False, quoting_style="needed"))
    return sink.getvalue()
