"""Numbers as files write them: which mark parts decimals and which thousands, told by the file's own numbers.

"37,000" is 37 or 37,000. A column that also holds "12,5" means the first; a file that writes 48.85 elsewhere means the
second. Where nothing tells, it is read as a decimal number, and the reader is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo_access.core import limits
from geo_access.core.errors import InputError
from geo_access.core.matching import compose, fold
from geo_access.study.inputs.columns import LATITUDE, LONGITUDE, POINT

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

#: Between thousands: spaces and Swiss apostrophes; before a number: what marks it as a spreadsheet's text.
_BLANKS = re.compile(r"^'|(?<=[0-9])[\s\u00a0\u202f'’](?=[0-9])|\s+(?=[.,%0-9])")
_NUMBER_LIKE = r"^'?[+-]?[0-9.,][0-9., '’\x{a0}\x{202f}]*$"
_DEGREES = frozenset((*LONGITUDE, *LATITUDE, *POINT))
_OTHER = {",": ".", ".": ","}
#: By mark: one and three digits behind it (thousands or decimals); groups that can only be thousands; decimals.
_EITHER = {mark: rf"^[+-]?[1-9][0-9]{{0,2}}[{mark}][0-9]{{3}}$" for mark in _OTHER}
_GROUPS = {
    mark: rf"^[+-]?[0-9]{{1,3}}(?:[{mark}][0-9]{{3}}){{2,}}(?:[{other}][0-9]+)?$"
    rf"|^[+-]?[0-9]{{1,3}}(?:[{mark}][0-9]{{3}})+[{other}][0-9]+$"
    for mark, other in _OTHER.items()
}
_DECIMAL = {mark: rf"^[+-]?[0-9]*[{mark}][0-9]+(?:[eE][+-]?[0-9]+)?$" for mark in _OTHER}


class Marks(NamedTuple):
    """What numbers show of their marks."""

    decimals: frozenset[str]
    thousands: frozenset[str]


class Numbers(NamedTuple):
    """A column read as numbers.

    Attributes
    ----------
    values
        float64 (n,), NaN where blank or bad.
    bad
        bool (n,): neither blank nor a finite number.
    doubtful
        bool (n,): read as a decimal number, for want of anything that tells its mark.
    """

    values: NDArray[np.float64]
    bad: NDArray[np.bool_]
    doubtful: NDArray[np.bool_]


def to_texts(column: pd.Series[Any]) -> list[str | None]:
    """Return a column as stripped text, None where blank; whole numbers lose their ".0" (92002.0)."""
    texts: list[str | None] = []
    for value in column.tolist():
        if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
            texts.append(None)
            continue
        said = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
        texts.append(compose(said) or None)
    return texts


def to_numbers(
    frame: pd.DataFrame, column: str, *, path: Path | str, most: float = limits.MAX_NUMBER
) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where blank; see `parse_numbers` for how they may be written.

    Parameters
    ----------
    most
        The largest number, below zero as well, that the column can mean.

    Raises
    ------
    InputError
        A value is no finite number, or beyond `most`: names its row.
    """
    return check_numbers(parse_numbers(frame, column), frame, column, path=path, most=most)


def check_numbers(
    numbers: Numbers, frame: pd.DataFrame, column: str, *, path: Path | str, most: float = limits.MAX_NUMBER
) -> NDArray[np.float64]:
    """Return the values of what `parse_numbers` read; errors as of `to_numbers`."""
    values, bad, _ = numbers
    beyond = ~bad & (np.abs(values) > most)
    if beyond.any():
        at = int(np.flatnonzero(beyond)[0])
        raise InputError(
            "limits.number",
            file=path,
            row=int(frame["row"].iloc[at]),
            column=column,
            value=f"{values[at]:g}",
            limit=most,
            count=int(beyond.sum()),
        )
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise InputError(
            "places.not_a_number",
            file=path,
            row=int(frame["row"].iloc[at]),
            column=column,
            value=str(frame[column].iloc[at])[: limits.MAX_SHOWN],
        )
    return values


def holds_numbers(frame: pd.DataFrame, column: str) -> bool:
    """Say whether every value of a column is blank or a number that `to_numbers` takes, and one at least a number."""
    values, bad, _ = parse_numbers(frame, column)
    return not bad.any() and not bool(np.isnan(values).all()) and not bool((np.abs(values) > limits.MAX_NUMBER).any())


