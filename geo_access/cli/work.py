"""What every command on a study does: open it, say how far the work is, hand over the answer."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from geo_access.cli.bar import Bar
from geo_access.cli.options import language_of
from geo_access.core import limits
from geo_access.core.errors import InputError, SettingsError
from geo_access.core.files import write_bytes_atomically, write_text_atomically
from geo_access.core.terminal import guard, say, write_document
from geo_access.texts import render

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from types import TracebackType

    from geo_access.analysis.robustness import Robustness
    from geo_access.core.cache import Cache
    from geo_access.routing.travel_times import TravelTimes
    from geo_access.study.study import Study
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

#: Commands whose own output says on which scenario it stands.
_SAY_THEMSELVES = (
    "check", "map", "atlas", "brief", "compare", "explain", "place", "redraw", "caravan", "fairness", "robustness",
)  # fmt: skip


class Work:
    """A study with what it is worked on with: the cache, the progress bar and who computes. A context manager.

    Parameters
    ----------
    study
        The study, or the one whose language is spoken where there are several.
    asked
        The values of the common options (`geo_access.cli.options`).
    """

    def __init__(self, study: Study, asked: dict[str, Any]) -> None:
        from geo_access.core.cache import Cache, default_folder

        self.study = study
        self.language: Language = study.settings.language
        self.cache: Cache = Cache(default_folder() if asked["use_cache"] else None)
        self.bar = Bar(quiet=asked["quiet"], language=self.language)
        self._asked = asked
        self._open = ExitStack()

    @cached_property
    def executor(self) -> Executor | None:
        """Who computes; opened when it is first asked for, so that wrong options are told before processes start."""
        from geo_access.core.parallel import open_executor

        asked = self._asked
        return self._open.enter_context(open_executor(jobs=asked.get("jobs"), scheduler=asked.get("scheduler")))

    def __enter__(self) -> Self:
        self._open.enter_context(self.bar)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def judge(self) -> Coverage:
        """Judge the study."""
        from geo_access.verdict.judging import check

        return check(self.study, cache=self.cache, progress=self.bar, executor=self.executor)

    def check_robustness(self) -> Robustness:
        """Judge the study again under the range of what nobody knows; what was found before is not computed again."""
        from geo_access.analysis.robustness import check_robustness

        return check_robustness(self.study, cache=self.cache, progress=self.bar, executor=self.executor)

    def open_times(self) -> TravelTimes:
        """Open the study's travel times."""
        from geo_access.routing.travel_times import open_times

        return open_times(self.study, cache=self.cache, progress=self.bar)


def open_work(asked: dict[str, Any]) -> Work:
    """Open the study that the common options ask for, and what it is worked on with."""
    return Work(open_asked(asked), asked)


def open_asked(asked: dict[str, Any]) -> Study:
    """Open the study that the common options ask for."""
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
    if asked.get("allow_partial"):
        changes["walking.allow_partial"] = True
    if asked["scenarios"]:
        changes["scenario.file"] = [_name_beside(asked["study"], file) for file in asked["scenarios"]]
    edits = _list_site_edits(asked)
    if edits:
        changes["scenario.site_edits"] = edits
    try:
        study = open_study(asked["study"], changes=changes)
    except SettingsError as error:
        typed = [one for one in asked["changes"] if _is_faulty(one.partition("=")[0].strip(), error)]
        if error.code != "study.invalid" or not typed:
            raise
        # A study that is sound by itself is not at fault for what an option says.
        open_study(asked["study"])
        said: dict[str, Any] = error.params
        raise SettingsError(error.code, file=limits.shorten(f"--set {' '.join(typed)}"), **said) from None
    _report_hypothesis(study)
    click.get_current_context().find_root().obj = {"language": study.settings.language}
    return study


def _is_faulty(key: str, error: SettingsError) -> bool:
    """Whether an error speaks of a key, of what lies in it, or of a table that it lies in."""
    parts = key.split(".")
    tables = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    said = error.text("en")
    return f"“{key}." in said or any(f"“{one}”" in said for one in tables)


def _read_value(key: str, said: str) -> Any:
    """Read a value as TOML would, and as plain text where it is none ("08:00", "sst_after")."""
    import tomllib

    try:
        return limits.parse_toml(f"value = {said}", file=f"--set {key}")["value"]
    except tomllib.TOMLDecodeError:
        return said


def _list_site_edits(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the options ask of the sites, in the order add, move, close, open; see `options.site_options`."""
    from geo_access.study.site_edits import read_added, read_moved

    return [
        *(read_added(said) for said in asked.get("add_site", ())),
        *(read_moved(said) for said in asked.get("move_site", ())),
        *({"edit": "close_site", "site": [said]} for said in asked.get("close_site", ())),
        *({"edit": "open_site", "site": [said]} for said in asked.get("open", ())),
    ]


def _report_hypothesis(study: Study) -> None:
    """Say on stderr that what follows stands on a scenario, for commands whose output does not."""
    stated = study.settings.scenario
    open_planned = study.settings.policy.planned == "open"
    if click.get_current_context().info_name in _SAY_THEMSELVES:
        return
    if not (stated.files or stated.site_edits or open_planned):
        return
    from geo_access.study.scenario import read_scenarios
    from geo_access.study.site_edits import describe_edit

    language = study.settings.language
    scenario = read_scenarios([(file, study.path(file)) for file in stated.files], stated.site_edits)
    if scenario.names:
        names, listed = " + ".join(scenario.names), ", ".join(Path(file).name for file in stated.files)
        code = "scenario.note" if scenario.line_edits or scenario.street_edits else "scenario.note_file"
        say(render(code, language, names=names, files=listed), err=True)
    edits = "; ".join(describe_edit(one.edit, language) for one in scenario.site_edits)
    if edits:
        say(render("scenario.note_sites", language, edits=edits), err=True)
    if open_planned:
        say(render("scenario.note_planned", language), err=True)


def _name_beside(study: Path | None, file: Path) -> str:
    """Name a file as a study names its own: from the study's folder."""
    if study is None:
        return str(file.absolute())
    folder = study if study.is_dir() else study.parent
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return str(file.absolute())


def deliver(said: str | bytes, form: str, output: Path | None) -> None:
    """Hand over what a command answers: on the screen, or whole in a file."""
    if isinstance(said, bytes):
        write_workbook(said, output)
    elif output is not None:
        write_text_atomically(output, guard(said) if form == "table" else said)
        point_to_workbook(output)
    elif form == "table":
        say(said.rstrip("\n"))
    else:
        write_document(said)


def write_workbook(data: bytes, output: Path | None) -> None:
    """Write a workbook to a file, or to a program that reads the standard output."""
    if output is not None:
        write_bytes_atomically(output, data)
        return
    if sys.stdout.isatty():
        raise InputError("commands.xlsx_screen")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def point_to_workbook(output: Path) -> None:
    """Say of a CSV that was written how a spreadsheet program gets it whole."""
    if output.suffix.lower() == ".csv":
        say(render("commands.csv_plain", language_of(click.get_current_context())), err=True)
