"""The sites that a live page knows: those of the study, and candidates that one may open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.core.findings import Findings
from geo_access.core.formats import format_count, is_missing
from geo_access.report.html import render_drawing
from geo_access.report.map.layers import draw_symbol
from geo_access.report.palette import SYMBOLS
from geo_access.study.inputs.site_changes import change_sites
from geo_access.study.scenario import NamedEdit
from geo_access.study.site_edits import AddSite
from geo_access.texts import render
from geo_access.verdict.targets import list_counting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.presets import Preset
    from geo_access.texts import Language
    from geo_access.verdict.targets import RuleName

ROLES: tuple[RuleName, ...] = ("pole", "antenna")
#: How large the mark of a candidate is (pixels): large enough for a finger.
CANDIDATE_SIZE = 24


def add_candidates(times: TravelTimes, target: Preset, places: pd.DataFrame) -> tuple[gpd.GeoDataFrame, list[int]]:
    """Return the study's sites, and after them each place as the pole and as the antenna that a scenario would add.

    The ids of those that are added are what the option ``--add-site`` takes; their SST and commune are what a scenario
    would give them.

    Returns
    -------
    sites, place
        Which of the places each row stands at; -1 for the study's own.
    """
    sites, settings = times.inputs.sites, times.settings
    taken, at = set(sites["site"]), [-1] * len(sites)
    edits: list[NamedEdit] = []
    for role in ROLES:
        kinds = getattr(target, role).kinds
        if not kinds:
            continue
        kind = role if role in kinds else kinds[0]
        if role == "antenna" and kind in target.pole.kinds:
            continue
        for number, (lat, lon) in enumerate(zip(places["lat"].tolist(), places["lon"].tolist(), strict=True)):
            site = f"{kind}@{lat},{lon}"
            if site in taken:
                continue
            edit = AddSite(kind=kind, name=site, site=site, lat=lat, lon=lon)
            edits.append(NamedEdit("", "", f"add_site {len(edits) + 1}", edit))
            at.append(number)
    if edits:
        communes = times.inputs.communes
        sites, _ = change_sites(sites, edits, communes=communes, settings=settings, findings=Findings())
    return sites, at


def list_possible(times: TravelTimes, target: Preset, sites: gpd.GeoDataFrame) -> dict[RuleName, NDArray[np.bool_]]:
    """Say which sites count towards each rule when they are open: bool (sites,)."""
    policy, opened = times.settings.policy, sites.assign(open=True)
    return {role: list_counting(opened, role, getattr(target, role), policy) for role in ROLES}


def find_spots(sites: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the first row of the sites that stands at the very point of each: int64 (sites,)."""
    first: dict[tuple[float, float], int] = {}
    points = zip(sites.geometry.x.tolist(), sites.geometry.y.tolist(), strict=True)
    return np.array([first.setdefault(point, row) for row, point in enumerate(points)], np.int64)


def number_pools(times: TravelTimes, sites: gpd.GeoDataFrame) -> tuple[NDArray[np.int64], list[int]]:
    """Number the SST of cells and of sites alike; -1 where one belongs to none, which is in nobody's pool.

    Returns
    -------
    cells, sites
        int64 (residents,), and a number a site.
    """
    numbers: dict[Any, int] = {}

    def number(sst: Any) -> int:
        # What is missing differs from itself, as it does where Python compares.
        return -1 if sst != sst else numbers.setdefault(sst, len(numbers))

    cells = np.array([number(sst) for sst in times.inputs.residents["sst"].to_numpy(object)], np.int64)
    return cells, [number(sst) for sst in sites["sst"].to_numpy(object)]


def name_candidates(places: pd.DataFrame, communes: pd.DataFrame, language: Language) -> list[str]:
    """Name places as people would: as the list does, else by the nearest stop and the commune; each name once."""
    by_code = dict(zip(communes["insee"], communes["name"].astype(str), strict=True))
    names: list[str] = []
    for place in places.to_dict("records"):
        commune = by_code.get(place["insee"], "")
        if is_missing(place["cell"]):
            name = str(place["name"])
        elif is_missing(place["near"]):
            name = commune or str(place["name"])
        else:
            name = render("live.candidate_near", language, near=place["near"], commune=commune)
        names.append(_tell_apart(name, names))
    return names


def _tell_apart(name: str, names: Sequence[str]) -> str:
    number, said = 2, name
    while said in names:
        number, said = number + 1, f"{name} ({number})"
    return said


def encode_candidates(sites: Sequence[Mapping[str, Any]], language: Language) -> dict[str, Any]:
    """Encode the places where one may open a site, from the sites of a live page."""
    places: dict[int, dict[str, Any]] = {}
    kinds: list[str] = []
    for row, site in enumerate(sites):
        if "place" not in site:
            continue
        kinds.append(site["kind"])
        label = render("live.candidate_label", language, name=site["name"])
        place = {"rows": [], "lat": site["lat"], "lon": site["lon"], "name": site["name"], "label": label, "facts": []}
        place = places.setdefault(site["place"], place)
        place["rows"].append(row)
        word = render(f"results.word_{site['kind']}", language)
        fact = render("live.candidate_gain", language, kind=word), format_count(site["gained"], language)
        place["facts"].append(list(fact))
    return {
        "rows": [*places.values()],
        "mark": render_drawing("map/candidate.html"),
        "size": CANDIDATE_SIZE,
        "symbols": {
            kind: {"html": draw_symbol(kind, language), "size": SYMBOLS[kind].size} for kind in dict.fromkeys(kinds)
        },
        "lead": render("live.candidate_lead", language),
    }
