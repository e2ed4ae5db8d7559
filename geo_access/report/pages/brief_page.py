"""The page of a commune's brief: HTML that prints on one sheet of A4 and asks no server for anything."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.core.formats import format_count, format_date, format_minutes, format_number, format_share, is_missing
from geo_access.report.html import render_template
from geo_access.report.map.layers import state_codes
from geo_access.report.pages.page import PageColumn, list_inputs, make_table
from geo_access.report.pages.svg_map import find_fill, lay_out_commune, list_patterns, list_seen, list_signs, trace_star
from geo_access.report.palette import STATES
from geo_access.report.sentences import (
    format_departures,
    format_promise,
    format_served,
    format_states,
    format_walking,
    list_choices,
    quote_promise,
)
from geo_access.report.zone_names import name_zone
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from geo_access.analysis.helpful_sites import Help
    from geo_access.report.pages.svg_map import CommuneMap
    from geo_access.report.table import Table
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: Bounds of the table of times, in minutes after the threshold.
_STEPS = (5, 10, 20)
_MOST_PLACES = 12
_SHARES = (
    PageColumn("column_state"),
    PageColumn("column_residents", right=True),
    PageColumn("column_share", right=True),
)
_MINUTES = (PageColumn("column_minutes"), PageColumn("column_residents", right=True))
_REASONS = (PageColumn("column_reason"), PageColumn("column_residents", right=True))


def render_brief(coverage: Coverage, insee: str, helps: Sequence[Help] | None, language: Language) -> str:
    """Render the brief of a commune.

    Parameters
    ----------
    coverage
        What `check` returns.
    insee
        The commune.
    helps
        What `helpful_sites.find_help` found for it; None when it was not asked.
    language
        Of the page.
    """
    row = _find_row(coverage, insee)
    date = format_date(coverage.summary["date"], language)
    shares, fills = _list_states(coverage, row, language)
    star = None
    if helps and helps[0].candidate.site < 0:
        star = (helps[0].candidate.x, helps[0].candidate.y)
    page = render_template(
        "brief.html",
        language,
        title=render("brief.page_title", language, commune=row["name"], date=date),
        name=str(row["name"]),
        place=_format_place(coverage, row, language),
        verdict=str(row["verdict"]).replace("no residents", "none"),
        quote=quote_promise(coverage, language),
        measured=_format_measured(coverage, language),
        key=_list_figures(coverage, row, language),
        facts=_format_facts(coverage, row, language),
        drawn=_lay_out_map(coverage, row, star, language),
        patterns=list_patterns(),
        signs=list_signs(list_seen(coverage, insee), language),
        star=trace_star() if star is not None else "",
        shares=shares,
        fills=fills,
        beyond=_tabulate_beyond(coverage, row, language),
        missed=row["beyond"] + row["unsnapped"],
        helps=None if helps is None else [format_help(coverage, row, one, language) for one in helps],
        help_note=_format_help_note(row, helps or (), language),
        notes=_format_notes(coverage, language),
        files=list_inputs(coverage.summary),
    )
    return str(page)


def _find_row(coverage: Coverage, insee: str) -> dict[str, Any]:
    rows = coverage.communes[coverage.communes["insee"] == insee].drop(columns="geometry")
    return {str(name): value for name, value in rows.to_dict("records")[0].items()}


def _format_place(coverage: Coverage, row: Mapping[str, Any], language: Language) -> str:
    zone = name_zone(coverage.communes, "sst", row["sst"], language)
    sst = render("brief.place_sst", language, sst=zone) if zone else ""
    return render("brief.place", language, study=coverage.summary["study"], insee=row["insee"], sst=sst)


def _format_measured(coverage: Coverage, language: Language) -> str:
    rule, served = format_promise(coverage.summary, language), format_served(coverage.summary, language)
    measured = render("brief.measured", language, rule=rule, served=served)
    return " ".join([measured, *list_choices(coverage, language)])


def _list_figures(coverage: Coverage, row: Mapping[str, Any], language: Language) -> list[tuple[str, str, str]]:
    """List the key figures: who is served, who is not, how long a pole takes; none where nobody lives."""
    if not row["residents"] > 0:
        return []
    own = row["beyond"] + row["unsnapped"]
    residents = format_count(row["residents"], language)
    served = render("brief.number", language, served=_count_served(row, language), residents=residents)
    figures = [
        ("served", format_share(row["share"], language), served),
        ("beyond", format_count(own, language), render("brief.key_missed", language, count=round(own))),
    ]
    median, operator = row["median_min_pole"], coverage.summary["target"]["pole"]["operator"]
    minutes = format_minutes(median, language, operator=operator)
    said = render("brief.median_none" if is_missing(median) else "brief.key_median", language)
    return [*figures, ("median", minutes, said)]


def _format_facts(coverage: Coverage, row: Mapping[str, Any], language: Language) -> str:
    """Set the commune beside the whole study."""
    share = format_share(coverage.summary["total"]["share"], language)
    facts = [render("brief.all_study", language, share=share)]
    missed, own = coverage.communes["beyond"] + coverage.communes["unsnapped"], row["beyond"] + row["unsnapped"]
    if own > 0:
        rank, communes = int((missed > own).sum()) + 1, int((coverage.communes["residents"] > 0).sum())
        facts.append(render("brief.rank", language, rank=rank, communes=communes))
    return " ".join(facts)


def _count_served(row: Mapping[str, Any], language: Language) -> str:
    """Count those served; as long as one is missed, never as many as there are."""
    served, residents = float(row["served"]), float(row["residents"])
    if served < residents and round(served) >= round(residents):
        served = max(math.floor(residents) - 1, 0)
    return format_count(served, language)


def _list_states(coverage: Coverage, row: Mapping[str, Any], language: Language) -> tuple[Table, list[str]]:
    """Return the residents by state, which says what the map shows, and the fill of each: the map's legend."""
    cells = coverage.residents[coverage.residents["insee"] == row["insee"]]
    codes, words = state_codes(cells), format_states(coverage.summary, language)
    rows, fills = [], []
    for code, state in enumerate(STATES):
        people = float(cells["weight"][codes == code].sum())
        if state == "empty" or (not people and state == "unsnapped"):
            continue
        share = people / row["residents"] if row["residents"] else None
        rows.append((words[state], format_count(people, language), format_share(share, language)))
        fills.append(find_fill(state, "key"))
    return make_table("brief", "shares_caption", _SHARES, rows, language), fills


