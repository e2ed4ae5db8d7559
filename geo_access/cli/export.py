"""The command `export`: the verdict for a geographic information system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geo_access.cli.options import study_options
from geo_access.cli.work import open_work
from geo_access.core.terminal import say
from geo_access.texts import render


@click.command()
@study_options
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The folder to write.")
def export(output: Path, **asked: Any) -> None:
    """Write the verdict of STUDY for a geographic information system: GeoPackage, GeoParquet, documented columns."""
    from geo_access.report.export import check_folder, write_export

    with open_work(asked) as work:
        check_folder(output)
        coverage = work.judge()
    files = write_export(coverage, output)
    say(render("reports.export_written", work.language, count=len(files), folder=str(output)))
