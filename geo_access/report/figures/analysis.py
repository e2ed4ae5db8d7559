"""Figures for print of what redrawing the map answers: explanations, zonings, the caravan, robustness, fairness.

Each function takes a result and returns a `matplotlib.figure.Figure`, as those of `figures` do. What a colour says, a
hatch, a dash or a word says too.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.core.arguments import take_language
from geo_access.core.formats import format_count, format_date, format_minutes, format_share, is_missing, shorten_count
from geo_access.report.figures.map import draw_scale, draw_sites, write_names
from geo_access.report.figures.sheet import LEFT, WIDTH, Sheet, open_sheet, plain, show_shares, style_sheet
from geo_access.report.pages.caravan import format_lead
from geo_access.report.pages.caravan import format_title as say_caravan
from geo_access.report.pages.explanation_words import format_averaged, format_cause
from geo_access.report.pages.explanation_words import format_title as say_commune
from geo_access.report.pages.fairness import MEASURES, list_tables
from geo_access.report.pages.fairness import format_title as say_fairness
from geo_access.report.pages.placement_words import format_proof as say_placement_proof
from geo_access.report.pages.placement_words import format_question, format_seconds, format_unreachable, says_people
from geo_access.report.pages.redrawing import format_proof
from geo_access.report.pages.redrawing import format_title as say_zoning
from geo_access.report.pages.robustness import format_answer, format_summary
from geo_access.report.palette import (
    BAD,
    BORDER,
    FAINT,
    GOOD,
    GRID,
    INCOME,
    INK,
    PART_STYLES,
    PRIORITY,
    SHADES,
    SOFT,
    STATE_STYLES,
    UNSURE,
    ZONE_FILLS,
    find_symbol,
)
from geo_access.report.sentences import capitalise
from geo_access.report.zone_colours import choose_fills
from geo_access.texts import render
from geo_access.verdict.coverage import take_coverage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_access.analysis.caravan import Caravan
    from geo_access.analysis.explanation import Explanation
    from geo_access.analysis.fairness import Fairness
    from geo_access.analysis.placement.placement import Placement
    from geo_access.analysis.redrawing import Redrawing
    from geo_access.analysis.robustness import Robustness
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

_ANSWERS = {"holds": (STATE_STYLES["pole"]["fill"], "o"), "fragile": (UNSURE, "D"), "fails": (BAD, "X")}
_CURVES: dict[str, tuple[str, Any]] = {
    "lorenz": (INK, "-"),
    "income": (INCOME, (0, (6, 3))),
    "priority": (PRIORITY, (0, (2, 3))),
}
_BEYOND_FACE = 0.45


# Why


def plot_explanation(coverage: Coverage, explanation: Explanation, *, language: Language | None = None) -> Figure:
    """Draw where a commune's minutes go, and how many residents each "if" would serve.

    Parameters
    ----------
    coverage
        What was explained.
    explanation
        What `explain_commune` returns.
    language
        ``fr`` or ``en``; the study's own by default.

    Raises
    ------
    InputError
        When matplotlib is not installed.
    """
    language = take_language(language, take_coverage(coverage).language)
    causes = explanation.causes
    lines = [say_commune(explanation, language) + ".", format_averaged(explanation, language)]
    lines.append(render("explain.hypothesis", language))
    with style_sheet():
        high = 0.42 * (len(causes) + 1)
        sheet = open_sheet(coverage, "figures.explanation_title", lines, language, drawing=high + 3.6)
        _draw_parts(sheet, explanation, language, below=high + 1.6)
        _draw_causes(sheet, explanation, language, above=2.55)
    return sheet.figure  # type: ignore[no-any-return]  # a PrintFigure is a Figure


def _draw_parts(sheet: Sheet, explanation: Explanation, language: Language, *, below: float) -> None:
    axes = sheet.place(0.23, 0.96, below=below, above=0.3)
    rows = (("mean_s", "figures.explanation_all"), ("mean_beyond_s", "figures.explanation_beyond"))
    left = np.zeros(len(rows))
    for part in explanation.parts.to_dict("records"):
        minutes = np.array([0.0 if is_missing(part[column]) else part[column] / 60 for column, _ in rows])
        if not minutes.any():
            continue
        face, hatch = PART_STYLES[part["part"]]
        label = render(f"explain.{part['part']}", language)
        axes.barh([0, 1], minutes, left=left, height=0.62, color=face, hatch=hatch, edgecolor="white", label=label)
        left = left + minutes
    for row, total in enumerate(left):
        said = format_minutes(total, language) if total else render("figures.explanation_nobody", language)
        axes.text(total, row, f" {said}", size=7.4, va="center", color=INK)
    axes.set_yticks([0, 1], [render(code, language) for _, code in rows], size=7.6)
    axes.set_ylim(1.5, -0.5)
    longest = max(1.15 * float(left.max()), 1)
    axes.set_xlim(0, longest)
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= longest])
    axes.tick_params(axis="x", labelsize=7.4)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(render("figures.explanation_minutes", language), size=7.6, color=SOFT)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.25, 1.0), ncols=6, frameon=False, fontsize=7.2, borderaxespad=0)


def _draw_causes(sheet: Sheet, explanation: Explanation, language: Language, *, above: float) -> None:
    axes = sheet.place(0.42, 0.86, below=0.5, above=above)
    today = explanation.share
    names = [render("figures.explanation_today", language)]
    axes.barh([0], [today], height=0.6, color=STATE_STYLES["pole"]["fill"])
    axes.text(today, 0, f" {format_share(today, language)}", size=7.4, va="center", color=INK)
    for row, cause in enumerate(explanation.causes.to_dict("records"), start=1):
        share = float(cause["share"])
        names.append(render("figures.explanation_if", language, cause=format_cause(explanation, cause, language)))
        axes.barh([row], [min(today, share)], height=0.6, color=STATE_STYLES["pole"]["fill"], alpha=_BEYOND_FACE)
        axes.barh([row], [share - today], left=today, height=0.6, color=SHADES[1], hatch="//", edgecolor=GOOD)
        people = format_count(cause["gained"], language)
        said = render("figures.explanation_gain", language, share=format_share(share, language), people=people)
        axes.text(max(share, today), row, f" {said}", size=7.4, va="center", color=INK)
    axes.set_yticks(range(len(names)), [_wrap(name, 46) for name in names], size=7.2)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    show_shares(axes, "x", language)
    axes.set_xlabel(render("figures.explanation_served", language), size=7.6, color=SOFT)


def _wrap(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(plain(text), width))


# Redrawn


def plot_redrawing(coverage: Coverage, redrawing: Redrawing, *, language: Language | None = None) -> Figure:
    """Draw the SST found: their communes, the poles that serve them, and the communes that move.

    Parameters
    ----------
    coverage
        The study judged (its sites and its name).
    redrawing
        What `redraw_sst` returns.
    language
        As for `plot_explanation`.
    """
    language = take_language(language, take_coverage(coverage).language)
    sst, communes = redrawing.sst, redrawing.communes
    west, south, east, north = communes.total_bounds
    shape = min(max(float((north - south) / (east - west)), 0.5), 1.0)
    lines = [say_zoning(redrawing, language) + ".", format_proof(redrawing, language)]
    lines.append(render("redraw.hypothesis", language))
    width = 0.92
    with style_sheet():
        sheet = open_sheet(coverage, "figures.redrawing_title", lines, language, drawing=shape * width * WIDTH + 0.6)
        axes = sheet.place(LEFT, LEFT + width, below=0.6)
        axes.set_axis_off()
        for shade, outline in zip(choose_fills(sst.geometry), sst.geometry, strict=True):
            type(sst.geometry)([outline], crs=sst.crs).plot(ax=axes, color=ZONE_FILLS[shade], zorder=1)
        moved = communes[communes["moves"].to_numpy(bool)]
        if len(moved):
            moved.plot(ax=axes, facecolor="none", edgecolor=BORDER, hatch="///", linewidth=0, alpha=0.35, zorder=2)
        communes.boundary.plot(ax=axes, color=FAINT, linewidth=0.6, zorder=3)
        sst.boundary.plot(ax=axes, color=BORDER, linewidth=1.8, zorder=4)
        serving = coverage.sites[(coverage.sites["kind"] == "pole").to_numpy(bool)]
        draw_sites(axes, serving, language)
        width_m = max(float(east - west), float(north - south) / shape)
        write_names(axes, coverage, width_m / (width * WIDTH * 72))
        margin = 0.02 * max(east - west, north - south)
        axes.set_xlim(west - margin, east + margin)
        axes.set_ylim(south - margin, north + margin)
        axes.set_aspect("equal", adjustable="box")
        draw_scale(axes, float(east - west))
        _draw_zoning_legend(sheet, language, moves=bool(len(moved)))
    return sheet.figure  # type: ignore[no-any-return]


def _draw_zoning_legend(sheet: Sheet, language: Language, *, moves: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    shown: list[Any] = [
        Line2D([], [], color=BORDER, linewidth=1.8, label=render("figures.redrawing_sst", language)),
        Line2D([], [], color=FAINT, linewidth=0.6, label=render("figures.legend_commune", language)),
        Line2D([], [], marker="s", linestyle="none", color=find_symbol("pole", language).colour,
               label=render("figures.redrawing_pole", language)),
    ]  # fmt: skip
    if moves:
        said = render("figures.redrawing_moves", language)
        shown.append(Patch(facecolor="none", edgecolor=FAINT, hatch="///", label=said))
    where = (LEFT, sheet.height_of(0.45))
    sheet.figure.legend(
        handles=shown, loc="upper left", bbox_to_anchor=where, ncols=2, frameon=False, fontsize=7.4, borderaxespad=0
    )


# The caravan


def plot_caravan(coverage: Coverage, caravan: Caravan, *, language: Language | None = None) -> Figure:
    """Draw the season as a calendar: a row a month, each day's residents within reach.

    Parameters
    ----------
    coverage
        The study judged.
    caravan
        What `caravan_reach` returns.
    language
        As for `plot_explanation`.
    """
    from matplotlib.colors import ListedColormap

    language = take_language(language, take_coverage(coverage).language)
    days = caravan.calendar
    busy = sorted({(day.year, day.month) for day in days.loc[days["stops"] > 0, "date"]})
    place = {month: row for row, month in enumerate(busy)}
    reached = np.full((max(len(busy), 1), 31), np.nan)
    stands = np.zeros_like(reached, bool)
    for one in days.to_dict("records"):
        row = place.get((one["date"].year, one["date"].month))
        if row is not None:
            reached[row, one["date"].day - 1] = one["residents"]
            stands[row, one["date"].day - 1] = one["stops"] > 0
    lines = [say_caravan(caravan, language) + ".", *map(capitalise, format_lead(caravan, language))]
    with style_sheet():
        sheet = open_sheet(coverage, "figures.caravan_title", lines, language, drawing=0.75 + 0.36 * max(len(busy), 1))
        axes = sheet.place(0.14, 0.96, below=0.35, above=0.1)
        shades = ListedColormap(list(SHADES))
        most = float(np.nanmax(reached)) if stands.any() else 1.0
        share = np.where(np.nan_to_num(reached) > 0, np.nan_to_num(reached) / max(most, 1.0), 0.0)
        level = np.where(share > 0, 1 + np.minimum(3, (4 * share).astype(int)), 0).astype(float)
        level[np.isnan(reached)] = np.nan
        axes.pcolormesh(np.arange(32), np.arange(len(reached) + 1), level, cmap=shades, vmin=0, vmax=4.999,
                        edgecolors="white", linewidth=1)  # fmt: skip
        for row, column in np.argwhere(stands):
            ink = "white" if level[row, column] == 4 else INK
            said = shorten_count(reached[row, column], language)
            axes.text(column + 0.5, row + 0.5, said, size=5.6, ha="center", va="center", color=ink)
        axes.set_xticks(np.arange(31) + 0.5, [str(day) for day in range(1, 32)], size=6.4)
        months = [format_date(dt.date(year, month, 2), language).partition("\u00a0")[2] for year, month in busy]
        axes.set_yticks(np.arange(len(busy)) + 0.5, months, size=7.4)
        axes.tick_params(length=0)
        axes.set_ylim(len(reached), 0)
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.set_xlabel(render("figures.caravan_note", language), size=7.4, color=SOFT)
    return sheet.figure  # type: ignore[no-any-return]


# How sure


def plot_robustness(robustness: Robustness, *, language: Language | None = None) -> Figure:
    """Draw each commune's share of residents served: as it stands, and its range over all runs; the lowest first.

    Parameters
    ----------
    robustness
        What `check_robustness` returns.
    language
        As for `plot_explanation`.
    """
    coverage = robustness.base
    language = take_language(language, take_coverage(coverage).language)
    table = robustness.communes.drop(columns="geometry")
    table = table[table["answer"].isin(list(_ANSWERS))]
    order = np.lexsort((table["insee"].astype(str), table["share"], table["share_low"]))
    table = table.iloc[order]
    with style_sheet():
        lines = format_summary(robustness, language)
        sheet = open_sheet(
            coverage, "figures.robustness_title", lines, language, drawing=1.2 + 0.215 * max(len(table), 1)
        )
        axes = sheet.place(0.24, 0.94, below=0.85)
        _draw_ranges(axes, table.to_dict("records"))
        axes.set_yticks(np.arange(len(table)), [plain(name) for name in table["name"]], size=7.4)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(max(len(table), 1) - 0.4, -0.6)
        show_shares(axes, "x", language)
        axes.set_xlim(-0.01, 1.01)
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.axvline(float(coverage.summary["target"]["required_share"]), color=INK, linewidth=0.9)
        axes.set_xlabel(render("figures.robustness_axis", language), size=7.6, color=SOFT)
        _draw_answers(sheet, set(table["answer"]), language)
    return sheet.figure  # type: ignore[no-any-return]


def _draw_ranges(axes: Axes, rows: Sequence[Mapping[Any, Any]]) -> None:
    for place, row in enumerate(rows):
        colour, marker = _ANSWERS[row["answer"]]
        axes.plot([row["share_low"], row["share_high"]], [place, place], color=colour, linewidth=3.2, alpha=0.45,
                  solid_capstyle="butt")  # fmt: skip
        for end in (row["share_low"], row["share_high"]):
            axes.plot([end, end], [place - 0.22, place + 0.22], color=colour, linewidth=1)
        axes.plot([row["share"]], [place], marker=marker, color=colour, markersize=4.6, linestyle="none")


def _draw_answers(sheet: Sheet, there: set[str], language: Language) -> None:
    from matplotlib.lines import Line2D

    shown = [
        Line2D([], [], color=colour, marker=marker, linewidth=2, markersize=4.6, label=format_answer(name, language))
        for name, (colour, marker) in _ANSWERS.items()
        if name in there
    ]
    where = (LEFT, sheet.height_of(0.36))
    sheet.figure.legend(
        handles=shown, loc="upper left", bbox_to_anchor=where, ncols=3, frameon=False, fontsize=7.4, borderaxespad=0
    )


# For whom


def plot_fairness(coverage: Coverage, fairness: Fairness, *, language: Language | None = None) -> Figure:
    """Draw how the minutes are spread: the Lorenz curve, and concentration over income and priority areas.

    Parameters
    ----------
    coverage
        What was measured.
    fairness
        What `measure_fairness` returns.
    language
        As for `plot_explanation`.
    """
    language = take_language(language, take_coverage(coverage).language)
    lines = [say_fairness(coverage, fairness, language) + "."]
    curves = fairness.curves
    with style_sheet():
        sheet = open_sheet(coverage, "figures.fairness_title", lines, language, drawing=5.4)
        axes = sheet.place(0.1, 0.7, below=0.45, above=0.1)
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=0.9, label=render("fairness.curve_equality", language))
        for name in dict.fromkeys(curves["curve"]):
            colour, dash = _CURVES[name]
            curve = curves[curves["curve"] == name]
            label = render(f"fairness.curve_{name}", language)
            axes.plot(curve["people"], curve["minutes"], color=colour, linestyle=dash, linewidth=1.8, label=label)
        show_shares(axes, "x", language)
        show_shares(axes, "y", language)
        axes.grid(color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel(render("fairness.axis_people", language), size=7.8, color=SOFT)
        axes.set_ylabel(render("fairness.axis_minutes", language), size=7.8, color=SOFT)
        axes.legend(loc="upper left", frameon=False, fontsize=7.4)
        measures = next(rows for _, columns, rows in list_tables(fairness, language) if columns is MEASURES)
        for line, (name, value, *_) in enumerate(measures):
            height = sheet.height_of(5.1 - 0.55 * line)
            sheet.figure.text(0.74, height, _wrap(name, 24), size=7.4, color=SOFT, va="top")
            sheet.figure.text(0.96, height, value, size=7.8, color=INK, va="top", ha="right", weight="bold")
    return sheet.figure  # type: ignore[no-any-return]


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
    lines = [format_question(placement, language) + ".", say_placement_proof(placement, language)]
    lines += [format_unreachable(placement, language), render("place.hypothesis", language)]
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
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel(render("place.axis_count", language), size=7.8, color=SOFT)
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
    axes.set_ylabel(render("place.axis_share", language), size=7.8, color=SOFT)


def _draw_minutes(axes: Axes, placement: Placement, language: Language) -> None:
    curve = placement.curve
    for name, code, colour in (("mean_s", "place.line_mean", GOOD), ("worst_s", "place.line_worst", BAD)):
        minutes = curve[name].to_numpy(np.float64) / 60
        axes.plot(curve["count"], minutes, marker="o", color=colour, linewidth=1.8, label=render(code, language))
        for row in (0, len(curve) - 1):
            axes.annotate(
                format_seconds(float(curve[name].iloc[row]), language), (curve["count"].iloc[row], minutes[row]),
                xytext=(0, 6), textcoords="offset points", size=7, ha="left" if row == 0 else "right", color=colour,
            )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.tick_params(axis="y", labelsize=7.4)
    axes.set_ylabel(render("place.axis_minutes", language), size=7.8, color=SOFT)
    axes.legend(loc="center right", frameon=False, fontsize=7.4)
