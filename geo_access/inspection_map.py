"""The map of an inspection: the communes, and a layer of points for each kind of finding that has places."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, ClassVar

import folium
from branca.element import Element, MacroElement
from jinja2 import Template

from geo_access.map_layers import thin
from geo_access.map_page import PageFigure
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_access.inspection import Inspection
    from geo_access.map_page import Page
    from geo_access.spots import Spot
    from geo_access.texts import Language

_COLOURS = {"error": "#8f1d14", "warning": "#b35c00", "info": "#2a6ca8"}
#: Layers by the beginning of a finding's name, the more particular first; what is in none is about stops.
_LAYERS = (
    "too_fast", "stops_unsnapped", "residents_unsnapped", "sites_unsnapped", "sites_closed", "sites_without_stop",
    "streets_end", "communes_off", "communes_bare", "cells_twice", "site_twice", "site_",
)  # fmt: skip
_RADIUS = {"error": 7, "warning": 6, "info": 5}


class _Map(folium.Map):
    """A folium map on a page that carries Leaflet itself."""

    default_js: ClassVar[list[tuple[str, str]]] = []  # type: ignore[misc]  # folium's own, emptied for this class
    default_css: ClassVar[list[tuple[str, str]]] = []  # type: ignore[misc]
    _template = Template(
        """
        {% macro html(this, kwargs) %}
            <div class="folium-map" id="{{ this.get_name() }}" role="region" aria-label="{{ this.label }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
            var {{ this.get_name() }} = L.map("{{ this.get_name() }}", {
                preferCanvas: true, zoomControl: false, attributionControl: false, zoomSnap: 0.25, maxZoom: 18,
                fadeAnimation: !still, zoomAnimation: !still
            });
            {{ this.get_name() }}.fitBounds({{ this.box }});
            L.control.zoom({zoomInTitle: {{ this.words[0]|tojson }}, zoomOutTitle: {{ this.words[1]|tojson }}})
                .addTo({{ this.get_name() }});
            L.control.scale({imperial: false}).addTo({{ this.get_name() }});
            {{ this.get_name() }}.getContainer().dataset.ready = "yes";
        {% endmacro %}
        """
    )

    def __init__(self, label: str, words: tuple[str, str], box: list[list[float]]) -> None:
        super().__init__(tiles=None)
        self.label, self.words, self.box = label, words, box


class _Points(MacroElement):
    """Points of one kind, drawn on the map's canvas."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            for (const [lat, lon, text] of {{ this.points|tojson }}) {
                L.circleMarker([lat, lon], {radius: {{ this.radius }}, color: "#ffffff", weight: 1.2,
                    fillColor: "{{ this.colour }}", fillOpacity: 0.9})
                    .bindPopup(text).addTo({{ this._parent.get_name() }});
            }
        {% endmacro %}
        """
    )

    def __init__(self, points: list[tuple[float, float, str]], level: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is half typed
        self._name = "points"
        self.points, self.colour, self.radius = points, _COLOURS[level], _RADIUS[level]


def draw_inspection(inspection: Inspection, page: Page, language: Language) -> str:
    """Draw the map into its page and return the whole; the same inspection gives the same text."""
    communes = thin(inspection.territory[["name", "geometry"]])
    west, south, east, north = (round(float(value), 5) for value in communes.to_crs(4326).total_bounds)
    words = (render("inspect.zoom_in", language), render("inspect.zoom_out", language))
    drawn = _Map(escape(render("inspect.map_label", language)), words, [[south, west], [north, east]])
    figure = PageFigure(page)
    figure.add_child(drawn)
    land = folium.FeatureGroup(name=escape(render("inspect.layer_communes", language)))
    land.add_child(
        folium.GeoJson(
            communes.to_crs(4326).to_json(to_wgs84=False, drop_id=True),
            style_function=lambda _feature: {
                "color": "#333a42", "weight": 1, "fillColor": "#eef1f4", "fillOpacity": 1
            },
            interactive=False,
        )
    )  # fmt: skip
    drawn.add_child(land)
    for name, spots in _by_layer(inspection).items():
        colour, said = _COLOURS[spots[-1].level], escape(render(f"inspect.layer_{name.rstrip('_')}", language))
        group = folium.FeatureGroup(name=f'<span style="color:{colour}">●</span> {said} ({len(spots)})')
        for level in _COLOURS:
            points = [
                (round(spot.lat, 6), round(spot.lon, 6), _write_popup(spot)) for spot in spots if spot.level == level
            ]
            if points:
                group.add_child(_Points(points, level))
        drawn.add_child(group)
    drawn.add_child(folium.LayerControl(collapsed=False))
    # branca draws random ids; the same input must give the same bytes.
    for number, element in enumerate(_walk(drawn)):
        element._id = f"{number:03d}"  # noqa: SLF001
    html: str = figure.render()
    return html


def _by_layer(inspection: Inspection) -> dict[str, list[Spot]]:
    """The places by layer, the gravest last: they are drawn on top."""
    order = ("info", "warning", "error")
    layers: dict[str, list[Spot]] = {}
    for spot in sorted(inspection.spots, key=lambda spot: order.index(spot.level)):
        name = spot.code.partition(".")[2]
        layer = next((one for one in _LAYERS if name.startswith(one)), "stops")
        layers.setdefault(layer, []).append(spot)
    return layers


def _write_popup(spot: Spot) -> str:
    detail = f"<br>{escape(spot.detail)}" if spot.detail else ""
    return f"<strong>{escape(spot.name)}</strong>{detail}"


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():  # noqa: SLF001
        yield from _walk(child)
