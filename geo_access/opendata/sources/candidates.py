"""Candidates for sites: the PMI that FINESS and the service-public directory list, each to be reviewed.

A few records of the directory bear the name of a pôle; they are candidates too. All are kept apart from the truth:
``sites_candidates.csv`` is made again at every run, ``sites.csv`` is written from it once and is the user's from then
on. Neither list knows all pôles sociaux, antennas and annexes of a département, and PMI in them can be stale: a person
has to say which are there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_access.core.errors import InputError
from geo_access.core.matching import listed
from geo_access.opendata.source import LICENCE_OUVERTE, Item, Product, Request
from geo_access.opendata.sources.directory import SERVICE_ADDRESS, read_directory
from geo_access.opendata.sources.finess import read_finess
from geo_access.opendata.sources.reading import settle_points, write_csv
from geo_access.study.inputs.site_vocabulary import address_keys, name_key
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import shapely

    from geo_access.core.findings import Findings
    from geo_access.opendata.source import Workshop
    from geo_access.opendata.sources.reading import Place
    from geo_access.texts import Language

#: The daily file of FINESS+; the address leads to the newest.
FINESS_ADDRESS = "https://www.data.gouv.fr/api/1/datasets/r/cd493959-fb03-41e5-9347-0edd14dfbc22"
#: The last of the old flow, of May 2026; asked where the new one does not answer.
OLD_FINESS_ADDRESS = "https://www.data.gouv.fr/api/1/datasets/r/98f3161f-79ff-4f16-8f6a-6d571a80fea2"
FINESS_ITEM, OLD_FINESS_ITEM, DIRECTORY_ITEM = "finess.json.gz", "finess.csv", "annuaire.json"
CANDIDATES_FILE, SITES_FILE = "sites_candidates.csv", "sites.csv"
COLUMNS = (
    "site", "name", "kind", "address", "postcode", "commune", "insee", "lat", "lon", "status", "location", "source",
)  # fmt: skip
#: Two rows of the two lists are one place when their points are nearer (metres).
SAME_M = 60.0
#: One address at two points farther apart than this: a person has to look (metres).
APART_M = 150.0


@dataclass(frozen=True)
class Candidate:
    """One place, of one list or of both, with its point (WGS 84 and metres; NaN where none is known)."""

    place: Place
    lon: float
    lat: float
    x: float
    y: float
    also: Place | None = None


@dataclass(frozen=True)
class CandidatesSource:
    """Places of two public lists."""

    name: str = "candidates"
    after: tuple[str, ...] = ("communes",)

    def plan(self, request: Request) -> Sequence[Item]:
        """Ask for both lists; one will do."""
        finess = Item(
            name=FINESS_ITEM,
            address=FINESS_ADDRESS,
            kind="any",
            max_bytes=500_000_000,
            licence=LICENCE_OUVERTE,
            attribution="ANS, FINESS",
            optional=True,
        )
        directory = Item(
            name=DIRECTORY_ITEM,
            address=SERVICE_ADDRESS.format(code=request.departement.code),
            kind="json",
            max_bytes=200_000_000,
            licence=LICENCE_OUVERTE,
            attribution="DILA, annuaire de l’administration",
            optional=True,
        )
        return finess, directory

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Write the candidates, and the first list of sites where there is none."""
        places, used = self._read(request, files, workshop)
        found = join_places(places, workshop.area(), request.departement.crs, workshop.findings)
        if not found:
            raise InputError("sources.candidates_none", file=SITES_FILE, name=request.departement.name)
        rows = [describe(one, request.language) for one in found]
        for name in (CANDIDATES_FILE, SITES_FILE):
            write_csv(workshop.draft(name), COLUMNS, rows)
        both = sum(one.also is not None for one in found)
        poles = [one.place.name for one in found if one.place.kind == "pole"]
        params: dict[str, Any] = {"places": len(found), "in_both": both, "poles_by_name": len(poles)}
        own = (workshop.folder / SITES_FILE).is_file()
        code = "sources.candidates_found" if own else "sources.candidates_review"
        workshop.findings.add("info" if own else "warning", code, file=CANDIDATES_FILE, count=len(found), both=both)
        if not own and poles:
            workshop.findings.add(
                "warning", "sources.poles_by_name", file=SITES_FILE, count=len(poles), examples=listed(poles)
            )
        elif not own:
            workshop.findings.add("warning", "sources.no_pole", file=SITES_FILE, name=request.departement.name)
        return (Product(CANDIDATES_FILE, params, used), Product(SITES_FILE, params, used, once=True))

    def _read(
        self, request: Request, files: Mapping[str, Path], workshop: Workshop
    ) -> tuple[list[Place], tuple[str, ...]]:
        """Read the lists that came; a list that cannot be read is a finding while the other can."""
        places: list[Place] = []
        used: list[str] = []
        faults: list[InputError] = []
        departement = request.departement
        register = files.get(FINESS_ITEM)
        tries = [(FINESS_ITEM, register), (OLD_FINESS_ITEM, None)]
        for name, path in tries:
            try:
                file = path if path is not None else workshop.download(_old_item()) if name == OLD_FINESS_ITEM else None
                if file is None:
                    continue
                read = read_finess(file, departement, on=request.date)
            except InputError as fault:
                faults.append(fault)
                continue
            places, used = read, [name]
            if name == OLD_FINESS_ITEM:
                workshop.findings.add("warning", "sources.finess_old", file=name)
            break
        if DIRECTORY_ITEM in files:
            try:
                places = places + read_directory(files[DIRECTORY_ITEM], departement)
                used.append(DIRECTORY_ITEM)
            except InputError as fault:
                faults.append(fault)
        if not used:
            if faults:
                raise faults[0]
            raise InputError("sources.candidates_none", file=SITES_FILE, name=departement.name)
        for one in faults:
            workshop.findings.add("warning", one.code, file=one.file, row=one.row, **one.params)
        return places, tuple(used)


