"""Priority areas (in France the *quartiers prioritaires*): their outlines, and whose point lies in which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_access.core.crs import project, require_metric
from geo_access.core.findings import Findings, warn_uncollected
from geo_access.core.matching import fold, listed
from geo_access.core.shapes import make_points
from geo_access.study.inputs.columns import PRIORITY_AREAS
from geo_access.study.inputs.communes import check_outlines, check_swapped_axes, mend_outlines
from geo_access.study.inputs.source_table import SourceTable

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

#: Ground that neighbours share by rounding.
_SHARED_M2 = 1.0


def read_priority_areas(
    path: Path | str | pd.DataFrame,
    *,
    crs: str,
    communes: GeoDataFrame,
    geometry_crs: str | None = None,
    part: str | None = None,
    findings: Findings | None = None,
) -> GeoDataFrame:
    """Read the outlines of priority areas.

    Parameters
    ----------
    path
        Polygons with a code or a name (code_qp and lib_qp, as the national file writes them, or the usual words). A
        national file will do: areas apart from every commune are left out, and counted in a finding.
    crs
        The study's CRS, in metres.
    communes
        From `communes.read_communes`.
    geometry_crs
        The CRS of a file that does not say its own.
    part
        The layer to read.
    findings
        Takes what is odd.

    Returns
    -------
    GeoDataFrame
        code, name (str), geometry (in `crs`); by code.

    Raises
    ------
    InputError
        As `tables.read_table`; or no column with codes or names, an area without either or without an outline, one
        that stands twice, or none that touches a commune.
    """
    found = Findings() if findings is None else findings
    require_metric(crs)
    source = SourceTable.read(path, found, columns=PRIORITY_AREAS, crs=geometry_crs, part=part)
    if source.heading(PRIORITY_AREAS["code"]) is None:
        source.require(PRIORITY_AREAS["name"])
    check_outlines(source)
    check_swapped_axes(source, crs)
    shapes = mend_outlines(source, project(source.frame, crs, source.path).geometry)
    names, codes = (source.read_texts(PRIORITY_AREAS[column]) for column in ("name", "code"))
    first: dict[str, int] = {}
    joined: list[int] = []
    for at, row in enumerate(source.rows):
        said = codes[at] or names[at]
        if said is None:
            raise source.fault("places.area_unnamed", row=row)
        own = first.setdefault(said, at)
        if own == at:
            continue
        # Parts of one area lie apart; what lies on it is the area written twice.
        if shapely.area(shapely.intersection(shapes[own], shapes[at])) > _SHARED_M2 or fold(names[own] or "") != fold(
            names[at] or ""
        ):
            raise source.fault("places.area_twice", row=row, area=said, other_row=source.rows[own])
        shapes[own] = shapely.union(shapes[own], shapes[at])
        joined.append(at)
    if joined:
        parts = dict.fromkeys(names[at] or str(codes[at]) for at in joined)
        source.tell(
            "warning", "places.areas_joined", row=source.rows[joined[0]], count=len(parts), examples=listed(list(parts))
        )
    keys, kept = list(first), list(first.values())
    areas = gpd.GeoDataFrame(
        {
            "code": pd.Series(keys, dtype="str"),
            "name": pd.Series([names[at] or key for key, at in first.items()], dtype="str"),
        },
        geometry=gpd.GeoSeries(shapes[kept], crs=crs),
    )
    near = shapely.STRtree(communes.geometry.to_numpy()).query(areas.geometry.to_numpy(), predicate="intersects")[0]
    here = np.isin(np.arange(len(areas)), near)
    if not here.any():
        raise source.fault("places.areas_outside", count=len(areas))
    if not here.all():
        source.tell("info", "places.areas_left_out", count=int((~here).sum()), kept=int(here.sum()))
    if findings is None:
        warn_uncollected(found)
    return areas[here].sort_values("code", kind="stable", ignore_index=True)


def locate_in_areas(
    xy: NDArray[np.float64], areas: GeoDataFrame, *, path: Path | str, findings: Findings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the residents whose point lies in an area, its outline included; areas may overlap.

    Parameters
    ----------
    xy
        float64 (residents, 2): metres, the areas' CRS.
    areas
        From `read_priority_areas`.
    path
        The areas' file, for the finding that names those without anybody.
    findings
        Takes it.

    Returns
    -------
    resident, area
        int64 (pairs,): rows of `xy` and of `areas`, by resident and then by area.
    """
    tree = shapely.STRtree(make_points(xy[:, 0], xy[:, 1]))
    area, resident = tree.query(areas.geometry.to_numpy(), predicate="intersects")
    order = np.lexsort((area, resident))
    empty = np.setdiff1d(np.arange(len(areas)), area)
    if len(empty):
        names = areas["name"].to_numpy(object)[empty]
        findings.add("info", "places.areas_empty", file=path, count=len(empty), examples=listed(map(str, names[:5])))
    return resident[order].astype(np.int64), area[order].astype(np.int64)
