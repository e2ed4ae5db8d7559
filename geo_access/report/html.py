"""The one way in which text enters a page: Jinja2 templates in files, which escape whatever they are handed.

Pages, parts of pages and drawings in SVG are the files of `templates`. What comes from a file, a server or an option is
a value of a template, never a template: it is escaped once, and control characters and marks that turn the direction of
text are shown instead of obeyed. Scripts read data as JSON from an element of its own (`render_json`).
"""

from __future__ import annotations

import json
import re
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from geo_access.texts import render
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from jinja2 import Environment, Template

    from geo_access.texts import Language


#: In JSON only a text holds this, never the structure.
_OPENS_TEMPLATE = re.compile(r"\{(?=[{%#])")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        finalize=_show,
        keep_trailing_newline=False,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )


def _show(value: object) -> object:
    # A name that was typed with an escape sequence is read by people, not obeyed by their browser.
    return show_controls(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _show_all(data: object) -> object:
    if isinstance(data, dict):
        return {key: _show_all(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_show_all(value) for value in data]
    return _show(data)


def load_template(name: str) -> Template:
    """Return a template of macros, as folium's elements have one: ``html``, ``script`` or ``header`` of an element."""
    return _environment().get_template(name)


def render_drawing(name: str, /, **values: Any) -> Markup:
    """Fill a template without words, such as a sign of a legend."""
    return Markup(_environment().get_template(name).render(values))  # noqa: S704 -- escaped while it was rendered


def render_frame(title: str, page: str, *, height: int) -> str:
    """Return the frame in which a notebook shows a whole page."""
    return str(render_drawing("notebook_frame.html", title=title, page=page, height=height))


def render_template(name: str, language: Language, /, **values: Any) -> Markup:
    """Fill a template and return HTML that other templates take as it is.

    Parameters
    ----------
    name
        File below `templates`, such as ``page.html``.
    language
        Of its texts: ``say("maps.kicker", count=3)`` in a template is `texts.render` in this language; the language
        itself is ``language``.
    **values
        What the template names. A plain text is escaped; HTML is what this function returned.
    """

    def format_text(code: str, /, **params: object) -> str:
        return render(code, language, **params)

    said = _environment().get_template(name).render(language=language, say=format_text, **values)
    return Markup(said)  # noqa: S704 -- escaped while it was rendered


def render_json(element_id: str, data: object) -> Markup:
    """Return ``<script type="application/json" id="...">`` that holds `data`: a script parses it, nothing runs it.

    Raises
    ------
    ValueError
        When a number of `data` is not finite: JSON has no word for it.
    """
    block = Markup(dump_json(data))  # noqa: S704 -- nothing in it can end the element
    return Markup('<script type="application/json" id="{}">{}</script>').format(element_id, block)


def dump_json(data: object) -> str:
    """Write JSON that may stand inside a script element: no text in it can end the element or open a comment.

    Nor can one be a template, should the block come into a figure of folium's other than our pages.

    Its texts are for people, as those of a template are: control characters in them are shown.
    """
    write = partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    said = write(data)
    # JSON writes some control characters with a backslash. Most data have neither and need no second look.
    if "\\" in said or show_controls(said) != said:
        said = write(_show_all(data))
    for character in "<>&":
        said = said.replace(character, f"\\u{ord(character):04x}")
    return _OPENS_TEMPLATE.sub(r"\\u007b", said)
