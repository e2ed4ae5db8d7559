"""What the travel times of a study stand on: streets, timetable, stops, network. Made once, shared by its variants.

Each part is made when it is first asked for and kept in the cache where that pays. A variant of a study (other
departures, timetable, settings or sites) is constructed with those parts that stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo_access.core.cache import make_key
from geo_access.core.copies import AsMade
from geo_access.core.errors import speaking
from geo_access.core.findings import Finding, Findings
from geo_access.core.progress import no_progress
from geo_access.routing.arrays import hash_array, list_legs, load_arrays, load_legs, save_arrays, tabulate_legs
from geo_access.routing.elsewhere import report_elsewhere
from geo_access.routing.links import Links
from geo_access.routing.network import TransitNetwork, build_network
from geo_access.routing.scenarios import (
    change_streets,
    fetch_streets,
    fetch_timetable,
    list_window,
    require_streets,
    timetable_key,
)  # fmt: skip
from geo_access.routing.search import link_day, link_residents
from geo_access.routing.stations import StationWalker, list_accessible, place_stops, report_unsnapped
from geo_access.streets.walker import StraightLineWalker
from geo_access.study.profiles import PROFILES, Profile

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.core.cache import Cache
    from geo_access.core.progress import Progress
    from geo_access.gtfs.timetable import Timetable
    from geo_access.routing.links import Starts
    from geo_access.streets.network import WalkNetwork
    from geo_access.streets.walker import Legs, Places, Walker
    from geo_access.study.departures import Departures
    from geo_access.study.inputs.inputs import Inputs
    from geo_access.study.settings import Settings


class PreparedStreets(AsMade):
    """The walking network of a study, with the streets that its scenario adds.

    Parameters
    ----------
    inputs, cache, progress
        As for `TravelTimes`.
    given
        A walking network to walk on instead of what the study names.
    """

    def __init__(self, inputs: Inputs, *, cache: Cache, progress: Progress, given: WalkNetwork | None = None) -> None:
        self._inputs, self._cache, self._progress, self._given = inputs, cache, progress, given
        self.findings = Findings()

    @property
    def are_there(self) -> bool:
        """Whether there are streets at all; without any, people walk in a straight line."""
        return self._given is not None or bool(self._inputs.study.settings.walking.streets)

    @cached_property
    def network(self) -> WalkNetwork:
        """The walking network."""
        if self._given is not None:
            return change_streets(self._inputs, self._given, findings=self.findings)
        study = self._inputs.study
        files = [study.path(name) for name in study.settings.walking.streets]
        self._progress("streets", 0, 1)
        with speaking(study.settings.language):
            network = fetch_streets(self._inputs, self._cache, findings=self.findings, files=files)
        self._progress("streets", 1, 1)
        return network

    def with_settings(self, inputs: Inputs) -> PreparedStreets:
        """Return the streets under other settings: these, unless something that shapes them changes."""
        before, after = self._inputs.study.settings.walking, inputs.study.settings.walking
        joined = before == after or not inputs.scenario.street_edits
        # What is open may hang on when people leave.
        timed = self._given is None and list_window(inputs) != list_window(self._inputs)
        if joined and not (timed and before.streets and self.network.summary.get("conditions")):
            return self
        return PreparedStreets(inputs, cache=self._cache, progress=no_progress, given=self._given)


class PreparedWalking(AsMade):
    """Who walks: a walker for each profile, on the streets of a study or in a straight line."""

    def __init__(self, inputs: Inputs, streets: PreparedStreets) -> None:
        self._inputs, self.streets = inputs, streets
        self._settings = inputs.study.settings.walking
        self._findings = Findings()
        self._walkers: dict[str, StationWalker] = {}

    @property
    def profile_name(self) -> str:
        """The profile that the study names."""
        return self._settings.profile

    def profile(self, name: str | None = None) -> Profile:
        """Return how people of a profile walk; the study's own by default."""
        walking = self._settings
        profile = PROFILES[name or walking.profile]
        if walking.speed_kmh is None or profile.name != walking.profile:
            return profile
        return Profile(profile.name, walking.speed_kmh, profile.steps, profile.wheelchair)

    def walker(self, profile: str | None = None) -> StationWalker:
        """Return who walks: a profile by name, or the study's own."""
        name = profile or self._settings.profile
        if name not in self._walkers:
            self._walkers[name] = StationWalker(self._make_walker(self.profile(name)))
        return self._walkers[name]

    def _make_walker(self, profile: Profile) -> Walker:
        walking = self._settings
        if not self.streets.are_there:
            require_streets(self._inputs)
            detour = 1.3 if walking.straight_line is None else walking.straight_line.detour
            return StraightLineWalker(profile.speed_kmh, detour=detour)
        from geo_access.streets.street_walker import StreetWalker

        walker = StreetWalker(self.streets.network, profile, snap_m=walking.snap_m)
        walker.tell_islands(self._findings)
        return walker

    def list_findings(self) -> Findings:
        """Return what reading the streets found, and placing walkers on them, so far."""
        found = Findings()
        found.extend(self.streets.findings)
        found.extend(self._findings)
        return found

    def with_settings(self, inputs: Inputs) -> PreparedWalking:
        """Return who walks under other settings: the same walkers where nothing about walking changes."""
        streets = self.streets.with_settings(inputs)
        if inputs.study.settings.walking == self._settings and streets is self.streets:
            return self
        return PreparedWalking(inputs, streets)


