"""The page of a data inspection: findings, their map, the facts behind them, and which rules were checked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo_access.core.formats import MISSING, format_count, format_date, format_number, format_share, read_number
from geo_access.quality.gtfs_rules import RULES
from geo_access.quality.inspection import part_of
from geo_access.quality.trips import basic_type
from geo_access.quality.validator import NAME
from geo_access.report.html import render_template
from geo_access.report.map.page import leaflet_version
from geo_access.report.map.page_figure import Page
from geo_access.report.map.table import make_plain_table
from geo_access.report.pages.inspection_map import draw_inspection, list_layers, localise
from geo_access.report.sentences import format_position
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_access.quality.inspection import Inspection
    from geo_access.quality.validator import SecondOpinion
    from geo_access.report.map.table import ScrollTable
    from geo_access.report.pages.inspection_map import Layer
    from geo_access.texts import Language


_LEVELS = ("error", "warning", "info")
_STREET_FACTS = (
    "walking", "streets", "km", "limited_km", "filter", "islands", "island_nodes",
    "unsnapped_cells", "unsnapped_people", "edge_share",
)  # fmt: skip


#: A day whose trips are farther than this part from the median of its weekday is odd.
_ODD = 0.25


class _Bar(NamedTuple):
    """A day of a feed: how high its trips stand; `studied` where it is the day that is judged."""

    top: str
    height: str
    studied: bool


class _Chart(NamedTuple):
    """The trips of each day of a feed: in words, as bars, and the mark over the day that is judged."""

    label: str
    mark: str
    bars: list[_Bar]


def render_inspection(inspection: Inspection, language: Language) -> str:
    """Render the page of an inspection, self-contained."""
    date = format_date(inspection.date, language, weekday=True)
    before = render_template(
        "inspection_before.html",
        language,
        study=inspection.study,
        date=date,
        key=[(level, inspection.count(level), render(f"inspect.key_{level}s", language)) for level in _LEVELS],
        verdict=format_verdict(inspection, language),
    )
    after = render_template(
        "inspection_after.html",
        language,
        layers=[_describe_layer(layer, language) for layer in list_layers(inspection, language)],
        findings=_tabulate_findings(inspection, language),
        facts=_tabulate("brief", ("fact", "value"), list_facts(inspection, language), (0, 1), language),
        odd=_tabulate_odd_days(inspection, language),
        feeds=_tabulate_feeds(inspection, language),
        charts=_list_charts(inspection, language),
        weekdays=_tabulate_weekdays(inspection, language),
        lines=_tabulate_lines(inspection, language),
        streets=_tabulate_streets(inspection, language),
        communes=_tabulate_communes(inspection, language),
        sites=_tabulate_sites(inspection, language),
        rules=_tabulate_rules(language),
        opinion=None if inspection.validator is None else format_opinion(inspection.validator, language),
        opinions=None if inspection.validator is None else _tabulate_opinion(inspection.validator, language),
        unanswered=[] if inspection.validator is None else inspection.validator.list_failures(language),
        files=[{"name": file, "side": "", "digest": digest[:16]} for file, digest in inspection.files],
        leaflet=leaflet_version(),
    )
    title = render("inspect.page_title", language, study=inspection.study, date=format_date(inspection.date, language))
    return draw_inspection(inspection, Page(language, title, before, after), language)


def format_verdict(inspection: Inspection, language: Language) -> str:
    """Say in one sentence what the findings come to."""
    errors, warnings = inspection.count("error"), inspection.count("warning")
    if errors:
        return render("inspect.verdict_error", language, errors=errors)
    if warnings:
        return render("inspect.verdict_warning", language, warnings=warnings)
    return render("inspect.verdict_fine", language)


def _tabulate(
    name: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    texts: tuple[int, ...],
    language: Language,
    **params: object,
) -> ScrollTable:
    heads = [render(f"inspect.column_{column}", language) for column in columns]
    return make_plain_table(render(f"inspect.caption_{name}", language, **params), heads, rows, texts)


def _tabulate_findings(inspection: Inspection, language: Language) -> ScrollTable:
    """Tabulate findings; the level is its name and its words."""
    rows: list[tuple[Any, ...]] = []
    for finding in inspection.findings:
        level = (finding.level, render(f"inspect.level_{finding.level}", language))
        row = "" if finding.row is None else f", {render('results.row', language, row=finding.row)}"
        part = render(f"inspect.part_{part_of(finding)}", language)
        rows.append((level, part, f"{name_briefly(finding.file)}{row}", finding.text(language)))
    return _tabulate("findings", ("level", "part", "where", "finding"), rows, (0, 1, 2, 3), language)


def _describe_layer(layer: Layer, language: Language) -> dict[str, Any]:
    """Return a layer of the map with its places as a table: what the map shows stands there too."""
    rows = [
        (one.name, localise(one.detail, language) or MISSING, f"{one.lat:.5f}, {one.lon:.5f}")
        for one in layer.locations
    ]
    heads = [render(f"inspect.column_{name}", language) for name in ("place", "detail", "position")]
    return layer._asdict() | {"count": len(rows), "table": make_plain_table(layer.said, heads, rows, (0, 1, 2))}


def name_briefly(file: str | None) -> str:
    """Name a file by its last two parts: the folders above are the reader's own."""
    if not file:
        return ""
    return ", ".join("/".join(one.split("/")[-2:]) for one in file.split(", "))


