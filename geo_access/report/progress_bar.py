"""A progress bar: in a terminal on stderr, in a notebook below its cell, nowhere else."""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from geo_access.core.arguments import take_language
from geo_access.core.terminal import guard, line, make_console
from geo_access.texts import DEFAULT_LANGUAGE, render

if TYPE_CHECKING:
    from geo_access.texts import Language

_WIDTH = 30
#: How often a notebook is told at most (seconds).
_PAUSE_S = 0.1


class ProgressBar:
    """Shows how far a long piece of work is; every function with `progress` takes one.

    Parameters
    ----------
    language
        Of the names of stages: "fr" or "en".
    sizes
        Count bytes, as downloads do, and say how long they will take; else pieces, and how long they took.
    quiet
        Silent in a terminal and in a notebook too.

    Examples
    --------
    >>> with ProgressBar(language="en") as bar:  # doctest: +SKIP
    ...     coverage = ga.check(study, progress=bar)
    """

    def __init__(self, *, language: Language = DEFAULT_LANGUAGE, sizes: bool = False, quiet: bool = False) -> None:
        self._language, self._sizes = take_language(language, DEFAULT_LANGUAGE), sizes
        self._quiet = quiet
        self._notebook = not quiet and _is_notebook()
        self._shown = not quiet and (self._notebook or (sys.stderr.isatty() and os.environ.get("TERM") != "dumb"))
        self._entered = False
        self._progress: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._entered = True
        self._open()
        return self

    def _open(self) -> None:
        if self._shown and self._progress is None:
            self._progress = _NotebookLines() if self._notebook else _make_rich(sizes=self._sizes)
            self._progress.start()

    def __exit__(self, *_error: object) -> None:
        if self._progress is not None:
            self._progress.stop()
        self._entered, self._progress, self._tasks = False, None, {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is; the bar opens with the first, and need not be entered."""
        self._open()
        self.show(stage, render(f"results.stage_{stage}", self._language), done, total)
        if not (self._entered or self._notebook) and self._progress is not None and self._progress.finished:
            self.__exit__()

    def download(self, name: str, done: int, total: int | None, /) -> None:
        """Show how far a download is; None: nobody knows how far there is to go."""
        self.show(name, name, done, total)

    def show(self, task: str, label: str, done: int, total: int | None) -> None:
        """Show how far a task is under a label."""
        if self._progress is None:
            return
        if task not in self._tasks:
            self._tasks[task] = self._progress.add_task(guard(label), total=total)
        self._progress.update(self._tasks[task], completed=done, total=total)

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        if self._progress is not None:
            self._progress.console.print(line(guard(text)))

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy shows nothing yet: what is open stays with who opened it."""
        return partial(type(self), language=self._language, sizes=self._sizes, quiet=self._quiet), ()


def _is_notebook() -> bool:
    """Whether this runs in a notebook's kernel; IPython in a terminal has none."""
    module = sys.modules.get("IPython")
    shell = None if module is None else module.get_ipython()
    return getattr(shell, "kernel", None) is not None


def _make_rich(*, sizes: bool) -> Any:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    counts = (
        [DownloadColumn(), TimeRemainingColumn()]
        if sizes
        else [TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn()]
    )
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        *counts,
        console=make_console(stderr=True),
        transient=True,
    )


class _NotebookLines:
    """Lines of text below a cell, one a task, that stay when the work is over; no widget is needed."""

    def __init__(self) -> None:
        self._lines: list[list[Any]] = []
        self._handle: Any = None
        self._told = 0.0
        self.console = self

    def start(self) -> None:
        """Wait for the first task."""

    def stop(self) -> None:
        """Tell how far it came."""
        if self._lines:
            self._tell()

    def add_task(self, label: str, *, total: float | None) -> int:
        """Begin a line."""
        self._lines.append([label, 0, total])
        return len(self._lines) - 1

    def update(self, task: int, *, completed: float, total: float | None) -> None:
        """Change a line."""
        self._lines[task][1:] = completed, total
        if completed == total or time.monotonic() - self._told > _PAUSE_S:
            self._tell()

    def print(self, said: object) -> None:
        """Add a line of text."""
        self._lines.append([str(said), None, None])
        self._tell()

    def _tell(self) -> None:
        from IPython.display import display

        said = {"text/plain": "\n".join(_draw(*one) for one in self._lines)}
        if self._handle is None:
            self._handle = display(said, raw=True, display_id=True)  # type: ignore[no-untyped-call]  # IPython has none
        else:
            self._handle.update(said, raw=True)
        self._told = time.monotonic()


def _draw(label: str, done: float | None, total: float | None) -> str:
    if done is None:
        return label
    share = 0.0 if not total else min(done / total, 1.0)
    bar = "━" * round(share * _WIDTH)
    return f"{label:<40} {bar:<{_WIDTH}} {done:g}{'' if total is None else f'/{total:g}'}"
