"""Handing tasks to whoever computes: the threads of this process, a pool of processes, a cluster.

Any `concurrent.futures.Executor` will do. Results come in the order of the tasks, a few ahead of the reader, and are
those of one process, whoever computed them:

- Threads share the networks of this process and are handed nothing.
- A worker elsewhere is sent a task alone. Where it answers that it lacks the network, that task goes out again with
  the network's arrays, once for each worker that says so; its further tasks wait until one of them has arrived.
- A task lost with its worker, or cancelled, is sent again, `ATTEMPTS` times in all; then `ClusterError` says so.
- An executor that takes no more tasks (a pool of which a process died, or that is shut down meanwhile) is given up
  with a warning, and what is left is computed in this process. A `worker_pools.WorkerPool` starts new processes.
- One that was shut down before it took any task is the caller's mistake, and `ClusterError` says so.
"""

from __future__ import annotations

import os
import uuid
import warnings
from collections import deque
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from geo_access.errors import ClusterError, GeoAccessError, warn

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from geo_access.workers import Answer

T = TypeVar("T")
R = TypeVar("R")

#: How often a task is sent out before it is given up.
ATTEMPTS = 3
#: Results that may wait to be read, by what they weigh together (bytes).
_WAITING_BYTES = 2**30


@dataclass
class Sendings:
    """What went out to workers.

    Attributes
    ----------
    tasks, networks
        How often a task went out, and how often the arrays of a network went with it.
    network_bytes
        What these arrays weighed together.
    lost
        Tasks that were lost with their worker and sent again.
    """

    tasks: int = 0
    networks: int = 0
    network_bytes: int = 0
    lost: int = 0


def works_elsewhere(executor: Executor | None) -> bool:
    """Whether an executor may carry tasks out in another process."""
    return executor is not None and not isinstance(executor, ThreadPoolExecutor)


def count_workers(executor: Executor | None) -> int:
    """Count how many tasks an executor carries out at once, as far as it says."""
    told = getattr(executor, "_max_workers", None)
    if isinstance(told, int):
        return told
    client = getattr(executor, "_client", None)
    if client is not None and hasattr(client, "nthreads"):
        return max(int(sum(client.nthreads().values())), 1)
    return os.cpu_count() or 1


