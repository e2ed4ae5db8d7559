"""The residents: grid cells, polygons or points with a weight, each standing at one point of one commune."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo_access.core.crs import project, require_metric
from geo_access.core.findings import Findings, warn_uncollected
from geo_access.core.limits import MAX_PEOPLE, shorten
from geo_access.core.matching import fold, listed
from geo_access.study.inputs import squares
from geo_access.study.inputs.columns import RESIDENTS
from geo_access.study.inputs.communes import check_swapped_axes, locate
from geo_access.study.inputs.numbers import holds_numbers
from geo_access.study.inputs.source_table import SourceTable
from geo_access.study.inputs.tables import columns_of

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo_access.core.findings import Level

TOLERANCE_M = 300.0
OWN_COLUMNS = ("cell", "insee", "sst", "weight", "x", "y", "row", "geometry", "fid")
#: Weights that count all people; others (children, households) are known by their sum.
_EVERYBODY = frozenset((
    "ind", "ind c", "pop", "population", "pmun", "population municipale", "pop municipale", "pop totale", "hab",
    "habitants", "nb hab", "residents", "inhabitants", "people", "individus", "total",
))  # fmt: skip
#: Shares of a legal population between which the residents of a commune are believed.
_FEW, _MANY = 0.8, 1.25
_CODE_COLUMN = re.compile(
    r"(id|fid|lcog\w*|code?\w*|\w*insee\w*|idcar\w*|\w*_id|dep|reg|com|iris|postcode|cp)", re.IGNORECASE
)


def read_residents(
    path: Path | str | pd.DataFrame,
    *,
    crs: str,
    weight: str,
    communes: GeoDataFrame,
    id_column: str | None = None,
    geometry_crs: str | None = None,
    part: str | None = None,
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
        From `communes.read_communes`.
    id_column
        The column of the cells' ids; by default the first of the usual names, else ids are made of the rows.
    geometry_crs
        The CRS of a file that does not say its own.
    part
        The layer or sheet to read.
    findings
        Takes what is odd: cells outside every commune, imputed cells, communes without residents, the sums
        compared.

    Returns
    -------
    GeoDataFrame
        cell (str, unique), insee (str, of the commune the point lies in), weight (float64), every other
        column of the file (float64 where it holds numbers, else str or None; those called as one of these
        here as ``source_insee`` ...), x, y (float64, metres: the point that stands for the cell: a square's or
        polygon's centre, a point inside where the centre lies outside), geometry (in `crs`). In the file's
        order. Cells more than 300 m from every commune are left out, and a finding counts them.

    Raises
    ------
    InputError
        As `tables.read_table`; or a weight that is missing, negative or no number, a cell without geometry,
        an id that is blank or stands twice, a geometry that lies elsewhere than its id says, nobody in the
        territory.
    """
    found = Findings() if findings is None else findings
    require_metric(crs)
    source = SourceTable.read(path, found, columns=RESIDENTS, crs=geometry_crs, part=part, geometry="optional")
    weights = _read_weights(source, weight)
    ids = _read_ids(source, id_column)
    cells = squares.parse_ids(ids)
    for code in [] if cells is None else squares.list_codes(cells):
        require_metric(code)  # an id can name any number
    if isinstance(source.frame, gpd.GeoDataFrame):
        _check_geometry(source)
        check_swapped_axes(source, crs)
        moved = project(source.frame, crs, source.path)
        shapes = moved.geometry.to_numpy().copy()
        centres = None if cells is None else squares.centres(cells, crs)
        # Squares of the European grid stand where their id says; of others the drawing is as good, and stays the place.
        european = cells is not None and squares.list_codes(cells) == [squares.GRID_CRS]
        points = centres if centres is not None and european else _stand(source.frame, shapes, crs)
        if cells is not None and centres is not None:
            _check_squares(source, shapes, centres, cells, ids)
    elif cells is None:
        raise source.fault("places.residents_without_place", found=columns_of(source.frame))
    else:
        shapes, points = squares.polygons(cells, crs), squares.centres(cells, crs)
    columns: dict[str, object] = {
        "cell": pd.Series(ids, dtype="str"),
        "insee": pd.Series([""] * len(ids), dtype="str"),
        "weight": weights,
    }
    columns.update(_read_others(source, id_column))
    columns["x"], columns["y"] = points[:, 0], points[:, 1]
    residents = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=crs))
    residents = _settle(source.with_frame(residents), communes)
    settled = source.with_frame(residents)
    _report_imputed(settled)
    _report_sums(settled, communes, weight)
    if findings is None:
        warn_uncollected(found)
    return residents


