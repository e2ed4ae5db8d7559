"""Handing tasks to whoever computes: the threads of this process, a pool of processes, a cluster.

Any `concurrent.futures.Executor` will do. Results come in the order of the tasks, a few ahead of the reader, and are
those of one process, whoever computed them:

- Threads share the networks of this process and are handed nothing.
- A worker elsewhere is sent a task alone. Where it answers that it lacks the network, that task goes out again with
  the network's arrays, once for each worker that says so; its further tasks wait until one of them has arrived.
- A task lost with its worker, or cancelled, is sent again, `ATTEMPTS` times in all; then `ClusterError` says so.
- An executor that takes no more tasks (a pool of which a process died, or that is shut down meanwhile) is given up
  with a warning, and what is left is computed in this process. A `parallel.WorkerPool` starts new processes.
- One that was shut down before it took any task is the caller's mistake, and `ClusterError` says so.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import re
import signal
import uuid
import warnings
from collections import deque
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.context import SpawnContext
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from geo_access.core.errors import ClusterError, GeoAccessError, warn

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from contextlib import AbstractContextManager
    from multiprocessing.context import SpawnProcess


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
class TaskRunner(Generic[T, R]):
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

    def __init__(self, runner: TaskRunner[T, R], items: Sequence[T], most: int) -> None:
        self.runner, self.items, self.most = runner, items, most
        self.elsewhere = runner.call is not None and works_elsewhere(runner.executor)
        self.own: ThreadPoolExecutor | None = None
        self.executor: Executor = self._take_own() if runner.executor is None else runner.executor
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
        runner = self.runner
        try:
            if not self.elsewhere:
                future = self.executor.submit(runner.here, self.items[task])
            else:
                payload = self._pack_network() if to is not None else None
                future = self._submit_elsewhere(self.items[task], payload)
        except GeoAccessError:
            raise
        except Exception as error:  # noqa: BLE001 -- executors that are broken or shut down raise what they like
            self._give_up(error)
            future = self.executor.submit(runner.here, self.items[task])
        self.taken = True
        self.flying[future] = _Flight(task, to, elsewhere=self.elsewhere)

    def _submit_elsewhere(self, item: T, payload: bytes | None) -> Future[Any]:
        runner = self.runner
        if runner.call is None or runner.pack is None:
            raise TypeError
        runner.sendings.tasks += 1
        if payload is not None:
            runner.sendings.networks += 1
            runner.sendings.network_bytes += len(payload)
        with warnings.catch_warnings():
            # Dask advises against large arguments; these go out once for each worker.
            warnings.filterwarnings("ignore", message="Sending large graph")
            return self.executor.submit(runner.call, runner.pack(item), payload, uuid.uuid4().hex)

    def _pack_network(self) -> bytes | None:
        if self.packed is None and self.runner.payload is not None:
            self.packed = self.runner.payload()
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
            unpack = self.runner.unpack
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
        self.runner.sendings.lost += 1
        self.attempts[flight.task] = self.attempts.get(flight.task, 0) + 1
        if self.attempts[flight.task] >= ATTEMPTS:
            said = f"{type(error).__name__}: {error}".rstrip(": ")
            raise ClusterError("cluster.task_lost", attempts=ATTEMPTS, said=said) from error
        self.again.append(flight.task)
        self._release()


@dataclass(frozen=True)
class Answer:
    """What a worker says: who it is, and the result; without one, that it lacks the network."""

    worker: str
    done: bool
    value: Any = None


_CONNECT_S, _WORKERS_S = 10, 60
#: A scheduler's address: a host and a port, its protocol before it where it is not TCP.
_ADDRESS = re.compile(r"(?:[a-z]+://)?(?:\[[0-9a-fA-F:.%]+\]|[\w.-]+)(?::[0-9]{1,5})?/?", re.ASCII)


class WorkerPool(Executor):
    """A pool of processes of this machine that is renewed when one of them dies.

    `concurrent.futures.ProcessPoolExecutor` is of no more use once a process was killed; what this one is given then
    goes to new processes. What was under way is lost, and is for the caller to send again, as `parallel` does.

    Parameters
    ----------
    jobs
        How many processes.
    """

    def __init__(self, jobs: int) -> None:
        self._max_workers = jobs
        self._pool: ProcessPoolExecutor | None = None
        self._ended = False
        self._context = _Context()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Hand a call to a process."""
        if self._ended:
            raise RuntimeError("cannot schedule new futures after shutdown")
        if self._pool is not None:
            try:
                return self._pool.submit(fn, *args, **kwargs)
            except BrokenExecutor:
                self._pool.shutdown(wait=False)
        self._pool = ProcessPoolExecutor(self._max_workers, mp_context=self._context, initializer=_ignore_interrupts)
        return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 -- as Executor has it
        """End the processes, once their work is done."""
        self._ended = True
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)
            self._pool = None

    def kill(self) -> None:
        """End the processes at once."""
        for process in self._context.started:
            if process.is_alive():
                process.kill()
        self.shutdown(wait=True, cancel_futures=True)


