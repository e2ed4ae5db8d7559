"""The figure that writes a page with a map: one HTML file with everything in it, that asks no server for anything."""

from __future__ import annotations

import base64
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import branca.element
from branca.element import Element, Figure, Html, IFrame, Link
from folium import Popup, Tooltip
from folium.raster_layers import TileLayer, WmsTileLayer
from markupsafe import Markup
from xstatic.pkg import leaflet

from geo_access.report.html import render_template
from geo_access.report.map.elements import read_asset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_access.texts import Language

#: Name of the tile background, so that the page knows it for its own.
TILES_NAME = "tile_layer_background"
#: Kinds of pages with a map.
PageKind = Literal["coverage", "comparison", "inspection"]
#: Scripts of a page, in the order in which they run: those of every page, then those of its kind.
_COMMON_SCRIPTS = (
    "parts.js", "paint.js", "stage.js", "placement.js", "cell_names.js", "sheet.js", "frame.js", "popups.js",
    "layers.js", "labels.js", "ground.js", "tables.js", "cell_tables.js",
)  # fmt: skip
_LIVE_SCRIPTS = (
    "unpack.js", "inflate.js", "engine.js", "live.js", "live_paint.js",
    "search.js", "cell_curve.js", "cell_journeys.js", "cell_card.js", "home.js",
)  # fmt: skip
_WHAT_IF_SCRIPTS = ("scenario.js", "supposed.js", "gains.js", "candidates.js", "controls.js")
_SCRIPTS: dict[PageKind, tuple[str, ...]] = {
    "coverage": ("contour.js", "map_themes.js", *_LIVE_SCRIPTS, *_WHAT_IF_SCRIPTS),
    "comparison": ("map_themes.js", "comparison.js"),
    "inspection": ("inspection.js",),
}
_STYLES: dict[PageKind, tuple[str, ...]] = {
    "coverage": ("map.css", "frame.css", "home.css", "controls.css"),
    "comparison": ("map.css", "frame.css", "comparison.css"),
    "inspection": ("map.css", "frame.css", "inspection.css"),
}
_RENDERING = threading.RLock()


@dataclass(frozen=True)
class Page:
    """What stands before and after the map's own element, as HTML.

    `tiles_host` is where the tile background comes from, as a content security policy names it; None without one.
    """

    language: Language
    title: str
    before: str
    after: str
    tiles_host: str | None = None


class PageFigure(Figure):
    """A branca figure that renders our page, the same bytes however often.

    What the elements in it say is text: none of it is a template once more (`_keep_text`).

    Parameters
    ----------
    page
        What stands around the map.
    kind
        Of page: says which scripts and styles it carries.
    """

    def __init__(self, page: Page, kind: PageKind = "coverage") -> None:
        super().__init__()
        self._id = "page"
        self.page = page
        self.kind = kind
        self.header._children.clear()  # noqa: SLF001 -- the page has its own head

    def render(self, **kwargs: Any) -> str:
        """Render the page.

        Elements add themselves to the figure and to each other while they render; what was there before is put back
        afterwards, so that a second call starts from the same.
        """
        parts = (self.header, self.html, self.script)
        kept = [(element, element._children.copy()) for element in (self, *_walk(self))]  # noqa: SLF001
        try:
            with _keep_text(self):
                for child in list(self._children.values()):
                    child.render(**kwargs)
                # A background that was asked for is named in the policy; what else was added needs the policy gone.
                strict = not any(
                    isinstance(element, (Link, TileLayer, WmsTileLayer)) and element.get_name() != TILES_NAME
                    for element in _walk(self)
                )
                header, html, script = (_trim(part.render(**kwargs)) for part in parts)
        finally:
            for element, children in kept:
                element._children = children  # noqa: SLF001
        page = render_template(
            "map/page.html",
            self.page.language,
            page=self.page,
            strict=strict,
            leaflet_styles=read_leaflet_styles(),
            styles=read_styles(self.kind),
            scripts=read_scripts(self.kind),
            header=header,
            html=html,
            script=script,
        )
        return str(page)


def _trim(said: str) -> Markup:
    """Leave out the blank lines of folium's templates."""
    return Markup(re.sub(r"\n\s*\n+", "\n", said))  # noqa: S704 -- HTML and scripts of elements


