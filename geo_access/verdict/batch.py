"""Judging many studies: each is one task for a worker that sees its files, else its sites are.

A worker judges a study whole, reading its files and sharing the caller's cache, and sends back the verdict's tables: no
network crosses the border at all. A worker that does not see the files (another machine without a shared file system)
says so; the study is then opened here and its sites are handed out instead, as `check` does with an executor.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo_access.core.cache import Cache, default_folder
from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError, InputError
from geo_access.core.findings import Finding, Findings
from geo_access.core.parallel import Answer, Sendings, TaskRunner, works_elsewhere
from geo_access.core.progress import no_progress
from geo_access.routing.remote import check_source, name_source, name_worker, pack
from geo_access.routing.travel_times import TravelTimes
from geo_access.study.inputs.file_checks import list_parts
from geo_access.study.inputs.inputs import Inputs, list_files
from geo_access.study.study import Study, take_study
from geo_access.verdict.coverage import Coverage, take_judged
from geo_access.verdict.judging import check

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from geo_access.core.progress import Progress

#: A study's verdict, about (bytes): how many may wait to be read.
_VERDICT_BYTES = 16 * 2**20

Stamp = tuple[tuple[str, int, int], ...]


def check_many(
    studies: Iterable[Study],
    *,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
    sendings: Sendings | None = None,
) -> Iterator[Coverage]:
    """Judge many studies, as `check` judges one.

    Parameters
    ----------
    studies
        From `open_study`.
    cache
        Where prepared networks and times are kept; the user's cache folder by default, ``Cache(None)`` for none.
    progress
        Told how many studies are done.
    executor
        Who judges: a pool of processes or a cluster; by default one study after the other, with the threads of this
        process.
    sendings
        Counts what goes out to workers.

    Yields
    ------
    Coverage
        In the order of `studies`; a few are ready before they are asked for.

    Raises
    ------
    InputError
        When an input or a setting of the next study cannot be used; a note names the study.
    """
    if isinstance(studies, (Study, str)) or not isinstance(studies, Iterable):
        raise ArgumentError("queries.studies_wanted", said=describe(studies))
    asked = [take_study(study) for study in studies]
    for study, found in zip(asked, try_many(asked, cache, progress, executor, sendings), strict=True):
        if isinstance(found, InputError):
            found.add_note(f"{study.settings.name} ({study.file or '-'})")
            raise found
        yield found


def judge_pair(
    before: Coverage | Study,
    after: Coverage | Study,
    *,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> tuple[Coverage, Coverage]:
    """Return two coverages, where studies are given after judging them; as `check_many`."""
    sides = take_judged(before), take_judged(after)
    given = [side for side in sides if isinstance(side, Study)]
    judged = check_many(given, cache=cache, progress=progress, executor=executor)
    old, new = [next(judged) if isinstance(side, Study) else side for side in sides]
    return old, new


def try_many(
    studies: Sequence[Study],
    cache: Cache | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
    sendings: Sendings | None = None,
) -> Generator[Coverage | InputError]:
    """Judge many studies, as `check_many`; a study that cannot be judged yields its error instead of raising it."""
    kept = Cache(default_folder()) if cache is None else cache
    counted = Sendings() if sendings is None else sendings

    def judge_here(study: Study) -> Coverage | InputError | None:
        return _try(study, kept, None)

    def judge_unseen(study: Study, verdict: _Verdict | None) -> Coverage | InputError:
        # What a worker found wrong is found again here, where files have the names that the caller knows.
        if verdict is None or verdict.coverage is None:
            return _try(study, kept, executor)
        return verdict.restore(study, kept)

    runner: TaskRunner[Study, Coverage | InputError | None]
    if works_elsewhere(executor):
        runner = TaskRunner(
            executor, judge_here, answer_study, lambda study: _pack_study(study, kept), judge_unseen, sendings=counted
        )
        results: Iterator[Coverage | InputError | None] = runner.map(studies, item_bytes=_VERDICT_BYTES)
    else:
        results = (_try(study, kept, executor) for study in studies)
    progress("studies", 0, len(studies))
    with closing(results):  # type: ignore[type-var]  # both are generators
        for done, (study, found) in enumerate(zip(studies, results, strict=True), start=1):
            yield _try(study, kept, executor) if found is None else found
            progress("studies", done, len(studies))


def _try(study: Study, cache: Cache, executor: Executor | None) -> Coverage | InputError:
    try:
        return check(study, cache=cache, executor=executor)
    except InputError as error:
        return error


# What crosses the border


@dataclass(frozen=True)
class _StudyTask:
    """A study to judge: its settings, its files as the caller sees them, and the caller's cache."""

    study: Study
    stamps: Stamp
    cache: Cache
    source: tuple[str, str]


