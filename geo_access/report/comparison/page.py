"""The page around the comparison's maps: what differs, who gains and loses, legends, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from geo_access.analysis.comparison import CHANGES
from geo_access.core.formats import format_count, format_share
from geo_access.report.comparison.layers import class_changes, class_minutes, class_net
from geo_access.report.comparison.tables import make_comparison_tables
from geo_access.report.comparison.words import (
    describe_differences,
    format_net,
    format_other_reading,
    format_rules,
    format_signed,
    list_outcomes,
    name_sides,
    tally,
    title_sides,
)
from geo_access.report.html import render_template
from geo_access.report.map.layers import classify, format_classes, state_codes
from geo_access.report.map.legends import Legend, LegendRow, render_short_key
from geo_access.report.map.page import leaflet_version, list_settings, list_sources
from geo_access.report.palette import (
    CHANGE_STYLES,
    CLASS_STYLES,
    MINUTES_STYLES,
    NET_STYLES,
    NO_CLASS,
    STATE_STYLES,
    STATES,
)
from geo_access.report.sentences import capitalise, format_departures, format_states, format_walking, list_hypotheses
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geo_access.analysis.comparison import Comparison
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

_SIDES = ("before", "after")


@dataclass(frozen=True)
class PageHead:
    """A question that a comparison belongs to, and its answer: the page's headline instead of the comparison's own.

    Attributes
    ----------
    title, answer
        Words of the headline.
    lead
        HTML to stand below the map.
    heading
        Words over the comparison.
    kicker
        Whose question it is, above the headline; the name of the page.
    key
        Its own key figures, instead of the comparison's.
    beside
        HTML to stand beside the map, above its legend.
    """

    title: str
    answer: str
    lead: str
    heading: str
    kicker: str = ""
    key: Sequence[tuple[str, str, str]] = ()
    beside: str = Markup()


def render_head(comparison: Comparison, language: Language, head: PageHead | None = None) -> Markup:
    """Return what stands before the maps, up to the opening of the map of changes; `head`: whose answer leads."""
    return render_template(
        "map/compared_before.html",
        language,
        head=head,
        study=str(comparison.summary["after"]["study"]),
        key=(head and head.key) or _list_key(comparison, language),
        answer=format_net(comparison, tally(comparison), language),
        tips=format_other_reading(comparison, language),
    )


def _render_story(comparison: Comparison, language: Language, head: PageHead | None) -> Markup:
    """Return who gains and loses in sentences, and what differs between the sides."""
    names = name_sides(comparison, language)
    return render_template(
        "map/compared_story.html",
        language,
        head=head,
        sides=[capitalise(name) for name in names] if names[0] else (),
        outcomes=list_outcomes(comparison, language),
        differences=describe_differences(comparison, language),
    )


def format_page_title(comparison: Comparison, language: Language) -> str:
    """Return the title of the page, which names both sides."""
    study = str(comparison.summary["after"]["study"])
    names = name_sides(comparison, language)
    if not names[0]:
        return render("compare.title", language, study=study)
    return render("compare.page_title", language, study=study, before=names[0], after=names[1])


def _list_key(comparison: Comparison, language: Language) -> list[tuple[str, str, str]]:
    total = tally(comparison).total
    return [
        ("net", format_signed(total["net"], language), render("compare.key_net", language)),
        ("gain", format_count(total["gained"], language), render("compare.key_gained", language)),
        ("loss", format_count(total["lost"], language), render("compare.key_lost", language)),
    ]


# Around the maps


def render_around(
    comparison: Comparison, layers: Sequence[tuple[str, str, bool]], language: Language, head: PageHead | None = None
) -> dict[str, tuple[Markup, Markup]]:
    """Return what opens and what closes each of the three maps.

    Parameters
    ----------
    comparison
        What `compare` returns.
    layers
        The layers that can be put on and off on all maps: name, label as HTML, whether on at first.
    language
        Of the page.
    head
        The question whose answer leads the page.
    """
    titles = title_sides(comparison, language)
    change, pair = list_change_legends(comparison, language), list_pair_legends(comparison, language)
    above = head.beside if head else Markup()
    beside = render_template(
        "map/compared_beside.html", language, above=above, legends=change, pair=pair, layers=layers
    )
    return {
        "change": (
            Markup(),
            render_short_key(change, "ga_change", language)
            + render_template("map/pair_before.html", language, title=titles[0]),
        ),
        "before": (Markup(), render_template("map/pair_between.html", language, title=titles[1])),
        "after": (
            Markup(),
            render_template("map/pair_after.html", language) + beside + _render_story(comparison, language, head),
        ),
    }


def _make_legend(theme: str, rows: Sequence[LegendRow], language: Language) -> Legend:
    return Legend(theme, render(f"compare.theme_{theme}", language), rows)


def list_change_legends(comparison: Comparison, language: Language) -> list[Legend]:
    """Return a legend for each theme of the map of changes, with its counts."""
    return [
        _make_people_legend(comparison, language),
        _make_net_legend(comparison, language),
        _make_minutes_legend(comparison, language),
    ]


def _count(people: float, residents: float, cells: int, language: Language) -> str:
    share = format_share(people / residents if residents else None, language)
    said = render("maps.legend_people", language, people=format_count(people, language), share=share)
    return f"{said} ({render('maps.legend_cells_count', language, cells=format_count(cells, language))})"


def _make_people_legend(comparison: Comparison, language: Language) -> Legend:
    total, classes = tally(comparison).total, class_changes(comparison)
    rows = []
    for key in CHANGES:
        counted = _count(total[key], total["residents"], int((classes == key).sum()), language)
        words = capitalise(render(f"compare.change_{key}", language))
        short = render(f"compare.short_{key}", language)
        rows.append(LegendRow(CHANGE_STYLES[key], f"ga_change_{key}", words, counted, short=short))
    if (classes == "empty").any():
        words = capitalise(render("results.state_empty", language))
        rows.append(LegendRow(CHANGE_STYLES["empty"], "ga_change_empty", words, short=""))
    return _make_legend("change", rows, language)


def _make_net_legend(comparison: Comparison, language: Language) -> Legend:
    classes, net = class_net(comparison), tally(comparison).communes["net"].to_numpy()
    rows = []
    for key, style in NET_STYLES.items():
        mine = classes == key
        if key == "unknown" and not mine.any():
            continue
        counted = render(
            "compare.legend_communes", language, communes=int(mine.sum()), net=format_signed(net[mine].sum(), language)
        )
        rows.append(LegendRow(style, f"ga_net_{key}", capitalise(render(f"compare.net_{key}", language)), counted))
    return _make_legend("net", rows, language)


def _make_minutes_legend(comparison: Comparison, language: Language) -> Legend:
    classes, weight = class_minutes(comparison), comparison.residents["weight"].to_numpy(np.float64)
    residents = float(weight.sum())
    rows = []
    for key, style in MINUTES_STYLES.items():
        mine = classes == key
        if not mine.any() and key in ("reached_now", "unreached_now", "none", "empty"):
            continue
        words = render("results.state_empty" if key == "empty" else f"compare.minutes_{key}", language)
        people = float(weight[mine].sum())
        counted = "" if key == "empty" else _count(people, residents, int(mine.sum()), language)
        rows.append(LegendRow(style, f"ga_minutes_{key}", capitalise(words), counted))
    return _make_legend("minutes", rows, language)


def list_pair_legends(comparison: Comparison, language: Language) -> list[Legend]:
    """Return a legend for each theme of the two maps, with the counts of both sides."""
    rules = [format_states(comparison.summary[side], language) for side in _SIDES]
    sides = [comparison.before, comparison.after]
    codes = [state_codes(coverage.residents) for coverage in sides]
    rows = []
    for code, state in enumerate(STATES):
        if not any((mine == code).any() for mine in codes):
            continue
        said = " → ".join(dict.fromkeys(rule[state] for rule in rules))
        counted = "" if state == "empty" else _count_both(sides, codes, code, language)
        rows.append(LegendRow(STATE_STYLES[state], f"ga_pair_{state}", capitalise(said), counted))
    return [_make_legend("cells", rows, language), _make_shares_legend(comparison, language)]


def _count_both(sides: Sequence[Coverage], codes: Sequence[NDArray[np.int64]], code: int, language: Language) -> str:
    people = [
        format_count(float(side.residents["weight"].to_numpy()[mine == code].sum()), language)
        for side, mine in zip(sides, codes, strict=True)
    ]
    return render("compare.people_both", language, before=people[0], after=people[1])


def _make_shares_legend(comparison: Comparison, language: Language) -> Legend:
    sides = [comparison.before, comparison.after]
    required = [float(side.summary["target"]["required_share"]) for side in sides]
    classes = [classify(side.communes["share"], share) for side, share in zip(sides, required, strict=True)]
    labels = [
        {**dict(enumerate(format_classes(s, language))), NO_CLASS: render("maps.class_none", language)}
        for s in required
    ]
    rows = []
    for number in sorted(labels[0] | labels[1]):
        counts = [int((mine == number).sum()) for mine in classes]
        if number == NO_CLASS and not any(counts):
            continue
        said = " → ".join(dict.fromkeys(label[number] for label in labels if number in label))
        counted = render("compare.communes_both", language, before=counts[0], after=counts[1])
        rows.append(LegendRow(CLASS_STYLES[number], f"ga_pair_class_{number}", capitalise(said), counted))
    return _make_legend("shares", rows, language)


# The foot


def render_foot(comparison: Comparison, language: Language, *, map_name: str) -> Markup:
    """Return what stands below the maps: tables, what is not compared, notes, sources and files."""
    after = comparison.after.summary
    codes = ["compare.note_people", "compare.note_minutes", "compare.note_verdict", "results.theoretical"]
    codes += ["maps.note_hours", "maps.note_point"]
    codes += [] if after["walking"] == "streets" else ["maps.note_straight_line"]
    codes += ["maps.note_rounding"]
    measured = list_hypotheses(after, language) or list_hypotheses(comparison.before.summary, language)
    measured += [format_departures(after, language), format_walking(after, language)]
    both = (comparison.before, comparison.after)
    sources = _list_once(list_sources, both, language) or [render("maps.sources_none", language)]
    prose = [
        ("maps.method_heading", [*format_rules(comparison, language), *measured]),
        ("compare.findings_heading", [finding.text(language) for finding in comparison.findings]),
        ("compare.notes_heading", [render(code, language) for code in codes]),
        ("maps.sources_heading", sources),
    ]
    technical = [
        ("maps.settings_heading", _list_once(list_settings, both, language)),
        ("maps.software_heading", [render("maps.leaflet", language, version=leaflet_version())]),
    ]
    return render_template(
        "map/compared_after.html",
        language,
        map_name=map_name,
        tables=make_comparison_tables(comparison, language, map_name=map_name),
        prose=[(render(code, language), lines) for code, lines in prose],
        technical=[(render(code, language), lines) for code, lines in technical],
        inputs=_list_inputs(comparison, language),
    )


def _list_once(
    lines: Callable[[Coverage, Language], list[str]], sides: Sequence[Coverage], language: Language
) -> list[str]:
    """Return what is said of both sides, each line once."""
    return list(dict.fromkeys(line for side in sides for line in lines(side, language)))


def _list_inputs(comparison: Comparison, language: Language) -> list[dict[str, str]]:
    """Name the files of both sides once, and say of a file on one side only which side it is."""
    sides = [{(str(f["file"]), str(f["sha256"])) for f in comparison.summary[side]["inputs"]} for side in _SIDES]
    listed = dict.fromkeys(
        (str(f["file"]), str(f["sha256"])) for side in _SIDES for f in comparison.summary[side]["inputs"]
    )
    said = []
    for file, digest in listed:
        there = [(file, digest) in side for side in sides]
        only = "" if all(there) else render(f"compare.{_SIDES[there.index(True)]}", language)
        said.append({"name": file, "side": only, "digest": digest[:16]})
    return said