class Day(AsMade):
    """The timetable of a study's date, as its scenario changes it.

    Parameters
    ----------
    inputs, cache, progress
        As for `TravelTimes`.
    timetable
        The timetable where it is known already, instead of what the study's feeds say.
    """

    def __init__(self, inputs: Inputs, *, cache: Cache, progress: Progress, timetable: Timetable | None = None) -> None:
        self._inputs, self._cache, self._progress, self._timetable = inputs, cache, progress, timetable
        self._findings = Findings()

    @cached_property
    def key(self) -> str:
        """The name of the timetable in the cache."""
        return timetable_key(self._inputs)

    @property
    def timetable(self) -> Timetable:
        """The timetable."""
        if self._timetable is None:
            self._progress("timetable", 0, 1)
            with speaking(self._inputs.study.settings.language):
                self._timetable = fetch_timetable(
                    self._inputs, self._cache, findings=self._findings, files=list_feed_files(self._inputs)
                )
            self._progress("timetable", 1, 1)
        return self._timetable

    def list_findings(self) -> tuple[Finding, ...]:
        """Return what reading the feeds found; from the cache where the timetable itself is not needed."""
        if self._timetable is None:
            kept = self._cache.findings_of(self.key, list_feed_files(self._inputs))
            if kept is not None:
                return kept
        _ = self.timetable
        return tuple(self._findings)

    def with_settings(self, inputs: Inputs) -> Day:
        """Return the day under other settings: this one where the timetable is the same."""
        if timetable_key(inputs) == self.key:
            return self
        return Day(inputs, cache=self._cache, progress=no_progress)


class StopWalks(AsMade):
    """The stops of a day as the study's walker places them, and the walks to them from the residents."""

    def __init__(self, inputs: Inputs, walking: PreparedWalking, day: Day, *, cache: Cache) -> None:
        self._inputs, self._walking, self._day, self._cache = inputs, walking, day, cache
        self._settings = inputs.study.settings

    @cached_property
    def stops(self) -> Places:
        """The timetable's stops."""
        walking, settings = self._walking, self._settings
        return place_stops(
            self._day.timetable,
            walking.walker(),
            walking.profile(),
            crs=settings.crs,
            accessible=list_accessible_values(settings),
        )

    def list_findings(self) -> tuple[Finding, ...]:
        """Tell of feeds whose stops lie elsewhere; from the cache where the timetable itself is not needed."""
        files, limits = list_feed_files(self._inputs), self._settings.walking.limits_min
        reach_m = limits.seconds("access") * self._walking.profile().speed_kmh / 3.6
        points, crs = self._inputs.resident_points, self._settings.crs
        key = make_key("elsewhere", timetable=self._day.key, crs=crs, reach_m=reach_m, points=hash_array(points))
        kept = self._cache.findings_of(key, files)
        if kept is not None:
            return kept

        def build(findings: Findings) -> None:
            timetable = self._day.timetable
            stops = timetable.stops
            report_elsewhere(
                [facts.file for facts in timetable.feeds], stops["feed"].to_numpy(), stops["lon"].to_numpy(np.float64),
                stops["lat"].to_numpy(np.float64), points, crs=crs, reach_m=reach_m, findings=findings,
            )  # fmt: skip

        found = Findings()
        self._cache.fetch(
            key, build=build, save=lambda _none, folder: save_arrays({}, folder), load=lambda _folder: None,
            findings=found, files=files,
        )  # fmt: skip
        return tuple(found)

    @cached_property
    def access_key(self) -> str:
        """The name of the residents' walks in the cache."""
        profile = PROFILES[self._walking.profile_name]
        return make_key(
            "access",
            timetable=self._day.key,
            walker=self._walking.walker().key,
            steps=profile.steps,
            wheelchair=[profile.wheelchair, self._settings.transit.wheelchair_unknown],
            crs=self._settings.crs,
            limit_s=self._settings.walking.limits_min.seconds("access"),
            points=hash_array(self._inputs.resident_points),
        )

    @cached_property
    def access(self) -> Legs:
        """Walks from the residents to the stops."""
        walker, limits = self._walking.walker(), self._settings.walking.limits_min
        points = self._inputs.resident_points
        return self._cache.fetch(
            self.access_key,
            build=lambda _findings: walker.legs(walker.place(points), self.stops, limit_s=limits.seconds("access")),
            save=lambda legs, folder: save_arrays(list_legs(legs), folder),
            load=lambda folder: load_legs(load_arrays(folder)),
            findings=Findings(),
        )


