"""The command `fetch`: open data into a study's folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.bar import Bar
from geo_access.cli.options import language_of, language_option
from geo_access.core.errors import InputError
from geo_access.core.terminal import say, show
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_access.opendata.fetch import Fetched, FetchOrder, Planned
    from geo_access.texts import Language

FAILED = 2


@click.command()
@click.argument("study", required=False, type=click.Path(path_type=Path))
@click.option("--departement", metavar="CODE", help="92, 2A, 974 or a name; by default the folder's.")
@click.option(
    "--date",
    metavar="DATE|next-tuesday",
    help="The day studied: 2026-11-24, or the next plain Tuesday of the school term with full service.",
)
@click.option("--only", multiple=True, metavar="SOURCE", help="Fetch this source only. May be repeated.")
@click.option("--gtfs", "feeds", multiple=True, metavar="ADDRESS", help="A feed's https address. May be repeated.")
@click.option("--dry-run", is_flag=True, help="Say what would be fetched, from where and how big it is; write nothing.")
@click.option("--locked", is_flag=True, help="Take the very bytes that study.lock names, or say what changed.")
@click.option("--offline", is_flag=True, help="Ask no server: what was downloaded before must do.")
@click.option(
    "--refresh", is_flag=True, help="Ask again for what study.toml names by its https address, and for nothing else."
)
@click.option("--force", is_flag=True, help="Replace files that were edited; a copy is kept beside.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@language_option("Language of what people read and of the study (fr).")
@click.pass_context
def fetch(
    ctx: click.Context, /, study: Path | None, *, dry_run: bool, offline: bool, refresh: bool, quiet: bool, **asked: Any
) -> None:
    """Fetch a département's open data into STUDY, a folder that need not exist: then `geo-access check STUDY` runs.

    Nothing that you edited is overwritten. study.lock says where each file comes from. Exit code 2 when a source
    failed: what came is kept, and a second run goes on from there.
    """
    language = language_of(ctx)
    if refresh:
        _refresh(ctx, study, offline=offline, quiet=quiet)
        return
    from geo_access.opendata.fetch import FetchOrder, fetch_study, plan_fetch

    if study is None and not asked["departement"]:
        raise InputError("fetch.no_folder")
    if study is None:
        from geo_access.opendata.departements import departement_of

        study = Path(departement_of(asked["departement"]).slug)
    order = FetchOrder(
        study.parent if study.name == "study.toml" else study,
        departement=asked["departement"],
        date=asked["date"],
        only=asked["only"],
        feeds=asked["feeds"],
        locked=asked["locked"],
        force=asked["force"],
        language=asked["language"],
    )
    with Bar(quiet=quiet, language=language, sizes=True) as bar:
        downloader = _make_downloader(ctx, bar, offline=offline)
        sources = (ctx.find_root().obj or {}).get("sources")
        planned = plan_fetch(order, downloader=downloader, sources=sources) if dry_run else None
        fetched = None
        if not dry_run:
            fetched = fetch_study(
                order,
                downloader=downloader,
                sources=sources,
                progress=lambda name: bar.say(render("fetch.at_work", language, name=name)),
            )
    failed = False
    if planned is not None:
        failed = _print_plan(planned, language)
    elif fetched is not None:
        _print_result(order, fetched, language)
        failed = not fetched.complete
    if failed and downloader.unanswered:
        told = {"folder": str(order.folder), "cache": str(downloader.store.folder)}
        say(render("fetch.no_network", language, **told), err=True)
    ctx.exit(FAILED if failed else 0)


def _refresh(ctx: click.Context, study: Path | None, *, offline: bool, quiet: bool) -> None:
    """Ask again for what a study names by its address, and say what came."""
    from geo_access.opendata.study_addresses import refresh_addresses
    from geo_access.study.study import open_study

    opened = open_study(study)
    language = language_of(ctx)
    with Bar(quiet=quiet, language=language, sizes=True) as bar:
        found = refresh_addresses(opened, _make_downloader(ctx, bar, offline=offline))
    for one in found:
        state = render(f"fetch.address_{'changed' if one.changed else 'same'}", language)
        told = {"address": one.address, "state": state, "sha256": one.sha256, "day": one.fetched}
        say(render("fetch.address_came", language, **told))


def _make_downloader(ctx: click.Context, bar: Bar, *, offline: bool) -> Any:
    from geo_access.opendata.downloads import Downloader

    # Tests hand in a transport to a server on this machine, and sources; nothing on the command line does.
    transport = (ctx.find_root().obj or {}).get("transport")
    return Downloader(transport=transport, offline=offline, progress=bar.download)


def _print_plan(planned: Sequence[Planned], language: Language) -> bool:
    """Print one line a download, and one a failure; return whether a source would fail.

    Addresses are there to be copied and are not broken to fit a screen.
    """
    rows = [tuple(render(f"fetch.column_{column}", language) for column in ("source", "size", "licence", "address"))]
    known = unknown = 0
    for one in planned:
        size, fault = one.measure.size, one.measure.fault
        known += size if size is not None and not one.measure.kept else 0
        unknown += size is None and fault is None
        told = render("fetch.size_unknown", language) if size is None else _format_size(size, language)
        told = render("fetch.size_kept", language, size=told) if one.measure.kept else told
        told = told if fault is None else render("fetch.size_failed", language)
        rows.append((one.source, told, "–", "–") if one.item is None else (
            one.source, told, one.item.licence.name, one.item.address
        ))  # fmt: skip
    wide = [max(len(row[at]) for row in rows) for at in range(3)]
    for source, size_told, licence, address in rows:
        say(f"{source:<{wide[0]}}  {size_told:>{wide[1]}}  {licence:<{wide[2]}}  {address}")
    faults = [(one, one.measure.fault) for one in planned if one.measure.fault is not None]
    say(render("fetch.plan_total", language, size=_format_size(known, language), unknown=unknown, failed=len(faults)))
    for one, fault in faults:
        say(render("fetch.source_failed", language, name=one.source, said=fault.text(language)), err=True)
    # What is optional alone is done without: it fails nothing unless nothing else comes either.
    needed = [one for one, _ in faults if one.item is None or not one.item.optional]
    return bool(needed) or (bool(faults) and len(faults) == len(planned))


def _print_result(order: FetchOrder, fetched: Fetched, language: Language) -> None:
    from geo_access.report.table import Column, Table

    columns = [Column("file", ""), Column("state", "")]
    rows = [(file, render(f"fetch.state_{state}", language)) for file, state in sorted(fetched.states.items())]
    if rows:
        show(Table.of_cells("", columns, rows).to_rich("bare"))
    for finding in fetched.findings:
        where = "" if finding.file is None else f"{finding.file}{render('fetch.colon', language)}"
        say(f"{render(f'fetch.level_{finding.level}', language)} {where}{finding.text(language)}", err=True)
    for name, error in fetched.failures:
        said = error.text(language)
        say(render("fetch.source_failed", language, name=name, said=said), err=True)
    for name in fetched.skipped:
        say(render("fetch.source_skipped", language, name=name), err=True)
    date = "" if fetched.date is None else fetched.date.isoformat()
    departement = fetched.departement
    text = (
        "fetch.not_done" if not fetched.complete
        else "fetch.done_in_part" if not (order.folder / "study.toml").is_file()
        else "fetch.done" if date
        else "fetch.done_undated"
    )  # fmt: skip
    size = _format_size(fetched.transferred, language)
    told = render(
        text, language, name=departement.name, code=departement.code, date=date, folder=str(order.folder), size=size
    )
    say(told)


def _format_size(size: int, language: Language) -> str:
    unit, scale = ("megabytes", 1e6) if size >= 1_000_000 else ("kilobytes", 1e3)
    return render(f"fetch.{unit}", language, size=size / scale)
