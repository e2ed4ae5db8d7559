"""What differs between two judged studies: every setting and every file, so that no change goes untold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd

    from geo_access.core.findings import Findings
    from geo_access.verdict.coverage import Coverage

#: Settings that one of the named differences tells.
_TOLD = {
    "": ("name", "date", "language", "sources", "departures"),
    "territory": ("communes", "sst"),
    "residents": ("file", "weight"),
    "sites": ("file",),
    "walking": ("streets", "straight_line", "profile", "speed_kmh", "limits_min"),
    "transit": ("gtfs", "boarding_slack_s", "boarding_rule"),
    "scenario": ("files", "site_edits"),
    "policy": ("preset", "pole", "antenna", "required_share", "departures_required", "planned"),
}
_RULE = ("kinds", "mode", "operator", "minutes", "profile")


def list_differences(before: Coverage, after: Coverage, sites: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """List what differs: ``{"key", "before", "after"}`` each, values as JSON values.

    Parameters
    ----------
    before, after
        The two coverages.
    sites
        `Comparison.sites`.
    """
    facts = [_list_facts(coverage) for coverage in (before, after)]
    found = [
        {"key": key, "before": facts[0][key], "after": facts[1][key]}
        for key in facts[1]
        if facts[0][key] != facts[1][key]
    ]
    zones = [_list_zones(coverage) for coverage in (before, after)]
    if zones[0] != zones[1] and not any(difference["key"] == "zoning" for difference in found):
        found.insert(0, {"key": "zoning", "before": facts[0]["zoning"], "after": facts[1]["zoning"]})
    if (sites["changes"].map(len) > 0).any():
        found.append({"key": "sites", "before": _count_sites(before), "after": _count_sites(after)})
    files = _list_files(before, after)
    if any(files):
        found.append({"key": "files", "before": files[0], "after": files[1]})
    settings = [_list_settings(coverage) for coverage in (before, after)]
    for key in sorted(settings[0] | settings[1]):
        values = [side.get(key) for side in settings]
        if values[0] != values[1]:
            found.append({"key": f"setting:{key}", "before": values[0], "after": values[1]})
    return found


def warn_of_zoning(before: Coverage, after: Coverage, differences: list[dict[str, Any]], findings: Findings) -> None:
    """Say what a change of zoning can show: nothing while any pole counts, two effects where that changes too."""
    differ = {difference["key"] for difference in differences}
    if "zoning" not in differ:
        return
    if "pool" in differ:
        findings.add("warning", "compare.zoning_and_pool")
    elif before.preset.pole.pool == after.preset.pole.pool == "any":
        findings.add("warning", "compare.zoning_without_effect")


def _list_facts(coverage: Coverage) -> dict[str, Any]:
    summary = coverage.summary
    target = summary["target"]
    facts: dict[str, Any] = {"study": str(summary["study"])}
    facts["zoning"] = {"column": summary.get("zoning"), "count": len(coverage.sst)}
    facts["pool"] = target["pole"]["pool"]
    facts["antenna_pool"] = target["antenna"]["pool"]
    facts["preset"] = summary["preset"]
    for rule in ("pole", "antenna"):
        facts[rule] = {name: target[rule].get(name) for name in _RULE}
    for share in ("required_share", "departures_required"):
        facts[share] = target[share]
    facts["planned"] = target.get("counting", {}).get("planned", "closed")
    facts["date"] = summary["date"]
    facts["departures"] = dict(summary["departures"])
    facts["walking"] = {name: summary.get(name) for name in ("walking", "detour")}
    facts["profile"] = {name: summary.get(name) for name in ("profile", "speed_kmh")}
    facts["limits_min"] = summary.get("limits_min")
    facts["boarding"] = summary.get("boarding")
    facts["weight"] = summary.get("weight")
    return facts


def _list_zones(coverage: Coverage) -> list[list[str]]:
    if not len(coverage.sst):
        return []
    return sorted(sorted(map(str, group["insee"])) for _, group in coverage.communes.groupby("sst"))


def _count_sites(coverage: Coverage) -> dict[str, int]:
    return {"count": len(coverage.sites), "open": int(coverage.sites["open"].sum())}


def _list_files(before: Coverage, after: Coverage) -> tuple[list[str], list[str]]:
    """Name the files of each side whose content the other side does not have."""
    sides = [{str(f["file"]): str(f["sha256"]) for f in c.summary.get("inputs", ())} for c in (before, after)]
    known = [set(side.values()) for side in sides]
    other = [
        {name: digest for name, digest in side.items() if digest not in theirs}
        for side, theirs in zip(sides, known[::-1], strict=True)
    ]
    # Two contents under one name are told apart by the start of their hashes.
    twice = set(other[0]) & set(other[1])
    named = [[f"{n} ({digest[:8]})" if n in twice else n for n, digest in side.items()] for side in other]
    return named[0], named[1]


def _list_settings(coverage: Coverage) -> dict[str, Any]:
    """Return the settings that no named difference tells, by dotted key."""
    times = getattr(coverage, "times", None)
    if times is None:
        return {}
    document = {
        table: values for table, values in times.settings.model_dump(mode="json").items() if table not in _TOLD[""]
    }
    for table, told in _TOLD.items():
        if isinstance(document.get(table), dict):
            document[table] = {key: value for key, value in document[table].items() if key not in told}
    return dict(_flatten(document))


def _flatten(document: Mapping[str, Any], start: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{start}{key}.")
        else:
            yield f"{start}{key}", value
