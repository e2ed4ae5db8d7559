"""Results kept between runs, addressed by the content that they were made from.

An entry's name is the SHA-256 of everything that shaped it: the bytes of the inputs, the options, the source of this
package and the versions of those it reckons with; so a changed byte, option or version is another entry and nothing
stale can be served. Entries are folders, written aside and renamed when whole, so that two processes may share a cache;
they hold their own name and a checksum of each of their files, so that what a disk spoilt, or what was copied to the
place of another, is no entry.

The folder may hold other things as well. Only what is named as entries are (two digits, then 64 hexadecimal digits of
which they are the first) and holds the checksums of one is looked at, counted or removed, and no link is followed.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import tempfile
import threading
import time
import zlib
from dataclasses import asdict, replace
from functools import cache as remember
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from geo_access._version import __version__
from geo_access.core.errors import InputError, warn
from geo_access.core.findings import Finding, Findings
from geo_access.core.names import (
    is_digest,
    is_own_folder,
    is_real_folder,
    list_plain_files,
    mark_folder,
    remove_plain_folder,
    require_digest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")

FOLDER_VARIABLE, SIZE_VARIABLE = "GEO_ACCESS_CACHE_DIR", "GEO_ACCESS_CACHE_GB"
DEFAULT_MAX_BYTES = 4 * 1024**3
_FINDINGS, _SUMS = "findings.json", "sums.json"
#: Packages whose versions may change a number: metres, distances on the ground, the order of sums.
_RECKONING = ("numpy", "osmium", "pyproj", "scipy", "shapely")
_BLOCK = 2**20
#: What was begun so long ago (seconds) and is not done was left by a process that is no more.
_ABANDONED_S = 24 * 3600
#: What is being written or removed: who does it, and which entry it is.
_ASIDE = re.compile(r"\.geo-access-(?:new|old)-[0-9]+-[0-9a-f]{64}-[a-z0-9_]{8}")


def hash_file(path: Path) -> str:
    """SHA-256 of a file, or of a folder's files with their names, as hexadecimal text."""
    if path.is_dir():
        digest = hashlib.sha256()
        for part in sorted(p for p in path.rglob("*") if p.is_file()):
            digest.update(f"{part.relative_to(path).as_posix()}\0{hash_file(part)}\0".encode())
        return digest.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_key(kind: str, **parts: object) -> str:
    """Name an entry by its kind, by what shaped it (JSON values), and by this package's version and source.

    The versions of the packages that numbers come from count as well.
    """
    said = json.dumps([kind, __version__, hash_source(), _list_versions(), parts], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


@remember
def hash_source() -> str:
    """SHA-256 of this package's files, those of its sub-folders too: another copy may reckon otherwise."""
    return hash_code(package_folder())


def hash_code(folder: Path) -> str:
    """SHA-256 of the files of a package, in all its folders; hidden ones and what Python compiles do not count."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if not re.search(r"(^|/)(\.|__pycache__/)|\.pyc$", name) and file.is_file():
            digest.update(f"{name}\0{hash_file(file)}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def package_folder() -> Path:
    """The folder of the whole package, wherever in it this module stands."""
    import geo_access

    return Path(geo_access.__path__[0]).resolve()


@remember
def _list_versions() -> tuple[str, ...]:
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in _RECKONING:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} -")
    return tuple(found)


def default_folder() -> Path:
    """The folder named by GEO_ACCESS_CACHE_DIR, else the user's cache folder."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("geo-access", appauthor=False)


def default_max_bytes() -> int:
    """The size named by GEO_ACCESS_CACHE_GB (10^9 bytes), else 4 GiB.

    Raises
    ------
    InputError
        When the variable holds no number.
    """
    named = os.environ.get(SIZE_VARIABLE)
    if not named:
        return DEFAULT_MAX_BYTES
    try:
        size = float(named)
    except ValueError:
        size = -1
    if not 0 <= size < float("inf"):
        raise InputError("commands.cache_size", variable=SIZE_VARIABLE, value=named)
    return int(size * 1e9)


class Cache:
    """A folder of entries.

    Parameters
    ----------
    folder
        Where entries are kept; None keeps nothing.
    max_bytes
        Size above which the entries unused for longest are removed; `default_max_bytes` by default.
    """

    def __init__(self, folder: Path | None, max_bytes: int | None = None) -> None:
        self.folder = folder
        self.max_bytes = default_max_bytes() if max_bytes is None else max_bytes
        #: Bytes kept since the folder was last looked over: to look at every entry for each new one costs their square.
        #: None before it was looked over at all.
        self._kept: int | None = None
        #: Whether it was said that nothing can be kept: once is enough.
        self._refused = False

    def __reduce__(self) -> tuple[object, ...]:
        """Keep which folder it is, and not what was done with it."""
        return type(self), (self.folder, self.max_bytes)

    def __repr__(self) -> str:
        return f"Cache(folder={self.folder!r}, max_bytes={self.max_bytes})"

    def fetch(
        self,
        key: str,
        *,
        build: Callable[[Findings], T],
        save: Callable[[T, Path], object],
        load: Callable[[Path], T],
        findings: Findings,
        files: Sequence[Path] = (),
    ) -> T:
        """Load an entry, or build and keep it.

        Parameters
        ----------
        key
            From `make_key`.
        build
            Makes the value; its findings are kept with it and told again at each load.
        save, load
            Write the value into an empty folder, and read it back.
        findings
            Takes the findings of the value, built or loaded.
        files
            The inputs, always in one order. An entry goes by their content: findings kept with it name the files of
            whoever asks, not of whoever asked first.
        """
        entry = self._entry(key)
        if entry is not None and _is_entry(entry):
            try:
                _check_whole(entry)
                value = load(entry)
                told = _load_findings(entry, files)
            except Exception:  # noqa: BLE001 -- readers of damaged files raise what they like
                # A damaged entry is no entry: it is removed and made again.
                _remove(entry)
            else:
                findings.extend(told)
                _touch(entry)
                return value
        own = Findings()
        value = build(own)
        if entry is not None:
            self._keep(entry, value, save, _mark_files(own, files))
        findings.extend(own)
        return value

    def _entry(self, key: str) -> Path | None:
        """Where an entry stands; None where nothing is kept."""
        return None if self.folder is None else self.folder / require_digest(key)[:2] / key

    def peek(self, key: str, load: Callable[[Path], T]) -> T | None:
        """Load an entry where there is one and it is whole; None otherwise, and nothing is built or removed."""
        entry = self._entry(key)
        if entry is None or not _is_entry(entry):
            return None
        try:
            _check_whole(entry)
            value = load(entry)
        except Exception:  # noqa: BLE001 -- as in `fetch`
            return None
        _touch(entry)
        return value

    def has(self, key: str) -> bool:
        """Whether an entry is there."""
        entry = self._entry(key)
        return entry is not None and _is_entry(entry)

    def findings_of(self, key: str, files: Sequence[Path] = ()) -> tuple[Finding, ...] | None:
        """Findings kept with an entry, without loading its value; None where there is no such entry."""
        entry = self._entry(key)
        if entry is None or not _is_entry(entry):
            return None
        try:
            _check_whole(entry, only=_FINDINGS)
            return tuple(_load_findings(entry, files))
        except Exception:  # noqa: BLE001 -- as in `fetch`
            return None

    def _keep(self, entry: Path, value: T, save: Callable[[T, Path], object], findings: Iterable[Finding]) -> None:
        # A cache that cannot be written (read-only home, full disk) must not cost the user the result: it is said once.
        aside: Path | None = None
        try:
            if self.folder is not None:
                mark_folder(self.folder)
            entry.parent.mkdir(exist_ok=True)
            if not is_real_folder(entry.parent):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(entry.parent))
            aside = Path(tempfile.mkdtemp(prefix=_name_aside("new", entry), dir=entry.parent))
            save(value, aside)
            (aside / _FINDINGS).write_text(json.dumps([asdict(f) for f in findings], default=dict), encoding="utf-8")
            sums = {file.name: _sum_up(file) for file in aside.iterdir()}
            (aside / _SUMS).write_text(json.dumps({"key": entry.name, "files": sums}), encoding="utf-8")
            mark_folder(aside)
            size = sum(length for length, _ in sums.values())
            aside.rename(entry)
        except OSError as error:
            if aside is not None:
                remove_plain_folder(aside)
            # Another process that kept the same entry a moment earlier is no reason to say anything.
            if not self._refused and not _is_entry(entry):
                self._refused = True
                warn("commands.cache_unwritable", folder=self.folder, said=error.strerror or str(error))
        else:
            if self._kept is None or self._kept + size > self.max_bytes / 32:
                self.shrink(keep=entry)
                self._kept = 0
            else:
                self._kept += size

    def entries(self) -> list[tuple[Path, int, float]]:
        """List (folder, bytes, time of last use) of the entries, the longest unused first."""
        found = []
        for entry in self._list(is_digest):
            if not _is_entry(entry):
                continue
            try:
                size = sum(file.stat().st_size for file in entry.iterdir())
                found.append((entry, size, entry.stat().st_mtime))
            except OSError:
                continue  # another process removed it in the meantime
        return sorted(found, key=lambda item: (item[2], item[0]))

    def _list(self, wanted: Callable[[str], object]) -> list[Path]:
        """List what stands where entries do and is named as wanted."""
        if self.folder is None or not _is_there(self.folder):
            return []
        found: list[Path] = []
        for shelf in self.folder.glob("[0-9a-f][0-9a-f]"):
            if is_real_folder(shelf):
                try:
                    found += [path for path in shelf.iterdir() if wanted(path.name)]
                except OSError:
                    continue
        return found

    def shrink(self, *, keep: Path | None = None) -> None:
        """Remove the entries unused for longest until the cache fits `max_bytes`."""
        self._sweep()
        entries = self.entries()
        total = sum(size for _, size, _ in entries)
        for entry, size, _ in entries:
            if total <= self.max_bytes:
                return
            if entry != keep:
                _remove(entry)
                total -= size

    def clear(self) -> int:
        """Remove every entry; returns how many are gone (none of a cache that may only be read)."""
        entries = self.entries()
        for entry, _, _ in entries:
            _remove(entry)
        self._sweep()
        return sum(not _is_entry(entry) for entry, _, _ in entries)

    def _sweep(self) -> None:
        """Remove what processes that were killed left half written or half removed."""
        if self.folder is None or not is_own_folder(self.folder.resolve()):
            return
        for left in self._list(_ASIDE.fullmatch):
            try:
                abandoned = time.time() - left.stat().st_mtime > _ABANDONED_S
            except OSError:
                continue
            if abandoned:
                remove_plain_folder(left)


