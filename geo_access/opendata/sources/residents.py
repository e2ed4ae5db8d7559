"""Residents on INSEE's grid of 200 m (Filosofi), of one département, filtered while reading.

The zip of 2021 holds one CSV a territory (``carreaux_200m_met.csv``, ``_mart``, ``_reun``; comma separated, names in
lower case; the columns of 2019, with ``i_est_200``, which some loaders call ``i_est_200m``; seen in public code that
reads it, and in the 2019 table of one commune). A cell's id names its lower left corner in the grid's projection
(``CRS3035RES200mN2891800E3770600``; 2975 for La Réunion, 5490 for Martinique), so squares are drawn from the ids and no
geometry is needed. ``lcog_geo`` runs the codes of several communes together. Imputed cells (fewer than 11 households)
are kept: `residents.read_residents` tells their share. ``ind`` counts people in fiscal households, not the municipal
population: a column ``ind_pmun`` beside it is scaled so that each commune's sum is its legal population.

INSEE publishes no such grid for Guadeloupe, Guyane and Mayotte: there, each commune's population stands at one point.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyproj import Transformer

from geo_access.core.archives import list_members
from geo_access.core.errors import InputError
from geo_access.core.matching import listed
from geo_access.opendata.source import COMMUNES_FILE, LICENCE_OUVERTE, Item, Product, Request
from geo_access.opendata.sources.reading import write_gpkg
from geo_access.study.inputs.communes import locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.opendata.departements import Departement
    from geo_access.opendata.source import Workshop

ADDRESS = "https://www.insee.fr/fr/statistiques/fichier/8735162/Filosofi2021_carreaux_200m_csv.zip"
YEAR = 2021
ITEM = "filosofi_200m.zip"
FILE = "residents_200m.gpkg"
SIDE_M = 200.0
#: A cell on the shore has its centre at sea; so far from the communes it is still theirs (metres).
SHORE_M = 300.0
_TERRITORIES = {"972": "mart", "974": "reun"}
_WITHOUT_GRID = ("971", "973", "976")
_CELL = r"^CRS(?P<crs>\d+)RES(?P<side>\d+)mN(?P<north>\d+)E(?P<east>\d+)$"
_COMMUNE = re.compile(r"\d[\dAB]\d{3}")
_TEXTS = ("idcar_200m", "idcar_1km", "idcar_nat", "lcog_geo")
_BLOCK = 1 << 22


@dataclass(frozen=True)
class ResidentsSource:
    """The cells whose centre lies in the département."""

    name: str = "residents"
    after: tuple[str, ...] = ("communes",)

    def plan(self, request: Request) -> Sequence[Item]:
        """Ask for the country's grid; nothing where there is none."""
        if request.departement.code in _WITHOUT_GRID:
            return ()
        item = Item(
            name=ITEM,
            address=ADDRESS,
            kind="zip",
            max_bytes=1_000_000_000,
            licence=LICENCE_OUVERTE,
            attribution=f"INSEE, données carroyées Filosofi {YEAR}",
        )
        return (item,)

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Write the cells of the area."""
        departement, communes = request.departement, workshop.communes()
        if departement.code in _WITHOUT_GRID:
            cells = stand_in(communes)
            workshop.findings.add(
                "warning", "sources.residents_stand_in", file=FILE, name=departement.name, count=len(cells)
            )
            params: dict[str, Any] = {"stand_in": "one point a commune", "cells": len(cells)}
            write_gpkg(workshop.draft(FILE), cells)
            return (Product(FILE, params),)
        table = workshop.unpack(files[ITEM], find_member(files[ITEM], departement))
        cells = select_cells(table, departement, communes, workshop.findings)
        cells["ind_pmun"] = rescale(cells, communes, table, workshop.findings)
        write_gpkg(workshop.draft(FILE), cells)
        imputed = imputed_cells(cells)
        params = {
            "year": YEAR,
            "cells": len(cells),
            "people": float(round(cells["ind"].sum(), 1)),
            "imputed_cells": int(imputed.sum()),
            "filter": f"centre in {COMMUNES_FILE}",
            "ind_pmun": "ind scaled to the population of each commune",
        }
        return (Product(FILE, params, (ITEM,)),)


def find_member(archive: Path, departement: Departement) -> str:
    """Name the table of a département's territory in INSEE's zip.

    Raises
    ------
    InputError
        When it is not there; the zip of 2019 holds a 7z, which is said.
    """
    names = list_members(archive)
    ending = f"200m_{_TERRITORIES.get(departement.code, 'met')}"
    found = [
        name
        for name in names
        if name.lower().endswith((".csv", ".parquet")) and ending in name.lower().rsplit("/", 1)[-1]
    ]
    if len(found) == 1:
        return found[0]
    code = "sources.grid_7z" if any(name.lower().endswith(".7z") for name in names) else "sources.grid_member"
    raise InputError(code, file=archive, wanted=f"*{ending}*.csv", found=listed(names) or "–")


def select_cells(path: Path, departement: Departement, communes: GeoDataFrame, findings: Findings) -> GeoDataFrame:
    """Read the cells of a département out of the table of a whole territory; a block of it at a time.

    Parameters
    ----------
    path
        A CSV, a Parquet file or a GeoPackage with Filosofi's columns.
    departement, communes
        The territory; `communes` in its CRS.
    findings
        Takes what is odd: repeated cells, cells shared with communes outside.

    Returns
    -------
    GeoDataFrame
        The file's columns, in lower case (ids and lcog_geo as text, the others float64), and the square in the CRS of
        `communes`; by id. A cell is taken whose centre lies in a commune, or whose communes are all the département's
        and near.

    Raises
    ------
    InputError
        When a column is missing, an id is no cell of 200 m, or no cell lies in the area.
    """
    batches: list[pa.Table] = []
    borders = communes.total_bounds
    limits: dict[int, tuple[float, float, float, float]] = {}
    for batch in _read_batches(path, borders, str(communes.crs)):
        parts = pc.extract_regex(batch["idcar_200m"], _CELL)
        bad = pc.is_null(parts)
        if pc.any(bad).as_py():
            said = batch["idcar_200m"].filter(bad)[0].as_py()
            raise InputError("sources.cell_id", file=path, said=str(said or "–"))
        numbers = {
            name: pc.cast(pc.struct_field(parts, name), pa.int64()).to_numpy()
            for name in ("crs", "side", "north", "east")
        }
        if len(batch) and (numbers["side"] != SIDE_M).any():
            raise InputError("sources.cell_side", file=path, side=int(numbers["side"].max()))
        keep = np.zeros(len(batch), dtype=bool)
        for system in np.unique(numbers["crs"]).tolist():
            if system not in limits:
                limits[system] = _bounds_in(borders, str(communes.crs), system)
            west, south, east, north = limits[system]
            keep |= (
                (numbers["crs"] == system)
                & (numbers["east"] + SIDE_M >= west) & (numbers["east"] <= east)
                & (numbers["north"] + SIDE_M >= south) & (numbers["north"] <= north)
            )  # fmt: skip
        if keep.any():
            batches.append(batch.filter(pa.array(keep)))
    if not batches:
        raise InputError("sources.cells_none", file=path, name=departement.name)
    frame: pd.DataFrame = pa.concat_tables(batches, promote_options="default").to_pandas()
    return _settle(frame, departement, communes, path, findings)


def _settle(
    frame: pd.DataFrame, departement: Departement, communes: GeoDataFrame, path: Path, findings: Findings
) -> GeoDataFrame:
    for column in frame.columns:
        if column not in _TEXTS:
            frame[column] = pd.to_numeric(frame[column], errors="coerce")
    blank = frame["ind"].isna()
    if blank.any():
        raise InputError(
            "sources.cell_blank", file=path, cell=str(frame["idcar_200m"][blank].iloc[0]), count=int(blank.sum())
        )
    twice = frame.duplicated("idcar_200m")
    if twice.any():
        other = twice & ~frame.duplicated()
        if other.any():
            raise InputError("sources.cell_twice", file=path, cell=str(frame["idcar_200m"][other].iloc[0]))
        findings.add(
            "warning",
            "sources.rows_repeated",
            file=path,
            count=int(twice.sum()),
            examples=listed(frame["idcar_200m"][twice]),
        )
        frame = frame[~twice]
    frame = frame.sort_values("idcar_200m", ignore_index=True)
    shapes = draw_squares(frame["idcar_200m"].tolist(), str(communes.crs))
    cells = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=communes.crs))
    index, distance = locate(cells.geometry.centroid, communes, tolerance_m=SHORE_M)
    inside = (index >= 0) & (distance == 0)
    own, shared = _sort_communes(cells, departement)
    taken: NDArray[np.bool_] = inside | ((index >= 0) & own)
    if not taken.any():
        raise InputError("sources.cells_none", file=path, name=departement.name)
    border = inside & shared
    if border.any():
        findings.add(
            "info", "sources.cells_shared", file=path, count=int(border.sum()), people=float(cells["ind"][border].sum())
        )
    return cells[taken].reset_index(drop=True)


def _sort_communes(cells: GeoDataFrame, departement: Departement) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which cells name the département's communes only, and which name others too."""
    if "lcog_geo" not in cells.columns:
        nothing = np.zeros(len(cells), dtype=bool)
        return nothing, nothing
    codes = [split_communes(said) for said in cells["lcog_geo"].tolist()]
    own = np.array([bool(every) and all(map(departement.holds, every)) for every in codes], dtype=bool)
    shared = np.array([any(not departement.holds(one) for one in every) for every in codes], dtype=bool)
    return own, shared


