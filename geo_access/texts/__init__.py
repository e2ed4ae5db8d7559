"""Every message and label that people see, in French and in English.

A text is declared once, in the catalogue of its part (the modules of this package that `CATALOGUES` lists), and read by
code: ``render("sites.outside_commune", "fr", name=...)``. A test fails when a text lacks a language, or when the two
languages do not use the same placeholders.
"""

from __future__ import annotations

import string
from functools import cache
from importlib import import_module
from numbers import Real
from typing import Literal, NamedTuple

from geo_access.texts.controls import show_controls

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
DEFAULT_LANGUAGE: Language = "fr"

CATALOGUES = (
    "commands",
    "limits",
    "cluster",
    "study",
    "places",
    "streets",
    "transit",
    "results",
    "maps",
    "reports",
    "caravan",
    "compare",
    "explain",
    "redraw",
    "robust",
    "figures",
    "brief",
    "fetch",
    "sources",
    "clip",
    "inspect",
    "queries",
    "draws",
    "scenario",
    "fairness",
    "place",
    "help",
    "click_words",
)


class Text(NamedTuple):
    """One text in both languages; placeholders as in `str.format`."""

    fr: str
    en: str


@cache
def _catalogue(part: str) -> dict[str, Text]:
    texts: dict[str, Text] = import_module(f"geo_access.texts.{part}").TEXTS
    return texts


def render(code: str, language: Language = DEFAULT_LANGUAGE, /, **params: object) -> str:
    """Return the text `code` ("part.name") in `language`, its placeholders filled.

    This is the one way in which what a file says enters a sentence: control characters in it are shown, not obeyed.

    Raises
    ------
    KeyError
        When no catalogue declares the code: a fault of the programmer, not of the user.
    """
    part, _, name = code.partition(".")
    said: str = getattr(_catalogue(part)[name], language)
    return str(_FORMATTERS[language].vformat(said, (), params)) if params else said


def find_text(part: str, english: str, language: Language) -> str:
    """Return in `language` what a catalogue keyed by its English texts has for one; the English where it has none."""
    text = None if language == "en" else _catalogue(part).get(english)
    return english if text is None else str(getattr(text, language))


class _English(string.Formatter):
    """Knows one from many: ``{count:?trip|trips}`` is "trip" for one, "trips" for any other number."""

    #: From where to where a number is one.
    one = (1.0, 1.0)

    def format_field(self, value: object, format_spec: str) -> str:
        if format_spec.startswith("?") and isinstance(value, Real):
            singular, _, plural = format_spec[1:].partition("|")
            return singular if self.one[0] <= abs(float(value)) <= self.one[1] else plural
        return show_controls(format(value, format_spec))


class _French(_English):
    """Writes numbers that carry a format as French does: 1 654 712 and 98,4; less than two is one, and so is none."""

    one = (0.0, 1.999_999)

    def format_field(self, value: object, format_spec: str) -> str:
        said = super().format_field(value, format_spec)
        if format_spec.startswith("?"):
            return said
        if format_spec and isinstance(value, Real):
            return said.translate({ord(","): "\u202f", ord("."): ","})
        return said


_FORMATTERS: dict[Language, string.Formatter] = {"fr": _French(), "en": _English()}
