"""The folder of an atlas: what an earlier run left there, and writing only what changed.

A manifest names each file, the key of what it was made from and the SHA-256 of its bytes. A file is whole when both are
as the manifest says; it is then neither made nor written again. The manifest is written after each file, so that a run
that was interrupted goes on where it stopped. Files that no part has any more are removed where they are still as they
were written; whatever else lies in the folder is left alone.
"""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_access.core.cache import hash_file
from geo_access.core.errors import InputError
from geo_access.core.files import refused_output, write_bytes_atomically
from geo_access.core.names import is_digest, is_inside_name, leads_outside

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "atlas.json"
_FORMAT = 1


class AtlasFolder:
    """The files of an atlas.

    Parameters
    ----------
    folder
        A new or empty folder, or one that holds an earlier atlas.

    Attributes
    ----------
    written, kept
        Names (POSIX, below the folder) of files that this run wrote, and of those that were as they should be.
    removed
        Names of files that no part has any more.

    Raises
    ------
    InputError
        When it is a file, its parent is missing, or it holds something else than an atlas.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: list[str] = []
        self.kept: list[str] = []
        self.removed: list[str] = []
        self._check()
        document = self._read()
        #: Of each file of this and of earlier runs: key, and SHA-256 of its bytes.
        self._files: dict[str, tuple[str, str]] = _read_files(document.get("files"))
        #: Of each part that could not be made: key, and why in each language.
        self._faults: dict[str, dict[str, str]] = _read_faults(document.get("left_out"))

    def _check(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise InputError("atlas.is_file", file=self.folder)
        if not self.folder.resolve().parent.is_dir():
            raise InputError("results.output_folder_missing", file=self.folder, folder=str(self.folder.parent))
        if not self.folder.is_dir() or (self.folder / MANIFEST).is_file():
            return
        foreign = sorted(path.name for path in self.folder.iterdir())
        if foreign:
            raise InputError("atlas.foreign", file=self.folder, name=foreign[0])

    def _read(self) -> dict[str, Any]:
        """Read the manifest; one that is damaged says nothing, and everything is made again."""
        try:
            document = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return document if isinstance(document, dict) and document.get("format") == _FORMAT else {}

    def open(self) -> None:
        """Make the folder where it is missing, and mark it as an atlas before anything lies in it."""
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise refused_output(self.folder, error) from error
        if not (self.folder / MANIFEST).is_file():
            self._save()

    def holds(self, name: str, key: str) -> bool:
        """Whether a file is there, made from what the key stands for, and whole."""
        known = self._files.get(name)
        return known is not None and known[0] == key and self._is_as_written(name)

    def _is_as_written(self, name: str) -> bool:
        path = self.folder / name
        try:
            return path.is_file() and not leads_outside(self.folder, path) and hash_file(path) == self._files[name][1]
        except OSError:
            return False

    def keep(self, name: str) -> None:
        """Take a file into this run as it is."""
        self.kept.append(name)

    def put(self, name: str, key: str, data: bytes) -> None:
        """Write a file where its bytes are new, and note what it was made from."""
        path, digest = self.folder / name, sha256(data).hexdigest()
        if leads_outside(self.folder, path.parent):
            raise InputError("atlas.leads_outside", file=path.parent)
        same = name in self._files and self._files[name][1] == digest and self._is_as_written(name)
        if same:
            self.kept.append(name)
        else:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise refused_output(path, error) from error
            write_bytes_atomically(path, data)
            self.written.append(name)
        self._files[name] = (key, digest)
        self._save()

    def fault_of(self, part: str, key: str) -> Mapping[str, str] | None:
        """Why a part could not be made, in each language; None where that is not known of this key."""
        known = self._faults.get(part)
        return known if known is not None and known["key"] == key else None

    def put_fault(self, part: str, key: str, said: Mapping[str, str]) -> None:
        """Note that a part cannot be made, and why."""
        self._faults[part] = {"key": key, **said}
        self._save()

    def finish(self, parts: Mapping[str, str]) -> None:
        """Remove what this run did not have, and write the manifest; `parts` are those left out and their keys."""
        mine = {*self.written, *self.kept}
        for name in sorted(set(self._files) - mine):
            if self._is_as_written(name):
                with suppress(OSError):
                    (self.folder / name).unlink()
                    self.removed.append(name)
                for parent in Path(name).parents[:-1]:
                    with suppress(OSError):
                        (self.folder / parent).rmdir()
            del self._files[name]
        self._faults = {part: told for part, told in self._faults.items() if parts.get(part) == told["key"]}
        self._save()

    def _save(self) -> None:
        files = {name: {"key": key, "sha256": digest} for name, (key, digest) in sorted(self._files.items())}
        document = {"format": _FORMAT, "files": files, "left_out": dict(sorted(self._faults.items()))}
        said = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        path = self.folder / MANIFEST
        if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != said:
            write_bytes_atomically(path, said.encode("utf-8"))


def _read_files(said: object) -> dict[str, tuple[str, str]]:
    """Take from a manifest what is a file of an atlas, and nothing that leads elsewhere."""
    found = {}
    for name, entry in said.items() if isinstance(said, dict) else ():
        told = [entry.get("key"), entry.get("sha256")] if isinstance(entry, dict) else []
        if name != MANIFEST and is_inside_name(name) and len(told) == 2 and all(map(is_digest, told)):
            found[name] = (str(told[0]), str(told[1]))
    return found


def _read_faults(said: object) -> dict[str, dict[str, str]]:
    found = {}
    for part, told in said.items() if isinstance(said, dict) else ():
        if (
            isinstance(told, dict)
            and {"key", "fr", "en"} <= set(told)
            and all(isinstance(v, str) for v in told.values())
        ):
            found[str(part)] = {str(name): value for name, value in told.items()}
    return found
