"""The verdict as one document: what `check --format json` writes and what titles and legends read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geo_access.study.profiles import PROFILES
from geo_access.texts import LANGUAGES, render
from geo_access.texts.vocabulary import keep_words

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_access.study.inputs.inputs import Inputs
    from geo_access.study.presets import Preset, Rule
    from geo_access.study.settings import Policy

#: Edits of sites that a title names; the rest is counted there and listed in notes.
_TITLED = 2
_COMMUNE_KEYS = ("insee", "name", "sst")
_FIGURES = ("residents", "served", "share", "share_pole", "share_antenna", "beyond", "unsnapped", "median_min_pole")


def summarise(
    inputs: Inputs,
    *,
    target: Preset,
    walking: str,
    street_filter: str | None,
    residents: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    sst: gpd.GeoDataFrame,
    meets: bool,
    pmi: Any = None,
    stricter: dict[str, Any] | None = None,
    priority: gpd.GeoDataFrame | None = None,
) -> dict[str, Any]:
    """Lay the verdict out as JSON values: numbers unrounded where they are compared, missing values as None.

    `street_filter` names the rules by which streets were taken to be walkable, where there are streets.
    """
    settings = inputs.study.settings
    walk, asked = settings.walking, settings.departures
    document: dict[str, Any] = {
        "study": format_study(inputs),
        "date": settings.date.isoformat(),
        "preset": target.name,
        "title": {"fr": target.title.fr, "en": target.title.en},
        "target": {
            "pole": _describe_rule(target.pole),
            "antenna": _describe_rule(target.antenna),
            "required_share": target.required_share,
            "departures_required": target.departures_required,
            "counting": settings.policy.model_dump(include=_list_counting(settings.policy)),
        },
        "inputs": [{"file": name, "sha256": digest} for name, digest in inputs.hashes],
        "walking": walking,
        "detour": None if walking == "streets" else (1.3 if walk.straight_line is None else walk.straight_line.detour),
        "street_filter": street_filter,
        "profile": walk.profile,
        "speed_kmh": walk.speed_kmh or PROFILES[walk.profile].speed_kmh,
        "limits_min": walk.limits_min.model_dump(),
        "boarding": {"slack_s": settings.transit.boarding_slack_s, "rule": settings.transit.boarding_rule},
        "departures": {
            "from": _format_clock(asked.from_s),
            "to": _format_clock(asked.to_s),
            "every_s": asked.every_s,
            "count": asked.count,
        },
        "weight": settings.residents.weight,
        "zoning": None if settings.territory.sst is None else settings.territory.sst.column,
        "meets": meets,
        "total": _describe_total(residents),
        "communes": _describe_rows(
            communes, _COMMUNE_KEYS, with_pmi=pmi is not None, with_presence=target.presence is not None
        ),
        "sst": _describe_rows(sst, ("sst",), with_pmi=pmi is not None),
        "sources": list(settings.sources),
    }
    if pmi is not None and target.pmi is not None:
        share = float((pmi.weight * pmi.holds).sum() / pmi.weight.sum()) if pmi.weight.sum() else None
        document["target"]["pmi"] = _describe_rule(target.pmi)
        document["total"]["share_pmi"] = _share(share)
    if target.presence is not None:
        document["target"]["presence"] = {
            "kinds": list(target.presence.kinds),
            "quote": target.presence.quote,
            "source": target.presence.source,
        }
    document |= describe_supposed(inputs)
    if priority is not None:
        # Areas may overlap: in all, each resident counts once.
        inside = _describe_total(residents[residents["priority_area"].notna()])
        rows = priority[["code", "name", *(name for name in inside if name in priority)]].to_dict("records")
        areas = [{str(name): _describe_value(str(name), value) for name, value in row.items()} for row in rows]
        named = settings.territory.priority_areas
        document["priority"] = {"file": None if named is None else named.file, **inside, "areas": areas}
    if stricter is not None:
        spoken = stricter["preset"]
        document["stricter"] = {
            "preset": spoken.name,
            "pole": _describe_rule(spoken.pole),
            "antenna": _describe_rule(spoken.antenna),
            "served": round(stricter["served"], 2),
            "share": _share(stricter["served"] / stricter["residents"] if stricter["residents"] else None),
            "communes_meeting": stricter["communes_meeting"],
        }
    return document


def _list_counting(policy: Policy) -> set[str]:
    # Results that were kept before there was a choice know nothing of it: only the other reading is another measure.
    return {"annex_counts_as_pole", "main_sites_count", "partner_operated_count"} | (
        {"planned"} if policy.planned == "open" else set()
    )


def describe_supposed(inputs: Inputs) -> dict[str, Any]:
    """Say on what a result stands beside today's data: a scenario with its edits, and how planned sites count."""
    planned = inputs.sites[inputs.sites["status"] == "planned"]
    supposed: dict[str, Any] = {}
    if len(planned):
        names = planned["name"].astype(str).tolist()
        supposed["planned"] = {"count": inputs.study.settings.policy.planned, "sites": names}
    if inputs.scenario.edits or inputs.scenario.names:
        supposed["scenario"] = _describe_scenario(inputs)
    return supposed


