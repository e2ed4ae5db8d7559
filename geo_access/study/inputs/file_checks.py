"""Is this file whole, and what it claims to be? Asked before any library reads it.

GDAL reads a GeoPackage or a Shapefile whose end is missing without a word (fewer or empty geometries), and
describes other faults in terms that help no planner. So the first bytes and the declared lengths are read
here.
"""

from __future__ import annotations

import struct
from pathlib import Path

from geo_access.core.errors import InputError
from geo_access.core.limits import check_path, check_plain, check_size
from geo_access.core.matching import nearest

SUFFIXES = {
    ".gpkg": "GeoPackage",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".parquet": "Parquet",
    ".geoparquet": "Parquet",
    ".shp": "Shapefile",
    ".fgb": "FlatGeobuf",
    ".kml": "KML",
    ".csv": "CSV",
    ".xlsx": "Excel",
    ".xlsm": "Excel",
    ".ods": "OpenDocument",
}
"""The formats that are read, by file name suffix."""

#: What belongs to a file besides itself: it is read with it, and shapes what comes out.
_PARTS = {".shp": (".shx", ".dbf", ".prj", ".cpg"), ".gpkg": (".gpkg-wal",), ".csv": (".prj",)}

_SIGNATURES = (
    (b"SQLite format 3\x00", "GeoPackage"),
    (b"PAR1", "Parquet"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x00\x00\x27\x0a", "Shapefile"),
    (b"fgb\x03fgb", "FlatGeobuf"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
)

#: Formats whose tables may stand on one sheet among several.
SPREADSHEETS = ("Excel", "OpenDocument")
#: Formats that always begin with their signature, and those that are another one inside.
_SIGNED = ("GeoPackage", "Parquet", "Shapefile", "FlatGeobuf", *SPREADSHEETS)
_HELD = {**dict.fromkeys(SPREADSHEETS, "ZIP"), "KML": "HTML/XML"}
#: Formats of the same programs that are not read: Excel's of before 2007 and its binary one.
_OLD = (".xls", ".xlsb")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check_file(path: Path) -> str:
    """Return the format of the file at `path`, once its presence, first bytes and length agree with it.

    Raises
    ------
    InputError
        Missing, a folder, of an unknown format, empty, not what its suffix says, or cut short.
    """
    check_path(path)
    if not path.exists():
        near = find_neighbour(path)
        if near is not None:
            raise InputError("places.file_missing_guess", file=path, guess=near)
        raise InputError("places.file_missing", file=path)
    if path.is_dir():
        raise InputError("places.file_is_folder", file=path)
    check_plain(path)
    check_size(path)
    claimed = SUFFIXES.get(path.suffix.lower())
    if path.suffix.lower() in _OLD:
        raise InputError("places.sheet_old", file=path, suffix=path.suffix)
    if claimed is None:
        raise InputError("places.format_unknown", file=path, suffix=path.suffix or path.name, known=", ".join(SUFFIXES))
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise InputError("places.file_unreadable", file=path, reason=error.strerror or str(error)) from error
    if size == 0:
        raise InputError("places.file_empty", file=path)
    found = _sniff(head)
    if claimed in SPREADSHEETS and found == "XLS" and _holds(path, _ENCRYPTED):
        raise InputError("places.sheet_password", file=path)
    if found not in (None, _HELD.get(claimed, claimed)) or (found is None and claimed in _SIGNED):
        raise InputError("places.format_other", file=path, claimed=claimed, found=found or "?")
    if claimed == "GeoPackage":
        _check_sqlite(path, head, size)
    elif claimed == "Shapefile":
        _check_shapefile(path, head, size)
    return claimed


def _holds(path: Path, sign: bytes) -> bool:
    """Say whether bytes stand in a file, as far as one of the old Office format has its directory."""
    with path.open("rb") as stream:
        return sign in stream.read(1 << 24)


def find_part(path: Path | str, suffix: str) -> Path | None:
    """Return the file beside another that bears its name and another suffix, in small or capital letters."""
    beside = Path(path)
    both = (beside.with_suffix(suffix), beside.with_suffix(suffix.upper()))
    return next((one for one in both if one.is_file()), None)


def list_parts(path: Path) -> list[Path]:
    """List the files that are read with a file: a Shapefile's parts, what a GeoPackage has not written into itself."""
    found = [find_part(path, suffix) for suffix in _PARTS.get(path.suffix.lower(), ())]
    if path.suffix.lower() == ".csv" and find_part(path, ".shp") is not None:
        return []  # the .prj is the Shapefile's
    return [part for part in found if part is not None]


def find_neighbour(path: Path) -> str | None:
    """Name the file of the same folder that was probably meant."""
    if not path.parent.is_dir():
        return None
    return nearest(path.name, sorted(one.name for one in path.parent.iterdir() if one.is_file()), cutoff=0.75)


def _sniff(head: bytes) -> str | None:
    """Say what the first bytes are; None when they could be any text."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"{"):
        return "GeoJSON"
    if text[:1] == b"<":
        return "HTML/XML"
    return None


def _check_sqlite(path: Path, head: bytes, size: int) -> None:
    """Compare a GeoPackage's length with the page count in its header (SQLite file format, 1.3)."""
    if len(head) < 100:
        raise InputError("places.truncated", file=path)
    page, pages = struct.unpack(">H", head[16:18])[0], struct.unpack(">I", head[28:32])[0]
    if size < (65536 if page == 1 else page) * pages:
        raise InputError("places.truncated", file=path)


def _check_shapefile(path: Path, head: bytes, size: int) -> None:
    """Compare the lengths of a Shapefile's parts with what they declare (ESRI's description, 1998)."""
    if len(head) < 100 or size < 2 * struct.unpack(">I", head[24:28])[0]:
        raise InputError("places.truncated", file=path)
    for suffix in (".shx", ".dbf"):
        part = find_part(path, suffix)
        if part is None:
            raise InputError("places.shapefile_part", file=path, part=path.with_suffix(suffix).name)
        check_plain(part)
        with part.open("rb") as stream:
            data = stream.read(100)
        size = part.stat().st_size
        if suffix == ".dbf":
            whole = len(data) >= 32 and size >= (
                struct.unpack("<H", data[8:10])[0]
                + struct.unpack("<I", data[4:8])[0] * struct.unpack("<H", data[10:12])[0]
            )
        else:
            whole = len(data) >= 100 and size >= 2 * struct.unpack(">I", data[24:28])[0]
        if not whole:
            raise InputError("places.truncated", file=part)