class _Context(SpawnContext):
    """Starts fresh processes (a fork would copy the locks of compiled code's threads), and knows which."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802 -- a class, in the module's eyes
        process = multiprocessing.get_context("spawn").Process(*args, **kwargs)
        self.started.append(process)
        return process


def _ignore_interrupts() -> None:
    # Ctrl-C reaches every process of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def open_executor(*, jobs: int | None = None, scheduler: str | None = None) -> Iterator[Executor | None]:
    """Open what the command line asks for: some processes, a Dask cluster by its scheduler's address, or neither.

    Raises
    ------
    ClusterError
        When both are asked for, `distributed` is not installed, the scheduler does not answer or has no workers.
    """
    if jobs is not None and scheduler is not None:
        raise ClusterError("cluster.jobs_and_scheduler")
    if scheduler is not None:
        with connect(scheduler) as executor:
            yield executor
    elif jobs is not None and jobs > 1:
        pool = WorkerPool(jobs)
        try:
            yield pool
        except BaseException:
            pool.kill()
            raise
        pool.shutdown()
    elif jobs is not None:
        with ThreadPoolExecutor(1) as alone:
            yield alone
    else:
        yield None


@contextmanager
def connect(address: str) -> Iterator[Executor]:
    """Connect to a Dask scheduler, and let it go at the end.

    Raises
    ------
    ClusterError
        When `distributed` is not installed, the scheduler does not answer, has no workers or dies.
    """
    try:
        import distributed
    except ImportError:
        raise ClusterError("cluster.no_distributed") from None
    if not _ADDRESS.fullmatch(address):
        raise ClusterError("cluster.unreachable", address=address, said="ValueError")
    try:
        client: Any = distributed.Client(  # type: ignore[no-untyped-call]
            address, timeout=_CONNECT_S, set_as_default=False
        )
    except (OSError, TimeoutError, ValueError) as error:
        said = type(error).__name__
        raise ClusterError("cluster.unreachable", address=address, said=said) from None
    lost = partial(_describe_lost, client, address)
    disabled = logging.root.manager.disable
    # What goes wrong is said once, by us, and not by each part of the cluster's client as well.
    logging.disable(logging.CRITICAL)
    try:
        with lost():
            try:
                client.wait_for_workers(1, timeout=_WORKERS_S)
            except TimeoutError:
                raise ClusterError("cluster.no_workers", address=address, seconds=_WORKERS_S) from None
        yield _Cluster(client, lost)
    finally:
        with suppress(Exception):  # what is gone cannot be let go
            client.close()
        logging.disable(disabled)


@contextmanager
def _describe_lost(client: Any, address: str) -> Iterator[None]:
    """Turn what is raised of a scheduler that is gone into an error of ours.

    Raises
    ------
    ClusterError
        When the connection broke or was given up.
    """
    try:
        yield
    except ClusterError:
        raise
    except Exception as error:
        if isinstance(error, OSError) or client.status != "running":
            said = type(error).__name__ if isinstance(error, OSError) else str(client.status)
            raise ClusterError("cluster.lost", address=address, said=said) from error
        raise


class _Cluster(Executor):
    """The executor of a cluster, which says so when its scheduler is gone."""

    def __init__(self, client: Any, lost: Callable[[], AbstractContextManager[None]]) -> None:
        self._client, self._lost = client, lost
        self._inner: Executor = client.get_executor()

    @property
    def _max_workers(self) -> int:
        with self._lost():
            return max(int(sum(self._client.nthreads().values())), 1)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Hand a call to the cluster."""
        with self._lost():
            return self._inner.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 -- as Executor has it
        """End the work of this executor; the cluster stays."""
        with self._lost():
            self._inner.shutdown(wait=wait, cancel_futures=cancel_futures)
