"""Timetables: Île-de-France Mobilités in Île-de-France, elsewhere the feeds that the national access point lists.

``transport.data.gouv.fr/api/datasets`` answers a list of datasets with ``type`` ("public-transit"), ``covered_area`` (a
list of {type: commune, epci, departement, region or pays; insee, nom}), ``licence``, ``slug`` and ``resources`` with
``format`` ("GTFS"), ``url``, ``original_url`` and ``is_available`` (seen in public code that filters it). The communes'
EPCI and region, which geo.api.gouv.fr says, tell which areas are the département's. Of the feeds of the whole country
only the regional trains' are taken (known by their names); the others are coaches and long-distance trains, and are
named. Feeds overlap: a region's collects those of its towns, and trains stand in several; a trip twice changes no
travel time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geo_access.core.errors import InputError
from geo_access.core.matching import fold, listed
from geo_access.opendata.source import LICENCE_MOBILITES, LICENCE_OUVERTE, ODBL, Item, Licence, Product, Request
from geo_access.opendata.sources import communes
from geo_access.opendata.sources.reading import read_json, text_of
from geo_access.texts import LANGUAGES, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from geo_access.core.findings import Findings, Level
    from geo_access.opendata.departements import Departement
    from geo_access.opendata.source import Workshop

IDFM_ADDRESS = "https://eu.ftp.opendatasoft.com/stif/GTFS/IDFM-gtfs.zip"
LIST_ADDRESS = "https://transport.data.gouv.fr/api/datasets"
LIST_ITEM, AREAS_ITEM, IDFM_ITEM = "transport-data-gouv.json", "communes.json", "idfm.zip"
FOLDER = "gtfs"
MAX_BYTES = 2_000_000_000
_LICENCES = {
    "odc odbl": ODBL,
    "odbl": ODBL,
    "fr lo": LICENCE_OUVERTE,
    "lov2": LICENCE_OUVERTE,
    "mobility licence": LICENCE_MOBILITES,
    "licence mobilites": LICENCE_MOBILITES,
}
#: Titles of the feeds of the whole country that people take to go to town.
_REGIONAL_TRAINS = re.compile(r"\b(ter|intercites)\b")
_UNSAID = Licence("non précisée", "https://transport.data.gouv.fr/")


@dataclass(frozen=True)
class GtfsSource:
    """The feeds, clipped to the area and the study's days."""

    name: str = "gtfs"
    after: tuple[str, ...] = ("communes",)

    def plan(self, request: Request) -> Sequence[Item]:
        """Ask for the feeds that were named, else for Île-de-France's, else for the list in which `discover` looks."""
        if request.feeds:
            return name_items(request.feeds)
        if request.departement.is_ile_de_france:
            return (_feed(IDFM_ITEM, IDFM_ADDRESS, LICENCE_MOBILITES, "Île-de-France Mobilités"),)
        index = Item(
            name=LIST_ITEM,
            address=LIST_ADDRESS,
            kind="json",
            max_bytes=200_000_000,
            licence=ODBL,
            attribution="transport.data.gouv.fr",
        )
        areas = Item(
            name=AREAS_ITEM,
            address=communes.ADDRESS.format(code=request.departement.code),
            kind="json",
            max_bytes=100_000_000,
            licence=LICENCE_OUVERTE,
            attribution="API Géo (geo.api.gouv.fr)",
        )
        return index, areas

    def discover(self, request: Request, files: Mapping[str, Path]) -> Sequence[Item]:
        """Name the feeds of the département in the list that `plan` asked for; none where it asked for none.

        Raises
        ------
        InputError
            When the list holds no feed of the département.
        """
        if LIST_ITEM not in files:
            return ()
        return choose_feeds(files[LIST_ITEM], files[AREAS_ITEM], request.departement)

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Clip each feed; one of a list that serves nobody here on these days is left out, with a finding."""
        from geo_access.opendata.clip_gtfs import clip_feed

        if request.date is None:
            raise InputError("sources.feed_date")
        feeds = {name: path for name, path in files.items() if name.endswith(".zip")}
        listed_feeds = LIST_ITEM in files
        if listed_feeds:
            report_left_out(files[LIST_ITEM], files[AREAS_ITEM], request.departement, workshop.findings)
        area, dates = workshop.area(), (request.date,)
        products: list[Product] = []
        faults: list[InputError] = []
        for name, path in feeds.items():
            target = f"{FOLDER}/{name}"
            try:
                params = clip_feed(
                    path,
                    workshop.draft(target),
                    area=area,
                    crs=request.departement.crs,
                    margin_m=request.feed_margin_m,
                    dates=dates,
                    findings=workshop.findings,
                )
            except InputError as fault:
                if not listed_feeds:
                    raise
                faults.append(fault)
                # Without its file, which is somewhere in the cache.
                said: dict[str, Any] = {f"said_{one}": render(fault.code, one, **fault.params) for one in LANGUAGES}
                workshop.findings.add("info", "sources.feed_left_out", file=name, **said)
                continue
            products.append(Product(target, params, (name,)))
        if not products:
            raise faults[0] if faults else InputError("sources.feeds_none", name=request.departement.name)
        if len(products) > 1:
            # Feeds that a person put together are the ones in which trains stand twice (a region's and the railway's).
            level: Level = "warning" if request.feeds else "info"
            workshop.findings.add(level, "sources.feeds_overlap", file=FOLDER, count=len(products))
        return products


def choose_feeds(path: Path, areas: Path, departement: Departement) -> list[Item]:
    """Pick the feeds of a département out of the national list.

    Parameters
    ----------
    path
        The list.
    areas
        The communes of the département with codeEpci and codeRegion, as geo.api.gouv.fr answers.
    departement
        Feeds that cover it, its region, or a commune or EPCI of it are taken, and regional trains.

    Raises
    ------
    InputError
        When the list has another shape or holds no such feed.
    """
    items: dict[str, Item] = {}
    for dataset, national in _list_datasets(path, areas, departement):
        if national and not _runs_regional_trains(dataset):
            continue
        for resource in dataset.get("resources") or ():
            item = _read_resource(dataset, resource)
            if item is not None:
                items.setdefault(item.address, item)
    if not items:
        raise InputError("sources.feeds_none", file=path, name=departement.name)
    return sorted(items.values(), key=lambda one: one.name)


def report_left_out(path: Path, areas: Path, departement: Departement, findings: Findings) -> None:
    """Name the feeds that the list holds and that are not asked for: unavailable ones, those of the whole country."""
    unavailable, national_ones = [], []
    for dataset, national in _list_datasets(path, areas, departement):
        title = text_of(dataset.get("title")) or text_of(dataset.get("slug"))
        feeds = [one for one in dataset.get("resources") or () if text_of(one.get("format")).upper() == "GTFS"]
        if feeds and national and not _runs_regional_trains(dataset):
            national_ones.append(title)
        elif any(_read_resource(dataset, one) is None for one in feeds):
            unavailable.append(title)
    for code, titles in (("unavailable", unavailable), ("national", national_ones)):
        if titles:
            findings.add("info", f"sources.feeds_{code}", file=LIST_ITEM, count=len(titles), examples=listed(titles))


def _list_datasets(path: Path, areas: Path, departement: Departement) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Yield the datasets of public transport that cover the département, and whether they cover the whole country."""
    content = read_json(path)
    datasets = content.get("datasets") if isinstance(content, dict) else content
    if not isinstance(datasets, list) or not all(isinstance(one, dict) for one in datasets):
        raise InputError("sources.directory_shape", file=path, found=type(content).__name__)
    here = _read_areas(areas, departement)
    for dataset in datasets:
        if text_of(dataset.get("type")) not in ("public-transit", ""):
            continue
        covered = dataset.get("covered_area") or []
        covered = [covered] if isinstance(covered, dict) else covered
        kinds = {(fold(text_of(one.get("type"))), text_of(one.get("insee"))) for one in covered}
        if kinds & here:
            yield dataset, False
        elif ("pays", "FR") in kinds:
            yield dataset, True


