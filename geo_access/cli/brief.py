"""The command `brief`: one printable page a commune."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geo_access.cli.options import study_options
from geo_access.cli.work import open_work
from geo_access.core.errors import InputError
from geo_access.core.terminal import say
from geo_access.texts import render


@click.command()
@study_options
@click.option("--commune", "communes", multiple=True, metavar="INSEE|NAME", help="Which commune. May be repeated.")
@click.option("--all", "every", is_flag=True, help="Every commune of the study.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="A folder, or one .html or .pdf file.")
@click.option("--pdf", is_flag=True, help="Write PDF as well, through Chromium.")
def brief(communes: tuple[str, ...], output: Path, *, every: bool, pdf: bool, **asked: Any) -> None:
    """Write one printable page per commune: promise, number, map, who is not served, what would help most."""
    if every == bool(communes):
        raise InputError("brief.which_commune")
    from geo_access.report.pages.brief import check_output, find_communes, make_briefs, write_briefs

    with open_work(asked) as work:
        check_output(output, count=len(communes) or 2, pdf=pdf)
        coverage = work.judge()
        codes = None if every else find_communes(coverage, communes)
        files = write_briefs(make_briefs(coverage, codes, progress=work.bar, executor=work.executor), output, pdf=pdf)
    if output.is_dir():
        say(render("brief.written", work.language, folder=str(output), count=len(files)))
    else:
        say(render("brief.written_one", work.language, file=", ".join(map(str, files))))
