"""The command `compare`: who gains and who loses between two studies, or one study under two settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import SITE_OPTIONS, check_ending, common_options, site_options, worker_options
from geo_access.cli.work import Work, open_asked, write_workbook
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
    help="Change lines, stops, streets, sites or settings as this TOML file says, on both sides. May be repeated.",
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
@site_options()
@site_options("after", "The same on the side of AFTER only.")
@click.option("--preset", help="Judge both by this reading of the promise, e.g. discours-2023-06.")
@worker_options
@common_options
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv", "xlsx"]), default="table", help="What to write."
)
@click.option(
    "--output",
    "page",
    type=click.Path(path_type=Path),
    callback=lambda _ctx, _option, path: check_ending(path, "html", also=(".xlsx",)),
    help="Write the maps and the tables to this HTML file, or the communes to this .xlsx file.",
)
def compare(
    before: Path | None,
    after: Path | None,
    changes_before: tuple[str, ...],
    changes_after: tuple[str, ...],
    scenarios: tuple[Path, ...],
    scenarios_after: tuple[Path, ...],
    form: str,
    page: Path | None,
    **asked: Any,
) -> None:
    """Say who gains and who loses between BEFORE and AFTER, by commune and by SST.

    Both are studies. Without AFTER the study is compared with itself under other settings:

    geo-access compare STUDY --set policy.pole.pool=own_sst --set-before territory.sst.column=sst_before --set-after
    territory.sst.column=sst_after

    geo-access compare STUDY --scenario-after line-15-sud.toml --output line-15-sud.html

    geo-access compare STUDY --add-site-after pole@48.80,2.26
    """
    sites_after = {name: asked.pop(f"{name}_after") for name in SITE_OPTIONS}
    if after is None and not any((changes_before, changes_after, scenarios_after, *sites_after.values())):
        raise InputError("compare.nothing_to_compare", file=before)
    preset = asked.pop("preset")
    both = [*([] if preset is None else [f"policy.preset={preset}"]), *asked.pop("changes")]
    asked |= {"preset": None, "zoning": None}
    studies = [
        open_asked({**asked, **sites, "study": path, "changes": (*both, *changes), "scenarios": files})
        for path, changes, files, sites in (
            (before, changes_before, scenarios, {}),
            (
                after or before,
                changes_after,
                (*scenarios, *scenarios_after),
                {name: (*asked[name], *said) for name, said in sites_after.items()},
            ),
        )
    ]
    from geo_access.analysis.comparison import compare as compare_studies

    with Work(studies[1], asked) as work:
        comparison = compare_studies(*studies, cache=work.cache, progress=work.bar, executor=work.executor)
    if page is not None and page.suffix.lower() == ".xlsx":
        from geo_access.report.comparison.documents import to_comparison_workbook

        write_workbook(to_comparison_workbook(comparison), page)
    elif page is not None:
        from geo_access.report.comparison.comparison_map import comparison_map

        comparison_map(comparison).save(page)
    _report_comparison(comparison, form)
    if page is not None and form == "table":
        say(render("compare.written", comparison.language, file=str(page)))


def _report_comparison(comparison: Comparison, form: str) -> None:
    from geo_access.report.comparison.documents import (
        render_comparison_table,
        to_comparison_csv,
        to_comparison_json,
        to_comparison_workbook,
    )

    if form == "table":
        show(render_comparison_table(comparison))
    elif form == "xlsx":
        write_workbook(to_comparison_workbook(comparison), None)
    else:
        write_document((to_comparison_json if form == "json" else to_comparison_csv)(comparison))
