"""What the headers of an answer say: a server's numbers, dates and validators, none of which is to be trusted."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import requests

#: Numbers of a server are digits, and no more of them than a size or a wait can have.
_NUMBER = re.compile(r"[0-9]{1,15}")
_RANGE = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15}|\*)")
_MOST_VALIDATOR = 1000
_MOST_WAIT_S = 366 * 24 * 3600.0


def read_range(answer: requests.Response) -> tuple[int, int, int | None]:
    """First and last byte of a partial answer, and how many the whole has, where the server says."""
    said = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    if said is None:
        return -1, -1, None
    return int(said[1]), int(said[2]), None if said[3] == "*" else int(said[3])


def read_length(answer: requests.Response) -> int | None:
    """The size that a server announces; None where it announces none, or what is no number."""
    said = answer.headers.get("Content-Length", "").strip()
    return int(said) if _NUMBER.fullmatch(said) else None


def read_validator(answer: requests.Response, name: str) -> str | None:
    """A validator that can be kept, and sent back as it is."""
    said = answer.headers.get(name, "")
    return said if said.strip() == said != "" and said.isprintable() and len(said) <= _MOST_VALIDATOR else None


def read_retry_after(said: str | None, now: dt.datetime) -> float | None:
    """Seconds to wait, from a number of seconds or a date (RFC 9110, 10.2.3)."""
    if said is None:
        return None
    if _NUMBER.fullmatch(said.strip()):
        return min(float(said), _MOST_WAIT_S)
    until = _parse_http_date(said)
    return None if until is None else min(max(0.0, (until - now).total_seconds()), _MOST_WAIT_S)


def read_http_date(said: str | None) -> str | None:
    """Return the day that a header names (ISO); None where it names none."""
    day = None if said is None else _parse_http_date(said)
    return None if day is None else day.date().isoformat()


def _parse_http_date(said: str) -> dt.datetime | None:
    try:
        read = email.utils.parsedate_to_datetime(said)
        return read if read.tzinfo else read.replace(tzinfo=dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None  # what no clock shows is as good as nothing