@dataclass
class Crew(Generic[T, R]):
    """An executor, and what it is to do.

    Attributes
    ----------
    executor
        Who computes; None, or one of threads, computes in this process.
    here
        Carries a task out in this process.
    call
        Carries a task out elsewhere: a function of a module, called with the packed task, the packed network or None,
        and a ticket that sets two calls apart.
    pack
        Packs a task.
    unpack
        Makes a result of a task and what a worker answered.
    payload
        Packs the network that the tasks stand on.
    sendings
        Counts what went out.
    """

    executor: Executor | None
    here: Callable[[T], R]
    call: Callable[[bytes, bytes | None, str], Answer] | None = None
    pack: Callable[[T], bytes] | None = None
    unpack: Callable[[T, Any], R] | None = None
    payload: Callable[[], bytes] | None = None
    sendings: Sendings = field(default_factory=Sendings)

    def map(self, items: Sequence[T], *, item_bytes: int = 1) -> Generator[R]:
        """Carry tasks out, and yield their results in order.

        Parameters
        ----------
        items
            The tasks.
        item_bytes
            What a result weighs, about: few enough are ahead of the reader to fit the memory.

        Raises
        ------
        ClusterError
            When a task was lost `ATTEMPTS` times, workers cannot serve this caller, or the executor was shut down.
        """
        if not items:
            return
        run = _Run(self, items, max(_WAITING_BYTES // max(item_bytes, 1), 2))
        try:
            yield from run.results()
        finally:
            run.close()


@dataclass(frozen=True)
class _Flight:
    """A task under way; `to`: the worker that the network goes out to with it."""

    task: int
    to: str | None
    elsewhere: bool


class _Run(Generic[T, R]):
    """One passage over some tasks: what is under way, what waits, what came back."""

    def __init__(self, crew: Crew[T, R], items: Sequence[T], most: int) -> None:
        self.crew, self.items, self.most = crew, items, most
        self.elsewhere = crew.call is not None and works_elsewhere(crew.executor)
        self.own: ThreadPoolExecutor | None = None
        self.executor: Executor = self._take_own() if crew.executor is None else crew.executor
        self.window = self._count_window()
        self.begun = 0
        self.taken = False  # whether the executor took a task yet
        self.again: deque[int] = deque()  # to be sent again, before what was not begun
        self.held: list[int] = []  # their worker was promised the network; they wait for it
        self.flying: dict[Future[Any], _Flight] = {}
        self.promised: set[str] = set()
        self.attempts: dict[int, int] = {}
        self.done: dict[int, R] = {}
        self.packed: bytes | None = None

    def _take_own(self) -> ThreadPoolExecutor:
        self.own = ThreadPoolExecutor(os.cpu_count() or 1)
        return self.own

    def _count_window(self) -> int:
        # One more than there are workers, so that none waits for the reader; the same again where the way is long.
        workers = count_workers(self.executor)
        return max(min(2 * workers + 1 if self.elsewhere else workers + 1, self.most), 1)

    def close(self) -> None:
        for future in self.flying:
            future.cancel()
        if self.own is not None:
            self.own.shutdown(wait=True, cancel_futures=True)

    def results(self) -> Iterator[R]:
        for at in range(len(self.items)):
            while at not in self.done:
                self._send_more(at)
                finished, _ = wait(self.flying, return_when=FIRST_COMPLETED)
                for future in finished:
                    self._receive(future)
            self._send_more(at + 1)
            yield self.done.pop(at)

    def _send_more(self, at: int) -> None:
        """Send out what waits, as long as no result is too far ahead of what is read next."""
        if self.held and not self.flying:
            self._release()
        while self.again:
            self._send(self.again.popleft())
        while self.begun < min(at + self.window, len(self.items)):
            self.begun += 1
            self._send(self.begun - 1)

    def _send(self, task: int, *, to: str | None = None) -> None:
        crew = self.crew
        try:
            if not self.elsewhere:
                future = self.executor.submit(crew.here, self.items[task])
            else:
                payload = self._pack_network() if to is not None else None
                future = self._submit_elsewhere(self.items[task], payload)
        except GeoAccessError:
            raise
        except Exception as error:  # noqa: BLE001 -- executors that are broken or shut down raise what they like
            self._give_up(error)
            future = self.executor.submit(crew.here, self.items[task])
        self.taken = True
        self.flying[future] = _Flight(task, to, elsewhere=self.elsewhere)

    def _submit_elsewhere(self, item: T, payload: bytes | None) -> Future[Any]:
        crew = self.crew
        if crew.call is None or crew.pack is None:
            raise TypeError
        crew.sendings.tasks += 1
        if payload is not None:
            crew.sendings.networks += 1
            crew.sendings.network_bytes += len(payload)
        with warnings.catch_warnings():
            # Dask advises against large arguments; these go out once for each worker.
            warnings.filterwarnings("ignore", message="Sending large graph")
            return self.executor.submit(crew.call, crew.pack(item), payload, uuid.uuid4().hex)

    def _pack_network(self) -> bytes | None:
        if self.packed is None and self.crew.payload is not None:
            self.packed = self.crew.payload()
        return self.packed

    def _give_up(self, error: BaseException) -> None:
        """Go on in this process: the executor takes no more tasks."""
        if self.own is not None:
            raise error
        # Broken pools are runtime errors as well; what else executors raise of that sort is that they were shut down.
        if not self.taken and isinstance(error, RuntimeError) and not isinstance(error, BrokenExecutor):
            raise ClusterError("cluster.shut_down", said=str(error)) from error
        warn("cluster.given_up", said=f"{type(error).__name__}: {error}".rstrip(": "))
        self.executor, self.elsewhere = self._take_own(), False
        self.window = self._count_window()
        self._release()

    def _release(self) -> None:
        self.again.extend(self.held)
        self.held.clear()

    def _receive(self, future: Future[Any]) -> None:
        flight = self.flying.pop(future)
        error = CancelledError() if future.cancelled() else future.exception()
        if error is not None:
            self._lose(flight, error)
        elif not flight.elsewhere:
            self.done[flight.task] = future.result()
        else:
            self._hear(flight, future.result())

    def _hear(self, flight: _Flight, answer: Answer) -> None:
        if answer.done:
            unpack = self.crew.unpack
            self.done[flight.task] = answer.value if unpack is None else unpack(self.items[flight.task], answer.value)
            if flight.to is not None:
                # The network reached a worker; if it was not the one that asked, that one will ask again.
                self.promised.discard(flight.to)
                self._release()
        elif answer.worker in self.promised and flight.to is None:
            self.held.append(flight.task)
        else:
            self.promised.add(answer.worker)
            self._send(flight.task, to=answer.worker)

    def _lose(self, flight: _Flight, error: BaseException) -> None:
        """Send a task again that was lost with its worker; what the task itself raises is raised here."""
        if isinstance(error, GeoAccessError) or not (flight.elsewhere or isinstance(error, CancelledError)):
            raise error
        if isinstance(error, ModuleNotFoundError):
            raise ClusterError("cluster.no_package", said=str(error)) from error
        if flight.to is not None:
            self.promised.discard(flight.to)
        self.crew.sendings.lost += 1
        self.attempts[flight.task] = self.attempts.get(flight.task, 0) + 1
        if self.attempts[flight.task] >= ATTEMPTS:
            said = f"{type(error).__name__}: {error}".rstrip(": ")
            raise ClusterError("cluster.task_lost", attempts=ATTEMPTS, said=said) from error
        self.again.append(flight.task)
        self._release()
