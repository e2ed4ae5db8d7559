"""What the coverage page carries so that it can judge by itself: who counts, the rules, and the travel times."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_access.analysis.placement.candidates import CANDIDATES, list_candidates
from geo_access.analysis.placement.most_helpful import DIGITS, offer_places
from geo_access.core.cache import make_key
from geo_access.core.findings import Findings
from geo_access.core.progress import Progress, no_progress
from geo_access.report.map.layers import class_breaks
from geo_access.report.map.legends import list_minutes, list_themes
from geo_access.report.map.live_packing import MOST_S, deflate, find_near, pack_numbers, pack_rides, pack_walks
from geo_access.report.map.live_sites import (
    ROLES,
    add_candidates,
    find_spots,
    list_possible,
    name_candidates,
    number_pools,
)
from geo_access.report.palette import NO_CLASS
from geo_access.report.sentences import name_verdict
from geo_access.routing.arrays import hash_array
from geo_access.routing.point_seconds import list_seconds
from geo_access.routing.points import Points
from geo_access.texts import render
from geo_access.verdict.site_reach import number_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.presets import Rule
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: A slider goes so far beyond the study's own threshold: times, and minutes at least.
_FARTHER, _FARTHER_MIN = 1.5, 10
#: No more than so much is carried (bytes): deflated, and before.
MOST_BYTES, _MOST_RAW = 3_500_000, 150_000_000

#: Texts that the script is handed, by their name in the catalogue of the live page.
_WORDS = (
    "farther", "figures_of_study", "try_with", "try_without", "put_back", "candidate_open", "candidate_shut",
    "opened_here", "closed_here", "reach_shut",
)  # fmt: skip


@dataclass(frozen=True)
class LiveData:
    """What the page's script is handed.

    Attributes
    ----------
    header
        JSON values: who counts, the rules, which times are carried; ``assets/engine.js`` reads them.
    data
        The travel times, deflated; ``assets/unpack.js`` reads them.
    """

    header: dict[str, Any]
    data: bytes

    @property
    def text(self) -> str:
        """The travel times as text."""
        return base64.b64encode(self.data).decode("ascii")


@dataclass(frozen=True)
class _Packed:
    """What is kept between runs: the candidates with what each would gain, how far times are carried, the times."""

    places: pd.DataFrame
    gained: list[float]
    sliders: list[float]
    data: bytes


def pack_live(
    coverage: Coverage,
    offer: Any,
    language: Language,
    *,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> LiveData | None:
    """Put together what the page judges by.

    Parameters
    ----------
    coverage
        What `check` returns.
    offer
        Which candidates to carry, from `most_helpful.take_offer`.
    language
        Of the candidates' names.
    progress, executor
        As for `check`.

    Returns
    -------
    LiveData or None
        None where the coverage has no travel times, or they are more than a page can carry.
    """
    times, target = coverage.times, coverage.preset
    if (
        times is None
        or max(getattr(target, role).seconds for role in ROLES) > MOST_S
        or not len(times.inputs.residents)
    ):
        return None
    key = make_key(
        "live",
        hashes=times.inputs.hashes,
        settings=times.settings.model_dump_json(),
        sites=_hash_sites(times.inputs.sites),
        walker=times.walker().key,
        network=times.prepared.network.key if times.settings.transit.gtfs else None,
        offer=offer if isinstance(offer, int) else _describe_list(times, offer),
    )

    def build(_findings: Findings) -> _Packed | None:
        places = offer_places(coverage, offer, progress=progress, executor=executor)
        count = len(places)
        # What does not fit goes in this order: candidates, then how far the sliders go.
        for kept, farther in dict.fromkeys([(count, True), (count // 2, True), (0, True), (0, False)]):
            packed = _Packer(coverage, places.iloc[:kept], farther=farther, executor=executor).pack()
            if packed is not None:
                return packed
        return None

    packed = times.cache.fetch(key, build=build, save=_save, load=_load, findings=Findings())
    return None if packed is None else LiveData(_write_header(coverage, packed, language), packed.data)


def _save(packed: _Packed | None, folder: Path) -> None:
    if packed is not None:
        said = {"places": packed.places.to_dict("list"), "gained": packed.gained, "sliders": packed.sliders}
        (folder / "packed.json").write_text(json.dumps(said), encoding="utf-8")
        (folder / "packed.bin").write_bytes(packed.data)


def _load(folder: Path) -> _Packed | None:
    if not (folder / "packed.json").exists():
        return None
    said = json.loads((folder / "packed.json").read_text(encoding="utf-8"))
    places = pd.DataFrame(said["places"], columns=["name", "cell", "near", "insee", "lat", "lon"])
    return _Packed(places, said["gained"], said["sliders"], (folder / "packed.bin").read_bytes())


def _hash_sites(sites: gpd.GeoDataFrame) -> str:
    said = sites.drop(columns="geometry").astype(str).to_dict("list")
    return make_key("sites", said=said, points=hash_array(np.column_stack([sites.geometry.x, sites.geometry.y])))


def _describe_list(times: TravelTimes, offer: Any) -> Any:
    """Return what a list of candidates says: that shapes the page, wherever the list lies."""
    listed = list_candidates(times, offer, kind="pole", count=CANDIDATES, findings=Findings())
    return [listed["name"].astype(str).tolist(), [listed.geometry.x.tolist(), listed.geometry.y.tolist()]]


# Times


@dataclass(frozen=True)
class _Table:
    """Times of one way of travelling: to which spots, and up to how many seconds.

    `complete`: whether nobody who takes longer reaches a spot at all.
    """

    rides: bool
    profile: str | None
    within_s: int
    complete: bool
    spots: tuple[int, ...]


class _Layout:
    """Which times a page carries, for sites and how far the sliders go (minutes)."""

    def __init__(self, coverage: Coverage, sites: gpd.GeoDataFrame, sliders: Sequence[float]) -> None:
        times, target = coverage.times, coverage.preset
        assert times is not None  # noqa: S101 -- `pack_live` says so first
        self.spots = find_spots(sites)
        self.possible = list_possible(times, target, sites)
        self.table_of: dict[str, int] = {}
        walking = times.settings.walking
        wanted: dict[tuple[bool, str | None], list[tuple[str, Rule, float]]] = {}
        for role, slider in zip(ROLES, sliders, strict=True):
            rule: Rule = getattr(target, role)
            rides = rule.mode != "walk"
            way = (rides, None if rides else rule.profile or walking.profile)
            wanted.setdefault(way, []).append((role, rule, slider))
        self.tables: list[_Table] = []
        for (rides, profile), asked in wanted.items():
            within_s = min(max(round(slider * 60) for _, _, slider in asked), MOST_S)
            longest_s = walking.limits_min.seconds("direct")
            complete = not rides and longest_s <= within_s
            counting = np.any([self.possible[role] for role, _, _ in asked], axis=0)  # type: ignore[index]  # a role
            spots = tuple(np.unique(self.spots[counting]).tolist())
            self.table_of |= {role: len(self.tables) for role, _, _ in asked}
            self.tables.append(_Table(rides, profile, longest_s if complete else within_s, complete, spots))


class _Packer:
    """Packs the times of a coverage, with candidates beside its sites."""

    def __init__(self, coverage: Coverage, places: pd.DataFrame, *, farther: bool, executor: Executor | None) -> None:
        assert coverage.times is not None  # noqa: S101 -- `pack_live` says so first
        self.coverage, self.places, self.executor = coverage, places, executor
        self.times: TravelTimes = coverage.times
        self.target = coverage.preset
        self.sites, self.at = add_candidates(self.times, self.target, places)
        self.sliders = [_find_slider(getattr(self.target, role), farther=farther) for role in ROLES]
        self.layout = _Layout(coverage, self.sites, self.sliders)
        self.pools = number_pools(self.times, self.sites)

    def pack(self) -> _Packed | None:
        """Return the times and what each candidate gains; None where it is more than a page can carry."""
        times, inputs = self.times, self.times.inputs
        number = {insee: at for at, insee in enumerate(self.coverage.communes["insee"])}
        communes = np.array([number.get(insee, -1) for insee in inputs.residents["insee"]], np.int64)
        parts = [
            inputs.residents["weight"].to_numpy("<f8").tobytes(),
            pack_numbers(communes + 1),
            pack_numbers(self.pools[0] + 1),
            pack_numbers(times.residents().snapped.astype(np.int64)),
        ]
        size = 0
        gains = _Gains(self)
        for table in self.layout.tables:
            for spot, seconds, walks in self._list_seconds(table):
                gains.add(table, spot, seconds)
                if table.rides:
                    cells = find_near(seconds, table.within_s)
                    every_s = times.settings.departures.every_s
                    parts.append(pack_rides(cells, seconds[cells], walks[cells], every_s, table.within_s))
                else:
                    parts.append(pack_walks(walks, table.within_s))
                size += len(parts[-1])
                if size > _MOST_RAW:
                    return None
        data = deflate(b"".join(parts))
        if len(data) * 4 / 3 > MOST_BYTES:
            return None
        return _Packed(self.places, gains.list(), self.sliders, data)

    def _list_seconds(self, table: _Table) -> Iterator[tuple[int, NDArray[np.int32], NDArray[np.int32]]]:
        """Yield each spot with the seconds by departure, int32 (residents, departures), and those on foot."""
        spots, own = table.spots, len(self.times.inputs.sites)
        walks = self.times.with_sites(self.sites.iloc[list(spots)]).walk_seconds(table.profile)
        if not table.rides:
            yield from ((spot, walks[:, [at]], walks[:, at]) for at, spot in enumerate(spots))
            return
        known = [spot for spot in spots if spot < own]
        for at, (spot, seconds) in enumerate(self.times.transit_seconds(known, executor=self.executor)):
            yield spot, seconds, walks[:, at]
        new = self.sites.iloc[list(spots[len(known) :])]
        if not len(new):
            return
        homes = Points(self.times.inputs.residents["cell"].to_numpy(object), self.times.inputs.resident_points)
        there = Points(
            new["site"].to_numpy(object), np.column_stack([new.geometry.x, new.geometry.y]).astype(np.float64)
        )
        found = list_seconds(
            self.times, homes, there, self.times.settings.departures.listed, within_s=table.within_s,
            access=self.times.access, executor=self.executor,
        )  # fmt: skip
        for at, seconds in found:
            yield spots[len(known) + at], seconds, walks[:, len(known) + at]


def _find_slider(rule: Rule, *, farther: bool) -> float:
    """Return how many minutes the slider of a rule goes up to."""
    if not farther:
        return rule.minutes
    return float(min(math.ceil(max(rule.minutes * _FARTHER, rule.minutes + _FARTHER_MIN)), 24 * 60))


class _Gains:
    """Counts how many more residents each candidate would serve, by itself and beside the sites that are open."""

    def __init__(self, packer: _Packer) -> None:
        self.packer = packer
        self.own = len(packer.times.inputs.sites)
        self.base: dict[str, Any] = {}
        #: By row of a candidate, for each rule: the cells from which it holds at all, and at which departures.
        self.held: dict[int, list[tuple[NDArray[np.int64], NDArray[np.bool_]]]] = {}

    def add(self, table: _Table, spot: int, seconds: NDArray[np.int32]) -> None:
        """Take the seconds to a spot."""
        packer = self.packer
        layout, target = packer.layout, packer.target
        for role in ROLES:
            if layout.tables[layout.table_of[role]] is not table:
                continue
            rule: Rule = getattr(target, role)
            near = seconds <= rule.seconds
            for row in np.flatnonzero((layout.spots == spot) & layout.possible[role]).tolist():
                candidate = row >= self.own
                if not candidate and not bool(packer.sites["open"].iloc[row]):
                    continue
                held = near
                if rule.pool == "own_sst":
                    home, theirs = packer.pools[0], packer.pools[1][row]
                    held = near & ((home == theirs) & (theirs >= 0))[:, None]
                if candidate:
                    cells = np.flatnonzero(held.any(axis=1))
                    self.held.setdefault(row, []).append((cells, held[cells]))
                else:
                    self.base[role] = held if role not in self.base else self.base[role] | held

    def list(self) -> list[float]:
        """Return the residents that each candidate would serve more, in the order of the sites' rows."""
        packer = self.packer
        weight = packer.times.inputs.residents["weight"].to_numpy(np.float64)
        snapped, required = packer.times.residents().snapped, packer.target.departures_required
        nothing = np.zeros((len(weight), 1), bool)
        base = self.base.get("pole", nothing) | self.base.get("antenna", nothing)
        before = snapped & (base.mean(axis=1) >= required)
        gained = []
        for row in range(self.own, len(packer.sites)):
            new: dict[int, NDArray[np.bool_]] = {}
            for cells, held in self.held.get(row, []):
                for cell, more in zip(cells.tolist(), held, strict=True):
                    new[cell] = new.get(cell, base[cell]) | more
            after = [cell for cell, held in sorted(new.items()) if held.mean() >= required]
            gained.append(float(weight[[cell for cell in after if snapped[cell] and not before[cell]]].sum()))
        return gained


