"""A matplotlib figure that looks the same whatever style is in force, and shows itself in a notebook."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from matplotlib import style
from matplotlib.figure import Figure

#: On matplotlib's own defaults: its fonts come with it, so that a figure does not depend on the machine.
_STYLE: list[str | dict[str, Any]] = [
    "default",
    {
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "hatch.linewidth": 0.7,
        "svg.hashsalt": "geo_access",
        # A name with dollars is a name, not mathematics.
        "text.parse_math": False,
    },
]
_SCREEN_DPI = 110


def apply_style() -> Any:
    """Return the context in which figures are made and drawn."""
    return style.context(_STYLE)


class PrintFigure(Figure):
    """A figure of a fixed size that pyplot does not know: nothing to close, nothing shown twice."""

    def draw(self, renderer: Any) -> None:
        """Draw in the style in which the figure was made."""
        with apply_style():
            super().draw(renderer)

    def savefig(self, fname: Any, *, transparent: bool | None = None, **kwargs: Any) -> None:
        """Save as `matplotlib.figure.Figure.savefig` does; the same figure gives the same bytes."""
        with apply_style():
            if str(fname).endswith((".svg", ".svgz")) or kwargs.get("format") == "svg":
                kwargs["metadata"] = {"Date": None} | kwargs.get("metadata", {})
            elif str(fname).endswith(".pdf") or kwargs.get("format") == "pdf":
                kwargs["metadata"] = {"CreationDate": None} | kwargs.get("metadata", {})
            super().savefig(fname, transparent=transparent, **kwargs)

    def _repr_png_(self) -> bytes:
        """Show the figure in a notebook."""
        drawn = BytesIO()
        self.savefig(drawn, format="png", dpi=_SCREEN_DPI)
        return drawn.getvalue()
