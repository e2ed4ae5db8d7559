"""A table of places with the file it comes from and the findings on it: what the readers of a study's inputs share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.core.errors import InputError
from geo_access.core.limits import MAX_NUMBER
from geo_access.study.inputs.tables import find_column, named_column, read_table, to_numbers, to_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings, Level
    from geo_access.study.inputs.tables import Geometry


@dataclass(frozen=True, eq=False)
class SourceTable:
    """A table, and what every message on it needs.

    Attributes
    ----------
    path
        The file, which every error and finding names.
    frame
        Its table, as `tables.read_table` gives it, or what was made of it; always with ``row``.
    findings
        Takes what is odd.
    """

    path: Path
    frame: Any
    findings: Findings

    @classmethod
    def read(
        cls, path: Path | str, findings: Findings, *, crs: str | None = None, geometry: Geometry = "required"
    ) -> SourceTable:
        """Read a file; parameters and errors are those of `tables.read_table`."""
        return cls(Path(path), read_table(path, crs=crs, geometry=geometry), findings)

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

    def find(self, names: Sequence[str]) -> str:
        """Find the column that bears one of `names`; `InputError` when none does."""
        return str(find_column(self.frame, names, path=self.path))

    def find_optional(self, names: Sequence[str]) -> str | None:
        """Find the column that bears one of `names`, None when none does."""
        return find_column(self.frame, names, path=self.path, required=False)

    def named(self, name: str) -> str:
        """Check that a column the study names exists, to the letter; `InputError` with a guess otherwise."""
        return named_column(self.frame, name, path=self.path)

    def texts(self, column: str | None) -> list[str | None]:
        """Return a column as `tables.to_texts` does; without a column, None for each record."""
        return [None] * len(self) if column is None else to_texts(self.frame[column])

    def numbers(self, column: str, *, most: float = MAX_NUMBER) -> NDArray[np.float64]:
        """Return a column as `tables.to_numbers` does."""
        return to_numbers(self.frame, column, path=self.path, most=most)

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
