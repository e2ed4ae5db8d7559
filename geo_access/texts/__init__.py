"""Every message and label that people see, in French and in English.

A text is declared once, in the catalogue of its part (the JSON files beside this module), and read by code:
``render("places.outside_commune", "fr", name=...)`` reads `outside_commune` in `places.json`. Catalogues are data, so
that who translates needs no Python. A test fails when a text lacks a language, or when the two languages do not use the
same placeholders; `.ci/texts.py` writes the files in their one form.
"""

from __future__ import annotations

import json
import re
import string
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Literal, NamedTuple

from geo_access.texts.controls import show_controls
from geo_access.texts.dates import write_date
from geo_access.texts.vocabulary import say_in_own_words, words_of

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
DEFAULT_LANGUAGE: Language = "fr"


class Text(NamedTuple):
    """One text in both languages; placeholders as in `str.format`."""

    fr: str
    en: str


@cache
def read_catalogue(part: str) -> dict[str, Text]:
    """Return the texts of one part ("places"), by their names."""
    texts = json.loads(Path(__file__).with_name(f"{part}.json").read_bytes())
    return {name: Text(**text) for name, text in texts.items()}


def render(code: str, language: Language = DEFAULT_LANGUAGE, /, **params: object) -> str:
    """Return the text `code` ("part.name") in `language`, its placeholders filled.

    This is the one way in which what a file says enters a sentence: control characters in it are shown, not obeyed. A
    language that carries a study's own words (`vocabulary.OwnLanguage`) says them instead of the département's.

    Raises
    ------
    KeyError
        When no catalogue declares the code: a fault of the programmer, not of the user.
    """
    part, _, name = code.partition(".")
    said: str = getattr(read_catalogue(part)[name], language)
    words = words_of(language)
    if words is not None:
        instead = read_catalogue("own").get(f"{part}__{name}")
        said = say_in_own_words(said if instead is None else getattr(instead, language), str(language), words)
    return str(_FORMATTERS[language].vformat(said, (), params)) if params else said


def find_text(part: str, english: str, language: Language) -> str:
    """Return in `language` what a catalogue keyed by its English texts has for one; the English where it has none."""
    text = None if language == "en" else read_catalogue(part).get(english)
    return english if text is None else str(getattr(text, language))


class _English(string.Formatter):
    """Knows one from many: ``{count:?trip|trips}`` is "trip" for one, "trips" for any other number.

    A day is written as people write it by ``{day:date}``. A number that is already written
    for people ("1,654", "< 1") is read back.
    """

    #: From where to where a number is one.
    one = (1.0, 1.0)
    language = "en"
    #: What parts its thousands, and what its decimals.
    marks = (",", ".")

    def format_field(self, value: object, format_spec: str) -> str:
        if format_spec.startswith("?"):
            number = self.read_back(value) if isinstance(value, str) else value
            singular, _, plural = format_spec[1:].partition("|")
            if isinstance(number, Real):
                return singular if self.one[0] <= abs(float(number)) <= self.one[1] else plural
            return plural
        if format_spec == "date":
            return self.write_day(value)
        return show_controls(format(value, format_spec))

    def write_day(self, value: object) -> str:
        """Write a day as people do; what is no day as it is."""
        try:
            return write_date(value, self.language)
        except ValueError:
            return show_controls(str(value))

    def read_back(self, said: str) -> float | None:
        """Return the number that a text begins with, None where there is none: "13 435 (22,3 %)" is 13435."""
        thousands, decimals = self.marks
        found = re.match(rf"(?:[<+\-−]\s?)?((?:\d|{thousands}(?=\d))+(?:{re.escape(decimals)}\d+)?)", said)
        return None if found is None else float(found[1].replace(thousands, "").replace(decimals, "."))


class _French(_English):
    """Writes numbers that carry a format as French does: 1 654 712 and 98,4; less than two is one, and so is none.

    ``{commune:de}`` puts the name of a place after "de": d’Antony, du Plessis-Robinson, de La Garenne-Colombes.
    """

    one = (0.0, 1.999_999)
    language = "fr"
    marks = ("\u202f", ",")

    def format_field(self, value: object, format_spec: str) -> str:
        if format_spec == "de":
            return _join_de(show_controls(str(value)))
        said = super().format_field(value, format_spec)
        if format_spec.startswith("?") or format_spec == "date":
            return said
        if format_spec and isinstance(value, Real):
            return said.translate({ord(","): "\u202f", ord("."): ","})
        return said


def _join_de(name: str) -> str:
    """Put the name of a place after "de"."""
    for article, joint in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return joint + name.removeprefix(article)
    return ("d’" if name[:1].lower() in tuple("aeiouyàâéèêëîïôûüœ") else "de ") + name


_FORMATTERS: dict[Language, string.Formatter] = {"fr": _French(), "en": _English()}
