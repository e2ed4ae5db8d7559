"""The ground of a map: water, woods, main roads, neighbouring communes and names, from the study's OpenStreetMap file.

Everything is generalised, rounded to about a metre and bounded: a page carries at most `MOST_GROUND_BYTES` of it. What
orients least is left out first, the same every time.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from geo_access.core.cache import make_key
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.matching import fold
from geo_access.report.html import dump_json
from geo_access.report.map.context import encode_line
from geo_access.report.map.generalise import drop_parallels, fill_pores, join_lines, melt
from geo_access.report.map.layers import SCALE, encode_ring, find_middle
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.routing.travel_times import TravelTimes
    from geo_access.streets.features import Features
    from geo_access.texts import Language

#: A page carries so much of the ground (bytes of JSON).
MOST_GROUND_BYTES: Final = 299_000
#: Lines are thinned to this (metres): the finest that fits is taken; at the coarsest, what orients least is left out.
_COARSE_M: Final = (6.0, 12.0, 24.0)
#: What of it is not shapes and names.
_FRAME_BYTES: Final = 4_000
#: An area of more vertices than this is thinned further: no single one takes the room of all others.
_MOST_VERTICES: Final = 1_500
_COARSEST_M: Final = 200.0
#: Rank of what is seen on any map of a territory: areas, then lines, in the order in which the page is filled.
_AREAS_FIRST: Final = 8.5
_LINES_NEXT: Final = 8.6
#: An area is drawn from the zoom on at which it measures so many pixels across.
_SEEN_PX: Final = 7.0
_NEAREST_ZOOM: Final = 16
#: Metres of a pixel at zoom 0 on the equator.
_PIXEL_M: Final = 156_543.0
#: From which zoom on lines and names are drawn, and how soon names get their place.
_LINE_ZOOM: Final[Mapping[str, float]] = {
    "motorway": 0, "trunk": 0, "primary": 10.5, "secondary": 12, "river": 10, "canal": 12, "commune": 0,
}  # fmt: skip
_NAME_ZOOM: Final[Mapping[str, tuple[float, int]]] = {
    "city": (0, 400), "town": (0, 380), "commune": (0, 300), "borough": (11.5, 260), "village": (11.5, 250),
    "suburb": (12, 220), "water": (11, 210), "quarter": (12.75, 180), "woods": (12, 160), "hamlet": (13, 120),
    "neighbourhood": (13.5, 100), "isolated_dwelling": (14.5, 60),
}  # fmt: skip
#: Water and woods bear their name from this size on (square metres), rivers from this length (metres).
_NAMED_M2: Final[Mapping[str, float]] = {"water": 150_000.0, "woods": 400_000.0}
_NAMED_M: Final = 2_500.0
#: What lies farther from the territory than this (metres) is seen from afar only: it is drawn coarser, comes so many
#: zooms later when bytes are short, and not at all where it would be seen from this zoom on only.
_FAR_M: Final = 2_500.0
_FAR_COARSER: Final = 2.5
_FAR_LATER: Final = 1.5
_FAR_ZOOM: Final = 14
#: Boundaries this near to the territory are its own (metres).
_OWN_M: Final = 60.0
#: A commune is a neighbour when less than this share of it lies in the territory, and this much in the frame (m2).
_NEIGHBOUR: Final = 0.5
_NEIGHBOUR_M2: Final = 300_000.0
#: Carriageways this near to each other (metres) are one line.
_PARALLEL_M: Final = 25.0


@dataclass(frozen=True)
class Ground:
    """What a map draws below its cells.

    Attributes
    ----------
    data
        JSON values for ``assets/ground.js``.
    bytes
        How much of the page they take.
    dropped
        How many shapes and names were left out because they did not fit.
    left_out
        As `Features.left_out`.
    """

    data: dict[str, Any]
    bytes: int
    dropped: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def has_roads(self) -> bool:
        """Whether main roads are part of it."""
        return bool(self.data["roads"])


def read_features(times: TravelTimes | None) -> Features | None:
    """Return what a study's own file says of the ground; None where it has none, or none that can be drawn."""
    if times is None:
        return None
    try:
        features = times.features
    except (InputError, shapely.errors.GEOSException):
        # The reader of the streets has told what is wrong with the file; a map is drawn without its ground.
        return None
    return features if features is not None and len(features.shapes) else None


