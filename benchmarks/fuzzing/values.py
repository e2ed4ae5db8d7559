"""Values that files and options should not hold, and those that they hold rarely."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

#: Where a page or a report makes a template of data, this number stands in the output.
TEMPLATE, BETRAYED = "{{ 7411*7411 }}", str(7411 * 7411)

TEXTS = (
    "", " ", "\t", "0", "-0", "1", "-1", "0.0", "1.0", "1e5", "1e308", "-1e308", "1e400", "1e-320", "nan", "NaN",
    "inf", "-inf", "Infinity", "²", "½", "٣", "１２", "1_000", "0x10", "1,5", "1.234,5", "1 000", "1\u202f000",
    "+5", "5.", ".5", "9" * 19, "9" * 25, "1" + "0" * 400, "7" * 5000, "true", "false", "TRUE", "null", "None",
    "N/A", "#REF!", "-", "24:00:00", "25:30:00", "-1:00:00", "99:99:99", "8:5", "08:60", "999999:00:00",
    "²:00:00", "09:00:00.5", "9h", "0900", "2024-02-30", "2024-13-01", "0000-00-00", "9999-12-31", "20240431",
    "23/04/2024", "2024-04-23T09:00:00+02:00", "demain", "é", "e\u0301", "ß", "İ", "ǅ", "日本", "\U0001f600",
    "\u200b", "\u202eabc", "\ufeff", "\x1b[31mred", "\x00", "\x07", "\x85", "\u2028", "a\nb", "a\r\nb", '"', "'",
    '""', "a,b", "a;b", "\\", "=1+1", "@x", "::error::x", "[/x]", "[bold]", "]]>", "</script>", "<b>", "&amp;",
    "&#0;", "{% x", "{# b", "${1}", "`", TEMPLATE, "%s", "%n", "{}", "{0}", "{x!r}", "../x", "/etc", "C:\\x",
    "CON", "~", "*", "?", ":", "x" * 300, "y" * 20_000, "EPSG:4326", "EPSG:2154", "EPSG:99999", "epsg:32628",
    "open", "closed", "planned", "renovation", "pole", "antenna", "pmi", "annex", "mobile_stop", "partner",
    "autre", "S1", "M0", "01001", "1001", "99999", "2A004", "ouest", "est", "POINT (1 2)", "POINT EMPTY",
    "POLYGON ((0 0, 1 1, 0 0))", "POINT (nan nan)", "GEOMETRYCOLLECTION EMPTY",
)  # fmt: skip


def draw_text(rng: Random) -> str:
    """Draw a text."""
    return rng.choice(TEXTS)


def draw_number(rng: Random) -> float | int:
    """Draw a number that is at the edge of something."""
    return rng.choice(
        (
            0, 1, -1, 2, 0.5, -0.5, 1e-9, 1e-320, 1e6, 1e9, 1e15, 1e18, 1e308, -1e308, 2**31, 2**53 + 1, 2**63,
            -(2**63), 10**30, math.nan, math.inf, -math.inf, 59, 60, 61, 90, 90.0001, -90, 180, 180.5, 360, 1440,
            86_400, 200_000,
        )
    )  # fmt: skip


def near(value: Any, rng: Random) -> Any:
    """Draw a value of the same kind as one that is right."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        moved = (
            -value,
            value * 10,
            value / 10,
            value + 1,
            value - 1,
            value * 1e6,
            value * 1000,
            int(value),
            float(value),
        )
        return rng.choice(moved) if math.isfinite(value) else draw_number(rng)
    if isinstance(value, str):
        try:
            return str(near(float(value), rng))
        except (ValueError, OverflowError):
            pass
        moved = (
            value.upper(),
            value + " ",
            " " + value,
            value[:-1],
            value[1:],
            value * 2,
            value[::-1],
            value + "\u00a0",
            "'" + value,
        )
        return rng.choice(moved)
    return draw_text(rng)


def draw_value(rng: Random, old: Any = None) -> Any:
    """Draw any JSON or TOML value in the place of one."""
    kind = rng.random()
    if kind < 0.35:
        return near(old, rng)
    if kind < 0.55:
        return draw_text(rng)
    if kind < 0.8:
        return draw_number(rng)
    if kind < 0.87:
        return rng.choice(
            (True, False, dt.date(2024, 4, 23), dt.time(9, 0), dt.datetime(2024, 4, 23, 9, tzinfo=dt.UTC))
        )
    nested: Any = draw_text(rng)
    for _ in range(rng.choice((1, 1, 2, 30))):
        nested = [nested] if rng.random() < 0.5 else {"x": nested}
    return rng.choice(([], {}, [old, old], [draw_number(rng)], [None], nested, {"file": "sst.csv"}, {"from": "x"}))
