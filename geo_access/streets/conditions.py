"""Conditional access: what ``value @ (condition)`` and opening hours come to in the window of a study's departures.

A plain condition is one of weekdays, months and times of day. It holds throughout the window, or never in it, or in a
part of it. What is not plain (sunset, weather, public holidays where they matter, free text) cannot be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

#: When a condition holds: throughout the window, never in it, in a part of it, or nobody knows.
Holds = Literal["always", "never", "partly", "unread"]

_DAY_S: Final = 86_400
_DAYS: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY: Final = r"(?:mo|tu|we|th|fr|sa|su|ph|sh)(?:\[\d\])?"
_NUMBER: Final = r"\d{1,2}(?![\d:])"
_MONTH: Final = rf"(?:{'|'.join(_MONTHS)})(?: ?{_NUMBER})?"
_TIME: Final = r"\d{1,2}:\d{2} ?- ?\d{1,2}:\d{2}"
_DAY_RANGE: Final = rf"{_DAY}(?: ?- ?{_DAY})?"
_MONTH_RANGE: Final = rf"{_MONTH}(?: ?- ?(?:{_MONTH}|{_NUMBER}))?"
_RULE: Final = re.compile(
    rf"(?P<months>{_MONTH_RANGE}(?: ?, ?{_MONTH_RANGE})*)?:? ?"
    rf"(?P<days>{_DAY_RANGE}(?: ?, ?{_DAY_RANGE})*)?:? ?"
    rf"(?P<times>24/7|{_TIME}(?: ?, ?{_TIME})*)? ?"
    r"(?P<state>open|off|closed)?"
)
#: Longer texts are not looked into.
_MAX_SIGNS: Final = 500


@dataclass(frozen=True)
class Window:
    """When people leave.

    Attributes
    ----------
    day
        The study's date.
    from_s, to_s
        Half-open window on the local clock: seconds after the midnight with which the day starts.
    """

    day: date
    from_s: int
    to_s: int


def find_times(said: str, window: Window | None) -> Holds:
    """Say whether opening hours, or the times of a condition, hold in a window; without one only ``24/7`` is known."""
    text = " ".join(said.lower().split())
    if text == "24/7":
        return "always"
    if window is None or len(text) > _MAX_SIGNS:
        return "unread"
    rules = [_RULE.fullmatch(rule.strip()) for rule in text.split(";") if rule.strip()]
    if not rules or any(rule is None or not rule.group(0) for rule in rules):
        return "unread"
    known = [rule for rule in rules if rule is not None]
    # Whether a day is a holiday is not known: it must not matter.
    both: set[Holds] = {_hold(known, window, holiday=holiday) for holiday in (False, True)}
    return both.pop() if len(both) == 1 else "unread"


def _hold(rules: Sequence[re.Match[str]], window: Window, *, holiday: bool) -> Holds:
    spans: list[tuple[int, int]] = []
    try:
        for ahead in range(-1, window.to_s // _DAY_S + 1):
            day, start = window.day + timedelta(days=ahead), ahead * _DAY_S
            spans += [(start + a, start + b) for a, b in _list_spans(rules, day, holiday=holiday)]
    except (ValueError, OverflowError):  # a month without that day, an hour that no clock has
        return "unread"
    covered, at = 0, window.from_s
    for first, last in sorted(spans):
        a, b = max(first, at), min(last, window.to_s)
        if b > a:
            covered, at = covered + b - a, b
    return "always" if covered >= max(window.to_s - window.from_s, 1) else "partly" if covered else "never"


def _list_spans(rules: Sequence[re.Match[str]], day: date, *, holiday: bool) -> list[tuple[int, int]]:
    """List when the rules hold that start on a day (seconds after its midnight); of several rules the last counts."""
    spans: list[tuple[int, int]] = []
    for rule in rules:
        if _is_month(rule["months"], day) and _is_day(rule["days"], day, holiday=holiday):
            spans = [] if rule["state"] in {"off", "closed"} else _read_times(rule["times"])
    return spans


def _read_times(said: str | None) -> list[tuple[int, int]]:
    if said is None or said == "24/7":
        return [(0, _DAY_S)]
    spans = []
    for part in said.split(","):
        hours = [int(number) for number in re.findall(r"\d+", part)]
        first, last = hours[0] * 3600 + hours[1] * 60, hours[2] * 3600 + hours[3] * 60
        if max(hours[1], hours[3]) > 59 or max(first, last) > 2 * _DAY_S:
            raise ValueError(part)
        spans.append((first, last if last > first else last + _DAY_S))
    return spans


def _is_month(said: str | None, day: date) -> bool:
    if said is None:
        return True
    for part in said.split(","):
        ends = [end.strip() for end in part.split("-")]
        first = _read_date(ends[0], day.year, last=False)
        if len(ends) > 1 and ends[1].isdigit():
            ends[1] = f"{ends[0][:3]} {ends[1]}"
        last = _read_date(ends[-1], day.year, last=True)
        if first <= day <= last if first <= last else (day >= first or day <= last):
            return True
    return False


def _read_date(said: str, year: int, *, last: bool) -> date:
    month, number = _MONTHS.index(said[:3]) + 1, said[3:].strip()
    if number:
        return date(year, month, int(number))
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1) if last else date(year, month, 1)


def _is_day(said: str | None, day: date, *, holiday: bool) -> bool:
    if said is None:
        return True
    for part in said.split(","):
        ends = [end.strip() for end in part.split("-")]
        if ends[0][:2] in {"ph", "sh"}:
            if holiday:
                return True
            continue
        first, last = (_DAYS.index(end[:2]) for end in (ends[0], ends[-1]))
        nth = re.search(r"\[(\d)\]", ends[0])
        if nth is not None and int(nth[1]) != (day.day - 1) // 7 + 1:
            continue
        if (day.weekday() - first) % 7 <= (last - first) % 7:
            return True
    return False


def read_conditional(said: str, window: Window | None) -> list[tuple[str, Holds]]:
    """Read a conditional value: its values and when each applies, in order; of those that apply the last counts.

    Examples
    --------
    >>> from datetime import date
    >>> read_conditional("yes @ (Mo-Fr 07:00-20:00)", Window(date(2026, 3, 3), 9 * 3600, 11 * 3600))
    [('yes', 'always')]
    """
    clauses = re.split(r";(?![^(]*\))", said[:_MAX_SIGNS])
    found: list[tuple[str, Holds]] = []
    for clause in clauses:
        value, at, condition = clause.partition("@")
        if not value.strip():
            continue
        condition = condition.strip()
        if condition.startswith("(") and condition.endswith(")"):
            condition = condition[1:-1]
        parts = [find_times(part, window) for part in re.split(r"\s+AND\s+", condition, flags=re.IGNORECASE)]
        found.append((value.strip(), _join(parts) if at else "unread"))
    return found


def _join(parts: Sequence[Holds]) -> Holds:
    """Say when several conditions hold together."""
    if "never" in parts:
        return "never"
    if all(part == "always" for part in parts):
        return "always"
    return "unread" if "unread" in parts else "partly"