def join_places(places: Sequence[Place], area: shapely.Geometry, crs: str, findings: Findings) -> list[Candidate]:
    """Place the rows of both lists, and make one of two that are the same place.

    Parameters
    ----------
    places
        Rows of the lists.
    area, crs
        The territory (polygons) and its CRS, in metres; a point outside of it is not taken.
    findings
        Takes turned coordinates, points elsewhere, and places at two points.

    Returns
    -------
    list of Candidate
        By commune and name.
    """
    settled = settle_points([one.x for one in places], [one.y for one in places], area=area, crs=crs)
    stated = np.array([math.isfinite(one.x) and bool(one.x or one.y) for one in places], dtype=bool)
    # Northings in X are the rule in FINESS+, turned degrees are somebody's slip.
    degrees = np.array([abs(one.x) <= 180 for one in places], dtype=bool)
    turned = settled.swapped & degrees
    if turned.any():
        findings.add(
            "warning", "sources.points_turned", file=CANDIDATES_FILE, count=int(turned.sum()),
            examples=listed(one.name for one, is_it in zip(places, turned, strict=True) if is_it),
        )  # fmt: skip
    lost = stated & ~settled.found
    if lost.any():
        findings.add(
            "warning", "sources.points_elsewhere", file=CANDIDATES_FILE, count=int(lost.sum()),
            examples=listed(one.name for one, is_it in zip(places, lost, strict=True) if is_it),
        )  # fmt: skip
    every = [
        Candidate(place, float(lon), float(lat), float(x), float(y))
        for place, lon, lat, x, y in zip(places, settled.lon, settled.lat, settled.x, settled.y, strict=True)
    ]
    joined = [one for one in every if one.place.origin == "annuaire"]
    for one in (one for one in every if one.place.origin != "annuaire"):
        twin = next((at for at, other in enumerate(joined) if other.also is None and is_same(one, other)), None)
        if twin is None:
            joined.append(one)
            continue
        joined[twin] = _merge(joined[twin], one, findings)
    return sorted(joined, key=lambda one: (one.place.insee, one.place.name, one.place.key))


def is_same(one: Candidate, other: Candidate) -> bool:
    """Say whether rows of two lists are one place: same kind and commune, and the same address, name or point."""
    if one.place.origin == other.place.origin or one.place.kind != other.place.kind:
        return False
    if one.place.insee != other.place.insee:
        return False
    if address_keys(one.place.address) & address_keys(other.place.address):
        return True
    names = [_short_name(each.place.name) for each in (one, other)]
    if names[0] and names[0] == names[1]:
        return True
    return math.hypot(one.x - other.x, one.y - other.y) <= SAME_M


def _short_name(name: str) -> str:
    """Reduce a name to what tells a PMI from the next ("CENTRE DE PMI LES LILAS" is "lilas")."""
    common = {"pmi", "centre", "protection", "maternelle", "infantile", "unite", "departementale", "departemental"}
    return " ".join(word for word in name_key(name).split() if word not in common)


def _merge(kept: Candidate, other: Candidate, findings: Findings) -> Candidate:
    apart = math.hypot(kept.x - other.x, kept.y - other.y)
    if apart > APART_M:
        findings.add(
            "warning",
            "sources.places_apart",
            file=CANDIDATES_FILE,
            name=kept.place.name,
            distance_m=float(round(apart)),
        )
    if math.isnan(kept.lon) or (kept.place.rough and not other.place.rough and not math.isnan(other.lon)):
        spot = other
        kept = replace(
            kept, lon=spot.lon, lat=spot.lat, x=spot.x, y=spot.y, place=replace(kept.place, rough=spot.place.rough)
        )
    return replace(kept, also=other.place)


def describe(one: Candidate, language: Language) -> dict[str, object]:
    """Write a candidate as a row of `sites.csv`: its location says that it is to be checked."""
    lists = [each for each in (one.place, one.also) if each is not None]
    place, known = one.place, not math.isnan(one.lon)
    said = "none" if not known else "rough" if place.rough else "point"
    named = [f"{each.origin} {each.key}" + (f" ({each.updated})" if each.updated else "") for each in lists]
    number = next((each.key for each in lists if each.origin == "FINESS"), place.key)
    return {
        "site": number,
        "name": place.name,
        "kind": place.kind,
        "address": place.address or next((each.address for each in lists if each.address), ""),
        "postcode": place.postcode,
        "commune": place.commune,
        "insee": place.insee,
        "lat": f"{one.lat:.6f}" if known else "",
        "lon": f"{one.lon:.6f}" if known else "",
        "status": "open",
        "location": render(f"sources.location_{said}", language),
        "source": "; ".join(named),
    }


def _old_item() -> Item:
    return Item(
        name=OLD_FINESS_ITEM,
        address=OLD_FINESS_ADDRESS,
        kind="csv",
        max_bytes=200_000_000,
        licence=LICENCE_OUVERTE,
        attribution="DREES, FINESS (mai 2026)",
    )


SOURCE = CandidatesSource()
