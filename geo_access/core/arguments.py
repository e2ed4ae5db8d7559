"""What functions are given: of the right kind and in range, or one clear error.

A wrong kind (a path for a study, a text for a number) is an `ArgumentError`, which is a TypeError as well; a value out
of range or not known is an `InputError`. Both say what to give instead, in French and in English.
"""

from __future__ import annotations

import math
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.core.matching import nearest
from geo_access.texts import LANGUAGES, Language, render
from geo_access.texts.vocabulary import keep_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def check_number(
    name: str, given: Any, *, least: float | None = None, most: float | None = None, above: float | None = None
) -> None:
    """Refuse what is no number, or one out of range where bounds are given; `above` itself is out of it."""
    if not isinstance(given, Real) or isinstance(given, bool):
        raise ArgumentError("queries.number_wanted", name=name, said=describe(given))
    value = float(given)
    low = (least is not None and value < least) or (above is not None and value <= above)
    bounded = any(bound is not None for bound in (least, most, above))
    if (bounded and math.isnan(value)) or low or (most is not None and value > most):
        bounds = {"gt": above, "ge": least, "le": most}
        ranges: dict[str, Any] = {f"range_{language}": _format_range(bounds, language) for language in LANGUAGES}
        raise InputError("queries.number_outside", name=name, said=f"{value:g}", **ranges)


def check_whole(name: str, given: Any, *, least: int) -> None:
    """Refuse what is no whole number, or one below `least`."""
    check_number(name, given, least=least)
    if float(given) != int(given):
        raise InputError("queries.whole_wanted", name=name, said=f"{given:g}")


def check_choice(name: str, given: Any, known: Iterable[str]) -> None:
    """Refuse what is not one of the words known."""
    words = list(known)
    if given in words:
        return
    near = nearest(given, words) if isinstance(given, str) else None
    code = "queries.choice_wanted" if near is None else "queries.choice_near"
    raise InputError(code, name=name, said=describe(given), known=", ".join(words), near=near or "")


def take_path(name: str, given: Any) -> Path:
    """Return a path as a Path; `ArgumentError` where it is neither text nor a path."""
    if isinstance(given, str) or hasattr(given, "__fspath__"):
        return Path(given)
    raise ArgumentError("queries.path_wanted", name=name, said=describe(given))


def take_language(given: Language | None, default: Language) -> Language:
    """Return the language asked for, with the default's own words, or the default; `InputError` for none of ours."""
    if given is None:
        return default
    check_choice("language", given, LANGUAGES)
    return keep_words(given, default)


def _format_range(bounds: Mapping[str, float | None], language: Language) -> str:
    given = {side: float(bound) for side, bound in bounds.items() if bound is not None}
    said = [render(f"study.hint_{side}", language, bound=bound) for side, bound in given.items()]
    return ", ".join([render("study.hint_number", language), *said])