# The map


def _lay_out_map(
    coverage: Coverage, row: Mapping[str, Any], star: tuple[float, float] | None, language: Language
) -> CommuneMap:
    insee, name = str(row["insee"]), str(row["name"])
    places = [str(place) for place in list_seen(coverage, insee)["name"]]
    listed = ", ".join(places[:_MOST_PLACES]) + (", …" if len(places) > _MOST_PLACES else "")
    words = render(
        "brief.map_words", language, commune=name, places=listed or render("brief.map_places_none", language)
    )
    title = render("brief.map_title", language, commune=name)
    return lay_out_commune(coverage, insee, title=title, words=words, star=star)


# Who is beyond


def _tabulate_beyond(coverage: Coverage, row: Mapping[str, Any], language: Language) -> list[Table]:
    """Tabulate those missed by minutes and by reason; no table where nobody is missed."""
    cells = coverage.residents[coverage.residents["insee"] == row["insee"]]
    missed = cells[cells["state"].isin(["beyond", "unsnapped"]) & (cells["weight"] > 0)]
    if not len(missed):
        return []
    times = [(said, people) for said, people in _count_minutes(coverage, missed, language) if people > 0]
    by_reason = missed.groupby(missed["reason"].fillna("too_long"))["weight"].sum().sort_values(ascending=False)
    reasons = [(render(f"results.reason_{reason}", language), float(people)) for reason, people in by_reason.items()]
    return [
        make_table(
            "brief", caption, columns, [(said, format_count(people, language)) for said, people in counted], language
        )
        for caption, columns, counted in (("beyond_caption", _MINUTES, times), ("reasons_caption", _REASONS, reasons))
        if counted
    ]


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


def format_help(coverage: Coverage, row: Mapping[str, Any], found: Help, language: Language) -> str:
    """Say one hypothesis in a sentence."""
    elsewhere = ""
    if found.gained_all - found.gained >= 1:
        elsewhere = render("brief.help_elsewhere", language, gained=format_count(found.gained_all, language))
    return render(
        "brief.help_some",
        language,
        what=_format_candidate(coverage, found, language),
        gained=format_count(found.gained, language),
        missed=format_count(row["beyond"] + row["unsnapped"], language),
        elsewhere=elsewhere,
    )


def _format_help_note(row: Mapping[str, Any], helps: Sequence[Help], language: Language) -> str:
    """Say among which places was looked, and whose gain decides: the commune's residents, not everybody's."""
    if not helps:
        return render("brief.help_note", language)
    tried = format_count(max(one.tried for one in helps), language)
    return render("brief.help_note_tried", language, count=tried, commune=row["name"])


def _format_candidate(coverage: Coverage, found: Help, language: Language) -> str:
    candidate = found.candidate
    if candidate.site >= 0:
        site = coverage.sites.iloc[candidate.site]
        kind, name = str(site["kind"]), str(site["name"])
        becomes = kind != candidate.role and not (candidate.role == "antenna" and kind in ("pmi", "annex"))
        code = f"brief.help_promote_{candidate.role}" if becomes else f"brief.help_open_{site['status']}"
        return render(code, language, name=name)
    return render(f"brief.help_new_{candidate.role}", language, place=found.say(language))


def _format_notes(coverage: Coverage, language: Language) -> str:
    summary = coverage.summary
    said = [
        f"{format_departures(summary, language)}. {format_walking(summary, language)}.",
        render("results.theoretical", language),
        render("brief.note_cells", language),
    ]
    if summary["walking"] != "streets":
        said.append(render("maps.note_straight_line", language))
    if summary.get("street_filter"):
        said.append(render("maps.street_rules", language, filter=summary["street_filter"]) + ".")
    sources = [str(source) for source in summary.get("sources", ())]
    if sources:
        said.append(render("brief.sources", language, sources="\u00a0; ".join(sources)))
    return " ".join(said)
