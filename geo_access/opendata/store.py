"""Downloads kept between runs: bodies by the SHA-256 of their bytes, and which one each address last gave.

What is named by a SHA-256 is named by 64 hexadecimal digits and nothing else; only what this store put here is counted
or removed, and no link is followed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from geo_access.core.cache import default_folder, hash_file
from geo_access.core.errors import InputError
from geo_access.core.names import (
    MARK,
    is_digest,
    is_own_folder,
    is_real_folder,
    leads_outside,
    list_plain_files,
    mark_folder,
    remove_plain_folder,
    require_digest,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEFAULT_MAX_BYTES = 12 * 1024**3
_CLAIM_S = 600.0
#: What is gathered: the shared part, one of a process's own, their validators, and who is at work.
_PART = re.compile(r"[0-9a-f]{64}(?:\.[0-9]+)?\.(?:part|json|claim)")
_INDEX = re.compile(r"[0-9a-f]{64}\.(?:json|[0-9]+)")


@dataclass(frozen=True)
class Kept:
    """What an address last gave.

    Attributes
    ----------
    sha256, size
        Of its bytes.
    fetched
        When it was asked (ISO, UTC).
    etag, modified
        The server's validators, as it wrote them.
    content_type
        What the server called it.
    """

    sha256: str
    size: int
    fetched: str
    etag: str | None = None
    modified: str | None = None
    content_type: str = ""


class DownloadStore:
    """A folder of downloads.

    Parameters
    ----------
    folder
        Where they are kept; by default the package's cache folder (`cache.default_folder`).
    max_bytes
        Size above which the bodies unused for longest are removed.
    """

    def __init__(self, folder: Path | None = None, *, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self.folder = folder or default_folder() / "downloads"
        self.max_bytes = max_bytes
        self._used: set[str] = set()

    @staticmethod
    def key(address: str, body: bytes | None) -> str:
        """Name what is asked: the address, and what is sent along."""
        said = address.encode() + b"\0" + (b"" if body is None else hashlib.sha256(body).digest())
        return hashlib.sha256(said).hexdigest()

    def kept(self, key: str) -> Kept | None:
        """What an address last gave, where its bytes are still here."""
        try:
            kept = _read_kept(json.loads(self._index(key).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return kept if kept is not None and self._bodies(kept.sha256) else None

    def body(self, sha256: str, name: str) -> Path | None:
        """Find bytes by their hash, under a name that tells readers their format; None where they are not kept.

        The bytes are hashed again: a damaged copy is removed and not served.
        """
        bodies = self._bodies(sha256)
        wanted = self.folder / "bodies" / sha256 / plain_name(name) if bodies else None
        whole = (path for path in sorted(bodies, key=lambda path: path != wanted) if hash_file(path) == sha256)
        found = next(whole, None)
        if found is None or wanted is None:
            self._remove_body(sha256)
            return None
        self._used.add(sha256)
        with contextlib.suppress(OSError):
            os.utime(found.parent)
        if wanted != found:
            wanted.unlink(missing_ok=True)
            try:
                os.link(found, wanted)
            except OSError:
                shutil.copyfile(found, wanted)
        return wanted

    def part(self, key: str) -> Path:
        """Where the bytes of an address are gathered until they are whole."""
        return self._make("parts") / f"{require_digest(key)}.part"

    @contextlib.contextmanager
    def claim(self, key: str) -> Iterator[Path]:
        """Give a part to write to: the shared one, which survives, or one of its own while another process has that."""
        part = self.part(key)
        claim = part.with_suffix(".claim")
        with contextlib.suppress(OSError):
            if time.time() - claim.stat().st_mtime > _CLAIM_S:
                claim.unlink()
        try:
            claim.touch(exist_ok=False)
        except FileExistsError:
            own = part.with_suffix(f".{os.getpid()}.part")
            try:
                yield own
            finally:
                for path in (own, own.with_suffix(".json")):
                    path.unlink(missing_ok=True)
            return
        try:
            yield part
        finally:
            claim.unlink(missing_ok=True)

    def keep(self, key: str, part: Path, kept: Kept, name: str) -> Path:
        """Move whole bytes to their place and note that the address gave them."""
        folder = self._make("bodies", require_digest(kept.sha256))
        mark_folder(folder)
        path = folder / plain_name(name)
        part.replace(path)
        self._used.add(kept.sha256)
        self.note(key, kept)
        self.shrink()
        return path

    def note(self, key: str, kept: Kept) -> None:
        """Note what an address gave."""
        self._make("index")
        index = self._index(key)
        draft = index.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(kept), sort_keys=True), encoding="utf-8")
        draft.replace(index)

    def entries(self) -> list[tuple[Path, int, float]]:
        """List (folder, bytes, time of last use) of the bodies and parts, the longest unused first."""
        found = []
        bodies = [path for path in self._list("bodies") if self._is_body(path)]
        parts = [path for path in self._list("parts") if path.suffix == ".part" and _PART.fullmatch(path.name)]
        for entry in [*bodies, *parts]:
            with contextlib.suppress(OSError):
                files = list(entry.iterdir()) if entry.is_dir() else [entry]
                sizes = {file.stat().st_ino: file.stat().st_size for file in files}
                found.append((entry, sum(sizes.values()), entry.stat().st_mtime))
        return sorted(found, key=lambda item: (item[2], item[0]))

    def shrink(self) -> None:
        """Remove the bodies unused for longest, and never one of this run, until the folder fits `max_bytes`."""
        entries = self.entries()
        total = sum(size for _, size, _ in entries)
        for entry, size, _ in entries:
            if total <= self.max_bytes:
                return
            if entry.is_dir() and entry.name not in self._used:
                self._remove_body(entry.name)
                total -= size

    def clear(self) -> int:
        """Remove every download and what was begun of one; returns how many downloads are gone."""
        entries = self.entries()
        for entry in self._list("bodies"):
            self._remove_body(entry.name)
        # Parts and notes bear no mark of their own: they go from a folder that does.
        for name, known in (("parts", _PART), ("index", _INDEX)) if is_own_folder(self.folder) else ():
            for path in self._list(name):
                if known.fullmatch(path.name) and path.is_file():
                    with contextlib.suppress(OSError):
                        path.unlink()
        # What is empty now goes as well; a folder with other things in it refuses.
        with contextlib.suppress(OSError):
            for name in ("bodies", "parts", "index"):
                if is_real_folder(self.folder / name):
                    (self.folder / name).rmdir()
            if is_own_folder(self.folder) and [path.name for path in self.folder.iterdir()] == [MARK]:
                (self.folder / MARK).unlink()
                self.folder.rmdir()
        return sum(not entry.exists() for entry, _, _ in entries)

    def _make(self, *parts: str) -> Path:
        """Make a folder of the store, and see that it is inside."""
        folder = self.folder.joinpath(*parts)
        if self.folder.is_symlink() or leads_outside(self.folder, folder):
            raise InputError("fetch.store_outside", file=folder)
        mark_folder(self.folder)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _list(self, name: str) -> list[Path]:
        """List what stands in a folder of the store; no link is followed to it."""
        folder = self.folder / name
        try:
            if not (is_real_folder(self.folder) and is_real_folder(folder)):
                return []
            return sorted(path for path in folder.iterdir() if not path.is_symlink())
        except OSError:
            return []

    def _is_body(self, folder: Path) -> bool:
        """Whether a folder holds a download: named by a SHA-256, and marked or of these very bytes."""
        if not (is_digest(folder.name) and is_real_folder(folder)):
            return False
        try:
            files = list_plain_files(folder) or []
            # Without the mark: kept by an earlier version.
            return bool(files) and (is_own_folder(folder) or all(hash_file(file) == folder.name for file in files))
        except OSError:
            return False

    def _remove_body(self, sha256: str) -> None:
        if is_digest(sha256) and self._is_body(self.folder / "bodies" / sha256):
            remove_plain_folder(self.folder / "bodies" / sha256)

    def _index(self, key: str) -> Path:
        return self.folder / "index" / f"{require_digest(key)}.json"

    def _bodies(self, sha256: str) -> list[Path]:
        """List the files that are kept under a hash; none under what is no hash, and none that a link leads to."""
        if not is_digest(sha256):
            return []
        folder = self.folder / "bodies" / sha256
        try:
            if not (is_real_folder(folder.parent) and is_real_folder(folder)):
                return []
            files = list_plain_files(folder)
            return [] if files is None else [file for file in files if file.name != MARK]
        except OSError:
            return []


def _read_kept(said: dict[str, Any]) -> Kept | None:
    """Read what was noted of an address; None where it is not what this store writes."""
    kept = Kept(**said)
    texts = (kept.fetched, kept.content_type, kept.etag or "", kept.modified or "")
    if not is_digest(kept.sha256) or type(kept.size) is not int or not all(isinstance(text, str) for text in texts):
        return None
    return kept if dt.datetime.fromisoformat(kept.fetched).tzinfo is not None else None


def plain_name(name: str) -> str:
    """Reduce a name to what every file system takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).lstrip(".")[-100:] or "download"


