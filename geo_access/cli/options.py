"""What the commands share: the options of a study, opening and judging it, the language, the progress bar."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click
from click.core import ParameterSource

from geo_access.cli.language import VARIABLE
from geo_access.core import limits
from geo_access.core.errors import InputError, SettingsError
from geo_access.core.terminal import guard, line, make_console, say, write_document
from geo_access.texts import DEFAULT_LANGUAGE, LANGUAGES, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

    from geo_access.core.cache import Cache
    from geo_access.study.study import Study
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage


def language_of(ctx: click.Context) -> Language:
    """Return the language asked for, as far as the command line says."""
    while ctx is not None:
        chosen = ctx.params.get("language") or (ctx.obj or {}).get("language")
        if chosen in LANGUAGES:
            return chosen  # type: ignore[no-any-return]  # just checked
        if ctx.parent is None:
            break
        ctx = ctx.parent
    return DEFAULT_LANGUAGE


#: Under which the context knows how far a command is.
_STAGE = "geo_access.stage"


def name_doing(ctx: click.Context) -> str:
    """Name what is being done: ``geo-access check (timetable)``."""
    stage = ctx.find_root().meta.get(_STAGE)
    called = f"geo-access {ctx.invoked_subcommand or ''}".rstrip()
    return called if stage is None else f"{called} ({stage})"


def _keep_language(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    root = ctx.find_root()
    kept = (root.obj or {}).get("language")
    # Before the command's name counts unless it is said after it, too; the variable says least.
    if kept is not None and ctx.get_parameter_source(str(param.name)) is not ParameterSource.COMMANDLINE:
        return str(kept)
    if value is not None:
        root.obj = {**(root.obj or {}), "language": value}
    return value


def language_option(said: str, *, handed_on: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option of the language, with its help; whether the command is handed it."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        callback=_keep_language,
        is_eager=True,
        expose_value=handed_on,
        envvar=VARIABLE,
        help=said,
    )


def study_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument and the options that every command on a study takes."""
    argument = click.argument("study", required=False, type=click.Path(path_type=Path))
    return argument(_change_options(worker_options(common_options(command))))


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what `study_options` adds, for a command that reads a study's files and computes no travel times."""
    argument = click.argument("study", required=False, type=click.Path(path_type=Path))
    return argument(_change_options(common_options(command)))


def studies_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what `study_options` adds, for a command that takes several studies."""
    argument = click.argument("studies", nargs=-1, metavar="[STUDY]...", type=click.Path(path_type=Path))
    return argument(_change_options(worker_options(common_options(command))))


def worker_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say who computes."""
    for option in reversed(
        [
            click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Compute in N processes."),
            click.option(
                "--scheduler", metavar="ADDRESS", help="Compute on the Dask cluster of this scheduler, tcp://host:8786."
            ),
        ]
    ):
        command = option(command)
    return command


