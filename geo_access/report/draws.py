"""A study judged for many draws of its frequencies' phases: as a table, as JSON, as a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from rich.console import Group

from geo_access.core.arguments import take_language
from geo_access.core.documents import render_json, to_plain
from geo_access.core.formats import format_count, format_share, format_threshold, is_missing
from geo_access.core.terminal import WIDTH, Narrow, render_plain, wrap
from geo_access.report.sentences import format_departures, format_promise, format_walking, list_hypotheses
from geo_access.report.table import Column, Table, render_tables
from geo_access.report.verdict_table import to_document
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from geo_access.analysis.reruns import DrawnCoverage
    from geo_access.report.table import Kind
    from geo_access.texts import Language

DrawForm = Literal["table", "json", "csv"]
DRAW_FORMS: tuple[DrawForm, ...] = get_args(DrawForm)
_METHOD = "Student's t interval of the mean over the draws"
_COLUMNS = ("residents", "fixed", "share", "interval", "range", "met")
_CSV = ("insee", "name", "residents", "fixed", "share", "low", "high", "least", "most", "met")


def format_draws(drawn: DrawnCoverage, form: DrawForm, *, language: Language | None = None) -> str:
    """Write the draws in one of the formats; see `reruns.draw_coverage`.

    Returns
    -------
    str
        The report, line ends and byte-order mark included, to be written in UTF-8.
    """
    language = take_language(language, drawn.fixed.language)
    if form == "json":
        return render_json(to_draw_document(drawn, language=language))
    if form == "csv":
        return _tabulate_figures(drawn, language).render_csv(language)
    return render_plain(render_draws(drawn, language=language))


def draws_workbook(drawn: DrawnCoverage, *, language: Language | None = None) -> bytes:
    """Return the communes and their total as an Excel workbook."""
    language = take_language(language, drawn.fixed.language)
    return render_tables([_tabulate_figures(drawn, language)], render("reports.sheet_communes", language))


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
    language = take_language(language, drawn.fixed.language)
    summary = drawn.fixed.summary
    rows = drawn.communes.sort_values(["share", "insee"], kind="stable", na_position="last")
    table = Table(
        render("draws.caption", language, confidence=format_threshold(drawn.confidence, language)),
        [
            Column("name", render("results.column_commune", language)),
            *(Column(name, render(f"draws.column_{name}", language), "number") for name in _COLUMNS),
        ],
        [_render_row(row, language) for row in rows.drop(columns="geometry").to_dict("records")],
        _render_row({**drawn.total, "name": render("results.total", language)}, language),
    )
    counts = {"count": len(drawn.draws), "seed": drawn.seed, "trips": drawn.trips, "blocks": drawn.blocks}
    first = [
        wrap(render("results.title", language, study=str(summary["study"])), width, "bold"),
        wrap(render("results.measured", language, promise=format_promise(summary, language)), width),
        wrap(format_departures(summary, language), width),
        wrap(format_walking(summary, language), width),
        wrap(render("draws.drawn", language, **counts), width),
        *(wrap(line, width) for line in list_hypotheses(summary, language)),
    ]
    verdict = render("draws.all_meet" if drawn.meets else "draws.some_miss", language, **_count_meeting(drawn))
    parts: list[RenderableType] = [
        Group(*first),
        table.to_rich("rule"),
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


def _render_row(row: Mapping[Any, Any], language: Language) -> dict[str, str]:
    shares = {
        name: format_share(row[name], language) for name in ("fixed", "share", "met", "low", "high", "least", "most")
    }
    dash = "–"
    both = {
        "interval": dash if is_missing(row["low"]) else f"{shares['low']} {dash} {shares['high']}",
        "range": dash if is_missing(row["least"]) else f"{shares['least']} {dash} {shares['most']}",
    }
    return {**shares, **both, "name": str(row["name"]), "residents": format_count(row["residents"], language)}


def _tabulate_figures(drawn: DrawnCoverage, language: Language) -> Table:
    """Return the communes and their total as a spreadsheet holds them."""
    kinds: dict[str, Kind] = {"insee": "text", "name": "text", "residents": "number"}
    return Table(
        "",
        [Column(name, render(f"draws.csv_{name}", language), kinds.get(name, "share")) for name in _CSV],
        drawn.communes.drop(columns="geometry").to_dict("records"),
        {**drawn.total, "insee": "", "name": render("reports.csv_total", language)},
    )