def _read_weights(source: SourceTable, weight: str) -> NDArray[np.float64]:
    """Return float64 (n,): the sum of the columns that `weight` names."""
    names = [weight] if weight in source.frame.columns else [name.strip() for name in weight.split("+")]
    total = np.zeros(len(source), dtype=np.float64)
    for name in names:
        values = source.numbers(source.named(name), most=MAX_PEOPLE)
        source.refuse(np.isnan(values), "places.weight_blank", column=name)
        source.refuse(values < 0, "places.weight_negative", column=name)
        total += values
    return total


def _read_ids(source: SourceTable, id_column: str | None) -> list[str]:
    column = source.heading(RESIDENTS["cell"]) if id_column is None else source.named(id_column)
    if column is None:
        source.tell("info", "places.cells_without_id")
        return [f"row-{row}" for row in source.rows]
    ids: list[str] = []
    seen: dict[str, int] = {}
    texts = source.read_texts(RESIDENTS["cell"]) if id_column is None else source.texts(column)
    texts = [None if one is None else one.lstrip("'’") or None for one in texts]  # what marks a spreadsheet's text
    for one, row in zip(texts, source.rows, strict=True):
        if one is None:
            raise source.fault("places.cell_id_blank", row=row, column=column)
        if one in seen:
            raise source.fault("places.cell_twice", row=row, cell=one, other_row=seen[one])
        seen[one] = row
        ids.append(one)
    return ids


def _check_geometry(source: SourceTable) -> None:
    table = source.frame
    source.refuse((table.geometry.isna() | table.geometry.is_empty).to_numpy(), "places.cell_without_place")
    odd = ~table.geom_type.isin(["Polygon", "MultiPolygon", "Point"]).to_numpy()
    if odd.any():
        row = int(table["row"].to_numpy()[odd][0])
        raise source.fault("places.cell_kind", row=row, found=str(table.geom_type[odd].iloc[0]))


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
    source: SourceTable,
    shapes: NDArray[np.object_],
    points: NDArray[np.float64],
    cells: NDArray[np.float64],
    ids: list[str],
) -> None:
    """Compare each geometry with the square its id names: so a mislabelled CRS betrays itself."""
    off = shapely.distance(shapely.centroid(shapes), shapely.points(points))
    wrong = off > cells[:, 2] / 2
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        source.refuse(wrong, "places.cell_elsewhere", cell=ids[at], distance_m=float(round(off[at])))


def _read_others(source: SourceTable, id_column: str | None) -> dict[str, object]:
    """Return the file's other columns: numbers where they hold numbers and are no codes, else texts."""
    taken = source.heading(RESIDENTS["cell"]) if id_column is None else id_column
    others: dict[str, object] = {}
    renamed: dict[str, str] = {}
    known = {str(column) for column in source.frame.columns}
    for column in source.frame.columns:
        name = kept = str(column)
        if name in ("lon", "lat", "geometry", "row", taken) or fold(name) == "fid":
            continue
        while kept.lower() in OWN_COLUMNS or (kept != name and kept in known):
            kept = f"source_{kept}"
        if kept != name:
            renamed[name] = kept
        if not _CODE_COLUMN.fullmatch(name) and holds_numbers(source.frame, name):
            others[kept] = source.numbers(name)
        else:
            others[kept] = pd.Series(source.texts(name), dtype=object)
    if renamed:
        told = listed(f"{shorten(name)} → {shorten(kept)}" for name, kept in renamed.items())
        source.tell("info", "study.columns_renamed", count=len(renamed), columns=told)
    return others


