"""The caravan's stops: where it stands, on which day, from when to when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from geo_access.core.crs import project, require_metric
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings, warn_uncollected
from geo_access.core.formats import is_missing
from geo_access.core.matching import fold
from geo_access.core.shapes import list_points
from geo_access.study.inputs.codes import repair_codes
from geo_access.study.inputs.columns import CARAVAN
from geo_access.study.inputs.communes import check_swapped_axes, locate
from geo_access.study.inputs.site_vocabulary import read_date
from geo_access.study.inputs.source_table import SourceTable

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from geopandas import GeoDataFrame

_CLOCK = re.compile(r"(\d{1,2})\s*(?:h|:|heures?)?\s*(\d{2})?(?::\d{2})?\s*(?:min)?", re.IGNORECASE)
_HOURS = re.compile(r"(?:de\s+)?(\d[\d\s:h]*?)\s*(?:-|–|—|à|a|to)\s*(\d[\d\s:h]*)", re.IGNORECASE)
_ROUGH = re.compile(r"approx|stand-?in|centre|center|centroid|estim|lieu-?dit|municipality|street|locality|a verifier")
#: What is said of a position, in the words of lists and of geocoders: the first that fits.
_POSITIONS = (
    ("centre", re.compile(r"stand-?in|centre|center|centroid|municipality|commune")),
    ("street", re.compile(r"street|\brue\b|\bvoie\b")),
    ("approximate", re.compile(r"approx|estim|lieu-?dit|locality|a verifier")),
    ("address", re.compile(r"address|adresse|housenumber|exact|\bpoint\b")),
)
_DAY_S = 24 * 3600
#: What a stop is, column by column.
STOP_COLUMNS = (
    *("name", "date", "from_s", "to_s", "insee", "commune", "address", "location", "source", "row", "geometry"),
)


def read_caravan(
    path: Path | str | pd.DataFrame, *, crs: str, communes: GeoDataFrame, findings: Findings | None = None
) -> GeoDataFrame:
    """Read a caravan's dated stops.

    Parameters
    ----------
    path
        A table of points, of any format that `tables.read_table` knows. French and English column names are understood:
        date (or dates: several, parted by ";"), from and to (or de, à) or hours ("11h-19h"), name (or lieu, address),
        and where a file has them commune, insee, location (how good the position is) and source.
    crs
        The study's CRS, in metres.
    communes
        From `communes.read_communes`.
    findings
        Takes what is odd: a stop without coordinates (it is left out), without hours, away from the territory, in
        another commune than it says.

    Returns
    -------
    GeoDataFrame
        One row a stop and day, by day, then in the file's order: name, date (datetime.date), from_s and to_s (seconds
        after midnight; missing where the file does not say), insee and commune (where it stands; None outside),
        address, location, source, row, geometry (points in `crs`).

    Raises
    ------
    InputError
        As `tables.read_table`; or a missing or unreadable date or hour, an end that is not after its beginning, the
        same stop twice, no stop with coordinates.
    """
    found = Findings()
    require_metric(crs)
    source = SourceTable.read(path, found, columns=CARAVAN)
    table = source.frame
    source.require(CARAVAN["date"])
    if source.heading(CARAVAN["hours"]) is None:
        source.require(CARAVAN["from"])
        source.require(CARAVAN["to"])
    if all(source.heading(CARAVAN[column]) is None for column in ("name", "address", "commune")):
        source.require(CARAVAN["name"])
    dates, hours, since, until, names, addresses = (
        source.read_texts(CARAVAN[column]) for column in ("date", "hours", "from", "to", "name", "address")
    )
    others = {column: source.read_texts(CARAVAN[column]) for column in ("commune", "insee", "location", "source")}
    others["insee"] = repair_codes(source, others["insee"], "insee", known=set(communes["insee"]))

    check_swapped_axes(source, crs)
    moved = project(table, crs, source.path)
    shapes = table.geometry.to_numpy()
    nowhere = (moved.geometry.isna() | moved.geometry.is_empty).to_numpy(bool)
    nowhere = nowhere | ((shapely.get_x(shapes) == 0) & (shapely.get_y(shapes) == 0))
    records: list[dict[str, Any]] = []
    for at, row in enumerate(source.rows):
        days = _read_days(dates[at], row, source)
        opened = _read_hours(hours[at], since[at], until[at], row, source.path)
        name = names[at] or addresses[at] or others["commune"][at] or f"{row}"
        if opened is None:
            source.tell("warning", "caravan.no_hours", row=row, name=name)
        point = moved.geometry.iloc[at]
        if nowhere[at]:
            source.tell("error", "caravan.without_point", row=row, name=name)
            continue
        if point.geom_type != "Point":
            raise source.fault("caravan.not_a_point", row=row, found=point.geom_type)
        first, last = opened or (None, None)
        said = {column: texts[at] for column, texts in others.items()} | {"address": addresses[at]}
        records += [
            {**said, "name": name, "date": day, "from_s": first, "to_s": last, "row": row, "geometry": point}
            for day in days
        ]
    if not records:
        raise source.fault("caravan.nowhere", count=len(table))
    stops = _locate(gpd.GeoDataFrame(records, geometry="geometry", crs=crs), communes, source)
    _refuse_twice(stops, source)
    rough = stops[[_ROUGH.search(fold(_said(one) or "")) is not None for one in stops["location"]]]
    if len(rough):
        source.tell("warning", "caravan.rough", count=len(rough), total=len(stops))
    if findings is None:
        warn_uncollected(found)
    else:
        findings.extend(found)
    return stops.sort_values(["date", "from_s", "row"], kind="stable", ignore_index=True)


def take_site_stops(sites: GeoDataFrame, communes: GeoDataFrame, *, file: Path | str) -> GeoDataFrame:
    """Return the dated mobile stops of a list of sites, as `read_caravan` returns stops.

    Raises
    ------
    InputError
        When no site is a mobile stop with a date, or its hours cannot be read.
    """
    # A stop has dates of its own; what is closed, under works, or planned and not taken to be open, is not there.
    there = (sites["status"] == "open") | (sites["open"].astype(bool) if "open" in sites else False)
    mobile = sites[(sites["kind"] == "mobile_stop") & sites["dates"].notna() & there]
    if not len(mobile):
        raise InputError("caravan.no_site_stops", file=file)
    records: list[dict[str, Any]] = []
    for site in mobile.to_dict("records"):
        first, last = _read_hours(_said(site["hours"]), None, None, int(site["row"]), file) or (None, None)
        kept = {column: site[column] for column in ("name", "address", "location", "source", "row", "geometry")}
        records += [
            {**kept, "date": read_date(day), "from_s": first, "to_s": last, "commune": None, "insee": None}
            for day in site["dates"].split(";")
        ]
    source = SourceTable(file, sites, Findings())
    stops = _locate(gpd.GeoDataFrame(records, geometry="geometry", crs=sites.crs), communes, source)
    return stops.sort_values(["date", "from_s", "row"], kind="stable", ignore_index=True)


def name_position(said: str) -> str:
    """Name how good a position is said to be: ``address``, ``street``, ``approximate``, ``centre`` or ``other``."""
    folded = fold(said)
    return next((name for name, pattern in _POSITIONS if pattern.search(folded)), "other")


def _said(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _read_days(value: str | None, row: int, source: SourceTable) -> list[dt.date]:
    parts = [part for part in re.split(r"[;,|]", value or "") if part.strip()]
    if not parts:
        raise source.fault("caravan.no_date", row=row)
    days = []
    for part in parts:
        day = read_date(part)
        if day is None:
            raise source.fault("caravan.wrong_date", row=row, value=part.strip())
        days.append(day)
    return sorted(set(days))


def _read_hours(
    hours: str | None, since: str | None, until: str | None, row: int, path: Path | str
) -> tuple[int, int] | None:
    """Return when a stop opens and closes (seconds after midnight); None where nothing is said."""
    if since is None and until is None:
        if hours is None:
            return None
        match = _HOURS.fullmatch(hours.strip())
        if match is None:
            raise InputError("caravan.wrong_hours", file=path, row=row, value=hours)
        since, until = match[1], match[2]
    if since is None or until is None:
        raise InputError("caravan.half_hours", file=path, row=row)
    first, last = _read_clock(since, row, path), _read_clock(until, row, path)
    if last <= first:
        raise InputError("caravan.ends_before", file=path, row=row, first=since, last=until)
    return first, last


def _read_clock(value: str, row: int, path: Path | str) -> int:
    match = _CLOCK.fullmatch(value.strip())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    seconds = hour * 3600 + minute * 60
    if minute > 59 or seconds > _DAY_S:
        raise InputError("caravan.wrong_hours", file=path, row=row, value=value)
    return seconds


def _locate(stops: GeoDataFrame, communes: GeoDataFrame, source: SourceTable) -> GeoDataFrame:
    index, distance_m = locate(stops.geometry, communes)
    codes, names = communes["insee"].to_numpy(object), communes["name"].to_numpy(object)
    by_name = dict(zip(communes["name"].map(fold), communes["insee"], strict=True))
    told: set[int] = set()
    for at, (row, name) in enumerate(zip(stops["row"].tolist(), stops["name"], strict=True)):
        if row in told:
            continue
        told.add(row)
        said = _said(stops["insee"].iloc[at]) or by_name.get(fold(_said(stops["commune"].iloc[at]) or ""))
        if index[at] < 0:
            source.tell("warning", "caravan.outside", row=row, name=name, km=round(distance_m[at] / 1000, 1))
        elif said is not None and said in set(codes) and said != codes[index[at]]:
            stated, own = names[list(codes).index(said)], names[index[at]]
            source.tell("warning", "caravan.other_commune", row=row, name=name, said=stated, found=own)
    insee, commune = codes[index], names[index]
    insee[index < 0] = commune[index < 0] = None
    stops = stops.assign(
        insee=pd.Series(insee, dtype=object),
        commune=pd.Series(commune, dtype=object),
        from_s=stops["from_s"].astype("Int64"),
        to_s=stops["to_s"].astype("Int64"),
    )
    return stops[list(STOP_COLUMNS)]


def _refuse_twice(stops: GeoDataFrame, source: SourceTable) -> None:
    """Refuse the same place, day and hour written twice: people would count as met twice."""
    seen: dict[tuple[Any, ...], int] = {}
    columns = (stops[name].tolist() for name in ("row", "name", "date", "from_s"))
    for row, name, day, opens, point in zip(*columns, list_points(stops.geometry), strict=True):
        key = (day, None if is_missing(opens) else opens, round(point.x, 1), round(point.y, 1))
        if key in seen:
            raise source.fault("caravan.twice", row=row, name=name, other_row=seen[key])
        seen[key] = row