class DayNetwork(AsMade):
    """The network of a day and all that searches from any site share: connections, transfers, links.

    Parameters
    ----------
    inputs, cache, progress
        As for `TravelTimes`.
    walking, day, stop_walks
        What the network is made from.
    network
        The network where it is known already.
    """

    def __init__(
        self,
        inputs: Inputs,
        walking: PreparedWalking,
        day: Day,
        stop_walks: StopWalks,
        *,
        cache: Cache,
        progress: Progress = no_progress,
        network: TransitNetwork | None = None,
    ) -> None:
        self._walking, self._day, self._stop_walks = walking, day, stop_walks
        self._settings = inputs.study.settings
        self._files = [*list_feed_files(inputs), *(map(inputs.study.path, self._settings.walking.streets))]
        self._cache, self._progress = cache, progress
        self._network = network
        self._findings = Findings()

    @property
    def departures(self) -> Departures:
        """When residents leave."""
        return self._settings.departures.listed

    @cached_property
    def key(self) -> str:
        """The name of the network in the cache."""
        settings, profile = self._settings, PROFILES[self._walking.profile_name]
        return make_key(
            "network",
            timetable=self._day.key,
            walker=self._walking.walker().key,
            steps=profile.steps,
            wheelchair=profile.wheelchair,
            crs=settings.crs,
            limits=settings.walking.limits_min.model_dump(),
            # What the timetable's key knows already stays out: a seed that nothing is drawn with changes nothing.
            transit=settings.transit.model_dump(exclude={"gtfs", "pathways", "frequency_phase", "frequency_seed"}),
            departures=settings.departures.model_dump(),
        )

    @property
    def network(self) -> TransitNetwork:
        """The transit network, prepared for the search."""
        if self._network is None:
            boarding_s = self._settings.transit.boarding_slack_s + int(self._is_strict)
            self._progress("network", 0, 1)
            self._network = self._cache.fetch(
                self.key,
                build=self._build,
                save=lambda network, folder: save_arrays(network.arrays(), folder),
                load=lambda folder: TransitNetwork.from_arrays(load_arrays(folder), boarding_s=boarding_s),
                findings=self._findings,
                files=self._files,
            )
            self._progress("network", 1, 1)
        return self._network

    @property
    def _is_strict(self) -> bool:
        return self._settings.transit.boarding_rule == "strict"

    def _build(self, findings: Findings) -> TransitNetwork:
        settings, timetable, stops = self._settings, self._day.timetable, self._stop_walks.stops
        report_unsnapped(timetable, stops, settings.walking.snap_m, findings)
        wheelchair = PROFILES[self._walking.profile_name].wheelchair
        return build_network(
            timetable,
            self._walking.walker(),
            stops,
            not_before=settings.departures.from_s,
            transfer_limit_s=settings.walking.limits_min.seconds("transfer"),
            boarding_slack_s=settings.transit.boarding_slack_s,
            strict=self._is_strict,
            accessible=list_accessible(timetable, list_accessible_values(settings)) if wheelchair else None,
            findings=findings,
        )

    @cached_property
    def links_key(self) -> str:
        """The name of the links in the cache."""
        return make_key("links", network=self.key)

    @cached_property
    def links(self) -> Links:
        """The links between the rides of the network."""
        return self._cache.fetch(
            self.links_key,
            build=lambda _findings: link_day(self.network, self.departures),
            save=lambda links, folder: save_arrays(links.arrays(), folder),
            load=lambda folder: Links.from_arrays(load_arrays(folder)),
            findings=Findings(),
        )

    @cached_property
    def starts(self) -> tuple[tuple[int, Starts], ...]:
        """The links from the residents' departures to the rides."""
        return link_residents(self.network, self.links, self._stop_walks.access, self.departures)

    def list_findings(self) -> tuple[Finding, ...]:
        """Return what making the network found; from the cache where the network itself is not needed."""
        if self._network is None:
            kept = self._cache.findings_of(self.key, self._files)
            if kept is not None:
                return kept
        _ = self.network
        return tuple(self._findings)


