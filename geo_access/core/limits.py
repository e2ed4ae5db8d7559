"""How much a file may ask for: every bound on what is read, with its reason, and one error that names file and bound.

A file of a few kilobytes can ask for gigabytes: packed a thousandfold, nested a thousand deep, a number of a million
digits. Each bound lies far above the largest real data that the package was run on, so that only such files meet it.
Archives have bounds of their own in `archives`.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from geo_access.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

#: A study is some kilobytes, a scenario that lists every stop of a region a few hundred.
MAX_TOML_BYTES: Final = 4 * 1024**2
#: A lock of a hundred feeds has 0.1 MB, a kept result of all communes of France some 100 MB.
MAX_JSON_BYTES: Final = 512 * 1024**2
#: The 2.3 million inhabited squares of France take 2 GB as GeoJSON.
MAX_TABLE_BYTES: Final = 4 * 1024**3
#: France has 2.3 million inhabited squares of 200 m, and 35,000 communes.
MAX_TABLE_ROWS: Final = 5_000_000
#: INSEE's widest table has 1,900 columns; SQLite takes 2,000.
MAX_COLUMNS: Final = 4_096
#: What a table may hold in all: the squares of France with forty columns each are half of it.
MAX_CELLS: Final = 200_000_000
#: The outline of a large commune is 1 MB of text.
MAX_LINE_BYTES: Final = 16 * 1024**2
#: The whole of Germany has 0.7 million stops and 2 million trips.
MAX_FEED_ROWS: Final = 10_000_000
MAX_STOPS: Final = 5_000_000
#: Germany's calls are 40 million.
MAX_STOP_TIMES: Final = 500_000_000
#: Some programs write an empty line after each row; nothing writes more of them than rows.
MAX_EMPTY_LINES: Final = 1_000_000
#: Values of rows that end early, which are read one by one.
MAX_UNEVEN_VALUES: Final = 4_000_000
#: What fits into 64 bits: nothing that is counted or numbered here needs more.
MAX_INTEGER: Final = 2**63 - 1
#: study.toml uses three levels, a kept result five, a GeoJSON collection within collections ten.
MAX_DEPTH: Final = 50
#: Parts of one dotted TOML key; reading them takes the square of their number.
MAX_KEY_PARTS: Final = 32
#: Linux and macOS: bytes of one name in a path, and of a path.
MAX_NAME_BYTES, MAX_PATH_BYTES = 255, 4096
#: No number of a table comes near: a float counts whole units up to here.
MAX_NUMBER: Final = 1e15
#: Digits of a whole number of a timetable: seconds, orders, codes.
MAX_DIGITS: Final = 9
#: Feeds that are all headways, such as Mexico City's, have some 100,000 departures a day.
MAX_HEADWAY_DEPARTURES: Final = 1_000_000
#: Rides between two stops that frequencies.txt makes; a city of headways has two million.
MAX_HEADWAY_HOPS: Final = 20_000_000
#: Pairs of platforms that transfers.txt speaks of, station by station; Paris and its region have 60,000.
MAX_TRANSFER_PAIRS: Final = 5_000_000
#: Greater Tokyo, the largest agglomeration, has 37 million residents; one row (a square, a block) has fewer.
MAX_PEOPLE: Final = 50_000_000.0

#: Signs of a key or a path that a message shows, and of what a library says.
MAX_SHOWN: Final = 60
MAX_SAID: Final = 200

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_KEY_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-])(?:{_KEY_PART}){{{MAX_KEY_PARTS}}}")


def check_path(path: Path | str) -> None:
    """Refuse a path that no system opens, or that is no file but a device or a pipe, from which reading never ends.

    Raises
    ------
    InputError
        When it holds a NUL, or is too long as a whole or in one name; or is there and neither a file nor a folder.
    """
    said = str(path)
    if "\0" in said:
        raise InputError("limits.path_nul", file=said.replace("\0", "\\0")[:MAX_NAME_BYTES])
    names = said.replace("\\", "/").split("/")
    longest = max(len(name.encode("utf-8", "surrogateescape")) for name in names)
    if longest > MAX_NAME_BYTES or len(said.encode("utf-8", "surrogateescape")) > MAX_PATH_BYTES:
        raise InputError("limits.path_long", file=f"{said[:MAX_SHOWN]}…", limit=MAX_NAME_BYTES)


def shorten(said: object) -> str:
    """Cut a value, a key or a name of `MAX_SHOWN` signs for a message; the whole of it is in the file."""
    shown = str(said)
    return shown if len(shown) <= MAX_SHOWN else f"{shown[:MAX_SHOWN]}…"


def check_nul(data: bytes, *, file: Path | str, encoding: str) -> None:
    """Refuse a table's text, or the beginning of it, that holds a NUL.

    Parameters
    ----------
    encoding
        Code of the error for UTF-16 and UTF-32, in which every other byte is one.

    Raises
    ------
    InputError
        Names the row of the first one.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data.count(0) > len(data) // 4:
        raise InputError(encoding, file=file, row=1)
    at = data.find(0)
    if at >= 0:
        raise InputError("limits.nul", file=file, row=len(_LINE_END.findall(data, 0, at)) + 1)


