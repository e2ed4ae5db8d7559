"""A study: one folder with a `study.toml` that names everything else, or the same made of tables in memory."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from geo_access.core import limits
from geo_access.core.addresses import find_fetched, is_address, list_addresses
from geo_access.core.arguments import take_path
from geo_access.core.display import Shown, describe
from geo_access.core.errors import ArgumentError, SettingsError, speaking
from geo_access.core.names import find_path
from geo_access.study.lock import credits_of
from geo_access.study.scenario import check_site_edits, read_scenarios
from geo_access.study.settings import Settings, TableFile, read_settings
from geo_access.study.site_edits import list_added, take_names, take_point

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo_access.study.inputs.held_table import HeldTable

FILE_NAME = "study.toml"


class Held(Protocol):
    """What a study has in memory where it could name a file; as text, its name."""

    @property
    def digest(self) -> str:
        """SHA-256 of what it holds."""

    def write(self, folder: Path) -> str:
        """Write it as a file that reads the same; return the file's name."""


@dataclass(frozen=True, repr=False)
class Study(Shown):
    """Settings, and the file that they come from.

    Studies are equal when they say the same, of the same file or of tables in memory that hold the same.

    Attributes
    ----------
    settings
        The checked settings.
    file
        The `study.toml`; every path in the settings is resolved against its folder. None for a study that was made in
        memory, whose paths start from the folder that Python runs in.
    document
        What the file says, with the changes asked for; kept so that a variant can be made of it. Its ``sources`` also
        hold whom `study.lock` beside the file credits, so that outputs name them without their being typed twice.
    changes
        The changes asked for, by dotted key: they go before what a scenario file sets.
    held
        What is in memory where the settings could name a file, by the name that they give it.
    """

    settings: Settings
    file: Path | None
    document: Mapping[str, Any]
    changes: Mapping[str, Any] = field(default_factory=dict)
    held: Mapping[str, Held] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.settings.name, self.settings.date, self.file, *sorted(self.held)))

    def _headline(self) -> str:
        parts = (self.settings.name, self.settings.date, self.settings.policy.preset, self.file)
        return ", ".join(str(part) for part in parts if part is not None)

    @property
    def folder(self) -> Path:
        """The folder that the settings' paths start from."""
        return Path() if self.file is None else self.file.parent

    def path(self, name: str | TableFile) -> Path:
        """Resolve a path of the settings against the study's folder; see `find_path` for the forms of Unicode.

        What the study names by its address is fetched where it has not been.
        """
        if isinstance(name, str) and is_address(name):
            return find_fetched(name, self.folder)
        return find_path(self.folder / (name if isinstance(name, str) else name.file))

    def table(self, name: str) -> Path | HeldTable:
        """Return what the settings name as a table: the path of a file, or a table in memory."""
        held = self.held.get(name)
        return self.path(name) if held is None else held  # type: ignore[return-value]  # what is named a table is one

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
        document = change_document(self.document, changes)
        kept = {key: value for key, value in self.changes.items() if key not in changes}
        with speaking(document.get("language")):
            return settle(replace(self, document=document, changes={**kept, **changes}))

    # What if

    def with_sites(
        self, sites: gpd.GeoDataFrame | pd.DataFrame | Iterable[Mapping[str, Any]], *, kind: str | None = None
    ) -> Study:
        """Return the study with more sites: a hypothesis, which every result says and lists.

        Parameters
        ----------
        sites
            Points with a CRS, a table with lat and lon, or mappings with ``lat`` and ``lon`` in degrees. Each may have
            the columns of a list of sites (name, kind, status, open_from, hours, sst ...); others are left out.
        kind
            The kind of those that state none.

        Raises
        ------
        InputError
            When there are none, or one has no point or no kind. What depends on the study's own list is found when
            that is read: an unknown kind, an id that is taken.

        Examples
        --------
        >>> asked = open_study().with_sites([{"kind": "pole", "name": "Gare", "lat": 48.80, "lon": 2.26}])
        >>> asked.move_site("Gare", (48.81, 2.26)).settings.scenario.site_edits[-1].edit
        'move_site'
        """
        return self._edit(list_added(sites, kind))

    def without_sites(self, names: str | Iterable[str]) -> Study:
        """Return the study with sites closed that count today: a hypothesis, as for `with_sites`.

        Parameters
        ----------
        names
            Names or ids. The beginning of a name is enough where only one begins so, without accents or capitals.

        Raises
        ------
        InputError
            When none is given; when the study is read, where one is not known, stands for several or does not count.
        """
        return self._edit([{"edit": "close_site", "site": take_names(names)}])

    def move_site(self, name: str, point: Any) -> Study:
        """Return the study with a site elsewhere: a hypothesis, as for `with_sites`.

        Parameters
        ----------
        name
            A name or id, as for `without_sites`.
        point
            (lat, lon) in degrees, one point with a CRS, or a shapely Point (longitude and latitude).

        Raises
        ------
        InputError
            When it is no point; when the study is read, where the site is not known or stands there already.
        """
        (named,) = take_names([name])
        return self._edit([{"edit": "move_site", "site": named, **take_point(point)}])

    def open_sites(self, names: str | Iterable[str]) -> Study:
        """Return the study with sites open that do not count today: a hypothesis, as for `with_sites`.

        Parameters
        ----------
        names
            Names or ids, as for `without_sites`; ``planned`` for all that are planned (``policy.planned = "open"``),
            whatever their opening date, though not after they close for good.

        Raises
        ------
        InputError
            When none is given; when the study is read, where one is not known, stands for several or counts already.
        """
        return self._edit([{"edit": "open_site", "site": take_names(names)}])

    def _edit(self, edits: list[dict[str, Any]]) -> Study:
        check_site_edits(edits)
        known = self.document.get("scenario", {}).get("site_edits", ())
        return self.vary({"scenario.site_edits": [*known, *edits]})

    def to_folder(self, path: str | Path) -> Study:
        """Write the study as files: its tables and streets in memory, and a copy of every file that it names.

        Parameters
        ----------
        path
            A folder that is not there yet, or is empty. It is written whole or not at all.

        Returns
        -------
        Study
            The study in that folder. Every output is the same to the byte as of this one, but for the inputs' names
            and hashes, and for the file and row that a finding names.

        Raises
        ------
        InputError
            When the folder holds something, cannot be written, or an input of the study cannot be used.
        """
        from geo_access.study.folder import write_folder

        return write_folder(self, path)


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
        file = take_path("path", path)
        limits.check_path(file)
        file = find_path(file)
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
    document = change_document(document, changes or {})
    credited, stated = (*credits_of(file.parent), *list_addresses(document)), document.get("sources", [])
    if credited and isinstance(stated, list):
        document["sources"] = [*stated, *(one for one in credited if one not in stated)]
    with speaking(document.get("language")):
        return settle(Study(read_settings(document, file=file), file, document, dict(changes or {})))


def settle(study: Study) -> Study:
    """Return a study with the settings that its document and its scenario say: what is asked for beside both counts."""
    settings = read_settings(study.document, file=study.file)
    files = settings.scenario.files
    scenario = read_scenarios([(name, study.path(name)) for name in files], settings.scenario.site_edits)
    said = dict(scenario.settings)
    if any(getattr(one.edit, "opens_planned", False) for one in scenario.edits):
        said["policy.planned"] = "open"
    said = {key: value for key, value in said.items() if key not in study.changes}
    if said:
        # What is wrong then is what the scenario sets.
        file = study.path(files[-1]) if scenario.settings else study.file
        settings = read_settings(change_document(change_document(study.document, said), study.changes), file=file)
    return replace(study, settings=settings)


def change_document(document: Mapping[str, Any], changes: Any) -> dict[str, Any]:
    """Copy a nested document, with the values at dotted keys replaced."""
    if not isinstance(changes, Mapping) or not all(isinstance(key, str) for key in changes):
        raise ArgumentError("study.changes_wanted", said=repr(changes)[:60])
    new: dict[str, Any] = {
        key: change_document(value, {}) if isinstance(value, dict) else value for key, value in document.items()
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
