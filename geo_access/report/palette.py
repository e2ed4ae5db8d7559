"""The colours, patterns and symbols of all pages and figures: one thing looks the same wherever it is shown.

A style is a dict: `fill`, a colour; `lines`, `step`, `width` (and `cross`) of a hatch, for colour alone must never
tell; `token`, where pages take the colour of that name from `templates/theme.css`, which has another one for the dark.
Strokes of outlines name theirs in the same way. Colours of one table stay apart for eyes that see no red, green or
blue (`tests/report/test_palette.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from geo_access.texts.vocabulary import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_access.core.findings import Level
    from geo_access.texts import Language
    from geo_access.texts.vocabulary import Words

#: Words, and words of less weight; lines of a grid, and land without a cell.
INK, SOFT, GRID, GROUND = "#1b1f24", "#5b636c", "#dfe3e6", "#f1f1ec"
#: Words on the darkest of shades; what sets a mark apart from what lies below it.
ON_DARK = RIM = "#ffffff"
#: Of findings, by how grave they are.
LEVELS: Mapping[Level, str] = {"error": "#8f1d14", "warning": "#b35c00", "info": "#2a6ca8"}
#: Outlines: of communes, of SST or another zoning, and of communes where zones are what is shown.
COMMUNE, BORDER, FAINT = "#333a42", "#14181d", "#8a929b"
#: Good news, bad news, and what is uncertain, in curves and marks.
GOOD, BAD, UNSURE = "#134f86", "#9c3d0a", "#b98300"

# Residents

#: The states of a resident whom the promise holds for.
SERVED = ("pole", "antenna")
STATES = ("pole", "antenna", "beyond", "unsnapped", "empty")
#: Nobody lives there; and what is neither good nor bad.
EMPTY: Mapping[str, Any] = {"fill": "#d9dbdd", "token": "empty"}
MIDDLE: Mapping[str, Any] = {"fill": "#fdeab0", "token": "middle"}
_LITTLE_WORSE = {"fill": "#f4ab78", "lines": "#b4531a", "step": 8, "width": 1.0}
_MUCH_WORSE = {"fill": "#b4531a", "lines": "#ffe3cf", "step": 6, "width": 1.4}
_CROSSED = {"lines": "#ffffff", "step": 8, "width": 1.0, "cross": True}
#: Blues are served, and differ in grey as well.
STATE_STYLES: Mapping[str, Mapping[str, Any]] = {
    "pole": {"fill": "#2a6ca8"},
    "antenna": {"fill": "#9ccbe8"},
    "beyond": {"fill": "#e8762c", "lines": "#fff3e6", "step": 6, "width": 1.4},
    "unsnapped": {"fill": "#8b8f94", "lines": "#ffffff", "step": 7, "width": 1.1, "cross": True},
    "empty": EMPTY,
}
#: From good to bad: two classes that keep the promise, three that do not; the last is of nobody.
CLASS_STYLES: Sequence[Mapping[str, Any]] = (
    STATE_STYLES["pole"],
    STATE_STYLES["antenna"],
    MIDDLE,
    _LITTLE_WORSE,
    _MUCH_WORSE,
    EMPTY,
)
NO_CLASS = len(CLASS_STYLES) - 1
#: The classes within the promise, and those beyond it.
WITHIN, AFTER = CLASS_STYLES[:2], CLASS_STYLES[2:5]
#: Of one place: who reaches it alone, who reaches others too, everybody else.
REACH_STYLES: Mapping[str, Mapping[str, Any]] = {
    "only": STATE_STYLES["pole"],
    "shared": {"fill": "#9ccbe8", "lines": "#4b86b4", "step": 7, "width": 1.0},
    "none": MIDDLE,
    "empty": EMPTY,
}

# Changes

#: Gains are dark, losses are hatched, the rest is pale: told apart without colour, and on a grey copy.
CHANGE_STYLES: Mapping[str, Mapping[str, Any]] = {
    "gained": {"fill": GOOD},
    "lost": {"fill": "#f08a3c", "lines": "#4a1a00", "step": 5, "width": 1.5},
    "kept": {"fill": "#a5cdec"},
    "never": {"fill": "#b8b2aa", **_CROSSED},
    "empty": EMPTY,
}
NET_STYLES: Mapping[str, Mapping[str, Any]] = {
    "much_more": {"fill": GOOD},
    "little_more": STATE_STYLES["antenna"],
    "steady": MIDDLE,
    "little_fewer": _LITTLE_WORSE,
    "much_fewer": _MUCH_WORSE,
    "unknown": EMPTY,
}
MINUTES_STYLES: Mapping[str, Mapping[str, Any]] = {
    "reached_now": {"fill": GOOD, "lines": "#bfe0f5", "step": 7, "width": 1.2},
    "much_quicker": {"fill": GOOD},
    "quicker": STATE_STYLES["antenna"],
    "same": MIDDLE,
    "slower": _LITTLE_WORSE,
    "much_slower": _MUCH_WORSE,
    "unreached_now": {"fill": "#4a1a00", "lines": "#f4b183", "step": 7, "width": 1.2, "cross": True},
    "none": {"fill": "#b8b2aa", **_CROSSED},
    "empty": EMPTY,
}

#: What holds under every assumption, under some, under none; and communes without residents.
SURE_STYLES: Mapping[str, Mapping[str, Any]] = {
    "holds": STATE_STYLES["pole"],
    "fragile": {"fill": "#fdeab0", "lines": "#8a5a00", "step": 8, "width": 1.3},
    "fails": {"fill": "#e8762c", "lines": "#5c1a00", "step": 8, "width": 1.0, "cross": True},
    "no residents": EMPTY,
}

# Zones and densities

#: Pale, so that dark names and borders stand out on them; see `choose_fills` of `zone_colours`.
#: Pages take them by `ZONE_TONES`, which are dark in the dark.
ZONE_FILLS = ("#b3d8ed", "#f9eeb0", "#e5ae88", "#b6b6c7", "#cff3f6", "#f1cca8")
#: From few to many.
SHADES = ("#f3f5f7", "#d0e2f2", "#9ccbe8", "#5b9bd0", "#1c4f80")
ZONE_TONES = tuple(f"var(--zone-{number})" for number in range(len(ZONE_FILLS)))
#: Who has nothing in reach, beside shades.
OUT_OF_REACH: Mapping[str, Any] = _LITTLE_WORSE
#: How often a caravan comes, and to whom: lines tell apart what colour alone would not.
VISIT_STYLES: Mapping[str, Mapping[str, Any]] = {
    "never_served": EMPTY,
    "never_beyond": {"fill": "#f2a36f", "lines": BORDER, "width": 2.6},
    "once": {"fill": SHADES[1]},
    "twice_met": {"fill": SHADES[2], "lines": BORDER, "width": 1.2},
    "few": {"fill": SHADES[3], "lines": BORDER, "width": 1.4},
    "many": {"fill": SHADES[4]},
    "never_tied": {"fill": "#8b8f94", "lines": BORDER, "width": 1.2},
}

#: Of the parts of a journey (`journeys.PARTS`) on paper, with a hatch each.
PART_STYLES: Mapping[str, tuple[str, str]] = {
    "access": ("#9ccbe8", "//"),
    "wait": ("#f2c48d", ".."),
    "ride": ("#2a6ca8", ""),
    "change": ("#b79bd0", "xx"),
    "egress": ("#d0e2f2", "\\\\"),
    "walk": ("#e3ecd8", "--"),
}
#: Rides of one journey, in turn; pages have lighter ones in the dark.
RIDE_STROKES = tuple(f"var(--ride-{number})" for number in range(5))
#: Curves of people by income and by priority area, beside that of all in ink.
INCOME, PRIORITY = "#a3145d", "#1d5fa8"

# Outlines

#: Strokes, the lowest first: the pale one below sets a line apart from what it crosses.
HALO: Mapping[str, Any] = {"color": "var(--halo)", "weight": 5, "opacity": 0.9}
SST_LINES: Sequence[Mapping[str, Any]] = (HALO, {"color": "var(--border)", "weight": 2.4, "opacity": 1})
OLD_LINES: Sequence[Mapping[str, Any]] = (
    HALO,
    {"color": "var(--old)", "weight": 2.4, "opacity": 1, "dashArray": "3 5"},
)
COMMUNE_LINES: Sequence[Mapping[str, Any]] = (
    {"color": "var(--halo)", "weight": 2.6, "opacity": 0.85},
    {"color": "var(--outline)", "weight": 0.9, "opacity": 1},
)
AREA_LINES: Sequence[Mapping[str, Any]] = (
    {"color": "var(--halo)", "weight": 4.5, "opacity": 0.9},
    {"color": "var(--area)", "weight": 2.4, "opacity": 1, "dashArray": "7 4"},
)

# Places


@dataclass(frozen=True)
class Symbol:
    """How a kind of place is drawn: an outline in a box of 24 by 24, a colour, a size in pixels."""

    path: str
    colour: str
    size: int
    mark: str = ""


SYMBOLS: Mapping[str, Symbol] = {
    "pole": Symbol("M3 3h18v18H3z", "#14181d", 24, "M9.2 17.5v-11h4a3.3 3.3 0 0 1 0 6.6h-4"),
    "antenna": Symbol("M12 2.5 22.5 21h-21z", "#6a1b9a", 21),
    "annex": Symbol("M12 1.5 22.5 12 12 22.5 1.5 12z", "#00695c", 20),
    "pmi": Symbol("M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19z", "#b0145f", 16),
    "permanence": Symbol("M8.5 2.5h7v6h6v7h-6v6h-7v-6h-6v-7h6z", "#1a6b2f", 18),
    "mobile_stop": Symbol("M12 2 22 9.3 18.2 21H5.8L2 9.3z", "#7a4a1e", 19),
    "partner": Symbol(
        "M5 2.5 12 8.6 19 2.5 21.5 5 15.4 12l6.1 7L19 21.5 12 15.4 5 21.5 2.5 19l6.1-7-6.1-7z", "#4a525c", 15
    ),
}


#: What a study may draw its kinds as: an outline each.
SHAPES: Mapping[str, str] = {
    name: SYMBOLS[kind].path
    for name, kind in {
        "square": "pole",
        "triangle": "antenna",
        "diamond": "annex",
        "circle": "pmi",
        "plus": "permanence",
        "pentagon": "mobile_stop",
        "cross": "partner",
    }.items()
}


def find_tone(style: Mapping[str, Any]) -> str:
    """Return the colour that a page draws a style in: by its name where the dark has another one."""
    return f"var(--{style['token']})" if "token" in style else str(style["fill"])


def find_symbol(kind: str, language: Language) -> Symbol:
    """Return how a kind is drawn: as the study says, whose words the language carries, else as ever."""
    words = words_of(language)
    return SYMBOLS[kind] if words is None else _draw_own(words)[kind]


@cache
def _draw_own(words: Words) -> dict[str, Symbol]:
    """Give each kind its shape and colour; a shape that the study takes for one is nobody else's."""
    stated = {kind: (SHAPES.get(shape), colour) for kind, shape, colour in words.signs}
    taken = {path for path, _ in stated.values() if path is not None}
    free = [path for path in SHAPES.values() if path not in taken]
    drawn = {}
    for kind, symbol in SYMBOLS.items():
        path, colour = stated.get(kind, (None, ""))
        if path is None:
            path = symbol.path if symbol.path in free else free[0]
            free.remove(path)
        # The letter on a pole's square stands for its name.
        drawn[kind] = Symbol(path, colour or symbol.colour, symbol.size)
    return drawn
