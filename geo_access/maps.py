"""The coverage map: one HTML file that opens anywhere, asks no server for anything and reads without colours."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import folium
from branca.element import MacroElement
from jinja2 import Template

from geo_access.formats import format_count
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
from geo_access.map_page import PageFigure, build_page, draw_line
from geo_access.outputs import write_text_atomically
from geo_access.texts import render

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.coverage import Coverage
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
)
_SST_LINES = [{"color": "#ffffff", "weight": 5, "opacity": 0.9}, {"color": "#14181d", "weight": 2.4, "opacity": 1}]
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


def coverage_map(coverage: Coverage, *, language: Language | None = None) -> CoverageMap:
    """Draw who is served, where, and by which places.

    Parameters
    ----------
    coverage
        What `check` returns.
    language
        ``fr`` or ``en``; the study's own by default.

    Returns
    -------
    CoverageMap
        A folium map. ``.save("coverage.html")`` writes one file that opens without any network; in a notebook it shows
        itself.
    """
    language = language or coverage.language
    communes = thin(coverage.communes)
    kinds = [kind for kind in SYMBOLS if (coverage.sites["kind"] == kind).any()]
    counts = {kind: int((coverage.sites["kind"] == kind).sum()) for kind in kinds}
    labels = {
        kind: f"{render(f'results.kind_{kind}', language)} ({format_count(counts[kind], language)})" for kind in kinds
    }
    symbols = [f"{draw_symbol(kind)}<span>{escape(labels[kind])}</span>" for kind in kinds]
    page = build_page(coverage, language, map_name=_NAME, symbols=symbols)
    study = str(coverage.summary["study"])
    words = {name: render(f"maps.{name}", language) for name in _WORDS}
    words["map_label"] = render("maps.map_label", language, study=study)
    west, south, east, north = (round(float(value), 5) for value in communes.total_bounds)
    block = dump_block(
        {
            "words": words,
            "numbers": {
                "thousands": {"fr": "\u202f", "en": ","}[language],
                "decimal": {"fr": ",", "en": "."}[language],
                "percent": {"fr": "\u00a0%", "en": "%"}[language],
            },
            "bounds": [[south, west], [north, east]],
        }
    )
    drawn = CoverageMap(page, block, render("maps.frame_title", language, study=study))

    def add(name: str, label: str, method: str, data: dict[str, Any], **options: Any) -> None:
        group = make_group(name, label, **options)
        group.add_child(DataLayer(name, method, data, map_name=_NAME))
        drawn.add_child(group)

    add("land", "land", "land", encode_communes(coverage, communes, language), control=False)
    add("cells", render("maps.theme_cells", language), "cells", encode_cells(coverage, language), overlay=False)
    required = coverage.summary["target"]["required_share"]
    classes = {"classes": classify(coverage.communes["share"], required).tolist(), "styles": list(CLASS_STYLES)}
    add("shares", render("maps.theme_communes", language), "shares", classes, overlay=False, show=False)
    names = place_names(coverage, communes, language)
    add(
        "communes",
        draw_line("commune") + render("maps.layer_communes", language),
        "outlines",
        {"strokes": _COMMUNE_LINES, "names": names},
    )
    if len(coverage.sst):
        origin, shapes = encode_shapes(thin(coverage.sst))
        outlines = {"origin": origin, "shapes": shapes, "strokes": _SST_LINES}
        add("sst", draw_line("sst") + render("maps.layer_sst", language), "outlines", outlines)
    shifts = shift_coincident(coverage.sites)
    for kind in kinds:
        add(
            f"sites_{kind}",
            draw_symbol(kind) + escape(labels[kind]),
            "places",
            encode_sites(coverage, kind, shifts, language),
        )
    control = folium.LayerControl(collapsed=False)
    control._id = "layers"  # noqa: SLF001 -- branca draws random ids; the same input must give the same bytes
    drawn.add_child(control)
    drawn.add_child(_Finish(control))
    return drawn
