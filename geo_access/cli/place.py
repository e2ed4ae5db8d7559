"""The command `place`: where to open sites so that most residents gain."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import study_options
from geo_access.cli.work import open_work, point_to_workbook
from geo_access.core.terminal import say, show, write_document
from geo_access.texts import render

if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    # Before click 8.2 it takes no parameter.
    _Choice = click.Choice


class _Kind(_Choice):
    """A kind of ours, or one that the study declares: which those are is only known once it is open."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value) if re.fullmatch(r"[a-z][a-z0-9_]*", str(value)) else super().convert(value, param, ctx)


@click.command()
@study_options
@click.option("--kind", type=_Kind(["pmi", "antenna", "pole"]), required=True, help="What opens.")
@click.option(
    "--count", type=click.IntRange(min=0), metavar="N",
    help="At most how many more (6); not for the objective set, which looks for the fewest itself.",
)  # fmt: skip
@click.option(
    "--objective",
    type=click.Choice(["cover", "median", "worst", "set"]),
    default="cover",
    show_default=True,
    help="Most residents served; least mean time; least longest time; the fewest sites for which the promise is met.",
)
@click.option(
    "--candidates",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where they could open: a list as the sites' is. Otherwise the study's own sites that are not open, "
    "and inhabited cells near a stop.",
)
@click.option(
    "--candidate-count",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    help="At most so many cells, spread over the territory.",
)
@click.option("--commune", "within", metavar="INSEE|NAME", help="Count the residents of this commune only.")
@click.option("--weight", metavar="COLUMN", help="Count residents by this column, e.g. ind_0_3.")
@click.option(
    "--fixed",
    multiple=True,
    metavar="STATUS|KIND|SITE",
    help="Take these sites to be open, e.g. planned, or pmi/renovation. May be repeated.",
)
@click.option(
    "--closable",
    multiple=True,
    metavar="STATUS|KIND|SITE",
    help="Sites that count and may close, so that another opens instead. May be repeated.",
)
@click.option(
    "--time-limit", "time_limit_s", type=click.FloatRange(min=0), default=60, show_default=True, metavar="SECONDS",
    help="For the solver; the best choice so far is then told with its bound.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="What to write.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Write to this file as well: .html (maps, curve, tables), .geojson and .xlsx (places), .json, .csv (curve).",
)
def place(form: str, output: Path | None, **asked: Any) -> None:
    """Find where sites should open in STUDY: a proven optimum on the travel times of the verdict.

    geo-access place STUDY --kind pmi --count 6 --weight ind_0_3 --output place.html
    """
    names = (
        "kind",
        "count",
        "objective",
        "candidates",
        "candidate_count",
        "weight",
        "within",
        "fixed",
        "closable",
        "time_limit_s",
    )
    wanted = {name: asked.pop(name) for name in names}
    if output is not None:
        from geo_access.report.pages.placement import check_suffix

        check_suffix(output)
    from geo_access.analysis.placement.placement import place_sites
    from geo_access.report.pages.placement import render_placement_table, save_placement, to_placement_json

    with open_work(asked) as work:
        found = place_sites(work.study, cache=work.cache, progress=work.bar, executor=work.executor, **wanted)
        if output is not None:
            save_placement(found, output)
    if form == "table":
        show(render_placement_table(found))
        if output is not None:
            say(render("place.written", work.language, file=str(output)))
            point_to_workbook(output)
        return
    write_document(to_placement_json(found))