@dataclass(frozen=True)
class _Verdict:
    """A coverage without its travel times; None where the study has a fault."""

    coverage: Coverage | None
    inputs: Inputs | None = None
    folder: Path | None = None

    def restore(self, study: Study, cache: Cache) -> Coverage:
        """Return the coverage as if it had been judged here: files are named as the caller names them."""
        if self.coverage is None or self.inputs is None or self.folder is None:
            raise TypeError
        far, near = str(self.folder), study.folder
        findings = Findings()
        findings.extend(_rename(finding, far, near) for finding in self.inputs.findings)
        inputs = replace(self.inputs, study=study, findings=findings)
        told = tuple(_rename(finding, far, near) for finding in self.coverage.findings)
        return replace(self.coverage, findings=told, times=TravelTimes(inputs, cache=cache))


def _pack_study(study: Study, cache: Cache) -> bytes:
    folder = None if cache.folder is None else cache.folder.absolute()
    there = study if study.file is None else replace(study, file=study.file.absolute())
    return pack(_StudyTask(there, stamp_files(study), Cache(folder, cache.max_bytes), name_source()))


def answer_study(task: bytes, _payload: bytes | None, _ticket: str) -> Answer:
    """Judge a packed study in a worker; the answer is empty where this process does not see the study's files.

    Raises
    ------
    ClusterError
        When this process runs another version of the package than the caller.
    """
    asked: _StudyTask = pickle.loads(task)  # noqa: S301 -- from the caller, who could run any code here anyway
    check_source(asked.source)
    # A file that is missing for the caller too is the caller's to name.
    if stamp_files(asked.study) != asked.stamps:
        return Answer(name_worker(), done=True)
    cache = asked.cache
    if cache.folder is not None and not cache.folder.is_dir():
        cache = Cache(default_folder(), cache.max_bytes)
    try:
        # The other cores have studies of their own.
        with ThreadPoolExecutor(1) as alone:
            coverage = check(asked.study, cache=cache, executor=alone)
    except InputError:
        return Answer(name_worker(), done=True, value=_Verdict(None))
    if coverage.times is None:
        raise TypeError
    inputs = coverage.times.inputs
    verdict = _Verdict(replace(coverage, times=None), inputs, asked.study.folder)
    return Answer(name_worker(), done=True, value=verdict)


def stamp_files(study: Study) -> Stamp:
    """Say which files this process sees: (name, bytes, time of change in nanoseconds) of each that the study names."""
    return tuple(_stamp(name, study.path(name)) for name in list_files(study) if name not in study.held)


def _stamp(name: str, path: Path) -> tuple[str, int, int]:
    try:
        files = [path, *(sorted(path.rglob("*")) if path.is_dir() else list_parts(path))]
        parts = [part.stat() for part in files]
    except OSError:
        return name, -1, -1
    return name, sum(part.st_size for part in parts), max(part.st_mtime_ns for part in parts)


def _rename(finding: Finding, far: str, near: Path) -> Finding:
    """Name the files of a finding as they are named here."""

    def name(said: Any) -> Any:
        if isinstance(said, str) and said.startswith(far + "/"):
            return str(near / said[len(far) + 1 :])
        return said

    params = {key: name(value) for key, value in finding.params.items()}
    return replace(finding, file=name(finding.file), params=params)
