"""The verdict as layers for a geographic information system: one GeoPackage, and GeoParquet files of the same tables.

Every column of ours is declared once, in `COLUMNS`: its type, its unit, its description in French and English; the
nearest site of each kind and what the residents' file says are described as they come (`list_columns`). What is missing
in a table is missing in the files, and the same study gives the same bytes.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio

from geo_access.core.arguments import take_language
from geo_access.core.errors import InputError
from geo_access.core.files import refused_output
from geo_access.core.spreadsheets import render_sheet
from geo_access.report.verdict_table import to_json
from geo_access.study.inputs.site_vocabulary import KINDS
from geo_access.texts import LANGUAGES, render
from geo_access.verdict.coverage import take_coverage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

Layer = Literal["residents", "communes", "sst", "sites"]
Kind = Literal["text", "integer", "real", "boolean", "date"]
Unit = Literal["people", "share", "s", "min"]

LAYERS: tuple[Layer, ...] = ("residents", "communes", "sst", "sites")
PACKAGE, DOCUMENTED, SUMMARY = "coverage.gpkg", "columns.csv", "summary.json"
FILES = (PACKAGE, *(f"{layer}.parquet" for layer in LAYERS), DOCUMENTED, SUMMARY)
_MOST_NAMES = 3
_NEAREST = re.compile(r"nearest_(\w+?)(_name|_min)?")
#: What the libraries raise where the system refuses them something, each in its own way.
_REFUSALS = (
    OSError,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    sqlite3.Error,
    pa.ArrowException,
)


@dataclass(frozen=True)
class LayerColumn:
    """A column of an exported layer.

    Attributes
    ----------
    name, kind, unit
        What it is called and holds.
    text
        Names its description in `geo_access.texts.reports`; its name if empty.
    source
        What the verdict's table calls it, where that is no name for a file.
    site_kind
        The kind of site that it speaks of, if any.
    """

    name: str
    kind: Kind
    unit: Unit | None = None
    text: str = ""
    source: str = ""
    site_kind: str = ""

    def describe(self, language: Language) -> str:
        """Say what the column holds."""
        if not self.site_kind:
            return render(f"reports.field_{self.text or self.name}", language)
        word = render(f"results.kind_{self.site_kind}", language)
        return render(f"reports.field_{self.text or self.name}", language, kind=word)


_FIGURES = (
    LayerColumn("cells", "integer"),
    LayerColumn("residents", "real", "people"),
    LayerColumn("served", "real", "people"),
    LayerColumn("share", "real", "share"),
    LayerColumn("share_pole", "real", "share"),
    LayerColumn("share_antenna", "real", "share"),
    LayerColumn("beyond", "real", "people"),
    LayerColumn("unsnapped", "real", "people"),
    LayerColumn("share_any", "real", "share"),
    LayerColumn("share_own_sst", "real", "share"),
    LayerColumn("share_pmi", "real", "share"),
    LayerColumn("median_min_pole", "real", "min"),
)
_VERDICT = (LayerColumn("verdict", "text"), LayerColumn("meets", "boolean"))

#: The columns of each layer, in their order, but for the geometry.
COLUMNS: dict[Layer, tuple[LayerColumn, ...]] = {
    "residents": (
        LayerColumn("cell", "text"),
        LayerColumn("insee", "text"),
        LayerColumn("sst", "text"),
        LayerColumn("weight", "real", "people"),
        LayerColumn("state", "text"),
        LayerColumn("share_of_departures", "real", "share"),
        LayerColumn("share_pole", "real", "share", "departures_pole"),
        LayerColumn("share_antenna", "real", "share", "departures_antenna"),
        LayerColumn("pole_p50_s", "integer", "s"),
        LayerColumn("pole_site", "text"),
        LayerColumn("antenna_s", "integer", "s"),
        LayerColumn("antenna_site", "text"),
        LayerColumn("reason", "text"),
        LayerColumn("commune", "text", None, "resident_commune"),
        LayerColumn("sst_name", "text"),
        LayerColumn("over_min", "real", "min"),
        LayerColumn("priority_area", "text"),
    ),
    "communes": (
        LayerColumn("insee", "text"),
        LayerColumn("name", "text"),
        LayerColumn("sst", "text"),
        LayerColumn("population", "real", "people"),
        *_FIGURES,
        LayerColumn("presence", "boolean"),
        *_VERDICT,
    ),
    "sst": (LayerColumn("sst", "text", None, "name"), LayerColumn("communes", "integer"), *_FIGURES, *_VERDICT),
    "sites": (
        LayerColumn("site", "text"),
        LayerColumn("name", "text"),
        LayerColumn("kind", "text"),
        LayerColumn("status", "text"),
        LayerColumn("open_from", "date"),
        LayerColumn("open_until", "date"),
        LayerColumn("hours", "text"),
        LayerColumn("dates", "text"),
        LayerColumn("sst", "text"),
        LayerColumn("insee", "text", None, "site_insee"),
        LayerColumn("insee_point", "text"),
        LayerColumn("location", "text"),
        LayerColumn("operator", "text"),
        LayerColumn("address", "text"),
        LayerColumn("source", "text"),
        LayerColumn("label", "text"),
        LayerColumn("row", "integer"),
        LayerColumn("open", "boolean"),
        LayerColumn("counts_as_pole", "boolean"),
        LayerColumn("counts_as_antenna", "boolean"),
        LayerColumn("counts_as_pmi", "boolean"),
    ),
}


def write_export(coverage: Coverage, folder: Path | str, *, language: Language | None = None) -> list[Path]:
    """Write the verdict's tables as geographic files into a folder: all of them, or none.

    Parameters
    ----------
    coverage
        What `check` returns.
    folder
        A new or empty folder, or one that holds an earlier export, which is replaced.
    language
        Of the descriptions inside the GeoPackage and of the findings; the study's own by default. Layers and columns
        have the same English names in both.

    Returns
    -------
    list of Path
        ``coverage.gpkg`` (layers residents, communes, sst, sites), a GeoParquet file for each, ``columns.csv`` (what
        each column holds, in French and English) and ``summary.json`` (what `check --format json` writes: settings,
        hashes of the inputs, sources to be credited).

    Raises
    ------
    InputError
        When the folder holds something else, or writing is refused.
    """
    language = take_language(language, take_coverage(coverage).language)
    tables = {layer: make_layer(coverage, layer) for layer in LAYERS}
    columns = {layer: list_columns(coverage, layer) for layer in LAYERS}
    with _replace_folder(Path(folder)) as draft:
        for layer, table in tables.items():
            _append_to_package(table, draft / PACKAGE, layer)
            table.to_parquet(draft / f"{layer}.parquet", index=False, compression="zstd")
        _describe_package(draft / PACKAGE, columns, language, date=str(coverage.summary["date"]))
        (draft / DOCUMENTED).write_bytes(_render_columns(tables, columns, language).encode("utf-8"))
        (draft / SUMMARY).write_bytes(to_json(coverage, language=language).encode("utf-8"))
    return [Path(folder) / name for name in FILES]


def list_columns(coverage: Coverage, layer: Layer) -> list[LayerColumn]:
    """List the columns of a layer of this verdict, in their order, but for the geometry."""
    table: gpd.GeoDataFrame = getattr(coverage, layer)
    columns = [column for column in COLUMNS[layer] if column.name in table]
    if layer != "residents":
        return columns
    # A GeoPackage takes "Ind" and "ind" for one column, and has names of its own for ids and shapes.
    taken = {"fid", "geom", "geometry", *(column.name for column in columns)}
    for name in map(str, table.columns.drop([table.geometry.name, *(column.name for column in columns)])):
        near = _NEAREST.fullmatch(name)
        if near is not None and near[1] in KINDS:
            part = near[2] or "_site"
            of: tuple[Kind, Unit | None] = ("real", "min") if part == "_min" else ("text", None)
            found = LayerColumn(name, *of, f"nearest{part}", site_kind=near[1])
        else:
            found = LayerColumn(name, _find_kind(table[name]), None, "source_column", name)
            while found.name.lower() in taken:
                found = replace(found, name=f"source_{found.name}")
        taken.add(found.name.lower())
        columns.append(found)
    return columns


def _find_kind(values: pd.Series[Any]) -> Kind:
    return "real" if pd.api.types.is_numeric_dtype(values.dtype) else "text"


def make_layer(coverage: Coverage, layer: Layer) -> gpd.GeoDataFrame:
    """Return a table of the verdict with its declared columns and types, missing values missing (NaN if real)."""
    table: gpd.GeoDataFrame = getattr(coverage, layer)
    columns = {
        column.name: _cast(table[column.source or column.name], column.kind) for column in list_columns(coverage, layer)
    }
    # Some files have heights, some features of one file have and others have not: nothing here is reckoned in them.
    flat = table.geometry.force_2d() if table.geometry.has_z.any() else table.geometry
    return gpd.GeoDataFrame(columns, geometry=flat, crs=table.crs).reset_index(drop=True)


def _cast(values: pd.Series[Any], kind: Kind) -> pd.Series[Any]:
    if kind == "real":
        return values.astype("float64")
    if kind == "date":
        days = pa.array([None if pd.isna(day) else day for day in values], pa.date32())
        return pd.Series(pd.arrays.ArrowExtensionArray(days), values.index)
    dtypes: dict[Kind, Any] = {"text": "string", "integer": "Int64", "boolean": "boolean"}
    return values.astype(dtypes[kind])


def check_folder(folder: Path) -> None:
    """Refuse a folder that an export may not replace.

    Raises
    ------
    InputError
        When it is a file, its parent is missing, or it holds something else than an earlier export.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError("reports.export_is_file", file=folder)
    if not folder.resolve().parent.is_dir():
        raise InputError("results.output_folder_missing", file=folder, folder=str(folder.parent))
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in FILES) if folder.exists() else []
    if foreign:
        names = ", ".join(foreign[:_MOST_NAMES]) + (", …" if len(foreign) > _MOST_NAMES else "")
        raise InputError("reports.export_foreign", file=folder, names=names)


