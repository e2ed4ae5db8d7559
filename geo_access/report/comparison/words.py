"""A comparison in sentences and whole numbers: what the table, the page and the document say alike."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.analysis.comparison import CHANGES
from geo_access.core.formats import (
    MISSING,
    format_clock,
    format_count,
    format_date,
    format_number,
    format_share,
    format_threshold,
    is_missing,
    join_words,
    read_number,
)
from geo_access.report.sentences import format_mode, format_profile, format_promise, format_rule, pick
from geo_access.report.zone_names import name_zones
from geo_access.study.presets import PRESETS
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_access.analysis.comparison import Comparison
    from geo_access.texts import Language

#: How many winners and losers a sentence names.
MOST_NAMED = 5
_COUNTED = ("residents", "served_before", "served_after", *CHANGES, "net", "quicker", "slower", "reached", "unreached")

#: Edits that name a side; of more the rest is counted.
_EDITS_NAMED = 2


# Whole numbers that sum


@dataclass(frozen=True)
class Tally:
    """The people of a comparison in whole numbers: gained - lost = net in every row, and rows sum to the total.

    Attributes
    ----------
    communes, sst
        Whole numbers, one row for each row of `Comparison.communes` and `Comparison.sst`.
    total
        Their sum.
    """

    communes: pd.DataFrame
    sst: pd.DataFrame
    total: dict[str, int]


def tally(comparison: Comparison) -> Tally:
    """Count people in whole numbers, communes first; an SST is the sum of its communes."""
    communes = _round_rows(comparison.communes)
    rows = []
    for zone in comparison.sst.itertuples():
        side = "before" if zone.side == "before" else "after"
        mine = (comparison.communes[f"sst_{side}"] == zone.sst).to_numpy(bool, na_value=False)
        rows.append(communes[mine].sum())
    sst = pd.DataFrame(rows, columns=communes.columns).reset_index(drop=True)
    total = {str(name): int(count) for name, count in communes.sum().items()}
    return Tally(communes, sst, total)


def _round_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Round people so that rows sum to the rounded totals, and the four changes to the rounded residents."""
    exact = table[list(CHANGES)].to_numpy(np.float64)
    totals = _apportion(exact.sum(axis=0), round(float(exact.sum())))
    whole = pd.DataFrame(
        {name: _apportion(exact[:, i], int(totals[i])) for i, name in enumerate(CHANGES)}, dtype=np.int64
    )
    for name in ("quicker", "slower", "reached", "unreached"):
        people = table[name].to_numpy(np.float64)
        whole[name] = _apportion(people, round(float(people.sum())))
    whole["residents"] = whole[list(CHANGES)].sum(axis=1)
    whole["served_before"] = whole["kept"] + whole["lost"]
    whole["served_after"] = whole["kept"] + whole["gained"]
    whole["net"] = whole["gained"] - whole["lost"]
    return whole[list(_COUNTED)]


