"""The residents: grid cells, polygons or points with a weight, each standing at one point of one commune."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo_access.core.crs import project, require_metric
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings, warn_uncollected
from geo_access.core.limits import MAX_PEOPLE
from geo_access.core.matching import fold, listed
from geo_access.study.inputs import squares
from geo_access.study.inputs.communes import locate
from geo_access.study.inputs.tables import (
    columns_of,
    find_column,
    holds_numbers,
    named_column,
    read_table,
    to_numbers,
    to_texts,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo_access.core.findings import Level

ID_COLUMNS = (
    "idcar 200m",
    "idcar",
    "cell",
    "cell id",
    "id",
    "idinspire",
    "id carr",
    "grd id",
    "gml id",
    "code iris",
    "hex",
    "h3",
    "idcar 1km",
)
IMPUTED_COLUMNS = ("i est 200", "i est 200m")
TOLERANCE_M = 300.0
OWN_COLUMNS = ("cell", "insee", "sst", "weight", "x", "y", "row", "geometry", "fid")
_CODE_COLUMN = re.compile(
    r"(id|fid|lcog\w*|code?\w*|\w*insee\w*|idcar\w*|\w*_id|dep|reg|com|iris|postcode|cp)", re.IGNORECASE
)


def read_residents(
    path: Path | str,
    *,
    crs: str,
    weight: str,
    communes: GeoDataFrame,
    id_column: str | None = None,
    geometry_crs: str | None = None,
    findings: Findings | None = None,
) -> GeoDataFrame:
    """Read the residents of a territory.

    Parameters
    ----------
    path
        Squares, other polygons or points; or a table without geometry whose ids name grid squares
        (`squares.parse_ids`).
    crs
        The study's CRS, in metres.
    weight
        The column that counts people ("ind"), or a sum of columns ("ind_0_3 + ind_4_5").
    communes
        From `territory.read_communes`.
    id_column
        The column of the cells' ids; by default the first of the usual names, else ids are made of the rows.
    geometry_crs
        The CRS of a file that does not say its own.
    findings
        Takes what is odd: cells outside every commune, imputed cells, communes without residents, the sums
        compared.

    Returns
    -------
    GeoDataFrame
        cell (str, unique), insee (str, of the commune the point lies in), weight (float64), every other
        numeric column of the file, x, y (float64, metres: the point that stands for the cell: a square's or
        polygon's centre, a point inside where the centre lies outside), geometry (in `crs`). In the file's
        order. Cells more than 300 m from every commune are left out, and a finding counts them.

    Raises
    ------
    InputError
        As `tables.read_table`; or a weight that is missing, negative or no number, a cell without geometry,
        an id that is blank or stands twice, a geometry that lies elsewhere than its id says, nobody in the
        territory.
    """
    path = Path(path)
    found = Findings() if findings is None else findings
    require_metric(crs)
    table = read_table(path, crs=geometry_crs, geometry="optional")
    weights = _read_weights(table, weight, path)
    ids = _read_ids(table, id_column, path, found)
    cells = squares.parse_ids(ids)
    if isinstance(table, gpd.GeoDataFrame):
        _check_geometry(table, path)
        moved = project(table, crs, path)
        shapes = moved.geometry.to_numpy().copy()
        points = _stand(table, shapes, crs) if cells is None else squares.centres(cells, crs)
        if cells is not None:
            _check_squares(shapes, points, cells, ids, table, path)
    elif cells is None:
        raise InputError("places.residents_without_place", file=path, found=columns_of(table))
    else:
        shapes, points = squares.polygons(cells, crs), squares.centres(cells, crs)
    columns: dict[str, object] = {
        "cell": pd.Series(ids, dtype="str"),
        "insee": pd.Series([""] * len(ids), dtype="str"),
        "weight": weights,
    }
    columns.update(_other_numbers(table, path))
    columns["x"], columns["y"] = points[:, 0], points[:, 1]
    residents = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=crs))
    residents = _settle(residents, communes, path, found)
    _report_imputed(residents, path, found)
    _report_sums(residents, communes, weight, path, found)
    if findings is None:
        warn_uncollected(found)
    return residents


def _read_weights(table: pd.DataFrame, weight: str, path: Path) -> NDArray[np.float64]:
    """Return float64 (n,): the sum of the columns that `weight` names."""
    names = [weight] if weight in table.columns else [name.strip() for name in weight.split("+")]
    total = np.zeros(len(table), dtype=np.float64)
    for name in names:
        values = to_numbers(table, named_column(table, name, path=path), path=path, most=MAX_PEOPLE)
        for wrong, code in ((np.isnan(values), "places.weight_blank"), (values < 0, "places.weight_negative")):
            if wrong.any():
                row = int(table["row"].to_numpy()[wrong][0])
                raise InputError(code, file=path, row=row, column=name, count=int(wrong.sum()))
        total += values
    return total


def _read_ids(table: pd.DataFrame, id_column: str | None, path: Path, found: Findings) -> list[str]:
    column = (
        named_column(table, id_column, path=path)
        if id_column is not None
        else find_column(table, ID_COLUMNS, path=path, required=False)
    )
    rows: list[int] = table["row"].tolist()
    if column is None:
        found.add("info", "places.cells_without_id", file=path)
        return [f"row-{row}" for row in rows]
    ids: list[str] = []
    seen: dict[str, int] = {}
    for one, row in zip(to_texts(table[column]), rows, strict=True):
        if one is None:
            raise InputError("places.cell_id_blank", file=path, row=row, column=column)
        if one in seen:
            raise InputError("places.cell_twice", file=path, row=row, cell=one, other_row=seen[one])
        seen[one] = row
        ids.append(one)
    return ids


def _check_geometry(table: GeoDataFrame, path: Path) -> None:
    rows = table["row"].to_numpy()
    empty = (table.geometry.isna() | table.geometry.is_empty).to_numpy()
    if empty.any():
        raise InputError("places.cell_without_place", file=path, row=int(rows[empty][0]), count=int(empty.sum()))
    odd = ~table.geom_type.isin(["Polygon", "MultiPolygon", "Point"]).to_numpy()
    if odd.any():
        raise InputError("places.cell_kind", file=path, row=int(rows[odd][0]), found=str(table.geom_type[odd].iloc[0]))


def _stand(table: GeoDataFrame, shapes: NDArray[np.object_], crs: str) -> NDArray[np.float64]:
    """Return float64 (n, 2): the point that stands for each shape, in `crs`.

    The centre is taken in the file's own projection, where a square is a square; in degrees there are no such
    centres.
    """
    planar = CRS(table.crs).is_projected
    own = table.geometry.to_numpy() if planar else shapes
    own = np.where(shapely.is_valid(own), own, shapely.make_valid(own))
    centre = shapely.centroid(own)
    inside = shapely.intersects(own, centre)
    centre[~inside] = shapely.point_on_surface(own[~inside])
    if planar:
        centre = gpd.GeoSeries(centre, crs=table.crs).to_crs(crs).to_numpy()
    return np.asarray(shapely.get_coordinates(centre), dtype=np.float64)


def _check_squares(
    shapes: NDArray[np.object_],
    points: NDArray[np.float64],
    cells: NDArray[np.float64],
    ids: list[str],
    table: GeoDataFrame,
    path: Path,
) -> None:
    """Compare each geometry with the square its id names: so a mislabelled CRS betrays itself."""
    off = shapely.distance(shapely.centroid(shapes), shapely.points(points))
    wrong = off > cells[:, 2] / 2
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise InputError(
            "places.cell_elsewhere",
            file=path,
            row=int(table["row"].iloc[at]),
            cell=ids[at],
            distance_m=float(round(off[at])),
            count=int(wrong.sum()),
        )


def _other_numbers(table: pd.DataFrame, path: Path) -> dict[str, NDArray[np.float64]]:
    """Return the file's other columns that hold numbers and are no codes."""
    numbers: dict[str, NDArray[np.float64]] = {}
    for column in table.columns:
        name = str(column)
        if fold(name) in OWN_COLUMNS or _CODE_COLUMN.fullmatch(name) or name in ("lon", "lat", "geometry"):
            continue
        if holds_numbers(table, name):
            numbers[name] = to_numbers(table, name, path=path)
    return numbers


def _settle(residents: GeoDataFrame, communes: GeoDataFrame, path: Path, found: Findings) -> GeoDataFrame:
    """Give each cell its commune; leave out, and count, the cells that no commune is near to."""
    points = gpd.GeoSeries(gpd.points_from_xy(residents["x"], residents["y"]), crs=residents.crs)
    index, distance = locate(points, communes, tolerance_m=TOLERANCE_M)
    weight = residents["weight"].to_numpy()
    none = index < 0
    if none.all() or not weight[~none].sum() > 0:
        if none.any():
            nearest_km = float(round(distance[none].min() / 1000, 1))
            raise InputError("places.residents_elsewhere", file=path, count=int(none.sum()), distance_km=nearest_km)
        raise InputError("places.residents_nobody", file=path)
    near = ~none & (distance > 0)
    if near.any():
        # One cell in twenty counted across a border is more than the ragged edge of a grid.
        level: Level = "warning" if weight[near].sum() > 0.05 * weight.sum() else "info"
        found.add(
            level,
            "places.residents_near",
            file=path,
            count=int(near.sum()),
            people=float(weight[near].sum()),
            distance_m=float(round(distance[near].max())),
        )
    if none.any():
        found.add(
            "warning",
            "places.residents_outside",
            file=path,
            count=int(none.sum()),
            people=float(weight[none].sum()),
            percent=float(100 * weight[none].sum() / weight.sum()),
            examples=listed(residents["cell"][none]),
        )
    residents = residents[~none].reset_index(drop=True)
    residents["insee"] = pd.Series(communes["insee"].to_numpy()[index[~none]], dtype="str")
    return residents


def _report_imputed(residents: GeoDataFrame, path: Path, found: Findings) -> None:
    column = find_column(residents, IMPUTED_COLUMNS, path=path, required=False)
    if column is None:
        return
    imputed = residents[column].to_numpy() == 1
    if imputed.any():
        weight = residents["weight"].to_numpy()
        found.add(
            "info",
            "places.residents_imputed",
            file=path,
            count=int(imputed.sum()),
            percent=float(100 * weight[imputed].sum() / weight.sum()),
        )


def _report_sums(residents: GeoDataFrame, communes: GeoDataFrame, weight: str, path: Path, found: Findings) -> None:
    """Compare the residents with the communes' population, and name the communes that nobody lives in."""
    sums = residents.groupby("insee")["weight"].sum().reindex(communes["insee"], fill_value=0.0)
    nobody = communes["name"][sums.to_numpy() == 0]
    if len(nobody):
        found.add(
            "warning",
            "places.communes_without_residents",
            file=path,
            count=len(nobody),
            examples=listed(nobody, limit=10),
        )
    population = float(communes["population"].sum(min_count=len(communes)))
    if np.isnan(population) or population == 0:
        return
    total = float(sums.sum())
    level: Level = "warning" if total > 1.05 * population else "info"
    found.add(
        level,
        "places.residents_sum",
        file=path,
        column=weight,
        people=total,
        population=population,
        percent=100 * total / population,
    )
