"""The sheet that a figure for print stands on: its title, what is measured, its sources, its style."""

from __future__ import annotations

import textwrap
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.core.errors import InputError
from geo_access.core.formats import format_threshold
from geo_access.report.palette import INK, SOFT
from geo_access.report.sentences import capitalise, format_departures, format_promise, format_walking
from geo_access.texts import render
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

WIDTH = 8.27  # inches, as A4
LEFT = 0.04


@dataclass(frozen=True)
class Sheet:
    """An open figure: its title and its foot are written, the drawing goes in between."""

    figure: Any
    top: float
    bottom: float

    def place(self, left: float, right: float, *, below: float = 0, above: float = 0) -> Axes:
        """Add axes: `left` and `right` as parts of the width, `below` and `above` free of them (inches)."""
        height = float(self.figure.get_figheight())
        low, high = (self.bottom + below) / height, (height - self.top - above) / height
        axes: Axes = self.figure.add_axes((left, low, right - left, high - low))
        return axes

    def height_of(self, inches: float) -> float:
        """Return a height above the foot as a part of the figure's."""
        return (self.bottom + inches) / float(self.figure.get_figheight())


def open_sheet(coverage: Coverage, code: str, lines: list[str], language: Language, *, drawing: float) -> Sheet:
    """Write the title, what is measured and the sources around a drawing of a given height (inches)."""
    try:
        from geo_access.report.figures.print_figure import PrintFigure
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "matplotlib":
            raise
        raise InputError("figures.matplotlib_missing") from error
    said = [part for line in lines for part in textwrap.wrap(line, 132)]
    sources = [plain(source) for source in coverage.summary.get("sources", ())]
    foot = render("results.theoretical", language)
    if sources:
        foot += " " + render("figures.sources", language, sources="\u00a0; ".join(sources))
    notes = textwrap.wrap(foot, 158)
    top, bottom = 0.9 + 0.155 * len(said), 0.24 + 0.125 * len(notes)
    height = top + drawing + bottom
    figure = PrintFigure(figsize=(WIDTH, height), facecolor="white")
    figure.text(LEFT, 1 - 0.2 / height, render(code, language), size=14, weight="bold", color=INK, va="top")
    study = textwrap.shorten(plain(coverage.summary["study"]), 100, placeholder="\u00a0…")
    figure.text(LEFT, 1 - 0.49 / height, study, size=10.5, color=INK, va="top")
    told = "\n".join(said)
    figure.text(LEFT, 1 - 0.76 / height, told, size=7.6, color=SOFT, va="top", linespacing=1.35)
    closing = "\n".join(notes)
    figure.text(LEFT, 0.12 / height, closing, size=6.6, color=SOFT, va="bottom", linespacing=1.3)
    return Sheet(figure, top, bottom)


def style_sheet() -> Any:
    """Return the context to draw in; without matplotlib `open_sheet` is left to say so."""
    try:
        from geo_access.report.figures.print_figure import apply_style
    except ModuleNotFoundError:
        return nullcontext()
    return apply_style()


def format_measure(coverage: Coverage, language: Language) -> list[str]:
    """Say the promise, the departures and the walking, a line each."""
    summary = coverage.summary
    walking = format_walking(summary, language).replace(" km/h", "\u00a0km/h")
    return [capitalise(format_promise(summary, language)) + ".", f"{format_departures(summary, language)}. {walking}."]


def plain(text: object) -> str:
    """Write a name on one line as a figure shows it; figures are drawn in a style that reads no mathematics."""
    return show_controls(str(text))


def show_shares(axes: Axes, axis: str, language: Language) -> None:
    """Let an axis run from nobody to everybody."""
    ticks = np.arange(0, 1.01, 0.2)
    labels = [format_threshold(round(float(tick), 2), language) for tick in ticks]
    if axis == "x":
        axes.set_xlim(0, 1)
        axes.set_xticks(ticks, labels, size=7.4)
    else:
        axes.set_ylim(0, 1)
        axes.set_yticks(ticks, labels, size=7.4)
