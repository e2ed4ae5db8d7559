"""The one way in which text enters a terminal: as data, never as markup, and no line of it is a runner's command.

Names hold brackets, colons and escape sequences. Rich reads markup, emoji and numbers in plain strings, so that what it
is handed is `line` (or a table of `geo_access.report.table`), and what is printed passes through `show` or `say`.
"""

from __future__ import annotations

import io
import os
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from geo_access.texts.controls import break_commands, show_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, RenderableType
    from rich.text import Text

WIDTH = 80
#: What says how large a terminal is.
_SIZES = ("COLUMNS", "LINES", "JUPYTER_COLUMNS", "JUPYTER_LINES")


def line(said: str, style: str = "") -> Text:
    """Return a text for rich as it stands, its control characters shown; line feeds in it are ours."""
    from rich.text import Text

    return Text(show_controls(said, keep="\n"), style=style)


def wrap(said: str, width: int, style: str = "", *, indent: str = "", hanging: str = "") -> Text:
    """Break a text into lines; rich would break at no-break spaces too."""
    lines = textwrap.wrap(
        show_controls(said), width, initial_indent=indent, subsequent_indent=hanging, break_on_hyphens=False
    )
    return line("\n".join(lines), style)


def make_console(**settings: Any) -> Console:
    """Return a console of rich that takes texts as they are."""
    from rich.console import Console

    # Rich takes "³" for a number and fails to read it.
    surroundings = {
        name: said for name, said in os.environ.items() if name not in _SIZES or (said.isascii() and said.isdigit())
    }
    console = Console(markup=False, highlight=False, emoji=False, _environ=surroundings, **settings)
    if console.width < 1:  # COLUMNS=0, or a terminal that does not know: rich would print nothing
        console.width = WIDTH
    return console


def show(*parts: RenderableType) -> None:
    """Print parts on the screen, below each other."""
    console = make_console()
    with console.capture() as held:
        for part in parts:
            console.print(part)
    sys.stdout.write(break_commands(held.get()))
    sys.stdout.flush()


def say(said: str, *, err: bool = False) -> None:
    """Print a message, on stderr if `err`; line feeds in it are ours."""
    import click

    click.echo(guard(said), err=err)


def guard(said: str) -> str:
    """Return a text of our own lines as it may stand in a terminal."""
    return break_commands(show_controls(said, keep="\n"))


def write_document(said: str) -> None:
    """Write a document to the screen as it is: line ends and the byte-order mark are part of it."""
    sys.stdout.buffer.write(said.encode("utf-8"))
    sys.stdout.buffer.flush()


def render_plain(*parts: RenderableType, width: int = WIDTH) -> str:
    """Return parts as plain text, without colours, lines no wider than `width` and without blanks at their end."""
    page = io.StringIO()
    console = make_console(file=page, width=width, color_system=None, legacy_windows=False)
    for part in parts:
        console.print(part)
    return break_commands("\n".join(said.rstrip() for said in page.getvalue().split("\n")[:-1]) + "\n")


class Narrow:
    """Parts below each other, a blank line between them, no wider than `width`."""

    def __init__(self, parts: Sequence[RenderableType], width: int) -> None:
        self.parts = parts
        self.width = width

    def __rich_console__(self, console: Console, options: Any) -> Any:
        narrow = options.update_width(min(self.width, options.max_width))
        for i, part in enumerate(self.parts):
            if i:
                yield line("")
            yield from console.render(part, narrow)
