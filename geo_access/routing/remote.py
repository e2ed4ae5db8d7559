"""What a process elsewhere is asked to do: search from some sites over a network that it keeps.

A task is small: it names the network by the hash of what shaped it, and carries the walks around its own sites. The
worker has the network from a task before, else from the cache where it shares the caller's file system, else it answers
that it lacks it, and the caller (`geo_access.core.parallel`) sends that task again with the network's arrays. So a
network crosses the border once for each worker, not for each task, whatever sort of executor carries the tasks.
"""

from __future__ import annotations

import os
import pickle
import socket
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from geo_access.core.cache import Cache, hash_source, package_folder
from geo_access.core.errors import ClusterError
from geo_access.core.parallel import Answer, Sendings, TaskRunner, works_elsewhere
from geo_access.routing.arrays import list_legs, load_arrays, load_legs, pack_seconds, unpack_seconds
from geo_access.routing.links import Links
from geo_access.routing.network import TransitNetwork
from geo_access.routing.scan import NEVER
from geo_access.routing.search import Search, link_residents
from geo_access.streets.walker import Legs

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_access.study.departures import Departures

#: Networks that a worker keeps: the one at work and the one before, so that two studies taken in turn both stay.
_KEPT = 2
_PARTS = ("network", "links", "access")


@dataclass(frozen=True)
class NetworkHandle:
    """A small name of what a search stands on; workers load it, or ask for it.

    Attributes
    ----------
    network, links, access
        Keys of the cache's entries; hashes of everything that shaped them.
    departures
        When residents leave.
    boarding_s
        See `TransitNetwork`.
    rows
        Residents to search for, by their rows; None is all of them.
    folder
        The caller's cache, for workers that share its file system.
    source
        The caller's copy of this package, from `name_source`: a worker with another one is refused.
    """

    network: str
    links: str
    access: str
    departures: Departures
    boarding_s: int
    rows: bytes | None
    folder: Path | None
    source: tuple[str, str]

    @property
    def key(self) -> str:
        """What the worker keeps it by."""
        parts = (self.network, self.links, self.access, self.departures, self.boarding_s, self.rows)
        return repr(parts)


@dataclass(frozen=True)
class SearchTask:
    """Sites to search from: the walks around them, and which network.

    Attributes
    ----------
    handle
        The network.
    egress
        Walks from the sites to the stops.
    direct_s
        int32 (residents, sites): seconds on foot all the way, `scan.NEVER` beyond the limit.
    late
        Whether arrivals later than the links' horizon matter as well.
    """

    handle: NetworkHandle
    egress: Legs
    direct_s: NDArray[np.int32]
    late: bool = True


def answer_search(task: bytes, payload: bytes | None, _ticket: str) -> Answer:
    """Carry out a packed `SearchTask`.

    Parameters
    ----------
    task
        Packed by `pack`.
    payload
        The packed arrays of the network, from `list_payload`; None where the worker is expected to have it.
    _ticket
        Sets two sendings of one task apart, for clusters that take equal calls for one.

    Returns
    -------
    Answer
        The travel times of `Search.seconds`, packed by `arrays.pack_seconds`.

    Raises
    ------
    ClusterError
        When this process runs another version of the package than the caller.
    """
    asked: SearchTask = pickle.loads(task)  # noqa: S301 -- from the caller, who could run any code here anyway
    check_source(asked.handle.source)
    search = _recall(asked.handle, payload)
    if search is None:
        return Answer(name_worker(), done=False)
    here = search.at(asked.egress, asked.direct_s)
    sites = range(asked.egress.n_from)
    return Answer(name_worker(), done=True, value=pack_seconds(here.seconds(sites, late=asked.late)))


def name_source() -> tuple[str, str]:
    """Return where this process has the package from, and its hash."""
    return f"{socket.gethostname()}:{package_folder()}", hash_source()


def check_source(source: tuple[str, str]) -> None:
    """Refuse to work for a caller with another copy of this package: its results could differ.

    Raises
    ------
    ClusterError
        When the copies differ.
    """
    here = name_source()
    # The very same files are the same, even while somebody edits them.
    if source[0] != here[0] and source[1] != here[1]:
        raise ClusterError("cluster.other_version", worker=name_worker())


