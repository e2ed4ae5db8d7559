"""What orients on a map, read from OpenStreetMap files: shapes of water, woods, roads and rail, and names with points.

An object counts in its highest version and not at all when it is deleted (`objects`). What cannot be drawn - an area
whose outline does not close, a line whose nodes the file does not hold - is left out and counted: nothing that is
reckoned hangs on it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo_access.core.matching import fold
from geo_access.streets.feature_reading import find_near, frame_around, read_map
from geo_access.streets.feature_shapes import build_area, build_sea, make_polygons
from geo_access.streets.feature_tags import AREAS, PLACES, Feature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.streets.feature_reading import Bounds, FeatureMap

__all__ = ["MOST_STREETS", "Features", "frame_around", "read_features"]

#: Streets of one name this near to each other (metres) are one street.
_ONE_STREET_M: Final = 600.0
#: So many named streets are kept, those of the most pieces.
MOST_STREETS: Final = 30_000
#: Shapes are kept to this precision (metres), and areas from this size on (square metres).
_PRECISION_M: Final = 2.0
_SMALLEST_M2: Final = 400.0


@dataclass(frozen=True)
class Features:
    """What orients inside a frame.

    Attributes
    ----------
    shapes
        A row each, in a metric CRS, cut at the frame: layer (``water``, ``woods``, ``river``, ``road``, ``rail``,
        ``boundary``, ``place``, ``station``), kind, name (empty where there is none), geometry. Areas of water are
        lakes, wide rivers and, with kind ``sea``, the sea.
    streets
        Named streets, a row each: name, pieces (how many ways), geometry (a point on it).
    left_out
        How many objects could not be drawn, by why: ``broken`` (an outline that does not close, a line without nodes),
        ``many`` (more than is read), ``sea`` (a coast that ends inside the frame).
    """

    shapes: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    left_out: Mapping[str, int] = field(default_factory=dict)

    def of(self, layer: str) -> gpd.GeoDataFrame:
        """Return the rows of a layer."""
        return self.shapes[self.shapes["layer"] == layer]

    def named_places(self) -> gpd.GeoDataFrame:
        """Return what people name a spot by, the largest first: name, kind, geometry (a point).

        Cities to hamlets, then stations, parks and woods of a hectare and more.
        """
        shapes = self.shapes
        wanted = shapes["layer"].isin(["place", "station"]) | (
            (shapes["layer"] == "woods") & (shapes["name"] != "") & (shapes.area >= 10_000)
        )
        found = shapes[wanted]
        order = {kind: rank for rank, kind in enumerate(PLACES)}
        rank = [order.get(kind, len(order)) for kind in found["kind"]]
        kind = found["kind"].where(found["layer"] != "station", "station")
        points = found.geometry.representative_point()
        table = gpd.GeoDataFrame({"name": found["name"], "kind": kind, "rank": rank}, geometry=points)
        table = table.sort_values(["rank", "name"], kind="stable", ignore_index=True)
        return table.drop(columns="rank")

    def save(self, folder: Path) -> None:
        """Write the features into a folder that exists."""
        self.shapes.to_parquet(folder / "shapes.parquet")
        self.streets.to_parquet(folder / "streets.parquet")
        (folder / "left_out.json").write_text(json.dumps(dict(self.left_out)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Features:
        """Read what `save` wrote."""
        left_out = json.loads((folder / "left_out.json").read_text(encoding="utf-8"))
        shapes, streets = (gpd.read_parquet(folder / f"{name}.parquet") for name in ("shapes", "streets"))
        return cls(shapes, streets, left_out)


def read_features(paths: Sequence[Path], *, crs: str, frame: Bounds, streets: Bounds | None = None) -> Features:
    """Read what orients inside a frame.

    Parameters
    ----------
    paths
        OpenStreetMap files; others (graphs) hold nothing of it and are passed over.
    crs
        The study's CRS, in metres.
    frame
        West, south, east and north (`crs`).
    streets
        Where streets are asked for by name; in the whole frame by default.

    Raises
    ------
    InputError
        When a file is missing or damaged.
    """
    seen = read_map(paths, crs=crs)
    shapes = _draw(seen, shapely.box(*frame))
    table = gpd.GeoDataFrame(
        {
            column: pd.Series([getattr(feature, column) for feature, _ in shapes]).astype(str)
            for column in ("layer", "kind", "name")
        },
        geometry=gpd.GeoSeries([shape for _, shape in shapes], crs=crs),
    )
    return Features(table, _gather_streets(seen, crs, streets or frame), dict(sorted(seen.left_out.items())))


# Drawing


def _draw(seen: FeatureMap, frame: shapely.Polygon) -> list[tuple[Feature, Any]]:
    """Draw what there is, in the order of identifiers, cut at the frame."""
    shapely.prepare(frame)
    drawn = _draw_points(seen)
    names, parts, closed = _draw_ways(seen, frame)
    members = dict(zip(names, parts, strict=True))
    features = {name: feature for name in names if (feature := seen.ways[name].feature) is not None}
    polygons = {name: ring for name, ring in zip(names, closed, strict=True) if ring is not None}
    coast = [members[name] for name, one in features.items() if one.layer == "coast"]
    for name, feature in features.items():
        if feature.layer == "coast":
            continue
        if feature.layer in AREAS or feature.layer in ("place", "station"):
            if name in polygons:
                drawn.append((feature, polygons[name]))
            else:
                seen.left_out["broken"] += 1
        elif members[name] is not None:
            drawn.append((feature, members[name]))
    for _, one in sorted(seen.relations.items()):
        outer = [shape for ref in one.outer if (shape := members.get(ref)) is not None]
        if not outer:
            # Elsewhere, or nothing of it is here.
            continue
        inner = [shape for ref in one.inner if (shape := members.get(ref)) is not None]
        area, whole = build_area(outer, inner)
        seen.left_out["broken"] += not whole
        if area is not None:
            drawn.append((one.feature, area))
    drawn = _cut(drawn, frame)
    sea, whole = build_sea(coast, frame)
    seen.left_out["sea"] += not whole
    if sea is not None:
        drawn.append((Feature("water", "sea"), sea))
    seen.left_out += Counter()  # without zeros
    return drawn


def _draw_points(seen: FeatureMap) -> list[tuple[Feature, Any]]:
    names = sorted(seen.points)
    at, held = seen.find_nodes(np.array(names, np.int64))
    return [
        (seen.points[name], shapely.Point(seen.xy[place]))
        for name, place, there in zip(names, at.tolist(), held.tolist(), strict=True)
        if there
    ]


def _draw_ways(seen: FeatureMap, frame: shapely.Polygon) -> tuple[list[int], list[Any], list[Any]]:
    """Draw the ways near the frame, and all ways of areas that come near it.

    Returns their identifiers, their lines (None where less than two nodes in a row are there), and the area that each
    encloses (None where it is not closed, or not all there).
    """
    _, names, _ = find_near(seen, frame.bounds)
    lines: list[Any] = []
    rings: list[Any] = []
    for name in names:
        refs = np.frombuffer(seen.ways[name].refs, np.int64)
        at, held = seen.find_nodes(refs)
        line = _draw_line(seen.xy[at], held)
        lines.append(line)
        whole = bool(held.all()) and len(refs) >= 4 and refs[0] == refs[-1]
        rings.append(seen.xy[at] if whole else None)
        seen.left_out["broken"] += line is None
    return names, lines, make_polygons(rings)


def _draw_line(xy: NDArray[np.float64], held: NDArray[np.bool_]) -> Any:
    """Draw a line through the nodes that are there, in pieces where one is missing."""
    if held.all():
        return shapely.linestrings(xy) if len(xy) >= 2 else None
    ends = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]]).astype(np.int8)))
    pieces: list[Any] = [
        shapely.linestrings(xy[start:stop]) for start, stop in ends.reshape(-1, 2).tolist() if stop - start >= 2
    ]
    return shapely.multilinestrings(pieces) if pieces else None


def _cut(drawn: list[tuple[Feature, Any]], frame: shapely.Polygon) -> list[tuple[Feature, Any]]:
    """Cut shapes at the frame, and leave out what is too small to be seen."""
    kept = []
    for feature, shape in drawn:
        if feature.layer in ("place", "station"):
            point = shape.representative_point()
            if shapely.intersects(frame, point):
                kept.append((feature, point))
            continue
        if not shapely.intersects(frame, shape):
            continue
        inside = shape if shapely.contains_properly(frame, shape) else shapely.intersection(shape, frame)
        inside = shapely.simplify(inside, _PRECISION_M)
        wanted = 3 if feature.layer in AREAS else 1
        parts = [part for part in shapely.get_parts(inside, return_index=False) if shapely.get_type_id(part) == wanted]
        if feature.layer in ("water", "woods"):
            parts = [part for part in parts if part.area >= _SMALLEST_M2]
        if parts:
            whole = parts[0] if len(parts) == 1 else shapely.union_all(parts) if wanted == 3 else None
            kept.append((feature, shapely.multilinestrings(parts) if whole is None else whole))
    return kept


# Names


def _gather_streets(seen: FeatureMap, crs: str, frame: Bounds) -> gpd.GeoDataFrame:
    """Put the ways of one name that lie close together into one street, with a point on it."""
    streets = [way for _, way in sorted(seen.ways.items()) if way.street and way.refs]
    named = [(way.street, way.refs[len(way.refs) // 2]) for way in streets]
    at, held = seen.find_nodes(np.array([ref for _, ref in named], np.int64))
    xy = seen.xy[at] if len(seen.xy) else np.zeros((len(named), 2))
    west, south, east, north = frame
    inside = held & (xy >= [west, south]).all(axis=1) & (xy <= [east, north]).all(axis=1) if named else held
    alike: dict[str, list[int]] = {}
    for row in np.flatnonzero(inside).tolist():
        alike.setdefault(fold(named[row][0]), []).append(row)
    found: list[tuple[str, int, float, float]] = []
    for _, rows in sorted(alike.items()):
        where = xy[rows]
        group = _part_far(where)
        for number in range(int(group.max()) + 1):
            near = np.flatnonzero(group == number)
            middle = near[np.argmin(np.hypot(*(where[near] - where[near].mean(axis=0)).T))]
            found.append((named[rows[near[0]]][0], len(near), *where[middle].tolist()))
    if len(found) > MOST_STREETS:
        seen.left_out["many"] += len(found) - MOST_STREETS
        found = sorted(found, key=lambda one: -one[1])[:MOST_STREETS]
    points = gpd.points_from_xy([one[2] for one in found], [one[3] for one in found], crs=crs)
    names = pd.Series([one[0] for one in found]).astype(str)
    return gpd.GeoDataFrame({"name": names, "pieces": [one[1] for one in found]}, geometry=points)


def _part_far(where: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return the group of each point: those that follow each other closely are one."""
    if len(where) == 1:
        return np.zeros(1, np.int32)
    pairs = cKDTree(where).query_pairs(_ONE_STREET_M, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(where), len(where)))
    _, group = connected_components(graph, directed=False)
    return np.asarray(group, np.int32)
