"""The trade-off of a placement, drawn for print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_access.arguments import take_language
from geo_access.figure_sheet import FAINT, INK, open_sheet, plain, show_shares, style_sheet
from geo_access.formats import format_share
from geo_access.map_layers import STATE_STYLES
from geo_access.placement_words import format_seconds, say_proof, say_question, say_unreachable, says_people
from geo_access.texts import render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_access.placement import Placement
    from geo_access.texts import Language


def plot_placement(placement: Placement, *, language: Language | None = None) -> Figure:
    """Draw what each further place brings, from none to all: residents served, or mean and longest minutes.

    Parameters
    ----------
    placement
        What `place_sites` returns.
    language
        ``fr`` or ``en``; the study's own by default.

    Raises
    ------
    InputError
        When matplotlib is not installed.
    """
    language = take_language(language, placement.language)
    lines = [say_question(placement, language) + ".", say_proof(placement, language)]
    lines += [say_unreachable(placement, language), render("place.hypothesis", language)]
    with style_sheet():
        sheet = open_sheet(placement.before, "place.figure_title", lines, language, drawing=3.6)
        axes = sheet.place(0.09, 0.96, below=0.45, above=0.1)
        counts = placement.curve["count"].to_numpy(np.int64)
        if says_people(placement):
            _draw_shares(axes, placement, language)
        else:
            _draw_minutes(axes, placement, language)
        axes.set_xticks(counts[:: max(-(-len(counts) // 20), 1)])
        axes.tick_params(axis="x", labelsize=7.4)
        axes.set_xlim(-0.3, float(counts[-1]) + 0.3)
        axes.grid(axis="y", color="#dfe3e6", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel(render("place.axis_count", language), size=7.8, color=FAINT)
    return sheet.figure  # type: ignore[no-any-return]  # a PrintFigure is a Figure


def _draw_shares(axes: Axes, placement: Placement, language: Language) -> None:
    curve = placement.curve
    axes.plot(curve["count"], curve["share"], marker="o", color=STATE_STYLES["pole"]["fill"], linewidth=1.8)
    every = max(-(-len(curve) // 12), 1)
    for count, share in list(zip(curve["count"], curve["share"], strict=True))[::every]:
        axes.annotate(
            plain(format_share(share, language)), (count, share), xytext=(0, -13), textcoords="offset points",
            size=7, ha="center", color=INK,
        )  # fmt: skip
    show_shares(axes, "y", language)
    axes.set_ylabel(render("place.axis_share", language), size=7.8, color=FAINT)


def _draw_minutes(axes: Axes, placement: Placement, language: Language) -> None:
    curve = placement.curve
    for name, code, colour in (("mean_s", "place.line_mean", "#134f86"), ("worst_s", "place.line_worst", "#9c3d0a")):
        minutes = curve[name].to_numpy(np.float64) / 60
        axes.plot(curve["count"], minutes, marker="o", color=colour, linewidth=1.8, label=render(code, language))
        for row in (0, len(curve) - 1):
            axes.annotate(
                format_seconds(float(curve[name].iloc[row]), language), (curve["count"].iloc[row], minutes[row]),
                xytext=(0, 6), textcoords="offset points", size=7, ha="left" if row == 0 else "right", color=colour,
            )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.tick_params(axis="y", labelsize=7.4)
    axes.set_ylabel(render("place.axis_minutes", language), size=7.8, color=FAINT)
    axes.legend(loc="center right", frameon=False, fontsize=7.4)
