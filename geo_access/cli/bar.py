"""The progress bar of a command, and the stage that a fault is told with."""

from __future__ import annotations

import click

from geo_access.report.progress_bar import ProgressBar
from geo_access.texts import render

#: Under which the context knows how far a command is.
_STAGE = "geo_access.stage"


def name_doing(ctx: click.Context) -> str:
    """Name what is being done: ``geo-access check (timetable)``."""
    stage = ctx.find_root().meta.get(_STAGE)
    called = f"geo-access {ctx.invoked_subcommand or ''}".rstrip()
    return called if stage is None else f"{called} ({stage})"


class Bar(ProgressBar):
    """A progress bar on stderr in a terminal; silent in a pipe."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        context = click.get_current_context(silent=True)
        if context is not None:
            context.find_root().meta[_STAGE] = render(f"results.stage_{stage}", self._language)
        super().__call__(stage, done, total)