def _walk(element: Element) -> Iterator[Element]:
    inner = list(element._children.values())  # noqa: SLF001
    if isinstance(element, (Figure, Popup)):
        inner += [element.header, element.html, element.script]
    for child in inner:
        yield child
        yield from _walk(child)


# What elements say is text


class _Said:
    """Stands where branca wants a compiled template, and says a text as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render(self, *_: object, **__: object) -> str:
        return self.text


class _InScript(Element):
    """The content of a popup as folium's template puts it into a script: between backticks."""

    def __init__(self, content: Element) -> None:
        super().__init__()
        self.content = content

    def render(self, **kwargs: Any) -> str:
        said = self.content.render(**kwargs)
        # folium has marked the backticks of a text, and nothing else of it.
        return _render_in_backticks(said.replace("\\`", "`") if isinstance(self.content, Html) else said)


def _render_in_backticks(said: str) -> str:
    for special in ("\\", "`", "$"):
        said = said.replace(special, f"\\{special}")
    return said.replace("<", "\\u003c")


@contextmanager
def _keep_text(figure: Figure) -> Iterator[None]:
    """While a figure renders, take what its elements say as text.

    branca makes an `Element` of what an element has rendered, and an `Element` compiles its text as a template: a name
    in the text would be a program. folium writes texts of popups and tooltips between the backticks of a script, where
    they would be one as well. Both are put back afterwards.
    """
    with _RENDERING:
        compiled, here = vars(branca.element)["Template"], threading.get_ident()

        def take(text: str) -> Any:
            # Another thread may be making elements of its own.
            return _Said(text) if threading.get_ident() == here else compiled(text)

        undo: list[tuple[dict[str, Any], str, Any]] = []

        def replace(holder: dict[str, Any], name: str, value: Any) -> None:
            undo.append((holder, name, holder[name]))
            holder[name] = value

        try:
            for element in list(_walk(figure)):
                if isinstance(element, Tooltip):
                    replace(vars(element), "text", _render_in_backticks(element.text))
                elif isinstance(element, Popup):
                    children = element.html._children  # noqa: SLF001
                    for name, content in children.items():
                        replace(children, name, _InScript(content))
                elif isinstance(element, IFrame):
                    for content in element._children.values():  # noqa: SLF001
                        # The frame's HTML was compiled when the frame was made.
                        if content._template_str is not None:  # noqa: SLF001
                            replace(vars(content), "_template", _Said(content._template_str))  # noqa: SLF001
            replace(vars(branca.element), "Template", take)
            yield
        finally:
            for holder, name, value in reversed(undo):
                holder[name] = value


# What the page is drawn with


@cache
def read_leaflet_styles() -> Markup:
    """Return Leaflet's styles, its images inside them; the pages' own look comes after them."""
    folder = Path(leaflet.BASE_DIR)
    css = (folder / "leaflet.css").read_text(encoding="utf-8")
    css = re.sub(r"url\((images/[\w-]+\.png)\)", lambda found: f'url("{_embed(folder / found[1])}")', css)
    return Markup(css)  # noqa: S704 -- a file of Leaflet


@cache
def read_styles(kind: PageKind) -> Markup:
    """Return our styles of maps, which come after the look of all pages."""
    return Markup("").join(map(read_asset, _STYLES[kind]))


def list_scripts(kind: PageKind) -> tuple[str, ...]:
    """Return the names of our scripts on a page of that kind, in the order in which they run."""
    return (*_COMMON_SCRIPTS, *_SCRIPTS[kind])


@cache
def read_scripts(kind: PageKind) -> Markup:
    """Return Leaflet, its default marker's images for whoever adds one, and our scripts."""
    folder = Path(leaflet.BASE_DIR)
    script = (folder / "leaflet.js").read_text(encoding="utf-8").split("//# sourceMappingURL")[0]
    icon, shadow = (_embed(folder / "images" / name) for name in ("marker-icon.png", "marker-shadow.png"))
    marker = (
        'L.Icon.Default.imagePath="";'
        f'L.Icon.Default.mergeOptions({{iconUrl:"{icon}",iconRetinaUrl:"{icon}",shadowUrl:"{shadow}"}});\n'
    )
    ours = map(read_asset, list_scripts(kind))
    return Markup("").join([Markup(script + "\n" + marker), *ours])  # noqa: S704 -- files


def _embed(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