# Timetables


def _tabulate_feeds(inspection: Inspection, language: Language) -> ScrollTable:
    names = (
        "feed", "publisher", "dates", "trips", "busiest", "lines", "stops", "blank", "transfers", "frequencies",
        "pathways", "headsigns",
    )  # fmt: skip
    rows = [_describe_feed(row, language) for row in inspection.feeds.to_dict("records")]
    return _tabulate("feeds", names, rows, (0, 1, 2, 8), language)


def _describe_feed(row: dict[Any, Any], language: Language) -> list[Any]:
    """Say a feed; its first and last date are a pair, and so are the trips of its busiest day and that day."""
    transfers = format_transfers(row["transfers"], language) if row["transfers"] else ""
    blank = row["blank_times"] / row["stop_times"] if row["stop_times"] else None
    return [
        name_briefly(row["file"]),
        row["publisher"] or ", ".join(row["agencies"][:3]),
        (row["first_date"], row["last_date"]),
        format_count(row["trips"], language),
        (format_count(row["busiest_trips"], language), row["busiest_date"]),
        format_count(row["lines"], language),
        format_count(row["stops"], language),
        format_share(blank, language),
        transfers or MISSING,
        format_count(row["frequencies"], language),
        render("inspect.yes" if row["pathways"] else "inspect.no", language),
        format_share(row["headsigns"], language),
    ]


def _list_charts(inspection: Inspection, language: Language) -> list[_Chart]:
    """List the trips of each day, a chart a feed."""
    charts = []
    for file in inspection.feeds["file"] if len(inspection.feeds) else ():
        days = inspection.days[inspection.days["feed"] == file]
        if not len(days):
            continue
        trips, studied = days["trips"].to_numpy(np.float64), (days["date"] == inspection.date).to_numpy(bool)
        most = max(float(trips.max()), 1.0)
        heights = [round(80 * count / most, 2) for count in trips]
        label = render(
            "inspect.chart_label", language, file=name_briefly(file), first=days["date"].iloc[0],
            last=days["date"].iloc[-1], most=format_count(most, language),
            trips=format_count(trips[studied][0] if studied.any() else 0, language),
        )  # fmt: skip
        mark = "".join(
            f"M{at + 0.4} 6 l{-len(days) / 120:.2f} -6 h{len(days) / 60:.2f} z" for at in np.flatnonzero(studied)
        )
        bars = [
            _Bar(f"{90 - height:g}", f"{height:g}", bool(one)) for height, one in zip(heights, studied, strict=True)
        ]
        charts.append(_Chart(label, mark, bars))
    return charts


def _tabulate_weekdays(inspection: Inspection, language: Language) -> ScrollTable | None:
    if not len(inspection.days):
        return None
    weekday = inspection.days["date"].map(lambda text: dt.date.fromisoformat(text).weekday())
    medians = inspection.days.assign(weekday=weekday).pivot_table(
        "trips", "feed", "weekday", aggfunc="median", sort=False
    )
    rows = [
        [name_briefly(str(feed)), *(format_count(row.get(day), language) for day in range(7))]
        for feed, row in zip(medians.index, medians.to_dict("records"), strict=True)
    ]
    heads = [render("inspect.column_feed", language), *(render(f"inspect.weekday_{day}", language) for day in range(7))]
    return make_plain_table(render("inspect.caption_weekdays", language), heads, rows, (0,))


