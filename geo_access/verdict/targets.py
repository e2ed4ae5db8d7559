"""The promise, judged resident by resident: which sites count, at which departures a rule holds, who is served."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from geo_access.study.presets import PRESETS, Preset, Rule

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from geo_access.study.settings import Policy, RuleOverride

RuleName = Literal["pole", "antenna", "pmi"]
#: A pole also serves as antenna and as PMI.
_ALSO_POLES: tuple[RuleName, ...] = ("antenna", "pmi")


def make_target(policy: Policy, *, preset: str | None = None) -> Preset:
    """Return the preset of a study with what the study changes in it.

    Parameters
    ----------
    policy
        The study's settings.
    preset
        Take this preset as it was spoken instead, without the study's changes.
    """
    if preset is not None:
        return PRESETS[preset]
    spoken = PRESETS[policy.preset]
    pmi = spoken.pmi
    if policy.pmi is not None:
        pmi = _override(pmi or PRESETS["discours-2023-06"].pmi, policy.pmi)  # type: ignore[arg-type]  # that preset has one
    presence = spoken.presence
    if policy.presence is not None:
        presence = (presence or PRESETS["discours-2023-11"].presence) if policy.presence else None
    return replace(
        spoken,
        pole=_override(spoken.pole, policy.pole),
        antenna=_override(spoken.antenna, policy.antenna),
        pmi=pmi,
        presence=presence,
        required_share=policy.required_share or spoken.required_share,
        departures_required=policy.departures_required or spoken.departures_required,
    )


def _override(rule: Rule, change: RuleOverride) -> Rule:
    said = change.model_dump(exclude_none=True)
    for operator in ("lt", "le"):
        if operator in said:
            said |= {"operator": operator, "minutes": said.pop(operator)}
    return replace(rule, **said)


def list_rules_by_kind(target: Preset, policy: Policy) -> dict[str, tuple[RuleName, Rule]]:
    """Return the rule that each kind of site answers to, with its name; a pole answers to the rule for poles."""
    found: dict[str, tuple[RuleName, Rule]] = dict.fromkeys(target.antenna.kinds, ("antenna", target.antenna))
    found |= dict.fromkeys(target.pole.kinds, ("pole", target.pole))
    if policy.annex_counts_as_pole:
        found["annex"] = "pole", target.pole
    return found | {"pole": ("pole", target.pole)}


def list_counting(sites: gpd.GeoDataFrame, name: RuleName, rule: Rule, policy: Policy) -> NDArray[np.bool_]:
    """Say which sites count towards a rule: bool (sites,), by kind, status, date and the study's policy."""
    kinds = set(rule.kinds)
    if name in _ALSO_POLES:
        kinds.add("pole")
    if name == "pole" and policy.annex_counts_as_pole:
        kinds.add("annex")
    counting: NDArray[np.bool_] = sites["open"].to_numpy(bool) & sites["kind"].isin(kinds).to_numpy(bool)
    if not policy.partner_operated_count and "operator" in sites:
        counting &= ~sites["operator"].isin(["partner", "partenaire"]).to_numpy(bool)
    if not policy.main_sites_count and "label" in sites:
        counting &= ~(sites["label"].isin(["main_site", "site principal"]) & (sites["kind"] == "pole")).to_numpy(bool)
    return counting
