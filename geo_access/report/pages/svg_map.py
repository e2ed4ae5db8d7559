"""What the drawn maps of pages show, as numbers and paths, for the templates `drawing.html` and `commune_map.html`.

Every map has the same frame (`draw_frame`): communes, the zoning where there is one, sites by their symbols, names
inside their communes, a scale. What a page shows lies below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo_access.core.shapes import list_points
from geo_access.report.map.layers import shift_coincident, state_codes
from geo_access.report.pages.map_names import place_names
from geo_access.report.pages.sheet_ground import draw_ground
from geo_access.report.palette import STATE_STYLES, STATES, SYMBOLS, find_symbol, find_tone
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.report.pages.map_names import Box, PlacedName
    from geo_access.report.pages.sheet_ground import SheetGround
    from geo_access.report.palette import Symbol
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: How wide a drawing is in its own units, and how high the map of a commune is.
WIDTH, HEIGHT = 1000, 940
#: The flattest and the tallest map of a territory (height by width).
_FLATTEST, _TALLEST = 0.6, 1.5
#: The free space around what is drawn (part of its size; metres at least).
_MARGIN, _LEAST_MARGIN_M = 0.08, 250.0
_TOLERANCE = 0.7
#: Radius of a mark with a letter (rem, as in `theme.css`); half the height of the scale's corner (units).
_MARK_REM, _SCALE_HIGH, _CREDIT_WIDE = 0.7, 55.0, 420.0
_STAR_RADII = (22, 9.5)


@dataclass(frozen=True)
class View:
    """The window of the ground that is drawn, and its scale."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, bounds: Iterable[float], *, shape: float | None = HEIGHT / WIDTH) -> View:
        """Return a window around some bounds (metres); `shape`: its height by its width, None for the bounds' own."""
        west, south, east, north = (float(value) for value in bounds)
        margin = max(_MARGIN * max(east - west, north - south), _LEAST_MARGIN_M)
        width, height = east - west + 2 * margin, north - south + 2 * margin
        if shape is None:
            shape = min(max(height / width, _FLATTEST), _TALLEST)
        width, height = max(width, height / shape), max(height, width * shape)
        x, y = (west + east) / 2, (south + north) / 2
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def height(self) -> int:
        """How high the drawing is in its own units; it is `WIDTH` wide."""
        return round(WIDTH * (self.north - self.south) / (self.east - self.west))

    @property
    def unit_m(self) -> float:
        """Metres that one unit of the drawing stands for."""
        return (self.east - self.west) / WIDTH

    def clip(self, shape: Any) -> Any:
        """Cut a shape at a little beyond the window."""
        edge = 20 * self.unit_m
        return shapely.clip_by_rect(
            shapely.make_valid(shape), self.west - edge, self.south - edge, self.east + edge, self.north + edge
        )

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the ground stands in the drawing."""
        return round((x - self.west) / self.unit_m, 1), round((self.north - y) / self.unit_m, 1)

    def locate(self, x: float, y: float) -> tuple[str, str]:
        """Return where a point of the drawing stands from its left and its top edge, in percent."""
        return f"{100 * x / WIDTH:.2f}%", f"{100 * y / self.height:.2f}%"

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point of the ground is in the window."""
        return self.west <= x <= self.east and self.south <= y <= self.north


class Scale(NamedTuple):
    """How wide a distance is (percent of the drawing), and the distance in words."""

    width: str
    length: str


class Cells(NamedTuple):
    """Cells of one fill: their areas as one path, and where those that are points stand."""

    fill: str
    path: str
    points: list[tuple[float, float]]


class Pattern(NamedTuple):
    """Lines on a fill, which tell a state apart without colour."""

    name: str
    step: int
    fill: str
    lines: str
    stroke: str
    width: float


class Sign(NamedTuple):
    """The symbol of a place: from where and how large it is drawn; hollow where it does not count; the box of it."""

    symbol: Symbol
    left: str
    top: str
    scale: str
    hollow: bool
    name: str
    box: Box


@dataclass(frozen=True)
class Frame:
    """What every drawn map has: its size and shape, communes, the zoning's borders, names, places, a scale."""

    width: int
    height: int
    ratio: str
    areas: str
    zones: str
    names: list[PlacedName]
    signs: list[Sign]
    scale: Scale
    ground: SheetGround | None = None


@dataclass(frozen=True)
class CommuneMap:
    """A commune between its neighbours: what `commune_map.html` draws."""

    frame: Frame
    title: str
    words: str
    others: str
    own: str
    pale: list[Cells]
    cells: list[Cells]
    star: str