def _tabulate_odd_days(inspection: Inspection, language: Language) -> ScrollTable:
    """Tabulate the days that the charts show higher or lower than others: far from their weekday's median."""
    rows = []
    if len(inspection.days):
        days = inspection.days.assign(
            weekday=inspection.days["date"].map(lambda text: dt.date.fromisoformat(text).weekday())
        )
        usual = days.groupby(["feed", "weekday"])["trips"].transform("median")
        odd = days.assign(usual=usual)[(days["trips"] - usual).abs() > _ODD * usual]
        rows = [
            [
                format_date(dt.date.fromisoformat(row["date"]), language, weekday=True),
                name_briefly(str(row["feed"])),
                format_count(row["trips"], language),
                format_count(row["usual"], language),
            ]
            for row in odd.to_dict("records")
        ]
    return _tabulate("odd_days", ("day", "feed", "day_trips", "usual"), rows, (0, 1), language)


def _tabulate_lines(inspection: Inspection, language: Language) -> ScrollTable:
    rows = [
        [
            name_briefly(str(row["feed"])),
            format_mode(int(row["type"]), language),
            *(format_count(row[name], language) for name in ("lines", "trips", "stops")),
        ]
        for row in inspection.lines.to_dict("records")
    ]
    return _tabulate("lines", ("feed", "mode", "lines", "trips", "stops"), rows, (0, 1), language)


# Streets, residents, sites, rules


def _tabulate_streets(inspection: Inspection, language: Language) -> ScrollTable:
    rows = []
    for name in _STREET_FACTS:
        value = inspection.streets.get(name)
        if value is None:
            continue
        if name == "walking":
            said = render(f"inspect.walking_{'streets' if value == 'streets' else 'straight'}", language)
        elif name == "filter":
            said = str(value)
        else:
            said = format_share(value, language) if name == "edge_share" else format_count(value, language)
        rows.append((render(f"inspect.fact_{name}", language), said))
    return _tabulate("streets", ("fact", "value"), rows, (0,), language)


def _tabulate_communes(inspection: Inspection, language: Language) -> ScrollTable:
    rows = [
        [
            f"{row['name']} ({row['insee']})",
            *(format_count(row[name], language) for name in ("cells", "residents", "population")),
            _percent(row["ratio"], language),
        ]
        for row in inspection.communes.to_dict("records")
    ]
    return _tabulate("residents", ("commune", "cells", "residents", "population", "ratio"), rows, (0,), language)


def _percent(ratio: object, language: Language) -> str:
    number = read_number(ratio)
    if number is None:
        return MISSING
    return format_number(100 * number, language) + {"fr": "\u00a0%", "en": "%"}[language]


def _tabulate_sites(inspection: Inspection, language: Language) -> ScrollTable | None:
    if "kind" not in inspection.sites:
        return None

    def answer(value: object) -> str:
        return render("inspect.yes" if value else "inspect.no", language)

    rows = [
        [
            str(row["name"]),
            render(f"results.kind_{row['kind']}", language),
            answer(row["open"]),
            format_position(row["location"], language),
            answer(row["snapped"]),
            format_count(row["stop_m"], language),
        ]
        for row in inspection.sites.to_dict("records")
    ]
    return _tabulate("sites", ("site", "kind", "open", "location", "snapped", "stop"), rows, (0, 1, 2, 3, 4), language)


def _tabulate_rules(language: Language) -> ScrollTable:
    rows = [
        (rule.name, render(f"inspect.cover_{rule.cover}", language), render(f"inspect.{rule.why}", language))
        for rule in RULES
    ]
    covered = sum(rule.cover != "no" for rule in RULES)
    return _tabulate("rules", ("rule", "cover", "what"), rows, (0, 1, 2), language, covered=covered, total=len(RULES))


def format_opinion(opinion: SecondOpinion, language: Language) -> str:
    """Say in one sentence what the validator found."""
    if not opinion.version:
        return render("inspect.validator_none", language)
    return render(
        "inspect.validator_said", language, name=NAME, version=opinion.version, errors=len(opinion.errors),
        warnings=opinion.warnings,
    )  # fmt: skip


def list_opinion(opinion: SecondOpinion, language: Language) -> list[tuple[Any, ...]]:
    """List the validator's errors: rule, how often, where first, and what this package makes of the rule."""
    rows = []
    for one in opinion.errors:
        row = None if one.row is None else render("results.row", language, row=one.row)
        where = ", ".join(
            part for part in ("/".join(filter(None, (name_briefly(one.feed), one.file))), row, one.field) if part
        )
        rows.append((one.code, format_count(one.count, language), where, one.describe_ours(language)))
    return rows


def _tabulate_opinion(opinion: SecondOpinion, language: Language) -> ScrollTable | None:
    if not opinion.errors:
        return None
    return _tabulate(
        "validator", ("rule", "count", "where", "ours"), list_opinion(opinion, language), (0, 2, 3), language
    )


