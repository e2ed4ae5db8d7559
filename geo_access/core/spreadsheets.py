"""CSV: for a spreadsheet of the language's country, with its separator and its decimal sign, and for programs.

Every CSV that is written passes here: a text that a spreadsheet would take for a formula is marked as text by an
apostrophe, which `unmark` takes off again where a table is read.
"""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING, Any

from geo_access.core.formats import is_missing, read_number
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from geo_access.texts import Language

#: What a spreadsheet takes for the beginning of a formula, the wide forms of East Asian keyboards among it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARKED = re.compile(r"\A'(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def render_sheet(heads: Sequence[str], rows: Iterable[Sequence[object]], language: Language) -> str:
    """Write a table: texts quoted, numbers not and with four decimals at most, nothing where nothing is known.

    Quoted, an INSEE code stays the text it is for a reader that minds quotes.
    """
    delimiter = {"fr": ";", "en": ","}[language]
    lines = [[_quote(head) for head in heads], *([_render_cell(value, language) for value in row] for row in rows)]
    return "\ufeff" + "".join(delimiter.join(line) + "\r\n" for line in lines)


def render_plain_sheet(table: pd.DataFrame) -> str:
    """Write a table for programs: commas, points, numbers unrounded; without its geometry."""
    written = io.StringIO()
    mark_texts(table.drop(columns="geometry", errors="ignore")).to_csv(written, index=False, lineterminator="\n")
    return written.getvalue()


def mark_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts and headings may stand in a CSV: formulas marked, control characters shown."""
    marked = table.rename(columns=_tame)
    for at, name in enumerate(table.columns):
        values = table.iloc[:, at]
        if values.dtype.kind in "biufmM":
            continue
        tamed = {value: _tame(value) for value in values.unique() if isinstance(value, str)}
        changed = {value: text for value, text in tamed.items() if value != text}
        if changed:
            marked[_tame(name)] = values.map(lambda value, said=changed: said.get(value, value))
    return marked


def mark(said: str) -> str:
    """Mark a text that a spreadsheet would take for a formula as text."""
    return f"'{said}" if said.startswith(_FORMULA) else said


def unmark(said: str) -> str:
    """Take the mark of `mark` off."""
    return _MARKED.sub("", said)


def percent(share: float) -> float:
    """Write a share (0 to 1) in percent; what is short of the whole never reads as the whole."""
    return min(round(share * 100, 4), 99.9999) + 0.0 if share < 1 else 100.0


def _render_cell(value: object, language: Language) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, str):
        return _quote(value)
    number = read_number(value)
    if number is None or not math.isfinite(number):
        return ""
    said = f"{number:.4f}".rstrip("0").rstrip(".")
    return said.replace(".", {"fr": ",", "en": "."}[language])


def _tame(said: Any) -> Any:
    """Mark a text and show its control characters, but for the tab, which stays inside its cell."""
    return mark(show_controls(said, keep="\t")) if isinstance(said, str) else said


def _quote(said: str) -> str:
    return '"' + str(_tame(said)).replace('"', '""') + '"'
