"""The command `inspect`: whether a study's data may be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import page_option, reading_options
from geo_access.cli.work import open_work
from geo_access.core.terminal import say, show, write_document
from geo_access.texts import render

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.quality.inspection import Inspection

FINE, DOUBTFUL, UNREADABLE = 0, 1, 2


@click.command("inspect")
@reading_options
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="What to print.")
@page_option("--output", said="Write the page, with its map, to this HTML file.")
@click.option("--strict", is_flag=True, help="Exit code 1 when a finding is grave or is to be looked at.")
@click.option(
    "--validator", is_flag=True, help="Show the errors of a canonical GTFS validator too, where one is installed."
)
@click.pass_context
def inspect_command(
    ctx: click.Context, /, form: str, page: Path | None, *, strict: bool, validator: bool, **asked: Any
) -> None:
    """Check whether STUDY's data can be trusted. Timetables, streets, residents and sites are looked at one by one.

    Exit code 0, whatever is found; 2 when an input cannot be read; with --strict, 1 when a finding is grave or is to be
    looked at.
    """
    from geo_access.quality.inspection import inspect

    with open_work(asked) as work:
        inspection = inspect(work.study, cache=work.cache, progress=work.bar, validator=validator)
    if page is not None:
        inspection.save(page)
    if form == "json":
        write_document(inspection.to_json())
    else:
        from geo_access.report.pages.inspection_table import render_inspection

        show(render_inspection(inspection))
        if page is not None:
            say(render("inspect.written", inspection.language, file=str(page)))
    ctx.exit(_judge(inspection, strict=strict))


def _judge(inspection: Inspection, *, strict: bool) -> int:
    if not inspection.readable:
        return UNREADABLE
    doubtful = inspection.count("error") + inspection.count("warning") > 0
    return DOUBTFUL if strict and doubtful else FINE