def draw_frame(
    communes: gpd.GeoDataFrame,
    view: View,
    language: Language,
    *,
    zones: gpd.GeoDataFrame | None = None,
    sites: gpd.GeoDataFrame | None = None,
    marks: Iterable[tuple[float, float]] = (),
    named: NDArray[np.bool_] | None = None,
    size: float = 1.25,
    times: TravelTimes | None = None,
) -> Frame:
    """Draw what every map has.

    Parameters
    ----------
    communes
        With insee, name and their shapes (metres).
    view
        The window.
    language
        Of the sites' kinds.
    zones
        Whose borders are drawn strong.
    sites
        Places to show by their symbols; those that do not count are hollow.
    marks
        Where the page puts marks with a letter or a number (units of the drawing): no name lies below one.
    named
        Which communes are named; all of them by default.
    size
        Of the symbols, by the size that they have on the live maps.
    times
        Whose study's file may hold water and rail to draw; None for a map without.
    """
    ground = draw_ground(times, view, language)
    signs = [] if sites is None else _place_signs(sites, view, language, size)
    chosen = communes if named is None else communes[named]
    window = shapely.box(view.west, view.south, view.east, view.north)
    seen = [shapely.make_valid(shape).intersection(window) for shape in chosen.geometry]
    drawn = [
        shapely.transform(
            shape, lambda at: np.column_stack([at[:, 0] - view.west, view.north - at[:, 1]]) / view.unit_m
        )
        for shape in seen
    ]
    names = place_names(
        drawn,
        list(zip(chosen["insee"].astype(str), chosen["name"].astype(str), strict=True)),
        size=(WIDTH, view.height),
        symbols=[*(sign.box for sign in signs), *_list_corners(view, ground)],
        marks=[(x, y, _MARK_REM) for x, y in marks],
        beside=len(chosen) == len(communes),
    )
    return Frame(
        WIDTH,
        view.height,
        f"{WIDTH / view.height:.4f}",
        areas=trace_areas(communes.geometry, view),
        zones="" if zones is None else trace_areas(zones.geometry, view),
        names=names,
        signs=signs,
        scale=measure_scale(view),
        ground=ground,
    )


def _list_corners(view: View, ground: SheetGround | None) -> list[Box]:
    """List what stands in the corners of a drawing: its scale, and the credit of its ground."""
    low = float(view.height)
    credit = [] if ground is None else [(float(WIDTH), low, _CREDIT_WIDE, _SCALE_HIGH)]
    return [(0.0, low, 340.0, _SCALE_HIGH), *credit]


def lay_out_commune(
    coverage: Coverage, insee: str, *, title: str, words: str, star: tuple[float, float] | None = None
) -> CommuneMap:
    """Lay the map of a commune out: its cells by state, its neighbours paler, outlines, places, a scale.

    Parameters
    ----------
    coverage
        What `check` returns.
    insee
        The commune.
    title, words
        What a reader who does not see the drawing is told.
    star
        Where to mark an hypothesis (metres).
    """
    communes = coverage.communes
    mine = (communes["insee"] == insee).to_numpy(bool)
    view = View.around(communes.geometry[mine].iloc[0].bounds)
    cells = coverage.residents
    own_cells = (cells["insee"] == insee).to_numpy(bool)
    at = view.place(*star) if star is not None and view.holds(*star) else None
    return CommuneMap(
        draw_frame(
            communes, view, coverage.language, zones=coverage.sst, sites=coverage.sites, named=~mine, size=1.5,
            times=coverage.times,
            marks=[] if at is None else [at],
        ),
        title,
        words,
        others=trace_areas(communes.geometry[~mine], view),
        own=trace_areas(communes.geometry[mine], view),
        pale=_trace_states(cells[~own_cells], view),
        cells=_trace_states(cells[own_cells], view),
        star="" if at is None else trace_star(*at),
    )  # fmt: skip


def list_seen(coverage: Coverage, insee: str) -> gpd.GeoDataFrame:
    """Return the places that the map of a commune shows."""
    communes = coverage.communes
    view = View.around(communes.geometry[communes["insee"] == insee].iloc[0].bounds)
    seen = [view.holds(point.x, point.y) for point in list_points(coverage.sites.geometry)]
    return coverage.sites[np.asarray(seen, bool)]


def list_signs(seen: gpd.GeoDataFrame, language: Language) -> list[tuple[Sign, str]]:
    """List what the signs of a map's places mean: each kind, and hollow ones where some are not open."""
    said = [
        (make_sign(kind, language), render(f"results.kind_{kind}", language))
        for kind in SYMBOLS
        if (seen["kind"] == kind).any()
    ]
    if len(seen) and not seen["open"].all():
        hollow = make_sign(str(seen.loc[~seen["open"], "kind"].iloc[0]), language, hollow=True)
        said.append((hollow, render("brief.map_hollow", language)))
    return said


def find_fill(state: str, prefix: str = "map") -> str:
    """Return the fill of a state: a colour, or the pattern of `list_patterns` with this prefix."""
    style = STATE_STYLES[state]
    return f"url(#{prefix}-{state})" if "lines" in style else find_tone(style)


