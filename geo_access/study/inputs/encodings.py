"""How the texts of a Shapefile are encoded, where nothing beside it says so, or what stands beside it is wrong."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from geo_access.study.inputs.file_checks import find_part

if TYPE_CHECKING:
    from pathlib import Path

#: A sign of two to four bytes in UTF-8; in Latin-1 such a pair ("Ã©") is next to never meant.
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")


def find_encoding(path: Path) -> tuple[str | None, bool]:
    """Return the encoding of a Shapefile's .dbf, and whether it was read from its bytes alone.

    Parameters
    ----------
    path
        The .shp, of which all parts are there.

    Returns
    -------
    encoding : str or None
        None: what GDAL takes it for (the .cpg, else the code page in the .dbf).
    guessed : bool
        Whether neither a .cpg nor the .dbf says so.
    """
    table, stated = find_part(path, ".dbf"), find_part(path, ".cpg")
    if table is None:
        return None, False
    data = table.read_bytes()
    # Memo and number columns are ASCII; the head holds binary lengths and the names, ten bytes each.
    start = struct.unpack("<H", data[8:10])[0]
    names = b"\n".join(data[at : at + 11].split(b"\0")[0] for at in range(32, max(32, start - 1), 32))
    texts = names + b"\n" + data[start:]
    whole = _UTF8.findall(texts)
    rest = len(_HIGH.findall(_UTF8.sub(b"", texts)))
    # A name cut in the middle of a sign leaves a byte or two.
    is_utf8 = bool(whole) and rest <= len(whole) // 20 + 1
    said = "" if stated is None else stated.read_text("ascii", "replace").strip().upper().replace("-", "")
    if is_utf8:
        return "UTF-8", said not in ("UTF8", "65001")
    if said in ("UTF8", "65001") and rest:
        return "CP1252", True
    return (None, False) if said or not rest or (len(data) > 29 and data[29]) else ("CP1252", True)