@dataclass(frozen=True)
class Prepared:
    """What the travel times of a study stand on, for any sites.

    Attributes
    ----------
    walking
        Who walks, and on which streets.
    day
        The timetable.
    stop_walks
        The stops, and the walks from the residents to them.
    network
        The network that searches go through.
    """

    walking: PreparedWalking
    day: Day
    stop_walks: StopWalks
    network: DayNetwork

    def with_departures(self, inputs: Inputs, *, cache: Cache, progress: Progress) -> Prepared:
        """Return what earlier departures stand on: another network; all else is shared, the streets too."""
        network = DayNetwork(inputs, self.walking, self.day, self.stop_walks, cache=cache, progress=progress)
        return replace(self, network=network)

    def with_timetable(self, inputs: Inputs, timetable: Timetable, *, cache: Cache) -> Prepared:
        """Return what another timetable stands on; the same stops are placed once."""
        day = Day(inputs, cache=cache, progress=no_progress, timetable=timetable)
        same = timetable.stops.equals(self.day.timetable.stops)
        stop_walks = self.stop_walks if same else StopWalks(inputs, self.walking, day, cache=cache)
        return Prepared(self.walking, day, stop_walks, DayNetwork(inputs, self.walking, day, stop_walks, cache=cache))

    def with_settings(self, before: Settings, inputs: Inputs, *, cache: Cache) -> Prepared:
        """Return what other settings stand on: each part is shared where nothing that it hangs on changes.

        Parameters
        ----------
        before
            The settings of these.
        inputs
            The tables, of a study with the other settings.
        cache
            Where another network is kept.
        """
        after = inputs.study.settings
        walking, day = self.walking.with_settings(inputs), self.day.with_settings(inputs)
        stays = walking is self.walking and day is self.day and before.transit == after.transit
        stop_walks = self.stop_walks if stays else StopWalks(inputs, walking, day, cache=cache)
        if stays and before.departures == after.departures:
            return self
        return Prepared(walking, day, stop_walks, DayNetwork(inputs, walking, day, stop_walks, cache=cache))


def prepare(
    inputs: Inputs, *, cache: Cache, progress: Progress = no_progress, streets: WalkNetwork | None = None
) -> Prepared:
    """Return what the travel times of a study stand on; nothing is made yet.

    Parameters
    ----------
    inputs, cache, progress, streets
        As for `TravelTimes`.
    """
    walking = PreparedWalking(inputs, PreparedStreets(inputs, cache=cache, progress=progress, given=streets))
    day = Day(inputs, cache=cache, progress=progress)
    stop_walks = StopWalks(inputs, walking, day, cache=cache)
    return Prepared(
        walking, day, stop_walks, DayNetwork(inputs, walking, day, stop_walks, cache=cache, progress=progress)
    )


class SiteWalks(AsMade):
    """The walks to the sites of a study: from its residents all the way, and from its stops."""

    def __init__(self, inputs: Inputs, prepared: Prepared) -> None:
        self._inputs, self._prepared = inputs, prepared
        self._limits = inputs.study.settings.walking.limits_min
        self._direct: dict[str, NDArray[np.int32]] = {}

    def direct_seconds(self, profile: str | None = None) -> NDArray[np.int32]:
        """Seconds on foot all the way: int32 (residents, sites), `scan.NEVER` beyond the limit."""
        walking = self._prepared.walking
        name = profile or walking.profile_name
        if name not in self._direct:
            walker = walking.walker(name)
            residents, sites = (walker.place(xy) for xy in (self._inputs.resident_points, self._inputs.site_points))
            self._direct[name] = tabulate_legs(walker.legs(residents, sites, limit_s=self._limits.seconds("direct")))
        return self._direct[name]

    @cached_property
    def egress(self) -> Legs:
        """Walks from every stop to every site."""
        walker = self._prepared.walking.walker()
        sites = walker.place(self._inputs.site_points)
        return walker.legs(self._prepared.stop_walks.stops, sites, limit_s=self._limits.seconds("egress"))


def list_accessible_values(settings: Settings) -> tuple[int, ...]:
    """Return what stops, trips and entrances may say of themselves for a wheelchair to use them."""
    return (1,) if settings.transit.wheelchair_unknown == "refuse" else (0, 1)


def list_feed_files(inputs: Inputs) -> list[Path]:
    """Return the paths of the feeds that a study names."""
    return [inputs.study.path(name) for name in inputs.study.settings.transit.gtfs]
