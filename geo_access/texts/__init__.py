"""Every message and label that people see, in French and in English.

A text is declared once, in the catalogue of its part (`commands`, `study`, `places`, `streets`, `transit`, `results`, `maps`), and
read by code: ``render("sites.outside_commune", "fr", name=...)``. A test fails when a text lacks a language, or when the
two languages do not use the same placeholders.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Literal, NamedTuple

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
DEFAULT_LANGUAGE: Language = "fr"

CATALOGUES = ("commands", "study", "places", "streets", "transit", "results", "maps")


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

    Raises
    ------
    KeyError
        When no catalogue declares the code: a fault of the programmer, not of the user.
    """
    part, _, name = code.partition(".")
    said: str = getattr(_catalogue(part)[name], language)
    return said.format(**params) if params else said
