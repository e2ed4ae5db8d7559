"""Door-to-door times of a study: every resident, every site, every departure; prepared once, kept in the cache."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from geo_access.core.cache import Cache, default_folder, make_key
from geo_access.core.display import Shown, describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.core.findings import Findings
from geo_access.core.progress import Progress, no_progress
from geo_access.routing.arrays import (
    hash_array,
    list_legs,
    load_arrays,
    load_legs,
    pack_seconds,
    save_arrays,
    unpack_seconds,
)
from geo_access.routing.links import Links
from geo_access.routing.network import TransitNetwork, build_network
from geo_access.routing.remote import NetworkHandle, SearchTask, list_payload, name_source, pack, search_groups
from geo_access.routing.scan import NEVER
from geo_access.routing.scenarios import change_streets, fetch_streets, fetch_timetable, require_streets, timetable_key
from geo_access.routing.search import Departures, Search, link_day, link_residents
from geo_access.routing.simd import LANES
from geo_access.routing.stations import StationWalker, list_accessible, place_stops, tell_unsnapped
from geo_access.streets.walker import StraightLineWalker, Walker
from geo_access.study.inputs.inputs import Inputs, read_inputs
from geo_access.study.profiles import PROFILES, Profile
from geo_access.study.study import Study

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.core.parallel import Sendings
    from geo_access.gtfs.timetable import Timetable
    from geo_access.routing.links import Starts
    from geo_access.streets.network import WalkNetwork
    from geo_access.streets.walker import Legs, Places

    class HasTimes(Protocol):
        """What carries travel times, as the coverage that `check` returns does; None where they were not kept."""

        @property
        def times(self) -> TravelTimes | None: ...  # noqa: D102 -- said above

        @property
        def communes(self) -> gpd.GeoDataFrame: ...  # noqa: D102 -- the table by which a coverage is known

    #: Whatever has travel times: a study (opened then), what `check` returned, or what `open_times` returned.
    Timed: TypeAlias = "Study | HasTimes | TravelTimes"


class TravelTimes(Shown):
    """The times of one study, each computed when it is first asked for.

    Parameters
    ----------
    inputs
        The study's tables.
    cache
        Where prepared networks and times are kept.
    progress
        Told how far the work is.
    streets
        A walking network to walk on instead of what the study names.
    """

    def __init__(
        self, inputs: Inputs, *, cache: Cache, progress: Progress = no_progress, streets: WalkNetwork | None = None
    ) -> None:
        self._on_streets = streets is not None or bool(inputs.study.settings.walking.streets)
        self.inputs = inputs
        self.settings = inputs.study.settings
        self._told = {"streets": Findings(), "timetable": Findings(), "network": Findings()}
        if streets is not None:
            self.streets = change_streets(inputs, streets, findings=self._told["streets"])
        study, roads, feeds = inputs.study, self.settings.walking.streets, self.settings.transit.gtfs
        named = {"streets": roads, "timetable": feeds, "network": (*feeds, *roads)}
        self._files = {stage: [study.path(name) for name in names] for stage, names in named.items()}
        self._cache = cache
        self._progress = progress
        self._walkers: dict[str, StationWalker] = {}
        self._walks: dict[str, NDArray[np.int32]] = {}

    def _headline(self) -> str:
        size = f"{len(self.inputs.residents):,} cells x {len(self.inputs.sites):,} sites"
        return f"{self.settings.name}, {size} x {self.settings.departures.count:,} departures"

    # Walking

    def walker(self, profile: str | None = None) -> StationWalker:
        """Return who walks: a profile by name, or the study's own."""
        name = profile or self.settings.walking.profile
        if name not in self._walkers:
            self._walkers[name] = StationWalker(self._make_walker(self._profile(name)))
        return self._walkers[name]

    @property
    def profile(self) -> Profile:
        """How the study's people walk."""
        return self._profile(self.settings.walking.profile)

    @property
    def cache(self) -> Cache:
        """Where prepared networks and times are kept."""
        return self._cache

    def _profile(self, name: str) -> Profile:
        walking, profile = self.settings.walking, PROFILES[name]
        if walking.speed_kmh is None or name != walking.profile:
            return profile
        return Profile(name, walking.speed_kmh, profile.steps, profile.wheelchair)

    def _make_walker(self, profile: Profile) -> Walker:
        walking = self.settings.walking
        if not self._on_streets:
            require_streets(self.inputs)
            detour = 1.3 if walking.straight_line is None else walking.straight_line.detour
            return StraightLineWalker(profile.speed_kmh, detour=detour)
        from geo_access.streets.walker import StreetWalker

        walker = StreetWalker(self.streets, profile, snap_m=walking.snap_m)
        walker.tell_islands(self._told["streets"])
        return walker

    @cached_property
    def streets(self) -> WalkNetwork:
        """The study's walking network, with the streets that its scenario adds."""
        self._progress("streets", 0, 1)
        told, files = self._told["streets"], self._files["streets"]
        network = fetch_streets(self.inputs, self._cache, findings=told, files=files)
        self._progress("streets", 1, 1)
        return network

    def residents(self, profile: str | None = None) -> Places:
        """Return the residents' points as a walker places them."""
        return self.walker(profile).place(self.inputs.resident_points)

    def walk_seconds(self, profile: str | None = None) -> NDArray[np.int32]:
        """Seconds on foot all the way: int32 (residents, sites), `scan.NEVER` beyond the limit."""
        name = profile or self.settings.walking.profile
        if name not in self._walks:
            walker = self.walker(name)
            sites = walker.place(self.inputs.site_points)
            legs = walker.legs(self.residents(name), sites, limit_s=self._limit("direct"))
            seconds = np.full((len(self.inputs.residents), len(self.inputs.sites)), NEVER, np.int32)
            seconds[np.repeat(np.arange(len(seconds)), np.diff(legs.indptr)), legs.index] = legs.seconds
            self._walks[name] = seconds
        return self._walks[name]

    def _limit(self, leg: str) -> int:
        return round(float(getattr(self.settings.walking.limits_min, leg)) * 60)

    def leaving(self, first_s: int) -> TravelTimes:
        """Return times whose network holds what leaves from `first_s` on: these, or a variant of them that starts then.

        A network leaves out what runs before the study's first departure. Whatever can be shared is.
        """
        if first_s >= self.settings.departures.from_s:
            return self
        clock = f"{first_s // 3600}:{first_s // 60 % 60:02d}:{first_s % 60:02d}"
        study = self.inputs.study.vary({"departures.from": clock})
        return self._share(study, "streets", "timetable", "stops", cache=self._cache, progress=self._progress)

    def varied(self, study: Study, timetable: Timetable, *, cache: Cache) -> TravelTimes:
        """Return the times of a variant of the study that only runs another timetable; walks are shared."""
        walked = timetable.stops.equals(self.timetable.stops) and ("stops", "access", "_near")
        other = self._share(study, "streets", *(walked or ()), cache=cache, progress=no_progress)
        other.timetable = timetable
        return other

    def assume(self, inputs: Inputs, *, cache: Cache) -> TravelTimes:
        """Return the times of the same files under other settings, or with sites elsewhere; what stays so is shared.

        What hangs on another network is kept in `cache`, the rest where these times are. The day's timetable is read
        at once.
        """
        mine, theirs = self.settings, inputs.study.settings
        day, walking = timetable_key(inputs) == self._timetable_key, mine.walking == theirs.walking
        same = day and walking and mine.transit == theirs.transit and mine.departures == theirs.departures
        names = ["streets"] if walking or not inputs.scenario.street_edits else []
        names += ["stops", "access", "network", "links", "_starts"] if same else []
        other = TravelTimes(inputs, cache=self._cache if same else cache)
        other._on_streets = self._on_streets
        if walking:
            other._walkers = self._walkers
        if mine.transit.gtfs and not day:
            files = self._files["timetable"]
            other.timetable = fetch_timetable(inputs, self._cache, findings=Findings(), files=files)
        elif mine.transit.gtfs and not same:
            other.timetable = self.timetable
        other.__dict__.update({name: self.__dict__[name] for name in names if name in self.__dict__})
        return other

    def _share(self, study: Study, *names: str, cache: Cache, progress: Progress) -> TravelTimes:
        other = TravelTimes(replace(self.inputs, study=study), cache=cache, progress=progress)
        other._on_streets, other._walkers, other._walks = self._on_streets, self._walkers, self._walks
        other.__dict__.update({name: self.__dict__[name] for name in names if name in self.__dict__})
        return other

    # Public transport

    @cached_property
    def _timetable_key(self) -> str:
        return timetable_key(self.inputs)

    @cached_property
    def timetable(self) -> Timetable:
        """The day's timetable, as the study's scenario changes it."""
        self._progress("timetable", 0, 1)
        told, files = self._told["timetable"], self._files["timetable"]
        timetable = fetch_timetable(self.inputs, self._cache, findings=told, files=files)
        self._progress("timetable", 1, 1)
        return timetable

    @cached_property
    def stops(self) -> Places:
        """The timetable's stops as the study's walker places them."""
        profile, values = self._profile(self.settings.walking.profile), self._accessible_values
        return place_stops(self.timetable, self.walker(), profile, crs=self.settings.crs, accessible=values)

    @cached_property
    def _network_key(self) -> str:
        limits, transit = self.settings.walking.limits_min, self.settings.transit
        return make_key(
            "network",
            timetable=self._timetable_key,
            walker=self.walker().key,
            steps=PROFILES[self.settings.walking.profile].steps,
            wheelchair=PROFILES[self.settings.walking.profile].wheelchair,
            crs=self.settings.crs,
            limits=limits.model_dump(),
            # What the timetable's key knows already stays out: a seed that nothing is drawn with changes nothing.
            transit=transit.model_dump(exclude={"gtfs", "pathways", "frequency_phase", "frequency_seed"}),
            departures=self.settings.departures.model_dump(),
        )

    @cached_property
    def network(self) -> TransitNetwork:
        """The transit network, prepared for the search."""
        transit, strict = self.settings.transit, self.settings.transit.boarding_rule == "strict"

        def build(findings: Findings) -> TransitNetwork:
            tell_unsnapped(self.timetable, self.stops, self.settings.walking.snap_m, findings)
            return build_network(
                self.timetable,
                self.walker(),
                self.stops,
                not_before=self.settings.departures.from_s,
                transfer_limit_s=self._limit("transfer"),
                boarding_slack_s=transit.boarding_slack_s,
                strict=strict,
                accessible=self._list_accessible(),
                findings=findings,
            )

        self._progress("network", 0, 1)
        network = self._cache.fetch(
            self._network_key,
            build=build,
            save=lambda network, folder: save_arrays(network.arrays(), folder),
            load=lambda folder: TransitNetwork.from_arrays(
                load_arrays(folder), boarding_s=transit.boarding_slack_s + int(strict)
            ),
            findings=self._told["network"],
            files=self._files["network"],
        )
        self._progress("network", 1, 1)
        return network

    def _list_accessible(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
        """Masks of trips and stops that a wheelchair may use; None for the other profiles."""
        if not PROFILES[self.settings.walking.profile].wheelchair:
            return None
        return list_accessible(self.timetable, self._accessible_values)

    @property
    def _accessible_values(self) -> tuple[int, ...]:
        """What stops, trips and entrances may say of themselves for a wheelchair to use them."""
        return (1,) if self.settings.transit.wheelchair_unknown == "refuse" else (0, 1)

    @cached_property
    def _access_key(self) -> str:
        return make_key("access", network=self._network_key, points=hash_array(self.inputs.resident_points))

    @cached_property
    def access(self) -> Legs:
        """Walks from the residents to the stops."""
        return self._cache.fetch(
            self._access_key,
            build=lambda _findings: self.walker().legs(self.residents(), self.stops, limit_s=self._limit("access")),
            save=lambda legs, folder: save_arrays(list_legs(legs), folder),
            load=lambda folder: load_legs(load_arrays(folder)),
            findings=Findings(),
        )

    @property
    def departures(self) -> NDArray[np.int64]:
        """int64 (departures,): seconds after the day's origin."""
        return self._departures.seconds

    def site_key(self, site: int) -> str:
        """Name the cache entry of one site's times: moving another site leaves it valid."""
        return make_key(
            "site",
            network=self._network_key,
            residents=hash_array(self.inputs.resident_points),
            site=hash_array(self.inputs.site_points[site]),
        )

    def transit_seconds(
        self, sites: Sequence[int], *, executor: Executor | None = None, sendings: Sendings | None = None
    ) -> Iterator[tuple[int, NDArray[np.int32]]]:
        """Travel times to sites by public transport, or on foot where that is faster.

        Parameters
        ----------
        sites
            Rows of the sites' table.
        executor
            Who searches: processes or a cluster; the threads of this process by default. See `crews`.
        sendings
            Counts what goes out to workers.

        Yields
        ------
        site, seconds
            int32 (residents, departures), waiting included; `scan.NEVER` where the site is not reached. In the order
            of `sites`; a few at a time are in memory.
        """
        wanted = list(sites)
        keys = {site: self.site_key(site) for site in wanted}
        missing = [site for site in wanted if not self._cache.has(keys[site])]
        groups = [missing[low : low + LANES] for low in range(0, len(missing), LANES)]
        if missing:
            # What every search shares is prepared before the threads start.
            _ = self.search
        self._progress("sites", 0, len(wanted))
        searched = self._search_groups(groups, keys, executor, sendings)
        found: dict[int, NDArray[np.int32]] = {}
        absent = set(missing)
        try:
            for done, site in enumerate(wanted, start=1):
                while site in absent and site not in found:
                    found |= next(searched)
                yield site, found.pop(site) if site in absent else self._kept_seconds(site, keys)
                self._progress("sites", done, len(wanted))
        finally:
            searched.close()

    def _search_groups(
        self,
        groups: Sequence[Sequence[int]],
        keys: Mapping[int, str],
        executor: Executor | None,
        sendings: Sendings | None,
    ) -> Generator[dict[int, NDArray[np.int32]]]:
        """Search from each group of sites, and keep what is found."""

        def keep(sites: Sequence[int], seconds: Iterable[NDArray[np.int32]]) -> dict[int, NDArray[np.int32]]:
            found = dict(zip(sites, seconds, strict=True))
            for site, one in found.items():
                self._keep_seconds(keys[site], partial(_hand_over, one))
            return found

        def make_task(sites: Sequence[int]) -> SearchTask:
            search = self.search
            return SearchTask(
                self.name_network(), search.egress.pick(np.asarray(sites)), search.direct_s[:, list(sites)]
            )

        return search_groups(
            groups,
            prepare=lambda: self.search,
            search=lambda sites: self.search.seconds(sites),  # noqa: PLW0108 -- made ready only where it is asked
            task=make_task,
            payload=self.pack_network,
            # What a worker elsewhere found is not in the cache of this process yet.
            then=keep,
            executor=executor,
            item_bytes=LANES * len(self.inputs.residents) * self.settings.departures.count * 4,
            sendings=sendings,
        )

    def name_network(self, rows: NDArray[np.int64] | None = None) -> NetworkHandle:
        """Name what the searches stand on, for a worker; `rows`: the residents to search for."""
        return NetworkHandle(
            self._network_key,
            self._links_key,
            self._access_key,
            self._departures,
            self.network.boarding_s,
            None if rows is None else rows.astype(np.int64).tobytes(),
            None if self._cache.folder is None else self._cache.folder.absolute(),
            name_source(),
        )

    def pack_network(self) -> bytes:
        """Pack the arrays that the searches stand on, for a worker that cannot load them."""
        return pack(list_payload(self.network, self.links, self.access))

    def _kept_seconds(self, site: int, keys: Mapping[int, str]) -> NDArray[np.int32]:
        # Another process may have removed what was there a moment ago.
        return self._keep_seconds(keys[site], lambda _findings: self.search.seconds([site])[0])

    def _keep_seconds(self, key: str, build: Callable[[Findings], NDArray[np.int32]]) -> NDArray[np.int32]:
        return self._cache.fetch(
            key,
            build=build,
            save=lambda seconds, folder: save_arrays({"seconds": pack_seconds(seconds)}, folder),
            load=lambda folder: unpack_seconds(load_arrays(folder)["seconds"]),
            findings=Findings(),
        )

    @cached_property
    def search(self) -> Search:
        """Everything that a search from the sites needs."""
        network, access, departures = self.network, self.access, self._departures
        return Search(
            network, self.links, self._starts, access, self._near.transpose(), self.walk_seconds(), departures
        )

    @property
    def _departures(self) -> Departures:
        asked = self.settings.departures
        return Departures(asked.from_s, asked.every_s, asked.count)

    @cached_property
    def _links_key(self) -> str:
        return make_key("links", network=self._network_key)

    @cached_property
    def links(self) -> Links:
        """The links between the rides of the network."""
        return self._cache.fetch(
            self._links_key,
            build=lambda _findings: link_day(self.network, self._departures),
            save=lambda links, folder: save_arrays(links.arrays(), folder),
            load=lambda folder: Links.from_arrays(load_arrays(folder)),
            findings=Findings(),
        )

    @cached_property
    def _starts(self) -> tuple[tuple[int, Starts], ...]:
        return link_residents(self.network, self.links, self.access, self._departures)

    @cached_property
    def _near(self) -> Legs:
        """Walks from every stop to every site."""
        sites = self.walker().place(self.inputs.site_points)
        return self.walker().legs(self.stops, sites, limit_s=self._limit("egress"))

    def sites_with_stop(self) -> NDArray[np.bool_]:
        """Say which sites have a stop within the limit of the egress walk: bool (sites,)."""
        return np.bincount(self._near.index, minlength=self._near.n_to) > 0

    def street_findings(self) -> Findings:
        """Return what reading the streets found, and placing walkers on them, so far."""
        told = Findings()
        told.extend(self._told["streets"])
        return told

    def list_findings(self) -> Findings:
        """Return what reading the streets and the feeds found, also where only cached results were used."""
        told = Findings()
        keys = {"timetable": self._timetable_key, "network": self._network_key} if self.settings.transit.gtfs else {}
        for name, key in keys.items():
            kept = None if name in self.__dict__ else self._cache.findings_of(key, self._files[name])
            if kept is None:
                getattr(self, name)
                kept = tuple(self._told[name])
            told.extend(kept)
        told.extend(self._told["streets"])
        return told


def open_times(
    study: Study, *, cache: Cache | None = None, progress: Progress = no_progress, streets: WalkNetwork | None = None
) -> TravelTimes:
    """Read a study's inputs and return its travel times, each computed when it is asked for.

    Parameters
    ----------
    study
        From `open_study`.
    cache
        Where prepared networks and times are kept; the user's cache folder by default, ``Cache(None)`` for none.
    progress
        Told how far the work is.
    streets
        A walking network to walk on instead of what the study names.
    """
    kept = Cache(default_folder()) if cache is None else cache
    return TravelTimes(read_inputs(study), cache=kept, progress=progress, streets=streets)


def _hand_over(seconds: NDArray[np.int32], _findings: Findings) -> NDArray[np.int32]:
    return seconds


def take_times(given: Timed, *, cache: Cache | None = None) -> TravelTimes:
    """Return the travel times of a study, a coverage or travel times.

    Parameters
    ----------
    given
        A study's times are opened anew at each call: `open_times` once is quicker where many questions follow.
    cache
        Where a study's networks and times are kept; the user's cache folder by default.

    Raises
    ------
    ArgumentError
        When it is something else.
    InputError
        When the study's inputs cannot be used, or the coverage holds no travel times.
    """
    if isinstance(given, TravelTimes):
        return given
    if isinstance(given, Study):
        return open_times(given, cache=cache)
    if hasattr(given, "times") and hasattr(given, "communes"):
        if isinstance(given.times, TravelTimes):
            return given.times
        raise InputError("brief.no_times")
    raise ArgumentError("queries.times_wanted", said=describe(given))