def _runs_regional_trains(dataset: Mapping[str, Any]) -> bool:
    said = f"{text_of(dataset.get('title'))} {text_of(dataset.get('slug'))}"
    return _REGIONAL_TRAINS.search(fold(said)) is not None


def _read_resource(dataset: Mapping[str, Any], resource: Mapping[str, Any]) -> Item | None:
    if text_of(resource.get("format")).upper() != "GTFS" or resource.get("is_available") is False:
        return None
    addresses = [text_of(resource.get(key)) for key in ("url", "original_url")]
    address = next((one for one in addresses if one.startswith("https://")), None)
    if address is None:
        return None
    name = fold(text_of(dataset.get("slug")) or text_of(dataset.get("title"))).replace(" ", "-")[:60].strip("-")
    number = fold(text_of(resource.get("id")) or PurePosixPath(urlsplit(address).path).name).replace(" ", "-")
    publisher = dataset.get("publisher")
    publisher = publisher.get("name") if isinstance(publisher, dict) else publisher
    licence = _LICENCES.get(fold(text_of(dataset.get("licence"))), _UNSAID)
    credit = text_of(publisher) or text_of(dataset.get("title"))
    return _feed(f"{name or 'feed'}-{number}.zip", address, licence, credit, optional=True)


def _read_areas(path: Path, departement: Departement) -> set[tuple[str, str]]:
    """List the areas that a feed of the département may cover, as pairs of type and code."""
    content = read_json(path)
    records = content.get("features", []) if isinstance(content, dict) else content
    here = {("departement", departement.code)}
    for record in records:
        said = record.get("properties", record)
        for kind, key in (("commune", "code"), ("epci", "codeEpci"), ("region", "codeRegion")):
            code = text_of(said.get(key))
            if code:
                here.add((kind, code))
    return here


def name_items(addresses: Sequence[str]) -> list[Item]:
    """Make an item of each address that a user gave, named by its last part."""
    items: list[Item] = []
    for address in addresses:
        if address == IDFM_ADDRESS:
            items.append(_feed(IDFM_ITEM, IDFM_ADDRESS, LICENCE_MOBILITES, "Île-de-France Mobilités"))
            continue
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname:
            raise InputError("sources.feed_address", said=address)
        stem = re.sub(r"(\.gtfs)?(\.zip)?$", "", PurePosixPath(parts.path).name, flags=re.IGNORECASE)
        name = fold(stem).replace(" ", "-") or fold(parts.hostname).replace(" ", "-")
        taken = {one.name for one in items}
        numbers = ["", *(f"-{number}" for number in range(2, len(addresses) + 1))]
        name = next(f"{name}{number}.zip" for number in numbers if f"{name}{number}.zip" not in taken)
        items.append(_feed(name, address, _UNSAID, parts.hostname))
    return items


def _feed(name: str, address: str, licence: Licence, attribution: str, *, optional: bool = False) -> Item:
    return Item(name, address, "zip", MAX_BYTES, licence, attribution, optional=optional)


SOURCE = GtfsSource()
