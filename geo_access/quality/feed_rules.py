"""What a feed's tables say that the rules of GTFS forbid, beyond what reading it for its times already tells.

Each check adds one finding with how many, the first row, examples, and the places to the map. The rules of the
canonical validator that they stand for are listed in `gtfs_rules`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from geo_access.core.findings import Findings
from geo_access.gtfs.codes import UNKNOWN, parse_codes, report_unknown, settle
from geo_access.gtfs.rows import read_table, report_rows, stream_table
from geo_access.gtfs.rules import LEVELS, tell
from geo_access.gtfs.stop_times import NAME as STOP_TIMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_access.gtfs.feed import Feed
    from geo_access.gtfs.stop_times import Calls
    from geo_access.gtfs.tables import StopTable
    from geo_access.quality.locations import Locations

_STATION, _PLATFORM, _BOARDING_AREA = 1, 0, 4
_NEEDS_PARENT = (2, 3, 4)
_FORBIDDEN = 3
FAR_FROM_STATION_M = 1000.0
FAR_TRANSFER_M = 2000.0


def check_stops(
    feed: Feed, stops: StopTable, xy: NDArray[np.float64], findings: Findings, locations: Locations
) -> None:
    """Check stops.txt: parents, names, positions that are none."""
    file, kind, parent = feed.file("stops.txt"), stops.location_type, stops.parent
    has_parent = parent >= 0
    of_parent = np.where(has_parent, kind[parent], -1)
    nameless = np.array([not name for name in stops.names], bool) & (kind <= 2)
    wanted = np.where(kind == _BOARDING_AREA, _PLATFORM, _STATION)
    apart = np.hypot(*(xy - xy[parent]).T)
    off = has_parent & (kind == _PLATFORM) & (apart > FAR_FROM_STATION_M)
    checks = (
        (np.isin(kind, _NEEDS_PARENT) & ~has_parent, "inspect.location_without_parent"),
        ((kind == _STATION) & has_parent, "inspect.station_with_parent"),
        (has_parent & (kind != _STATION) & (of_parent != wanted), "inspect.wrong_parent"),
        (nameless, "inspect.stops_nameless"),
        (off, "inspect.far_from_station"),
    )
    for mask, code in checks:
        at = np.flatnonzero(mask)
        report_rows(findings, code, file=file, rows=stops.row[at], examples=[stops.ids[k] for k in at[:3]])
        names = [stops.names[k] or stops.ids[k] for k in at]
        locations.add_all(LEVELS[code], code, stops.lon[at].tolist(), stops.lat[at].tolist(), names)


def check_routes(feed: Feed, findings: Findings) -> None:
    """Check routes.txt: names and types."""
    table = read_table(
        feed, "routes.txt", findings=Findings(), required=("route_id",), key="route_id",
        optional=("route_short_name", "route_long_name", "route_type"),
    )  # fmt: skip
    file, rows = feed.file("routes.txt"), table["row"].to_numpy()
    nameless = ((table["route_short_name"] == "") & (table["route_long_name"] == "")).to_numpy(bool)
    untyped = (table["route_type"] == "").to_numpy(bool)
    for mask, code in ((nameless, "inspect.routes_nameless"), (untyped, "inspect.routes_untyped")):
        at = np.flatnonzero(mask)
        examples = table["route_id"].iloc[at[:3]].tolist()
        report_rows(findings, code, file=file, rows=rows[at], examples=examples)


def locate_calls(calls: Calls, stops: StopTable, locations: Locations) -> None:
    """Say where vehicles stop at what is no stop; reading has told of it."""
    wrong = np.unique(calls.stop[stops.location_type[calls.stop] != _PLATFORM])
    names = [stops.names[at] or stops.ids[at] for at in wrong]
    code = "transit.calls_at_no_stop"
    locations.add_all(LEVELS[code], code, stops.lon[wrong].tolist(), stops.lat[wrong].tolist(), names)


def check_stop_times(feed: Feed, findings: Findings) -> dict[str, int]:
    """Check every row of stop_times.txt as it stands: blank and half-blank times, distances that do not grow.

    Returns
    -------
    dict
        ``rows``, ``blank`` (neither time), ``half`` (one of the two).
    """
    counts = {"rows": 0, "blank": 0, "half": 0, "untimed": 0, "shrinking": 0}
    first: dict[str, int] = {}
    unknown: list[tuple[int, str]] = []
    last: tuple[str, float, int] = ("", np.nan, -1)
    times = ("arrival_time", "departure_time")
    pieces = stream_table(
        feed, STOP_TIMES, findings=Findings(), required=("trip_id", "stop_sequence"),
        optional=(*times, "timepoint", "shape_dist_traveled"), encoded=("trip_id", *times, "timepoint"),
    )  # fmt: skip
    for batch, rows in pieces:
        filled = _filled(batch["trip_id"])
        counts["rows"] += int(filled.sum())
        has = [_filled(batch[name]) if name in batch.schema.names else np.zeros(len(rows), bool) for name in times]
        blank, half = filled & ~has[0] & ~has[1], filled & (has[0] != has[1])
        untimed = np.zeros(len(rows), bool)
        if "timepoint" in batch.schema.names:
            texts = batch["timepoint"].dictionary.to_pylist()
            codes = parse_codes(texts, "timepoint")[batch["timepoint"].indices.to_numpy()]
            untimed = filled & (codes == 1) & ~(has[0] & has[1])
            strange = np.flatnonzero(filled & (codes == UNKNOWN))
            unknown += [(int(rows[at]), str(batch["timepoint"][int(at)].as_py())) for at in strange]
        shrinking, last = _find_shrinking(batch, last)
        for name, mask in (("blank", blank), ("half", half), ("untimed", untimed), ("shrinking", shrinking)):
            counts[name] += int(mask.sum())
            if mask.any():
                first.setdefault(name, int(rows[np.argmax(mask)]))
    file = feed.file(STOP_TIMES)
    said = [text for _, text in unknown[:3]]
    report_unknown(file, "timepoint", [row for row, _ in unknown], said, findings=findings)
    for name, code in (
        ("blank", "inspect.blank_times"),
        ("half", "inspect.half_times"),
        ("untimed", "inspect.timepoints_untimed"),
        ("shrinking", "inspect.distances_shrink"),
    ):
        if counts[name]:
            percent = 100 * counts[name] / counts["rows"]
            tell(findings, code, file=file, row=first[name], count=counts[name], percent=percent)
    return counts


def _filled(column: object) -> NDArray[np.bool_]:
    texts = pc.not_equal(pc.utf8_trim_whitespace(column.dictionary), "")  # type: ignore[attr-defined]
    filled: NDArray[np.bool_] = texts.to_numpy(zero_copy_only=False)[column.indices.to_numpy()]  # type: ignore[attr-defined]
    return filled


def _find_shrinking(batch: object, last: tuple[str, float, int]) -> tuple[NDArray[np.bool_], tuple[str, float, int]]:
    """Rows whose shape_dist_traveled is less than, or the same as, that of the trip's row before (in the file)."""
    names, size = batch.schema.names, batch.num_rows  # type: ignore[attr-defined]
    if "shape_dist_traveled" not in names or not size:
        return np.zeros(size, bool), last
    texts = pc.utf8_trim_whitespace(batch["shape_dist_traveled"])  # type: ignore[index]
    number = pc.match_substring_regex(texts, r"^[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?$")
    distance = pc.if_else(number, texts, None).cast("float64").to_numpy(zero_copy_only=False)
    order = pc.match_substring_regex(pc.utf8_trim_whitespace(batch["stop_sequence"]), r"^[0-9]{1,9}$")  # type: ignore[index]
    sequence = (
        pc.fill_null(pc.if_else(order, pc.utf8_trim_whitespace(batch["stop_sequence"]), None).cast("int64"), -1)  # type: ignore[index]
        .to_numpy(zero_copy_only=False)
    )  # fmt: skip
    trips = batch["trip_id"]  # type: ignore[index]
    codes, ids = trips.indices.to_numpy(), trips.dictionary
    before = np.concatenate([[last[1]], distance[:-1]])
    ahead = np.concatenate([[last[2]], sequence[:-1]])
    same = np.concatenate([[ids[int(codes[0])].as_py() == last[0]], codes[1:] == codes[:-1]])
    return same & (sequence > ahead) & (distance <= before), (
        str(ids[int(codes[-1])].as_py()), float(distance[-1]), int(sequence[-1])
    )  # fmt: skip