def fetch_ground(times: TravelTimes | None) -> Ground | None:
    """Encode the ground of a study's territory, or take it from the cache; None where there is none."""
    features = read_features(times)
    if times is None or features is None:
        return None
    study, walking, communes = times.inputs.study, times.settings.walking, times.inputs.communes
    files = times.inputs.hash_of(tuple(name for name in walking.streets if name not in study.held))
    shapes = hashlib.sha256(b"".join(shapely.to_wkb(communes.geometry.to_numpy()))).hexdigest()
    names = communes["name"].astype(str).tolist()
    return times.cache.fetch(
        make_key("ground", files=files, shapes=shapes, names=names, crs=times.settings.crs),
        build=lambda _: encode_ground(features, communes),
        save=_save,
        load=_load,
        findings=Findings(),
    )


def _save(ground: Ground, folder: Path) -> None:
    (folder / "ground.json").write_text(json.dumps(asdict(ground)), encoding="utf-8")


def _load(folder: Path) -> Ground:
    return Ground(**json.loads((folder / "ground.json").read_text(encoding="utf-8")))


def tell_ground(ground: Ground, language: Language) -> list[str]:
    """Say where the ground comes from, how much of the page it takes, and what is not drawn."""
    said = [render("maps.ground_size", language, kilobytes=max(1, round(ground.bytes / 1000)))]
    said += [
        render(f"maps.ground_{reason}", language, count=ground.left_out[reason])
        for reason in ("broken", "many", "sea")
        if ground.left_out.get(reason)
    ]
    if ground.dropped:
        said.append(render("maps.ground_dropped", language, count=ground.dropped))
    return said


class _Item(NamedTuple):
    """A shape or a name as the page carries it: sooner left out the higher it ranks."""

    rank: float
    size: float
    layer: str
    kind: str
    zoom: float
    said: Any


def encode_ground(features: Features, communes: gpd.GeoDataFrame) -> Ground:
    """Encode the ground of a territory.

    Parameters
    ----------
    features
        What its file holds.
    communes
        The territory, in the CRS of `features`.
    """
    drawing = _Drawing(features, communes)
    for coarse in _COARSE_M:
        items = sorted(drawing.list_items(coarse), key=lambda one: (one.rank, -one.size))
        data = _gather(items, drawing.origin)
        size = len(dump_json(data))
        if size <= MOST_GROUND_BYTES:
            return Ground(data, size, 0, features.left_out)
    kept, left = [], MOST_GROUND_BYTES - _FRAME_BYTES
    for one in items:
        size = len(dump_json(one.said)) + 1
        if size <= left:
            kept.append(one)
            left -= size
    data = _gather(kept, drawing.origin)
    return Ground(data, len(dump_json(data)), len(items) - len(kept), features.left_out)


def _gather(items: Sequence[_Item], origin: Sequence[int]) -> dict[str, Any]:
    """Put shapes of one kind and zoom together, those of the widest view first."""
    groups: dict[tuple[str, float, str], list[Any]] = {}
    for one in items:
        if one.layer != "places":
            groups.setdefault((one.layer, one.zoom, one.kind), []).append(one.said)
    data: dict[str, Any] = {"origin": list(origin)}
    for layer in ("water", "woods", "rivers", "roads", "neighbours"):
        data[layer] = [
            {"kind": kind, "from": zoom, "shapes": shapes}
            for (mine, zoom, kind), shapes in sorted(groups.items(), key=lambda group: group[0])
            if mine == layer
        ]
    data["places"] = [one.said for one in items if one.layer == "places"]
    return data


