"""A table of places with the file it comes from and the findings on it: what the readers of a study's inputs share.

A table, wherever it came from, goes through the same checks: `SourceTable.read` takes a file, or a frame that a caller
holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.core.errors import InputError, name_row, name_rows
from geo_access.core.limits import MAX_NUMBER, shorten
from geo_access.core.matching import fold
from geo_access.study.inputs.codes import clean_code
from geo_access.study.inputs.held_table import take_table
from geo_access.study.inputs.numbers import check_numbers, parse_numbers, to_texts
from geo_access.study.inputs.site_vocabulary import read_date, read_kind, read_status
from geo_access.study.inputs.tables import find_column, find_columns, named_column, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings, Level
    from geo_access.study.inputs.columns import Column, Compare, TableColumns
    from geo_access.study.inputs.tables import Geometry


def _read_number(said: str) -> object:
    found = parse_numbers(pd.DataFrame({"n": [said]}), "n")
    return fold(said) if found[1][0] else float(found[0][0])


_BY_MEANING: dict[Compare, Callable[[str], object]] = {
    "text": fold,
    "code": lambda said: clean_code(said).zfill(5),
    "kind": lambda said: (read_kind(said).kind, read_kind(said).certainty == "unknown" and fold(said)),
    "status": lambda said: read_status(said) or fold(said),
    "date": lambda said: read_date(said) or fold(said),
    "number": _read_number,
    "never": lambda said: None,  # noqa: ARG005 -- columns that say different things of one matter
}


@dataclass(frozen=True, eq=False)
class SourceTable:
    """A table, and what every message on it needs.

    Attributes
    ----------
    path
        The file, or the table in memory, which every error and finding names.
    frame
        Its table, as `tables.read_table` gives it, or what was made of it; always with ``row``.
    findings
        Takes what is odd.
    """

    path: Path | str
    frame: Any
    findings: Findings

    @classmethod
    def read(
        cls,
        given: Path | str | pd.DataFrame,
        findings: Findings,
        *,
        columns: TableColumns | None = None,
        crs: str | None = None,
        part: str | None = None,
        geometry: Geometry = "required",
    ) -> SourceTable:
        """Read a file or take a table in memory; parameters and errors are those of `tables.read_table`."""
        path = take_table(given, "table" if columns is None else columns.name)
        frame = read_table(
            path,
            crs=crs,
            part=part,
            geometry=geometry,
            places="any" if columns is None else columns.places,
            findings=findings,
        )
        return cls(path, frame, findings)

    def with_frame(self, frame: Any) -> SourceTable:
        """Return what was made of the table, to be told of under the same file."""
        return SourceTable(self.path, frame, self.findings)

    def __len__(self) -> int:
        """Count the records."""
        return len(self.frame)

    @property
    def rows(self) -> list[int]:
        """The records' rows, as a spreadsheet counts."""
        rows: list[int] = self.frame["row"].tolist()
        return rows

    def call(self, row: int) -> str:
        """Return what messages call a row: its number, or its label in a table in memory."""
        return str(name_row(self.path, row))

    def heading(self, column: Column) -> str | None:
        """Return the first heading that a declared column bears here and that is filled, else that stands; or None."""
        found = find_columns(self.frame, column.every)
        return next((name for name in found if self._is_filled(name)), found[0] if found else None)

    def require(self, column: Column) -> str:
        """Return the heading of a declared column; `InputError` when there is none."""
        return self.heading(column) or str(find_column(self.frame, column.every, path=self.path))

    def read_texts(self, column: Column) -> list[str | None]:
        """Return what each row says of a declared column, None where it says nothing.

        Headings of one group mean the same: the filled one counts, and two that differ are an error. A later group
        stands in where those before it are blank.

        Raises
        ------
        InputError
            Two columns of one meaning are filled and differ: names the row, the columns and what they say.
        """
        texts: list[str | None] = [None] * len(self)
        for group in column.names:
            said = self._read_group(group, column.compare)
            texts = [one if one is not None else other for one, other in zip(texts, said, strict=True)]
            if column.whole and any(one is not None for one in said):
                break
        return texts

    def read_numbers(self, column: Column, *, most: float = MAX_NUMBER) -> NDArray[np.float64]:
        """Return the numbers of a declared column, NaN where blank; errors as of `read_texts` and `numbers`."""
        values = np.full(len(self), np.nan)
        for group in column.names:
            self._read_group(group, column.compare)
            for name in find_columns(self.frame, group):
                values = np.where(np.isnan(values), self.numbers(name, most=most), values)
        return values

    def _read_group(self, group: Sequence[str], compare: Compare) -> list[str | None]:
        """Return the texts of columns that mean the same; `InputError` where two differ."""
        names = find_columns(self.frame, group)
        columns = [(name, self.texts(name)) for name in names]
        filled = [(name, texts) for name, texts in columns if any(one is not None for one in texts)]
        if not filled:
            return [None] * len(self)
        first, texts = filled[0]
        for name, others in filled[1:]:
            meaning = _BY_MEANING[compare]
            for at, (one, other) in enumerate(zip(texts, others, strict=True)):
                if one is not None and other is not None and one != other and meaning(one) != meaning(other):
                    raise self.fault(
                        "places.columns_differ",
                        row=self.rows[at],
                        one=shorten(first),
                        said=shorten(one),
                        other=shorten(name),
                        other_said=shorten(other),
                    )
            texts = [one if one is not None else other for one, other in zip(texts, others, strict=True)]
        return texts

    def _is_filled(self, column: str) -> bool:
        values = self.frame[column]
        return bool(values.notna().any()) and any(one is not None for one in self.texts(column))

    def find_optional(self, names: Sequence[str]) -> str | None:
        """Find the column that bears one of `names`, None when none does."""
        return find_column(self.frame, names, path=self.path, required=False)

    def named(self, name: str) -> str:
        """Check that a column the study names exists, to the letter; `InputError` with a guess otherwise."""
        return named_column(self.frame, name, path=self.path)

    def texts(self, column: str | None) -> list[str | None]:
        """Return a column as `numbers.to_texts` does; without a column, None for each record."""
        return [None] * len(self) if column is None else to_texts(self.frame[column])

    def numbers(self, column: str, *, most: float = MAX_NUMBER) -> NDArray[np.float64]:
        """Return a column as `numbers.to_numbers` does; a mark that may be either is told."""
        read = parse_numbers(self.frame, column)
        values = check_numbers(read, self.frame, column, path=self.path, most=most)
        if read.doubtful.any():
            at = int(np.flatnonzero(read.doubtful)[0])
            self.tell_once(
                "warning",
                "places.mark_doubtful",
                row=self.rows[at],
                column=column,
                value=shorten(self.frame[column].iloc[at]),
                read=float(values[at]),
                count=int(read.doubtful.sum()),
            )
        return values

    def fault(self, code: str, *, row: int | None = None, **facts: Any) -> InputError:
        """Make the error that names the file."""
        return InputError(code, file=self.path, row=row, **facts)

    def refuse(self, wrong: NDArray[np.bool_], code: str, **facts: Any) -> None:
        """Raise the error that names the first of the `wrong` records and counts them, where there are any."""
        if wrong.any():
            row = self.rows[int(np.flatnonzero(wrong)[0])]
            raise self.fault(code, row=row, **facts, count=int(wrong.sum()))

    def tell(self, level: Level, code: str, *, row: int | None = None, **facts: Any) -> None:
        """Add a finding that names the file."""
        self.findings.add(level, code, file=self.path, row=row, **facts)

    def tell_once(self, level: Level, code: str, *, row: int | None = None, **facts: Any) -> None:
        """Add a finding that names the file, unless it was made before."""
        said = None if row is None else name_row(self.path, row), name_rows(self.path, facts)
        known = any((one.code, one.file, one.row, one.params) == (code, str(self.path), *said) for one in self.findings)
        if not known:
            self.tell(level, code, row=row, **facts)
