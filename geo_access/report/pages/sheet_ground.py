"""Water and rail below a drawn map, from the study's own OpenStreetMap file: what orients, quietly and in few bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from geo_access.report.map.context import MODES
from geo_access.report.map.credits import credit_ground
from geo_access.report.map.generalise import drop_parallels, fill_pores, melt
from geo_access.report.map.ground import read_features

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geo_access.report.pages.svg_map import View
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.texts import Language

#: Shapes are thinned to this (units of the drawing), and to twice as much until they take no more than so many letters.
_TOLERANCE: Final = 1.0
_MOST_LETTERS: Final = 30_000
_COARSEST: Final = 16.0
#: Areas smaller than this (square units) are not seen; tracks nearer to each other than this (units) are one.
_LEAST_AREA: Final = 40.0
_TRACKS: Final = 4.0


class SheetGround(NamedTuple):
    """Water and tracks as paths, and what a corner of the map says of them."""

    water: str
    rail: str
    credit: str


def draw_ground(times: TravelTimes | None, view: View, language: Language) -> SheetGround | None:
    """Draw water and rail in a window; None where the study's files hold none there."""
    features = read_features(times)
    if features is None:
        return None
    unit = view.unit_m
    window = shapely.box(view.west, view.south, view.east, view.north)

    def cut(shapes: Any) -> NDArray[Any]:
        found = np.asarray(shapes.to_numpy(), object)
        found = found[shapely.intersects(found, window)] if len(found) else found
        return np.array([view.clip(shape) for shape in found], object)

    water = melt(cut(features.of("water").geometry))
    table = features.of("rail")
    tracks = drop_parallels(cut(table[table["kind"].isin(list(MODES))].geometry), within=_TRACKS * unit)

    def trace_water(coarse: float) -> str:
        least = _LEAST_AREA * coarse * unit**2
        thin = [part for area in water for part in fill_pores(shapely.simplify(area, coarse * unit), least)]
        rings = [ring for part in thin if part.area >= least for ring in (part.exterior, *part.interiors)]
        return "".join(f"{_trace(ring, view)}Z" for ring in rings)

    def trace_rail(coarse: float) -> str:
        lines = [shapely.simplify(line, coarse * unit) for line in tracks]
        return "".join(_trace(line, view) for line in lines if line.length >= _TRACKS * coarse * unit)

    drawn = SheetGround(_bound(trace_water), _bound(trace_rail), credit_ground(times, language))
    return drawn if drawn.water or drawn.rail else None


def _bound(trace: Callable[[float], str]) -> str:
    """Trace as finely as the room allows."""
    coarse = _TOLERANCE
    said = trace(coarse)
    while len(said) > _MOST_LETTERS and coarse < _COARSEST:
        coarse *= 2
        said = trace(coarse)
    return said if len(said) <= _MOST_LETTERS else ""


def _trace(line: Any, view: View) -> str:
    at: Sequence[tuple[float, float]] = [view.place(x, y) for x, y in shapely.get_coordinates(line)]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in at)