#: What transfers.txt may say, as its `transfer_type` does.
_TRANSFERS = ("0", "1", "2", "3", "4", "5")


def list_facts(inspection: Inspection, language: Language) -> list[tuple[str, str]]:
    """List what is asked first of a study's data: (what, how much), in the order of the page.

    Parameters
    ----------
    inspection
        The inspection.
    language
        Of the answer.
    """

    def format_text(name: str, **params: Any) -> str:
        return render(f"inspect.{name}", language, **params)

    facts = []
    if len(inspection.feeds):
        facts += [
            (format_text("fact_modes"), ", ".join(_list_modes(inspection, language))),
            (format_text("fact_calls"), format_text("brief_calls", **_count_calls(inspection))),
            (format_text("fact_transfers"), format_transfers(_sum_transfers(inspection), language)),
            (format_text("fact_pathways"), format_text("yes" if inspection.feeds["pathways"].any() else "no")),
            (format_text("fact_stops"), format_text("brief_stops", **_count_stops(inspection))),
        ]
    streets = inspection.streets
    if streets:
        walked = {name: streets[name] for name in ("km", "islands", "island_nodes") if streets.get(name) is not None}
        facts.append(
            (
                format_text("fact_streets"),
                format_text("brief_streets", **walked) if walked else format_text("walking_straight"),
            )
        )
        if streets.get("filter"):
            facts.append((format_text("fact_filter"), str(streets["filter"])))
        cells = {"cells": streets.get("unsnapped_cells") or 0, "people": streets.get("unsnapped_people") or 0}
        facts.append((format_text("fact_far_cells"), format_text("brief_far_cells", **cells)))
    people = float(inspection.communes["residents"].sum())
    legal = float(inspection.communes["population"].sum())
    cells_read = int(inspection.communes["cells"].sum())
    told = format_text("brief_residents", residents=people, cells=cells_read)
    if legal > 0:
        told += format_text("brief_legal", population=legal, percent=100 * people / legal)
    facts.append((format_text("fact_residents"), told))
    if "open" in inspection.sites:
        sites = inspection.sites
        far = int((~sites["snapped"].astype(bool)).sum())
        opened = int(sites["open"].astype(bool).sum())
        facts.append((format_text("fact_sites"), format_text("brief_sites", total=len(sites), open=opened, far=far)))
    return facts


def format_transfers(kinds: dict[str, int], language: Language) -> str:
    """Say how many transfers of each kind there are, in words."""
    said = []
    for kind, count in sorted(kinds.items()):
        word = f"transfer_{kind}" if kind in _TRANSFERS else "transfer_other"
        said.append(f"{format_count(count, language)} {render(f'inspect.{word}', language, kind=kind, count=count)}")
    return ", ".join(said) or render("inspect.none", language)


def format_mode(kind: int, language: Language) -> str:
    """Name a mode by its route type."""
    basic = basic_type(kind)
    if basic < 0:
        return render("inspect.mode_other", language, type=kind)
    said = render(f"inspect.mode_{basic}", language)
    return said if basic == kind else f"{said} ({kind})"


def _list_modes(inspection: Inspection, language: Language) -> list[str]:
    totals = inspection.lines.groupby("type", sort=True)[["lines", "trips"]].sum().astype(int)
    return [
        render(
            "inspect.brief_mode",
            language,
            mode=format_mode(int(kind), language),
            lines=row["lines"],
            trips=row["trips"],
        )
        for kind, row in zip(totals.index.tolist(), totals.to_dict("records"), strict=True)
    ]


def _count_calls(inspection: Inspection) -> dict[str, float]:
    calls, blank = int(inspection.feeds["stop_times"].sum()), int(inspection.feeds["blank_times"].sum())
    periods = int(inspection.feeds["frequencies"].sum())
    return {"calls": calls, "blank": blank, "percent": 100 * blank / max(calls, 1), "periods": periods}


def _sum_transfers(inspection: Inspection) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for one in inspection.feeds["transfers"]:
        for kind, count in one.items():
            kinds[kind] = kinds.get(kind, 0) + int(count)
    return kinds


def _count_stops(inspection: Inspection) -> dict[str, int]:
    served = inspection.stops[inspection.stops["used"].astype(bool)]
    return {
        "served": len(served),
        "outside": int((served["outside_m"] > 0).sum()),
        "unsnapped": int((~served["snapped"].astype(bool)).sum()),
    }
