"""What the sources share: reading what came, writing what is made, the same bytes from the same downloads."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Transformer

from geo_access.core.crs import WGS84
from geo_access.core.errors import InputError
from geo_access.core.spreadsheets import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import ArrayLike, NDArray

#: Decimals of a degree: a hundredth of a metre.
DECIMALS = 7
_STAMP = "2000-01-01T00:00:00.000Z"


def read_json(path: Path) -> Any:
    """Read a JSON document, with or without byte-order mark.

    Raises
    ------
    InputError
        When it is none: names the line.
    """
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, RecursionError) as error:
        raise InputError("sources.json_broken", file=path, line=1, said=type(error).__name__) from error
    except json.JSONDecodeError as error:
        raise InputError("sources.json_broken", file=path, line=error.lineno, said=error.msg) from error


def decode(data: bytes) -> str:
    """Decode a text in UTF-8, with or without byte-order mark, else in Windows-1252 (of which Latin-1 is a part)."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_rows(text: str, path: Path, required: Sequence[str], *, delimiter: str | None = None) -> list[dict[str, str]]:
    """Read a CSV with a header; names in lower case, values stripped.

    Raises
    ------
    InputError
        When it is empty or a column is missing.
    """
    first = text.partition("\n")[0]
    delimiter = delimiter or max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        missing = [name for name in required if name not in header]
        if missing or not header:
            raise InputError(
                "sources.columns_missing", file=path, row=1, missing=", ".join(missing), found=", ".join(header) or "–"
            )
        rows = []
        for row in reader:
            if not any(value.strip() for value in row):
                continue
            if len(row) < len(header):
                said = f"{len(row)} < {len(header)}"
                raise InputError("sources.csv_broken", file=path, row=reader.line_num, said=said)
            rows.append({name: value.strip() for name, value in zip(header, row, strict=False)})
    except csv.Error as error:
        raise InputError("sources.csv_broken", file=path, row=reader.line_num, said=str(error)) from error
    return rows


def read_number(said: object) -> float:
    """Read a number as any of the sources writes it ("1 105", "48,85", 12.5); NaN where there is none."""
    if isinstance(said, bool) or said is None:
        return math.nan
    if isinstance(said, (int, float)):
        return float(said)
    plain = "".join(str(said).split()).replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def text_of(said: object) -> str:
    """Return a value as one line of stripped text; "" for none."""
    return " ".join(str(said).split()) if said is not None else ""


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a table: commas, UTF-8, a line feed after each row; what a spreadsheet takes for a formula is marked."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore", lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows({key: _write(value) for key, value in row.items()} for row in rows)


def _write(value: object) -> object:
    return mark(value) if isinstance(value, str) else "" if value is None else value


def write_geojson(path: Path, features: Sequence[Mapping[str, Any]]) -> None:
    """Write features in WGS 84, longitude first (RFC 7946), their coordinates rounded."""
    document = {
        "type": "FeatureCollection",
        "features": [{**one, "geometry": _round(one["geometry"])} for one in features],
    }
    path.write_text(
        json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8", newline="\n"
    )


def write_gpkg(path: Path, frame: GeoDataFrame) -> None:
    """Write a GeoPackage of one layer, named like the file, without the hour of its writing."""
    import pyogrio

    # GDAL writes the time of day into gpkg_contents; a stamp of its own keeps the bytes the same.
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP})
    try:
        path.unlink(missing_ok=True)
        frame.to_file(path, layer=path.stem, driver="GPKG", engine="pyogrio")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _round(geometry: Any) -> Any:
    def walk(part: Any) -> Any:
        if isinstance(part, (list, tuple)):
            return [walk(one) for one in part]
        return round(part, DECIMALS) if isinstance(part, float) else part

    return None if geometry is None else {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}


#: Kinds of FINESS and of the service-public directory that are centres of protection maternelle et infantile.
PMI_CATEGORY = "223"
PMI_PIVOT = "pmi"


@dataclass(frozen=True)
class Place:
    """One place as a list states it.

    Attributes
    ----------
    origin
        The list: ``"FINESS"`` or ``"annuaire"``.
    key
        Its id in that list.
    name, address, postcode, commune, insee, phone
        As stated; "" where they are not. `address` is the number and the street.
    x, y
        The two numbers of its position as stated, in whichever order and projection; NaN where there are none.
    rough
        The list itself says that the position is no address (a street, a commune).
    updated
        When the list last touched it (ISO), or "".
    kind
        Of `site_vocabulary.KINDS`: ``"pmi"``, or ``"pole"`` where only its name says so.
    """

    origin: str
    key: str
    name: str
    address: str = ""
    postcode: str = ""
    commune: str = ""
    insee: str = ""
    phone: str = ""
    x: float = math.nan
    y: float = math.nan
    rough: bool = False
    updated: str = ""
    kind: str = "pmi"


#: Farther from the territory than this, a point belongs to another one (metres).
NEAR_M = 3_000.0
_DEGREES = 180.0


@dataclass(frozen=True)
class Settled:
    """Points as they were read.

    Attributes
    ----------
    lon, lat
        float64 (n,): WGS 84; NaN where no reading lies in or near the territory.
    swapped
        bool (n,): the second number stood first.
    x, y
        float64 (n,): metres, the CRS of the territory.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    swapped: NDArray[np.bool_]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @property
    def found(self) -> NDArray[np.bool_]:
        """Which points are known (bool, n)."""
        return np.isfinite(self.lon)


def settle_points(
    x: ArrayLike,
    y: ArrayLike,
    *,
    area: shapely.Geometry,
    crs: str,
    systems: Sequence[str] | None = None,
    near_m: float = NEAR_M,
) -> Settled:
    """Read pairs of numbers as the points of a territory.

    Parameters
    ----------
    x, y
        n numbers each, as a file gives them; NaN and 0, 0 are no points.
    area
        The territory (polygons, in `crs`).
    crs
        Its CRS, in metres.
    systems
        What the numbers may be in, the likeliest first; by default WGS 84 and `crs`.
    near_m
        How far from the territory a point may lie (metres).
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    lon, lat, mx, my = (np.full(len(first), np.nan) for _ in range(4))
    swapped = np.zeros(len(first), dtype=bool)
    given = np.isfinite(first) & np.isfinite(second) & ~((first == 0) & (second == 0))
    small = (np.abs(first) <= _DEGREES) & (np.abs(second) <= _DEGREES)
    shapely.prepare(area)
    for system in (WGS84, crs) if systems is None else systems:
        to_metres = Transformer.from_crs(system, crs, always_xy=True)
        to_degrees = Transformer.from_crs(system, WGS84, always_xy=True)
        for turned in (False, True):
            todo = given & np.isnan(lon) & (small if system == WGS84 else ~small)
            if turned and system == WGS84:
                todo &= np.abs(first) <= 90.0
            elif system == WGS84:
                todo &= np.abs(second) <= 90.0
            at = np.flatnonzero(todo)
            if not len(at):
                continue
            a, b = (second[at], first[at]) if turned else (first[at], second[at])
            ax, ay = to_metres.transform(a, b)
            sane = np.isfinite(ax) & np.isfinite(ay)
            here = np.zeros(len(at), dtype=bool)
            here[sane] = shapely.dwithin(area, shapely.points(ax[sane], ay[sane]), near_m)
            hit = at[here]
            lon[hit], lat[hit] = to_degrees.transform(a[here], b[here])
            mx[hit], my[hit], swapped[hit] = ax[here], ay[here], turned
    return Settled(lon, lat, swapped, mx, my)
