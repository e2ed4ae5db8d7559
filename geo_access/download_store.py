"""Downloads kept between runs: bodies by the SHA-256 of their bytes, and which one each address last gave."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from geo_access.cache import default_folder, hash_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEFAULT_MAX_BYTES = 12 * 1024**3
_CLAIM_S = 600.0


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
            kept = Kept(**json.loads(self._index(key).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return kept if self._body(kept.sha256) is not None else None

    def body(self, sha256: str, name: str) -> Path | None:
        """Find bytes by their hash, under a name that tells readers their format; None where they are not kept.

        The bytes are hashed again: a damaged copy is removed and not served.
        """
        found = self._body(sha256)
        if found is None:
            return None
        if hash_file(found) != sha256:
            shutil.rmtree(found.parent, ignore_errors=True)
            return None
        self._used.add(sha256)
        with contextlib.suppress(OSError):
            os.utime(found.parent)
        wanted = found.with_name(plain_name(name))
        if wanted != found and not wanted.is_file():
            try:
                os.link(found, wanted)
            except OSError:
                shutil.copyfile(found, wanted)
        return wanted

    def part(self, key: str) -> Path:
        """Where the bytes of an address are gathered until they are whole."""
        path = self.folder / "parts" / f"{key}.part"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

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
        folder = self.folder / "bodies" / kept.sha256
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / plain_name(name)
        part.replace(path)
        self._used.add(kept.sha256)
        self.note(key, kept)
        self.shrink()
        return path

    def note(self, key: str, kept: Kept) -> None:
        """Note what an address gave."""
        index = self._index(key)
        index.parent.mkdir(parents=True, exist_ok=True)
        draft = index.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(kept), sort_keys=True), encoding="utf-8")
        draft.replace(index)

    def entries(self) -> list[tuple[Path, int, float]]:
        """List (folder, bytes, time of last use) of the bodies and parts, the longest unused first."""
        found = []
        for entry in [*self.folder.glob("bodies/*"), *self.folder.glob("parts/*.part")]:
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
                shutil.rmtree(entry, ignore_errors=True)
                total -= size

    def clear(self) -> int:
        """Remove everything; returns how many downloads there were."""
        count = len(self.entries())
        shutil.rmtree(self.folder, ignore_errors=True)
        return count

    def _index(self, key: str) -> Path:
        return self.folder / "index" / f"{key}.json"

    def _body(self, sha256: str) -> Path | None:
        folder = self.folder / "bodies" / sha256
        try:
            return next((path for path in sorted(folder.iterdir()) if path.is_file()), None)
        except OSError:
            return None


def plain_name(name: str) -> str:
    """Reduce a name to what every file system takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).lstrip(".")[-100:] or "download"
