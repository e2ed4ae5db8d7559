"""Searches handed out: the one way in which groups of sites go to whoever computes, here or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from geo_access.arrays import unpack_seconds
from geo_access.crews import Crew, Sendings, works_elsewhere
from geo_access.workers import answer_search, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from concurrent.futures import Executor

    import numpy as np
    from numpy.typing import NDArray

    from geo_access.workers import SearchTask

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
        Sites, best `lanes.LANES` at a time: what one task searches from.
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
        Who searches; the threads of this process by default. See `crews`.
    item_bytes
        What a result weighs, about.
    sendings
        Counts what goes out to workers.
    """
    if groups and not works_elsewhere(executor):
        prepare()
    crew: Crew[Sequence[int], R] = Crew(
        executor,
        lambda group: then(group, search(group)),
        answer_search,
        lambda group: pack(task(group)),
        lambda group, found: then(group, unpack_seconds(found)),
        payload,
        Sendings() if sendings is None else sendings,
    )
    yield from crew.map(groups, item_bytes=item_bytes)
