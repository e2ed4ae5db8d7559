"""The command `geo-access`.

Exit codes: 0 when it is done (for `check`: every commune meets the target), 1 when `check` finds a commune that misses
it (with `--baseline`: one that got worse), 2 when the input or the call is wrong; the message on stderr then says what,
where, and what to do.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from geo_access._version import __version__
from geo_access.errors import InputError, SettingsError
from geo_access.texts import DEFAULT_LANGUAGE, LANGUAGES, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_access.baseline import Comparison
    from geo_access.cache import Cache
    from geo_access.comparison import Comparison as StudyComparison
    from geo_access.coverage import Coverage
    from geo_access.report_formats import Form
    from geo_access.study import Study
    from geo_access.texts import Language

MEETS, MISSES, WRONG = 0, 1, 2
#: The formats of `check`, repeated here so that help needs no heavy module; a test compares the two lists.
FORMS = ("table", "json", "junit", "github", "markdown", "csv")


class _Group(click.Group):
    """Turns wrong inputs into one message on stderr and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InputError as error:
            click.echo(f"geo-access: {error.text(_language(ctx))}", err=True)
            ctx.exit(WRONG)


def _language(ctx: click.Context) -> Language:
    while ctx is not None:
        chosen = ctx.params.get("language") or (ctx.obj or {}).get("language")
        if chosen in LANGUAGES:
            return chosen  # type: ignore[no-any-return]  # just checked
        if ctx.parent is None:
            break
        ctx = ctx.parent
    return DEFAULT_LANGUAGE


def _keep_language(ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        ctx.find_root().obj = {"language": value}
    return value


def _study_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument and the options that every command on a study takes."""
    command = _common_options(command)
    for option in reversed(
        [
            click.argument("study", required=False, type=click.Path(path_type=Path)),
            click.option(
                "--set",
                "changes",
                multiple=True,
                metavar="KEY=VALUE",
                help="Change a setting of the study, e.g. departures.from=08:00. May be repeated.",
            ),
            click.option("--preset", help="Judge by this preset, e.g. discours-2023-06."),
            click.option("--zoning", metavar="COLUMN", help="Take the SST from this column, e.g. sst_after."),
        ]
    ):
        command = option(command)
    return command


def _common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every command that judges takes, whatever its studies are called."""
    for option in reversed(
        [
            click.option(
                "--lang",
                "language",
                type=click.Choice(LANGUAGES),
                callback=_keep_language,
                is_eager=True,
                envvar="GEO_ACCESS_LANG",
                help="Language of what people read (the study's, else fr).",
            ),
            click.option("--cache/--no-cache", "use_cache", default=True, help="Keep prepared networks and times."),
            click.option("--quiet", is_flag=True, help="No progress bar."),
        ]
    ):
        command = option(command)
    return command


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="geo-access")
def main() -> None:
    """Is every resident within reach of social services? Exact door-to-door times, a verdict for each commune.

    STUDY is a TOML file or a folder that holds study.toml; without one, the embedded sample is used.
    """


