"""How numbers, dates and times of day are written for people, in French and in English.

Two rules keep what is shown from contradicting a verdict: shares are cut, never rounded up, so that nothing
below 100 % reads as 100 %; minutes are cut under a strict threshold ("less than 20") and rounded up under an
inclusive one ("at most 10"), so that 19:59 never reads as 20 and 10:01 never as 10.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Literal, SupportsFloat, cast

import pandas as pd

from geo_access.texts.dates import write_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_access.texts import Language

MISSING = "–"
_THOUSANDS = {"fr": "\u202f", "en": ","}
_DECIMAL = {"fr": ",", "en": "."}
_PERCENT = {"fr": "\u00a0%", "en": "%"}
_WORD = re.compile(r"[^\W\d_]+")
_LONG_WORD = re.compile(r"[^\W\d_]{4}")
_VOWEL = re.compile(r"[AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜÃÕÁÍÓÚŒÆ]")
_ABBREVIATION = re.compile(r"[IVX]{2,}|RER|SNCF|RATP|ZA|ZI|ZAC|ZUP|CHU|EDF|IUT|CES|CNIT|CNRS|HLM|PMI")
#: Words that begin small inside a name: French, Portuguese.
_SMALL_WORD = re.compile(r"d|de|des|du|l|la|le|les|et|en|sur|sous|à|au|aux|a|da|do|das|dos|e")
#: Binary fractions such as 0.285 lie a hair below what they mean; a cut must not take a tenth away for that.
_HAIR = 1e-9


def is_missing(value: object) -> bool:
    """Say whether a value of a table is missing (None, NaN, NA)."""
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def read_number(value: object) -> float | None:
    """Return a value of a table as a float, None where it is missing."""
    return None if is_missing(value) else float(cast("SupportsFloat", value))


def format_number(value: float, language: Language, *, decimals: int = 1) -> str:
    """Write a number with at most `decimals` decimals, without needless zeros: ``20``, ``4,8``."""
    said = f"{value:,.{decimals}f}"
    if "." in said:
        said = said.rstrip("0").rstrip(".")
    return _localise(said, language)


def format_decimals(value: float, language: Language, *, decimals: int) -> str:
    """Write a number with just so many decimals, as the others of its column: ``1,50``."""
    return _localise(f"{value:,.{decimals}f}", language)


def shorten_count(value: float, language: Language) -> str:
    """Write a number of people in four signs, where there is no room for more: ``850``, ``3,2k``, ``12k``."""
    if value < 999.5:
        return str(round(value))
    return format_number(value / 1000, language, decimals=1 if value < 9950 else 0) + "k"


def format_count(value: object, language: Language) -> str:
    """Write a number of people, rounded; a part of one person is "< 1", never 0."""
    number = read_number(value)
    if number is None:
        return MISSING
    if 0 < number < 0.5:
        return "<\u00a01"
    return _localise(f"{math.floor(number + 0.5):,}", language)


def format_share(share: object, language: Language) -> str:
    """Write a share (0 to 1) as a percentage cut after one decimal: 0.9999 is ``99,9 %``."""
    number = read_number(share)
    if number is None:
        return MISSING
    tenths = math.floor(number * 1000 + _HAIR)
    if tenths >= 1000:
        said = "100" if number >= 1 else "99.9"
    elif tenths == 0:
        said = "0" if number <= 0 else "<\u00a00.1"
    else:
        said = f"{tenths // 10}.{tenths % 10}"
    return said.replace(".", _DECIMAL[language]) + _PERCENT[language]


def format_missed_share(share: object, language: Language) -> str:
    """Write the share of those who are not served: what `format_share` leaves of 100 % for it.

    A share that is served is cut, never raised; the share that is missed is then raised, never cut, and the two add up.
    """
    number = read_number(share)
    if number is None:
        return MISSING
    tenths = 1000 - math.floor((1 - number) * 1000 + _HAIR)
    if tenths >= 1000 and number < 1:
        said = "99.9"
    elif tenths <= 0 or number <= 0:
        said = "0"
    else:
        said = f"{tenths / 10:.1f}" if tenths < 1000 else "100"
    return said.replace(".", _DECIMAL[language]) + _PERCENT[language]


def format_threshold(share: float, language: Language) -> str:
    """Write a share that was set, not measured: ``95 %``."""
    return format_number(share * 100, language, decimals=2) + _PERCENT[language]


def format_minutes(
    minutes: object, language: Language, *, operator: Literal["lt", "le"] = "lt", unit: bool = True
) -> str:
    """Write a travel time with one decimal that never contradicts its threshold (see the module's head)."""
    number = read_number(minutes)
    if number is None:
        return MISSING
    tenths = math.floor(number * 10 + _HAIR) if operator == "lt" else math.ceil(number * 10 - _HAIR)
    said = f"{tenths // 10}.{tenths % 10}".replace(".", _DECIMAL[language])
    return f"{said}\u00a0min" if unit else said


def format_date(date: object, language: Language, *, weekday: bool = False) -> str:
    """Write a date (or its ISO text): ``mardi 23 janvier 2018``, ``Tuesday 23 January 2018``."""
    return write_date(date, language, weekday=weekday)


def format_clock(time: object, language: Language) -> str:
    """Write a time of day (seconds after the day's origin, or ``09:00``): ``9 h``, ``8 h 30``, ``08:30``."""
    if isinstance(time, str):
        hours, minutes = (int(part) for part in time.split(":")[:2])
    else:
        hours, minutes = divmod(int(float(cast("SupportsFloat", time))) // 60, 60)
    if language == "en":
        return f"{hours:02d}:{minutes:02d}"
    return f"{hours}\u00a0h" + (f"\u00a0{minutes:02d}" if minutes else "")


def join_words(words: Sequence[str], language: Language, *, last: Literal["and", "or"] = "and") -> str:
    """Join words as a sentence does: ``antenne, PMI ou annexe``."""
    if len(words) < 2:
        return "".join(words)
    joint = {"fr": {"and": "et", "or": "ou"}, "en": {"and": "and", "or": "or"}}[language][last]
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def format_where(name: str, language: Language) -> str:
    """Say that something is in a commune: ``à Clamart``, ``au Plessis-Robinson``, ``aux Lilas``; ``in Clamart``."""
    if language == "en":
        return f"in {name}"
    for article, joined in (("Le ", "au "), ("Les ", "aux ")):
        if name.startswith(article):
            return joined + name.removeprefix(article)
    return f"à {name}"


def soften_capitals(name: str) -> str:
    """Write a name in capitals as people write it: ``Route des Puits`` for ``ROUTE DES PUITS``.

    A name that has a small letter comes as it is. Abbreviations stay: those that are known, those without a vowel, and
    Roman numerals; accents that capitals left out cannot be known.
    """
    if name != name.upper() or not _LONG_WORD.search(name):
        return name
    return _WORD.sub(lambda word: _soften(word[0], first=word.start() == 0), name)


def _soften(word: str, *, first: bool) -> str:
    if _ABBREVIATION.fullmatch(word) or (len(word) > 1 and not _VOWEL.search(word)):
        return word
    return word.lower() if _SMALL_WORD.fullmatch(word.lower()) and not first else word.capitalize()


def _localise(said: str, language: Language) -> str:
    return said.translate({ord(","): _THOUSANDS[language], ord("."): _DECIMAL[language]})
