"""The exceptions of the package, as a tree.

::

    GeoAccessError(Exception)                       also raised as it is: a screen that takes no more
    ├── InputError(GeoAccessError, ValueError)      a file, a row or a setting is wrong
    │   ├── SettingsError                           study.toml or an option
    │   ├── ArgumentError(TypeError)                an argument of the wrong kind: a path for a study
    │   └── NoServiceError                          a date on which no trip runs
    └── ClusterError(GeoAccessError, RuntimeError)  processes or a cluster that cannot be worked with
    GeoAccessWarning(UserWarning)                   a finding nobody collected, a cache that cannot be written ...

Every error carries the code of a catalogued text (`geo_access.texts`), so that it reads in French and in English, names
the file, the row, the fault and the way out. The command line turns a `GeoAccessError` into one line and exit code 2.
``str(error)`` speaks the language that the variable GEO_ACCESS_LANG names, else the study's, else French.
"""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from geo_access.texts import DEFAULT_LANGUAGE, LANGUAGES, Language, render
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

#: The environment variable that names the language.
LANGUAGE_VARIABLE = "GEO_ACCESS_LANG"

#: Facts that are rows of the same file.
_ROWS = frozenset({"other_row"})
#: Signs of one value that a message shows: forty columns' names are fewer.
_LONGEST_VALUE = 600


class GeoAccessError(Exception):
    """Base of every error that this package raises on purpose.

    Parameters
    ----------
    code
        Key of the text in the catalogue, whose French and English say the fault and the way out.
    file
        The file at fault, as the user named it.
    row
        Its row, counted as a spreadsheet does: the header is row 1, the first record row 2. Of a table in memory, the
        error keeps the label that the table's index gives to it.
    **params
        Values for the placeholders of the text.
    """

    def __init__(
        self, code: str, /, *, file: Path | str | None = None, row: int | str | None = None, **params: object
    ) -> None:
        self.code = code
        self.file = None if file is None else str(file)
        self.row: int | str | None = None if row is None else name_row(file, row)
        self.params = name_rows(file, params)
        #: That of the study at whose work it was raised, None where there is none.
        self.language: Language | None = None
        super().__init__(code)

    def __str__(self) -> str:
        """Say it in the language of the environment, else of the study, else in French."""
        asked = os.environ.get(LANGUAGE_VARIABLE)
        spoken = next((language for language in LANGUAGES if language == asked), self.language)
        return self.text(spoken or DEFAULT_LANGUAGE)

    def text(self, language: Language) -> str:
        """Say what is wrong, where, and what to do, in `language`."""
        where = "" if self.file is None else show_controls(self.file)
        if self.row is not None:
            row = {"fr": "ligne", "en": "row"}[language]
            said_row = show_controls(str(self.row))
            where = f"{where}, {row} {said_row}" if where else f"{row} {said_row}"
        said = render(self.code, language, **{name: _shorten(name, value) for name, value in self.params.items()})
        colon = {"fr": "\u00a0: ", "en": ": "}[language]
        return f"{where}{colon}{said}" if where else said

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the parameters when the error crosses a process border."""
        return _rebuild, (type(self), self.code, self.file, self.row, self.params, self.language)


class InputError(GeoAccessError, ValueError):
    """An input that cannot be used."""


class SettingsError(InputError):
    """A key or a value of `study.toml`, or an option, that cannot be used."""


class ArgumentError(InputError, TypeError):
    """An argument of the wrong kind, such as a path where a study is due; what to give instead is said."""


class NoServiceError(InputError):
    """A date on which no trip of the feeds runs."""


class ClusterError(GeoAccessError, RuntimeError):
    """Processes or a cluster that cannot be worked with: not reached, of another version, or dying."""


class GeoAccessWarning(UserWarning):
    """Something to know that stops nothing: a finding that no collector took, a cache that cannot be written.

    Parameters
    ----------
    said
        The text, in English.
    code, **params
        Where the catalogue holds it in French as well, its key and the values for its placeholders.
    """

    def __init__(self, said: str, code: str | None = None, /, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(said)

    def text(self, language: Language) -> str:
        """Say it in `language`, as far as the catalogue has it."""
        return str(self) if self.code is None else render(self.code, language, **self.params)


def name_row(file: object, row: Any) -> Any:
    """Return a row (the first record is row 2) as its table calls it: by the index of a table in memory."""
    named = getattr(file, "name_row", None)
    return row if named is None else named(row)


def name_rows(file: object, params: Mapping[str, object]) -> dict[str, object]:
    """Return the facts of a message with those that are rows called as `name_row` does."""
    return {key: name_row(file, value) if key in _ROWS else value for key, value in params.items()}


def _shorten(name: str, value: object) -> object:
    """Cut a value that would hide the message around it, the way out most of all; faults are whole sentences."""
    if not isinstance(value, str) or len(value) <= _LONGEST_VALUE or name.startswith("faults"):
        return value
    return f"{value[:_LONGEST_VALUE]}…"


def warn(code: str, /, **params: object) -> None:
    """Issue a text of the catalogue as a Python warning."""
    warnings.warn(GeoAccessWarning(render(code, "en", **params), code, **params), stacklevel=3)


@contextmanager
def speaking(language: object) -> Iterator[None]:
    """Have the errors that are raised inside speak a study's language; what is none of ours changes nothing."""
    try:
        yield
    except GeoAccessError as error:
        error.language = error.language or next((one for one in LANGUAGES if one == language), None)
        raise


def _rebuild(
    kind: type[GeoAccessError], code: str, file: str | None, row: Any, params: dict[str, object],
    language: Language | None,
) -> GeoAccessError:  # fmt: skip
    error = kind(code, file=file, row=row, **params)
    error.language = language
    return error