@main.command()
@_study_options
@click.option("--format", "form", type=click.Choice(FORMS), default="table", help="What to write.")
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file instead of the screen.")
@click.option("--map", "map_file", type=click.Path(path_type=Path), help="Write the coverage map as well.")
@click.option(
    "--baseline",
    "kept",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A result kept with --format json: the exit code then says whether a commune got worse (1) or not (0).",
)
@click.option(
    "--tolerance",
    type=float,
    metavar="SHARE",
    help="With --baseline: what a commune may lose; 0.001, the study's default, is 0.1 percentage point.",
)
@click.pass_context
def check(
    ctx: click.Context,
    /,
    form: Form,
    output: Path | None,
    map_file: Path | None,
    kept: Path | None,
    tolerance: float | None,
    **asked: Any,
) -> None:
    """Judge STUDY: exit code 0 when every commune meets the target, 1 when one misses it, 2 when the input is wrong."""
    if tolerance is not None:
        if kept is None:
            raise click.UsageError(render("reports.tolerance_alone", _language(ctx)))
        asked["changes"] = (*asked["changes"], f"policy.baseline_tolerance={tolerance}")
    study, cache = _open(asked)
    from geo_access.baseline import compare_with_baseline, read_baseline

    baseline = None if kept is None else read_baseline(kept)
    coverage = _judge(study, cache, quiet=asked["quiet"])
    comparison = None
    if baseline is not None:
        tolerated = study.settings.policy.baseline_tolerance
        comparison = compare_with_baseline(coverage, baseline, tolerance=tolerated)
    if map_file is not None:
        _write_map(coverage, map_file)
    _report(coverage, form, output, comparison)
    if map_file is not None and form == "table" and output is None:
        click.echo(render("commands.map_written", coverage.language, file=str(map_file)))
    held = coverage.meets if comparison is None else comparison.passes
    ctx.exit(MEETS if held else MISSES)


def _report(coverage: Coverage, form: Form, output: Path | None, comparison: Comparison | None) -> None:
    from geo_access.report_formats import append_job_summary, render_comparison, write_report

    if form == "table" and output is None:
        from rich.console import Console

        from geo_access.reports import render_table

        console = Console()
        console.print(render_table(coverage))
        if comparison is not None:
            console.print(render_comparison(comparison, coverage.language))
        return
    said = write_report(coverage, form, comparison=comparison)
    if output is None:
        # Bytes: line ends and the byte-order mark are part of a report.
        sys.stdout.buffer.write(said.encode("utf-8"))
        sys.stdout.buffer.flush()
    else:
        from geo_access.outputs import write_text_atomically

        write_text_atomically(output, said)
    job_summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if form == "github" and job_summary:
        append_job_summary(job_summary, write_report(coverage, "markdown", comparison=comparison))


@main.command("map")
@_study_options
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The HTML file to write.")
@click.option(
    "--tiles",
    metavar="NAME|URL",
    help="A background: OpenStreetMap, or an address with {x}, {y}, {z}. "
    "Opening the map then asks that server; without it, none.",
)
@click.option("--attribution", help="The credit that a background by address asks for.")
def map_command(output: Path, tiles: str | None, attribution: str | None, **asked: Any) -> None:
    """Write the coverage map of STUDY: one HTML file that opens without any network."""
    coverage = _judge(*_open(asked), quiet=asked["quiet"])
    _write_map(coverage, output, tiles=tiles, attribution=attribution)
    click.echo(render("commands.map_written", coverage.language, file=str(output)))


@main.command()
@_study_options
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The .parquet (or .csv) file to write.")
@click.option("--departures", is_flag=True, help="One row for each departure: cell, site, departure, seconds.")
def times(output: Path, *, departures: bool, **asked: Any) -> None:
    """Write the travel times of every cell of STUDY to every site."""
    if output.suffix not in ((".parquet",) if departures else (".parquet", ".csv")):
        raise InputError("commands.output_format", file=output, known=".parquet" if departures else ".parquet, .csv")
    study, cache = _open(asked)
    from geo_access.outputs import replace_atomically
    from geo_access.times import times_table, write_departures
    from geo_access.travel_times import open_times

    with _Bar(quiet=asked["quiet"], language=study.settings.language) as bar, replace_atomically(output) as draft:
        found = open_times(study, cache=cache, progress=bar)
        if departures:
            rows = write_departures(found, draft)
        else:
            table = times_table(found)
            rows = len(table)
            if output.suffix == ".csv":
                table.to_csv(draft, index=False)
            else:
                table.to_parquet(draft, index=False)
    click.echo(render("commands.times_written", study.settings.language, file=str(output), rows=rows))


