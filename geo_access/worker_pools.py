"""Where the work goes beyond this process: processes of this machine, or a Dask cluster."""

from __future__ import annotations

import logging
import multiprocessing
import signal
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.context import SpawnContext
from typing import TYPE_CHECKING, Any, TypeVar

from geo_access.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from multiprocessing.context import SpawnProcess

T = TypeVar("T")

_CONNECT_S, _WORKERS_S = 10, 60


class WorkerPool(Executor):
    """A pool of processes of this machine that is renewed when one of them dies.

    `concurrent.futures.ProcessPoolExecutor` is of no more use once a process was killed; what this one is given then
    goes to new processes. What was under way is lost, and is for the caller to send again, as `crews` does.

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
    try:
        client: Any = distributed.Client(  # type: ignore[no-untyped-call]
            address, timeout=_CONNECT_S, set_as_default=False
        )
    except (OSError, TimeoutError, ValueError) as error:
        said = type(error).__name__
        raise ClusterError("cluster.unreachable", address=address, said=said) from None
    lost = partial(_say_lost, client, address)
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
def _say_lost(client: Any, address: str) -> Iterator[None]:
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
