"""A study: one folder with a `study.toml` that names everything else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo_access.core import limits
from geo_access.core.display import Shown, describe
from geo_access.core.errors import ArgumentError, SettingsError
from geo_access.study.lock import credits_of
from geo_access.study.settings import Settings, read_settings

FILE_NAME = "study.toml"


@dataclass(frozen=True, repr=False)
class Study(Shown):
    """Settings, and the file that they come from.

    Attributes
    ----------
    settings
        The checked settings.
    file
        The `study.toml`; every path in the settings is resolved against its folder.
    document
        What the file says, with the changes asked for; kept so that a variant can be made of it. Its ``sources`` also
        hold whom `study.lock` beside the file credits, so that outputs name them without their being typed twice.
    """

    settings: Settings
    file: Path
    document: Mapping[str, Any]

    def _headline(self) -> str:
        return f"{self.settings.name}, {self.settings.date}, {self.settings.policy.preset}, {self.file}"

    @property
    def folder(self) -> Path:
        """The folder that the settings' paths start from."""
        return self.file.parent

    def path(self, name: str) -> Path:
        """Resolve a path of the settings against the study's folder."""
        return self.folder / name

    def vary(self, changes: Mapping[str, Any]) -> Study:
        """Return the same study with some settings changed.

        Parameters
        ----------
        changes
            Dotted keys and their new values: ``{"territory.sst.column": "sst_after"}``.

        Raises
        ------
        SettingsError
            As for a wrong `study.toml`, at once; what depends on the files is found when they are read.
        """
        document = _changed(self.document, changes)
        return Study(read_settings(document, file=self.file), self.file, document)


def take_study(given: object) -> Study:
    """Return a study as it is; `ArgumentError` for anything else."""
    if not isinstance(given, Study):
        raise ArgumentError("queries.study_wanted", said=describe(given))
    return given


def open_study(path: str | Path | None = None, *, changes: Mapping[str, Any] | None = None) -> Study:
    """Open a study.

    Parameters
    ----------
    path
        A TOML file, a folder that holds `study.toml`, or None for the embedded sample.
    changes
        Settings to change, by dotted key; see `Study.vary`.

    Raises
    ------
    SettingsError
        When there is no such study, it is no TOML, or a setting is wrong.
    """
    if path is None:
        from geo_access.study.sample import sample_folder

        file = sample_folder() / FILE_NAME
    else:
        file = Path(path)
        limits.check_path(file)
        if file.is_dir():
            file = file / FILE_NAME
    try:
        text = limits.read_text(file, limit=limits.MAX_TOML_BYTES)
    except FileNotFoundError:
        raise SettingsError("study.not_found", file=file) from None
    except UnicodeDecodeError:
        raise SettingsError("study.not_utf8", file=file) from None
    except OSError as error:
        raise SettingsError("study.unreadable", file=file, said=str(error.strerror)) from None
    try:
        document: Mapping[str, Any] = limits.parse_toml(text, file=file)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("study.not_toml", file=file, said=str(error)) from None
    document = _changed(document, changes or {})
    credited, stated = credits_of(file.parent), document.get("sources", [])
    if credited and isinstance(stated, list):
        document["sources"] = [*stated, *(one for one in credited if one not in stated)]
    return Study(read_settings(document, file=file), file, document)


def _changed(document: Mapping[str, Any], changes: Any) -> dict[str, Any]:
    """Copy a nested document, with the values at dotted keys replaced."""
    if not isinstance(changes, Mapping) or not all(isinstance(key, str) for key in changes):
        raise ArgumentError("study.changes_wanted", said=repr(changes)[:60])
    new: dict[str, Any] = {
        key: _changed(value, {}) if isinstance(value, dict) else value for key, value in document.items()
    }
    for key, value in changes.items():
        table = new
        *tables, last = key.split(".")
        if len(tables) > limits.MAX_KEY_PARTS:
            raise SettingsError("limits.nested", file=f"{key[: limits.MAX_SHOWN]}…", limit=limits.MAX_KEY_PARTS)
        for name in tables:
            inner = table.get(name)
            table[name] = dict(inner) if isinstance(inner, dict) else {}
            table = table[name]
        table[last] = value
    return new