def split_communes(said: object) -> list[str]:
    """Part the communes of a cell: run together or with any separator, a leading zero lost or not.

    >>> split_communes("9306493010")
    ['93064', '93010']
    """
    text = "" if said is None or (isinstance(said, float) and math.isnan(said)) else str(said).removesuffix(".0")
    codes = []
    for part in re.split(r"[^0-9AB]+", text):
        whole = "0" + part if len(part) % 5 == 4 else part
        codes += _COMMUNE.findall(whole)
    return codes


def draw_squares(ids: Sequence[str], crs: str) -> NDArray[np.object_]:
    """Draw cells from their ids, of whichever grid, in `crs`."""
    shapes: NDArray[np.object_] = np.empty(len(ids), dtype=object)
    found = [re.match(_CELL, one) for one in ids]
    numbers = np.array([[int(one[name]) for name in ("crs", "east", "north")] for one in found if one], dtype=np.int64)
    for system in np.unique(numbers[:, 0]).tolist():
        at = np.flatnonzero(numbers[:, 0] == system)
        east, north = numbers[at, 1].astype(np.float64), numbers[at, 2].astype(np.float64)
        x = np.column_stack([east, east + SIDE_M, east + SIDE_M, east, east])
        y = np.column_stack([north, north, north + SIDE_M, north + SIDE_M, north])
        x, y = Transformer.from_crs(f"EPSG:{system}", crs, always_xy=True).transform(x, y)
        shapes[at] = shapely.polygons(np.stack([x, y], axis=-1))
    return shapes


