"""The territory: communes, the SST they form, and which commune a point lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo_access.core.crs import lies_within, project, require_metric
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings, warn_uncollected
from geo_access.core.limits import MAX_PEOPLE
from geo_access.core.matching import find_named, fold, listed, nearest_ones
from geo_access.study.inputs.codes import CODE_LENGTH, repair_codes
from geo_access.study.inputs.columns import COMMUNE_NAME, COMMUNES, INSEE, ZONING
from geo_access.study.inputs.source_table import SourceTable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray

#: Communes of one outline with others: a few are a slip that is told, many are no map.
MOST_ALIKE = 100
OVERLAP_M2 = 10_000.0  # generalised boundaries overlap by less


def read_communes(
    path: Path | str | pd.DataFrame,
    *,
    crs: str,
    geometry_crs: str | None = None,
    part: str | None = None,
    findings: Findings | None = None,
) -> GeoDataFrame:
    """Read the communes of a territory.

    Parameters
    ----------
    path
        Polygons with a code, a name and, if known, a population; the usual French and English column names
        are understood.
    crs
        The study's CRS, in metres.
    geometry_crs
        The CRS of a file that does not say its own.
    part
        The layer to read.
    findings
        Takes what is odd: repaired codes, mended outlines, split communes, overlaps.

    Returns
    -------
    GeoDataFrame
        insee (str), name (str), population (float64, NaN where unknown), geometry (in `crs`); sorted by
        insee.

    Raises
    ------
    InputError
        As `tables.read_table`; or a commune without code or outline, an outline that is no polygon, a code that
        stands twice for what is not one commune in parts, latitude and longitude swapped.
    """
    found = Findings() if findings is None else findings
    require_metric(crs)
    source = SourceTable.read(path, found, columns=COMMUNES, crs=geometry_crs, part=part)
    codes = _read_codes(source)
    check_outlines(source)
    check_swapped_axes(source, crs)
    shapes = mend_outlines(source, project(source.frame, crs, source.path).geometry)
    names, people = source.read_texts(COMMUNE_NAME), source.read_numbers(COMMUNES["population"], most=MAX_PEOPLE)
    source.refuse(people < 0, "places.population_negative", name=_first_name(names, codes, people < 0))
    codes, names, people, shapes = _join_parts(source, codes, names, people, shapes)
    communes = gpd.GeoDataFrame(
        {
            "insee": pd.Series(codes, dtype="str"),
            "name": pd.Series([said or own for said, own in zip(names, codes, strict=True)], dtype="str"),
            "population": people,
        },
        geometry=gpd.GeoSeries(shapes, crs=crs),
    ).sort_values("insee", kind="stable", ignore_index=True)
    _report_overlaps(source, communes)
    if findings is None:
        warn_uncollected(found)
    return communes


def name_commune(communes: pd.DataFrame, asked: object) -> str:
    """Return the INSEE code of a commune by its code, its name or how only its name begins, without case and accents.

    Parameters
    ----------
    communes
        insee, name.
    asked
        "92033", 92033, "Garches", "garches".

    Raises
    ------
    InputError
        When none is called so, naming those that come near, or several are.
    """
    codes, names = communes["insee"].astype(str).tolist(), communes["name"].astype(str).tolist()
    said = str(asked).strip()
    if isinstance(asked, (int, np.integer)) or (said.isdigit() and said not in codes):
        said = said.zfill(CODE_LENGTH)
    found = find_named(said, codes, names)
    if len(found) == 1:
        return codes[found[0]]
    if found:
        bearing = [f"{names[at]} ({codes[at]})" for at in found]
        raise InputError("brief.ambiguous_commune", name=said, codes=listed(bearing, limit=8))
    near = nearest_ones(said, names) or nearest_ones(said, codes) or names[:3]
    raise InputError("brief.unknown_commune", name=said, near=", ".join(near))


def read_zoning(
    path: Path | str | pd.DataFrame,
    column: str,
    communes: GeoDataFrame,
    *,
    part: str | None = None,
    findings: Findings | None = None,
) -> pd.Series[str]:
    """Read which SST each commune belongs to.

    Parameters
    ----------
    path
        A table with the communes' codes and one column per zoning; of any format, with or without geometry.
    column
        The zoning's column ("sst_before", "sst_after").
    communes
        From `read_communes`.
    part
        The layer or sheet to read.

    Returns
    -------
    Series
        The SST's name by insee, in the order of `communes`.

    Raises
    ------
    InputError
        No such column, a commune that the table leaves out or leaves without SST, two SST for one commune.
    """
    found = Findings() if findings is None else findings
    source = SourceTable.read(path, found, columns=ZONING, part=part, geometry="none")
    zoning = source.named(column)
    codes = _read_codes(source, known=set(communes["insee"]))
    names = dict(zip(communes["insee"], communes["name"], strict=True))
    zones: dict[str, str] = {}
    unknown: list[str] = []
    for one, zone, said, row in zip(
        codes, source.texts(zoning), source.read_texts(COMMUNE_NAME), source.rows, strict=True
    ):
        if one not in names:
            unknown.append(one)
            continue
        if said is not None and fold(said) != fold(names[one]):
            source.tell("warning", "places.zoning_name", row=row, insee=one, said=said, name=names[one])
        if zone is None:
            continue
        if zones.setdefault(one, zone) != zone:
            raise source.fault("places.zoning_twice", row=row, insee=one, name=names[one], one=zones[one], other=zone)
    without = [f"{names[one]} ({one})" for one in names if one not in zones]
    if without:
        facts: dict[str, Any] = {"count": len(without), "column": column, "examples": listed(without, limit=10)}
        if unknown:
            raise source.fault("places.zoning_missing_unknown", **facts, unknown=listed(unknown, limit=10))
        raise source.fault("places.zoning_missing", **facts)
    if unknown:
        source.tell("warning", "places.zoning_unknown", count=len(unknown), examples=listed(unknown, limit=10))
    if findings is None:
        warn_uncollected(found)
    return pd.Series([zones[one] for one in names], index=pd.Index(list(names), name="insee"), name="sst", dtype="str")


def dissolve(communes: GeoDataFrame) -> GeoDataFrame:
    """Join the communes of each SST.

    Parameters
    ----------
    communes
        With a column ``sst``; communes without one are left out.

    Returns
    -------
    GeoDataFrame
        sst, communes (int64, how many), geometry; sorted by sst.
    """
    groups = communes[communes["sst"].notna()].groupby("sst", sort=True)
    names, counts, shapes = [], [], []
    for name, group in groups:
        names.append(name)
        counts.append(len(group))
        shapes.append(shapely.union_all(group.geometry.to_numpy()))
    return gpd.GeoDataFrame(
        {"sst": pd.Series(names, dtype="str"), "communes": pd.Series(counts, dtype="int64")},
        geometry=gpd.GeoSeries(shapes, crs=communes.crs),
    )


def locate(
    points: GeoSeries, communes: GeoDataFrame, *, tolerance_m: float = 300.0
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the commune of each point.

    Parameters
    ----------
    points
        n points in the communes' CRS.
    communes
        With insee and geometry.
    tolerance_m
        A point outside every commune goes to the nearest one within so many metres.

    Returns
    -------
    index : int64 (n,)
        Position in `communes`, -1 where none is near. A point on a border lies in the commune of the lowest
        insee.
    distance_m : float64 (n,)
        0 inside; outside, the distance to the nearest commune, also where that is too far.

    Raises
    ------
    InputError
        The points and the communes have different CRS.
    """
    if points.crs is None or communes.crs is None or points.crs != communes.crs:
        raise InputError("places.crs_mixed", one=str(points.crs), other=str(communes.crs))
    index = np.full(len(points), -1, dtype=np.int64)
    distance = np.zeros(len(points), dtype=np.float64)
    rank = np.asarray(communes["insee"].rank(method="first") if len(communes) else [], np.float64)
    places = points.to_numpy()
    of_point, of_commune = communes.sindex.query(places, predicate="intersects")
    _take_lowest(index, of_point, of_commune, rank)
    outside = np.flatnonzero(index < 0)
    if len(outside) and len(communes):
        (near_point, near_commune), near_m = communes.sindex.nearest(
            places[outside], return_all=True, return_distance=True
        )
        distance[outside[near_point]] = near_m
        within = near_m <= tolerance_m
        _take_lowest(index, outside[near_point[within]], near_commune[within], rank)
    return index, distance


