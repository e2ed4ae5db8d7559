"""The pages that stand before the parts of an atlas: index, method and accessibility statement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from geo_access.core.formats import format_count, format_date, format_share, is_missing
from geo_access.report.atlas.parts import list_briefs
from geo_access.report.html import render_template
from geo_access.report.map.layers import classify, format_classes
from geo_access.report.map.page import list_key_figures, list_method, list_notes
from geo_access.report.pages.page import list_inputs
from geo_access.report.pages.robustness import format_answer
from geo_access.report.pages.svg_map import Pattern, View, draw_frame, trace_areas
from geo_access.report.palette import CLASS_STYLES, find_tone
from geo_access.report.sentences import (
    capitalise,
    count_missed,
    format_promise,
    format_served,
    list_hypotheses,
    list_verdicts,
    quote_promise,
    sort_by_beyond,
)
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo_access.analysis.robustness import Robustness
    from geo_access.report.atlas.answers import Answers
    from geo_access.report.atlas.parts import Part
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

_ANSWERS = ("holds", "fragile", "fails")
#: Lines of a class at the scale of the map and at that of the legend: step, and how much wider than on the live map.
_SCALES = (("map", 16, 1.6), ("key", 8, 1.0))


@dataclass(frozen=True)
class LeftOut:
    """A part that cannot be made of a study, and why, in each language."""

    part: str
    said: Mapping[str, str]


@dataclass(frozen=True)
class Site:
    """What the index says that there is.

    Attributes
    ----------
    answers
        What pages are made from.
    language
        Of the page.
    made
        The parts that are there.
    unwanted
        Names of parts that nobody wanted.
    left_out
        Parts that cannot be made.
    contact
        Whom readers tell what they cannot read.
    below
        What stands before the address of a page: "" beside the pages, ``fr/`` above them.
    """

    answers: Answers
    language: Language
    made: Sequence[Part]
    unwanted: Sequence[str]
    left_out: Sequence[LeftOut]
    contact: str
    below: str = ""

    def has(self, part: str) -> bool:
        """Whether a part is there."""
        return any(one.name == part for one in self.made)

    @property
    def robustness(self) -> Robustness | None:
        """How sure the verdict is, where the atlas says so."""
        return self.answers.robustness if self.has("robustness") else None

    def describe(self) -> dict[str, Any]:
        """Say what the pages hang on beside the study, as JSON values."""
        return {
            "made": [part.name for part in self.made],
            "unwanted": list(self.unwanted),
            "left_out": [[one.part, one.said[str(self.language)]] for one in self.left_out],
            "contact": self.contact,
            "below": self.below,
            "seed": self.answers.seed if self.has("robustness") else None,
        }


# The index


def render_index(site: Site) -> str:
    """Render the index: the answer, a map, what one may ask, the communes with their verdict."""
    coverage, language, found = site.answers.coverage, site.language, site.robustness
    summary, study = coverage.summary, str(coverage.summary["study"])
    lead = f"{capitalise(format_promise(summary, language))}. {format_served(summary, language)}"
    return str(
        render_template(
            "atlas/index.html",
            language,
            kicker=render("atlas.kicker", language, date=format_date(summary["date"], language)),
            title=render("atlas.title", language, study=study),
            line=lead,
            key=list_key_figures(coverage, language, robustness=found),
            answer=list_verdicts(coverage, language)[0],
            sure=_say_sureness(found, language),
            hypotheses=list_hypotheses(summary, language),
            picture=_draw_communes(coverage, language),
            links=_list_links(site),
            communes=_list_communes(site),
            sure_column=found is not None,
            files=_list_tables(site),
            missing=[(render(f"atlas.name_{one.part}", language), one.said[str(language)]) for one in site.left_out],
            unwanted=[render(f"atlas.name_{name}", language) for name in site.unwanted],
            quote=quote_promise(coverage, language),
            below=site.below,
        )
    )


def _say_sureness(found: Robustness | None, language: Language) -> str:
    """Say how sure the answer is, or how one may know."""
    if found is None:
        return render("robust.how", language)
    counts = found.communes["answer"].value_counts()
    return render("atlas.sure", language, runs=len(found.runs), **{name: int(counts.get(name, 0)) for name in _ANSWERS})


def _list_links(site: Site) -> list[tuple[str, str, str]]:
    """List what one may ask: address, name and one sentence each."""
    pages = [(part.name, part.page) for part in site.made if part.name not in ("briefs", "tables")]
    pages += [("method", "method.html"), ("accessibility", "accessibility.html")]
    return [
        (f"{site.below}{page}", render(f"atlas.ask_{name}", site.language), render(f"atlas.what_{name}", site.language))
        for name, page in pages
    ]


def _list_tables(site: Site) -> list[tuple[str, str, str]]:
    """List what one may download: address, name, and what kind of file it is."""
    if "tables" in site.unwanted:
        return []
    found = []
    for part in site.made:
        for table in part.tables:
            path = PurePosixPath(table)
            name = render(f"atlas.table_{path.stem}", site.language)
            found.append((f"{site.below}{table}", name, render(f"atlas.file_{path.suffix[1:]}", site.language)))
    return found


def _list_communes(site: Site) -> list[dict[str, str]]:
    """List the communes, those with most residents not served first, with the address of their briefs."""
    coverage, language, found = site.answers.coverage, site.language, site.robustness
    address = {code: name for name, (code, _) in list_briefs(site.answers).items()} if site.has("briefs") else {}
    answers = {} if found is None else dict(zip(found.communes["insee"], found.communes["answer"], strict=True))
    rows = []
    for row in sort_by_beyond(coverage.communes).drop(columns="geometry").to_dict("records"):
        figures = {str(column): value for column, value in row.items()}
        insee = str(row["insee"])
        nobody = row["verdict"] == "no residents"
        word = {"meets": "holds", "misses": "fails"}.get(str(row["verdict"]), "no residents")
        rows.append(
            {
                "name": str(row["name"]),
                "address": f"{site.below}{address[insee]}" if insee in address else "",
                "residents": format_count(row["residents"], language),
                "share": "" if is_missing(row["share"]) else format_share(row["share"], language),
                "missed": "" if nobody else format_count(count_missed(figures), language),
                "verdict": format_answer(word, language),
                "missing": "yes" if row["verdict"] == "misses" else "",
                "sure": "" if nobody or not answers else render(f"atlas.sure_{answers[row['insee']]}", language),
            }
        )
    return rows


def _draw_communes(coverage: Coverage, language: Language) -> dict[str, Any]:
    """Draw the communes by the share of residents served, as the map of communes does."""
    communes = coverage.communes
    required = coverage.summary["target"]["required_share"]
    classes = classify(communes["share"], required)
    said = [*map(capitalise, format_classes(required, language)), render("maps.class_none", language)]
    view = View.around(communes.total_bounds, shape=None)
    seen = sorted(set(classes.tolist()))
    return {
        "drawn": draw_frame(
            communes, view, language, zones=coverage.sst if len(coverage.sst) else None, times=coverage.times
        ),
        "zones": bool(len(coverage.sst)),
        "patterns": [_make_pattern(prefix, number, step, by) for prefix, step, by in _SCALES for number in seen
                     if "lines" in CLASS_STYLES[number]],
        "fills": [
            (trace_areas(communes.geometry[classes == number], view), _find_fill("map", number)) for number in seen
        ],
        "classes": [
            (_find_fill("key", number), said[number], int((classes == number).sum())) for number in seen
        ],
    }  # fmt: skip


def _make_pattern(prefix: str, number: int, step: int, by: float) -> Pattern:
    style = CLASS_STYLES[number]
    lines = f"M0 {step}L{step} 0M-2 2L2 -2M{step - 2} {step + 2}L{step + 2} {step - 2}"
    return Pattern(f"{prefix}-class-{number}", step, style["fill"], lines, style["lines"], style["width"] * by)


def _find_fill(prefix: str, number: int) -> str:
    style = CLASS_STYLES[number]
    return f"url(#{prefix}-class-{number})" if "lines" in style else find_tone(style)


# Method and accessibility


def render_method(site: Site) -> str:
    """Render how everything is measured: what the seconds mean, limits, sources, files."""
    coverage, language = site.answers.coverage, site.language
    notes = list_notes(coverage, language)
    return str(
        render_template(
            "atlas/method.html",
            language,
            kicker=str(coverage.summary["study"]),
            title=render("atlas.title_method", language),
            line=render("atlas.what_method", language),
            promise=format_promise(coverage.summary, language),
            served=format_served(coverage.summary, language),
            quote=quote_promise(coverage, language),
            method=list_method(coverage, language),
            walking=str(coverage.summary["walking"]),
            transit=coverage.times is not None and bool(coverage.times.settings.transit.gtfs),
            runs=0 if site.robustness is None else len(site.robustness.runs),
            how=render("robust.how", language),
            notes=notes,
            inputs=list_inputs(coverage.summary),
        )
    )


def render_statement(site: Site) -> str:
    """Render the accessibility statement: what was checked, how, and what falls short."""
    language = site.language
    return str(
        render_template(
            "atlas/accessibility.html",
            language,
            kicker=str(site.answers.study.settings.name),
            title=render("atlas.title_accessibility", language),
            line=render("atlas.what_accessibility", language),
            live=[one for one in ("map", "compare", "place", "inspect") if site.has(one)],
            contact=site.contact,
        )
    )


#: The pages, and who makes each; all but the index have an entry in it.
FRONT: Mapping[str, Callable[[Site], str]] = {
    "method.html": render_method,
    "accessibility.html": render_statement,
    "index.html": render_index,
}
