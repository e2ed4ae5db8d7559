"""The map of an inspection: the communes, and a layer of points for each kind of finding that has places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
from markupsafe import escape

from geo_access.report.html import load_template, render_json, render_template
from geo_access.report.map.elements import DataLayer, PageMap, make_group, make_sheet
from geo_access.report.map.layers import thin
from geo_access.report.map.page_figure import PageFigure
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.core.findings import Level
    from geo_access.quality.inspection import Inspection
    from geo_access.quality.locations import Location
    from geo_access.report.map.page_figure import Page
    from geo_access.texts import Language

_COLOURS: dict[Level, str] = {"error": "#8f1d14", "warning": "#b35c00", "info": "#2a6ca8"}
#: Layers by the beginning of a finding's name, the more particular first; what is in none is about stops.
_LAYERS = (
    "too_fast", "stops_unsnapped", "residents_unsnapped", "sites_unsnapped", "sites_closed", "sites_without_stop",
    "streets_end", "communes_off", "communes_bare", "cells_twice", "site_twice", "site_",
)  # fmt: skip
_RADIUS: dict[Level, int] = {"error": 7, "warning": 6, "info": 5}


class _InspectionMap(PageMap):
    """The map of an inspection, which ``assets/inspection.js`` opens."""

    _template = load_template("map/elements/inspection.html")

    def __init__(self, label: str, sheet: dict[str, Any]) -> None:
        super().__init__("000")
        self.label = label
        self.block = render_json(f"{self.get_name()}_page", sheet)


def draw_inspection(inspection: Inspection, page: Page, language: Language) -> str:
    """Draw the map into its page and return the whole; the same inspection gives the same text."""
    communes = thin(inspection.territory[["name", "geometry"]])
    west, south, east, north = (round(float(value), 5) for value in communes.to_crs(4326).total_bounds)
    label = render("inspect.map_label", language)
    drawn = _InspectionMap(label, make_sheet(language, label, [[south, west], [north, east]]))
    figure = PageFigure(page, "inspection")
    figure.add_child(drawn)
    land = make_group("communes", str(escape(render("inspect.layer_communes", language))))
    shapes = folium.GeoJson(
        communes.to_crs(4326).to_json(to_wgs84=False, drop_id=True),
        style_function=lambda _feature: {"color": "#333a42", "weight": 1, "fillColor": "#eef1f4", "fillOpacity": 1},
        interactive=False,
    )
    shapes._id = "communes"  # noqa: SLF001 -- branca draws random ids; the same input must give the same bytes
    land.add_child(shapes)
    drawn.add_child(land)
    for name, locations in _by_layer(inspection).items():
        said = render(f"inspect.layer_{name.rstrip('_')}", language)
        colour = _COLOURS[locations[-1].level]
        label = render_template("map/spots_label.html", language, colour=colour, said=said, count=len(locations))
        group = make_group(name, label)
        for level in _COLOURS:
            mine = [location for location in locations if location.level == level]
            if mine:
                group.add_child(_make_points(f"{name}_{level}", mine, level, drawn.get_name()))
        drawn.add_child(group)
    control = folium.LayerControl(collapsed=False)
    control._id = "layers"  # noqa: SLF001
    drawn.add_child(control)
    return figure.render()


def _make_points(name: str, locations: list[Location], level: Level, map_name: str) -> DataLayer:
    points = [
        [round(location.lat, 6), round(location.lon, 6), location.name, location.detail] for location in locations
    ]
    data = {"points": points, "colour": _COLOURS[level], "radius": _RADIUS[level]}
    return DataLayer(name, "points", data, map_name=map_name)


def _by_layer(inspection: Inspection) -> dict[str, list[Location]]:
    """The places by layer, the gravest last: they are drawn on top."""
    order = ("info", "warning", "error")
    layers: dict[str, list[Location]] = {}
    for location in sorted(inspection.locations, key=lambda location: order.index(location.level)):
        name = location.code.partition(".")[2]
        layer = next((one for one in _LAYERS if name.startswith(one)), "stops")
        layers.setdefault(layer, []).append(location)
    return layers
