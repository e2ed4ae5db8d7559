"""How far a packed file of streets unpacks, asked before it is read.

OpenStreetMap's own formats pack two- to thirtyfold, a bomb a thousandfold.

What is not whole or not packed as its name says is left to the reader, which says so.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from typing import IO, TYPE_CHECKING

from geo_access.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

#: Small files may be one line of zeros without harm: a map of 8 MB takes 0.2 GB.
FREE_BYTES = 8 * 1024**2
#: Blocks of a .pbf pack two- to fourfold, XML ten- to thirtyfold; a bomb a thousandfold.
MAX_PBF_RATIO, MAX_XML_RATIO = 50, 200
_CHUNK = 1 << 20
_MAX_HEADER = 1 << 16
_VARINT, _BYTES = 0, 2
_MAX_VARINT_BYTES = 10


def check_packed(path: Path, form: str) -> None:
    """Refuse a file of streets that unpacks to more than such files do.

    Parameters
    ----------
    form
        osmium's name of its format; see `osm.find_format`.

    Raises
    ------
    InputError
        Names the bound.
    """
    size = path.stat().st_size
    if form == "pbf":
        unpacked, ratio = _measure_pbf(path), MAX_PBF_RATIO
    elif form.endswith((".gz", ".bz2")):
        ratio = MAX_XML_RATIO
        unpacked = _measure_stream(path, form, max(FREE_BYTES, ratio * size))
    else:
        return
    if unpacked > max(FREE_BYTES, ratio * size):
        raise InputError("limits.packed", file=path, size=size / 1e6, ratio=ratio)


def _measure_stream(path: Path, form: str, most: int) -> int:
    """Count the unpacked bytes, as far as they matter."""
    count = 0
    try:
        with gzip.open(path) if form.endswith(".gz") else bz2.open(path) as file:
            while count <= most and (chunk := file.read(_CHUNK)):
                count += len(chunk)
    except (OSError, EOFError, ValueError, zlib.error):
        return 0
    return count


def _measure_pbf(path: Path) -> int:
    """Add up what the blocks of a .pbf say that they unpack to; osmium refuses one that unpacks to something else."""
    total = 0
    with path.open("rb") as file:
        while True:
            length = int.from_bytes(file.read(4), "big")
            if not 0 < length <= _MAX_HEADER:
                return total
            start = file.tell()
            size = _read_field(file, start + length, 3)
            if size is None:
                return total
            file.seek(start + length)
            total += _read_field(file, start + length + size, 2) or 0
            file.seek(start + length + size)


def _read_field(file: IO[bytes], end: int, wanted: int) -> int | None:
    """Return a number field of the protocol buffer from here to `end`; None where it has none."""
    while file.tell() < end:
        key = _read_varint(file)
        if key is None:
            return None
        value = _read_varint(file) if key & 7 in (_VARINT, _BYTES) else None
        if value is None:
            return None
        if key & 7 == _VARINT and key >> 3 == wanted:
            return value
        if key & 7 == _BYTES:
            file.seek(min(value, end), 1)
    return None


def _read_varint(file: IO[bytes]) -> int | None:
    value = 0
    for at in range(_MAX_VARINT_BYTES):
        byte = file.read(1)
        if not byte:
            return None
        value |= (byte[0] & 127) << 7 * at
        if byte[0] < 128:
            return value
    return None
