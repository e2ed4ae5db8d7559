"""The command `compare`: who gains and who loses between two studies, or one study under two settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import Bar, check_ending, common_options, open_asked, open_workers, worker_options
from geo_access.core.errors import InputError
from geo_access.core.terminal import say, show, write_document
from geo_access.texts import render

if TYPE_CHECKING:
    from geo_access.analysis.comparison import Comparison


@click.command()
@click.argument("before", required=False, type=click.Path(path_type=Path))
@click.argument("after", required=False, type=click.Path(path_type=Path))
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a setting on both sides.")
@click.option("--set-before", "changes_before", multiple=True, metavar="KEY=VALUE", help="Change a setting of BEFORE.")
@click.option("--set-after", "changes_after", multiple=True, metavar="KEY=VALUE", help="Change a setting of AFTER.")
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Change lines, stops or streets as this TOML file says, on both sides. May be repeated.",
)
@click.option(
    "--scenario-after",
    "--after-scenario",
    "scenarios_after",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The same on the side of AFTER only.",
)
@click.option("--preset", help="Judge both by this preset, e.g. discours-2023-06.")
@worker_options
@common_options
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", help="What to write.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the maps and the tables to this HTML file.")
def compare(
    before: Path | None,
    after: Path | None,
    changes_before: tuple[str, ...],
    changes_after: tuple[str, ...],
    scenarios: tuple[Path, ...],
    scenarios_after: tuple[Path, ...],
    form: str,
    output: Path | None,
    **asked: Any,
) -> None:
    """Say who gains and who loses between BEFORE and AFTER, by commune and by SST.

    Both are studies. Without AFTER the study is compared with itself under other settings:

    geo-access compare STUDY --set policy.pole.pool=own_sst --set-before territory.sst.column=sst_before --set-after
    territory.sst.column=sst_after

    geo-access compare STUDY --scenario-after line-15-sud.toml --output line-15-sud.html
    """
    check_ending(output, "html")
    if after is None and not changes_before and not changes_after and not scenarios_after:
        raise InputError("compare.nothing_to_compare", file=before)
    preset = asked.pop("preset")
    both = [*([] if preset is None else [f"policy.preset={preset}"]), *asked.pop("changes")]
    asked |= {"preset": None, "zoning": None}
    opened = [
        open_asked({**asked, "study": path, "changes": (*both, *changes), "scenarios": files})
        for path, changes, files in (
            (before, changes_before, scenarios),
            (after or before, changes_after, (*scenarios, *scenarios_after)),
        )
    ]
    studies, cache = [study for study, _ in opened], opened[0][1]
    from geo_access.analysis.comparison import compare as hold_against

    with open_workers(asked) as executor, Bar(quiet=asked["quiet"], language=studies[1].settings.language) as bar:
        comparison = hold_against(*studies, cache=cache, progress=bar, executor=executor)
    if output is not None:
        from geo_access.report.comparison.comparison_map import comparison_map

        comparison_map(comparison).save(output)
    _report_comparison(comparison, form)
    if output is not None and form == "table":
        say(render("compare.written", comparison.language, file=str(output)))


def _report_comparison(comparison: Comparison, form: str) -> None:
    from geo_access.report.comparison import documents as comparison_reports

    if form == "table":
        show(comparison_reports.render_comparison_table(comparison))
        return
    write = {"json": comparison_reports.to_comparison_json, "csv": comparison_reports.to_comparison_csv}[form]
    write_document(write(comparison))