def _take_lowest(
    index: NDArray[np.int64], of_point: NDArray[np.int64], of_commune: NDArray[np.int64], rank: NDArray[np.float64]
) -> None:
    """Write into `index`, for each point, its commune of lowest rank."""
    order = np.lexsort((rank[of_commune], of_point))
    points, first = np.unique(of_point[order], return_index=True)
    index[points] = of_commune[order][first]


def _first_name(names: Sequence[str | None], codes: Sequence[str], wrong: NDArray[np.bool_]) -> str:
    at = int(wrong.argmax())
    return names[at] or codes[at]


def _join_parts(
    source: SourceTable,
    codes: list[str],
    names: list[str | None],
    people: NDArray[np.float64],
    shapes: NDArray[np.object_],
) -> tuple[list[str], list[str | None], NDArray[np.float64], NDArray[np.object_]]:
    """Make one commune of the rows that bear one code, and tell of it.

    The rows are its parts: they may not say another name or population, and may not be one outline written twice.
    """
    rows: dict[str, list[int]] = {}
    for at, code in enumerate(codes):
        rows.setdefault(code, []).append(at)
    split = {code: parts for code, parts in rows.items() if len(parts) > 1}
    if not split:
        return codes, names, people, shapes
    kept = [parts[0] for parts in rows.values()]
    names, people, shapes = list(names), people.copy(), shapes.copy()
    for code, parts in split.items():
        first = parts[0]
        for at in parts[1:]:
            said, own = names[at], names[first]
            if said is not None and own is not None and fold(said) != fold(own):
                raise source.fault(
                    "places.commune_twice", row=source.rows[at], insee=code, other_row=source.rows[first]
                )
            if people[at] != people[first] and not np.isnan([people[at], people[first]]).any():
                raise source.fault(
                    "places.commune_parts_differ",
                    row=source.rows[at],
                    insee=code,
                    other_row=source.rows[first],
                    one=float(people[first]),
                    other=float(people[at]),
                )
            names[first] = own or said
            people[first] = people[at] if np.isnan(people[first]) else people[first]
        shapes[first] = shapely.union_all(shapes[parts])
    source.tell(
        "warning",
        "places.communes_joined",
        row=source.rows[next(iter(split.values()))[1]],
        count=len(split),
        examples=listed(f"{names[parts[0]] or code} ({code})" for code, parts in split.items()),
    )
    return [codes[at] for at in kept], [names[at] for at in kept], people[kept], shapes[kept]


