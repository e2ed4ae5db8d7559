"""The map of a commune's brief: a static drawing in SVG, without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_access.map_layers import STATE_STYLES, STATES, SYMBOLS, find_middle, state_codes

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from geo_access.coverage import Coverage

#: Size of the drawing in its own units, and the free space around the commune (part of its size; metres at least).
WIDTH, HEIGHT = 1000, 940
_MARGIN, _LEAST_MARGIN_M = 0.08, 250.0
_TOLERANCE = 0.7
_PALE = 0.38


@dataclass(frozen=True)
class View:
    """The window of the ground that is drawn, and its scale."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, bounds: Iterable[float]) -> View:
        """Return the window of the drawing's shape around some bounds (metres)."""
        west, south, east, north = (float(value) for value in bounds)
        margin = max(_MARGIN * max(east - west, north - south), _LEAST_MARGIN_M)
        width, height = east - west + 2 * margin, north - south + 2 * margin
        width, height = max(width, height * WIDTH / HEIGHT), max(height, width * HEIGHT / WIDTH)
        x, y = (west + east) / 2, (south + north) / 2
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

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

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point of the ground is in the window."""
        return self.west <= x <= self.east and self.south <= y <= self.north


def draw_map(coverage: Coverage, insee: str, *, title: str, words: str, star: tuple[float, float] | None = None) -> str:
    """Draw a commune: its cells by state, its neighbours paler, outlines, places, a scale.

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
    mine = communes["insee"] == insee
    view = View.around(communes.geometry[mine].iloc[0].bounds)
    cells = coverage.residents
    own_cells = (cells["insee"] == insee).to_numpy(bool)
    parts = [
        _draw_patterns(),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        draw_areas(communes.geometry[~mine], view, 'fill="#efefea"'),
        draw_areas(communes.geometry[mine], view, 'fill="#fbfaf6"'),
        f'<g opacity="{_PALE}">{_draw_cells(cells[~own_cells], view)}</g>',
        _draw_cells(cells[own_cells], view),
        draw_areas(communes.geometry[~mine], view, 'fill="none" stroke="#6b737c" stroke-width="1.6"'),
    ]
    if len(coverage.sst):
        parts.append(draw_areas(coverage.sst.geometry, view, 'fill="none" stroke="#3b424a" stroke-width="3.4"'))
    parts.append(draw_areas(communes.geometry[mine], view, 'fill="none" stroke="#ffffff" stroke-width="11"'))
    parts.append(draw_areas(communes.geometry[mine], view, 'fill="none" stroke="#14181d" stroke-width="5.5"'))
    parts.append(write_names(communes[~mine], view))
    parts.append(_draw_sites(coverage.sites, view))
    if star is not None and view.holds(*star):
        parts.append(_draw_star(*view.place(*star)))
    parts.append(draw_scale(view))
    inside = "\n".join(part for part in parts if part)
    return (
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="map-title map-words">'
        f'<title id="map-title">{escape(title)}</title><desc id="map-words">{escape(words)}</desc>\n{inside}\n</svg>'
    )


def list_seen(coverage: Coverage, insee: str) -> gpd.GeoDataFrame:
    """Return the places that the map of a commune shows."""
    communes = coverage.communes
    view = View.around(communes.geometry[communes["insee"] == insee].iloc[0].bounds)
    seen = [view.holds(point.x, point.y) for point in coverage.sites.geometry]
    return coverage.sites[np.asarray(seen, bool)]


def draw_swatch(state: str) -> str:
    """Draw a state's colour and lines for a table."""
    fill = _fill(state, "key")
    return (
        '<svg class="swatch" viewBox="0 0 28 18" aria-hidden="true" focusable="false">'
        f'<rect x="1" y="1" width="26" height="16" fill="{fill}" stroke="#555" stroke-width="1"/></svg>'
    )


def draw_place(kind: str, *, hollow: bool = False) -> str:
    """Draw the symbol of a kind of place for the legend."""
    return (
        '<svg class="swatch" viewBox="-14 -14 28 28" aria-hidden="true" focusable="false">'
        f"{_draw_symbol(kind, 0, 0, 22, hollow=hollow)}</svg>"
    )


def draw_star_sign() -> str:
    """Draw the mark of the hypothesis for the legend."""
    sign = _draw_star(0, 0)
    return f'<svg class="swatch" viewBox="-26 -26 52 52" aria-hidden="true" focusable="false">{sign}</svg>'


def _fill(state: str, prefix: str = "map") -> str:
    style = STATE_STYLES[state]
    return f"url(#{prefix}-{state})" if "lines" in style else str(style["fill"])


def _draw_patterns() -> str:
    """Draw the lines of states, at the scale of the map and at that of a swatch."""
    drawn = []
    for prefix, step, width in (("map", 17, 3.2), ("key", 8, 1.5)):
        for state, style in STATE_STYLES.items():
            if "lines" not in style:
                continue
            lines = f"M0 {step}L{step} 0M-2 2L2 -2M{step - 2} {step + 2}L{step + 2} {step - 2}"
            lines += f"M0 0L{step} {step}" if style.get("cross") else ""
            drawn.append(
                f'<pattern id="{prefix}-{state}" width="{step}" height="{step}" patternUnits="userSpaceOnUse">'
                f'<rect width="{step}" height="{step}" fill="{style["fill"]}"/>'
                f'<path d="{lines}" stroke="{style["lines"]}" stroke-width="{width}"/></pattern>'
            )
    return f"<defs>{''.join(drawn)}</defs>"


