"""The progress bar of a command, and the stage that a fault is told with."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Self

import click

from geo_access.core.terminal import guard, line, make_console
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.texts import Language

#: Under which the context knows how far a command is.
_STAGE = "geo_access.stage"


def name_doing(ctx: click.Context) -> str:
    """Name what is being done: ``geo-access check (timetable)``."""
    stage = ctx.find_root().meta.get(_STAGE)
    called = f"geo-access {ctx.invoked_subcommand or ''}".rstrip()
    return called if stage is None else f"{called} ({stage})"


class Bar:
    """A progress bar on stderr in a terminal; silent in a pipe.

    Parameters
    ----------
    quiet
        Silent in a terminal too.
    language
        Of the names of stages.
    sizes
        Count bytes, as downloads do, and say how long they will take; else pieces, and how long they took.
    """

    def __init__(self, *, quiet: bool, language: Language, sizes: bool = False) -> None:
        self._language, self._sizes = language, sizes
        self._shown = not quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._progress: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        if self._shown:
            from rich.progress import (
                BarColumn,
                DownloadColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
                TimeRemainingColumn,
            )

            counts = (
                [DownloadColumn(), TimeRemainingColumn()]
                if self._sizes
                else [TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn()]
            )
            self._progress = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                *counts,
                console=make_console(stderr=True),
                transient=True,
            )
            self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        label = render(f"results.stage_{stage}", self._language)
        context = click.get_current_context(silent=True)
        if context is not None:
            context.find_root().meta[_STAGE] = label
        self.show(stage, label, done, total)

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
