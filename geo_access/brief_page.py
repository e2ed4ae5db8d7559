"""The page of a commune's brief: HTML that prints on one sheet of A4 and asks no server for anything."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.brief_map import draw_map, draw_place, draw_star_sign, draw_swatch, list_seen
from geo_access.formats import format_count, format_date, format_minutes, format_number, format_share, is_missing
from geo_access.map_layers import STATES, SYMBOLS, state_codes
from geo_access.sentences import (
    list_choices,
    quote_promise,
    say_departures,
    say_promise,
    say_served,
    say_states,
    say_walking,
)
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from geo_access.candidates import Help
    from geo_access.coverage import Coverage
    from geo_access.texts import Language

#: Bounds of the table of times, in minutes after the threshold.
_STEPS = (5, 10, 20)
_MOST_PLACES = 12
_STYLES = """
@page { size: A4; margin: 11mm 12mm }
* { box-sizing: border-box }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact }
body { margin: 0 auto; max-width: 186mm; padding: 6mm 2mm; background: #fff; color: #14181d;
  font: 9.2pt/1.32 "Liberation Sans", Arial, Helvetica, sans-serif }
h1 { font-size: 21pt; line-height: 1.1; margin: 0 }
h2 { font-size: 10.5pt; margin: 0 0 1mm; border-top: .5mm solid #14181d; padding-top: 1mm }
p { margin: 0 0 1.2mm }
.kicker, .small, figcaption, caption, footer { color: #4a525c }
.kicker { font-size: 9pt; margin: 0 0 .6mm }
.small, figcaption { font-size: 7.8pt }
header { display: flex; justify-content: space-between; align-items: flex-end; gap: 6mm; margin-bottom: 2.4mm }
.verdict { border: .6mm solid #14181d; padding: 1.2mm 3mm; font-weight: bold; font-size: 11.5pt; white-space: nowrap }
.misses { background: #fdeee2; border-color: #9c3d0a; color: #7c2f06 }
.meets { background: #e6f0f8; border-color: #1d5288; color: #153f6a }
figure { margin: 0 0 2mm; border-left: 1.2mm solid #2a6ca8; padding-left: 3mm }
blockquote { margin: 0; font-size: 10pt; font-style: italic }
.result { display: grid; grid-template-columns: auto 1fr; gap: 5mm; align-items: center; margin-bottom: 2.2mm }
.number { font-size: 30pt; font-weight: bold; line-height: 1; white-space: nowrap }
.columns { display: grid; grid-template-columns: 112mm 1fr; gap: 5mm }
.map { display: block; width: 112mm; height: auto; border: .2mm solid #9aa1a8 }
.map text { font-family: "Liberation Sans", Arial, Helvetica, sans-serif }
.swatch { width: 7mm; height: 4.2mm; vertical-align: -1mm }
.legend { list-style: none; margin: .8mm 0 1.5mm; padding: 0; display: flex; flex-wrap: wrap; gap: 0 2.5mm;
  font-size: 7.8pt }
.legend .swatch { width: 4.2mm; vertical-align: -1.1mm }
table { border-collapse: collapse; width: 100%; margin: 0 0 2mm; font-size: 8.4pt }
caption { text-align: left; font-size: 7.8pt; padding: 0 0 .4mm }
th, td { text-align: left; font-weight: normal; padding: .45mm 1mm .45mm 0; border-bottom: .2mm solid #c9ced4;
  vertical-align: top }
thead th { font-size: 7.6pt; color: #4a525c }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; padding-left: 1.5mm }
.help { margin: 0 0 1.2mm; padding-left: 4.2mm }
.help li:first-child { font-weight: bold }
footer { font-size: 7.2pt; line-height: 1.25; margin-top: 1.6mm }
footer h2 { font-size: 8pt; border-top-width: .25mm }
footer p { margin: 0 }
@media print { body { padding: 0; max-width: none } }
@media screen and (max-width: 760px) { .columns, .result { grid-template-columns: 1fr } .map { width: 100% }
  header { display: block } }
""".strip()
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def write_page(coverage: Coverage, insee: str, helps: Sequence[Help] | None, language: Language) -> str:
    """Write the brief of a commune.

    Parameters
    ----------
    coverage
        What `check` returns.
    insee
        The commune.
    helps
        What `candidates.find_help` found for it; None when it was not asked.
    language
        Of the page.
    """
    row = _find_row(coverage, insee)
    date = format_date(coverage.summary["date"], language)
    title = render("brief.page_title", language, commune=row["name"], date=date)
    body = "\n".join(
        [
            _write_head(coverage, row, language),
            _write_promise(coverage, language),
            _write_result(coverage, row, language),
            '<div class="columns"><div>',
            _write_map(coverage, row, helps, language),
            "</div><div>",
            _write_states(coverage, row, language),
            _write_beyond(coverage, row, language),
            "</div></div>",
            _write_help(coverage, row, helps, language),
            _write_notes(coverage, language),
        ]
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="generator" content="geo_access">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLES}\n</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )


def _find_row(coverage: Coverage, insee: str) -> dict[str, Any]:
    rows = coverage.communes[coverage.communes["insee"] == insee].drop(columns="geometry")
    row: dict[str, Any] = rows.to_dict("records")[0]
    return row


def _say(code: str, language: Language, **params: object) -> str:
    return escape(render(code, language, **params))


def _write_head(coverage: Coverage, row: Mapping[str, Any], language: Language) -> str:
    sst = "" if is_missing(row["sst"]) else render("brief.place_sst", language, sst=row["sst"])
    place = _say("brief.place", language, study=coverage.summary["study"], insee=row["insee"], sst=sst)
    verdict = str(row["verdict"]).replace("no residents", "none")
    return (
        f'<header><div><p class="kicker">{_say("brief.kicker", language)}</p><h1>{escape(str(row["name"]))}</h1>'
        f'<p class="small">{place}</p></div>'
        f'<div class="verdict {verdict}">{_say(f"brief.verdict_{verdict}", language)}</div></header>'
    )


def _write_promise(coverage: Coverage, language: Language) -> str:
    quote = quote_promise(coverage, language)
    source = _say("brief.promise_source", language, title=quote.title, source=quote.source)
    original = "" if language == "fr" else _say("brief.quote_language", language)
    rule, served = say_promise(coverage.summary, language), say_served(coverage.summary, language)
    measured = _say("brief.measured", language, rule=rule, served=served)
    choices = escape(" ".join(list_choices(coverage, language)))
    return (
        f'<section aria-label="{_say("brief.promise_heading", language)}"><figure><blockquote lang="fr">'
        f"«\u00a0{escape(quote.pole)}\u00a0» … «\u00a0{escape(quote.antenna)}\u00a0»</blockquote>"
        f"<figcaption>{source}{original}. {measured} {choices}</figcaption></figure></section>"
    )


def _write_result(coverage: Coverage, row: Mapping[str, Any], language: Language) -> str:
    heading = _say("brief.number_heading", language)
    if row["verdict"] == "no residents":
        return f'<section aria-label="{heading}"><p>{_say("brief.number_none", language)}</p></section>'
    said = render(
        "brief.number",
        language,
        served=_count_served(row, language),
        residents=format_count(row["residents"], language),
    )
    median = row["median_min_pole"]
    operator = coverage.summary["target"]["pole"]["operator"]
    missed = coverage.communes["beyond"] + coverage.communes["unsnapped"]
    facts = [
        render("brief.median_none", language)
        if is_missing(median)
        else render("brief.median", language, minutes=format_minutes(median, language, operator=operator)),
        render("brief.all_study", language, share=format_share(coverage.summary["total"]["share"], language)),
        render(
            "brief.rank",
            language,
            worse=int((missed > row["beyond"] + row["unsnapped"]).sum()),
            communes=int((coverage.communes["residents"] > 0).sum()),
        ),
    ]
    return (
        f'<section class="result" aria-label="{heading}"><div class="number">'
        f"{escape(format_share(row['share'], language))}</div><div><p><strong>{escape(said)}</strong></p>"
        f'<p class="small">{escape(" ".join(facts))}</p></div></section>'
    )


def _count_served(row: Mapping[str, Any], language: Language) -> str:
    """Count those served; as long as one is missed, never as many as there are."""
    served, residents = float(row["served"]), float(row["residents"])
    if served < residents and round(served) >= round(residents):
        served = max(math.floor(residents) - 1, 0)
    return format_count(served, language)


def _write_states(coverage: Coverage, row: Mapping[str, Any], language: Language) -> str:
    """Write the residents by state: the table that says what the map shows, and its legend."""
    cells = coverage.residents[coverage.residents["insee"] == row["insee"]]
    codes, words = state_codes(cells), say_states(coverage.summary, language)
    lines = []
    for code, state in enumerate(STATES):
        people = float(cells["weight"][codes == code].sum())
        if state == "empty" or (not people and state == "unsnapped"):
            continue
        share = people / row["residents"] if row["residents"] else None
        lines.append(
            f'<tr><th scope="row">{draw_swatch(state)} {escape(words[state])}</th>'
            f'<td class="n">{escape(format_count(people, language))}</td>'
            f'<td class="n">{escape(format_share(share, language))}</td></tr>'
        )
    heads = [_say(f"brief.column_{name}", language) for name in ("state", "residents", "share")]
    return _write_table(_say("brief.shares_caption", language), heads, lines)


def _write_table(caption: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    first, *others = heads
    head = f'<th scope="col">{first}</th>' + "".join(f'<th scope="col" class="n">{name}</th>' for name in others)
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>\n<tbody>\n"
        + "\n".join(rows)
        + "\n</tbody></table>"
    )


# The map


def _write_map(coverage: Coverage, row: Mapping[str, Any], helps: Sequence[Help] | None, language: Language) -> str:
    insee, name = str(row["insee"]), str(row["name"])
    seen = list_seen(coverage, insee)
    places = [str(place) for place in seen["name"]]
    listed = ", ".join(places[:_MOST_PLACES]) + (", …" if len(places) > _MOST_PLACES else "")
    words = render(
        "brief.map_words", language, commune=name, places=listed or render("brief.map_places_none", language)
    )
    star = None
    if helps and helps[0].candidate.site < 0:
        star = (helps[0].candidate.x, helps[0].candidate.y)
    title = render("brief.map_title", language, commune=name)
    legend = [
        f"<li>{draw_place(kind)} {_say(f'results.kind_{kind}', language)}</li>"
        for kind in SYMBOLS
        if (seen["kind"] == kind).any()
    ]
    if len(seen) and not seen["open"].all():
        hollow = draw_place(str(seen.loc[~seen["open"], "kind"].iloc[0]), hollow=True)
        legend.append(f"<li>{hollow} {_say('brief.map_hollow', language)}</li>")
    if star is not None:
        legend.append(f"<li>{draw_star_sign()} {_say('brief.map_star', language)}</li>")
    return (
        f"<section><h2>{_say('brief.map_heading', language)}</h2>"
        f"{draw_map(coverage, insee, title=title, words=words, star=star)}"
        f'<ul class="legend">{"".join(legend)}</ul></section>'
    )


# Who is beyond


def _write_beyond(coverage: Coverage, row: Mapping[str, Any], language: Language) -> str:
    cells = coverage.residents[coverage.residents["insee"] == row["insee"]]
    heading = f"<h2>{_say('brief.beyond_heading', language)}</h2>"
    missed = cells[cells["state"].isin(["beyond", "unsnapped"]) & (cells["weight"] > 0)]
    if not len(missed):
        said = f"<p>{_say('brief.beyond_nobody', language)}</p>" if row["verdict"] != "no residents" else ""
        return f"<section>{heading}{said}</section>" if said else ""
    times = [(said, people) for said, people in _count_minutes(coverage, missed, language) if people > 0]
    by_reason = missed.groupby(missed["reason"].fillna("too_long"))["weight"].sum().sort_values(ascending=False)
    reasons = [(render(f"results.reason_{reason}", language), float(people)) for reason, people in by_reason.items()]
    tables = []
    for caption, column, counted in (
        ("brief.beyond_caption", "brief.column_minutes", times),
        ("brief.reasons_caption", "brief.column_reason", reasons),
    ):
        lines = [
            f'<tr><th scope="row">{escape(said)}</th><td class="n">{escape(format_count(people, language))}</td></tr>'
            for said, people in counted
        ]
        heads = [_say(column, language), _say("brief.column_residents", language)]
        if lines:
            tables.append(_write_table(_say(caption, language), heads, lines))
    return f"<section>{heading}{''.join(tables)}</section>"


def _count_minutes(coverage: Coverage, missed: pd.DataFrame, language: Language) -> list[tuple[str, float]]:
    """Count residents by median time to the nearest pole, in steps from the threshold upwards."""
    rule = coverage.summary["target"]["pole"]
    limit, strict = float(rule["minutes"]), rule["operator"] == "lt"
    missed = missed[missed["state"] == "beyond"]
    seconds = missed["pole_p50_s"].to_numpy(np.float64, na_value=np.inf)
    weight = missed["weight"].to_numpy(np.float64)
    bounds = [limit + step for step in _STEPS]
    edges = np.array([limit, *bounds]) * 60
    step = np.searchsorted(edges, seconds, side="right" if strict else "left")
    step[np.isinf(seconds)] = len(edges) + 1
    people = np.bincount(step, weights=weight, minlength=len(edges) + 2)
    shown = [format_number(minutes, language) for minutes in (limit, *bounds)]
    code = f"brief.minutes_{rule['operator']}"
    last = "brief.minutes_from" if strict else "brief.minutes_over"
    words = [render("brief.minutes_within", language, to=shown[0])]
    words += [render(code, language, start=shown[i], to=shown[i + 1]) for i in range(len(bounds))]
    words += [render(last, language, start=shown[-1]), render("brief.minutes_never", language)]
    return [(said, float(count)) for said, count in zip(words, people, strict=True)]


# What would help


def _write_help(coverage: Coverage, row: Mapping[str, Any], helps: Sequence[Help] | None, language: Language) -> str:
    if row["verdict"] == "no residents":
        return ""
    heading = f"<h2>{_say('brief.help_heading', language)}</h2>"
    if row["beyond"] + row["unsnapped"] <= 0:
        return f"<section>{heading}<p>{_say('brief.help_needless', language)}</p></section>"
    if helps is None:
        return f"<section>{heading}<p>{_say('brief.help_unknown', language)}</p></section>"
    if not helps:
        said = f"<p>{_say('brief.help_none', language)}</p>"
    else:
        items = "".join(f"<li>{escape(say_help(coverage, row, one, language))}</li>" for one in helps)
        said = f'<ol class="help">{items}</ol>'
    return f'<section>{heading}{said}<p class="small">{_say("brief.help_note", language)}</p></section>'


def say_help(coverage: Coverage, row: Mapping[str, Any], found: Help, language: Language) -> str:
    """Say one hypothesis in a sentence."""
    elsewhere = ""
    if found.gained_all - found.gained >= 1:
        elsewhere = render("brief.help_elsewhere", language, gained=format_count(found.gained_all, language))
    return render(
        "brief.help_some",
        language,
        what=_say_candidate(coverage, found, language),
        gained=format_count(found.gained, language),
        missed=format_count(row["beyond"] + row["unsnapped"], language),
        elsewhere=elsewhere,
    )


def _say_candidate(coverage: Coverage, found: Help, language: Language) -> str:
    candidate = found.candidate
    if candidate.site >= 0:
        site = coverage.sites.iloc[candidate.site]
        kind, name = str(site["kind"]), str(site["name"])
        becomes = kind != candidate.role and not (candidate.role == "antenna" and kind in ("pmi", "annex"))
        code = f"brief.help_promote_{candidate.role}" if becomes else f"brief.help_open_{site['status']}"
        return render(code, language, name=name)
    communes = coverage.communes.set_index("insee")["name"]
    commune = str(communes.get(candidate.insee, candidate.insee))
    if found.near is None:
        cell = str(coverage.residents["cell"].iloc[candidate.cell])
        place = render("brief.place_cell", language, cell=cell, commune=commune)
    else:
        place = render("brief.place_stop", language, stop=found.near, commune=commune)
    return render(f"brief.help_new_{candidate.role}", language, place=place)


def _write_notes(coverage: Coverage, language: Language) -> str:
    summary = coverage.summary
    said = [
        f"{say_departures(summary, language)}. {say_walking(summary, language)}.",
        render("results.theoretical", language),
        render("brief.note_cells", language),
    ]
    if summary["walking"] != "streets":
        said.append(render("maps.note_straight_line", language))
    sources = [str(source) for source in summary.get("sources", ())]
    if sources:
        said.append(render("brief.sources", language, sources="\u00a0; ".join(sources)))
    heading = _say("brief.notes_heading", language)
    return f"<footer><h2>{heading}</h2><p>{escape(' '.join(said))}</p></footer>"