class _Drawing:
    """Turns features into what a page carries."""

    def __init__(self, features: Features, communes: gpd.GeoDataFrame) -> None:
        self.features, self.crs = features, communes.crs
        self.land = shapely.union_all(communes.geometry.to_numpy())
        shapely.prepare(self.land)
        self.near = shapely.buffer(shapely.simplify(self.land, _FAR_M / 10), _FAR_M)
        shapely.prepare(self.near)
        self.own = {fold(str(name)) for name in communes["name"]}
        degrees = communes.geometry.to_crs("EPSG:4326").total_bounds
        west, south, _, north = (float(value) for value in degrees)
        self.origin = [math.floor(west * SCALE), math.floor(south * SCALE)]
        self.pixel_m = _PIXEL_M * math.cos(math.radians((south + north) / 2))
        self.neighbours = self._find_neighbours()

        self._woods = {str(kind): melt(mine.geometry) for kind, mine in features.of("woods").groupby("kind")}
        water = features.of("water")
        self._water = {
            "sea": list(water.geometry[water["kind"] == "sea"]),
            "water": melt(water.geometry[water["kind"] != "sea"]),
        }
        self._lines = [("neighbours", "commune", drop_parallels(self._list_borders(), within=0))]
        for layer, of, within in (("rivers", "river", 0.0), ("roads", "road", _PARALLEL_M)):
            for name, mine in features.of(of).groupby("kind"):
                self._lines.append((layer, str(name), drop_parallels(mine.geometry, within=within)))

    def list_items(self, coarse: float) -> Iterator[_Item]:
        """List all there is, thinned to `coarse` metres."""
        for kind, areas in self._water.items():
            yield from self._list_areas("water", kind, areas, coarse, later=0)
        for kind, areas in self._woods.items():
            yield from self._list_areas("woods", kind, areas, coarse, later=0.5)
        for layer, kind, lines in self._lines:
            yield from self._list_lines(layer, kind, lines, coarse)
        yield from self._list_names()

    def _list_areas(
        self, layer: str, kind: str, areas: Sequence[Any], coarse: float, *, later: float
    ) -> Iterator[_Item]:
        kept: list[Any] = []
        far: list[bool] = []
        for area, near in zip(areas, shapely.intersects(self.near, np.array(areas, object)), strict=True):
            thinned = coarse if near else coarse * _FAR_COARSER
            kept += [
                part
                for whole in fill_pores(shapely.simplify(area, thinned), (3 * thinned) ** 2)
                for part in self._thin(whole, thinned)
            ]
            far += [not near] * (len(kept) - len(far))
        for (part, area_m2), away in zip(self._to_degrees(kept), far, strict=True):
            zoom = self._find_zoom(area_m2)
            rings = [encode_ring(ring, self.origin) for ring in (part.exterior, *part.interiors)]
            rings = [ring for ring in rings if len(ring) >= 6]
            if rings and not (away and zoom >= _FAR_ZOOM):
                yield _Item(max(zoom, _AREAS_FIRST) + later + _FAR_LATER * away, area_m2, layer, kind, zoom, rings)

    @staticmethod
    def _thin(area: Any, coarse: float) -> list[Any]:
        """Thin an area of very many vertices until it has few enough, or is as coarse as may be."""
        parts = [area]
        while shapely.get_num_coordinates(parts).sum() > _MOST_VERTICES and coarse < _COARSEST_M:
            coarse *= 2
            parts = fill_pores(shapely.simplify(area, coarse), (6 * coarse) ** 2)
        return parts

    def _find_zoom(self, area_m2: float) -> float:
        """Return the zoom from which on an area is seen; 0 for what is seen on any map of a territory."""
        zoom = math.ceil(math.log2(_SEEN_PX * self.pixel_m / math.sqrt(area_m2)))
        return 0 if zoom <= 10 else min(zoom, _NEAREST_ZOOM)

    def _list_lines(self, layer: str, kind: str, lines: NDArray[Any], coarse: float) -> Iterator[_Item]:
        zoom = _LINE_ZOOM[kind]
        far = ~shapely.intersects(self.near, lines)
        thinned = shapely.simplify(lines, np.where(far, coarse * _FAR_COARSER, coarse))
        for (line, _), away in zip(self._to_degrees(list(thinned)), far.tolist(), strict=True):
            said = encode_line(line, self.origin)
            if len(said) >= 4:
                yield _Item(max(zoom, _LINES_NEXT) + _FAR_LATER * away, len(said), layer, kind, zoom, said)

    def _to_degrees(self, shapes: Sequence[Any]) -> Iterator[tuple[Any, float]]:
        """Return shapes in degrees, each with its area in metres."""
        table = gpd.GeoSeries(list(shapes), crs=self.crs)
        yield from zip(table.to_crs("EPSG:4326"), table.area.tolist(), strict=True)

    # Neighbours and names

    def _find_neighbours(self) -> list[tuple[str, Any]]:
        """Return the communes around the territory, with what of them lies in the frame."""
        found = []
        table = self.features.of("boundary")
        for name, shape in zip(table["name"], table.geometry, strict=True):
            outside = shapely.difference(shape, self.land)
            if (
                outside.area >= (1 - _NEIGHBOUR) * shape.area
                and outside.area >= _NEIGHBOUR_M2
                and fold(name) not in self.own
            ):
                found.append((str(name), outside))
        return found

    def _list_borders(self) -> list[Any]:
        """Return the boundaries of the neighbours between each other; the territory draws its own."""
        if not self.neighbours:
            return []
        west, south, east, north = shapely.total_bounds(self.features.shapes.geometry.to_numpy())
        inside = shapely.box(west + 1, south + 1, east - 1, north - 1)
        near = shapely.buffer(shapely.simplify(self.land, _OWN_M / 4), _OWN_M)
        lines = shapely.union_all([shape.boundary for _, shape in self.neighbours])
        kept = shapely.difference(shapely.intersection(lines, inside), near)
        for sea in self._water["sea"]:
            # Communes end in the sea as well; nobody looks for their boundaries there.
            kept = shapely.difference(kept, sea)
        return [part for part in shapely.get_parts(kept) if part.geom_type == "LineString"]

    def _list_names(self) -> Iterator[_Item]:
        """List the names: of neighbours, of places that are not communes of the study, of water and woods."""
        said = [(name, "commune", find_middle(shape), shape.area) for name, shape in self.neighbours]
        known = self.own | {fold(name) for name, _ in self.neighbours}
        for name, kind, point in _columns(self.features.of("place")):
            if fold(name) not in known:
                said.append((name, kind, point, 0.0))
        for layer, least in _NAMED_M2.items():
            for name, _, shape in _columns(self.features.of(layer)):
                if name and shape.area >= least:
                    said.append((name, layer, find_middle(shape), shape.area))
        rivers = self.features.of("river")
        for river, mine in rivers[rivers["name"] != ""].groupby("name"):
            longest = max(join_lines(mine.geometry), key=lambda line: (line.length, line.wkb))
            if longest.length >= _NAMED_M:
                said.append((str(river), "water", longest.interpolate(0.5, normalized=True), longest.length))
        said = [one for one in said if not one[2].is_empty]
        # Of two of one name and kind the larger is said.
        said.sort(key=lambda one: (_NAME_ZOOM[one[1]][0], -one[3], one[0]))
        first: dict[tuple[str, str], int] = {}
        for number, (name, kind, _, _) in enumerate(said):
            first.setdefault((fold(name), "wet" if kind == "water" else kind), number)
        chosen = [said[number] for number in sorted(first.values())]
        points = [point for point, _ in self._to_degrees([one[2] for one in chosen])]
        for (name, kind, at, size), point in zip(chosen, points, strict=True):
            zoom, rank = _NAME_ZOOM[kind]
            outside = not shapely.contains_xy(self.land, at.x, at.y)
            row = [round(point.y, 5), round(point.x, 5), name, kind, zoom, rank, int(outside)]
            yield _Item(max(zoom, 8), size, "places", kind, zoom, row)


def _columns(table: gpd.GeoDataFrame) -> Iterator[tuple[str, str, Any]]:
    yield from zip(table["name"], table["kind"], table.geometry, strict=True)
