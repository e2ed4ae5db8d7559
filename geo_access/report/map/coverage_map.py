"""The coverage map: one HTML file that opens anywhere, asks no server for anything and reads without colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
import numpy as np
from markupsafe import escape

from geo_access.analysis.placement.most_helpful import OFFERED, take_offer
from geo_access.analysis.robustness import POSITION_M
from geo_access.core.arguments import take_language
from geo_access.core.files import write_text_atomically
from geo_access.core.formats import format_count
from geo_access.core.progress import no_progress
from geo_access.report.html import render_drawing, render_frame
from geo_access.report.map.cell_cards import encode_cards
from geo_access.report.map.context import draw_rail, draw_streets, encode_rail, lay_tracks
from geo_access.report.map.credits import credit_ground
from geo_access.report.map.elements import DataCall, DataLayer, LiveBlock, ScriptCall, SheetMap, make_group, make_sheet
from geo_access.report.map.ground import fetch_ground, read_features
from geo_access.report.map.layers import (
    draw_symbol,
    encode_cells,
    encode_communes,
    encode_outlines,
    encode_rough,
    encode_shares,
    encode_sites,
    find_rough,
    place_names,
    shift_coincident,
    thin,
)
from geo_access.report.map.legends import draw_label, encode_beyond, encode_reach, encode_theme, list_themes
from geo_access.report.map.live_data import describe_static, pack_live
from geo_access.report.map.live_sites import encode_candidates
from geo_access.report.map.page import build_page
from geo_access.report.map.page_figure import TILES_NAME, PageFigure
from geo_access.report.map.search_index import encode_search
from geo_access.report.map.sureness import (
    COMMUNES,
    encode_sure_communes,
    list_sure_facts,
    make_sure_theme,
    take_robustness,
)
from geo_access.report.map.tiles import read_tiles
from geo_access.report.map.what_if import encode_panel
from geo_access.report.palette import AREA_LINES, COMMUNE_LINES, SST_LINES, SYMBOLS
from geo_access.texts import render
from geo_access.verdict.coverage import take_coverage
from geo_access.verdict.site_reach import list_reach

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from geo_access.analysis.robustness import Robustness
    from geo_access.core.progress import Progress
    from geo_access.report.map.legends import Line
    from geo_access.report.map.live_data import LiveData
    from geo_access.report.map.page_figure import Page
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

_NAME = "map_coverage"


class CoverageMap(SheetMap):
    """A `folium.Map` on a page of its own.

    It takes further folium elements as any map does. Leaflet is all that the page carries: elements that need other
    libraries link to them, and the page then asks for those when it is opened. folium takes the texts of popups and
    tooltips for HTML: a text from a file goes into ``folium.Popup(text, parse_html=True)``.
    """

    def __init__(self, page: Page, sheet: dict[str, Any], frame_title: str) -> None:
        super().__init__("coverage", sheet)
        self.language = page.language
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
        return render_frame(self.frame_title, self.to_html(), height=850)


def coverage_map(
    coverage: Coverage,
    *,
    language: Language | None = None,
    tiles: str | None = None,
    attribution: str | None = None,
    candidates: int | str | Path | pd.DataFrame = OFFERED,
    robustness: Robustness | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> CoverageMap:
    """Draw who is served, where, and by which places; the page judges anew whatever is changed in it.

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
    candidates
        Places that one may open on the map: so many of the candidates of `place_sites`, those that would serve most (0
        for none); or a list as `place_sites` takes it.
    robustness
        What `check_robustness` says of the study: the map then shows cells and communes served always, sometimes or
        never, and the page says the range of its figures. Without it the page says how one may know.
    progress, executor
        As for `check`; they matter where candidates are searched for.

    Returns
    -------
    CoverageMap
        A folium map. ``.save("coverage.html")`` writes one file that opens without any network; in a notebook it shows
        itself.

    Raises
    ------
    InputError
        When `tiles` is no such URL, or its credit is missing; when `candidates` is no such number or list; when
        `robustness` is of another study.
    """
    language, offer = take_language(language, take_coverage(coverage).language), take_offer(candidates)
    sure = take_robustness(robustness, coverage)
    live = pack_live(coverage, offer, language, progress=progress, executor=executor)
    return _Drawing(coverage, language, tiles, attribution, live, sure, executor).draw()


class _Drawing:
    """Puts a coverage on a map, layer by layer."""

    def __init__(
        self,
        coverage: Coverage,
        language: Language,
        tiles: str | None,
        attribution: str | None,
        live: LiveData | None,
        robustness: Robustness | None = None,
        executor: Executor | None = None,
    ) -> None:
        self.coverage = coverage
        self.executor = executor
        self.live = live
        self.robustness = robustness
        self.language = language
        self.tiles = None if tiles is None else read_tiles(tiles, attribution, language)
        self.communes = thin(coverage.communes)
        self.themes = list_themes(coverage, language)
        if robustness is not None:
            self.themes.append(make_sure_theme(robustness, language))
        self.reach = list_reach(coverage)
        self.kinds = [kind for kind in SYMBOLS if (coverage.sites["kind"] == kind).any()]
        times = coverage.times
        #: Tiles show the ground themselves.
        self.ground = None if tiles else fetch_ground(times)
        rail = draw_rail(times.timetable, coverage.communes) if times and times.settings.transit.gtfs else None
        rail = lay_tracks(rail, read_features(times) if self.ground else None)
        self.rail = rail if rail and rail.stations else None
        on_streets = times is not None and coverage.summary["walking"] == "streets"
        roads = self.ground is not None and self.ground.has_roads
        self.streets = (
            draw_streets(times.streets, coverage.communes, roads_drawn=roads) if times and on_streets else None
        )
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
            lines=self.rail is not None and self.rail.is_straight,
            streets=self.streets is not None,
            tiles=None if self.tiles is None else (self.tiles.host, self.tiles.credit),
            ground=self.ground,
            live=None if self.live is None else self.live.header,
            robustness=self.robustness,
        )
        self.map = CoverageMap(page, self._make_sheet(study), render("maps.frame_title", language, study=study))
        if self.tiles is not None:
            background = folium.TileLayer(
                self.tiles.url, attr=str(escape(self.tiles.credit)), name="background", control=False, max_zoom=19
            )
            background._id = TILES_NAME.rpartition("_")[2]  # noqa: SLF001 -- the same input must give the same bytes
            self.map.add_child(background)
        facts = None if self.robustness is None else list_sure_facts(self.robustness, language)
        self._add("land", "land", "land", encode_communes(self.coverage, self.communes, language, facts), control=False)
        self._add_themes()
        self._add_overlays()
        control = folium.LayerControl(collapsed=False)
        control._id = "layers"  # noqa: SLF001 -- branca draws random ids; the same input must give the same bytes
        self.map.add_child(control)
        cards = encode_cards(self.coverage, language, executor=self.executor)
        search = {"packed": encode_search(self.coverage), "sites": self._list_sites()}
        for name, method, data in (("cards", "openCards", cards), ("search", "openSearch", search)):
            self.map.add_child(DataCall(name, method, data, map_name=_NAME))
        # Moves the layer control beside the map and wakes the page up.
        self.map.add_child(ScriptCall("finish", f"sheet_{_NAME}.finish", [control.get_name()]))
        if self.live is not None:
            told = encode_panel(self.coverage, self.live.header, language)
            self.map.add_child(DataLayer("suppose", "suppose", told, map_name=_NAME))
        header = describe_static(self.coverage) if self.live is None else self.live.header
        self.map.add_child(LiveBlock(header, "" if self.live is None else self.live.text, map_name=_NAME))
        return self.map

    def _list_sites(self) -> list[dict[str, Any]]:
        """List the sites that the map draws, to be searched for by name."""
        sites = self.coverage.sites
        rows = np.flatnonzero(sites["kind"].isin(self.kinds).to_numpy(bool)).tolist()
        return [{"at": row, "name": str(sites["name"].iloc[row])} for row in rows]

    def _make_sheet(self, study: str) -> dict[str, Any]:
        west, south, east, north = (round(float(value), 5) for value in self.communes.total_bounds)
        label = render("maps.map_label", self.language, study=study)
        credit = None if self.tiles is None else self.tiles.credit
        return make_sheet(self.language, label, [[south, west], [north, east]], credit)

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
        add("communes", "shares", encode_shares(coverage), layer="shares")
        if self.robustness is not None:
            add(COMMUNES, "shares", encode_sure_communes(self.robustness))
        if self.reach:
            add("reach", "reach", encode_reach(coverage, self.reach, language))

    def _list_overlays(self) -> list[tuple[str, str, bool]]:
        coverage, language = self.coverage, self.language

        def name_layer(line: Line, code: str, **params: object) -> str:
            return draw_label(render(code, language, **params), language, kind=line)

        listed = [("communes", name_layer("commune", "maps.layer_communes"), True)]
        if len(coverage.sst):
            listed.append(("sst", name_layer("sst", "maps.layer_sst"), True))
        if coverage.priority is not None:
            listed.append(("areas", name_layer("area", "maps.layer_areas"), True))
        for kind in self.kinds:
            count = format_count(int((coverage.sites["kind"] == kind).sum()), language)
            label = f"{render(f'results.kind_{kind}', language)} ({count})"
            listed.append((f"sites_{kind}", draw_label(label, language, drawing=draw_symbol(kind, language)), True))
        if self.live is not None and any("place" in site for site in self.live.header["sites"]):
            label = render("live.layer_candidates", language)
            listed.append(
                ("candidates", draw_label(label, language, drawing=render_drawing("map/candidate.html")), False)
            )
        rough = int(find_rough(coverage.sites).sum())
        if rough:
            said = {"metres": POSITION_M, "count": rough}
            listed.append(("rough", name_layer("rough", "maps.layer_rough", **said), True))
        beyond = coverage.residents[coverage.residents["state"] == "beyond"]
        if len(beyond):
            most = format_count(float(beyond["weight"].max()), language)
            listed.append(("beyond", name_layer("beyond", "maps.layer_beyond", most=most), False))
        if self.ground is not None:
            listed.append(("ground", name_layer("ground", "maps.layer_ground"), True))
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
                method, data = "outlines", {"strokes": COMMUNE_LINES, "names": names}
            elif name == "sst":
                method, data = "outlines", encode_outlines(coverage.sst, SST_LINES)
            elif name == "areas" and coverage.priority is not None:
                method, data = "outlines", encode_outlines(coverage.priority, AREA_LINES)
            elif name == "candidates" and self.live is not None:
                method, data = "candidates", encode_candidates(self.live.header["sites"], language)
            elif name == "rough":
                method, data = "rough", encode_rough(coverage)
            elif name == "beyond":
                method, data = "dots", encode_beyond(coverage)
            elif name == "ground" and self.ground is not None:
                method, data = "ground", self.ground.data | {"credit": credit_ground(coverage.times, language)}
            elif name == "rail" and self.rail is not None:
                method, data = "rail", encode_rail(self.rail, language)
            elif name == "streets" and self.streets is not None:
                method, data = "streets", self.streets
            else:
                kind = name.removeprefix("sites_")
                method, data = "places", encode_sites(coverage, kind, shifts, language, reach=reach)
            self._add(name, label, method, data, show=shown)