def _apportion(parts: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Round parts so that they sum to `total`, their rounded sum: whole numbers first, then the largest remainders."""
    whole = np.floor(parts).astype(np.int64)
    first = np.argsort(-(parts - whole), kind="stable")[: total - int(whole.sum())]
    whole[first] += 1
    return whole


def format_signed(value: object, language: Language) -> str:
    """Write a change in people with its sign: ``+1 234``, ``−56``, ``0``."""
    number = read_number(value)
    if number is None:
        return MISSING
    said = format_count(abs(number), language)
    return said if said == "0" else f"{'+' if number > 0 else '−'}{said}"


def format_minutes_change(value: object, language: Language) -> str:
    """Write a change in minutes with its sign and one decimal: ``+3,2``, ``−0,4``, ``0``."""
    number = read_number(value)
    if number is None:
        return MISSING
    tenths = math.floor(abs(number) * 10 + 0.5)
    if tenths == 0:
        return "0"
    said = f"{tenths // 10}.{tenths % 10}"
    decimal = {"fr": ",", "en": "."}[language]
    return ("+" if number > 0 else "−") + said.replace(".", decimal)


# What differs


@dataclass(frozen=True)
class Difference:
    """One thing that differs, in words; the short ones name a side in a title."""

    key: str
    label: str
    before: str
    after: str
    short_before: str = ""
    short_after: str = ""


def describe_differences(comparison: Comparison, language: Language) -> list[Difference]:
    """Say all that differs between the two sides."""
    said = []
    for fact in comparison.summary["differences"]:
        key = str(fact["key"])
        if key == "zoning" and fact["before"]["count"] == fact["after"]["count"]:
            # Two zonings of as many zones: the columns of the study are all that tells them apart.
            key = "zoning_column"
        words = [_format_value(key, fact[side], comparison.summary[side], language) for side in ("before", "after")]
        short = [_format_short(key, fact[side], language) for side in ("before", "after")]
        name, _, setting = key.partition(":")
        label = render(f"compare.key_{name.removesuffix('_column')}", language, name=setting)
        named = short if all(short) and short[0] != short[1] else ("", "")
        said.append(Difference(str(fact["key"]), label, *words, *named))
    return said


def name_sides(comparison: Comparison, language: Language) -> tuple[str, str]:
    """Name both sides by what differs: ``("13 SST, tout pôle compte", "14 SST, seul compte le pôle de son SST")``.

    Empty when nothing that has a short name differs. A side that supposes something is named by what it supposes, not
    by the study's name, which would stand over each map.
    """
    supposed = [_name_hypothesis(one.summary, language) for one in (comparison.before, comparison.after)]
    told = {"study", "sites"} if supposed[0] != supposed[1] else set()
    named = [one for one in describe_differences(comparison, language) if one.short_before and one.key not in told][:3]
    before, after = [one.short_before for one in named], [one.short_after for one in named]
    if told:
        before, after = [supposed[0], *before], [supposed[1], *after]
    return ", ".join(filter(None, before)), ", ".join(filter(None, after))


def _name_hypothesis(summary: Mapping[str, Any], language: Language) -> str:
    """Say what a side supposes: its scenario by name, and what changes beside it; "" for a study as it is."""
    scenario = summary.get("scenario")
    if not scenario:
        return ""
    edits = [str(one[language]) for one in scenario["edits"] if not (one["scenario"] and scenario["names"])]
    said = [render("compare.side_scenario", language, names=" + ".join(scenario["names"]))] if scenario["names"] else []
    if edits:
        first, more = ", ".join(edits[:_EDITS_NAMED]), len(edits) - _EDITS_NAMED
        said.append(render("scenario.more_edits", language, first=first, count=more) if more > 0 else first)
    return ", ".join(said)


def title_sides(comparison: Comparison, language: Language) -> tuple[str, str]:
    """Title both sides: ``Avant : 13 SST``, and plain ``Avant`` when there is no short name."""
    names = name_sides(comparison, language)
    return (
        render("compare.side_before", language, name=names[0]) if names[0] else render("compare.before", language),
        render("compare.side_after", language, name=names[1]) if names[1] else render("compare.after", language),
    )


def _format_value(key: str, value: Any, side: Mapping[str, Any], language: Language) -> str:  # noqa: C901 -- one line a key
    if key in ("zoning", "zoning_column"):
        code = "zones_none" if not value["count"] else "zones" if key == "zoning_column" else "zones_short"
        return render(f"compare.{code}", language, **value)
    if key in ("pool", "antenna_pool"):
        return render(f"compare.pool_{value}", language)
    if key == "preset":
        return pick(PRESETS[value].title, language) if value in PRESETS else str(value)
    if key == "planned":
        return render(f"compare.planned_{value}", language)
    if key in ("pole", "antenna"):
        # Pools have a line of their own.
        return format_rule({**side["target"][key], "pool": "any"}, language)
    if key in ("required_share", "departures_required"):
        return format_threshold(float(value), language)
    if key == "date":
        return format_date(value, language, weekday=True)
    if key == "departures":
        return _format_departures("compare.departures_words", value, language)
    if key == "walking":
        return format_mode(value, language)
    if key == "profile":
        return format_profile(value, language)
    if key == "limits_min" and value:
        return render(
            "compare.limits_words", language, **{k: format_number(float(v), language) for k, v in value.items()}
        )
    if key == "boarding" and value:
        return render("compare.boarding_words", language, slack=value["slack_s"], rule=value["rule"])
    if key == "weight":
        return render("compare.weight_words", language, column=value)
    if key == "sites":
        return render("compare.sites_words", language, **value)
    if key == "files":
        return join_words(value, language) if value else render("compare.files_none", language)
    return _format_plain(value, language)


def _format_plain(value: Any, language: Language) -> str:
    if is_missing(value):
        return render("compare.value_none", language)
    if isinstance(value, bool):
        return render("compare.value_true" if value else "compare.value_false", language)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _format_short(key: str, value: Any, language: Language) -> str:
    said = ""
    if key == "study":
        said = str(value)
    elif key == "zoning":
        said = (
            render("compare.zones_short", language, **value)
            if value["count"]
            else render("compare.zones_none", language)
        )
    elif key == "pool":
        said = render(f"compare.pool_{value}_short", language)
    elif key == "preset":
        said = pick(PRESETS[value].title, language).partition(",")[0] if value in PRESETS else str(value)
    elif key == "date":
        said = format_date(value, language)
    elif key == "departures":
        said = _format_departures("compare.departures_short", value, language)
    elif key == "profile":
        said = format_profile(value, language)
    elif key == "walking":
        said = format_mode(value, language)
    elif key == "planned":
        said = render(f"compare.planned_{value}", language)
    elif key == "sites":
        said = render("compare.sites_short", language, **value)
    return said


def _format_departures(code: str, asked: Mapping[str, Any], language: Language) -> str:
    start, end = format_clock(asked["from"], language), format_clock(asked["to"], language)
    every, count = format_count(asked["every_s"], language), format_count(asked["count"], language)
    return render(code, language, start=start, end=end, every=every, count=count)


def format_rules(comparison: Comparison, language: Language) -> list[str]:
    """Say what is measured: once when both sides measure the same."""
    rules = [format_promise(comparison.summary[side], language) for side in ("before", "after")]
    if rules[0] == rules[1]:
        return [render("compare.rule_both", language, rule=rules[0])]
    return [
        render("compare.rule_before", language, rule=rules[0]),
        render("compare.rule_after", language, rule=rules[1]),
    ]


# What comes of it


def list_outcomes(comparison: Comparison, language: Language) -> list[str]:
    """Say who gains and who loses, in all and where; the first sentence is the answer."""
    counted = tally(comparison)
    answer = " ".join([format_net(comparison, counted, language), *format_other_reading(comparison, language)])
    said = [answer, *_format_sites(comparison, language)]
    said += _format_communes(comparison, counted, language)
    total = counted.total
    if total["quicker"] or total["slower"]:
        parts = {
            name: render(
                f"compare.{name}_{'some' if total[name] else 'none'}",
                language,
                people=format_count(total[name], language),
            )
            for name in ("quicker", "slower")
        }
        said.append(render("compare.minutes", language, **parts))
    said += [
        render(f"compare.minutes_{name}", language, people=format_count(total[name], language))
        for name in ("unreached", "reached")
        if total[name]
    ]
    said += _format_bare(comparison, language)
    sides = [comparison.summary[side] for side in ("before", "after")]
    inhabited = int((comparison.communes["residents"] > 0).sum())
    meeting = [side["communes_meeting"] for side in sides]
    said.append(render("compare.communes_meeting", language, before=meeting[0], after=meeting[1], inhabited=inhabited))
    return said


def format_net(comparison: Comparison, counted: Tally, language: Language) -> str:
    """Say in one sentence how many are served before and after, how many gain and how many lose."""
    total, exact = counted.total, comparison.summary["total"]
    net = total["net"]
    code = "more" if net > 0 else "fewer" if net < 0 else "even" if total["gained"] else "none"
    return render(
        f"compare.net_{code}",
        language,
        net=format_count(abs(net), language),
        residents=format_count(total["residents"], language),
        before=format_count(total["served_before"], language),
        after=format_count(total["served_after"], language),
        share_before=format_share(exact["share_before"], language),
        share_after=format_share(exact["share_after"], language),
        gained=_format_people("gain", total["gained"], language),
        lost=_format_people("lose", total["lost"], language),
    )


def format_other_reading(comparison: Comparison, language: Language) -> list[str]:
    """Say what tips the answer, with its figures in the other reading; nothing where nobody hangs on it."""
    other = comparison.summary.get("other_reading")
    if not other:
        return []
    sites = other["sites"]
    names = [*sites[:MOST_NAMED]]
    if len(sites) > MOST_NAMED:
        names.append(render("compare.names_more", language, count=len(sites) - MOST_NAMED))
    facts: dict[str, object] = {"count": len(sites), "names": join_words(names, language)}
    for name, total in (("opening", other["total_opening"]), ("both", other["total"])):
        facts[name] = render(
            "compare.other_figures",
            language,
            gained=_format_people("gain", round(total["gained"]), language),
            lost=_format_people("lose", round(total["lost"]), language),
            share_before=format_share(total["share_before"], language),
            share_after=format_share(total["share_after"], language),
        )
    return [render(f"compare.other_{other['planned']}", language, **facts)]


def _format_people(what: str, people: int, language: Language) -> str:
    code = "some" if people else "none"
    return render(f"compare.{what}_{code}", language, people=format_count(people, language))


def _format_sites(comparison: Comparison, language: Language) -> list[str]:
    """Name the places that open and those that close."""
    said = []
    for change, side in (("opened", "after"), ("closed", "before")):
        mine = comparison.sites[comparison.sites["changes"].map(lambda changes, change=change: change in changes)]
        if len(mine):
            names = [str(name) for name in mine[f"name_{side}"]]
            more = len(names) - MOST_NAMED
            if more > 0:
                names = [*names[:MOST_NAMED], render("compare.names_more", language, count=more)]
            listed = join_words(names, language)
            said.append(render(f"compare.sites_{change}", language, count=len(mine), names=listed))
    return said


def _format_communes(comparison: Comparison, counted: Tally, language: Language) -> list[str]:
    net = counted.communes["net"]
    if not (counted.communes[["gained", "lost"]] > 0).any(axis=None):
        return []
    known = comparison.communes["residents"].to_numpy() > 0
    numbers = {
        "winning": int((net > 0).sum()),
        "losing": int((net < 0).sum()),
        "steady": int(((net == 0) & known).sum()),
    }
    said = [render("compare.communes_split", language, **numbers)]
    order = sort_by_net(comparison, counted)
    for code, chosen in (("winners", order[net.to_numpy()[order] > 0]), ("losers", order[net.to_numpy()[order] < 0])):
        if len(chosen):
            names = [
                render(
                    "compare.named_net",
                    language,
                    name=str(comparison.communes["name"].iloc[i]),
                    net=format_signed(net.iloc[i], language),
                )
                for i in chosen[:MOST_NAMED]
            ]
            said.append(render(f"compare.{code}", language, names=join_words(names, language)))
    return said


def _format_bare(comparison: Comparison, language: Language) -> list[str]:
    """Warn of SST without any pole, on a side where only the own SST's pole counts."""
    said = []
    for side in ("before", "after"):
        summary = comparison.summary[side]
        if summary["target"]["pole"]["pool"] == "own_sst" and summary["sst_without_pole"]:
            zones = name_zones(comparison.communes, f"sst_{side}", language)
            names = join_words([zones.get(str(one), str(one)) for one in summary["sst_without_pole"]], language)
            said.append(render("compare.bare_sst", language, side=render(f"compare.{side}", language), names=names))
            sites = getattr(comparison, side).sites
            waiting = sites["sst"].isin(summary["sst_without_pole"]) & (sites["kind"] == "pole") & ~sites["open"]
            if waiting.any():
                named = join_words(sites.loc[waiting.to_numpy(bool), "name"].map(str).tolist(), language)
                said.append(render("compare.bare_sst_waiting", language, names=named, count=int(waiting.sum())))
    return said


def sort_by_net(comparison: Comparison, counted: Tally) -> NDArray[np.int64]:
    """Order communes as `rank_by_net` does, then by code."""
    codes = comparison.communes["insee"].astype(str)
    return np.lexsort((codes, *rank_by_net(counted.communes)[::-1]))


def rank_by_net(people: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rank rows: winners, losers, then those whose net is zero; in each the largest first."""
    net, gained = people["net"].to_numpy(np.int64), people["gained"].to_numpy(np.int64)
    group = np.select([net > 0, net < 0, gained > 0], [0, 1, 2], 3)
    return group, -np.maximum(np.abs(net), gained * (net == 0))


def list_readings(comparison: Comparison, language: Language) -> list[tuple[str, dict[str, float]]]:
    """List the zonings with the residents served if any pole counts and if only the own SST's does.

    One row where both sides have the same zoning and the same readings; none where a side has no zoning.
    """
    rows: list[tuple[str, dict[str, float]]] = []
    for side in ("before", "after"):
        summary = comparison.summary[side]
        pools = summary["served_by_pool"]
        if None in pools.values():
            return []
        zones = render("compare.zones_short", language, count=summary["sst_count"])
        rows.append((render(f"compare.side_{side}", language, name=zones), pools))
    if rows[0][1] == rows[1][1] and not any(fact["key"] == "zoning" for fact in comparison.summary["differences"]):
        return [(zones, pools)]
    return rows


def format_changes_of_site(row: Mapping[Any, Any], language: Language) -> str:
    """Say what changes at a place."""
    said = []
    for change in row["changes"]:
        params: dict[str, str] = {}
        if change == "moved":
            params = {"metres": format_count(row["moved_m"], language)}
        elif change in ("kind", "status"):
            params = {s: render(f"results.{change}_{row[f'{change}_{s}']}", language) for s in ("before", "after")}
        elif change == "renamed":
            params = {"before": str(row["name_before"])}
        said.append(render(f"compare.site_{change}", language, **params))
    return join_words(said, language)
