"""Objects of OpenStreetMap files: which formats are read, in which version an object counts, what marks say of a file.

An object counts in its highest version, whatever the order of a file's rows, and not at all when that version is
deleted. Marks are what osmium does not tell of an XML file: a remark that the answer is partial, an editor's deletions,
a root that says that the file holds changes.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar
from xml.parsers import expat

import numpy as np
import osmium

from geo_access.core.errors import InputError
from geo_access.core.limits import MAX_SAID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.findings import Findings

T = TypeVar("T")

#: Suffixes that this module reads, and the format that osmium is told (a file is judged by its name, not its content).
#: A history (.osh) holds every version of an object.
FORMATS: Final = {
    ".pbf": "pbf",
    ".osm": "osm",
    ".osh": "osm",
    ".xml": "osm",
    ".osm.gz": "osm.gz",
    ".osm.bz2": "osm.bz2",
    ".osh.gz": "osm.gz",
    ".osh.bz2": "osm.bz2",
    ".xml.gz": "osm.gz",
    ".xml.bz2": "osm.bz2",
}
_CHANGES: Final = (".osc", ".osc.xml", ".osc.gz", ".osc.bz2", ".osc.pbf")

#: OpenStreetMap's identifiers are some ten thousand million.
_LARGEST_ID: Final = 2**40
#: osmium's filter holds a bit for each identifier, in pieces of this many identifiers (and 4 MiB), as they are touched.
_PIECE_BITS: Final = 25
_PIECE_BYTES: Final = 4 * 1024**2
#: What the filter may take: this, and so many times the file's size. Beyond, the file is gone through as often as
#: needed, or object by object.
_FREE_BYTES: Final = 64 * 1024**2
_BYTES_PER_BYTE: Final = 8
_MOST_PASSES: Final = 4


def find_format(path: Path) -> str | None:
    """Return osmium's name of a file's format, by the file's name; None when it is no OpenStreetMap map."""
    name = path.name.lower()
    if name.endswith(_CHANGES):
        return None
    return next((said for suffix, said in FORMATS.items() if name.endswith(suffix)), None)


def refuse_changes(path: Path) -> None:
    """Refuse a file of changes by its name.

    Raises
    ------
    InputError
        Names what to do with it.
    """
    if path.name.lower().endswith(_CHANGES):
        raise InputError("streets.changes", file=path)


def scan(path: Path, entities: osmium.osm.osm_entity_bits, wanted: Any = None) -> Iterator[Any]:
    """Go through a file's objects; whatever is wrong with the file becomes one error that names it."""
    try:
        reader = osmium.FileProcessor(osmium.io.File(str(path), find_format(path) or ""), entities)
        if wanted is not None:
            reader = reader.with_filter(wanted)
        yield from reader
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        if not path.is_file():
            raise InputError("streets.not_found", file=path) from None
        code = "streets.empty" if path.stat().st_size == 0 else "streets.damaged"
        raise InputError(code, file=path, said=" ".join(str(error).split())[:MAX_SAID]) from error