def list_patterns() -> list[Pattern]:
    """List the line patterns of states, at the scale of the map and at that of a swatch."""
    patterns = []
    for prefix, step, width in (("map", 17, 3.2), ("key", 8, 1.5)):
        for state, style in STATE_STYLES.items():
            if "lines" not in style:
                continue
            lines = f"M0 {step}L{step} 0M-2 2L2 -2M{step - 2} {step + 2}L{step + 2} {step - 2}"
            lines += f"M0 0L{step} {step}" if style.get("cross") else ""
            patterns.append(Pattern(f"{prefix}-{state}", step, style["fill"], lines, style["lines"], width))
    return patterns


def trace_areas(shapes: Iterable[Any], view: View) -> str:
    """Trace areas as one path, cut at the window; "" where none is in sight."""
    return "".join(_trace(view.clip(shape), view) for shape in shapes if shape is not None)


def trace_cells(shapes: gpd.GeoSeries, view: View, fill: str) -> Cells:
    """Trace cells of one fill."""
    kinds = shapes.geom_type
    # One shape a class: cells drawn one by one would show their seams.
    whole = shapely.union_all(shapes.to_numpy()[~kinds.isin(["Point", "MultiPoint"]).to_numpy()])
    points = list_points(shapes[kinds == "Point"])
    return Cells(fill, trace_areas([whole], view), [view.place(point.x, point.y) for point in points])


def _trace_states(cells: gpd.GeoDataFrame, view: View) -> list[Cells]:
    codes = state_codes(cells)
    traced = []
    for code, state in enumerate(STATES):
        if state == "empty":
            continue
        shapes = [view.clip(shape) for shape in cells.geometry[codes == code]]
        points = [shape for shape in shapes if shape.geom_type == "Point" and not shape.is_empty]
        whole = shapely.union_all([shape for shape in shapes if shape.geom_type != "Point"])
        at = [view.place(point.x, point.y) for point in points]
        traced.append(Cells(find_fill(state), _trace(whole, view), at))
    return traced


def _trace(shape: Any, view: View) -> str:
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    said = []
    for polygon in polygons:
        thin = polygon.simplify(_TOLERANCE * view.unit_m)
        for ring in (thin.exterior, *thin.interiors) if thin.geom_type == "Polygon" else ():
            at = [view.place(x, y) for x, y in shapely.get_coordinates(ring)[:-1]]
            said.append("M" + "L".join(f"{x:g} {y:g}" for x, y in at) + "Z")
    return "".join(said)


def _place_signs(sites: gpd.GeoDataFrame, view: View, language: Language, times: float) -> list[Sign]:
    signs = []
    # Places at one address show side by side.
    shifts = shift_coincident(sites)
    for kind in reversed(list(SYMBOLS)):
        chosen = (sites["kind"] == kind).to_numpy(bool)
        rows = zip(
            sites["name"][chosen], sites["open"][chosen], list_points(sites.geometry[chosen]), shifts[chosen],
            strict=True,
        )  # fmt: skip
        for name, is_open, point, shift in rows:
            if view.holds(point.x, point.y):
                x, y = view.place(point.x, point.y)
                signs.append(
                    make_sign(
                        kind, language, x + times * float(shift), y, SYMBOLS[kind].size * times, hollow=not is_open,
                        name=str(name),
                    )
                )  # fmt: skip
    return signs


def make_sign(
    kind: str, language: Language, x: float = 0, y: float = 0, size: float = 22, *, hollow: bool = False, name: str = ""
) -> Sign:
    """Make the sign of a kind of place around a point."""
    left, top = (f"{round(middle - size / 2, 1):g}" for middle in (x, y))
    box = (x, y, size / 2, size / 2)
    return Sign(find_symbol(kind, language), left, top, f"{round(size / 24, 3):g}", hollow, name, box)


def trace_star(x: float = 0, y: float = 0) -> str:
    """Trace the mark of the hypothesis around a point."""
    angles = np.pi / 2 + np.arange(10) * np.pi / 5
    radii = np.where(np.arange(10) % 2 == 0, *_STAR_RADII)
    return " ".join(f"{x + r * np.cos(a):.1f},{y - r * np.sin(a):.1f}" for r, a in zip(radii, angles, strict=True))


def measure_scale(view: View) -> Scale:
    """Choose the bar that says how long a distance is."""
    most = 0.28 * (view.east - view.west)
    power = 10.0 ** np.floor(np.log10(most))
    length = next(step * power for step in (5, 2, 1) if step * power <= most)
    said = f"{length / 1000:g}\u00a0km" if length >= 1000 else f"{length:g}\u00a0m"
    return Scale(f"{100 * length / view.unit_m / WIDTH:.2f}%", said)
