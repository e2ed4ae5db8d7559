"""Door-to-door times of a study: every resident, every site, every departure; prepared once, kept in the cache."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from geo_access.core.cache import Cache, default_folder, make_key
from geo_access.core.copies import AsMade
from geo_access.core.display import Shown, describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.core.findings import Findings
from geo_access.core.progress import Progress, no_progress
from geo_access.routing.arrays import hash_array, load_arrays, pack_seconds, save_arrays, unpack_seconds
from geo_access.routing.prepared import Prepared, SiteWalks, prepare
from geo_access.routing.remote import NetworkHandle, SearchTask, list_payload, name_source, pack, search_groups
from geo_access.routing.search import Search
from geo_access.routing.simd import BATCH
from geo_access.routing.surroundings import fetch_features
from geo_access.study.inputs.inputs import Inputs, read_inputs
from geo_access.study.study import Study

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_access.core.parallel import Sendings
    from geo_access.gtfs.timetable import Timetable
    from geo_access.routing.links import Links
    from geo_access.routing.network import TransitNetwork
    from geo_access.routing.stations import StationWalker
    from geo_access.streets.features import Features
    from geo_access.streets.network import WalkNetwork
    from geo_access.streets.walker import Legs, Places
    from geo_access.study.profiles import Profile

    class HasTimes(Protocol):
        """What carries travel times, as the coverage that `check` returns does; None where they were not kept."""

        @property
        def times(self) -> TravelTimes | None: ...  # noqa: D102 -- said above

        @property
        def communes(self) -> gpd.GeoDataFrame: ...  # noqa: D102 -- the table by which a coverage is known

    #: Whatever has travel times: a study (opened then), what `check` returned, or what `open_times` returned.
    Timed: TypeAlias = "Study | HasTimes | TravelTimes"


class TravelTimes(AsMade, Shown):
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
    prepared, site_walks
        What these times stand on, where other times have prepared it already.
    """

    def __init__(
        self,
        inputs: Inputs,
        *,
        cache: Cache,
        progress: Progress = no_progress,
        streets: WalkNetwork | None = None,
        prepared: Prepared | None = None,
        site_walks: SiteWalks | None = None,
    ) -> None:
        self.inputs = inputs
        self.settings = inputs.study.settings
        self._cache = cache
        self._progress = progress
        self.prepared = prepared or prepare(inputs, cache=cache, progress=progress, streets=streets)
        self.site_walks = site_walks or SiteWalks(inputs, self.prepared)

    def _headline(self) -> str:
        size = f"{len(self.inputs.residents):,} cells x {len(self.inputs.sites):,} sites"
        return f"{self.settings.name}, {size} x {self.settings.departures.count:,} departures"

    # Variants

    def with_first_departure(self, first_s: int) -> TravelTimes:
        """Return times whose network holds what leaves from `first_s` on: these, or a variant of them that starts then.

        A network leaves out what runs before the study's first departure. Whatever can be shared is.
        """
        if first_s >= self.settings.departures.from_s:
            return self
        clock = f"{first_s // 3600}:{first_s // 60 % 60:02d}:{first_s % 60:02d}"
        inputs = replace(self.inputs, study=self.inputs.study.vary({"departures.from": clock}))
        prepared = self.prepared.with_departures(inputs, cache=self._cache, progress=self._progress)
        return TravelTimes(
            inputs, cache=self._cache, progress=self._progress, prepared=prepared, site_walks=self.site_walks
        )

    def with_timetable(self, study: Study, timetable: Timetable, *, cache: Cache) -> TravelTimes:
        """Return the times of a variant of the study that only runs another timetable; walks are shared."""
        inputs = replace(self.inputs, study=study)
        prepared = self.prepared.with_timetable(inputs, timetable, cache=cache)
        shared = prepared.stop_walks is self.prepared.stop_walks
        return TravelTimes(inputs, cache=cache, prepared=prepared, site_walks=self.site_walks if shared else None)

    def with_settings(self, inputs: Inputs, *, cache: Cache) -> TravelTimes:
        """Return the times of the same residents under other settings, or with sites elsewhere; what stays is shared.

        What hangs on another network is kept in `cache`, the rest where these times are.
        """
        prepared = self.prepared.with_settings(self.settings, inputs, cache=cache)
        return TravelTimes(inputs, cache=self._cache if prepared is self.prepared else cache, prepared=prepared)

    def with_sites(self, sites: gpd.GeoDataFrame) -> TravelTimes:
        """Return the times to other sites; all that does not hang on the sites is shared."""
        return TravelTimes(replace(self.inputs, sites=sites), cache=self._cache, prepared=self.prepared)

    # What is prepared

    def walker(self, profile: str | None = None) -> StationWalker:
        """Return who walks: a profile by name, or the study's own."""
        return self.prepared.walking.walker(profile)

    @property
    def profile(self) -> Profile:
        """How the study's people walk."""
        return self.prepared.walking.profile()

    @property
    def cache(self) -> Cache:
        """Where prepared networks and times are kept."""
        return self._cache

    @cached_property
    def features(self) -> Features | None:
        """What orients around the territory, and what its streets and places are called.

        None where the study names no OpenStreetMap file.
        """
        return fetch_features(self.inputs, self._cache)

    @property
    def streets(self) -> WalkNetwork:
        """The study's walking network, with the streets that its scenario adds."""
        return self.prepared.walking.streets.network

    @property
    def timetable(self) -> Timetable:
        """The day's timetable, as the study's scenario changes it."""
        return self.prepared.day.timetable

    @property
    def stops(self) -> Places:
        """The timetable's stops as the study's walker places them."""
        return self.prepared.stop_walks.stops

    @property
    def access(self) -> Legs:
        """Walks from the residents to the stops."""
        return self.prepared.stop_walks.access

    @property
    def network(self) -> TransitNetwork:
        """The transit network, prepared for the search."""
        return self.prepared.network.network

    @property
    def links(self) -> Links:
        """The links between the rides of the network."""
        return self.prepared.network.links

    @property
    def departures(self) -> NDArray[np.int64]:
        """int64 (departures,): seconds after the day's origin."""
        return self.prepared.network.departures.seconds

    def residents(self, profile: str | None = None) -> Places:
        """Return the residents' points as a walker places them."""
        return self.walker(profile).place(self.inputs.resident_points)

    def walk_seconds(self, profile: str | None = None) -> NDArray[np.int32]:
        """Seconds on foot all the way: int32 (residents, sites), `scan.NEVER` beyond the limit."""
        return self.site_walks.direct_seconds(profile)

    @cached_property
    def search(self) -> Search:
        """Everything that a search from the sites needs."""
        day, egress = self.prepared.network, self.site_walks.egress.transpose()
        return Search(day.network, day.links, day.starts, self.access, egress, self.walk_seconds(), day.departures)

    def sites_with_stop(self) -> NDArray[np.bool_]:
        """Say which sites have a stop within the limit of the egress walk: bool (sites,)."""
        egress = self.site_walks.egress
        return np.bincount(egress.index, minlength=egress.n_to) > 0

    # Searching

    @cached_property
    def _residents_hash(self) -> str:
        return hash_array(self.inputs.resident_points)

    def site_key(self, site: int) -> str:
        """Name the cache entry of one site's times: moving another site leaves it valid."""
        return make_key(
            "site",
            network=self.prepared.network.key,
            residents=self._residents_hash,
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
            Who searches: processes or a cluster; the threads of this process by default. See `core.parallel`.
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
        groups = [missing[low : low + BATCH] for low in range(0, len(missing), BATCH)]
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
            item_bytes=BATCH * len(self.inputs.residents) * self.settings.departures.count * 4,
            sendings=sendings,
        )

    def name_network(self, rows: NDArray[np.int64] | None = None) -> NetworkHandle:
        """Name what the searches stand on, for a worker; `rows`: the residents to search for."""
        day = self.prepared.network
        return NetworkHandle(
            day.key,
            day.links_key,
            self.prepared.stop_walks.access_key,
            day.departures,
            day.network.boarding_s,
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

    # Findings

    def street_findings(self) -> Findings:
        """Return what reading the streets found, and placing walkers on them, so far."""
        return self.prepared.walking.list_findings()

    def list_findings(self) -> Findings:
        """Return what reading the streets and the feeds found, also where only cached results were used."""
        found = Findings()
        if self.settings.transit.gtfs:
            found.extend(self.prepared.day.list_findings())
            found.extend(self.prepared.stop_walks.list_findings())
            found.extend(self.prepared.network.list_findings())
        found.extend(self.street_findings())
        return found


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
