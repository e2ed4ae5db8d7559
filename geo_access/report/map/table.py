"""A table that scrolls within its page: what the macro ``scroll_table`` of the template `tables.html` is handed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_access.core.formats import is_missing
from geo_access.report.html import render_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_access.texts import Language


@dataclass(frozen=True)
class Head:
    """The head of a column: its words, what it is sorted as (``number`` or ``text``), how it is sorted at first.

    A script finds the column by its `name`.
    """

    said: str
    kind: str | None = None
    sort: str | None = None
    css: str | None = None
    sorts: bool = True
    name: str | None = None


@dataclass(frozen=True)
class ScrollCell:
    """A cell: its words (or HTML of a template, or what the calling page draws), the value that sorts it.

    `lead` where it heads its row.
    """

    said: Any
    value: str | None = None
    css: str | None = None
    lead: bool = False


@dataclass(frozen=True)
class ScrollRow:
    """A row of the body; a script finds it by what it is about: (``insee`` or ``sst``, its value)."""

    cells: Sequence[ScrollCell]
    css: str = ""
    about: tuple[str, str] | None = None


@dataclass(frozen=True)
class ScrollTable:
    """A table with its caption; the foot is one row, or none."""

    caption: str
    heads: Sequence[Head]
    rows: Sequence[ScrollRow]
    foot: Sequence[ScrollCell] = ()


def make_plain_table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], texts: Sequence[int] = ()
) -> ScrollTable:
    """Make a table that is not sorted; the first cell of a row heads it, the columns `texts` hold words."""
    css = ["ga-text" if at in texts else None for at in range(len(heads))]
    body = [ScrollRow([ScrollCell(said, css=css[at], lead=at == 0) for at, said in enumerate(row)]) for row in rows]
    return ScrollTable(caption, [Head(said, css=of, sorts=False) for said, of in zip(heads, css, strict=True)], body)


def make_lead(name: str, said: str | None = None) -> ScrollCell:
    """Return the cell that heads a row: it is sorted by the name, whatever is drawn beside it."""
    return ScrollCell(name if said is None else said, name, lead=True)


def make_text(said: str, css: str = "ga-text") -> ScrollCell:
    """Return a cell of words."""
    return ScrollCell(said, css=css)


def make_number(value: object, said: str, css: str | None = None) -> ScrollCell:
    """Return a cell of a number, which sorts it; a missing one comes last."""
    return ScrollCell(said, "" if is_missing(value) else repr(round(float(value), 6)), css)  # type: ignore[arg-type]  # not missing here


def make_button(name: str, label: str, at: int, map_name: str, language: Language, *, what: str | None = None) -> str:
    """Return a name as a button that shows its place on a map."""
    values = {"name": name, "label": label, "at": at, "map_name": map_name, "what": what}
    return render_template("map/show.html", language, **values)
