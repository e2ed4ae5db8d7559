"""A table of a report: columns with headings and kinds, and rows; as text, as CSV and as Excel.

A report says its table once. What people read in a terminal or in Markdown holds cells that are written for them
(`geo_access.core.formats`); what a spreadsheet opens holds numbers. Both are a `Table`; a page draws its `columns` and
`rows` with a template.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from geo_access.core.formats import is_missing
from geo_access.core.spreadsheets import Sheet, percent, render_sheet, render_workbook
from geo_access.core.terminal import line, render_plain
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import rich.table

    from geo_access.texts import Language

#: A text may be broken, a word may not; a share is written in percent where cells are numbers.
Kind = Literal["text", "word", "number", "share", "date"]
#: How a table looks in a terminal: a rule below its head, a frame, or nothing.
Look = Literal["rule", "frame", "bare"]
_LEAST_NAME = 8


@dataclass(frozen=True)
class Column:
    """A column of a `Table`.

    Attributes
    ----------
    key
        Of its cells in the rows.
    heading
        In the reader's language; its own line feeds break it.
    kind
        ``text``, ``word``, ``number``, ``share`` or ``date``.
    note
        What it holds, where its heading does not say so.
    """

    key: str
    heading: str
    kind: Kind = "text"
    note: str = ""

    @property
    def right(self) -> bool:
        """Whether its cells stand at the right."""
        return self.kind in ("number", "share")


@dataclass(frozen=True)
class Table:
    """A table of a report.

    Attributes
    ----------
    caption
        What it shows; "" for none.
    columns
        From left to right; the first one names its row.
    rows
        Cells by the columns' keys; what other keys hold is not shown.
    total
        A last row, of the whole.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[Any, Any]]
    total: Mapping[Any, Any] | None = None

    @classmethod
    def of_cells(cls, caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Table:
        """Make a table of rows whose cells stand in the order of the columns."""
        keys = [column.key for column in columns]
        return cls(caption, columns, [dict(zip(keys, row, strict=True)) for row in rows])

    def to_rich(
        self, look: Look, *, width: int | None = None, style: Callable[[str, Mapping[Any, Any]], str] | None = None
    ) -> rich.table.Table:
        """Lay it out for a terminal.

        Parameters
        ----------
        look
            ``rule``, ``frame`` or ``bare``.
        width
            Columns to fill: what the figures leave is for the first column, which is broken rather than cut.
        style
            Of a cell, by its column's key and its row, such as ``"bold red"``.
        """
        from rich.box import HEAVY_HEAD, SIMPLE_HEAD
        from rich.cells import cell_len
        from rich.table import Table as RichTable

        ruled = look == "rule"
        first, *others = self.columns
        cells = [[_format_text(row.get(column.key)) for column in self.columns] for row in self.rows]
        total = ["" if self.total is None else _format_text(self.total.get(column.key)) for column in self.columns]
        widths: list[int | None] = [None] * len(self.columns)
        if width is not None:
            for at, column in enumerate(others, 1):
                written = [*(told[at] for told in cells), total[at], *column.heading.split("\n")]
                widths[at] = max(map(cell_len, written))
            # What the figures leave is for the names, which wrap rather than lose letters.
            left = max(width - sum(one or 0 for one in widths) - len(others), _LEAST_NAME)
            widths[0] = left
            for said in cells:
                said[0] = "\n".join(textwrap.wrap(said[0], left))
        table = RichTable(
            box={"rule": SIMPLE_HEAD, "frame": HEAVY_HEAD, "bare": None}[look],
            show_edge=not ruled,
            pad_edge=look == "frame",
            padding=0 if ruled else (0, 1),
            title=line(self.caption, "bold") if self.caption else None,
            title_justify="left",
            show_header=any(column.heading for column in self.columns),
            show_footer=self.total is not None,
        )
        for column, footer, wide in zip(self.columns, total, widths, strict=True):
            table.add_column(
                line(column.heading),
                line(footer),
                justify="right" if column.right else "left",
                overflow="fold",
                no_wrap=column.kind == "word" or (ruled and column is not first),
                width=wide,
            )
        for told, row in zip(cells, self.rows, strict=True):
            styles = [style(column.key, row) if style else "" for column in self.columns]
            table.add_row(*map(line, told, styles))
        return table

    def render_text(self, width: int) -> str:
        """Return it as plain text in a frame, its caption above."""
        framed = Table("", self.columns, self.rows, self.total).to_rich("frame")
        return f"{show_controls(self.caption)}\n{render_plain(framed, width=width)}"

    def render_csv(self, language: Language) -> str:
        """Return it as a spreadsheet of the language's country opens it: texts quoted, shares in percent."""
        rows = [*self.rows, *([] if self.total is None else [self.total])]
        heads = [column.heading for column in self.columns]
        cells = ([_measure(row.get(column.key), column) for column in self.columns] for row in rows)
        return render_sheet(heads, cells, language)

    def to_sheet(self, name: str) -> Sheet:
        """Return it as a sheet of a workbook, which says its caption where it has one and else `name`."""
        rows = [*self.rows, *([] if self.total is None else [self.total])]
        return Sheet(
            self.caption or name,
            [column.heading for column in self.columns],
            [[_type_cell(row.get(column.key), column) for column in self.columns] for row in rows],
            len(rows),
            {at for at, column in enumerate(self.columns) if column.kind == "share"},
        )


def render_tables(tables: Sequence[Table], name: str) -> bytes:
    """Return tables as an Excel workbook, a sheet each; `name` is that of a table without a caption."""
    return render_workbook([table.to_sheet(name) for table in tables])


def _format_text(cell: object) -> str:
    return "" if is_missing(cell) else show_controls(str(cell))


def _measure(cell: Any, column: Column) -> object:
    if is_missing(cell):
        return None
    if column.right and not isinstance(cell, str):
        return percent(float(cell)) if column.kind == "share" else cell
    return str(cell)


def _type_cell(cell: Any, column: Column) -> object:
    if is_missing(cell) or column.kind == "date":
        return cell
    if not column.right:  # a code that a table holds as a number is still a text to people
        return str(cell)
    return cell if isinstance(cell, str) or column.kind == "share" else round(float(cell), 6)