def name_worker() -> str:
    """Return who this process is: the machine and the process."""
    return f"{socket.gethostname()}/{os.getpid()}"


def pack(value: object) -> bytes:
    """Pack what crosses the border; plain arrays go as they are (pickle protocol 5)."""
    return pickle.dumps(value, protocol=5)


def list_payload(network: TransitNetwork, links: Links, access: Legs) -> dict[str, dict[str, NDArray[np.generic]]]:
    """List the arrays of a network, for a worker that cannot load them."""
    return {"network": network.arrays(), "links": links.arrays(), "access": list_legs(access)}


# What a process keeps: a search made ready takes seconds, its tasks follow each other. It is bounded, named by content,
# and only ever a copy.
_searches: OrderedDict[str, Search] = OrderedDict()
_searching = threading.Lock()


def _recall(handle: NetworkHandle, payload: bytes | None) -> Search | None:
    """Find the search by its handle: kept from before, in the cache, or in the payload; None where it is nowhere."""
    with _searching:
        search = _searches.get(handle.key)
        if search is None:
            arrays = pickle.loads(payload) if payload is not None else _load_parts(handle)  # noqa: S301 -- as above
            if arrays is None:
                return None
            search = _make_search(handle, arrays)
        _searches[handle.key] = search
        _searches.move_to_end(handle.key)
        while len(_searches) > _KEPT:
            _searches.popitem(last=False)
        return search


def _load_parts(handle: NetworkHandle) -> dict[str, dict[str, NDArray[np.generic]]] | None:
    """Load a network from the cache where this process sees it; None where any part is missing or damaged."""
    cache = Cache(handle.folder)
    parts = {}
    for name in _PARTS:
        # Pages that all workers of a machine share.
        found = cache.peek(getattr(handle, name), lambda folder: load_arrays(folder, shared=True))
        if found is None:
            return None
        parts[name] = found
    return parts


def _make_search(handle: NetworkHandle, parts: dict[str, dict[str, NDArray[np.generic]]]) -> Search:
    network = TransitNetwork.from_arrays(parts["network"], boarding_s=handle.boarding_s)
    links, access = Links.from_arrays(parts["links"]), load_legs(parts["access"])
    if handle.rows is not None:
        access = access.pick(np.frombuffer(handle.rows, np.int64))
    nowhere = Legs(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32), network.n_stops)
    nobody = np.full((access.n_from, 0), NEVER, np.int32)
    starts = link_residents(network, links, access, handle.departures)
    return Search(network, links, starts, access, nowhere, nobody, handle.departures)


R = TypeVar("R")


def search_groups(
    groups: Sequence[Sequence[int]],
    *,
    prepare: Callable[[], object],
    search: Callable[[Sequence[int]], Iterable[NDArray[np.int32]]],
    task: Callable[[Sequence[int]], SearchTask],
    payload: Callable[[], bytes],
    then: Callable[[Sequence[int], Iterable[NDArray[np.int32]]], R],
    executor: Executor | None = None,
    item_bytes: int = 1,
    sendings: Sendings | None = None,
) -> Generator[R]:
    """Search from groups of sites, and yield what is made of each group's times, in order.

    Parameters
    ----------
    groups
        Sites, best `simd.BATCH` at a time: what one task searches from.
    prepare
        Makes ready what searches in this process share; asked before its threads start.
    search
        Searches in this process: for each site, int32 (residents, departures).
    task
        What a worker elsewhere is asked to search.
    payload
        Packs the network for a worker that lacks it.
    then
        Makes the result of a group and its times; in a thread of its own where times come from this process.
    executor
        Who searches; the threads of this process by default. See `core.parallel`.
    item_bytes
        What a result weighs, about.
    sendings
        Counts what goes out to workers.
    """
    if groups and not works_elsewhere(executor):
        prepare()
    runner: TaskRunner[Sequence[int], R] = TaskRunner(
        executor,
        lambda group: then(group, search(group)),
        answer_search,
        lambda group: pack(task(group)),
        lambda group, found: then(group, unpack_seconds(found)),
        payload,
        Sendings() if sendings is None else sendings,
    )
    yield from runner.map(groups, item_bytes=item_bytes)