def read_text(path: Path, *, limit: int | None = None) -> str:
    """Read a UTF-8 text, with or without byte-order mark.

    Parameters
    ----------
    limit
        The most bytes; `MAX_JSON_BYTES` without one.

    Raises
    ------
    InputError
        When the path is none, the file is a device or a pipe, or it is larger than `limit` bytes.
    OSError, UnicodeDecodeError
        As of any file: the caller knows what to say of its own.
    """
    check_path(path)
    check_plain(path)
    limit = MAX_JSON_BYTES if limit is None else limit
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise InputError("limits.file_large", file=path, limit=limit / 1e6)
    return data.decode("utf-8-sig")


def check_plain(path: Path) -> None:
    """Refuse what is there but neither file nor folder."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InputError("limits.no_plain_file", file=path)


def check_size(path: Path) -> None:
    """Refuse a table of more than `MAX_TABLE_BYTES`."""
    if path.stat().st_size > MAX_TABLE_BYTES:
        raise InputError("limits.file_large", file=path, limit=MAX_TABLE_BYTES / 1e6)


def parse_toml(text: str, *, file: Path | str) -> dict[str, Any]:
    """Parse TOML within bounds.

    Raises
    ------
    tomllib.TOMLDecodeError
        When it is none.
    InputError
        When it nests too deep, a key has too many parts, or a whole number does not fit into 64 bits.
    """
    long_key = _LONG_KEY.search(text)
    if long_key is not None:
        row = text.count("\n", 0, long_key.start()) + 1
        raise InputError("limits.nested", file=file, row=row, limit=MAX_KEY_PARTS)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise InputError("limits.nested", file=file, limit=MAX_DEPTH) from None
    except (ValueError, OverflowError):
        # Python reads no whole number of more than 4,300 digits, and no date that a calendar does not have.
        raise InputError("limits.integer", file=file) from None
    check_values(document, file=file)
    return document


def parse_json(text: str, *, file: Path | str) -> Any:
    """Parse JSON; what it says is for `check_values`.

    Raises
    ------
    json.JSONDecodeError
        When it is none.
    InputError
        When it nests too deep, or a whole number has more than 4,300 digits.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise InputError("limits.nested", file=file, limit=MAX_DEPTH) from None
    except ValueError:
        raise InputError("limits.integer", file=file) from None


def check_values(document: object, *, file: Path | str, finite: bool = False) -> None:
    """Refuse a parsed document that nests too deep, or holds a whole number beyond 64 bits.

    Parameters
    ----------
    finite
        Refuse ``NaN`` and infinite numbers as well.

    Raises
    ------
    InputError
        Names the key of a number.
    """
    level: list[tuple[str, object]] = [("", document)]
    for _ in range(MAX_DEPTH):
        inner: list[tuple[str, object]] = []
        for key, value in level:
            if isinstance(value, dict):
                inner += [(f"{key}.{name}" if key else str(name), one) for name, one in value.items()]
            elif isinstance(value, list):
                inner += [(key, one) for one in value]
            elif isinstance(value, int) and abs(value) > MAX_INTEGER:
                raise InputError("limits.integer_key", file=file, key=key[:MAX_SHOWN])
            elif finite and isinstance(value, float) and not math.isfinite(value):
                raise InputError("limits.not_finite_key", file=file, key=key[:MAX_SHOWN])
        level = inner
    if level:
        raise InputError("limits.nested", file=file, limit=MAX_DEPTH)


def read_number(text: str) -> float | None:
    """Return the number that a text writes in ASCII digits; None where it writes none, or one beyond `MAX_NUMBER`.

    ``float`` reads more than people write: ``nan``, ``inf``, ``1_000``, the digits of every script.
    """
    if not _NUMBER.fullmatch(text) or len(text) > 400:
        return None
    number = float(text)
    return number if math.isfinite(number) and abs(number) <= MAX_NUMBER else None
