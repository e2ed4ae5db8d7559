"""The panel "What if…?" of the coverage page: its controls and words, and what a scenario file says of the study."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from geo_access.core.formats import is_missing, join_words
from geo_access.report.palette import SYMBOLS
from geo_access.report.sentences import capitalise
from geo_access.study.scenario import flatten_settings
from geo_access.study.site_edits import PLANNED, AddSite, MoveSite
from geo_access.texts import render
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo_access.study.inputs.inputs import Inputs
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

ROLES: Final = ("pole", "antenna")
#: Texts that the script says as they are; those in `_PLURALS` it says for one and for many.
_WORDS: Final = (
    "in_study", "range_minutes", "range_share", "range_clock", "gain_none", "copied", "downloaded", "nothing_supposed",
    "hypothesis", "study_again", "departures_changed", "hours_changed", "closing", "opening", "named", "outcome",
    "outcome_communes", "answer", "unchanged", "against_study", "without_pole", "without_antenna", "faults",
    "fault_number",
    "fault_clock", "fault_range", "fault_order", "fault_site", "fault_shut", "fault_open", "fault_theme", "fault_cell",
    "fault_view", "fault_twice", "fault_unknown", "fault_missing", "name_clock", "name_departures",
    "name_from", "name_to", "file_from", "file_ask",
    "file_before", "file_was", "and", "between", "farther",
)  # fmt: skip
#: Texts of the map that follow what is supposed.
_OF_MAP: Final = (
    "legend_cells_count", "departures_between", "departures_below", "departures_threshold",
)  # fmt: skip
_PLURALS: Final = ("points", "people_more", "people_fewer", "people_change", "some_sites", "gain")
_PLURAL: Final = re.compile(r"\{\w+:\?([^|{}]*)\|([^{}]*)\}")
#: Settings that name files, or what a scenario cannot change, are not said again in a scenario file.
_FILES: Final = {"file", "files", "communes", "priority_areas", "streets", "gtfs", "sst", "site_edits"}
_UNSAID: Final = {"scenario", "sources", "name", "language", "crs", "sites", "residents", "kinds"}


@dataclass(frozen=True)
class PanelRule:
    """A threshold that can be moved: of which rule, what it is called, and how it is compared."""

    role: str
    label: str
    within: str


@dataclass(frozen=True)
class PanelPlace:
    """A place that can be closed or opened; `note` says where it is, and its status where it does not count."""

    id: str
    name: str
    note: str


@dataclass(frozen=True)
class PanelGroup:
    """Places of one kind."""

    kind: str
    label: str
    places: Sequence[PanelPlace]


@dataclass(frozen=True)
class Panel:
    """What the template of the panel draws; `candidates` are places where one more could open."""

    rules: Sequence[PanelRule]
    sites: Sequence[PanelGroup]
    candidates: Sequence[PanelGroup]
    count: int


def make_panel(coverage: Coverage, header: Mapping[str, Any], language: Language) -> Panel:
    """Return the controls of the page.

    Parameters
    ----------
    coverage
        What `check` returns.
    header
        `LiveData.header`: the sites that the page judges, and the candidates.
    language
        Of the page.
    """
    sites = _list_sites(coverage, header, language)
    return Panel(
        [_make_rule(coverage, role, language) for role in ROLES],
        sites,
        _list_candidates(coverage, header, language),
        sum(len(group.places) for group in sites),
    )


def _make_rule(coverage: Coverage, role: str, language: Language) -> PanelRule:
    rule = coverage.summary["target"][role]
    kinds = join_words([render(f"results.word_{kind}", language) for kind in rule["kinds"]], language, last="or")
    label = render("what_if.rule_label", language, kinds=kinds, mode=render(f"results.mode_{rule['mode']}", language))
    return PanelRule(role, capitalise(label), render(f"what_if.within_{rule['operator']}", language))


def _list_sites(coverage: Coverage, header: Mapping[str, Any], language: Language) -> list[PanelGroup]:
    table = coverage.sites.drop(columns="geometry").set_index("site")
    communes = dict(zip(coverage.communes["insee"], coverage.communes["name"].astype(str), strict=True))
    judged = [site["id"] for site in header["sites"] if site["counts"] and site["id"] in table.index]
    groups = []
    for kind in SYMBOLS:
        places = []
        for site in judged:
            row = table.loc[site]
            if row["kind"] != kind:
                continue
            status = "" if row["open"] else render(f"results.status_{row['status']}", language)
            commune = "" if is_missing(row["insee"]) else communes.get(row["insee"], "")
            places.append(PanelPlace(site, str(row["name"]), ", ".join(filter(None, [commune, status]))))
        if places:
            places.sort(key=lambda place: _fold(place.name))
            groups.append(PanelGroup(kind, render(f"results.kind_{kind}", language), places))
    return groups


def _list_candidates(coverage: Coverage, header: Mapping[str, Any], language: Language) -> list[PanelGroup]:
    own = set(coverage.sites["site"])
    groups: dict[str, list[PanelPlace]] = {}
    for site in header["sites"]:
        if site["id"] not in own:
            groups.setdefault(str(site["kind"]), []).append(PanelPlace(site["id"], str(site["name"]), ""))
    return [PanelGroup(kind, render(f"results.kind_{kind}", language), places) for kind, places in groups.items()]


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return "".join(one for one in plain if not unicodedata.combining(one)).lower()


# What the script is told


def encode_panel(coverage: Coverage, header: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return what the panel's script says and knows beside the verdict.

    Parameters
    ----------
    coverage, header, language
        As for `make_panel`.
    """
    own = set(coverage.sites["site"])
    target = coverage.summary["target"]
    study = str(coverage.summary["study"])
    inputs = coverage.times.inputs if coverage.times is not None else None
    names = _key_by(coverage.sites["site"], coverage.sites["name"])
    candidates = [site for site in header["sites"] if site["id"] not in own]
    zoned = coverage.communes["sst"].notna()
    return {
        "words": _list_words(language) | _list_names(coverage, language),
        "plural": {name: _list_forms(f"what_if.{name}", language) for name in _PLURALS}
        | {name: _list_forms(f"maps.{name}", language) for name in ("legend_people", "legend_communes_count")},
        "rules": {role: _phrase_rule(target[role], language) for role in ROLES},
        "operator": target["pole"]["operator"],
        "required": target["required_share"],
        "sst": _key_by(coverage.communes["insee"][zoned], coverage.communes["sst"][zoned]),
        "names": names | {site["id"]: _name_candidate(site, language) for site in candidates},
        "added": {site["id"]: _add(coverage, site) for site in candidates},
        "stated": {} if inputs is None else list_stated(inputs),
        "before": [] if inputs is None else [PurePath(name).name for name in inputs.study.settings.scenario.files],
        "study": study,
        "file": f"{render('what_if.file', language)}-{_slug(study)}.toml",
    }


