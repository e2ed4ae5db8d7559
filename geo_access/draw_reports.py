"""A study judged for many draws of its frequencies' phases: as a table, as JSON, as a spreadsheet."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Literal, get_args

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text as RichText

from geo_access.formats import format_count, format_share, format_threshold, is_missing
from geo_access.reports import WIDTH, Narrow, to_document, to_plain, wrap
from geo_access.sentences import say_departures, say_promise, say_walking
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from geo_access.draws import DrawnCoverage
    from geo_access.texts import Language

DrawForm = Literal["table", "json", "csv"]
DRAW_FORMS: tuple[DrawForm, ...] = get_args(DrawForm)
_METHOD = "Student's t interval of the mean over the draws"
_COLUMNS = ("residents", "fixed", "share", "interval", "range", "met")
_CSV = ("insee", "name", "residents", "fixed", "share", "low", "high", "least", "most", "met")


def write_draws(drawn: DrawnCoverage, form: DrawForm, *, language: Language | None = None) -> str:
    """Write the draws in one of the formats; see `draws.draw_coverage`.

    Returns
    -------
    str
        The report, line ends and byte-order mark included, to be written in UTF-8.
    """
    language = language or drawn.fixed.language
    if form == "json":
        document = to_draw_document(drawn, language=language)
        return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    if form == "csv":
        return _write_csv(drawn, language)
    page = io.StringIO()
    console = Console(file=page, width=WIDTH, color_system=None, legacy_windows=False, highlight=False)
    console.print(render_draws(drawn, language=language))
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"


def to_draw_document(drawn: DrawnCoverage, *, language: Language | None = None) -> dict[str, Any]:
    """Return the draws as JSON values: what `check` says of the study, the draws, the communes, the findings."""
    told = to_document(drawn.fixed, language=language)
    kept = {
        name: value
        for name, value in told.items()
        if name not in ("communes", "sst", "total", "findings", "priority", "stricter")
    }
    communes = drawn.communes.drop(columns="geometry").to_dict("records")
    document: dict[str, Any] = to_plain(
        {
            **kept,
            "meets": drawn.meets,
            "draws": {
                "count": len(drawn.draws),
                "seed": drawn.seed,
                "trips": drawn.trips,
                "blocks": drawn.blocks,
                "confidence": drawn.confidence,
                "method": _METHOD,
                "each": drawn.draws.to_dict("records"),
            },
            "total": drawn.total,
            "communes": communes,
            "findings": told["findings"],
        }
    )
    return document


def render_draws(drawn: DrawnCoverage, *, language: Language | None = None, width: int = WIDTH) -> RenderableType:
    """Lay the draws out for a terminal."""
    language = language or drawn.fixed.language
    summary = drawn.fixed.summary
    total = {**drawn.total, "name": render("results.total", language)}
    table = Table(
        box=SIMPLE_HEAD, show_edge=False, padding=0, show_footer=True, title_justify="left", title_style="bold",
        title=render("draws.caption", language, confidence=format_threshold(drawn.confidence, language)),
    )  # fmt: skip
    footer = _write_row(total, language)
    table.add_column(render("results.column_commune", language), footer["name"], overflow="fold")
    for name in _COLUMNS:
        head = render(f"draws.column_{name}", language)
        table.add_column(head, footer[name], justify="right", no_wrap=True)
    rows = drawn.communes.sort_values(["share", "insee"], kind="stable", na_position="last")
    for row in rows.drop(columns="geometry").to_dict("records"):
        cells = _write_row(row, language)
        table.add_row(RichText(cells["name"]), *(cells[name] for name in _COLUMNS))
    counts = {"count": len(drawn.draws), "seed": drawn.seed, "trips": drawn.trips, "blocks": drawn.blocks}
    first = [
        wrap(render("results.title", language, study=str(summary["study"])), width, "bold"),
        wrap(render("results.measured", language, promise=say_promise(summary, language)), width),
        wrap(say_departures(summary, language), width),
        wrap(say_walking(summary, language), width),
        wrap(render("draws.drawn", language, **counts), width),
    ]
    verdict = render("draws.all_meet" if drawn.meets else "draws.some_miss", language, **_count_meeting(drawn))
    parts: list[RenderableType] = [
        Group(*first),
        table,
        Group(
            wrap(verdict, width, "bold green" if drawn.meets else "bold red"),
            wrap(render("draws.method", language), width, "dim"),
        ),
    ]
    return Narrow(parts, width)


def _count_meeting(drawn: DrawnCoverage) -> dict[str, object]:
    met = drawn.communes["met"]
    return {
        "always": int((met == 1).sum()),
        "sometimes": int(((met > 0) & (met < 1)).sum()),
        "never": int((met == 0).sum()),
    }


def _write_row(row: Mapping[Any, Any], language: Language) -> dict[str, str]:
    shares = {
        name: format_share(row[name], language) for name in ("fixed", "share", "met", "low", "high", "least", "most")
    }
    dash = "–"
    both = {
        "interval": dash if is_missing(row["low"]) else f"{shares['low']} {dash} {shares['high']}",
        "range": dash if is_missing(row["least"]) else f"{shares['least']} {dash} {shares['most']}",
    }
    return {**shares, **both, "name": str(row["name"]), "residents": format_count(row["residents"], language)}


def _write_csv(drawn: DrawnCoverage, language: Language) -> str:
    from geo_access.report_formats import quote

    delimiter, point = {"fr": (";", ","), "en": (",", ".")}[language]

    def write(name: str, value: object) -> str:
        if name in ("insee", "name"):
            return quote(str(value or ""))
        if is_missing(value):
            return ""
        number = float(value)  # type: ignore[arg-type]  # a column of numbers
        # What is short of the whole never reads as the whole.
        number = number if name == "residents" else min(number * 100, 99.9999) if number < 1 else 100
        return f"{number:.4f}".rstrip("0").rstrip(".").replace(".", point)

    lines = [[quote(render(f"draws.csv_{name}", language)) for name in _CSV]]
    rows = drawn.communes.drop(columns="geometry").to_dict("records")
    rows.append({**drawn.total, "insee": "", "name": render("reports.csv_total", language)})
    lines += [[write(name, row[name]) for name in _CSV] for row in rows]
    return "\ufeff" + "".join(delimiter.join(line) + "\r\n" for line in lines)