def count_periods(feed: Feed) -> int:
    """Count the rows of frequencies.txt."""
    return len(read_table(feed, "frequencies.txt", findings=Findings(), required=("trip_id",), may_lack=True))


def check_transfers(feed: Feed, stops: StopTable, xy: NDArray[np.float64], findings: Findings) -> dict[str, int]:
    """Check transfers.txt: changes between places far apart, or at what is no stop. Returns the rows by type."""
    table = read_table(
        feed, "transfers.txt", findings=Findings(), required=(),
        optional=("from_stop_id", "to_stop_id", "transfer_type"), may_lack=True,
    )  # fmt: skip
    kind = settle(parse_codes(table["transfer_type"].tolist(), "transfer_type"), "transfer_type")
    file, rows = feed.file("transfers.txt"), table["row"].to_numpy()
    one, other = (
        np.array([stops.number.get(stop, -1) for stop in table[column].tolist()], np.int64)
        for column in ("from_stop_id", "to_stop_id")
    )
    known = (one >= 0) & (other >= 0)
    apart = np.where(known, np.hypot(*(xy[one] - xy[other]).T), 0.0)
    allowed = (kind >= 0) & (kind < _FORBIDDEN)
    strange = known & (
        np.isin(stops.location_type[one], _NEEDS_PARENT) | np.isin(stops.location_type[other], _NEEDS_PARENT)
    )
    for mask, code in ((known & allowed & (apart > FAR_TRANSFER_M), "far"), (strange, "strange")):
        at = np.flatnonzero(mask)
        shown = [f"{stops.ids[one[k]]} → {stops.ids[other[k]]}" for k in at[:3]]
        if code == "far":
            shown = [f"{said} ({apart[k] / 1000:.1f} km)" for said, k in zip(shown, at[:3], strict=True)]
        report_rows(findings, f"inspect.transfers_{code}", file=file, rows=rows[at], examples=shown)
    words = np.where(kind == UNKNOWN, table["transfer_type"].to_numpy(object), kind.astype(str))
    return dict(sorted(Counter(words.tolist()).items()))
