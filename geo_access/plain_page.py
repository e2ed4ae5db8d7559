"""Tables of a page, and of the screen."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo_access.texts import Language

_CONSOLE_WIDTH = 120


class Column(NamedTuple):
    """A column: its head is the text of this name in the table's catalogue."""

    name: str
    right: bool = False


class Table(NamedTuple):
    """A table of a page, for `table` in the template `tables.html`; texts are the catalogue's."""

    catalogue: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


def print_table(
    catalogue: str, caption: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], language: Language
) -> str:
    """Draw a table for the screen, its caption above."""
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for column in columns:
        head = render(f"{catalogue}.{column.name}", language)
        # Long words are folded: a name cut short is a name lost.
        table.add_column(head, justify="right" if column.right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    written = StringIO()
    written.write(render(f"{catalogue}.{caption}", language) + "\n")
    Console(file=written, width=_CONSOLE_WIDTH).print(table)
    return written.getvalue()