def _settle(source: SourceTable, communes: GeoDataFrame) -> GeoDataFrame:
    """Give each cell its commune; leave out, and count, the cells that no commune is near to."""
    residents: GeoDataFrame = source.frame
    points = gpd.GeoSeries(gpd.points_from_xy(residents["x"], residents["y"]), crs=residents.crs)
    index, distance = locate(points, communes, tolerance_m=TOLERANCE_M)
    weight = residents["weight"].to_numpy()
    none = index < 0
    if none.all() or not weight[~none].sum() > 0:
        if none.any():
            nearest_km = float(round(distance[none].min() / 1000, 1))
            raise source.fault("places.residents_elsewhere", count=int(none.sum()), distance_km=nearest_km)
        raise source.fault("places.residents_nobody")
    near = ~none & (distance > 0)
    if near.any():
        # One cell in twenty counted across a border is more than the ragged edge of a grid.
        level: Level = "warning" if weight[near].sum() > 0.05 * weight.sum() else "info"
        source.tell(
            level,
            "places.residents_near",
            count=int(near.sum()),
            people=float(weight[near].sum()),
            distance_m=float(round(distance[near].max())),
        )
    if none.any():
        source.tell(
            "warning",
            "places.residents_outside",
            count=int(none.sum()),
            people=float(weight[none].sum()),
            percent=float(100 * weight[none].sum() / weight.sum()),
            examples=listed(residents["cell"][none]),
        )
    residents = residents[~none].reset_index(drop=True)
    residents["insee"] = pd.Series(communes["insee"].to_numpy()[index[~none]], dtype="str")
    return residents


def _report_imputed(source: SourceTable) -> None:
    column = source.find_optional(RESIDENTS["imputed"].every)
    if column is None:
        return
    imputed = source.frame[column].to_numpy() == 1
    if imputed.any():
        weight = source.frame["weight"].to_numpy()
        source.tell(
            "info",
            "places.residents_imputed",
            count=int(imputed.sum()),
            percent=float(100 * weight[imputed].sum() / weight.sum()),
        )


def _report_sums(source: SourceTable, communes: GeoDataFrame, weight: str) -> None:
    """Compare the residents with the communes' population, and name the communes that nobody lives in."""
    sums = source.frame.groupby("insee")["weight"].sum().reindex(communes["insee"], fill_value=0.0)
    nobody = communes["name"][sums.to_numpy() == 0]
    if len(nobody):
        source.tell(
            "warning", "places.communes_without_residents", count=len(nobody), examples=listed(nobody, limit=10)
        )
    _report_communes(source, communes, sums.to_numpy(np.float64), weight)
    population = float(communes["population"].sum(min_count=len(communes)))
    if np.isnan(population) or population == 0:
        return
    total = float(sums.sum())
    level: Level = "warning" if total > 1.05 * population else "info"
    source.tell(
        level,
        "places.residents_sum",
        column=weight,
        people=total,
        population=population,
        percent=100 * total / population,
    )


def _report_communes(source: SourceTable, communes: GeoDataFrame, sums: NDArray[np.float64], weight: str) -> None:
    """Name the communes whose residents are far from their legal population, where everybody is counted."""
    population = communes["population"].to_numpy(np.float64)
    stated = population > 0
    total = float(population[stated].sum())
    everybody = fold(weight) in _EVERYBODY or (total > 0 and bool(_FEW <= sums[stated].sum() / total <= _MANY))
    if not everybody or not stated.any():
        return
    share = np.full(len(sums), np.nan)
    share[stated] = sums[stated] / population[stated]
    odd = np.flatnonzero((share < _FEW) & (sums > 0) | (share > _MANY))
    if len(odd):
        names = communes["name"].to_numpy(object)
        source.tell(
            "warning",
            "places.residents_of_communes",
            count=len(odd),
            column=weight,
            examples=listed(f"{names[at]} ({sums[at]:.0f} / {population[at]:.0f})" for at in odd),
        )
