"""The comparison as a page: a map of who gains and loses, and the maps before and after, moving together."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import folium
from branca.element import MacroElement
from jinja2 import Template

from geo_access import comparison_layers as layers
from geo_access.arguments import take_language
from geo_access.comparison_page import (
    write_change_legends,
    write_foot,
    write_head,
    write_layer_choice,
    write_page_title,
    write_pair_head,
)
from geo_access.comparison_words import title_sides
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
    encode_sites,
    make_group,
    place_names,
    shift_coincident,
    thin,
)
from geo_access.map_legends import draw_line
from geo_access.map_page import Page, PageFigure
from geo_access.outputs import write_text_atomically
from geo_access.texts import render

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.comparison import Comparison
    from geo_access.comparison_page import PageHead
    from geo_access.coverage import Coverage
    from geo_access.texts import Language

Side = Literal["change", "before", "after"]
_WORDS: tuple[str, ...] = (
    "close",
    "zoom_in",
    "zoom_out",
    "zoom_all",
    "cell",
    "people",
    "commune",
    "pole_time",
    "antenna_time",
)
_WORDS += ("departures_held", "why", "unreached", "area", "show_reach")
_HALO = {"color": "#ffffff", "weight": 5, "opacity": 0.9}
_SST_LINES = [_HALO, {"color": "#14181d", "weight": 2.4, "opacity": 1}]
_OLD_LINES = [_HALO, {"color": "#7a1fa2", "weight": 2.4, "opacity": 1, "dashArray": "3 5"}]
_COMMUNE_LINES = [
    {"color": "#ffffff", "weight": 2.6, "opacity": 0.85},
    {"color": "#333a42", "weight": 0.9, "opacity": 1},
]
_OLD_LINE = (
    '<svg viewBox="0 0 28 18" aria-hidden="true" focusable="false"><path d="M1 9h26" stroke="#7a1fa2" '
    'stroke-width="3" stroke-dasharray="3 4"/></svg>'
)


class ComparedMap(folium.Map):
    """One map of the comparison; what stands around it is its own HTML."""

    default_js: ClassVar[list[tuple[str, str]]] = []  # type: ignore[misc]  # folium's own, emptied for this class
    default_css: ClassVar[list[tuple[str, str]]] = []  # type: ignore[misc]
    _template = Template(
        """
        {% macro html(this, kwargs) %}
            {{ this.opening }}
            <div class="ga-frame" id="{{ this.get_name() }}_frame">
            <script type="application/json" id="{{ this.get_name() }}_page">{{ this.block }}</script>
            <div class="folium-map" id="{{ this.get_name() }}"></div>
            </div>
            {{ this.closing }}
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = (function () {
                const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
                return L.map("{{ this.get_name() }}", {
                    preferCanvas: true, zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5,
                    wheelPxPerZoomLevel: 120, maxZoom: 18, center: [0, 0], zoom: 3,
                    fadeAnimation: !still, zoomAnimation: false, markerZoomAnimation: false
                });
            })();
            var sheet_{{ this.get_name() }} = GeoAccessCompare.open({{ this.get_name() }}, "{{ this.get_name() }}");
        {% endmacro %}
        """
    )

    def __init__(self, side: Side, block: str, opening: str, closing: str) -> None:
        super().__init__(tiles=None)
        self._id = side
        self.block = block
        self.opening = opening
        self.closing = closing


class _Asset(MacroElement):
    """Styles and script of the comparison, in the page's head."""

    _template = Template(
        "{% macro header(this, kwargs) %}"
        "<style>{{ this.styles }}</style>\n<script>{{ this.script }}</script>"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is half typed
        self._name = self._id = "asset"
        folder = files("geo_access") / "map_assets"
        self.styles = (folder / "comparison.css").read_text(encoding="utf-8")
        self.script = (folder / "comparison.js").read_text(encoding="utf-8")


class _Start(MacroElement):
    """Joins the maps once all of them are drawn."""

    _template = Template("{% macro script(this, kwargs) %}GeoAccessCompare.start([{{ this.sheets }}]);{% endmacro %}")

    def __init__(self, maps: list[ComparedMap]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is half typed
        self._name = self._id = "start"
        self.sheets = ", ".join(f"sheet_{drawn.get_name()}" for drawn in maps)


class ComparisonMap:
    """The page of a comparison.

    Attributes
    ----------
    change, before, after
        Its three folium maps; elements added to them are drawn with the rest.
    """

    def __init__(self, page: Page, maps: dict[Side, ComparedMap], frame_title: str) -> None:
        self.change, self.before, self.after = maps["change"], maps["before"], maps["after"]
        self.frame_title = frame_title
        self._figure = PageFigure(page)
        self._figure.add_child(_Asset())
        for drawn in maps.values():
            self._figure.add_child(drawn)
        self._figure.add_child(_Start(list(maps.values())))

    def to_html(self) -> str:
        """Return the whole page; the same comparison gives the same text."""
        return self._figure.render()

    def save(self, path: Path | str) -> None:
        """Write the page, whole or not at all.

        Raises
        ------
        InputError
            When the folder is missing or writing is refused.
        """
        write_text_atomically(path, self.to_html())

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame of its own."""
        return (
            f'<iframe title="{escape(self.frame_title)}" srcdoc="{escape(self.to_html())}" '
            'style="width:100%;height:900px;border:1px solid #c9ced4" loading="lazy"></iframe>'
        )


def comparison_map(
    comparison: Comparison, *, language: Language | None = None, head: PageHead | None = None
) -> ComparisonMap:
    """Draw who gains and who loses, and both sides beside each other.

    Parameters
    ----------
    comparison
        What `compare` returns.
    language
        ``fr`` or ``en``; the study's own by default.
    head
        The question that the comparison belongs to, and its answer, to stand above it.

    Returns
    -------
    ComparisonMap
        ``.save("diff.html")`` writes one file that opens without any network; in a notebook it shows itself.
    """
    return _Drawing(comparison, take_language(language, comparison.language), head).draw()


class _Drawing:
    """Puts a comparison on three maps."""

    def __init__(self, comparison: Comparison, language: Language, head: PageHead | None = None) -> None:
        self.comparison = comparison
        self.head = head
        self.language = language
        self.sides: dict[Side, Coverage] = {"before": comparison.before, "after": comparison.after}
        self.communes = {side: thin(coverage.communes) for side, coverage in self.sides.items()}
        self.old = comparison.sst[comparison.sst["side"] == "before"]
        self.kinds = [
            kind for kind in SYMBOLS if any((side.sites["kind"] == kind).any() for side in self.sides.values())
        ]

    def draw(self) -> ComparisonMap:
        comparison, language = self.comparison, self.language
        between = write_pair_head(comparison, language)
        aside = write_change_legends(comparison, language)
        choice = write_layer_choice(self._list_layers(), language)
        after_change = f'<div class="ga-aside"><section>{aside}</section><section>{choice}</section></div></div>'
        around: dict[Side, tuple[str, str]] = {
            "change": ("", after_change),
            "before": (between[0], between[1]),
            "after": ("", between[2]),
        }
        study = str(comparison.summary["after"]["study"])
        titles = dict(zip(("before", "after"), title_sides(comparison, language), strict=True))
        labels = {"change": render("compare.map_change", language, study=study)}
        labels |= {s: render("compare.map_side", language, study=study, side=title) for s, title in titles.items()}
        bounds = self._find_bounds()
        self.maps = {side: ComparedMap(side, self._write_block(labels[side], bounds), *around[side]) for side in around}
        page = Page(
            language,
            self.head.title if self.head else write_page_title(comparison, language),
            write_head(comparison, language, self.head),
            write_foot(comparison, language, map_name=self.maps["change"].get_name()),
        )
        self._draw_change()
        for side in self.sides:
            self._draw_side(side)
        return ComparisonMap(page, self.maps, render("compare.frame_title", language, study=study))

    def _find_bounds(self) -> list[list[float]]:
        """One view for all maps: the territory of both sides."""
        boxes = [shapes.total_bounds for shapes in self.communes.values()]
        west, south = (min(float(box[i]) for box in boxes) for i in (0, 1))
        east, north = (max(float(box[i]) for box in boxes) for i in (2, 3))
        return [[round(south, 5), round(west, 5)], [round(north, 5), round(east, 5)]]

    def _write_block(self, label: str, bounds: list[list[float]]) -> str:
        language = self.language
        words = {name: render(f"maps.{name}", language) for name in _WORDS}
        words |= {
            "map_label": label,
            "before_after": render("compare.card_before_after", language),
            "state": render("compare.card_state", language),
            "pole": render("compare.card_pole", language),
            "held": render("compare.card_departures", language),
        }
        numbers = {
            "thousands": {"fr": "\u202f", "en": ","}[language],
            "decimal": {"fr": ",", "en": "."}[language],
            "percent": {"fr": "\u00a0%", "en": "%"}[language],
        }
        return dump_block({"words": words, "numbers": numbers, "bounds": bounds, "credit": None})

    def _add(self, side: Side, name: str, method: str, data: dict[str, Any], *, show: bool = True) -> None:
        drawn = self.maps[side]
        group = make_group(f"{side}_{name}", name, control=False, show=show)
        group.add_child(DataLayer(f"{side}_{name}", method, data, map_name=drawn.get_name()))
        drawn.add_child(group)

    def _draw_change(self) -> None:
        comparison, language = self.comparison, self.language
        shapes = self.communes["after"]
        self._add("change", "land", "land", layers.encode_compared_communes(comparison, shapes, language))
        self._add("change", "change", "changes", layers.encode_compared_cells(comparison, language))
        self._add("change", "minutes", "minuteChanges", {}, show=False)
        self._add("change", "net", "shares", layers.encode_net(comparison), show=False)
        names = layers.name_nets(comparison, shapes, language)
        self._add("change", "communes", "outlines", {"strokes": _COMMUNE_LINES, "names": names})
        if len(self.old):
            self._add("change", "old", "outlines", layers.draw_outlines(self.old, _OLD_LINES))
        if len(comparison.after.sst):
            self._add("change", "sst", "outlines", layers.draw_outlines(comparison.after.sst, _SST_LINES))
        for number, data in enumerate(layers.encode_changed_sites(comparison, language)):
            self._add("change", f"changed_{number}", "places", data)
        if (comparison.after.sites["kind"] == "pole").any():
            data = encode_sites(comparison.after, "pole", shift_coincident(comparison.after.sites), language)
            self._add("change", "sites_pole", "places", data)

    def _draw_side(self, side: Side) -> None:
        coverage, language = self.sides[side], self.language
        shapes = self.communes[side]
        self._add(side, "land", "land", encode_communes(coverage, shapes, language))
        self._add(side, "cells", "cells", encode_cells(coverage, language))
        required = coverage.summary["target"]["required_share"]
        classes = {"classes": classify(coverage.communes["share"], required).tolist(), "styles": list(CLASS_STYLES)}
        self._add(side, "shares", "shares", classes, show=False)
        names = place_names(coverage, shapes, language)
        self._add(side, "communes", "outlines", {"strokes": _COMMUNE_LINES, "names": names})
        if len(coverage.sst):
            self._add(side, "sst", "outlines", layers.draw_outlines(coverage.sst, _SST_LINES))
        shifts = shift_coincident(coverage.sites)
        for kind in self.kinds:
            if (coverage.sites["kind"] == kind).any():
                self._add(side, f"sites_{kind}", "places", encode_sites(coverage, kind, shifts, language))

    def _list_layers(self) -> list[tuple[str, str, bool]]:
        language = self.language

        def name(drawing: str, code: str) -> str:
            return f"{drawing}<span>{escape(render(code, language))}</span>"

        listed = [("communes", name(draw_line("commune"), "compare.layer_communes"), True)]
        if any(len(side.sst) for side in self.sides.values()):
            listed.append(("sst", name(draw_line("sst"), "compare.layer_sst"), True))
        if len(self.old):
            listed.append(("old", name(_OLD_LINE, "compare.layer_old"), True))
        if len(layers.list_changed_sites(self.comparison)):
            listed.append(("changed", name(layers.draw_badge("pmi", "plus"), "compare.layer_changed"), True))
        for kind in self.kinds:
            counts = [int((side.sites["kind"] == kind).sum()) for side in self.sides.values()]
            said = " → ".join(format_count(count, language) for count in dict.fromkeys(counts))
            label = f"{render(f'results.kind_{kind}', language)} ({said})"
            listed.append((f"sites_{kind}", f"{draw_symbol(kind)}<span>{escape(label)}</span>", kind == "pole"))
        return listed
