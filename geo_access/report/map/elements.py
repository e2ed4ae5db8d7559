"""The folium elements that our pages are made of: maps, layers of data, calls of a script.

Each has a template in ``templates/map/elements``. Templates carry names that the code makes; texts from files stand in
JSON blocks, which the scripts in ``assets`` read.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import folium
from branca.element import MacroElement
from markupsafe import Markup

from geo_access.report.html import load_template, render_json
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_access.texts import Language

#: Texts that the script is handed, by their name in the catalogue of maps.
_WORDS = (
    "close", "zoom_in", "zoom_out", "zoom_all", "cell", "people", "commune", "pole_time", "antenna_time",
    "departures_held", "why", "unreached", "area", "show_reach", "map_role", "map_help", "skip_map", "nothing_here",
    "touch_hint", "wheel_hint", "cell_state", "cell_name", "cells_of", "cells_counted",
    "pan_left", "pan_up", "pan_down", "pan_right",
)  # fmt: skip


class PageMap(folium.Map):
    """A folium map on a page that carries Leaflet itself."""

    default_js: ClassVar[list[tuple[str, str]]] = []  # type: ignore[misc]  # folium's own, emptied for this class
    default_css: ClassVar[list[tuple[str, str]]] = []  # type: ignore[misc]

    def __init__(self, name: str) -> None:
        super().__init__(tiles=None)
        self._id = name


class SheetMap(PageMap):
    """A map that the page's script draws from blocks of data.

    Parameters
    ----------
    name
        Of the element, stable: the same input must give the same bytes.
    page
        What `make_sheet` returns: words, numbers and bounds for the script.
    api
        The object of the script that opens it.
    opening, closing
        HTML that stands before and after the map's own element.
    """

    _template = load_template("map/elements/sheet.html")

    def __init__(
        self,
        name: str,
        page: Mapping[str, Any],
        *,
        api: Literal["GeoAccessParts", "GeoAccessParts.compared"] = "GeoAccessParts",
        opening: str = Markup(),
        closing: str = Markup(),
    ) -> None:
        super().__init__(name)
        self.block = render_json(f"{self.get_name()}_page", page)
        self.api = api
        self.opening = opening
        self.closing = closing


class DataLayer(MacroElement):
    """One call of the page's script on one JSON block.

    Parameters
    ----------
    name
        Stable name of the element; the same in every run.
    method
        Method of the script's sheet, such as ``cells``, ``painted``, ``outlines`` or ``places``.
    data
        JSON values.
    """

    _template = load_template("map/elements/layer.html")

    def __init__(self, name: str, method: str, data: Mapping[str, Any], *, map_name: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is half typed
        self._name = "data"
        self._id = name
        self.method = method
        self.map_name = map_name
        self.block = render_json(self.get_name(), data)


class LiveBlock(MacroElement):
    """What a page judges by: a header as a JSON block, and the travel times, which the script opens when it can.

    Parameters
    ----------
    header
        JSON values.
    text
        The travel times as text, empty for none.
    """

    _template = load_template("map/elements/live.html")

    def __init__(self, header: Mapping[str, Any], text: str, *, map_name: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is half typed
        self._name, self._id = "live", "times"
        self.map_name = map_name
        self.block = render_json(self.get_name(), header)
        self.text = text


class DataCall(MacroElement):
    """One call of the page's script on one JSON block that belongs to no layer; parameters as of `DataLayer`."""

    _template = load_template("map/elements/data_call.html")

    def __init__(self, name: str, method: str, data: Mapping[str, Any], *, map_name: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is half typed
        self._name, self._id = "data", name
        self.method, self.map_name = method, map_name
        self.block = render_json(self.get_name(), data)


class ScriptCall(MacroElement):
    """One call of a function of the page's script; the arguments are names of elements."""

    _template = load_template("map/elements/call.html")

    def __init__(self, name: str, function: str, arguments: Sequence[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is half typed
        self._name = self._id = name
        self.function = function
        self.arguments = arguments


def read_asset(name: str) -> Markup:
    """Return a script or a stylesheet of ours, which a page carries as it is."""
    return Markup((files("geo_access.report.map") / "assets" / name).read_text(encoding="utf-8"))  # noqa: S704 -- our own file


def make_group(name: str, label: str, **options: Any) -> folium.FeatureGroup:
    """Return a feature group with a stable name; `label` is HTML of our own making."""
    group = folium.FeatureGroup(name=label, **options)
    group._id = name  # noqa: SLF001 -- branca draws random ids; the same input must give the same bytes
    return group


def make_sheet(
    language: Language, label: str, bounds: list[list[float]], credit: str | None = None, **words: str
) -> dict[str, Any]:
    """Return what the script of a map is told: its words, how numbers are written, where it looks.

    Parameters
    ----------
    language
        Of the page.
    label
        What the map is called by a screen reader.
    bounds
        South-west and north-east corner, latitude first.
    credit
        Of the tile background, where there is one.
    **words
        More words than every map has.
    """
    said = {name: render(f"maps.{name}", language) for name in _WORDS}
    return {
        "words": said | {"map_label": label} | words,
        "numbers": {
            "thousands": {"fr": "\u202f", "en": ","}[language],
            "decimal": {"fr": ",", "en": "."}[language],
            "percent": {"fr": "\u00a0%", "en": "%"}[language],
        },
        "bounds": bounds,
        "credit": credit,
    }