Kind = Literal["json", "geojson", "csv", "zip", "pbf", "gpkg", "parquet", "xml", "any"]


@dataclass(frozen=True)
class Licence:
    """The terms of a download: a name, and the page with its text."""

    name: str
    address: str


LICENCE_OUVERTE = Licence("Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/")
ODBL = Licence("ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/")
LICENCE_MOBILITES = Licence("Licence Mobilités", "https://wiki.lafabriquedesmobilites.fr/wiki/Licence_Mobilit%C3%A9s")


@dataclass(frozen=True)
class Item:
    """One thing to download.

    Attributes
    ----------
    name
        Unique in its source: ``"communes.json"``; its ending tells readers the format.
    address
        The public https address.
    kind
        What must come: told by the first bytes, not by the address.
    max_bytes
        Refuse more.
    licence, attribution
        Its terms, and whom to credit.
    sha256
        Of its bytes, where the source publishes it.
    body, body_type
        What to POST, and its Content-Type; None: a GET.
    optional
        A failure is a finding and the file is left out, instead of failing the source.
    """

    name: str
    address: str
    kind: Kind
    max_bytes: int
    licence: Licence
    attribution: str
    sha256: str | None = None
    body: bytes | None = None
    body_type: str = ""
    optional: bool = False


def body_hash(item: Item) -> str | None:
    """SHA-256 of what an item sends along; None where it sends nothing."""
    return None if item.body is None else hashlib.sha256(item.body).hexdigest()
