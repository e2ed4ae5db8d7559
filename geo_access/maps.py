"""The coverage map: one HTML file that opens anywhere, asks no server for anything and reads without colours."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import folium
from branca.element import MacroElement
from jinja2 import Template

from geo_access.arguments import take_coverage, take_language
from geo_access.formats import format_count
from geo_access.map_context import draw_rail, draw_streets, encode_rail
from geo_access.map_layers import (
    CLASS_STYLES,
    SYMBOLS,
    DataLayer,
    classify,
    draw_symbol,
    dump_block,
    encode_cells,
    encode_communes,
    encode_shapes,
    encode_sites,
    make_group,
    place_names,
    shift_coincident,
    thin,
)
from geo_access.map_legends import draw_line
from geo_access.map_page import TILES_NAME, PageFigure, build_page
from geo_access.map_themes import encode_beyond, encode_reach, encode_theme, list_themes
from geo_access.map_tiles import read_tiles
from geo_access.outputs import write_text_atomically
from geo_access.reach import list_reach
from geo_access.texts import render

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from geo_access.coverage import Coverage
    from geo_access.map_legends import Line
    from geo_access.map_page import Page
    from geo_access.texts import Language

_NAME = "map_coverage"
_WORDS = (
    "close",
    "zoom_in",
    "zoom_out",
    "zoom_all",
    "cell",
    "people",
    "commune",
    "pole_time",
    "antenna_time",
    "departures_held",
    "why",
    "unreached",
    "area",
    "show_reach",
)
_SST_LINES = [{"color": "#ffffff", "weight": 5, "opacity": 0.9}, {"color": "#14181d", "weight": 2.4, "opacity": 1}]
_AREA_LINES = [
    {"color": "#ffffff", "weight": 4.5, "opacity": 0.9},
    {"color": "#a3005c", "weight": 2.4, "opacity": 1, "dashArray": "7 4"},
]
_COMMUNE_LINES = [
    {"color": "#ffffff", "weight": 2.6, "opacity": 0.85},
    {"color": "#333a42", "weight": 0.9, "opacity": 1},
]


class CoverageMap(folium.Map):
    """A `folium.Map` on a page of its own.

    It takes further folium elements as any map does. Leaflet is all that the page carries: elements that need other
    libraries link to them, and the page then asks for those when it is opened.
    """

    default_js: ClassVar[list[tuple[str, str]]] = []  # type: ignore[misc]  # folium's own, emptied for this class
    default_css: ClassVar[list[tuple[str, str]]] = []  # type: ignore[misc]
    _template = Template(
        """
        {% macro html(this, kwargs) %}
            <script type="application/json" id="{{ this.get_name() }}_page">{{ this.block }}</script>
            <div class="folium-map" id="{{ this.get_name() }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = (function () {
                const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
                return L.map("{{ this.get_name() }}", {
                    preferCanvas: true, zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5,
                    wheelPxPerZoomLevel: 120, maxZoom: 18, center: [0, 0], zoom: 3,
                    fadeAnimation: !still, zoomAnimation: !still, markerZoomAnimation: !still
                });
            })();
            var sheet_{{ this.get_name() }} = GeoAccess.open({{ this.get_name() }}, "{{ this.get_name() }}");
        {% endmacro %}
        """
    )

    def __init__(self, page: Page, block: str, frame_title: str) -> None:
        super().__init__(tiles=None)
        self._id = "coverage"
        self.block = block
        self.frame_title = frame_title
        figure = PageFigure(page)
        figure.add_child(self)

    def to_html(self) -> str:
        """Return the whole page; the same map gives the same text."""
        html: str = self.get_root().render()
        return html

    def save(
        self,
        outfile: Path | str | Any,
        close_file: bool = True,  # noqa: FBT001, FBT002 -- folium's signature
        **kwargs: Any,
    ) -> None:
        """Write the page, whole or not at all.

        Parameters
        ----------
        outfile
            A path, or a binary file object as folium takes it.

        Raises
        ------
        InputError
            When the folder is missing or writing is refused.
        """
        if hasattr(outfile, "write"):
            super().save(outfile, close_file=close_file, **kwargs)
        else:
            write_text_atomically(outfile, self.to_html())

    def _repr_html_(self, **kwargs: Any) -> str:  # noqa: ARG002 -- folium's signature
        """Show the page in a notebook, in a frame of its own."""
        return (
            f'<iframe title="{escape(self.frame_title)}" srcdoc="{escape(self.to_html())}" '
            'style="width:100%;height:850px;border:1px solid #c9ced4" loading="lazy"></iframe>'
        )


class _Finish(MacroElement):
    """Moves the layer control beside the map and wakes the page up."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "sheet_{{ this._parent.get_name() }}.finish({{ this.control.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self, control: folium.LayerControl) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is half typed
        self._name = self._id = "finish"
        self.control = control


def coverage_map(
    coverage: Coverage, *, language: Language | None = None, tiles: str | None = None, attribution: str | None = None
) -> CoverageMap:
    """Draw who is served, where, and by which places.

    Parameters
    ----------
    coverage
        What `check` returns.
    language
        ``fr`` or ``en``; the study's own by default.
    tiles
        A background of tiles: ``OpenStreetMap``, or a URL with ``{z}``, ``{x}`` and ``{y}``. None, the default, asks no
        server for anything. The page stays whole when the tiles do not come.
    attribution
        The credit that the tiles' licence asks for.

    Returns
    -------
    CoverageMap
        A folium map. ``.save("coverage.html")`` writes one file that opens without any network; in a notebook it shows
        itself.

    Raises
    ------
    InputError
        When `tiles` is no such URL, or its credit is missing.
    """
    return _Drawing(coverage, take_language(language, take_coverage(coverage).language), tiles, attribution).draw()


class _Drawing:
    """Puts a coverage on a map, layer by layer."""

    def __init__(self, coverage: Coverage, language: Language, tiles: str | None, attribution: str | None) -> None:
        self.coverage = coverage
        self.language = language
        self.tiles = None if tiles is None else read_tiles(tiles, attribution, language)
        self.communes = thin(coverage.communes)
        self.themes = list_themes(coverage, language)
        self.reach = list_reach(coverage)
        self.kinds = [kind for kind in SYMBOLS if (coverage.sites["kind"] == kind).any()]
        times = coverage.times
        rail = draw_rail(times.timetable, coverage.communes) if times and times.settings.transit.gtfs else None
        self.rail = rail if rail and rail.stations else None
        on_streets = times is not None and coverage.summary["walking"] == "streets"
        self.streets = draw_streets(times.streets, coverage.communes) if times and on_streets else None
        #: Layers that can be put on and off: name, label (HTML), whether shown at first.
        self.overlays = self._list_overlays()

    def draw(self) -> CoverageMap:
        language, study = self.language, str(self.coverage.summary["study"])
        page = build_page(
            self.coverage,
            language,
            map_name=_NAME,
            overlays=[label for _, label, _ in self.overlays],
            themes=self.themes,
            reach=self.reach,
            lines=self.rail is not None,
            tiles=None if self.tiles is None else (self.tiles.host, self.tiles.credit),
        )
        self.map = CoverageMap(page, self._write_block(study), render("maps.frame_title", language, study=study))
        if self.tiles is not None:
            background = folium.TileLayer(
                self.tiles.url, attr=escape(self.tiles.credit), name="background", control=False, max_zoom=19
            )
            background._id = TILES_NAME.rpartition("_")[2]  # noqa: SLF001 -- the same input must give the same bytes
            self.map.add_child(background)
        self._add("land", "land", "land", encode_communes(self.coverage, self.communes, language), control=False)
        self._add_themes()
        self._add_overlays()
        control = folium.LayerControl(collapsed=False)
        control._id = "layers"  # noqa: SLF001 -- branca draws random ids; the same input must give the same bytes
        self.map.add_child(control)
        self.map.add_child(_Finish(control))
        return self.map

    def _write_block(self, study: str) -> str:
        words = {name: render(f"maps.{name}", self.language) for name in _WORDS}
        words["map_label"] = render("maps.map_label", self.language, study=study)
        west, south, east, north = (round(float(value), 5) for value in self.communes.total_bounds)
        return dump_block(
            {
                "words": words,
                "numbers": {
                    "thousands": {"fr": "\u202f", "en": ","}[self.language],
                    "decimal": {"fr": ",", "en": "."}[self.language],
                    "percent": {"fr": "\u00a0%", "en": "%"}[self.language],
                },
                "bounds": [[south, west], [north, east]],
                "credit": None if self.tiles is None else self.tiles.credit,
            }
        )

    def _add(self, name: str, label: str, method: str, data: dict[str, Any], **options: Any) -> None:
        group = make_group(name, label, **options)
        group.add_child(DataLayer(name, method, data, map_name=_NAME))
        self.map.add_child(group)

    def _add_themes(self) -> None:
        """Add what one of is shown at a time; the script draws a theme when it is first chosen."""
        coverage, language = self.coverage, self.language

        def add(name: str, method: str, data: dict[str, Any], *, layer: str | None = None, show: bool = False) -> None:
            self._add(layer or name, render(f"maps.theme_{name}", language), method, data, overlay=False, show=show)

        add("cells", "cells", encode_cells(coverage, language), show=True)
        for theme in self.themes:
            add(theme.name, "painted", encode_theme(theme))
        required = coverage.summary["target"]["required_share"]
        classes = {"classes": classify(coverage.communes["share"], required).tolist(), "styles": list(CLASS_STYLES)}
        add("communes", "shares", classes, layer="shares")
        if self.reach:
            add("reach", "reach", encode_reach(coverage, self.reach, language))

    def _list_overlays(self) -> list[tuple[str, str, bool]]:
        coverage, language = self.coverage, self.language

        def name_layer(line: Line, code: str, **params: object) -> str:
            return f"{draw_line(line)}<span>{escape(render(code, language, **params))}</span>"

        listed = [("communes", name_layer("commune", "maps.layer_communes"), True)]
        if len(coverage.sst):
            listed.append(("sst", name_layer("sst", "maps.layer_sst"), True))
        if coverage.priority is not None:
            listed.append(("areas", name_layer("area", "maps.layer_areas"), True))
        for kind in self.kinds:
            count = format_count(int((coverage.sites["kind"] == kind).sum()), language)
            label = f"{render(f'results.kind_{kind}', language)} ({count})"
            listed.append((f"sites_{kind}", f"{draw_symbol(kind)}<span>{escape(label)}</span>", True))
        beyond = coverage.residents[coverage.residents["state"] == "beyond"]
        if len(beyond):
            most = format_count(float(beyond["weight"].max()), language)
            listed.append(("beyond", name_layer("beyond", "maps.layer_beyond", most=most), False))
        if self.rail is not None:
            listed.append(("rail", name_layer("rail", "maps.layer_rail"), True))
        if self.streets is not None:
            listed.append(("streets", name_layer("streets", "maps.layer_streets"), True))
        return listed

    def _add_overlays(self) -> None:
        coverage, language = self.coverage, self.language
        shifts = shift_coincident(coverage.sites)
        reach = {each.site: (number, each) for number, each in enumerate(self.reach)}
        for name, label, shown in self.overlays:
            if name == "communes":
                names = place_names(coverage, self.communes, language)
                method, data = "outlines", {"strokes": _COMMUNE_LINES, "names": names}
            elif name == "sst":
                method, data = "outlines", _encode_outlines(coverage.sst, _SST_LINES)
            elif name == "areas":
                method, data = "outlines", _encode_outlines(coverage.priority, _AREA_LINES)
            elif name == "beyond":
                method, data = "dots", encode_beyond(coverage)
            elif name == "rail" and self.rail is not None:
                method, data = "rail", encode_rail(self.rail, language)
            elif name == "streets" and self.streets is not None:
                method, data = "streets", self.streets
            else:
                kind = name.removeprefix("sites_")
                method, data = "places", encode_sites(coverage, kind, shifts, language, reach=reach)
            self._add(name, label, method, data, show=shown)


def _encode_outlines(table: gpd.GeoDataFrame, strokes: list[dict[str, Any]]) -> dict[str, Any]:
    origin, shapes = encode_shapes(thin(table))
    return {"origin": origin, "shapes": shapes, "strokes": strokes}