def _describe_scenario(inputs: Inputs) -> dict[str, Any]:
    scenario = inputs.scenario
    parts = {"lines": scenario.line_edits, "streets": scenario.street_edits, "sites": scenario.site_edits}
    return {
        "names": list(scenario.names),
        "files": list(inputs.study.settings.scenario.files),
        "notes": list(scenario.notes),
        "changes": [name for name, edits in parts.items() if edits],
        "settings": dict(scenario.settings),
        "edits": [
            {"scenario": one.scenario, "edit": one.edit, "site": one.site, "name": one.name, "kind": one.kind}
            | {language: one.text(keep_words(language, inputs.study.settings.language)) for language in LANGUAGES}
            for one in inputs.site_changes
        ],
    }


def format_study(inputs: Inputs) -> str:
    """Name the study; with a scenario the name itself says, wherever it stands, that this is a hypothesis."""
    settings, names = inputs.study.settings, " + ".join(inputs.scenario.names)
    language, edits = settings.language, [one for one in inputs.site_changes if not one.scenario]
    if not names and not edits:
        return settings.name
    said = ", ".join(one.text(language) for one in edits[:_TITLED])
    if len(edits) > _TITLED:
        said = render("scenario.more_edits", language, first=said, count=len(edits) - _TITLED)
    code = "study" if not edits else "study_both" if names else "study_sites"
    return render(f"scenario.{code}", language, study=settings.name, names=names, edits=said)


def _describe_rule(rule: Rule) -> dict[str, Any]:
    return {
        "kinds": list(rule.kinds),
        "mode": rule.mode,
        "operator": rule.operator,
        "minutes": rule.minutes,
        "pool": rule.pool,
        "profile": rule.profile,
        "weight": rule.weight,
        "choices": list(rule.choices),
        "quote": rule.quote,
        "source": rule.source,
    }


def _format_clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def _describe_total(residents: gpd.GeoDataFrame) -> dict[str, Any]:
    weight, state = residents["weight"], residents["state"]
    everyone = float(weight.sum())
    served = float((weight * state.isin(["pole", "antenna"])).sum())
    return {
        "residents": round(everyone, 2),
        "served": round(served, 2),
        "share": _share(served / everyone if everyone else None),
        "share_pole": _share(float(weight[state == "pole"].sum()) / everyone if everyone else None),
        "share_antenna": _share(float(weight[state == "antenna"].sum()) / everyone if everyone else None),
        "beyond": round(float(weight[state == "beyond"].sum()), 2),
        "unsnapped": round(float(weight[state == "unsnapped"].sum()), 2),
    }


def _describe_rows(
    table: gpd.GeoDataFrame, keys: tuple[str, ...], *, with_pmi: bool = False, with_presence: bool = False
) -> list[dict[str, Any]]:
    names = [*keys, *_FIGURES, "share_any", "share_own_sst"]
    names += ["share_pmi"] if with_pmi else []
    names += ["presence"] if with_presence else []
    rows = table[[*names, "verdict", "meets"]].to_dict("records")
    return [{str(name): _describe_value(str(name), value) for name, value in row.items()} for row in rows]


def _describe_value(name: str, value: Any) -> Any:
    if value is None or value != value or type(value).__name__ == "NAType":  # NaN differs from itself
        return None
    if name.startswith("share"):
        return _share(float(value))
    if name in ("residents", "served", "beyond", "unsnapped", "median_min_pole"):
        return round(float(value), 2 if name != "median_min_pole" else 4)
    return bool(value) if name in ("meets", "presence") else value


def _share(value: float | None) -> float | None:
    """Six decimals, but what is short of the whole never reads as the whole."""
    if value is None or math.isnan(value):
        return None
    rounded = round(value, 6)
    return 0.999999 if rounded == 1 and value < 1 else rounded