# The header


def describe_static(coverage: Coverage) -> dict[str, Any]:
    """Return the verdict alone, for a page that cannot judge."""
    communes = coverage.communes
    return {
        "total": {"residents": float(communes["residents"].sum()), "served": float(communes["served"].sum())},
        "communes": [
            {"insee": str(insee), "served": float(served)}
            for insee, served in zip(communes["insee"], communes["served"], strict=True)
        ],
    }


def _write_header(coverage: Coverage, packed: _Packed, language: Language) -> dict[str, Any]:
    times, target = coverage.times, coverage.preset
    assert times is not None  # noqa: S101 -- `pack_live` says so first
    sites, at = add_candidates(times, target, packed.places)
    layout, own = _Layout(coverage, sites, packed.sliders), len(times.inputs.sites)
    asked = times.settings.departures
    evenly = asked.from_s + asked.every_s * asked.count == asked.to_s
    departures: dict[str, Any] = {"from": asked.from_s, "every": asked.every_s, "count": asked.count}
    if times.walker().mode == "streets" and times.streets.summary.get("conditions_in_part"):
        # Who leaves in a part of the window may find other ways open: the page knows of none.
        departures["fixed"] = True
    rules = {}
    for role, slider in zip(ROLES, packed.sliders, strict=True):
        rule: Rule = getattr(target, role)
        rules[role] = {
            "minutes": rule.minutes,
            "operator": rule.operator,
            "own": rule.pool == "own_sst",
            "table": layout.table_of[role],
            "slider": slider,
        }
    return {
        "cells": len(times.inputs.residents),
        "departures": departures if evenly else {**departures, "to": asked.to_s},
        "required": {"departures": target.departures_required, "share": target.required_share},
        "rules": rules,
        "presence": target.presence is not None,
        "themes": _describe_themes(coverage, language),
        "words": {name: render(f"live.{name}", language) for name in _WORDS}
        | {name: render(f"maps.{name}", language) for name in ("reach_said", "yes", "no")}
        | {
            f"verdict_{said}": render("maps.verdict", language, verdict=name_verdict(verdict, language))
            for said, verdict in (("meets", "meets"), ("misses", "misses"), ("nobody", "no residents"))
        },
        "kinds": {kind: render(f"results.word_{kind}", language) for kind in sorted(set(sites["kind"]))},
        "communes": [{"insee": str(insee)} for insee in coverage.communes["insee"]],
        "tables": [
            {"rides": one.rides, "carried": None if one.complete else one.within_s, "spots": list(one.spots)}
            for one in layout.tables
        ],
        "sites": _list_sites(coverage, packed, layout, sites, at, own, language),
    }


