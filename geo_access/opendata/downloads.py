"""Downloading: whole files or none; resumed, retried, checked and kept.

A download is gathered in a part, which survives a cut connection and a stopped program, and is asked on from where it
ended (RFC 9110: Range with If-Range, so that a file that changed in between is begun anew). What the server says about
waiting is honoured. Only what is whole, of the kind, the size and the checksum that were asked for is handed on.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import random
import shutil
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import urllib3

from geo_access.core.cache import hash_file
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.opendata.content import HEAD_BYTES, check_start, check_whole
from geo_access.opendata.headers import read_http_date, read_length, read_range, read_retry_after, read_validator
from geo_access.opendata.store import DownloadStore, Kept
from geo_access.opendata.transport import Broken, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import requests

    from geo_access.opendata.store import Item

TRIES = 5
#: Without a network nobody answers: a server is tried so often while none has, and so many servers are tried at all.
FIRST_TRIES = 2
MAX_SILENT = 3
#: With progress between the cuts a download may be asked on more often.
MAX_ATTEMPTS = 60
MAX_WAIT_S = 120.0
FRESH_S = 24 * 3600.0
_TRY_AGAIN = {408, 421, 425, 429, 500, 502, 503, 504, 509, 520, 522, 524}
_BLOCK = 1 << 16


@dataclass(frozen=True)
class Download:
    """A whole file.

    Attributes
    ----------
    path
        The file, in the store: to be read, not changed.
    sha256, size
        Of its bytes.
    fetched
        The day on which the address gave them (ISO).
    published
        The server's Last-Modified (ISO), where it said one.
    kept
        Whether nothing had to be transferred.
    """

    path: Path
    sha256: str
    size: int
    fetched: str
    published: str | None
    kept: bool


@dataclass(frozen=True)
class Measure:
    """How big a download would be: bytes (None: the server does not say), whether it is kept, why nobody knows."""

    size: int | None
    kept: bool = False
    fault: InputError | None = None


class DownloadProgress(Protocol):
    """Is told how far a download is: its name, bytes so far, bytes in all where known."""

    def __call__(self, name: str, done: int, total: int | None, /) -> None:
        """Take one step."""


class Downloader:
    """Downloads items.

    Parameters
    ----------
    store
        Where downloads are kept.
    transport
        Asks the servers.
    offline
        Ask nobody: what is kept must do.
    findings
        Takes what is odd: a kept copy that had to do because a server did not answer.
    progress
        Is told how far it is.
    tries
        Attempts in a row without progress.
    fresh_s
        How long the answer of a server that gives no validators is taken for fresh.
    sleep, now
        The clock, for tests.
    """

    def __init__(
        self,
        store: DownloadStore | None = None,
        transport: Transport | None = None,
        *,
        offline: bool = False,
        findings: Findings | None = None,
        progress: DownloadProgress | None = None,
        tries: int = TRIES,
        fresh_s: float = FRESH_S,
        sleep: Callable[[float], object] = time.sleep,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.store = store or DownloadStore()
        self.transport = transport or Transport()
        self.offline = offline
        self.findings = Findings() if findings is None else findings
        self.progress = progress
        self._tries, self._fresh_s = tries, fresh_s
        self._sleep, self._now = sleep, now
        self._silent: set[str] = set()
        self._answered = False
        self._shake = random.Random()  # noqa: S311 -- spreads retries, guards nothing

    @property
    def unanswered(self) -> bool:
        """Whether servers were asked and none of them answered: this machine seems to be without a network."""
        return bool(self._silent) and not self._answered

    def fetch(self, item: Item, *, expected: str | None = None) -> Download:
        """Download an item, or find it kept.

        Parameters
        ----------
        item
            What to download.
        expected
            SHA-256 of the bytes that are wanted (from `study.lock`); kept bytes of that hash are taken as they are.

        Raises
        ------
        InputError
            When it cannot be had, is not what was asked for, or cannot be kept; nothing is handed on then.
        """
        try:
            return self._fetch(item, expected)
        except OSError as error:
            said = error.strerror or type(error).__name__
            raise InputError("fetch.store_refused", file=item.name, folder=self.store.folder, said=said) from error

    def _fetch(self, item: Item, expected: str | None) -> Download:
        key = self.store.key(item.address, item.body)
        known = self.store.kept(key)
        if known is not None and item.sha256 not in (None, known.sha256):
            known = None
        if expected is not None:
            path = self.store.body(expected, item.name)
            if path is not None:
                told = known if known is not None and known.sha256 == expected else None
                return self._describe(path, told or Kept(expected, path.stat().st_size, ""))
        if known is not None and self._do_for_now(known):
            path = self.store.body(known.sha256, item.name)
            if path is not None:
                return self._compare(item, self._describe(path, known), expected)
        if self.offline:
            raise InputError("fetch.offline_missing", file=item.address, name=item.name)
        try:
            got = self._gather(item, key, known)
        except _GaveUp as fault:
            path = None if known is None else self.store.body(known.sha256, item.name)
            if known is None or path is None:
                raise fault.error from fault.__cause__
            self.findings.add(
                "warning", "fetch.kept_copy", file=item.address, name=item.name, day=known.fetched[:10], **fault.said
            )
            got = self._describe(path, known)
        return self._compare(item, got, expected)

    def measure(self, item: Item) -> Measure:
        """Say how big a download would be, transferring nothing."""
        known = self.store.kept(self.store.key(item.address, item.body))
        if known is not None and self._do_for_now(known):
            return Measure(known.size, kept=True)
        if self.offline:
            return Measure(None, fault=InputError("fetch.offline_missing", file=item.address, name=item.name))
        if item.body is not None:
            return Measure(None)
        if self._is_cut_off:
            return Measure(None, fault=InputError("fetch.not_asked", file=item.address))
        try:
            with closing(self.transport.ask("HEAD", item.address, headers={"Accept-Encoding": "identity"})) as answer:
                self._answered = True
                if answer.status_code in (404, 410):
                    raise _refused_status(item, answer)
                length = read_length(answer)
                plain = answer.headers.get("Content-Encoding", "identity") == "identity"
                return Measure(length if answer.status_code == 200 and plain and length else None)
        except Broken as fault:
            if fault.unreachable:
                self._silent.add(_host(item))
            said: dict[str, Any] = {"tries": 1, **fault.said()}
            return Measure(None, fault=InputError("fetch.gave_up", file=item.address, **said))
        except InputError as fault:
            return Measure(None, fault=fault)

    @property
    def _is_cut_off(self) -> bool:
        return self.unanswered and len(self._silent) >= MAX_SILENT

    def _do_for_now(self, known: Kept) -> bool:
        """Whether a kept answer is taken without asking: offline, or no way to ask and young."""
        if self.offline:
            return True
        if known.etag or known.modified:
            return False
        age = self._now() - dt.datetime.fromisoformat(known.fetched)
        return age.total_seconds() < self._fresh_s

    def _compare(self, item: Item, got: Download, expected: str | None) -> Download:
        if expected is not None and got.sha256 != expected:
            raise InputError(
                "fetch.locked_changed", file=item.name, address=item.address, expected=expected, found=got.sha256
            )
        return got

    def _describe(self, path: Path, kept: Kept, *, transferred: bool = False) -> Download:
        return Download(
            path, kept.sha256, kept.size, kept.fetched[:10], read_http_date(kept.modified), kept=not transferred
        )

    def _gather(self, item: Item, key: str, known: Kept | None) -> Download:
        """Attempt until it is whole, the tries are used up, or the server asks for too much patience."""
        host = _host(item)
        if self._is_cut_off:
            raise _GaveUp(InputError("fetch.not_asked", file=item.address), Broken("fetch.broken_network").said())
        with self.store.claim(key) as part:
            used = attempt = 0
            while True:
                attempt += 1
                before = part.stat().st_size if part.is_file() else 0
                try:
                    return self._attempt(item, key, part, known)
                except Broken as fault:
                    if known is not None and self.store.kept(key) is None:
                        known = None  # the kept copy was damaged, and is gone
                    grown = part.is_file() and part.stat().st_size > before
                    used = fault.cost if grown else used + fault.cost
                    said: dict[str, Any] = {"tries": attempt, **fault.said()}
                    tries = self._count_tries(host, fault)
                    if fault.unreachable and known is not None:
                        used = max(used, tries - 1)
                    if used >= tries or attempt >= MAX_ATTEMPTS:
                        if fault.unreachable:
                            self._silent.add(host)
                        raise _GaveUp(InputError("fetch.gave_up", file=item.address, **said), fault.said()) from fault
                    wait = fault.wait_s
                    if wait is None:
                        wait = min(60.0, 2.0 ** (used - 1)) * self._shake.uniform(0.5, 1.5)
                    if wait > MAX_WAIT_S:
                        error = InputError("fetch.asked_to_wait", file=item.address, minutes=wait / 60)
                        raise _GaveUp(error, fault.said()) from fault
                    self._sleep(wait)

    def _count_tries(self, host: str, fault: Broken) -> int:
        """How often a host is tried after a fault: that there is no network has to be said soon."""
        if not fault.unreachable:
            return self._tries
        if host in self._silent or self.unanswered:
            return 1
        return self._tries if self._answered else min(self._tries, FIRST_TRIES)

    def _attempt(self, item: Item, key: str, part: Path, known: Kept | None) -> Download:
        marks = _read_marks(part)
        start = part.stat().st_size if marks is not None and part.is_file() else 0
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if item.body is not None and item.body_type:
            headers["Content-Type"] = item.body_type
        if start and marks is not None:
            headers |= {"Range": f"bytes={start}-", "If-Range": marks.etag or marks.modified or ""}
        elif known is not None:
            headers |= {"If-None-Match": known.etag} if known.etag else {}
            headers |= {"If-Modified-Since": known.modified} if known.modified else {}
        method = "GET" if item.body is None else "POST"
        with closing(self.transport.ask(method, item.address, headers=headers, body=item.body)) as answer:
            self._answered = True
            status = answer.status_code
            if status == 304 and known is not None and {"If-None-Match", "If-Modified-Since"} & headers.keys():
                path = self.store.body(known.sha256, item.name)
                # Whatever is answered now, it is not asked again whether our damaged copy is still the latest.
                return self._attempt(item, key, part, None) if path is None else self._describe(path, known)
            if status in _TRY_AGAIN or status == 304:
                wait = read_retry_after(answer.headers.get("Retry-After"), self._now())
                raise Broken("fetch.broken_status", wait_s=wait, status=status, reason=answer.reason or "")
            if status not in (200, 206) and not (status == 416 and start):
                raise _refused_status(item, answer)
            if status == 206 and not start:
                raise Broken("fetch.broken_unasked")
            if start and (status == 416 or (status == 206 and not _goes_on(answer, start, marks))):
                part.unlink(missing_ok=True)
                raise Broken("fetch.broken_range")
            total = self._copy(item, answer, part, start if status == 206 else 0)
            kept = Kept(
                sha256=hash_file(part) if total is None or part.stat().st_size == total else "",
                size=part.stat().st_size,
                fetched=self._now().isoformat(timespec="seconds"),
                etag=read_validator(answer, "ETag"),
                modified=read_validator(answer, "Last-Modified"),
                content_type=answer.headers.get("Content-Type", ""),
            )
        if total is not None and kept.size != total:
            raise Broken("fetch.broken_length", size=kept.size, total=total)
        return self._finish(item, key, part, kept)

    def _copy(self, item: Item, answer: requests.Response, part: Path, start: int) -> int | None:
        """Append the body to the part; return the size announced for the whole, where one was."""
        encoded = answer.headers.get("Content-Encoding", "identity") != "identity"
        length = read_length(answer)
        total = start + length if length is not None and not encoded else None
        if start:
            # `_goes_on` has seen that the rest was announced, up to the last byte of the whole.
            total = read_range(answer)[2]
        _check_size(item, total or start)
        if total is not None and total - start > shutil.disk_usage(part.parent).free:
            raise InputError("fetch.disk_full", file=part.parent, needed=(total - start) / 1e6)
        content_type = answer.headers.get("Content-Type", "")
        if not start:
            # What is encoded on its way, or has no strong validator, cannot be asked on from a byte.
            _write_marks(part, None if encoded else answer)
        done, head = start, b""
        with part.open("ab" if start else "wb") as file:
            for block in self._blocks(answer):
                if not start and len(head) < HEAD_BYTES:
                    head += block[: HEAD_BYTES - len(head)]
                    if len(head) == HEAD_BYTES:
                        _refuse_start(item, head, content_type, part)
                done += len(block)
                _check_size(item, done, part)
                file.write(block)
                if self.progress is not None:
                    self.progress(item.name, done, total)
        return total

    def _blocks(self, answer: requests.Response) -> Iterator[bytes]:
        """Read a body as it arrives; a server that only drips is given up."""
        limits = self.transport.timeouts
        window, arrived = time.monotonic(), 0
        while True:
            try:
                block = answer.raw.read1(_BLOCK, decode_content=True)
            except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
                raise Broken("fetch.broken_cut") from error
            if not block:
                return
            yield block
            arrived += len(block)
            elapsed = time.monotonic() - window
            if elapsed > limits.stall_s:
                if arrived < limits.stall_bytes:
                    raise Broken("fetch.broken_stall", seconds=elapsed)
                window, arrived = time.monotonic(), 0

    def _finish(self, item: Item, key: str, part: Path, kept: Kept) -> Download:
        """Check what has arrived, and keep it."""
        try:
            check_whole(item.kind, part, kept.content_type, item.address)
            _check_sum(item, kept)
        except (Broken, InputError):
            _drop(part)
            raise
        _marks_file(part).unlink(missing_ok=True)
        path = self.store.keep(key, part, kept, item.name)
        return self._describe(path, kept, transferred=True)


def _host(item: Item) -> str:
    return urlsplit(item.address).hostname or item.address


class _GaveUp(Exception):  # noqa: N818 -- carries the error that is raised where no kept copy can do
    def __init__(self, error: InputError, said: dict[str, Any]) -> None:
        super().__init__(str(error))
        self.error, self.said = error, said


@dataclass(frozen=True)
class _Marks:
    """The validators of the file that a part is the beginning of."""

    etag: str | None
    modified: str | None


def _marks_file(part: Path) -> Path:
    return part.with_suffix(".json")


def _read_marks(part: Path) -> _Marks | None:
    try:
        said = json.loads(_marks_file(part).read_text(encoding="utf-8"))
        marks = _Marks(said["etag"], said["modified"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    texts = all(isinstance(mark, str | None) for mark in (marks.etag, marks.modified))
    return marks if texts and (marks.etag or marks.modified) else None


def _write_marks(part: Path, answer: requests.Response | None) -> None:
    etag = None if answer is None else read_validator(answer, "ETag")
    modified = None if answer is None else read_validator(answer, "Last-Modified")
    if etag is not None and etag.startswith("W/"):
        etag = None  # a weak one promises the same meaning, not the same bytes
    _marks_file(part).write_text(json.dumps({"etag": etag, "modified": modified}), encoding="utf-8")


def _drop(part: Path) -> None:
    for path in (part, _marks_file(part)):
        path.unlink(missing_ok=True)


def _goes_on(answer: requests.Response, start: int, marks: _Marks | None) -> bool:
    """Whether a partial answer is the rest of the same file."""
    first, last, total = read_range(answer)
    length = read_length(answer)
    etag = read_validator(answer, "ETag")
    same = marks is not None and (etag is None or marks.etag is None or etag == marks.etag)
    whole = total is not None and last == total - 1 and (length is None or length == total - start)
    return first == start and whole and same


def _check_size(item: Item, size: int, part: Path | None = None) -> None:
    if size > item.max_bytes:
        if part is not None:
            _drop(part)
        raise InputError("fetch.too_big", file=item.address, size=size / 1e6, limit=item.max_bytes / 1e6)


def _check_sum(item: Item, kept: Kept) -> None:
    if item.sha256 is not None and kept.sha256 != item.sha256.lower():
        raise Broken("fetch.broken_checksum", expected=item.sha256, found=kept.sha256, cost=3)


def _refuse_start(item: Item, head: bytes, content_type: str, part: Path) -> None:
    try:
        check_start(item.kind, head, content_type, item.address)
    except InputError:
        _drop(part)
        raise


def _refused_status(item: Item, answer: requests.Response) -> InputError:
    """Say what a status that is no use means."""
    status = answer.status_code
    code = {401: "closed", 403: "closed", 404: "gone", 410: "gone"}.get(status, "status")
    return InputError(f"fetch.refused_{code}", file=item.address, status=status, reason=answer.reason or "")
