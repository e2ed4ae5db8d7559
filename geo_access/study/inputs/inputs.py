"""A study's tables, read and checked: communes with their SST, residents, sites, and the hashes of all files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from geo_access.core.cache import hash_file
from geo_access.core.crs import check_scale, require_metric
from geo_access.core.display import Shown
from geo_access.core.errors import InputError, SettingsError, name_row, speaking
from geo_access.core.findings import Findings
from geo_access.core.limits import check_path, check_plain
from geo_access.study.inputs.communes import read_communes, read_zoning
from geo_access.study.inputs.file_checks import find_neighbour, list_parts
from geo_access.study.inputs.priority_areas import read_priority_areas
from geo_access.study.inputs.residents import read_residents
from geo_access.study.inputs.site_changes import SiteChange, change_sites
from geo_access.study.inputs.sites import count_open, read_sites
from geo_access.study.scenario import Scenario, read_scenarios
from geo_access.study.study import take_study

#: What `geo-access fetch` writes into a study's folder.
_FETCHED = re.compile(r"communes\.geojson|residents_200m\.gpkg|streets\.osm\.pbf|qpv\.geojson|gtfs/[^/]+\.zip")

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.study.study import Study


@dataclass(frozen=True, eq=False, repr=False)
class Inputs(Shown):
    """What a study is about.

    Attributes
    ----------
    study
        Where it comes from.
    communes
        insee, name, population, sst (missing without a zoning), geometry; by insee.
    residents
        cell, insee, sst, weight, other numeric columns, x, y, geometry; as in the file.
    sites
        The columns of `sites.read_sites`, and `open`: whether it counts at the study's date.
    hashes
        (file as the study names it, SHA-256) of every input.
    findings
        What reading them found.
    areas
        The priority areas of `priority_areas.read_priority_areas`; None where the study names none.
    scenario
        What the study's scenario changes in the timetable, the streets and the sites.
    site_changes
        What its edits of sites did.
    """

    study: Study
    communes: gpd.GeoDataFrame
    residents: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    hashes: tuple[tuple[str, str], ...]
    findings: Findings
    areas: gpd.GeoDataFrame | None = None
    scenario: Scenario = field(default_factory=Scenario)
    site_changes: tuple[SiteChange, ...] = ()

    def _headline(self) -> str:
        return self.study.settings.name

    @cached_property
    def resident_points(self) -> NDArray[np.float64]:
        """float64 (residents, 2): the point that stands for each (metres, the study's CRS)."""
        return np.asarray(self.residents[["x", "y"]], np.float64)

    @cached_property
    def site_points(self) -> NDArray[np.float64]:
        """float64 (sites, 2) (metres, the study's CRS)."""
        points = self.sites.geometry
        return np.column_stack([points.x, points.y]).astype(np.float64)

    def call_site_row(self, site: int) -> int | str | None:
        """Return what messages call the row of a site; None for a site of a hypothesis, which stands in no row."""
        row = int(self.sites["row"].iloc[site])
        called: int | str = name_row(self.study.table(self.study.settings.sites.file), row)
        return called if row else None

    def hash_of(self, names: tuple[str, ...]) -> list[str]:
        """SHA-256 of the files that the study names so."""
        known = dict(self.hashes)
        return [known[name] for name in names]

    def require_unchanged(self, names: tuple[str, ...]) -> None:
        """Refuse files that are no longer those that were hashed: what was read of them has no name.

        Raises
        ------
        InputError
            When one was written to meanwhile.
        """
        for name, kept in zip(names, self.hash_of(names), strict=True):
            if name not in self.study.held and _hash_input(self.study.path(name)) != kept:
                raise InputError("study.file_changed", file=self.study.path(name))


def read_inputs(study: Study) -> Inputs:
    """Read the communes, residents and sites of a study.

    Raises
    ------
    InputError
        When a file is missing or cannot be used.
    """
    with speaking(take_study(study).settings.language):
        return _read_inputs(study)


def _read_inputs(study: Study) -> Inputs:
    settings, findings = study.settings, Findings()
    require_metric(settings.crs)
    _ask_for_fetch(study)
    files, stated = settings.scenario.files, settings.scenario.site_edits
    scenario = read_scenarios([(name, study.path(name)) for name in files], stated)
    if scenario.line_edits and not settings.transit.gtfs:
        raise SettingsError("scenario.no_timetable", file=study.file)
    named = settings.territory.communes
    communes = read_communes(
        study.table(named.file), crs=settings.crs, geometry_crs=named.crs, part=named.part, findings=findings
    )
    check_scale(settings.crs, communes.total_bounds, file=study.file, findings=findings)
    zoning = settings.territory.sst
    if zoning is None:
        communes["sst"] = None
    else:
        sst = read_zoning(study.table(zoning.file), zoning.column, communes, part=zoning.part, findings=findings)
        communes["sst"] = communes["insee"].map(sst)
    residents = read_residents(
        study.table(settings.residents.file),
        crs=settings.crs,
        weight=settings.residents.weight,
        communes=communes,
        id_column=settings.residents.id,
        geometry_crs=settings.residents.crs,
        part=settings.residents.part,
        findings=findings,
    )
    residents["sst"] = residents["insee"].map(communes.set_index("insee")["sst"])
    sites = read_sites(
        study.table(settings.sites.file),
        crs=settings.crs,
        communes=communes,
        sst=communes.set_index("insee")["sst"] if zoning is not None else None,
        geometry_crs=settings.sites.crs,
        part=settings.sites.part,
        default_kind=settings.sites.default_kind,
        kind_words=settings.kind_words,
        findings=findings,
    )
    # A site's SST is its own column's word, else its commune's.
    by_commune = sites["insee"].map(communes.set_index("insee")["sst"])
    sites["sst"] = sites["sst"].where(sites["sst"].notna(), by_commune)
    sites["open"] = count_open(sites, settings.date, planned=settings.policy.planned)
    changes: tuple[SiteChange, ...] = ()
    if scenario.site_edits:
        sites, changes = change_sites(
            sites, scenario.site_edits, communes=communes, settings=settings, findings=findings
        )
    apart = settings.territory.priority_areas
    areas = (
        None
        if apart is None
        else read_priority_areas(
            study.table(apart.file),
            crs=settings.crs,
            communes=communes,
            geometry_crs=apart.crs,
            part=apart.part,
            findings=findings,
        )
    )
    # Last: a reader says more of a file that is missing or no file than its hash could.
    hashes = tuple(chain.from_iterable(_hash_parts(study, name) for name in list_files(study)))
    return Inputs(study, communes, residents, sites, hashes, findings, areas, scenario, changes)


def list_files(study: Study) -> list[str]:
    """List the files that a study names, each once, as it names them."""
    settings = study.settings
    zoning = [] if settings.territory.sst is None else [settings.territory.sst.file]
    areas = settings.territory.priority_areas
    names = [
        settings.territory.communes.file,
        *zoning,
        *([] if areas is None else [areas.file]),
        settings.residents.file,
        settings.sites.file,
        *settings.walking.streets,
        *settings.transit.gtfs,
        *settings.scenario.files,
    ]
    return list(dict.fromkeys(names))


def _ask_for_fetch(study: Study) -> None:
    """Refuse a study whose missing files are those that `geo-access fetch` brings, and say so."""
    lost = [name for name in list_files(study) if not study.path(name).exists()]
    if lost and all(_FETCHED.fullmatch(name) and find_neighbour(study.path(name)) is None for name in lost):
        raise InputError("study.not_fetched", file=study.path(lost[0]), files=", ".join(lost), folder=str(study.folder))


def _hash_parts(study: Study, name: str) -> list[tuple[str, str]]:
    """Return the SHA-256 of a file, and of each further file that is read with it, named beside it."""
    if name in study.held:
        return [(name, study.held[name].digest)]
    path = study.path(name)
    hashes = [(name, _hash_input(path))]
    return hashes + [(PurePath(name).with_name(part.name).as_posix(), _hash_input(part)) for part in list_parts(path)]


def _hash_input(path: Path) -> str:
    # Timetables and streets are opened by their libraries, which would read a device or a pipe for ever.
    check_path(path)
    check_plain(path)
    try:
        return hash_file(path)
    except FileNotFoundError:
        raise InputError("study.file_missing", file=path) from None
    except OSError as error:
        raise InputError("study.unreadable", file=path, said=str(error.strerror)) from None
