"""The comparison as a page: a map of who gains and loses, and the maps before and after, moving together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from geo_access.core.arguments import take_language
from geo_access.core.files import write_text_atomically
from geo_access.core.formats import format_count
from geo_access.report.comparison import layers
from geo_access.report.comparison.page import format_page_title, render_around, render_foot, render_head
from geo_access.report.comparison.words import title_sides
from geo_access.report.html import render_frame
from geo_access.report.map.credits import credit_ground
from geo_access.report.map.elements import DataLayer, ScriptCall, SheetMap, make_group, make_sheet
from geo_access.report.map.ground import fetch_ground
from geo_access.report.map.layers import (
    draw_symbol,
    encode_cells,
    encode_communes,
    encode_outlines,
    encode_shares,
    encode_sites,
    place_names,
    shift_coincident,
    thin,
)
from geo_access.report.map.legends import draw_label
from geo_access.report.map.page_figure import Page, PageFigure
from geo_access.report.palette import COMMUNE_LINES, OLD_LINES, SST_LINES, SYMBOLS
from geo_access.texts import render

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.analysis.comparison import Comparison
    from geo_access.report.comparison.page import PageHead
    from geo_access.report.map.legends import Line
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

Side = Literal["change", "before", "after"]
_SIDES: tuple[Side, ...] = ("change", "before", "after")


class ComparisonMap:
    """The page of a comparison.

    Attributes
    ----------
    change, before, after
        Its three folium maps; elements added to them are drawn with the rest.
    """

    def __init__(self, page: Page, maps: dict[Side, SheetMap], frame_title: str) -> None:
        self.change, self.before, self.after = maps["change"], maps["before"], maps["after"]
        self.frame_title = frame_title
        self._figure = PageFigure(page, "comparison")
        for drawn in maps.values():
            self._figure.add_child(drawn)
        # Joins the maps once all of them are drawn.
        sheets = [f"sheet_{drawn.get_name()}" for drawn in maps.values()]
        self._figure.add_child(ScriptCall("start", "GeoAccessParts.compared.start", sheets))

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
        return render_frame(self.frame_title, self.to_html(), height=900)


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
        self.ground = fetch_ground(comparison.after.times)
        self.communes = {side: thin(coverage.communes) for side, coverage in self.sides.items()}
        self.old = comparison.sst[comparison.sst["side"] == "before"]
        self.kinds = [
            kind for kind in SYMBOLS if any((side.sites["kind"] == kind).any() for side in self.sides.values())
        ]

    def draw(self) -> ComparisonMap:
        comparison, language = self.comparison, self.language
        study = str(comparison.summary["after"]["study"])
        titles = dict(zip(("before", "after"), title_sides(comparison, language), strict=True))
        labels = {"change": render("compare.map_change", language, study=study)}
        labels |= {s: render("compare.map_side", language, study=study, side=title) for s, title in titles.items()}
        bounds = self._find_bounds()
        around = render_around(comparison, self._list_layers(), language, self.head)
        self.maps = {
            side: SheetMap(
                side,
                self._make_sheet(labels[side], bounds),
                api="GeoAccessParts.compared",
                opening=around[side][0],
                closing=around[side][1],
            )
            for side in _SIDES
        }
        page = Page(
            language,
            self.head.kicker or self.head.title if self.head else format_page_title(comparison, language),
            render_head(comparison, language, self.head),
            render_foot(comparison, language, map_name=self.maps["change"].get_name()),
        )
        self._draw_change()
        for side in self.sides:
            self._draw_side(side)
        for each in _SIDES if self.ground is not None else ():
            self._add(each, "ground", "ground", self._encode_ground(each))
        return ComparisonMap(page, self.maps, render("compare.frame_title", language, study=study))

    def _encode_ground(self, side: Side) -> dict[str, Any]:
        """Encode the ground once for all maps of the page."""
        first = _SIDES[0]
        if self.ground is None or side != first:
            return {"same": f"data_{first}_ground"}
        return self.ground.data | {"credit": credit_ground(self.comparison.after.times, self.language)}

    def _find_bounds(self) -> list[list[float]]:
        """One view for all maps: the territory of both sides."""
        boxes = [shapes.total_bounds for shapes in self.communes.values()]
        west, south = (min(float(box[i]) for box in boxes) for i in (0, 1))
        east, north = (max(float(box[i]) for box in boxes) for i in (2, 3))
        return [[round(south, 5), round(west, 5)], [round(north, 5), round(east, 5)]]

    def _make_sheet(self, label: str, bounds: list[list[float]]) -> dict[str, Any]:
        words = {
            "before_after": render("compare.card_before_after", self.language),
            "state": render("compare.card_state", self.language),
            "cell_state": render("compare.cell_change", self.language),
            "pole": render("compare.card_pole", self.language),
            "held": render("compare.card_departures", self.language),
        }
        return make_sheet(self.language, label, bounds, **words)

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
        self._add("change", "communes", "outlines", {"strokes": COMMUNE_LINES, "names": names})
        if len(self.old):
            self._add("change", "old", "outlines", encode_outlines(self.old, OLD_LINES))
        if len(comparison.after.sst):
            self._add("change", "sst", "outlines", encode_outlines(comparison.after.sst, SST_LINES))
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
        self._add(side, "shares", "shares", encode_shares(coverage), show=False)
        names = place_names(coverage, shapes, language)
        self._add(side, "communes", "outlines", {"strokes": COMMUNE_LINES, "names": names})
        if len(coverage.sst):
            self._add(side, "sst", "outlines", encode_outlines(coverage.sst, SST_LINES))
        shifts = shift_coincident(coverage.sites)
        for kind in self.kinds:
            if (coverage.sites["kind"] == kind).any():
                self._add(side, f"sites_{kind}", "places", encode_sites(coverage, kind, shifts, language))

    def _list_layers(self) -> list[tuple[str, str, bool]]:
        language = self.language

        def name(code: str, kind: Line | None = None, drawing: str = "") -> str:
            return draw_label(render(code, language), language, kind=kind, drawing=drawing)

        listed = [("communes", name("compare.layer_communes", "commune"), True)]
        if any(len(side.sst) for side in self.sides.values()):
            listed.append(("sst", name("compare.layer_sst", "sst"), True))
        if len(self.old):
            listed.append(("old", name("compare.layer_old", "old_sst"), True))
        if len(layers.list_changed_sites(self.comparison)):
            badge = layers.draw_badge("pmi", "plus", language)
            listed.append(("changed", name("compare.layer_changed", drawing=badge), True))
        if self.ground is not None:
            listed.append(("ground", draw_label(render("maps.layer_ground", language), language, kind="ground"), True))
        for kind in self.kinds:
            counts = [int((side.sites["kind"] == kind).sum()) for side in self.sides.values()]
            said = " → ".join(format_count(count, language) for count in dict.fromkeys(counts))
            label = f"{render(f'results.kind_{kind}', language)} ({said})"
            drawn = draw_label(label, language, drawing=draw_symbol(kind, language))
            listed.append((f"sites_{kind}", drawn, kind == "pole"))
        return listed