def rescale(cells: GeoDataFrame, communes: GeoDataFrame, path: Path, findings: Findings) -> NDArray[np.float64]:
    """Scale the residents of each commune to its legal population.

    Returns
    -------
    float64 (n,)
        ``ind`` times population over the commune's sum of ``ind``; as it is where the population is not known.
    """
    index, _ = locate(cells.geometry.centroid, communes, tolerance_m=SHORE_M)
    people = cells["ind"].to_numpy(dtype=np.float64)
    sums = np.bincount(index, weights=people, minlength=len(communes))
    wanted = communes["population"].to_numpy(dtype=np.float64)
    empty = (sums == 0) & (wanted > 0)
    if empty.any():
        findings.add(
            "warning", "sources.communes_without_cells", file=path, count=int(empty.sum()),
            examples=listed(communes["name"][empty]), people=float(wanted[empty].sum()),
        )  # fmt: skip
    factor = np.divide(wanted, sums, out=np.ones(len(communes)), where=(sums > 0) & np.isfinite(wanted))
    return np.asarray(np.round(people * factor[index], 4), dtype=np.float64)


def imputed_cells(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which cells were imputed, whatever the year calls the flag; none where it is missing."""
    flag = next((name for name in ("i_est_200", "i_est_200m") if name in cells.columns), None)
    return np.zeros(len(cells), dtype=bool) if flag is None else cells[flag].to_numpy() == 1


def stand_in(communes: GeoDataFrame) -> GeoDataFrame:
    """Put each commune's population at one point of it, where no grid is published."""
    known = communes[communes["population"].fillna(0) > 0]
    points = shapely.point_on_surface(known.geometry.to_numpy())
    return gpd.GeoDataFrame(
        {
            "id": known["insee"].to_list(),
            "ind": known["population"].to_numpy(),
            "ind_pmun": known["population"].to_numpy(),
        },
        geometry=gpd.GeoSeries(points, crs=communes.crs),
    )


def _bounds_in(bounds: NDArray[np.float64], crs: str, system: int) -> tuple[float, float, float, float]:
    """Bounds of the area in a grid's projection, with a shore around."""
    to_grid = Transformer.from_crs(crs, f"EPSG:{system}", always_xy=True)
    west, south, east, north = to_grid.transform_bounds(bounds[0], bounds[1], bounds[2], bounds[3])
    return west - 2 * SHORE_M, south - 2 * SHORE_M, east + 2 * SHORE_M, north + 2 * SHORE_M


def _read_batches(path: Path, borders: NDArray[np.float64], crs: str) -> Iterator[pa.Table]:
    """Read a table in blocks, names in lower case."""
    if path.suffix.lower() == ".gpkg":
        yield from _read_layers(path, borders, crs)
        return
    try:
        if path.suffix.lower() == ".parquet":
            import pyarrow.parquet

            with pyarrow.parquet.ParquetFile(path) as file:
                for batch in file.iter_batches():
                    yield _tidy(pa.table(batch), path)
            return
        import pyarrow.csv as pa_csv

        with path.open("rb") as stream:
            header = stream.readline().decode("utf-8-sig", "replace").strip()
        delimiter = max(",;\t", key=header.count)
        names = [name.strip().strip('"') for name in header.split(delimiter)]
        with pa_csv.open_csv(
            path,
            read_options=pa_csv.ReadOptions(block_size=_BLOCK, column_names=names, skip_rows=1, use_threads=False),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() if name.lower() in _TEXTS else pa.float64() for name in names},
                decimal_point="," if delimiter == ";" and _writes_commas(path, delimiter) else ".",
            ),
        ) as reader:
            for batch in reader:
                yield _tidy(pa.table(batch), path)
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("sources.csv_broken", file=path, row=None, said=str(error).splitlines()[0]) from error