def _read_codes(source: SourceTable, *, known: set[str] | None = None) -> list[str]:
    """Return each row's code, repaired; `InputError` where one is blank."""
    column = source.require(INSEE)
    codes = source.read_texts(INSEE)
    for code, row in zip(codes, source.rows, strict=True):
        if code is None:
            raise source.fault("places.code_blank", row=row, column=column)
    return [str(code) for code in repair_codes(source, codes, column, known=known)]


def check_outlines(source: SourceTable) -> None:
    """Refuse a table with a row that has no polygon; the `InputError` names the row."""
    table = source.frame
    source.refuse((table.geometry.isna() | table.geometry.is_empty).to_numpy(), "places.outline_missing")
    kinds = table.geom_type
    flat = ~kinds.isin(["Polygon", "MultiPolygon"]).to_numpy()
    if flat.any():
        row = int(table["row"].to_numpy()[flat][0])
        raise source.fault("places.outline_kind", row=row, found=str(kinds[flat].iloc[0]))


def mend_outlines(source: SourceTable, shapes: GeoSeries) -> NDArray[np.object_]:
    """Return valid polygons; say which were not."""
    rows = source.rows
    values = shapes.to_numpy().copy()
    broken: list[int] = np.flatnonzero(~shapely.is_valid(values)).tolist()
    for at in broken:
        whole = shapely.make_valid(values[at])
        parts = [part for part in shapely.get_parts(whole, return_index=False) if part.area > 0]
        if not parts:
            raise source.fault("places.outline_missing", row=rows[at], count=1)
        values[at] = shapely.union_all(parts)
    if broken:
        source.tell(
            "info",
            "places.outline_mended",
            row=rows[broken[0]],
            count=len(broken),
            examples=listed(source.call(rows[at]) for at in broken),
        )
    return np.asarray(values, dtype=object)


def _report_overlaps(source: SourceTable, communes: GeoDataFrame) -> None:
    """Name pairs of communes that share more ground than generalised boundaries explain."""
    shapes = communes.geometry.to_numpy()
    # The same outline again and again would make a pair of each two of them.
    outlines = pd.Series(shapely.to_wkb(shapes))
    if len(shapes) - outlines.nunique() > MOST_ALIKE:
        again = outlines.duplicated().to_numpy()
        raise source.fault(
            "places.outlines_alike", count=int(again.sum()), name=str(communes["name"].to_numpy()[again][0])
        )
    one, other = communes.sindex.query(shapes, predicate="intersects")
    pair = one < other
    one, other = one[pair], other[pair]
    area = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    names = communes["name"].tolist()
    much = area > np.maximum(OVERLAP_M2, smaller * 0.01)
    shared = [f"{names[i]} / {names[j]}" for i, j in sorted(zip(one[much], other[much], strict=True))]
    if shared:
        source.tell("warning", "places.communes_overlap", count=len(shared), examples=listed(shared))


def check_swapped_axes(source: SourceTable, crs: str) -> None:
    """Refuse a table in degrees that lies where the study's CRS is not made for, and would lie there once swapped."""
    table = source.frame
    if not CRS(table.crs).is_geographic:
        return
    west, south, east, north = table.total_bounds
    lon, lat = np.array([(west + east) / 2]), np.array([(south + north) / 2])
    if not lies_within(crs, lon, lat)[0] and lies_within(crs, lat, lon)[0]:
        raise source.fault(
            "places.degrees_swapped", row=source.rows[0], lon=round(float(lon[0]), 4), lat=round(float(lat[0]), 4)
        )