def parse_numbers(frame: pd.DataFrame, column: str) -> Numbers:
    """Read a column as numbers.

    Spaces and apostrophes between thousands are read past. In a CSV parted by commas a point is a decimal mark, and
    "64,263" no number unless the file shows what the comma is. In other files both marks may be either.
    """
    series = frame[column]
    if pd.api.types.is_bool_dtype(series.dtype) or pd.api.types.is_numeric_dtype(series.dtype):
        values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        return Numbers(values, np.asarray(np.isinf(values)), np.zeros(len(values), bool))
    texts = to_texts(series)
    said, doubtful = pa.array(texts, pa.string()), np.zeros(len(texts), bool)
    blank = np.asarray(said.is_null().to_numpy(zero_copy_only=False), bool)
    values = _to_floats(texts)
    decimal = frame.attrs.get("separator") == "," or fold(column) in _DEGREES
    # Only then, as looking at millions of plain numbers costs seconds.
    if (np.isnan(values) & ~blank).any() or (not decimal and _match(said, _EITHER["."]).any()):
        if _match(said, r"['’\s\x{a0}\x{202f}]").any():
            texts = [None if one is None else _BLANKS.sub("", one) for one in texts]
        texts, doubtful = _write_plainly(texts, frame, column)
        values = _to_floats(texts)
    return Numbers(values, ~blank & ~np.isfinite(values), doubtful & np.isfinite(values))


def _write_plainly(
    texts: list[str | None], frame: pd.DataFrame, column: str
) -> tuple[list[str | None], NDArray[np.bool_]]:
    """Take the marks of thousands out of texts, and make decimal marks points; say of which that was a guess."""
    degrees, comma_parted = fold(column) in _DEGREES, frame.attrs.get("separator") == ","
    said, plain, doubtful = pa.array(texts, pa.string()), list(texts), np.zeros(len(texts), bool)
    own = _learn_column(said)
    for mark, other in _OTHER.items():
        thousands, either = _match(said, _GROUPS[mark]), _match(said, _EITHER[mark])
        decimals = _match(said, _DECIMAL[mark]) & ~either
        if either.any():
            held = None if degrees else _decide(mark, own) or _decide(mark, _learn_file(frame))
            if held == "thousands":
                thousands = thousands | either
            elif held == "decimal" or degrees or not comma_parted or mark == ".":
                decimals = decimals | either
                if held is None and not degrees and not comma_parted:
                    doubtful |= either
        for at in np.flatnonzero(thousands):
            plain[at] = str(plain[at]).replace(mark, "").replace(other, ".")
        for at in np.flatnonzero(decimals) if mark != "." else ():
            plain[at] = str(plain[at]).replace(mark, ".")
    return plain, doubtful


def _decide(mark: str, marks: Marks) -> str | None:
    """Say what a mark is where others show it; None where they do not, or show both."""
    decimal = mark in marks.decimals or _OTHER[mark] in marks.thousands
    thousands = mark in marks.thousands or (_OTHER[mark] in marks.decimals and mark not in marks.decimals)
    return None if decimal == thousands else "decimal" if decimal else "thousands"


def _learn_column(said: pa.Array) -> Marks:
    """Return what the numbers of a column show."""
    either = {mark: _match(said, _EITHER[mark]) for mark in _OTHER}
    return Marks(
        frozenset(mark for mark in _OTHER if (_match(said, _DECIMAL[mark]) & ~either[mark]).any()),
        frozenset(mark for mark in _OTHER if _match(said, _GROUPS[mark]).any()),
    )


def _learn_file(frame: pd.DataFrame) -> Marks:
    """Return what the numbers of a whole table show: of columns of nothing but numbers."""
    if "marks" not in frame.attrs:
        decimals: set[str] = set()
        thousands: set[str] = set()
        for column in frame.columns:
            if column in ("row", "geometry") or pd.api.types.is_numeric_dtype(frame[column].dtype):
                continue
            texts = [one for one in to_texts(frame[column]) if one is not None]
            if fold(str(column)) in POINT:
                texts = [part.strip() for one in texts for part in one.split(",")]
            said = pa.array(texts, pa.string())
            if not texts or not _match(said, _NUMBER_LIKE).all():
                continue
            if fold(str(column)) in _DEGREES:
                decimals.update(mark for mark in _OTHER if _match(said, _DECIMAL[mark]).any())
                continue
            found = _learn_column(pa.array([_BLANKS.sub("", one) for one in texts], pa.string()))
            decimals |= found.decimals
            thousands |= found.thousands
        frame.attrs["marks"] = Marks(frozenset(decimals), frozenset(thousands))
    return Marks(*frame.attrs["marks"])


def _to_floats(texts: list[str | None]) -> NDArray[np.float64]:
    said = pd.Series(texts, dtype=object)
    return np.asarray(pd.to_numeric(said, errors="coerce").to_numpy(dtype=np.float64))


def _match(said: pa.Array, pattern: str) -> NDArray[np.bool_]:
    found = pc.fill_null(pc.match_substring_regex(said, pattern), fill_value=False)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)