@main.command()
@_study_options
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The folder to write.")
def export(output: Path, **asked: Any) -> None:
    """Write the verdict of STUDY for a geographic information system: GeoPackage, GeoParquet, documented columns."""
    study, cache = _open(asked)
    from geo_access.export import check_folder, write_export

    check_folder(output)
    files = write_export(_judge(study, cache, quiet=asked["quiet"]), output)
    click.echo(render("reports.export_written", study.settings.language, count=len(files), folder=str(output)))


@main.command()
@_study_options
@click.option("--commune", "communes", multiple=True, metavar="INSEE|NAME", help="Which commune. May be repeated.")
@click.option("--all", "every", is_flag=True, help="Every commune of the study.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="A folder, or one .html or .pdf file.")
@click.option("--pdf", is_flag=True, help="Write PDF as well, through Chromium.")
def brief(communes: tuple[str, ...], output: Path, *, every: bool, pdf: bool, **asked: Any) -> None:
    """Write one printable page a commune: the promise, the number, the map, who is beyond, what would help most."""
    if every == bool(communes):
        raise InputError("brief.which_commune")
    study, cache = _open(asked)
    from geo_access.brief import check_output, find_communes, make_briefs, write_briefs

    check_output(output, count=len(communes) or 2, pdf=pdf)
    coverage = _judge(study, cache, quiet=asked["quiet"])
    codes = None if every else find_communes(coverage, communes)
    with _Bar(quiet=asked["quiet"], language=coverage.language) as bar:
        files = write_briefs(make_briefs(coverage, codes, progress=bar), output, pdf=pdf)
    if output.is_dir():
        click.echo(render("brief.written", coverage.language, folder=str(output), count=len(files)))
    else:
        click.echo(render("brief.written_one", coverage.language, file=", ".join(map(str, files))))


@main.command()
@click.argument("before", required=False, type=click.Path(path_type=Path))
@click.argument("after", required=False, type=click.Path(path_type=Path))
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a setting on both sides.")
@click.option("--set-before", "changes_before", multiple=True, metavar="KEY=VALUE", help="Change a setting of BEFORE.")
@click.option("--set-after", "changes_after", multiple=True, metavar="KEY=VALUE", help="Change a setting of AFTER.")
@click.option("--preset", help="Judge both by this preset, e.g. discours-2023-06.")
@_common_options
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", help="What to write.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the maps and the tables to this HTML file.")
def compare(
    before: Path | None,
    after: Path | None,
    changes_before: tuple[str, ...],
    changes_after: tuple[str, ...],
    form: str,
    output: Path | None,
    **asked: Any,
) -> None:
    """Say who gains and who loses between BEFORE and AFTER, by commune and by SST.

    Both are studies. Without AFTER the study is compared with itself under other settings:

    geo-access compare STUDY --set-before territory.sst.column=sst_before --set-after territory.sst.column=sst_after
    """
    if after is None and not changes_before and not changes_after:
        raise InputError("compare.nothing_to_compare", file=before)
    preset = asked.pop("preset")
    both = [*([] if preset is None else [f"policy.preset={preset}"]), *asked.pop("changes")]
    asked |= {"preset": None, "zoning": None}
    coverages = []
    for path, changes in ((before, changes_before), (after or before, changes_after)):
        study, cache = _open({**asked, "study": path, "changes": (*both, *changes)})
        coverages.append(_judge(study, cache, quiet=asked["quiet"]))
    from geo_access.comparison import compare as hold_against

    comparison = hold_against(*coverages)
    if output is not None:
        from geo_access.comparison_maps import comparison_map

        comparison_map(comparison).save(output)
    _report_comparison(comparison, form)
    if output is not None and form == "table":
        click.echo(render("compare.written", comparison.language, file=str(output)))


def _report_comparison(comparison: StudyComparison, form: str) -> None:
    from geo_access import comparison_reports

    if form == "table":
        from rich.console import Console

        Console().print(comparison_reports.render_comparison_table(comparison))
        return
    write = {"json": comparison_reports.to_comparison_json, "csv": comparison_reports.to_comparison_csv}[form]
    # Bytes: line ends and the byte-order mark are part of a report.
    sys.stdout.buffer.write(write(comparison).encode("utf-8"))
    sys.stdout.buffer.flush()


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--size", type=float, default=1.0, help="Size of the territory; 1 is the embedded one.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    callback=_keep_language,
    is_eager=True,
    envvar="GEO_ACCESS_LANG",
    help="Language of what people read (fr).",
)
def sample(folder: Path, size: float, language: Language | None) -> None:
    """Write the embedded, fictional territory into FOLDER, as a study to start from."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("commands.folder_not_empty", file=folder)
    import shutil
    import tempfile

    from geo_access.sample import sample_folder, write_town

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".geo-access-", dir=folder.parent) as aside:
        new = Path(aside) / "study"
        if size == 1:
            shutil.copytree(sample_folder(), new, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        else:
            write_town(new, size=size)
        if folder.exists():
            folder.rmdir()
        new.replace(folder)
    click.echo(render("commands.sample_written", language or DEFAULT_LANGUAGE, folder=str(folder)))


@main.command("cache")
@click.option("--clear", is_flag=True, help="Remove everything that is kept.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    callback=_keep_language,
    is_eager=True,
    envvar="GEO_ACCESS_LANG",
    help="Language of what people read (fr).",
)
def cache_command(*, clear: bool, language: Language | None) -> None:
    """Show what is kept between runs, and clear it."""
    from geo_access.cache import Cache, default_folder

    kept = Cache(default_folder())
    said = language or DEFAULT_LANGUAGE
    if clear:
        click.echo(render("commands.cache_cleared", said, count=kept.clear(), folder=str(kept.folder)))
        return
    entries = kept.entries()
    megabytes = sum(size for _, size, _ in entries) / 1e6
    click.echo(render("commands.cache_holds", said, count=len(entries), megabytes=megabytes, folder=str(kept.folder)))


def _open(asked: dict[str, Any]) -> tuple[Study, Cache]:
    from geo_access.cache import Cache, default_folder
    from geo_access.study import open_study

    changes: dict[str, Any] = {}
    for change in asked["changes"]:
        key, equals, value = change.partition("=")
        if not equals or not key.strip():
            raise SettingsError("study.wrong_change", change=change)
        changes[key.strip()] = _read_value(value.strip())
    if asked["preset"]:
        changes["policy.preset"] = asked["preset"]
    if asked["zoning"]:
        changes["territory.sst.column"] = asked["zoning"]
    if asked["language"]:
        changes["language"] = asked["language"]
    study = open_study(asked["study"], changes=changes)
    click.get_current_context().find_root().obj = {"language": study.settings.language}
    return study, Cache(default_folder() if asked["use_cache"] else None)


def _read_value(said: str) -> Any:
    """Read a value as TOML would, and as plain text where it is none ("08:00", "sst_after")."""
    import tomllib

    try:
        return tomllib.loads(f"value = {said}")["value"]
    except tomllib.TOMLDecodeError:
        return said


def _judge(study: Study, cache: Cache, *, quiet: bool) -> Coverage:
    from geo_access.coverage import check as judge

    with _Bar(quiet=quiet, language=study.settings.language) as bar:
        return judge(study, cache=cache, progress=bar)


def _write_map(coverage: Coverage, path: Path, *, tiles: str | None = None, attribution: str | None = None) -> None:
    from geo_access.maps import coverage_map

    coverage_map(coverage, language=coverage.language, tiles=tiles, attribution=attribution).save(path)


class _Bar:
    """A progress bar on stderr in a terminal; silent in a pipe."""

    def __init__(self, *, quiet: bool, language: Language) -> None:
        self._language = language
        self._shown = not quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._progress: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        if self._shown:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed}/{task.total}"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._progress is None:
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(render(f"results.stage_{stage}", self._language), total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)