def scan_ids(path: Path, entities: osmium.osm.osm_entity_bits, ids: NDArray[np.int64] | Sequence[int]) -> Iterator[Any]:
    """Go through the objects of these identifiers (ascending), every version of them, in memory that follows the file.

    osmium's own filter does not take the negative identifiers of editors, and takes memory by how far the identifiers
    lie apart.
    """
    wanted = np.asarray(ids, np.int64)
    if not len(wanted):
        return
    if wanted[0] >= 0 and wanted[-1] <= _LARGEST_ID:
        piece = wanted >> _PIECE_BITS
        rank = np.cumsum(np.diff(piece, prepend=piece[0]) > 0)
        room = max(1, (_FREE_BYTES + _BYTES_PER_BYTE * path.stat().st_size) // _PIECE_BYTES)
        passes = int(rank[-1]) // room + 1
        if passes <= _MOST_PASSES:
            for part in range(passes):
                yield from scan(path, entities, osmium.filter.IdFilter(wanted[rank // room == part]))
            return
    known = set(wanted.tolist())
    for one in scan(path, entities):
        if one.id in known:
            yield one


@dataclass
class Newest:
    """The newest of several versions of objects, as they are met.

    Attributes
    ----------
    found
        Identifier -> version, and what was made of it; None where it is deleted or nothing.
    replaced
        Those that were met in several versions.
    contrary
        Those that were met twice in one version, and say something else there.
    """

    found: dict[int, tuple[int, Any]] = field(default_factory=dict)
    replaced: set[int] = field(default_factory=set)
    contrary: set[int] = field(default_factory=set)
    _said: dict[int, object] = field(default_factory=dict)

    def offer(self, one: Any, made: Any, said: object = None) -> None:
        """Take what was made of an object, unless one as new is there already; `said` is what it says, to compare."""
        known = self.found.get(one.id)
        if known is not None and one.version == known[0] and said != self._said.get(one.id):
            self.contrary.add(one.id)
        if known is not None and one.version != known[0]:
            self.replaced.add(one.id)
        if known is None or one.version > known[0]:
            self.found[one.id] = one.version, made if one.visible else None
            self._said[one.id] = said

    def items(self) -> Iterator[tuple[int, Any]]:
        """Return what there is, by identifier."""
        return ((name, self.found[name][1]) for name in sorted(self.found) if self.found[name][1] is not None)


def find_repeated(
    paths: Sequence[Path], entities: osmium.osm.osm_entity_bits, ids: NDArray[np.int64] | Sequence[int]
) -> list[int]:
    """List those of some identifiers (ascending) that files hold several times, or as deleted."""
    seen: set[int] = set()
    repeated: set[int] = set()
    for path in paths:
        for one in scan_ids(path, entities, ids):
            if one.id in seen or not one.visible:
                repeated.add(one.id)
            seen.add(one.id)
    return sorted(repeated)


def settle(
    paths: Sequence[Path],
    entities: osmium.osm.osm_entity_bits,
    ids: NDArray[np.int64] | Sequence[int],
    make: Callable[[Any], Any],
) -> Newest:
    """Make something of the newest version of each of some objects (identifiers ascending)."""
    newest = Newest()
    for path in paths:
        for one in scan_ids(path, entities, ids):
            newest.offer(one, make(one) if one.visible else None, _hash_content(one))
    return newest


def _hash_content(one: Any) -> int:
    """Hash what an object says: its tags and, by what it is, its position, nodes or members."""
    if one.is_node():
        parts: tuple[Any, ...] = (one.location.x, one.location.y)
    elif one.is_way():
        parts = tuple(node.ref for node in one.nodes)
    else:
        parts = tuple((member.type, member.ref, member.role) for member in one.members)
    return hash((one.visible, tuple((tag.k, tag.v) for tag in one.tags), parts))


@dataclass
class Marks:
    """What files say of themselves.

    Attributes
    ----------
    nodes, ways, relations
        Identifiers that an editor marked as deleted.
    """

    nodes: set[int] = field(default_factory=set)
    ways: set[int] = field(default_factory=set)
    relations: set[int] = field(default_factory=set)


def read_marks(paths: Sequence[Path], *, allow_partial: bool, findings: Findings) -> Marks:
    """Read the marks of files.

    Parameters
    ----------
    allow_partial
        Whether a file that says it is partial is read all the same, with an error among the findings.

    Raises
    ------
    InputError
        When a file says that it is partial, quoting it, or holds changes instead of a map.
    """
    marks = Marks()
    for path in paths:
        form = find_format(path) or ""
        if not form.startswith("osm") or not _has_marks(path, form):
            continue
        reader = _MarkReader(marks)
        with _open(path, form) as file:
            reader.read(file)
        if reader.is_change:
            raise InputError("streets.changes", file=path)
        said = " ".join("".join(reader.remarks).split())[:MAX_SAID]
        if said and not allow_partial:
            raise InputError("streets.partial", file=path, said=said)
        if said:
            findings.add("error", "streets.partial_used", file=path, said=said)
    return marks


_NEEDLES: Final = (b"<remark", b"action", b"<osmChange")
_CHUNK: Final = 1 << 20


def _open(path: Path, form: str) -> IO[bytes]:
    if form.endswith(".gz"):
        return gzip.open(path)  # type: ignore[return-value]  # a file of bytes
    return bz2.open(path) if form.endswith(".bz2") else path.open("rb")


def _has_marks(path: Path, form: str) -> bool:
    """Whether the bytes may hold a mark; whole files need not be parsed twice for none."""
    last = b""
    # What is not whole is left to the reader, which says so.
    with suppress(OSError, EOFError, zlib.error, ValueError), _open(path, form) as file:
        while chunk := file.read(_CHUNK):
            text = last + chunk
            if b"\0" in text or any(needle in text for needle in _NEEDLES):  # zeros: UTF-16
                return True
            last = text[-16:]
    return False


class _MarkReader:
    """Reads the marks of one XML file."""

    def __init__(self, marks: Marks) -> None:
        self.remarks: list[str] = []
        self.is_change = False
        self._depth, self._in_remark = 0, False
        self._deleted = {"node": marks.nodes, "way": marks.ways, "relation": marks.relations}

    def read(self, file: IO[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._take
        with suppress(expat.ExpatError, OSError, EOFError, zlib.error, ValueError):  # the reader tells of these
            parser.ParseFile(file)

    def _start(self, name: str, said: dict[str, str]) -> None:
        self.is_change |= not self._depth and name == "osmChange"
        self._depth += 1
        self._in_remark = name == "remark" and self._depth == 2
        if name in self._deleted and said.get("action") == "delete":
            with suppress(ValueError, KeyError):
                self._deleted[name].add(int(said["id"]))

    def _end(self, _name: str) -> None:
        self._depth -= 1
        self._in_remark = False

    def _take(self, text: str) -> None:
        if self._in_remark and len(self.remarks) < MAX_SAID:
            self.remarks.append(text[:MAX_SAID])
