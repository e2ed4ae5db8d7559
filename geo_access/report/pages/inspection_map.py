"""The map of an inspection: the communes, and a layer for each kind of finding that has places, in marks of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import folium

from geo_access.report.html import load_template, render_json
from geo_access.report.map.elements import DataLayer, PageMap, make_group, make_sheet
from geo_access.report.map.layers import thin
from geo_access.report.map.page_figure import PageFigure
from geo_access.report.palette import LEVELS, RIM, SHAPES
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.core.findings import Level
    from geo_access.quality.inspection import Inspection
    from geo_access.quality.locations import Location
    from geo_access.report.map.page_figure import Page
    from geo_access.texts import Language

#: Layers by the beginning of a finding's name, the more particular first; what is in none is about stops.
_LAYERS = (
    "too_fast", "stops_unsnapped", "residents_unsnapped", "sites_unsnapped", "sites_closed", "sites_without_stop",
    "streets_end", "communes_off", "communes_bare", "cells_twice", "site_twice", "site_",
)  # fmt: skip
_RADIUS: dict[Level, int] = {"error": 9, "warning": 8, "info": 7}
_LAND = {"color": "var(--outline)", "weight": 1, "fillColor": "var(--land)", "fillOpacity": 1}
_THOUSANDS, _METRES = re.compile(r"(?<=\d),(?=\d{3})"), re.compile(r"(?<=\d) m\b")


class _InspectionMap(PageMap):
    """The map of an inspection, which ``assets/inspection.js`` opens."""

    _template = load_template("map/elements/inspection.html")

    def __init__(self, label: str, sheet: dict[str, Any]) -> None:
        super().__init__("000")
        self.label = label
        self.block = render_json(f"{self.get_name()}_page", sheet)


class Layer(NamedTuple):
    """A layer of the map: what it is called, its places, and the mark of its own that stands for one."""

    name: str
    said: str
    locations: list[Location]
    shape: str
    hollow: bool
    colour: str


def draw_inspection(inspection: Inspection, page: Page, language: Language) -> str:
    """Draw the map into its page and return the whole; the same inspection gives the same text."""
    communes = thin(inspection.territory[["name", "geometry"]])
    west, south, east, north = (round(float(value), 5) for value in communes.to_crs(4326).total_bounds)
    label = render("inspect.map_label", language)
    drawn = _InspectionMap(label, make_sheet(language, label, [[south, west], [north, east]]))
    figure = PageFigure(page, "inspection")
    figure.add_child(drawn)
    land = make_group("communes", "communes", control=False)
    shapes = folium.GeoJson(
        communes.to_crs(4326).to_json(to_wgs84=False, drop_id=True),
        style_function=lambda _feature: _LAND,
        interactive=False,
    )
    shapes._id = "communes"  # noqa: SLF001 -- branca draws random ids; the same input must give the same bytes
    land.add_child(shapes)
    drawn.add_child(land)
    for layer in list_layers(inspection, language):
        group = make_group(layer.name, layer.name, control=False)
        for level in LEVELS:
            mine = [location for location in layer.locations if location.level == level]
            if mine:
                group.add_child(_make_points(layer, mine, level, drawn.get_name(), language))
        drawn.add_child(group)
    return figure.render()


def _make_points(layer: Layer, locations: list[Location], level: Level, map_name: str, language: Language) -> DataLayer:
    data = {
        "layer": layer.name,
        "points": [
            [round(one.lat, 6), round(one.lon, 6), one.name, localise(one.detail, language)] for one in locations
        ],
        "shape": layer.shape,
        "hollow": layer.hollow,
        "colour": LEVELS[level],
        "rim": RIM,
        "radius": _RADIUS[level],
    }
    return DataLayer(f"{layer.name}_{level}", "points", data, map_name=map_name)


def localise(said: str, language: Language) -> str:
    """Write the thousands of the numbers in a detail, and the space before metres, as the language does."""
    return _METRES.sub("\u00a0m", _THOUSANDS.sub("\u202f", said)) if language == "fr" else said


def list_layers(inspection: Inspection, language: Language) -> list[Layer]:
    """List the places by layer, each with a mark of its own; within one the gravest are last, drawn on top."""
    order = ("info", "warning", "error")
    found: dict[str, list[Location]] = {}
    for location in sorted(inspection.locations, key=lambda location: order.index(location.level)):
        name = location.code.partition(".")[2]
        layer = next((one for one in _LAYERS if name.startswith(one)), "stops")
        found.setdefault(layer, []).append(location)
    shapes = list(SHAPES.values())
    marks = {name: (shapes[at % len(shapes)], at >= len(shapes)) for at, name in enumerate((*_LAYERS, "stops"))}
    return [
        Layer(
            name,
            render(f"inspect.layer_{name.rstrip('_')}", language),
            locations,
            *marks[name],
            LEVELS[locations[-1].level],
        )
        for name, locations in found.items()
    ]
