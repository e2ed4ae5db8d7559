"""`study.lock`: where each fetched file of a study comes from, and the bytes that it had.

The file stands beside `study.toml` and is JSON, written in one order, so that the same files give the same bytes. It
names every download (address, day, SHA-256, size, licence, whom to credit) and every file made of them (SHA-256, size,
from which downloads, and what shaped it: the area that it was clipped to, the filters, the service days).
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from geo_access.core.errors import InputError
from geo_access.core.names import is_digest, is_inside_name
from geo_access.texts import LANGUAGES, render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LOCK_NAME = "study.lock"
#: The source of what study.toml names by its address.
STUDY_SOURCE = "study.toml"
VERSION = 1
_SHOWN = 80


@dataclass(frozen=True)
class LockedDownload:
    """One download.

    Attributes
    ----------
    source, name
        The source that asked for it, and its name there; together they are unique.
    address
        The public address, as the source knows it.
    fetched, published
        The day it was fetched, and the server's Last-Modified where it said one (both ISO).
    sha256, size
        Of its bytes.
    licence, licence_address, attribution
        Under which terms, and whom to credit.
    asked
        SHA-256 of what was sent along (a POST), where something was.
    """

    source: str
    name: str
    address: str
    fetched: str
    sha256: str
    size: int
    licence: str
    licence_address: str
    attribution: str
    published: str | None = None
    asked: str | None = None

    @property
    def credit(self) -> str:
        """Whom to credit, and the licence: "INSEE, populations de référence 2023 (Licence Ouverte 2.0)"."""
        return f"{self.attribution} ({self.licence})" if self.licence not in self.attribution else self.attribution


@dataclass(frozen=True)
class LockedFile:
    """One file of the study that was made of downloads.

    Attributes
    ----------
    file
        Its path in the study's folder, POSIX.
    source
        The source that made it.
    sha256, size
        Of its bytes as they were written; a file that differs was edited since.
    used
        Names of the downloads of `source` that it was made of.
    params
        What shaped it.
    once
        Written where it was missing and the user's since then: it may differ.
    """

    file: str
    source: str
    sha256: str
    size: int
    used: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    once: bool = False

    @property
    def stands_in(self) -> bool:
        """Whether it was made for want of the data that it stands for."""
        return "stand_in" in self.params


@dataclass(frozen=True)
class Lock:
    """What `study.lock` says.

    Attributes
    ----------
    departement
        Its code.
    date
        The study's date that the feeds were clipped to (ISO).
    feeds
        Addresses of feeds that the user gave.
    downloads, files
        In the order of source and name.
    """

    departement: str
    date: str | None = None
    feeds: tuple[str, ...] = ()
    downloads: tuple[LockedDownload, ...] = ()
    files: tuple[LockedFile, ...] = ()

    def file(self, name: str) -> LockedFile | None:
        """Return the entry of a file, or None."""
        return next((one for one in self.files if one.file == name), None)

    def download(self, source: str, name: str) -> LockedDownload | None:
        """Return the entry of a download, or None."""
        return next((one for one in self.downloads if (one.source, one.name) == (source, name)), None)

    def credits(self, file: LockedFile | None = None) -> tuple[str, ...]:
        """Whom to credit for a file, or for all of them, each once, in order."""
        used = {(one.source, name) for one in (self.files if file is None else (file,)) for name in one.used}
        return tuple(dict.fromkeys(one.credit for one in self.downloads if (one.source, one.name) in used))

    def text(self) -> str:
        """Write it as `study.lock` holds it."""
        files = sorted(self.files, key=lambda one: one.file)
        downloads = sorted(self.downloads, key=lambda one: (one.source, one.name))
        said = {
            "version": VERSION,
            "departement": self.departement,
            "date": self.date,
            "feeds": list(self.feeds),
            "files": [_without_nothing(asdict(one)) for one in files],
            "downloads": [_without_nothing(asdict(one)) for one in downloads],
        }
        return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def read_lock(folder: Path) -> Lock | None:
    """Read a study's lock; None where it has none.

    Raises
    ------
    InputError
        When the file is no lock, or of a later version of this package.
    """
    path = folder / LOCK_NAME
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("fetch.lock_unreadable", file=path, said=type(error).__name__) from error
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("fetch.lock_unreadable", file=path, said=_one_line(error)) from error
    if not isinstance(said, dict) or "version" not in said:
        raise InputError("fetch.lock_no_version", file=path, known=VERSION)
    if said["version"] != VERSION:
        raise InputError("fetch.lock_version", file=path, found=_shorten(said["version"]), known=VERSION)
    for key, wanted in _OF_LOCK.items():
        if not wanted.takes(said.get(key)):
            raise _refuse(path, key, key, said.get(key), wanted.said)
    return Lock(
        departement=said["departement"],
        date=said.get("date"),
        feeds=tuple(said.get("feeds") or ()),
        downloads=tuple(
            LockedDownload(**_read_entry(one, f"downloads[{number}]", _OF_DOWNLOAD, path))
            for number, one in enumerate(said["downloads"])
        ),
        files=tuple(_read_file(one, f"files[{number}]", path) for number, one in enumerate(said["files"])),
    )


def _read_file(said: object, entry: str, path: Path) -> LockedFile:
    read = _read_entry(said, entry, _OF_FILE, path)
    return LockedFile(**{**read, "used": tuple(read.get("used", ()))})


def _read_entry(said: object, entry: str, keys: Mapping[str, _Wanted], path: Path) -> dict[str, Any]:
    """Check one download or file of a lock, key by key: what it names decides what is asked, kept and written."""
    if not isinstance(said, dict):
        raise _refuse(path, entry, entry, said, _SECTION.said)
    name = said.get("file", said.get("name"))
    named = f"{entry} ({_shorten(name)})" if isinstance(name, str) else entry
    for key, wanted in keys.items():
        if not wanted.takes(said.get(key)):
            raise _refuse(path, named, key, said.get(key), wanted.said)
    for key in said:
        if key not in keys:
            raise _refuse(path, named, key, said[key], "known")
    return {key: value for key, value in said.items() if value is not None}


def _is_text(said: object) -> bool:
    return isinstance(said, str)


def _is_texts(said: object) -> bool:
    return isinstance(said, list) and all(map(_is_text, said))


def _is_section(said: object) -> bool:
    return isinstance(said, dict)


def _is_size(said: object) -> bool:
    return type(said) is int and 0 <= said < 2**63


def _is_date(said: object) -> bool:
    try:
        return isinstance(said, str) and dt.date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False


def _is_moment(said: object) -> bool:
    try:
        return isinstance(said, str) and bool(dt.datetime.fromisoformat(said))
    except ValueError:
        return False


def _is_address(said: object) -> bool:
    return isinstance(said, str) and said.startswith("https://")


@dataclass(frozen=True)
class _Wanted:
    """What a key has to hold: a test of it, and the text (``fetch.lock_wants_...``) that says it to people."""

    holds: Callable[[object], bool]
    said: str
    may_lack: bool = False

    def takes(self, given: object) -> bool:
        """Whether a value is one."""
        return (self.may_lack and given is None) or self.holds(given)


_TEXT, _ADDRESS = _Wanted(_is_text, "text"), _Wanted(_is_address, "address")
_DIGEST, _SIZE = _Wanted(is_digest, "digest"), _Wanted(_is_size, "size")
_LIST, _SECTION = _Wanted(lambda said: isinstance(said, list), "list"), _Wanted(_is_section, "section")
#: What each key has to hold.
_OF_LOCK: dict[str, _Wanted] = {
    "departement": _TEXT,
    "date": _Wanted(_is_date, "date", may_lack=True),
    "feeds": _Wanted(_is_texts, "texts", may_lack=True),
    "downloads": _LIST,
    "files": _LIST,
}
_OF_DOWNLOAD: dict[str, _Wanted] = {
    "source": _TEXT,
    "name": _TEXT,
    "address": _ADDRESS,
    "fetched": _Wanted(_is_moment, "moment"),
    "sha256": _DIGEST,
    "size": _SIZE,
    **dict.fromkeys(("licence", "licence_address", "attribution"), _TEXT),
    "published": replace(_TEXT, may_lack=True),
    "asked": replace(_DIGEST, may_lack=True),
}
_OF_FILE: dict[str, _Wanted] = {
    "file": _Wanted(is_inside_name, "file"),
    "source": _TEXT,
    "sha256": _DIGEST,
    "size": _SIZE,
    "used": _Wanted(_is_texts, "texts", may_lack=True),
    "params": replace(_SECTION, may_lack=True),
    "once": _Wanted(lambda said: isinstance(said, bool), "bool", may_lack=True),
}


def _refuse(path: Path, entry: str, key: str, found: object, wanted: str) -> InputError:
    said = {language: render(f"fetch.lock_wants_{wanted}", language) for language in LANGUAGES}
    return InputError(
        "fetch.lock_entry", file=path, entry=entry, key=_shorten(key), found=_shorten(found),
        wanted_fr=said["fr"], wanted_en=said["en"],
    )  # fmt: skip


def _shorten(said: object) -> str:
    """Show a value of a lock on one line."""
    shown = said if isinstance(said, str) and said.isprintable() else ascii(said)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"


def _one_line(error: Exception) -> str:
    return _shorten(" ".join(str(error).split()) or type(error).__name__)


def _without_nothing(said: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: None, no parameter, False."""
    return {key: value for key, value in said.items() if not (value is None or value is False or value in ({}, ()))}


def credits_of(folder: Path) -> tuple[str, ...]:
    """Whom a study's lock credits; nothing without a lock."""
    lock = read_lock(folder)
    return () if lock is None else lock.credits()
