"""Is what came what was asked for? Told by the bytes, not by the address or the server's word."""

from __future__ import annotations

import html
import re
import zipfile
from typing import TYPE_CHECKING, Any

from geo_access.core.archives import list_members
from geo_access.core.errors import InputError
from geo_access.opendata.transport import Broken

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.opendata.store import Kind

HEAD_BYTES = 1024
_TAIL_BYTES = 256
_MARKS = {"zip": (b"PK\x03\x04", b"PK\x05\x06"), "gpkg": (b"SQLite format 3\x00",), "parquet": (b"PAR1",)}
_PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def check_start(kind: Kind, head: bytes, content_type: str, address: str) -> None:
    """Refuse a body by its first bytes.

    Parameters
    ----------
    kind
        What was asked for.
    head
        The first `HEAD_BYTES`, or all of a shorter body.
    content_type
        What the server calls it; decides only where the bytes cannot (CSV, anything).
    address
        For the message.

    Raises
    ------
    InputError
        The message says what came instead.
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    called = content_type.partition(";")[0].strip().lower()
    is_page = _PAGE.match(text) is not None
    if kind in _MARKS:
        good = head.startswith(_MARKS[kind])
    elif kind in ("json", "geojson"):
        good = text.startswith((b"{", b"["))
    elif kind == "pbf":
        good = b"OSMHeader" in head[:64]
    elif kind == "xml":
        good = text.startswith(b"<") and not is_page
    elif kind == "csv":
        good = bool(text) and not is_page and not text.startswith((b"<?xml", b"{")) and b"\0" not in head
        good = good and called not in ("text/html", "application/xhtml+xml")
    else:
        good = bool(head) and not is_page
    if not good:
        raise InputError(
            "fetch.wrong_type", file=address, kind=kind, came=called or "–", beginning=_beginning(head, is_page=is_page)
        )


def check_whole(kind: Kind, path: Path, content_type: str, address: str) -> None:
    """Check a body that has arrived: its start, and that its end is there.

    Raises
    ------
    InputError
        As `check_start`; for a zip as `archives.list_members`, whoever reads it afterwards and however.
    Broken
        When the end is missing: it may come at the next try.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read()
    check_start(kind, head, content_type, address)
    whole = True
    if kind == "zip":
        whole = zipfile.is_zipfile(path)
    elif kind == "parquet":
        whole = tail.endswith(b"PAR1")
    elif kind in ("json", "geojson"):
        whole = tail.rstrip().endswith((b"}", b"]"))
    if not whole:
        raise Broken("fetch.broken_end", size=size, cost=2)
    if head.startswith(_MARKS["zip"]):
        try:
            list_members(path)
        except InputError as error:
            told: dict[str, Any] = error.params
            raise InputError(error.code, file=address, **told) from error


def _beginning(head: bytes, *, is_page: bool) -> str:
    """Quote the title of a page, else the first words, printable."""
    text = head.decode("utf-8", "replace")
    title = _TITLE.search(text) if is_page else None
    said = html.unescape(title[1]) if title else text
    said = "".join(one if one.isprintable() else " " for one in said)
    return " ".join(said.split())[:80] or "–"
