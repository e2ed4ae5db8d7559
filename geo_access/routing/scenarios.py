"""The day's timetable and the streets of a study, with what its scenario changes in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_access.core.cache import make_key
from geo_access.core.errors import InputError, SettingsError
from geo_access.gtfs.service import find_until
from geo_access.gtfs.timetable import Timetable, read_timetable
from geo_access.study.scenario import describe_edits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo_access.core.cache import Cache
    from geo_access.core.findings import Findings
    from geo_access.streets.conditions import Window
    from geo_access.streets.network import WalkNetwork
    from geo_access.study.inputs.inputs import Inputs


def timetable_key(inputs: Inputs, *, edited: bool = True) -> str:
    """Name the cache entry of a study's timetable; `edited`: with its scenario's edits."""
    settings = inputs.study.settings
    transit, seed = settings.transit, settings.transit.drawn_seed
    # A draw depends on the names of the feeds as well.
    drawn = None if seed is None else [seed, *(inputs.study.path(name).name for name in transit.gtfs)]
    edits = describe_edits(inputs.scenario.line_edits) if edited else []
    files, until_s = inputs.hash_of(transit.gtfs), find_until(settings.departures.to_s)
    return make_key(
        "timetable",
        files=files,
        date=settings.date,
        pathways=transit.pathways,
        drawn=drawn,
        edits=edits,
        until_s=until_s,
    )


def fetch_timetable(inputs: Inputs, cache: Cache, *, findings: Findings, files: Sequence[Path]) -> Timetable:
    """Read the day's timetable of a study and edit it, or take it from the cache.

    Raises
    ------
    InputError
        When a feed cannot be used, or an edit touches nothing.
    """
    study, transit, edits = inputs.study, inputs.study.settings.transit, inputs.scenario.line_edits

    def read(found: Findings) -> Timetable:
        timetable = read_timetable(
            [study.path(name) for name in transit.gtfs],
            date=study.settings.date,
            frequency_seed=transit.drawn_seed,
            pathways=transit.pathways == "use",
            until_s=find_until(study.settings.departures.to_s),
            findings=found,
        )
        inputs.require_unchanged(transit.gtfs)
        return timetable

    def fetch(found: Findings, *, edited: bool) -> Timetable:
        return cache.fetch(
            timetable_key(inputs, edited=edited), build=edit if edited else read, save=Timetable.save,
            load=Timetable.load, findings=found, files=files,
        )  # fmt: skip

    def edit(found: Findings) -> Timetable:
        from geo_access.gtfs.edits import edit_timetable

        # The feeds are read once for all scenarios.
        return edit_timetable(fetch(found, edited=False), edits, findings=found)

    return fetch(findings, edited=bool(edits))


def fetch_streets(inputs: Inputs, cache: Cache, *, findings: Findings, files: Sequence[Path]) -> WalkNetwork:
    """Read the walking network of a study and add its scenario's streets, or take it from the cache."""
    from geo_access.streets.held import HeldStreets
    from geo_access.streets.network import WalkNetwork, read_streets

    window = list_window(inputs)
    study, walking = inputs.study, inputs.study.settings.walking
    hashes, crs, edits = inputs.hash_of(walking.streets), study.settings.crs, inputs.scenario.street_edits

    held = next((one for name, one in study.held.items() if name in walking.streets), None)

    def read(found: Findings) -> WalkNetwork:
        if isinstance(held, HeldStreets):
            if len(walking.streets) > 1:
                raise InputError("streets.graph_not_alone", file=held)
            return held.network(crs=crs, min_island_nodes=walking.min_island_nodes, window=window, findings=found)
        paths = [study.path(name) for name in walking.streets]
        network = read_streets(
            paths, crs=crs, min_island_nodes=walking.min_island_nodes, window=window,
            allow_partial=walking.allow_partial, findings=found,
        )  # fmt: skip
        inputs.require_unchanged(walking.streets)
        return network

    def fetch(found: Findings, *, edited: bool) -> WalkNetwork:
        added = [walking.snap_m, describe_edits(edits)] if edited else None
        when = [window.day.isoformat(), window.from_s, window.to_s]
        return cache.fetch(
            make_key(
                "streets", files=hashes, crs=crs, islands=walking.min_island_nodes, window=when,
                partial=walking.allow_partial, added=added,
            ),
            build=edit if edited else read,
            save=WalkNetwork.save,
            load=WalkNetwork.load,
            findings=found,
            files=files,
        )  # fmt: skip

    def edit(found: Findings) -> WalkNetwork:
        return change_streets(inputs, fetch(found, edited=False), findings=found)

    if isinstance(held, HeldStreets) and isinstance(held.content, WalkNetwork):
        return change_streets(inputs, read(findings), findings=findings)  # is there already
    return fetch(findings, edited=bool(edits))


def list_window(inputs: Inputs) -> Window:
    """Return when the people of a study leave, as conditional access of streets asks it."""
    from geo_access.streets.conditions import Window

    settings = inputs.study.settings
    return Window(settings.date, settings.departures.from_s, settings.departures.to_s)


def require_streets(inputs: Inputs) -> None:
    """Refuse to add streets to a study that walks in a straight line.

    Raises
    ------
    SettingsError
        When its scenario adds streets.
    """
    for named in inputs.scenario.street_edits:
        raise SettingsError("scenario.no_streets", file=named.file, edit=named.label)


def change_streets(inputs: Inputs, network: WalkNetwork, *, findings: Findings) -> WalkNetwork:
    """Add the streets of a study's scenario to a network; the network itself where there are none."""
    edits = inputs.scenario.street_edits
    if not edits or "added_streets" in network.summary:
        return network
    from geo_access.streets.edits import edit_streets

    return edit_streets(network, edits, snap_m=inputs.study.settings.walking.snap_m, findings=findings)
