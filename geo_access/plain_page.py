"""A plain page of tables and drawings: HTML that asks no server for anything, on paper and on a screen."""

from __future__ import annotations

from html import escape
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo_access.texts import Language

_STYLES = """
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; background: #fff; color: #14181d;
  font: 1rem/1.4 "Liberation Sans", Arial, Helvetica, sans-serif }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 1.2rem 0 .4rem }
table { border-collapse: collapse; width: 100%; margin: 0 0 1rem }
caption { text-align: left; color: #4a525c; padding: 0 0 .3rem }
th, td { text-align: left; font-weight: normal; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #c9ced4;
  vertical-align: top }
thead th { color: #4a525c; font-size: .9rem }
.n { text-align: right; font-variant-numeric: tabular-nums }
td.n { white-space: nowrap }
.map { display: block; width: 100%; height: auto; border: 1px solid #9aa1a8 }
.map text { font-family: "Liberation Sans", Arial, Helvetica, sans-serif }
.swatch { width: 1.2rem; height: 1.2rem; vertical-align: -.25rem }
.legend { list-style: none; margin: .4rem 0 1rem; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem }
.small { color: #4a525c; font-size: .9rem }
@media (min-width: 56rem) { .columns { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem } }
""".strip()
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_CONSOLE_WIDTH = 120


class Column(NamedTuple):
    """A column: its head is the text of this name in the table's catalogue."""

    name: str
    right: bool = False


def draw_table(
    catalogue: str, caption: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], language: Language
) -> str:
    """Draw a table in HTML; the first cell of a row is its head."""

    def side(column: Column) -> str:
        return ' class="n"' if column.right else ""

    heads = "".join(
        f'<th scope="col"{side(column)}>{escape(render(f"{catalogue}.{column.name}", language))}</th>'
        for column in columns
    )
    lines = []
    for first, *others in rows:
        cells = "".join(
            f"<td{side(column)}>{escape(value)}</td>" for column, value in zip(columns[1:], others, strict=True)
        )
        lines.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>')
    said = escape(render(f"{catalogue}.{caption}", language))
    return f"<table><caption>{said}</caption><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


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


def write_page(title: str, body: str, language: Language) -> str:
    """Write a whole page around a body."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="generator" content="geo_access">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLES}\n</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )
