"""A verdict in sentences: what the table, the map and the JSON say alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from geo_access.core.formats import (
    MISSING,
    format_clock,
    format_count,
    format_date,
    format_missed_share,
    format_number,
    format_share,
    format_threshold,
    join_words,
)
from geo_access.core.matching import listed
from geo_access.study.inputs.caravan_stops import name_position
from geo_access.study.presets import OWN_PRESET, PRESETS
from geo_access.texts import Text, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: Sites that a sentence names.
_NAMED = 5


@dataclass(frozen=True)
class Quote:
    """What was said, by whom, in which document, in which language."""

    pole: str
    antenna: str
    title: str
    source: str
    language: str = "fr"
    spoken: bool = True

    @property
    def cited(self) -> str:
        """The source as people cite it; a speech by who held it, where and when, its file being no name for readers."""
        return self.title if self.spoken else f"{self.title} ({self.source})"


def quote_promise(coverage: Coverage, language: Language) -> Quote:
    """Return the promise in the words of its speech (always French) and its title in `language`.

    A promise that nobody spoke is said by its rules.
    """
    preset = coverage.preset
    if preset.name == OWN_PRESET:
        target = coverage.summary["target"]
        pole, antenna = (format_rule(target[name], language) for name in ("pole", "antenna"))
        return Quote(pole, antenna, pick(preset.title, language), preset.pole.source, language, spoken=False)
    sources = list(dict.fromkeys([preset.pole.source, preset.antenna.source]))
    return Quote(preset.pole.quote, preset.antenna.quote, pick(preset.title, language), ", ".join(sources))


def pick(text: Text, language: Language) -> str:
    """Return a text in one language."""
    said: str = getattr(text, language)
    return said


def format_rule(rule: Mapping[str, Any], language: Language) -> str:
    """Say one rule, to stand in a sentence: ``pôle social à moins de 20 min en transports en commun``."""
    kinds = join_words([render(f"results.word_{kind}", language) for kind in rule["kinds"]], language, last="or")
    return render(
        f"results.rule_{rule['operator']}",
        language,
        kinds=kinds,
        minutes=format_number(float(rule["minutes"]), language, decimals=2),
        mode=render(f"results.mode_{rule['mode']}", language),
        pool=render(f"results.pool_{rule['pool']}", language),
    )


def format_promise(summary: Mapping[str, Any], language: Language) -> str:
    """Say both rules in one sentence: a pole, or else an antenna."""
    target = summary["target"]
    pole, antenna = format_rule(target["pole"], language), format_rule(target["antenna"], language)
    return render("results.promise", language, pole=pole, antenna=antenna)


def format_states(summary: Mapping[str, Any], language: Language) -> dict[str, str]:
    """Say what each state of a resident means, as a legend does."""
    target = summary["target"]
    words = {state: render(f"results.state_{state}", language) for state in ("beyond", "unsnapped", "empty")}
    return {name: capitalise(format_rule(target[name], language)) for name in ("pole", "antenna")} | words


def name_roles(summary: Mapping[str, Any], language: Language) -> dict[str, str]:
    """Name the kinds of sites that each rule counts, in as few words as a key has room for."""
    return {
        role: capitalise(
            join_words(
                [render(f"results.word_{kind}", language) for kind in summary["target"][role]["kinds"]],
                language,
                last="or",
            )
        )
        for role in ("pole", "antenna")
    }


def list_hypotheses(summary: Mapping[str, Any], language: Language) -> list[str]:
    """Say that a result stands on a scenario, what it changes, and how planned sites count where there are any."""
    said, scenario = [], summary.get("scenario")
    if scenario and scenario["names"]:
        names, files = " + ".join(scenario["names"]), ", ".join(PurePath(file).name for file in scenario["files"])
        moved = {"lines", "streets"} & set(scenario.get("changes", ("lines",)))
        said.append(render("scenario.note" if moved else "scenario.note_file", language, names=names, files=files))
    if scenario and scenario.get("edits"):
        said.append(
            render("scenario.note_sites", language, edits="; ".join(one[language] for one in scenario["edits"]))
        )
    said += [] if not scenario else scenario.get("notes", ())
    planned = summary.get("planned")
    if planned:
        names = listed(planned["sites"], limit=_NAMED)
        said.append(render(f"results.planned_{planned['count']}", language, count=len(planned["sites"]), names=names))
    return said


def pick_supposed(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a verdict stands on beside today's data, as other documents repeat it."""
    return {name: summary[name] for name in ("planned", "scenario") if name in summary}


def list_choices(coverage: Coverage, language: Language) -> list[str]:
    """Name what the study supposes and changes in its speech, and what the speech leaves open and the study chose."""
    said = list_hypotheses(coverage.summary, language)
    target, spoken = coverage.summary["target"], PRESETS.get(coverage.preset.name)
    for name in ("pole", "antenna"):
        rule = target[name]
        if spoken is not None:
            original = getattr(spoken, name)
            if (rule["minutes"], rule["operator"]) != (original.minutes, original.operator):
                minutes = format_number(original.minutes, language)
                said.append(render("results.rule_changed", language, rule=format_rule(rule, language), minutes=minutes))
        if "mode" in rule.get("choices", ()):
            kind = render(f"results.word_{name}", language)
            mode = render(f"results.mode_{rule['mode']}", language)
            said.append(render("results.choice_mode", language, kind=kind, mode=mode))
        others = [kind for kind in rule["kinds"] if kind != name]
        if "kinds" in rule.get("choices", ()) and others:
            words = join_words([render(f"results.word_{kind}", language) for kind in others], language)
            kind = render(f"results.word_{name}", language)
            said.append(render("results.choice_kinds", language, kind=kind, others=words))
    if target["required_share"] < 1:
        said.append(render("results.tolerance", language, share=format_threshold(target["required_share"], language)))
    return said


def format_served(summary: Mapping[str, Any], language: Language) -> str:
    """Say when a resident counts as served."""
    share = format_threshold(summary["target"]["departures_required"], language)
    said = render("results.served_means", language, share=share)
    # People are what is counted unless the study says otherwise; another column must be named.
    column = summary.get("weight")
    return said if column in (None, "ind") else f"{said} {render('results.weight', language, column=column)}"


def format_departures(summary: Mapping[str, Any], language: Language) -> str:
    """Say the day and the departures."""
    asked = summary["departures"]
    code = "results.departures" if asked["every_s"] == 60 else "results.departures_every"
    date = format_date(summary["date"], language, weekday=True)
    start, end = format_clock(asked["from"], language), format_clock(asked["to"], language)
    every, count = format_count(asked["every_s"], language), format_count(asked["count"], language)
    return render(code, language, date=date, start=start, end=end, every=every, count=count)


def format_mode(summary: Mapping[str, Any], language: Language) -> str:
    """Say how walking is measured."""
    if summary["walking"] == "streets":
        return render("results.walking_streets", language)
    detour = format_number(float(summary.get("detour") or 1), language, decimals=2)
    return render("results.walking_straight_line", language, detour=detour)


def format_profile(summary: Mapping[str, Any], language: Language) -> str:
    """Say who walks, and how fast."""
    profile = render(f"study.profile_{summary['profile']}", language)
    speed = format_number(float(summary["speed_kmh"]), language)
    return render("results.profile", language, profile=profile, speed=speed)


def format_walking(summary: Mapping[str, Any], language: Language) -> str:
    """Say how walking is measured, who walks, and how fast."""
    return render(
        "results.walking", language, mode=format_mode(summary, language), profile=format_profile(summary, language)
    )


def count_verdicts(coverage: Coverage) -> tuple[int, int]:
    """Return how many communes meet the target, and how many have residents."""
    verdicts = coverage.communes["verdict"]
    return int((verdicts == "meets").sum()), int((verdicts != "no residents").sum())


def list_verdicts(coverage: Coverage, language: Language) -> list[str]:
    """Say the verdict: communes where the promise is met, residents not served, and the readings beside it."""
    summary = coverage.summary
    total = summary["total"]
    meeting, inhabited = count_verdicts(coverage)
    code = "results.verdict_all" if coverage.meets else "results.verdict_some" if meeting else "results.verdict_none"
    said = [render(code, language, meeting=meeting, inhabited=inhabited)]
    missed = count_missed(total)
    if missed > 0:
        said.append(
            render(
                "results.beyond_unsnapped" if total["unsnapped"] > 0 else "results.beyond_some",
                language,
                missed=format_count(missed, language),
                residents=format_count(total["residents"], language),
                share=format_missed_share(missed / total["residents"], language),
                unsnapped=format_count(total["unsnapped"], language),
            )
        )
    else:
        said.append(render("results.beyond_none", language))
    empty = coverage.communes.loc[coverage.communes["verdict"] == "no residents", "name"]
    if len(empty):
        said.append(render("results.without_residents", language, names=join_words(list(map(str, empty)), language)))
    return said + _list_other_readings(coverage, language)


def count_missed(total: Mapping[str, Any]) -> float:
    """Return how many residents are not served: by too long or too rare a journey, or too far from a street."""
    return float(total["beyond"] + total["unsnapped"])


def _list_other_readings(coverage: Coverage, language: Language) -> list[str]:
    summary = coverage.summary
    said = []
    _, inhabited = count_verdicts(coverage)
    stricter = summary.get("stricter")
    if stricter:
        said.append(
            render(
                "results.stricter",
                language,
                title=pick(PRESETS[stricter["preset"]].title, language),
                rule=format_promise({"target": stricter}, language),
                share=format_share(stricter["share"], language),
                meeting=stricter["communes_meeting"],
                inhabited=inhabited,
            )
        )
    pools = {
        name: _share_of_all(coverage.communes, f"share_{name}_sst" if name == "own" else "share_any")
        for name in ("any", "own")
    }
    if len(coverage.sst) and None not in pools.values():
        shares = {name: format_share(share, language) for name, share in pools.items()}
        said.append(render("results.pools", language, **shares))
    presence = summary["target"].get("presence")
    if presence:
        kinds = join_words(
            [render(f"results.word_{kind}", language) for kind in presence["kinds"]], language, last="or"
        )
        without = coverage.communes.loc[~coverage.communes["presence"].fillna(value=False).astype(bool), "name"]
        if len(without):
            names = join_words(list(map(str, without)), language)
            said.append(render("results.presence_missing", language, kinds=kinds, names=names))
        else:
            said.append(render("results.presence_all", language, kinds=kinds))
    pmi = summary["target"].get("pmi")
    if pmi:
        share = format_share(summary["total"].get("share_pmi"), language)
        said.append(render("results.pmi", language, rule=format_rule(pmi, language), share=share))
    priority = summary.get("priority")
    if priority:
        people = {"residents": priority["residents"], "missed": count_missed(priority)}
        figures = {name: format_count(number, language) for name, number in people.items()}
        share = format_share(priority["share"], language)
        said.append(render("results.priority", language, areas=len(priority["areas"]), share=share, **figures))
    return said


def _share_of_all(table: pd.DataFrame, column: str) -> float | None:
    """Return the share of all residents, from the shares of their communes."""
    known = table[(table["residents"] > 0)]
    if column not in known or known[column].isna().any() or not len(known):
        return None
    share = float((known[column] * known["residents"]).sum() / known["residents"].sum())
    # Sums of shares may land a hair above the whole or, wrongly, on it.
    return min(share, 1.0) if bool((known[column] >= 1).all()) else min(share, math.nextafter(1.0, 0.0))


def sort_by_beyond(table: pd.DataFrame, *, by: str = "insee") -> pd.DataFrame:
    """Sort communes or SST: most residents beyond first, then the least served, then by code."""
    missed = (table["beyond"] + table["unsnapped"]).fillna(0)
    order = np.lexsort((table[by].astype(str), table["share"].fillna(2), -missed, -table["beyond"].fillna(0)))
    return table.iloc[order]


def name_verdict(verdict: object, language: Language) -> str:
    """Name a commune's verdict in one or two words."""
    codes: dict[object, Literal["meets", "misses", "no_residents"]] = {
        "meets": "meets",
        "misses": "misses",
        "no residents": "no_residents",
    }
    return render(f"results.verdict_{codes[verdict]}", language)


def capitalise(said: str) -> str:
    """Give a sentence its capital, and leave the rest alone."""
    return said[:1].upper() + said[1:]


def format_position(said: object, language: Language) -> str:
    """Say how good a position is; in the file's own words where they are not known."""
    if not isinstance(said, str) or not said.strip():
        return MISSING
    return render(f"caravan.position_{name_position(said)}", language, said=said.strip())