def _change_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        [
            click.option(
                "--set",
                "changes",
                multiple=True,
                metavar="KEY=VALUE",
                help="Change a setting of the study, e.g. departures.from=08:00. May be repeated.",
            ),
            click.option("--preset", help="Judge by this preset, e.g. discours-2023-06."),
            click.option("--zoning", metavar="COLUMN", help="Take the SST from this column, e.g. sst_after."),
            click.option(
                "--scenario",
                "scenarios",
                multiple=True,
                metavar="FILE",
                type=click.Path(path_type=Path),
                help="Change lines, stops or streets as this TOML file says, e.g. line-15-sud.toml. May be repeated.",
            ),
        ]
    ):
        command = option(command)
    return command


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every command that judges takes, whatever its studies are called."""
    for option in reversed(
        [
            language_option("Language of what people read (the study's, else fr)."),
            click.option("--cache/--no-cache", "use_cache", default=True, help="Keep prepared networks and times."),
            click.option("--quiet", is_flag=True, help="No progress bar."),
        ]
    ):
        command = option(command)
    return command


def open_asked(asked: dict[str, Any]) -> tuple[Study, Cache]:
    """Open the study that the common options ask for, and the cache."""
    from geo_access.core.cache import Cache, default_folder
    from geo_access.study.study import open_study

    changes: dict[str, Any] = {}
    for change in asked["changes"]:
        key, equals, value = change.partition("=")
        if not equals or not key.strip():
            raise SettingsError("study.wrong_change", change=change)
        changes[key.strip()] = _read_value(key.strip(), value.strip())
    if asked["preset"]:
        changes["policy.preset"] = asked["preset"]
    if asked["zoning"]:
        changes["territory.sst.column"] = asked["zoning"]
    if asked["language"]:
        changes["language"] = asked["language"]
    if asked.get("scenarios"):
        changes["scenario"] = {"file": [name_beside(asked["study"], file) for file in asked["scenarios"]]}
    study = open_study(asked["study"], changes=changes)
    _report_hypothesis(study)
    click.get_current_context().find_root().obj = {"language": study.settings.language}
    return study, Cache(default_folder() if asked["use_cache"] else None)


def deliver(said: str, form: str, output: Path | None) -> None:
    """Hand over what a command answers: on the screen, or whole in a file."""
    if output is not None:
        from geo_access.core.files import write_text_atomically

        write_text_atomically(output, guard(said) if form == "table" else said)
    elif form == "table":
        say(said.rstrip("\n"))
    else:
        write_document(said)


#: Commands whose own output says on which scenario it stands.
_SAY_THEMSELVES = ("check", "map", "brief", "compare")


def _report_hypothesis(study: Study) -> None:
    """Say on stderr that what follows stands on a scenario, for commands whose output does not."""
    files = study.settings.scenario.files
    if not files or click.get_current_context().info_name in _SAY_THEMSELVES:
        return
    from geo_access.study.scenario import read_scenarios

    names = " + ".join(read_scenarios([(file, study.path(file)) for file in files]).names)
    listed = ", ".join(Path(file).name for file in files)
    say(render("scenario.note", study.settings.language, names=names, files=listed), err=True)


def name_beside(study: Path | None, file: Path) -> str:
    """Name a file as a study names its own: from the study's folder."""
    if study is None:
        return str(file.absolute())
    folder = study if study.is_dir() else study.parent
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return str(file.absolute())


#: How a file's name may end, by what is written to it.
_ENDINGS: dict[str, tuple[str, ...]] = {
    "table": (".txt",),
    "json": (".json",),
    "csv": (".csv",),
    "markdown": (".md", ".markdown"),
    "geojson": (".geojson", ".json"),
    "html": (".html", ".htm"),
}


def check_ending(path: Path | None, form: str) -> None:
    """Refuse a file whose name ends in something else than what is written to it; before anything is computed.

    A name without an ending is taken as it is, but for a page, and so is what is no file (``/dev/null``).

    Parameters
    ----------
    path
        The file asked for, if any.
    form
        The value of ``--format``, or ``html`` for a page.

    Raises
    ------
    InputError
        When the name ends in something else.
    """
    if path is None or (path.exists() and not path.is_file()):
        return
    known = _ENDINGS[form]
    ending = path.suffix.lower()
    if ending in known or (not ending and form != "html"):
        return
    if form == "html":
        raise InputError("commands.output_format", file=path, known=", ".join(known))
    raise InputError("commands.output_form", file=path, form=form, known=", ".join(known))


def _read_value(key: str, said: str) -> Any:
    """Read a value as TOML would, and as plain text where it is none ("08:00", "sst_after")."""
    import tomllib

    try:
        return limits.parse_toml(f"value = {said}", file=f"--set {key}")["value"]
    except tomllib.TOMLDecodeError:
        return said


@contextmanager
def open_workers(asked: dict[str, Any]) -> Iterator[Executor | None]:
    """Open the executor that the options ask for; None where they ask for none."""
    from geo_access.core.parallel import open_executor

    with open_executor(jobs=asked["jobs"], scheduler=asked["scheduler"]) as executor:
        yield executor


def judge_asked(study: Study, cache: Cache, asked: dict[str, Any]) -> Coverage:
    """Judge a study by whom the options ask for, with a progress bar."""
    from geo_access.verdict.judging import check as judge

    with open_workers(asked) as executor, Bar(quiet=asked["quiet"], language=study.settings.language) as bar:
        return judge(study, cache=cache, progress=bar, executor=executor)


def write_map(coverage: Coverage, path: Path, *, tiles: str | None = None, attribution: str | None = None) -> None:
    """Write the coverage map."""
    from geo_access.report.map.coverage_map import coverage_map

    coverage_map(coverage, language=coverage.language, tiles=tiles, attribution=attribution).save(path)


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