def _key_by(keys: Iterable[object], values: Iterable[object]) -> dict[str, str]:
    """Name values by keys as the page shows them: what is not seen in one is shown there."""
    return {show_controls(str(key)): str(value) for key, value in zip(keys, values, strict=True)}


def _list_words(language: Language) -> dict[str, str]:
    said = {name: render(f"what_if.{name}", language) for name in _WORDS}
    said |= {name: render(f"maps.{name}", language) for name in _OF_MAP}
    return said | {name: render(f"results.verdict_{name}", language) for name in ("meets", "misses")}


def _list_names(coverage: Coverage, language: Language) -> dict[str, str]:
    """Name the rules as a sentence about a link does."""
    target = coverage.summary["target"]
    return {
        f"name_{role}": render(
            "what_if.name_rule",
            language,
            kinds=join_words(
                [render(f"results.word_{kind}", language) for kind in target[role]["kinds"]], language, last="or"
            ),
        )
        for role in ROLES
    }


def _phrase_rule(rule: Mapping[str, Any], language: Language) -> str:
    kinds = join_words([render(f"results.word_{kind}", language) for kind in rule["kinds"]], language, last="or")
    mode, pool = render(f"results.mode_{rule['mode']}", language), render(f"results.pool_{rule['pool']}", language)
    return render(f"results.rule_{rule['operator']}", language, kinds=kinds, minutes="{minutes}", mode=mode, pool=pool)


def _list_forms(code: str, language: Language) -> list[str]:
    """Return a text as it is said of one, and of many; its places are left for the script to fill."""
    said = render(code, language)
    # Names of places are no words of the page.
    return [_PLURAL.sub(rf"\{form}", said).replace("{communes}", "{count}") for form in (1, 2)]


def _name_candidate(site: Mapping[str, Any], language: Language) -> str:
    kind = capitalise(render(f"results.word_{site['kind']}", language))
    return render("what_if.candidate_named", language, kind=kind, name=str(site["name"]))


def _add(coverage: Coverage, site: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a scenario file says of a candidate that opens."""
    roles = {} if coverage.times is None else coverage.times.settings.roles
    keys: dict[str, str] = {role: key for key, role in roles.items()}
    kind = str(site["kind"])
    return {
        "site": site["id"],
        "kind": keys.get(kind, kind),
        "name": str(site["name"]),
        "lat": site["lat"],
        "lon": site["lon"],
    }


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _fold(name)).strip("-")[:60] or "study"


# What the study itself was asked with


def list_stated(inputs: Inputs) -> dict[str, Any]:
    """Return the settings and the edits of sites that the study was asked with beside its file.

    A scenario file that says them again is judged as the page was. What stands in scenario files of the study is not
    said again: those files are asked for as well.

    Returns
    -------
    dict
        ``settings`` by dotted key; ``edits`` by kind: fields of sites that are added or moved, ids of those that are
        closed or opened.
    """
    changes = inputs.study.changes
    settings = {
        key: _plain(value)
        for key, value in flatten_settings(dict(changes))
        if key.split(".")[0] not in _UNSAID and key.split(".")[-1] not in _FILES and _plain(value) is not None
    }
    edits: dict[str, list[Any]] = {}
    if "scenario.site_edits" in changes:
        stated = [one.edit for one in inputs.scenario.site_edits if not one.scenario]
        placed = iter([one for one in stated if isinstance(one, (AddSite, MoveSite))])
        for change in (one for one in inputs.site_changes if not one.scenario):
            if change.kind == PLANNED:
                settings["policy.planned"] = "open"
            elif change.edit in ("add_site", "move_site"):
                fields = next(placed).model_dump(exclude_none=True, exclude={"edit", "site"})
                edits.setdefault(change.edit, []).append({"site": change.site, **fields})
            else:
                edits.setdefault(change.edit, []).append(change.site)
    # What is closed and opened by turns is, in the end, as it was.
    undone = set(edits.get("close_site", ())) & set(edits.get("open_site", ()))
    for kind in ("close_site", "open_site"):
        edits[kind] = [site for site in edits.get(kind, ()) if site not in undone]
    return {"settings": settings, "edits": {kind: listed for kind, listed in edits.items() if listed}}


def _plain(value: Any) -> Any:
    """Return a setting as TOML may say it; None for what it has no word for."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        parts = [_plain(one) for one in value]
        return None if None in parts else parts
    return value if isinstance(value, (str, bool, int, float)) else None