def _describe_themes(coverage: Coverage, language: Language) -> dict[str, Any]:
    """Say where the classes of the themes lie, so that cells and communes can be classed anew."""
    minutes, departures = list_themes(coverage, language)
    return {
        "minutes": {"count": len(minutes.styles) - 2, "bounds": list_minutes(coverage)},
        "departures": {"count": len(departures.styles) - 2},
        "communes": {"breaks": class_breaks(coverage.preset.required_share), "none": NO_CLASS},
    }


def _list_sites(
    coverage: Coverage,
    packed: _Packed,
    layout: _Layout,
    sites: gpd.GeoDataFrame,
    at: Sequence[int],
    own: int,
    language: Language,
) -> list[dict[str, Any]]:
    times, presence = coverage.times, coverage.preset.presence
    assert times is not None  # noqa: S101 -- `pack_live` says so first
    kinds = presence.kinds if presence is not None else ()
    commune = {insee: number for number, insee in enumerate(coverage.communes["insee"])}
    names = name_candidates(packed.places, coverage.communes, language)
    pools, address = number_pools(times, sites)[1], number_addresses(sites)
    points = sites.geometry.to_crs("EPSG:4326").get_coordinates().to_numpy(np.float64).round(DIGITS).tolist()
    listed = []
    for row, (site, kind, name, insee) in enumerate(
        zip(sites["site"], sites["kind"], sites["name"].astype(str), sites["insee"], strict=True)
    ):
        said: dict[str, Any] = {
            "id": str(site),
            "name": name,
            "kind": str(kind),
            "status": str(sites["status"].iloc[row]),
            "open": row < own and bool(sites["open"].iloc[row]),
            "counts": [role for role in ROLES if layout.possible[role][row]],
            "spot": int(layout.spots[row]),
            "address": int(address[row]),
            "pool": pools[row],
            "presence": commune.get(insee) if kind in kinds else None,
            "lat": points[row][1],
            "lon": points[row][0],
        }
        if row >= own:
            place = packed.places.iloc[at[row]]
            said |= {
                "name": names[at[row]],
                "status": "candidate",
                "place": at[row],
                "gained": packed.gained[row - own],
                "lat": float(place["lat"]),
                "lon": float(place["lon"]),
            }
        listed.append(said)
    return listed
