"""What the sources share: reading what came, writing what is made, the same bytes from the same downloads."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

from geo_access.errors import InputError
from geo_access.spreadsheets import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame

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
