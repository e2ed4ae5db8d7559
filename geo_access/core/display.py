"""What results show of themselves when they are printed: what they are, the figure, and how long their tables are."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from geo_access.core.copies import list_state
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 60
#: Kind of result, and "plot" or "explore" behind a point -> "module:function" that draws it so; the kind alone is what
#: a notebook shows. The package's face fills it: results import nothing above them.
_DRAWERS: dict[str, str] = {}


def hand_drawers(drawers: Mapping[str, str]) -> None:
    """Say who draws which kind of result: the name of its class, and "module:function", loaded when first asked."""
    _DRAWERS.update(drawers)


def draw(result: object, *options: Any, way: str = "", **named: Any) -> Any:
    """Return what the drawer of this kind of result makes of it, ``plot``, ``explore``; see `hand_drawers`."""
    module, _, function = _DRAWERS[type(result).__name__ + (f".{way}" if way else "")].partition(":")
    return getattr(import_module(module), function)(result, *options, **named)


class Shown:
    """A result that shows itself in short: never its tables, only how many rows each has."""

    __slots__ = ()

    def _headline(self) -> str:
        """Say of what it is the result, and the figure that matters; "" where there is none."""
        return ""

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what was worked out since: copies and pickles are alike before and after use."""
        return list_state(self)

    def __repr__(self) -> str:
        head = ": ".join(filter(None, [type(self).__name__, show_controls(self._headline())]))
        held = getattr(self, "__dict__", {})
        tables = [f"{name} {len(value):,}" for name, value in held.items() if hasattr(value, "iloc")]
        return f"<{head}>" if not tables else f"<{head}; rows: {', '.join(tables)}>"


def describe(given: object) -> str:
    """Show what was given, briefly: the value where it is short, else its kind."""
    said = repr(given)
    return said if len(said) <= _LONGEST and not said.startswith("<") else type(given).__name__


def percent(share: float | None) -> str:
    """Show a share ("77.1%"); "-" where there is none."""
    return "-" if share is None or share != share else f"{share:.1%}"
