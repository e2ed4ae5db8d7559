"""Studies without files: tables, streets and settings that are in memory, put together as `study.toml` names files."""

from __future__ import annotations

import sys
from os import fspath
from typing import TYPE_CHECKING, Any

from geo_access.core.addresses import list_addresses
from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError, speaking
from geo_access.study.inputs.held_table import HeldTable, take_table
from geo_access.study.settings import read_settings
from geo_access.study.study import Held, Study, change_document, settle

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from os import PathLike

    import networkx as nx
    import pandas as pd
    from pyproj import CRS

    from geo_access.streets.network import WalkNetwork

    Path = str | PathLike[str]
    Table = pd.DataFrame | Path


def make_study(
    *,
    communes: Table,
    residents: Table,
    sites: Table,
    date: str | dt.date,
    crs: str | CRS,
    gtfs: Path | Sequence[Path] = (),
    streets: Path | Sequence[Path] | nx.MultiDiGraph[Any] | WalkNetwork | None = None,
    sst: tuple[Table, str] | None = None,
    priority_areas: Table | None = None,
    weight: str = "ind",
    departures: tuple[str, str] = ("09:00", "11:00"),
    name: str = "study",
    settings: Mapping[str, Any] | None = None,
) -> Study:
    """Make a study of tables in memory, of files, or of both.

    Nothing is read yet; what is wrong in a table is found, with the same words, where `open_study`'s would be: by
    `check` and every other question. A row is named by its label in the table's index.

    Tables and streets are taken as they are now, as copies: what is done to them afterwards does not change the study.
    A table's SHA-256 (``inputs`` of the results) is that of what its columns hold, in their order: integers and floats
    of one value are alike, and so are all kinds of missing values; the index counts where it has a name, as a column.

    Parameters
    ----------
    communes, residents, sites, priority_areas
        Each a GeoDataFrame with a CRS, a DataFrame with columns lon and lat, or the path of a file. Columns are found
        as in files; see `read_communes`, `read_residents`, `read_sites`. Sites may have a column of capacities, as
        `measure_fairness` wants it.
    date
        The day studied: a date, or "2026-10-06".
    crs
        The CRS, in metres, that the study measures in: "EPSG:2154", or that of a table (``residents.crs``).
    gtfs
        Paths of GTFS feeds, zips or folders.
    streets
        Paths of OpenStreetMap files or of one GraphML file, a graph of OSMnx's shape, a network of `read_streets` in
        the same `crs` (islands are left out of it already), or None to walk in a straight line times a detour.
    sst
        A table and its column that says to which SST each commune belongs.
    weight
        The column that counts residents, or a sum of columns ("ind_0_3 + ind_4_5").
    departures
        When residents leave: every minute from the first time on, before the second.
    name
        What results call the study.
    settings
        Whatever else `study.toml` may say, by dotted keys: ``{"policy.pole.lt": 25, "walking.profile": "stroller"}``.
        They come last, over all else.

    Raises
    ------
    ArgumentError
        When an argument is of the wrong kind.
    InputError
        When a setting is wrong, two columns bear one name, or the streets cannot be walked.

    Examples
    --------
    >>> study = ga.make_study(  # doctest: +SKIP
    ...     communes=communes, residents=squares, sites=sites, gtfs="bus.zip", streets=graph,
    ...     date="2026-10-06", crs="EPSG:2154", settings={"policy.pole.lt": 25},
    ... )
    >>> ga.check(study).communes  # doctest: +SKIP
    """
    taken = _Taken()
    document: dict[str, Any] = {
        "name": _take_text("name", name),
        "date": date,
        "crs": _take_crs(crs),
        "departures": _take_departures(departures),
        "territory": {"communes": {"file": taken.table("communes", communes)}},
        "residents": {"file": taken.table("residents", residents), "weight": _take_text("weight", weight)},
        "sites": {"file": taken.table("sites", sites)},
        "transit": {"gtfs": _take_paths("study.feeds_wanted", gtfs)},
        "walking": {"streets": taken.streets(streets)},
    }
    if sst is not None:
        document["territory"]["sst"] = taken.zoning(sst)
    if priority_areas is not None:
        document["territory"]["priority_areas"] = {"file": taken.table("priority_areas", priority_areas)}
    whole = change_document(document, {} if settings is None else settings)
    stated, credited = whole.get("sources", []), list_addresses(whole)
    if credited and isinstance(stated, list):
        whole["sources"] = [*stated, *(one for one in credited if one not in stated)]
    with speaking(whole.get("language")):
        return settle(Study(read_settings(whole, file=None), None, whole, held=taken.held))


class _Taken:
    """What is in memory, under names that no file of the study bears."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}

    def table(self, name: str, given: Any) -> str:
        """Take a table; return its name or path, as settings have it."""
        table = take_table(given, name)
        if isinstance(table, HeldTable):
            self.held[name] = table
        return str(table)

    def zoning(self, given: Any) -> dict[str, str]:
        if not isinstance(given, (tuple, list)) or len(given) != 2 or not isinstance(given[1], str):
            raise ArgumentError("study.sst_wanted", said=describe(given))
        return {"file": self.table("sst", given[0]), "column": given[1]}

    def streets(self, given: Any) -> list[str]:
        if given is None:
            return []
        held = _take_streets("streets", given)
        if held is None:
            return _take_paths("study.streets_wanted", given)
        self.held["streets"] = held
        return ["streets"]


def _take_streets(name: str, given: Any) -> Held | None:
    """Return streets in memory; None for everything else."""
    from geo_access.streets.held import HeldStreets
    from geo_access.streets.network import WalkNetwork

    if isinstance(given, WalkNetwork):
        return HeldStreets(name, given)
    # Who has a graph has networkx loaded.
    graphs = sys.modules.get("networkx")
    return HeldStreets(name, given) if graphs is not None and isinstance(given, graphs.Graph) else None


def _take_paths(code: str, given: Any) -> list[str]:
    paths = [given] if isinstance(given, str) or hasattr(given, "__fspath__") else given
    if not isinstance(paths, (list, tuple)):
        raise ArgumentError(code, said=describe(given))
    for path in paths:
        if not (isinstance(path, str) or hasattr(path, "__fspath__")):
            raise ArgumentError(code, said=describe(path))
    return [str(fspath(path)) for path in paths]


def _take_text(name: str, given: Any) -> str:
    if not isinstance(given, str):
        raise ArgumentError("study.text_wanted", name=name, said=describe(given))
    return given


def _take_crs(given: Any) -> str:
    return (given.srs or given.to_wkt()) if hasattr(given, "to_wkt") else _take_text("crs", given)


def _take_departures(given: Any) -> dict[str, Any]:
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise ArgumentError("study.departures_wanted", said=describe(given))
    return {"from": given[0], "to": given[1]}