def _name_aside(what: str, entry: Path) -> str:
    """Begin the name of a folder that is being written or removed."""
    return f".geo-access-{what}-{os.getpid()}-{entry.name}-"


def _remove(entry: Path) -> None:
    """Remove an entry at once: another process finds it whole, or not at all."""
    aside = entry.with_name(f"{_name_aside('old', entry)}{threading.get_ident() % 10**8:08d}")
    try:
        entry.rename(aside)
    except OSError:
        return  # another process was quicker, or the cache may not be written to
    remove_plain_folder(aside)


def _is_entry(entry: Path) -> bool:
    """Whether an entry of this package stands here, whole or damaged: a folder of plain files that bears our mark.

    Entries of earlier versions bear none: their sums name the files that are there, and nothing else does.
    """
    shelf = entry.parent
    try:
        if (
            not is_digest(entry.name)
            or shelf.name != entry.name[:2]
            or not (is_real_folder(shelf) and is_real_folder(entry))
        ):
            return False
        files = list_plain_files(entry)
    except OSError:
        return False
    return files is not None and (is_own_folder(entry) or _names_its_files(entry, {file.name for file in files}))


def _names_its_files(entry: Path, names: set[str]) -> bool:
    """Whether the sums of an entry without a mark name exactly the files beside them."""
    if _SUMS not in names:
        return False
    try:
        said = json.loads((entry / _SUMS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    sums = said.get("files", said) if isinstance(said, dict) else None
    return isinstance(sums, dict) and set(sums) == names - {_SUMS}


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:
        return False  # a folder that may not be looked into holds nothing for us


def _check_whole(entry: Path, *, only: str | None = None) -> None:
    """Refuse an entry that is another's, or of which a file is missing, was cut short or holds other bytes."""
    said = json.loads((entry / _SUMS).read_text(encoding="utf-8"))
    if said["key"] != entry.name:
        raise ValueError(said["key"])
    sums = said["files"]
    for name in sums if only is None else (only,):
        if Path(name).name != name or _sum_up(entry / name) != sums[name]:
            raise ValueError(name)


def _sum_up(path: Path) -> list[int]:
    """Bytes and CRC-32 of a file: against spoilt disks, not against people; it costs a tenth of a SHA-256."""
    size = total = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            size, total = size + len(block), zlib.crc32(block, total)
    return [size, total]


def _load_findings(entry: Path, files: Sequence[Path]) -> list[Finding]:
    told = [Finding(**item) for item in json.loads((entry / _FINDINGS).read_text(encoding="utf-8"))]
    return _replace(told, [(_mark(number), str(file)) for number, file in enumerate(files)])


def _mark(number: int) -> str:
    """Stand for the name of an input; no name holds a null."""
    return f"\0{number}\0"


def _mark_files(findings: Iterable[Finding], files: Sequence[Path]) -> list[Finding]:
    # The longest first: the name of one file may begin with that of another.
    names = sorted(((str(file), _mark(number)) for number, file in enumerate(files)), key=lambda pair: -len(pair[0]))
    return _replace(findings, names)


def _replace(findings: Iterable[Finding], names: Sequence[tuple[str, str]]) -> list[Finding]:
    def name(said: object) -> object:
        if isinstance(said, str):
            for old, new in names:
                said = said.replace(old, new)
        return said

    return [
        replace(
            finding,
            file=None if finding.file is None else str(name(finding.file)),
            params={key: name(value) for key, value in finding.params.items()},
        )
        for finding in findings
    ]


def _touch(entry: Path) -> None:
    try:
        os.utime(entry)
    except OSError:
        return  # a shared, read-only cache: the time of last use is not worth an error
