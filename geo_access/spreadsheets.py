"""Tables as a spreadsheet of the language's country opens them: CSV with its separator and its decimal sign."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_access.formats import is_missing, read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo_access.texts import Language

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_sheet(heads: Sequence[str], rows: Iterable[Sequence[object]], language: Language) -> str:
    """Write a table: texts quoted, numbers not and with four decimals at most, nothing where nothing is known."""
    delimiter = {"fr": ";", "en": ","}[language]
    lines = [[_quote(head) for head in heads], *([_write_cell(value, language) for value in row] for row in rows)]
    return "\ufeff" + "".join(delimiter.join(line) + "\r\n" for line in lines)


def percent(share: float) -> float:
    """Write a share (0 to 1) in percent; what is short of the whole never reads as the whole."""
    return min(round(share * 100, 4), 99.9999) + 0.0 if share < 1 else 100.0


def _write_cell(value: object, language: Language) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, str):
        return _quote(value)
    number = read_number(value)
    if number is None or not math.isfinite(number):
        return ""
    said = f"{number:.4f}".rstrip("0").rstrip(".")
    return said.replace(".", {"fr": ",", "en": "."}[language])


def _quote(said: str) -> str:
    """Quote a text; one that a spreadsheet would take for a formula is marked as text."""
    said = f"'{said}" if said.startswith(_FORMULA) else said
    return '"' + said.replace('"', '""') + '"'
