"""Tables of a page, and of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo_access.report import table
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo_access.report.table import Table
    from geo_access.texts import Language

_CONSOLE_WIDTH = 120
#: Digits of a file's hash that a page shows.
_DIGITS = 16


class PageColumn(NamedTuple):
    """A column: its head is the text of this name in the table's catalogue."""

    name: str
    right: bool = False


def list_files(hashes: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """List files and the first digits of their hashes, as `frame.html` shows them."""
    return [{"name": name, "digest": digest[:_DIGITS], "side": ""} for name, digest in hashes]


def list_inputs(summary: Mapping[str, Any]) -> list[dict[str, str]]:
    """List the files that a coverage was made of, as `frame.html` shows them."""
    return list_files((str(file["file"]), str(file["sha256"])) for file in summary.get("inputs", ()))


def text_columns(*names: str) -> tuple[PageColumn, ...]:
    """Return columns of words."""
    return tuple(PageColumn(name) for name in names)


def number_columns(*names: str) -> tuple[PageColumn, ...]:
    """Return columns of numbers, which stand at the right."""
    return tuple(PageColumn(name, right=True) for name in names)


def make_table(
    catalogue: str, caption: str, columns: Sequence[PageColumn], rows: Iterable[Sequence[str]], language: Language
) -> Table:
    """Make the table that the template `tables.html` draws and that a screen shows; texts are the catalogue's."""
    said = [
        table.Column(column.name, render(f"{catalogue}.{column.name}", language), "number" if column.right else "text")
        for column in columns
    ]
    return table.Table.of_cells(render(f"{catalogue}.{caption}", language), said, rows)


def print_table(
    catalogue: str, caption: str, columns: Sequence[PageColumn], rows: Iterable[Sequence[str]], language: Language
) -> str:
    """Draw a table for the screen, its caption above."""
    return make_table(catalogue, caption, columns, rows, language).render_text(_CONSOLE_WIDTH)
