"""The promise, judged resident by resident: which sites count, at which departures a rule holds, who is served."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from geo_access.study.presets import OWN_PRESET, PRESETS, Preset, Rule, make_own_preset
from geo_access.texts import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from geo_access.study.settings import Policy, RuleOverride

RuleName = Literal["pole", "antenna", "pmi"]
#: What a promise of the study's own is called where the study does not say.
OWN_TITLE = Text("La promesse de l’étude", "The study’s promise")
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
    spoken = _make_own(policy) if policy.preset == OWN_PRESET else PRESETS[policy.preset]
    pmi = spoken.pmi
    if policy.pmi is not None:
        pmi = _override(find_pmi_rule(spoken), policy.pmi)
    presence = spoken.presence
    if policy.presence is not None:
        presence = (presence or PRESETS["discours-2023-11"].presence) if policy.presence else None
        if presence is not None and spoken.name == OWN_PRESET:
            presence = replace(presence, quote="", source=spoken.pole.source)
    return replace(
        spoken,
        pole=_override(spoken.pole, policy.pole),
        antenna=_override(spoken.antenna, policy.antenna),
        pmi=pmi,
        presence=presence,
        required_share=policy.required_share or spoken.required_share,
        departures_required=policy.departures_required or spoken.departures_required,
    )


def _make_own(policy: Policy) -> Preset:
    names = policy.names
    title = OWN_TITLE if names.promise is None else Text(names.promise.say("fr"), names.promise.say("en"))
    return make_own_preset(title, names.source or "study.toml")


def find_pmi_rule(target: Preset) -> Rule:
    """Return a promise's rule for PMI; where it has none, that of the speech that has one, for an own one unquoted."""
    rule = target.pmi or PRESETS["discours-2023-06"].pmi
    if rule is None:
        raise KeyError("pmi")
    if target.pmi is None and target.name == OWN_PRESET:
        return replace(rule, quote="", source=target.pole.source, choices=())
    return rule


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
