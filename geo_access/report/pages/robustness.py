"""How sure a verdict is, in words: as tables, as JSON, as a spreadsheet, and as a page with a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_access.core.arguments import take_language
from geo_access.core.documents import list_records, render_json
from geo_access.core.formats import (
    MISSING,
    format_clock,
    format_count,
    format_date,
    format_decimals,
    format_number,
    format_share,
    format_threshold,
    is_missing,
)
from geo_access.core.spreadsheets import render_plain_sheet
from geo_access.report.html import render_template
from geo_access.report.pages.page import list_inputs, make_table, number_columns, print_table, text_columns
from geo_access.report.pages.svg_map import Pattern, View, draw_frame, list_signs, trace_areas
from geo_access.report.palette import SURE_STYLES, find_tone
from geo_access.report.sentences import list_hypotheses, pick_supposed
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_access.analysis.robustness import Robustness
    from geo_access.texts import Language

COMMUNES = (
    *text_columns("commune", "answer"),
    *number_columns("share", "range", "always", "sometimes", "never"),
    *text_columns("cause"),
)
RUNS = (*text_columns("assumption", "value"), *number_columns("share", "meets"))
_LEAST_POINTS = 0.1
_ANSWERS = ("holds", "fragile", "fails")
_SLANTED, _CROSSED = "M0 16L16 0M-4 4L4 -4M12 20L20 12", "M0 16L16 0M0 0L16 16"
#: Fill of each answer, and the lines that tell it apart without colour.
_STYLES = {
    answer: (
        find_tone(style),
        "" if "lines" not in style else _CROSSED if style.get("cross") else _SLANTED,
        str(style.get("lines", "")),
    )
    for answer, style in SURE_STYLES.items()
}


def format_answer(answer: str, language: Language) -> str:
    """Say one of the answers."""
    return render(f"robust.answer_{'nobody' if answer == 'no residents' else answer}", language)


def list_communes(found: Robustness, language: Language) -> list[tuple[str, ...]]:
    """Rows of the communes."""
    return [
        (
            row["name"],
            format_answer(row["answer"], language),
            _share(row["share"], language),
            f"{_share(row['share_low'], language)} – {_share(row['share_high'], language)}",
            format_count(row["always"], language),
            format_count(row["sometimes"], language),
            format_count(row["never"], language),
            format_cause(row, language),
        )
        for row in found.communes.drop(columns="geometry").to_dict("records")
    ]


def _share(share: Any, language: Language) -> str:
    return MISSING if is_missing(share) else format_share(share, language)


def format_cause(row: Mapping[Any, Any], language: Language) -> str:
    """Say what tips a commune, or what weighs most in it."""
    if not is_missing(row["tipped_by"]):
        what, value = name_assumption(row["tipped_by"], language), format_value(row["tipped_at"], language)
        said = render("robust.tips", language, what=what, value=value)
        if not is_missing(row["tipped_also"]):
            others = ", ".join(name_assumption(name, language) for name in row["tipped_also"].split(", "))
            said += render("robust.tips_also", language, others=others)
        return said
    if row["answer"] == "fragile":
        return render("robust.together", language)
    if is_missing(row["moved_by"]):
        return MISSING
    points = round(100 * row["moved"], 1)
    code = "moves" if points >= _LEAST_POINTS else "moves_little"
    return render(f"robust.{code}", language, what=name_assumption(row["moved_by"], language), points=points)


def name_assumption(name: str, language: Language) -> str:
    """Name what a run changes."""
    return render(f"robust.name_{name}", language)


def format_value(value: str, language: Language) -> str:
    """Say what a run assumes, as readers write it: 4,32 km/h, 13 h 30 – 15 h 30, mercredi 24 janvier 2018."""
    return ", ".join(_format_part(part, language) for part in value.split("; ") if part)


def _format_part(said: str, language: Language) -> str:
    number, _, unit = said.partition(" ")
    if unit:
        said = format_decimals(float(number), language, decimals=2) if unit == "km/h" else format_number(
            float(number), language, decimals=2
        )  # fmt: skip
        return f"{said}\u00a0{unit}"
    if said.count("-") == 2:
        return format_date(said, language, weekday=True)
    if "-" in said:
        return "\u00a0– ".join(_format_clock(clock, language) for clock in said.split("-"))
    if said.startswith("#"):
        return render("robust.draw", language, number=said[1:])
    return render("robust.of_departures", language, share=format_threshold(float(said), language))


def _format_clock(clock: str, language: Language) -> str:
    seconds = clock.split(":")[2:]
    return format_clock(clock, language) + (f"\u00a0{seconds[0]}\u00a0s" if seconds else "")


def list_runs(found: Robustness, language: Language) -> list[tuple[str, ...]]:
    """Rows of the runs."""
    return [
        (
            name_assumption(row["assumption"], language),
            format_value(row["value"], language),
            format_share(row["share"], language),
            str(row["meets"]),
        )
        for row in found.runs.to_dict("records")
    ]


def format_summary(found: Robustness, language: Language) -> list[str]:
    """Say the answer in a few sentences: title, summary, method, what was left out."""
    counts = found.communes["answer"].value_counts()
    shares = found.runs["share"]
    said = [
        render("robust.title", language, study=found.base.summary["study"], runs=len(found.runs)),
        render(
            "robust.summary",
            language,
            **{name: int(counts.get(name, 0)) for name in _ANSWERS},
            low=format_share(shares.min(), language),
            high=format_share(shares.max(), language),
            base=format_share(shares.iloc[0], language),
        ),
        render("robust.method", language, seed=found.seed),
        *list_hypotheses(found.base.summary, language),
    ]
    if found.left_out:
        reasons = "; ".join(_format_left_out(name, reason, language) for name, reason in found.left_out)
        said.append(render("robust.left_out", language, said=reasons))
    return said


def _format_left_out(name: str, reason: str, language: Language) -> str:
    kind, _, value = reason.partition(":")
    why = render(f"robust.reason_{kind}", language, value=format_value(value, language))
    return f"{name_assumption(name, language)} ({why})"


def render_robustness(found: Robustness, form: str, *, language: Language | None = None) -> str:
    """Render the answer as ``table``, ``json`` or ``csv``."""
    language = take_language(language, found.base.language)
    if form == "json":
        return render_json(describe_robustness(found), indent=1)
    if form == "csv":
        return render_plain_sheet(found.communes)
    return "\n".join(
        [
            *format_summary(found, language),
            "",
            print_table("robust", "caption", COMMUNES, list_communes(found, language), language),
            print_table("robust", "runs_caption", RUNS, list_runs(found, language), language),
        ]
    )


def describe_robustness(found: Robustness) -> dict[str, Any]:
    """Return the answer as JSON values."""
    return {
        "study": found.base.summary["study"],
        **pick_supposed(found.base.summary),
        "seed": found.seed,
        "communes": list_records(found.communes),
        "runs": list_records(found.runs),
        "left_out": [{"assumption": name, "reason": reason} for name, reason in found.left_out],
    }


def render_robustness_page(found: Robustness, *, language: Language | None = None) -> str:
    """Render the page: the answer, a map of the communes, the tables."""
    language = take_language(language, found.base.language)
    title, summary, *others = format_summary(found, language)
    communes, coverage = found.communes, found.base
    view = View.around(communes.total_bounds, shape=None)
    page = render_template(
        "robustness.html",
        language,
        title=title,
        line=summary,
        key=_list_figures(found, language),
        method=others,
        patterns=[
            Pattern(f"{prefix}-{answer}", 16, fill, lines, ink, 2)
            for prefix in ("map", "key")
            for answer, (fill, lines, ink) in _STYLES.items()
            if lines
        ],
        fills=[
            (trace_areas(communes.geometry[communes["answer"] == answer], view), _find_fill(answer, "map"))
            for answer in _STYLES
        ],
        drawn=draw_frame(
            communes, view, language, zones=coverage.sst, sites=coverage.sites, size=1.1, times=coverage.times
        ),
        signs=list_signs(coverage.sites, language),
        zones=bool(len(coverage.sst)),
        keys=_list_keys(found, language),
        communes=make_table("robust", "caption", COMMUNES, list_communes(found, language), language),
        runs=make_table("robust", "runs_caption", RUNS, list_runs(found, language), language),
        settings=[render("robust.seed", language, seed=found.seed)],
        files=list_inputs(coverage.summary),
    )
    return str(page)


def _find_fill(answer: str, prefix: str) -> str:
    fill, lines, _ = _STYLES[answer]
    return f"url(#{prefix}-{answer})" if lines else fill


def _list_figures(found: Robustness, language: Language) -> list[tuple[str, str, str]]:
    """List the key figures: the range of the share served, and how many communes have which answer."""
    shares, counts = found.runs["share"], found.communes["answer"].value_counts()
    low, high, base = (format_share(share, language) for share in (shares.min(), shares.max(), shares.iloc[0]))
    figures = [
        ("served", render("robust.span", language, low=low, high=high), render("robust.key_range", language, base=base))
    ]
    for answer in _ANSWERS:
        count = int(counts.get(answer, 0))
        figures.append((answer, format_count(count, language), render(f"robust.key_{answer}", language, count=count)))
    return figures


def _list_keys(found: Robustness, language: Language) -> list[tuple[str, str, str]]:
    """List the answers as the map draws them, each with its communes: fill, words, names."""
    keys = []
    for answer in _STYLES:
        names = found.communes.loc[found.communes["answer"] == answer, "name"].tolist()
        if names or answer in _ANSWERS:
            said = render("robust.key", language, answer=format_answer(answer, language), count=len(names))
            keys.append((_find_fill(answer, "key"), said, ", ".join(names) or MISSING))
    return keys
