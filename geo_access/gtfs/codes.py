"""Codes and whole numbers of a feed's columns, read one way everywhere.

Programs write a code as ``1``, ``1.0``, ``01`` or ``+1``: all are 1. A blank one means what GTFS says. What GTFS does
not know, a word or another number, is told with its row and read as `Code.other`; where the day's service hangs on the
code (calendars), it is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo_access.core.errors import InputError
from geo_access.gtfs.rows import report_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from geo_access.core.findings import Findings
    from geo_access.gtfs.feed import Feed

#: Signs for: no value, and no code that GTFS knows.
BLANK, UNKNOWN = -1, -2
_WHOLE = re.compile(r"\+?0*([0-9]{1,18})(?:\.0*)?")


def parse_whole(text: str) -> int | None:
    """Return the whole number that a text writes, None where it writes none: at most 18 digits, which fit into 64 bits.

    Examples
    --------
    >>> [parse_whole(text) for text in ("12", " 012", "+12", "12.0", "12.5", "-1", "")]
    [12, 12, 12, 12, None, None, None]
    """
    found = _WHOLE.fullmatch(text.strip())
    return None if found is None else int(found.group(1))


@dataclass(frozen=True)
class Code:
    """A column of codes.

    Attributes
    ----------
    known
        The codes that GTFS has.
    blank
        What a blank one means, `BLANK` where that is for the reader to say.
    other
        What an unknown one is read as, `UNKNOWN` where that is for the reader to say.
    """

    known: tuple[range, ...]
    blank: int = 0
    other: int = 0

    def parse(self, text: str) -> int:
        """Return the code that a text writes: `BLANK`, `UNKNOWN`, or one that GTFS has."""
        if not text or text.isspace():
            return BLANK
        number = parse_whole(text)
        return UNKNOWN if number is None or not any(number in part for part in self.known) else number


def _up_to(last: int) -> tuple[range, ...]:
    return (range(last + 1),)


#: Every column of codes that this package reads. Types of routes: the basic ones and the extended ones in use (Google).
CODES: Final = {
    "location_type": Code(_up_to(4)),
    "wheelchair_boarding": Code(_up_to(2)),
    "wheelchair_accessible": Code(_up_to(2)),
    "stop_access": Code(_up_to(1), BLANK, BLANK),
    "route_type": Code((range(8), range(11, 13), range(100, 1800)), BLANK, UNKNOWN),
    "pickup_type": Code(_up_to(3)),
    "drop_off_type": Code(_up_to(3)),
    "timepoint": Code(_up_to(1), BLANK, BLANK),
    "exact_times": Code(_up_to(1)),
    "transfer_type": Code(_up_to(5), 0, UNKNOWN),
    "pathway_mode": Code((range(1, 8),), UNKNOWN, UNKNOWN),
    "is_bidirectional": Code(_up_to(1), UNKNOWN, UNKNOWN),
    "exception_type": Code((range(1, 3),), UNKNOWN, UNKNOWN),
    **dict.fromkeys(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        Code(_up_to(1), UNKNOWN, UNKNOWN),
    ),
}


def parse_codes(texts: Sequence[str], column: str) -> NDArray[np.int64]:
    """Parse a column's texts: int64, `BLANK` and `UNKNOWN` as they are; each distinct text is looked at once."""
    meanings = {text: CODES[column].parse(text) for text in set(texts)}
    return np.array([meanings[text] for text in texts], np.int64)


def settle(codes: NDArray[np.int64], column: str) -> NDArray[np.int64]:
    """Put what they mean in the place of blank and unknown codes."""
    code = CODES[column]
    return np.where(codes == BLANK, code.blank, np.where(codes == UNKNOWN, code.other, codes))


def read_codes(feed: Feed, name: str, table: pd.DataFrame, column: str, *, findings: Findings) -> NDArray[np.int64]:
    """Read a column of codes: int64, what they mean; unknown ones are told with their rows."""
    texts = table[column].tolist()
    codes = parse_codes(texts, column)
    at = np.flatnonzero(codes == UNKNOWN)
    report_unknown(feed.file(name), column, table["row"].to_numpy()[at], [texts[k] for k in at[:3]], findings=findings)
    return settle(codes, column)


def report_unknown(
    file: str, column: str, rows: Sequence[int] | NDArray[np.int64], examples: Sequence[str], *, findings: Findings
) -> None:
    """Tell of the rows whose code GTFS does not know."""
    code = "transit.unknown_route_type" if column == "route_type" else "transit.unknown_code"
    shown = [f"“{text.strip()}”" for text in examples]
    other = CODES[column].other
    taken = "“”" if other == BLANK else other
    report_rows(findings, code, file=file, rows=rows, examples=shown, column=column, taken=taken)


def need_codes(feed: Feed, name: str, table: pd.DataFrame, column: str) -> NDArray[np.int64]:
    """Read a column of codes on which the day's service hangs.

    Raises
    ------
    InputError
        When one is blank or unknown; it names the row.
    """
    codes = parse_codes(table[column].tolist(), column)
    bad = np.flatnonzero(codes < 0)
    if len(bad):
        at, known = int(bad[0]), CODES[column].known
        allowed = ", ".join(str(number) for part in known for number in part)
        raise InputError(
            "transit.bad_choice", file=feed.file(name), row=int(table["row"].iloc[at]), column=column,
            value=table[column].iloc[at], allowed=allowed,
        )  # fmt: skip
    return codes
