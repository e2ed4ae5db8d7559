"""What reading the inputs found: faults that do not stop the work but that a careful reader must know."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from geo_access.core.errors import GeoAccessWarning, name_row, name_rows
from geo_access.texts import DEFAULT_LANGUAGE, Language, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Finding:
    """One fact about the inputs: how grave, which, where. ``finding.text("fr")`` says it in words.

    Attributes
    ----------
    level
        ``error`` (a result is wrong here), ``warning`` (a result may be wrong), ``info`` (worth knowing).
    code
        Key of the text in `geo_access.texts`.
    file, row
        Where; rows count as in a spreadsheet (the header is row 1), those of a table in memory go by its index.
    params
        Values for the placeholders of the text. JSON values only: findings are kept with what is cached.
    """

    level: Level
    code: str
    file: str | None = None
    row: int | str | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.level, self.code, self.file, self.row))

    def text(self, language: Language = DEFAULT_LANGUAGE) -> str:
        """Say it in `language`."""
        return render(self.code, language, **self.params)

    def locate(self, language: Language) -> str:
        """Say it in `language`, with the name of the file (without its folders) and the row."""
        place = "" if self.file is None else self.file.replace("\\", "/").rsplit("/", 1)[-1]
        row = "" if self.row is None else f"{', ' if place else ''}{render('results.row', language, row=self.row)}"
        said = self.text(language)
        return f"{place}{row}{render('fetch.colon', language)}{said}" if place or row else said

    def to_dict(self, language: Language = DEFAULT_LANGUAGE) -> dict[str, object]:
        """Return it as JSON values, with its text in `language`."""
        return {"level": self.level, "code": self.code, "file": self.file, "row": self.row, "text": self.text(language)}


class Findings:
    """Collects findings in the order in which they are made."""

    def __init__(self) -> None:
        self._list: list[Finding] = []

    def add(
        self,
        level: Level,
        code: str,
        /,
        *,
        file: Path | str | None = None,
        row: int | str | None = None,
        **params: object,
    ) -> None:
        """Keep one finding; see `Finding`."""
        called = None if row is None else name_row(file, row)
        self._list.append(Finding(level, code, None if file is None else str(file), called, name_rows(file, params)))

    def extend(self, findings: Iterator[Finding] | Findings | tuple[Finding, ...] | list[Finding]) -> None:
        """Keep the findings of another reading."""
        self._list.extend(findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._list)

    def __len__(self) -> int:
        return len(self._list)


def warn_uncollected(findings: Findings) -> None:
    """Issue findings as Python warnings, for a caller who passed no collector: nothing is dropped in silence."""
    for finding in findings:
        if finding.level != "info":
            warnings.warn(GeoAccessWarning(finding.text("en"), finding.code, **finding.params), stacklevel=3)