def _writes_commas(path: Path, delimiter: str) -> bool:
    with path.open("rb") as stream:
        stream.readline()
        return any(re.search(rb"\d,\d", stream.readline()) for _ in range(100)) and delimiter != ","


def _read_layers(path: Path, borders: NDArray[np.float64], crs: str) -> Iterator[pa.Table]:
    """Read the layers of a GeoPackage, only what lies within the area's bounds, without geometry."""
    import pyogrio

    for layer, _ in pyogrio.list_layers(path):
        info = pyogrio.read_info(path, layer=layer)
        box = None
        if info["crs"] is not None:
            to_layer = Transformer.from_crs(crs, info["crs"], always_xy=True)
            box = to_layer.transform_bounds(borders[0], borders[1], borders[2], borders[3])
            if not all(map(math.isfinite, box)):
                continue
            box = (box[0] - SHORE_M, box[1] - SHORE_M, box[2] + SHORE_M, box[3] + SHORE_M)
        frame = pyogrio.read_dataframe(path, layer=layer, bbox=box, read_geometry=False)
        if len(frame):
            yield _tidy(pa.Table.from_pandas(pd.DataFrame(frame), preserve_index=False), path)


def _tidy(table: pa.Table, path: Path) -> pa.Table:
    table = table.rename_columns([name.lower() for name in table.schema.names])
    missing = [name for name in ("idcar_200m", "ind") if name not in table.schema.names]
    if missing:
        raise InputError(
            "sources.columns_missing",
            file=path,
            row=1,
            missing=", ".join(missing),
            found=listed(table.schema.names, limit=40),
        )
    drop = [name for name in table.schema.names if name in ("geometry", "geom", "fid")]
    return table.drop_columns(drop) if drop else table


SOURCE = ResidentsSource()
