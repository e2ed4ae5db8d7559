"""Figures for print, drawn with matplotlib (the extra `plots`): a map, the communes, the times, the hours of the day.

Each function takes a coverage and returns a `matplotlib.figure.Figure`, to be saved (``.savefig("map.pdf")``) or shown
in a notebook. Sizes, fonts and colours are fixed: the same coverage gives the same picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from geo_access.analysis.reruns import list_hours
from geo_access.core.arguments import check_choice, take_language
from geo_access.core.formats import (
    format_count,
    format_date,
    format_minutes,
    format_number,
    format_share,
    format_threshold,
    is_missing,
)
from geo_access.core.progress import no_progress
from geo_access.report.figures.map import HATCHES, draw_cells, draw_legends, open_map
from geo_access.report.figures.sheet import LEFT, format_measure, open_sheet, plain, show_shares, style_sheet
from geo_access.report.palette import BAD, GRID, INK, MIDDLE, SERVED, SOFT, STATE_STYLES
from geo_access.report.sentences import capitalise, count_verdicts, format_promise, format_states, format_walking
from geo_access.texts import render
from geo_access.verdict.coverage import Coverage, take_coverage
from geo_access.verdict.judging import check

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Executor

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_access.core.cache import Cache
    from geo_access.core.progress import Progress
    from geo_access.streets.network import WalkNetwork
    from geo_access.study.study import Study
    from geo_access.texts import Language

_HALF = 0.5


# The map


def plot_coverage(
    coverage: Coverage, kind: Literal["map", "communes", "times", "hours"] = "map", *, language: Language | None = None
) -> Figure:
    """Draw one of the figures of a coverage; see `Coverage.plot`."""
    check_choice("kind", kind, ("map", "communes", "times", "hours"))
    if kind == "hours":
        return plot_hours(coverage, language=language)
    return {"map": plot_map, "communes": plot_communes, "times": plot_times}[kind](coverage, language=language)


def plot_map(coverage: Coverage, *, language: Language | None = None) -> Figure:
    """Draw residents by state, communes, SST and sites, for print.

    Parameters
    ----------
    coverage
        What `check` returns.
    language
        ``fr`` or ``en``; the study's own by default.

    Raises
    ------
    InputError
        When matplotlib is not installed.
    """
    language = take_language(language, take_coverage(coverage).language)
    summary = coverage.summary
    meeting, inhabited = count_verdicts(coverage)
    verdict = render(
        "figures.map_verdict",
        language,
        share=format_share(summary["total"]["share"], language),
        meeting=meeting,
        inhabited=inhabited,
    )
    lines = [verdict, *format_measure(coverage, language)]
    with style_sheet(), open_map(coverage, "figures.map_title", lines, language) as (sheet, axes):
        draw_cells(axes, coverage.residents)
        draw_legends(sheet, coverage, language)
    return sheet.figure  # type: ignore[no-any-return]  # a PrintFigure is a Figure


# The communes


def plot_communes(coverage: Coverage, *, language: Language | None = None) -> Figure:
    """Draw one bar a commune: residents served by a pole, by an antenna, and beyond; the best served on top.

    Parameters
    ----------
    coverage, language
        As for `plot_map`.
    """
    language = take_language(language, take_coverage(coverage).language)
    table = coverage.communes
    order = np.lexsort((table["insee"].astype(str), table["beyond"] + table["unsnapped"], -table["share"].fillna(-1)))
    table = table.iloc[order]
    with style_sheet():
        lines = format_measure(coverage, language)
        sheet = open_sheet(coverage, "figures.communes_title", lines, language, drawing=1 + 0.235 * len(table))
        axes = sheet.place(0.235, 0.735, below=0.95)
        everyone = table["residents"].where(table["residents"] > 0).to_numpy(np.float64)
        parts = {
            "pole": table["share_pole"].to_numpy(np.float64),
            "antenna": table["share_antenna"].to_numpy(np.float64),
            "beyond": table["beyond"].to_numpy(np.float64) / everyone,
            "unsnapped": table["unsnapped"].to_numpy(np.float64) / everyone,
        }
        words, place, left = format_states(coverage.summary, language), np.arange(len(table)), np.zeros(len(table))
        for state, share in parts.items():
            width = np.nan_to_num(share)
            if state == "unsnapped" and not width.any():
                continue
            style = STATE_STYLES[state]
            axes.barh(
                place,
                width,
                left=left,
                height=0.78,
                color=style["fill"],
                edgecolor=style.get("lines", style["fill"]),
                hatch=HATCHES.get(state),
                linewidth=0,
                label=words[state],
            )
            left = left + width
        for row, record in enumerate(table.drop(columns="geometry").to_dict("records")):
            axes.text(1.015, row, _label_bar(record, language), size=7.2, va="center", color=INK)
        axes.set_yticks(place, [plain(name) for name in table["name"]], size=7.6)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(table) - 0.4, -0.6)
        show_shares(axes, "x", language)
        axes.set_xlabel(render("figures.communes_axis", language), size=7.6, color=SOFT)
        required = float(coverage.summary["target"]["required_share"])
        axes.axvline(required, color=INK, linewidth=0.9)
        axes.spines["left"].set_visible(False)
        sheet.figure.legend(
            *axes.get_legend_handles_labels(),
            loc="upper left",
            bbox_to_anchor=(LEFT, sheet.height_of(0.47)),
            ncols=2,
            frameon=False,
            fontsize=7.4,
            borderaxespad=0,
        )
    return sheet.figure  # type: ignore[no-any-return]


def _label_bar(row: dict[Any, Any], language: Language) -> str:
    if is_missing(row["share"]):
        return render("figures.communes_empty", language)
    share, missed = format_share(row["share"], language), row["beyond"] + row["unsnapped"]
    if missed > 0:
        return render("figures.communes_beyond", language, share=share, people=format_count(missed, language))
    return render("figures.communes_label", language, share=share)


# The times


def plot_times(coverage: Coverage, *, language: Language | None = None, longest_min: float = 60) -> Figure:
    """Draw the share of residents within each travel time of the nearest pole, and the promised time.

    Parameters
    ----------
    coverage, language
        As for `plot_map`. A resident's time is the median of the departures, unreachable ones last.
    longest_min
        Where the curve ends (minutes); how many residents are farther is said.
    """
    language = take_language(language, take_coverage(coverage).language)
    cells, target = coverage.residents, coverage.summary["target"]["pole"]
    weight = cells["weight"].to_numpy(np.float64)
    minutes = cells["pole_p50_s"].to_numpy(np.float64, na_value=np.inf) / 60
    order = np.argsort(minutes, kind="stable")
    minutes, weight = minutes[order], weight[order]
    everyone = float(weight.sum())
    cumulated = np.cumsum(weight) / everyone if everyone else np.zeros(len(weight))
    with style_sheet():
        far = float(weight[(minutes > longest_min) & np.isfinite(minutes)].sum())
        rest = render(
            "figures.times_rest",
            language,
            minutes=format_number(longest_min, language),
            far=format_count(far, language),
            never=format_count(float(weight[np.isinf(minutes)].sum()), language),
        )
        lines = [*format_measure(coverage, language), rest]
        sheet = open_sheet(coverage, "figures.times_title", lines, language, drawing=3.9)
        axes = sheet.place(0.09, 0.96, below=0.45)
        shown = minutes <= longest_min
        x = np.concatenate([[0], minutes[shown], [longest_min]])
        y = np.concatenate([[0], cumulated[shown], cumulated[shown][-1:] if shown.any() else [0]])
        axes.fill_between(x, y, step="post", color=STATE_STYLES["antenna"]["fill"], alpha=0.35, linewidth=0)
        axes.step(x, y, where="post", color=STATE_STYLES["pole"]["fill"], linewidth=1.8)
        limit = float(target["minutes"])
        within = minutes < limit if target["operator"] == "lt" else minutes <= limit
        share = float(weight[within].sum() / everyone) if everyone else 0.0
        said = render(
            f"figures.times_threshold_{target['operator']}",
            language,
            minutes=format_number(limit, language),
            share=format_share(share, language),
        )
        axes.axvline(limit, color=BAD, linewidth=1.2)
        axes.plot([limit], [share], marker="o", color=BAD, markersize=5, zorder=5)
        axes.annotate(
            said, (limit, share), xytext=(8, -5), textcoords="offset points", size=8.5, weight="bold", color=BAD,
            va="top",
        )  # fmt: skip
        half = np.searchsorted(cumulated, _HALF)
        if half < len(minutes) and minutes[half] <= longest_min:
            said = render("figures.times_half", language, minutes=format_minutes(minutes[half], language))
            axes.plot([0, minutes[half]], [_HALF, _HALF], color=SOFT, linewidth=0.8, linestyle=(0, (4, 3)))
            axes.text(0.6, _HALF + 0.015, said, size=7.4, color=SOFT, va="bottom")
        axes.set_xlim(0, longest_min)
        axes.set_xticks(np.arange(0, longest_min + 1, 5 if longest_min <= 90 else 15))
        axes.tick_params(axis="x", labelsize=7.4)
        show_shares(axes, "y", language)
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel(render("figures.times_x", language), size=7.8, color=SOFT)
        axes.set_ylabel(render("figures.times_y", language), size=7.8, color=SOFT)
    return sheet.figure  # type: ignore[no-any-return]


# The hours of the day


def plot_hours(
    study: Study | Coverage,
    *,
    hours: Iterable[int] = range(6, 22),
    cache: Cache | None = None,
    progress: Progress = no_progress,
    streets: WalkNetwork | None = None,
    executor: Executor | None = None,
    language: Language | None = None,
) -> Figure:
    """Draw the share of residents served by hour of departure; see `list_hours`, which judges each hour.

    Parameters
    ----------
    study, hours, cache, progress, streets, executor
        As for `list_hours`.
    language
        As for `plot_map`.
    """
    coverage = study if isinstance(study, Coverage) else check(study, cache=cache, streets=streets, executor=executor)
    language = take_language(language, take_coverage(coverage).language)
    table = list_hours(coverage, hours=hours, cache=cache, progress=progress, streets=streets, executor=executor)
    summary = coverage.summary
    note = render(
        "figures.hours_note",
        language,
        date=capitalise(format_date(summary["date"], language, weekday=True)),
        share=format_threshold(summary["target"]["departures_required"], language),
    )
    lines = [capitalise(format_promise(summary, language)) + ".", note, format_walking(summary, language) + "."]
    with style_sheet():
        sheet = open_sheet(coverage, "figures.hours_title", lines, language, drawing=3.9)
        _draw_hours(sheet.place(0.09, 0.96, below=0.45, above=0.25), table, coverage, language)
    return sheet.figure  # type: ignore[no-any-return]


def _draw_hours(axes: Axes, table: pd.DataFrame, coverage: Coverage, language: Language) -> None:
    place, bottom = np.arange(len(table)), np.zeros(len(table))
    words = format_states(coverage.summary, language)
    for state in SERVED:
        share = table[f"share_{state}"].fillna(0).to_numpy(np.float64)
        axes.bar(place, share, bottom=bottom, width=0.86, color=STATE_STYLES[state]["fill"], label=words[state])
        bottom = bottom + share
    for x, share in zip(place, table["share"], strict=True):
        axes.text(float(x), float(share or 0) + 0.012, format_share(share, language), size=6.8, ha="center", color=INK)
    start, end = (float(said.split(":")[0]) + float(said.split(":")[1]) / 60 for said in _window(coverage))
    within = [x for x, hour in enumerate(table["hour"]) if hour < end and hour + 1 > start]
    if within:
        axes.axvspan(within[0] - 0.5, within[-1] + 0.5, color=MIDDLE["fill"], zorder=0)
        said = render("figures.hours_window", language)
        axes.text((within[0] + within[-1]) / 2, 0.975, said, size=7.2, ha="center", va="top", color=SOFT)
    slots = [render("figures.hours_slot", language, start=f"{hour}", end=f"{hour + 1}") for hour in table["hour"]]
    axes.set_xticks(place, slots, size=6.8)
    axes.tick_params(axis="x", length=0)
    axes.set_xlim(-0.6, len(table) - 0.4)
    show_shares(axes, "y", language)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(render("figures.hours_x", language), size=7.8, color=SOFT)
    axes.set_ylabel(render("figures.hours_y", language), size=7.8, color=SOFT)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.01), ncols=2, frameon=False, fontsize=7.4, borderaxespad=0)


def _window(coverage: Coverage) -> tuple[str, str]:
    asked = coverage.summary["departures"]
    return str(asked["from"]), str(asked["to"])
