"""Words as people type them: compared without case or accents; the nearest known word for a slip."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ALIKE = 0.6
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})


def fold(text: str) -> str:
    """Reduce `text` to lower-case ASCII words parted by one space ("Pôle_social " -> "pole social")."""
    parts = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    plain = "".join(one for one in parts if not unicodedata.combining(one))
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


def find_named(asked: str, ids: Sequence[str], names: Sequence[str]) -> list[int]:
    """Find what a word names: by its id, else its name, else without case and accents, else by how the name begins.

    Parameters
    ----------
    asked
        "pole-12", "Pôle social de Châtillon (2e étage)", "pole social de chatillon".
    ids, names
        Of the things that may be meant, in one order.

    Returns
    -------
    list of int
        Their positions: empty where nothing is called so, several where the word is not enough.
    """
    plain = fold(asked)
    folded = [fold(name) for name in names]
    for mine in (
        [one == asked for one in ids],
        [name == asked for name in names],
        [bool(plain) and plain in (name, fold(one)) for one, name in zip(ids, folded, strict=True)],
        [bool(plain) and name.startswith(plain) for name in folded],
    ):
        found = [at for at, is_it in enumerate(mine) if is_it]
        if found:
            return found
    return []


def compose(text: str) -> str:
    """Return a text in the composed form of Unicode (NFC): "é" is one sign, however a system or a program wrote it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known word most like `word`, or None when nothing comes near."""
    by_fold: dict[str, str] = {}
    for one in known:
        by_fold.setdefault(fold(one), one)
    found = difflib.get_close_matches(fold(word), list(by_fold), n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else None


def nearest_ones(word: str, known: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return the known words most like `word`, the likest first: those that hold all its words first of all."""
    asked = fold(word)
    scores: dict[str, float] = {}
    for one in known:
        said = fold(one)
        # A slip may lie in the beginning of a long name.
        begun = said[: len(asked) + 1]
        alike = max(difflib.SequenceMatcher(None, asked, one).ratio() for one in (said, begun))
        held = bool(asked) and set(asked.split()) <= set(said.split())
        if held or alike >= _ALIKE:
            scores.setdefault(one, alike + held + (held and said.startswith(asked)))
    return sorted(scores, key=lambda one: -scores[one])[:limit]


def listed(values: Iterable[object], *, limit: int = 5) -> str:
    """Join the first `limit` values for a message; "…" stands for the rest."""
    every = [str(value) for value in values]
    return ", ".join(every[:limit]) + (", …" if len(every) > limit else "")