def draw_areas(shapes: gpd.GeoSeries, view: View, style: str) -> str:
    """Draw areas as one path in a style."""
    paths = [_write_path(view.clip(shape), view) for shape in shapes if shape is not None]
    said = "".join(path for path in paths if path)
    return f'<path d="{said}" {style} stroke-linejoin="round"/>' if said else ""


def _draw_cells(cells: gpd.GeoDataFrame, view: View) -> str:
    codes = state_codes(cells)
    drawn = []
    for code, state in enumerate(STATES):
        if state == "empty":
            continue
        shapes = [view.clip(shape) for shape in cells.geometry[codes == code]]
        points = [shape for shape in shapes if shape.geom_type == "Point" and not shape.is_empty]
        circles = "".join('<circle cx="{}" cy="{}" r="5"/>'.format(*view.place(shape.x, shape.y)) for shape in points)
        # One shape a state: cells drawn one by one would show their seams.
        whole = shapely.union_all([shape for shape in shapes if shape.geom_type != "Point"])
        path = _write_path(whole, view)
        if path or circles:
            drawn.append(
                f'<g fill="{_fill(state)}">{f"<path d={chr(34)}{path}{chr(34)}/>" if path else ""}{circles}</g>'
            )
    return "".join(drawn)


def _write_path(shape: Any, view: View) -> str:
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    said = []
    for polygon in polygons:
        thin = polygon.simplify(_TOLERANCE * view.unit_m)
        for ring in (thin.exterior, *thin.interiors) if thin.geom_type == "Polygon" else ():
            at = [view.place(x, y) for x, y in shapely.get_coordinates(ring)[:-1]]
            said.append("M" + "L".join(f"{x:g} {y:g}" for x, y in at) + "Z")
    return "".join(said)


def write_names(communes: gpd.GeoDataFrame, view: View) -> str:
    """Name the communes that show enough of themselves."""
    said = []
    window = shapely.box(view.west, view.south, view.east, view.north)
    for name, shape in zip(communes["name"], communes.geometry, strict=True):
        seen = shapely.make_valid(shape).intersection(window)
        if seen.area < 0.02 * window.area:
            continue
        x, y = view.place(*shapely.get_coordinates(find_middle(seen))[0])
        half = 5.6 * len(str(name))
        x = min(max(x, half + 6), WIDTH - half - 6)
        said.append(f'<text x="{x:g}" y="{y:g}">{escape(str(name))}</text>')
    return (
        '<g font-size="21" text-anchor="middle" fill="#4a525c" stroke="#fff" stroke-width="5" paint-order="stroke">'
        f"{''.join(said)}</g>"
        if said
        else ""
    )


def _draw_sites(sites: gpd.GeoDataFrame, view: View) -> str:
    drawn = []
    for kind in reversed(list(SYMBOLS)):
        chosen = sites[sites["kind"] == kind]
        for name, is_open, point in zip(chosen["name"], chosen["open"], chosen.geometry, strict=True):
            if view.holds(point.x, point.y):
                x, y = view.place(point.x, point.y)
                symbol = _draw_symbol(kind, x, y, SYMBOLS[kind].size * 1.5, hollow=not is_open)
                drawn.append(f"<g><title>{escape(str(name))}</title>{symbol}</g>")
    return "".join(drawn)


def _draw_symbol(kind: str, x: float, y: float, size: float, *, hollow: bool) -> str:
    symbol = SYMBOLS[kind]
    fill, stroke, width = ("#fff", symbol.colour, 3) if hollow else (symbol.colour, "#fff", 1.8)
    scale = round(size / 24, 3)
    mark = ""
    if symbol.mark:
        ink = symbol.colour if hollow else "#fff"
        mark = f'<path d="{symbol.mark}" fill="none" stroke="{ink}" stroke-width="2.6"/>'
    return (
        f'<g transform="translate({round(x - size / 2, 1):g} {round(y - size / 2, 1):g}) scale({scale:g})">'
        f'<path d="{symbol.path}" fill="{fill}" stroke="{stroke}" stroke-width="{width}" stroke-linejoin="round"/>'
        f"{mark}</g>"
    )


def _draw_star(x: float, y: float) -> str:
    angles = np.pi / 2 + np.arange(10) * np.pi / 5
    radii = np.where(np.arange(10) % 2 == 0, 22, 9.5)
    points = " ".join(f"{x + r * np.cos(a):.1f},{y - r * np.sin(a):.1f}" for r, a in zip(radii, angles, strict=True))
    return f'<polygon points="{points}" fill="#ffd400" stroke="#14181d" stroke-width="3" stroke-linejoin="round"/>'


def draw_scale(view: View) -> str:
    """Draw the bar that says how long a distance is."""
    most = 0.28 * (view.east - view.west)
    power = 10.0 ** np.floor(np.log10(most))
    length = next(step * power for step in (5, 2, 1) if step * power <= most)
    width = length / view.unit_m
    said = f"{length / 1000:g}\u00a0km" if length >= 1000 else f"{length:g}\u00a0m"
    x, y = 22, HEIGHT - 20
    return (
        f'<g><rect x="{x - 10}" y="{y - 40}" width="{width + 20:.1f}" height="50" fill="#fff" opacity=".8"/>'
        f'<path d="M{x} {y - 9}V{y}H{x + width:.1f}V{y - 9}" fill="none" stroke="#14181d" stroke-width="3"/>'
        f'<text x="{x + width / 2:.1f}" y="{y - 13}" font-size="20" text-anchor="middle">{said}</text></g>'
    )
