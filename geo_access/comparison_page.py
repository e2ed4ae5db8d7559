"""The page around the comparison's maps: what differs, who gains and loses, legends, notes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.comparison import CHANGES
from geo_access.comparison_layers import (
    CHANGE_STYLES,
    MINUTES_STYLES,
    NET_STYLES,
    class_changes,
    class_minutes,
    class_net,
)
from geo_access.comparison_tables import BAR_PATTERN, write_comparison_tables
from geo_access.comparison_words import (
    format_signed,
    list_outcomes,
    name_sides,
    say_differences,
    say_rules,
    tally,
    title_sides,
)
from geo_access.formats import format_count, format_share
from geo_access.map_layers import CLASS_STYLES, NO_CLASS, STATE_STYLES, STATES, classify, say_classes, state_codes
from geo_access.map_legends import draw_swatch
from geo_access.map_notes import leaflet_version, list_sources
from geo_access.sentences import capitalise, list_hypotheses, say_departures, say_states, say_walking
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo_access.comparison import Comparison
    from geo_access.coverage import Coverage
    from geo_access.texts import Language

_SIDES = ("before", "after")
_CHANGE_THEMES, _PAIR_THEMES = ("change", "net", "minutes"), ("cells", "shares")


def _say(code: str, language: Language, **params: object) -> str:
    return escape(render(code, language, **params))


@dataclass(frozen=True)
class PageHead:
    """A question that a comparison belongs to, and its answer: the page's headline instead of the comparison's own.

    Attributes
    ----------
    title, answer
        Words of the headline.
    lead
        HTML to stand below it.
    heading
        Words over the comparison.
    """

    title: str
    answer: str
    lead: str
    heading: str


def write_head(comparison: Comparison, language: Language, head: PageHead | None = None) -> str:
    """Write what stands before the maps, up to the opening of the map of changes; `head`: whose answer leads."""
    study = str(comparison.summary["after"]["study"])
    outcomes = list_outcomes(comparison, language)
    told = "".join(f"<li>{escape(line)}</li>" for line in outcomes[1:])
    if head is None:
        opening = [
            "<header>",
            f'<p class="ga-kicker">{_say("compare.kicker", language)}</p>',
            f"<h1>{_say('compare.title', language, study=study)}</h1>",
        ]
        answer, closing = f'<p class="ga-answer">{escape(outcomes[0])}</p>', ["</header>", "<main>"]
    else:
        opening = [
            f'<header><h1>{escape(head.title)}</h1><p class="ga-answer">{escape(head.answer)}</p></header>',
            f"<main>{head.lead}<section>",
            f"<h2>{escape(head.heading)}</h2>",
        ]
        answer, closing = f"<p>{escape(outcomes[0])}</p>", ["</section>"]
    return "\n".join(
        [
            f'<a class="ga-skip" href="#ga_tables">{_say("compare.skip_to_tables", language)}</a>',
            '<div class="ga-page">',
            BAR_PATTERN,
            *opening,
            _write_sides(comparison, language),
            _write_key(comparison, language),
            '<div class="ga-story"><div>',
            f"{answer}<ul>{told}</ul></div>",
            f"<div>{_write_differences(comparison, language)}</div></div>",
            *closing,
            f"<noscript><p>{_say('compare.no_script', language)}</p></noscript>",
            f"<h2>{_say('compare.change_heading', language)}</h2>",
            '<div class="ga-body ga-change">',
        ]
    )


def write_page_title(comparison: Comparison, language: Language) -> str:
    """Write the title of the page, which names both sides."""
    study = str(comparison.summary["after"]["study"])
    names = name_sides(comparison, language)
    if not names[0]:
        return render("compare.title", language, study=study)
    return render("compare.page_title", language, study=study, before=names[0], after=names[1])


def _write_sides(comparison: Comparison, language: Language) -> str:
    names = name_sides(comparison, language)
    if not names[0]:
        return ""
    boxes = [
        f"<p><b>{_say(f'compare.{side}', language)}</b>{escape(capitalise(name))}</p>"
        for side, name in zip(_SIDES, names, strict=True)
    ]
    return f'<div class="ga-versus">{boxes[0]}<span aria-hidden="true">→</span>{boxes[1]}</div>'


def _write_key(comparison: Comparison, language: Language) -> str:
    total = tally(comparison).total
    quicker = format_count(total["quicker"], language)
    figures = [
        ("ga-net", format_signed(total["net"], language), _say("compare.key_net", language)),
        ("ga-gain", format_count(total["gained"], language), _say("compare.key_gained", language)),
        ("ga-loss", format_count(total["lost"], language), _say("compare.key_lost", language)),
        ("ga-slower", format_count(total["slower"], language), _say("compare.key_slower", language, quicker=quicker)),
    ]
    items = "".join(
        f'<li class="{css}"><strong>{escape(number)}</strong> <span>{words}</span></li>'
        for css, number, words in figures
    )
    return f'<ul class="ga-key">{items}</ul>'


def _write_differences(comparison: Comparison, language: Language) -> str:
    differences = say_differences(comparison, language)
    rules = "".join(f'<p class="ga-note">{escape(rule)}</p>' for rule in say_rules(comparison, language))
    if not differences:
        return f"<p>{_say('compare.differences_none', language)}</p>{rules}"
    rows = "".join(
        f'<tr><th scope="row">{escape(d.label)}</th><td>{escape(d.before)}</td><td>{escape(d.after)}</td></tr>'
        for d in differences
    )
    heads = "".join(f'<th scope="col">{_say(f"compare.{side}", language)}</th>' for side in _SIDES)
    what = _say("compare.column_difference", language)
    return (
        f'<table class="ga-differences"><caption>{_say("compare.differences_heading", language)}</caption>'
        f'<thead><tr><th scope="col">{what}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        f'<p class="ga-note">{_say("compare.differences_same", language)}</p>{rules}'
    )


# Legends


def _write_choice(name: str, themes: Sequence[str], legend: str, language: Language) -> str:
    """Write the choice of what is shown: one of the themes at a time."""
    boxes = "".join(
        f'<label><input type="radio" name="{name}" value="{theme}"{" checked" if number == 0 else ""}>'
        f"<span>{_say(f'compare.theme_{theme}', language)}</span></label>"
        for number, theme in enumerate(themes)
    )
    return f'<fieldset class="ga-choices"><legend>{_say(f"compare.{legend}", language)}</legend>{boxes}</fieldset>'


def _wrap_legend(name: str, theme: str, rows: Sequence[str], language: Language, *, hidden: bool) -> str:
    heading = _say(f"compare.theme_{theme}", language)
    return (
        f'<div id="{name}_legend_{theme}"{" hidden" if hidden else ""}><h3 class="ga-print">{heading}</h3>'
        f'<ul class="ga-legend">{"".join(rows)}</ul></div>'
    )


def _write_row(style: Mapping[str, Any], name: str, said: str, counted: str = "") -> str:
    small = f"<small>{escape(counted)}</small>" if counted else ""
    return f'<li class="ga-plain">{draw_swatch(style, name)}<span>{escape(capitalise(said))}{small}</span></li>'


def write_change_legends(comparison: Comparison, language: Language) -> str:
    """Write the choice of themes of the map of changes, and a legend for each with its counts."""
    return "".join(
        [
            _write_choice("ga_change", _CHANGE_THEMES, "theme_legend", language),
            _write_people_legend(comparison, language),
            _write_net_legend(comparison, language),
            _write_minutes_legend(comparison, language),
        ]
    )


def _count(people: float, residents: float, cells: int, language: Language) -> str:
    share = format_share(people / residents if residents else None, language)
    said = render("maps.legend_people", language, people=format_count(people, language), share=share)
    return f"{said} ({render('maps.legend_cells_count', language, cells=format_count(cells, language))})"


def _write_people_legend(comparison: Comparison, language: Language) -> str:
    total, classes = tally(comparison).total, class_changes(comparison)
    rows = [
        _write_row(
            CHANGE_STYLES[key],
            f"ga_change_{key}",
            render(f"compare.change_{key}", language),
            _count(total[key], total["residents"], int((classes == key).sum()), language),
        )
        for key in CHANGES
    ]
    if (classes == "empty").any():
        rows.append(_write_row(CHANGE_STYLES["empty"], "ga_change_empty", render("results.state_empty", language)))
    return _wrap_legend("ga_change", "change", rows, language, hidden=False)


def _write_net_legend(comparison: Comparison, language: Language) -> str:
    classes, net = class_net(comparison), tally(comparison).communes["net"].to_numpy()
    rows = []
    for key, style in NET_STYLES.items():
        mine = classes == key
        if key == "unknown" and not mine.any():
            continue
        counted = render(
            "compare.legend_communes", language, communes=int(mine.sum()), net=format_signed(net[mine].sum(), language)
        )
        rows.append(_write_row(style, f"ga_net_{key}", render(f"compare.net_{key}", language), counted))
    return _wrap_legend("ga_change", "net", rows, language, hidden=True)


def _write_minutes_legend(comparison: Comparison, language: Language) -> str:
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
        rows.append(_write_row(style, f"ga_minutes_{key}", words, counted))
    return _wrap_legend("ga_change", "minutes", rows, language, hidden=True)


def write_layer_choice(layers: Sequence[tuple[str, str, bool]], language: Language) -> str:
    """Write the layers that can be put on and off on all maps: (name, label as HTML, whether on at first)."""
    boxes = "".join(
        f'<label><input type="checkbox" name="ga_layer" value="{name}"{" checked" if shown else ""}>'
        f"<span>{label}</span></label>"
        for name, label, shown in layers
    )
    printed = "".join(f'<li class="ga-plain">{label}</li>' for _, label, shown in layers if shown)
    together = _say("compare.together", language)
    return (
        f'<fieldset class="ga-choices"><legend>{_say("compare.layers_legend", language)}</legend>{boxes}'
        f'<label><input type="checkbox" id="ga_together" checked><span>{together}</span></label></fieldset>'
        f'<ul class="ga-legend ga-print">{printed}</ul>'
        f'<p class="ga-note">{_say("maps.site_status_legend", language)}</p>'
    )


def write_pair_head(comparison: Comparison, language: Language) -> tuple[str, str, str]:
    """Write what opens the two maps, what stands between them, and what closes them."""
    titles = title_sides(comparison, language)
    captions = [
        f'<figure><figcaption id="ga_{side}">{escape(t)}</figcaption>' for side, t in zip(_SIDES, titles, strict=True)
    ]
    opening = (
        f'<section class="ga-pair"><h2>{_say("compare.pair_heading", language)}</h2>'
        f'<p class="ga-note ga-screen">{_say("compare.pair_help", language)}</p>'
        f'<div class="ga-panels">{captions[0]}'
    )
    legends = write_pair_legends(comparison, language)
    closing = f'</figure></div><div class="ga-below">{legends}</div></section>'
    return opening, f"</figure>{captions[1]}", closing


def write_pair_legends(comparison: Comparison, language: Language) -> str:
    """Write the choice of themes of the two maps and their legends, with the counts of both sides."""
    rules = [say_states(comparison.summary[side], language) for side in _SIDES]
    sides = [comparison.before, comparison.after]
    codes = [state_codes(coverage.residents) for coverage in sides]
    rows = []
    for code, state in enumerate(STATES):
        if not any((mine == code).any() for mine in codes):
            continue
        words = list(dict.fromkeys(rule[state] for rule in rules))
        said = " → ".join(words)
        counted = "" if state == "empty" else _count_both(sides, codes, code, language)
        rows.append(_write_row(STATE_STYLES[state], f"ga_pair_{state}", said, counted))
    legends = [
        _wrap_legend("ga_pair", "cells", rows, language, hidden=False),
        _write_shares_legend(comparison, language),
    ]
    return f"<div>{_write_choice('ga_pair', _PAIR_THEMES, 'pair_legend', language)}</div><div>{''.join(legends)}</div>"


def _count_both(sides: Sequence[Coverage], codes: Sequence[NDArray[np.int64]], code: int, language: Language) -> str:
    people = [
        format_count(float(side.residents["weight"].to_numpy()[mine == code].sum()), language)
        for side, mine in zip(sides, codes, strict=True)
    ]
    return render("compare.people_both", language, before=people[0], after=people[1])


def _write_shares_legend(comparison: Comparison, language: Language) -> str:
    sides = [comparison.before, comparison.after]
    required = [float(side.summary["target"]["required_share"]) for side in sides]
    classes = [classify(side.communes["share"], share) for side, share in zip(sides, required, strict=True)]
    labels = [
        {**dict(enumerate(say_classes(s, language))), NO_CLASS: render("maps.class_none", language)} for s in required
    ]
    rows = []
    for number in sorted(labels[0] | labels[1]):
        counts = [int((mine == number).sum()) for mine in classes]
        if number == NO_CLASS and not any(counts):
            continue
        words = list(dict.fromkeys(label[number] for label in labels if number in label))
        counted = render("compare.communes_both", language, before=counts[0], after=counts[1])
        rows.append(_write_row(CLASS_STYLES[number], f"ga_pair_class_{number}", " → ".join(words), counted))
    return _wrap_legend("ga_pair", "shares", rows, language, hidden=True)


# The foot


def write_foot(comparison: Comparison, language: Language, *, map_name: str) -> str:
    """Write what stands below the maps: tables, what is not compared, notes, sources and files."""
    back = f'<p class="ga-screen"><a href="#{map_name}_frame">{_say("compare.back_to_map", language)}</a></p>'
    return "\n".join(
        [
            '<div class="ga-tables" id="ga_tables" tabindex="-1">',
            write_comparison_tables(comparison, language, map_name=map_name),
            back,
            "</div>",
            "</main>",
            f'<footer class="ga-notes">{_write_notes(comparison, language)}</footer>',
            "</div>",
        ]
    )


def _write_notes(comparison: Comparison, language: Language) -> str:
    after = comparison.after.summary
    codes = ["compare.note_people", "compare.note_minutes", "compare.note_verdict", "results.theoretical"]
    codes += ["maps.note_hours", "maps.note_point"]
    codes += [] if after["walking"] == "streets" else ["maps.note_straight_line"]
    codes += ["maps.note_rounding"]
    measured = list_hypotheses(after, language) or list_hypotheses(comparison.before.summary, language)
    measured += [say_departures(after, language), say_walking(after, language)]
    sources = list(
        dict.fromkeys([*list_sources(comparison.before, language), *list_sources(comparison.after, language)])
    )
    sources = sources or [render("maps.sources_none", language)]
    sources.append(render("maps.leaflet", language, version=leaflet_version()))
    parts = [
        ("compare.findings_heading", [escape(finding.text(language)) for finding in comparison.findings]),
        ("compare.notes_heading", [*map(escape, measured), *(_say(code, language) for code in codes)]),
        ("maps.sources_heading", list(map(escape, sources))),
        ("maps.inputs_heading", _list_inputs(comparison, language)),
    ]
    return "".join(
        f"<section><h2>{_say(code, language)}</h2><ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul></section>"
        for code, lines in parts
        if lines
    )


def _list_inputs(comparison: Comparison, language: Language) -> list[str]:
    """Name the files of both sides once, and say of a file on one side only which side it is."""
    sides = [{(str(f["file"]), str(f["sha256"])) for f in comparison.summary[side]["inputs"]} for side in _SIDES]
    listed = dict.fromkeys(
        (str(f["file"]), str(f["sha256"])) for side in _SIDES for f in comparison.summary[side]["inputs"]
    )
    said = []
    for file, digest in listed:
        there = [(file, digest) in side for side in sides]
        only = "" if all(there) else f" ({_say(f'compare.{_SIDES[there.index(True)]}', language)})"
        said.append(f"{escape(file)}{only} <code>{escape(digest[:16])}</code>")
    return said
