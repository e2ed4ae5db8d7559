"""A comparison for print: who gains and who loses, on a map."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from geo_access.core.arguments import take_language
from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError
from geo_access.core.formats import format_count
from geo_access.report.comparison.layers import class_changes
from geo_access.report.comparison.words import format_net, tally, title_sides
from geo_access.report.figures.map import HATCHES, LEGEND_HEIGHT, draw_class, open_map
from geo_access.report.figures.sheet import LEFT, format_measure, style_sheet
from geo_access.report.palette import CHANGE_STYLES
from geo_access.texts import render

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from geo_access.analysis.comparison import Comparison
    from geo_access.report.figures.sheet import Sheet
    from geo_access.texts import Language


def plot_comparison(comparison: Comparison, *, language: Language | None = None) -> Figure:
    """Draw who gains and who loses, on the communes, SST and sites of AFTER.

    Parameters
    ----------
    comparison
        What `compare` returns.
    language
        ``fr`` or ``en``; the study's own by default.

    Raises
    ------
    InputError
        When matplotlib is not installed.
    """
    if not hasattr(comparison, "before") or not hasattr(comparison, "communes"):
        raise ArgumentError("queries.comparison_wanted", said=describe(comparison))
    language = take_language(language, comparison.language)
    sides = " → ".join(title_sides(comparison, language))
    lines = [format_net(comparison, tally(comparison), language), sides, *format_measure(comparison.after, language)]
    cells, classes = comparison.residents, class_changes(comparison)
    with style_sheet(), open_map(comparison.after, "compare.change_heading", lines, language) as (sheet, axes):
        for name, style in reversed(list(CHANGE_STYLES.items())):
            draw_class(axes, cells.geometry[classes == name], name, style)
        _draw_legend(sheet, cells, classes, language)
    return sheet.figure  # type: ignore[no-any-return]  # a PrintFigure is a Figure


def _draw_legend(sheet: Sheet, cells: gpd.GeoDataFrame, classes: NDArray[np.object_], language: Language) -> None:
    from matplotlib.patches import Patch

    weight = cells["weight"].to_numpy(np.float64)
    shown = []
    for name, style in CHANGE_STYLES.items():
        if name == "empty":
            said = render("results.state_empty", language)
        else:
            people = format_count(float(weight[classes == name].sum()), language)
            change = render(f"compare.change_{name}", language)
            said = render("figures.legend_change", language, change=change, people=people)
        edge = style.get("lines", style["fill"])
        hatch = HATCHES.get(name)
        label = textwrap.fill(said, 58)
        shown.append(Patch(facecolor=style["fill"], edgecolor=edge, hatch=hatch, linewidth=0, label=label))
    sheet.figure.legend(
        handles=shown,
        loc="upper left",
        bbox_to_anchor=(LEFT, sheet.height_of(LEGEND_HEIGHT - 0.12)),
        frameon=False,
        fontsize=7.4,
        handlelength=2.6,
        handleheight=1.5,
        labelspacing=0.7,
        borderaxespad=0,
    )