@contextmanager
def _replace_folder(folder: Path) -> Iterator[Path]:
    """Give a folder beside `folder` to write to; it takes the place of `folder` when the block ends well."""
    check_folder(folder)
    target = Path(os.path.realpath(folder))
    try:
        with tempfile.TemporaryDirectory(prefix=".geo-access-", dir=target.parent) as aside:
            draft, old = Path(aside) / "new", Path(aside) / "old"
            draft.mkdir()
            yield draft
            if target.exists():
                shutil.copymode(target, draft)
                target.rename(old)
            try:
                draft.rename(target)
            except OSError:
                if old.exists():
                    old.rename(target)
                raise
    except _REFUSALS as error:
        raise refused_output(folder, error) from error


def _append_to_package(table: gpd.GeoDataFrame, path: Path, layer: Layer) -> None:
    shapes = set(table.geom_type.dropna())
    if not shapes:
        shape = "Unknown"
    elif shapes <= {"Polygon", "MultiPolygon"}:
        shape = "MultiPolygon"
    else:
        shape = shapes.pop() if len(shapes) == 1 else "Unknown"
    pyogrio.write_dataframe(
        table,
        path,
        layer=layer,
        driver="GPKG",
        geometry_type=shape,
        promote_to_multi=shape == "MultiPolygon",
        append=path.exists(),
        use_arrow=True,
    )


def _describe_package(path: Path, columns: dict[Layer, list[LayerColumn]], language: Language, *, date: str) -> None:
    """Write what layers and columns hold into the package, and the day studied where it would keep the hour of the run.

    The descriptions follow the GeoPackage extension "schema", which QGIS shows as aliases and comments.
    """
    with closing(sqlite3.connect(path)) as package, package:
        package.execute("UPDATE gpkg_contents SET last_change = ?", (f"{date}T00:00:00.000Z",))
        package.execute(
            "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT,"
            " title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,"
            " CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))"
        )
        package.execute(
            "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)"
            " VALUES ('gpkg_data_columns', NULL, 'gpkg_schema',"
            " 'http://www.geopackage.org/spec121/#extension_schema', 'read-write')"
        )
        for layer in LAYERS:
            said = render(f"reports.layer_{layer}", language)
            package.execute("UPDATE gpkg_contents SET description = ? WHERE table_name = ?", (said, layer))
            package.executemany(
                "INSERT INTO gpkg_data_columns (table_name, column_name, name, description) VALUES (?, ?, ?, ?)",
                [(layer, column.name, column.name, column.describe(language)) for column in columns[layer]],
            )


def _render_columns(
    tables: dict[Layer, gpd.GeoDataFrame], columns: dict[Layer, list[LayerColumn]], own: Language
) -> str:
    """Say what each column holds, in both languages, for a spreadsheet (which needs the byte-order mark)."""
    heads = [render(f"reports.column_{name}", "fr") for name in ("layer", "name", "kind", "unit", "fr", "en")]
    languages = [take_language(language, own) for language in LANGUAGES]
    rows: list[list[str]] = []
    for layer, table in tables.items():
        for column in columns[layer]:
            unit = "" if column.unit is None else _format_unit(column.unit)
            rows.append([layer, column.name, column.kind, unit, *map(column.describe, languages)])
        geometry = [render("reports.field_geometry", language) for language in languages]
        rows.append([layer, "geometry", "geometry", "" if table.crs is None else table.crs.to_string(), *geometry])
    return render_sheet(heads, rows, "fr")


def _format_unit(unit: Unit) -> str:
    return " / ".join(dict.fromkeys(render(f"reports.unit_{unit}", language) for language in LANGUAGES))
