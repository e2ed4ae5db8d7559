"""Fetching the open data of a département into a study's folder.

One way: plan (nobody is asked) -> download -> choose the date -> make the files, source by source -> put them in place
-> `study.toml` -> `study.lock`. A source that fails is named and leaves the others whole; a second run goes on from
there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import tempfile
import time
import zipfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from geo_access.core.addresses import is_address
from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.core.names import is_own_folder, mark_folder
from geo_access.opendata import school_calendar as school_holidays
from geo_access.opendata.departements import Departement, departement_of, find_departement
from geo_access.opendata.downloads import Downloader, Measure
from geo_access.opendata.feed_dates import read_date, settle_date
from geo_access.opendata.folder import StudyFolder, lock_download, locked_item
from geo_access.opendata.school_calendar import SchoolCalendar, read_school_calendar
from geo_access.opendata.source import COMMUNES_FILE, Discovers, Product, Request, Source, Workshop
from geo_access.opendata.study_file import (
    ZONING_FILE,
    StudyFiles,
    find_zoning_column,
    read_document,
    render_study,
    stand_ins,
)
from geo_access.study.lock import read_lock
from geo_access.study.study import FILE_NAME, open_study
from geo_access.texts import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo_access.opendata.folder import State
    from geo_access.opendata.store import Item
    from geo_access.study.lock import Lock
    from geo_access.texts import Language

FEEDS = "gtfs"
RESIDENTS_FILE, SITES_FILE, LOCATED_FILE = "residents_200m.gpkg", "sites.csv", "sites_located.csv"
STREETS_FILE, PRIORITY_FILE = "streets.osm.pbf", "qpv.geojson"
_STALE_S = 6 * 3600.0
_ASIDE = ".fetch-"
_OWN = "study"


@dataclass(frozen=True)
class FetchOrder:
    """What `geo-access fetch` was asked for.

    Attributes
    ----------
    folder
        The study's folder; made where it is missing.
    departement
        A code or a name; None: what the folder says (`study.lock`, `study.toml`, its own name).
    date
        A day, or "next-tuesday"; None: the date of `study.toml`, else the next plain Tuesday.
    only
        Names of sources; none: all.
    feeds
        Addresses of feeds; none: those of the lock, else the one that the source knows.
    locked
        Take the bytes that `study.lock` names, or say what changed.
    force
        Replace files that were edited; they are kept beside.
    language
        Of what is written; None: that of the `study.toml` that is there, else French.
    """

    folder: Path
    departement: str | None = None
    date: str | None = None
    only: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    locked: bool = False
    force: bool = False
    language: Language | None = None


@dataclass(frozen=True)
class Planned:
    """One download of a plan, and how big it would be; or what a source lacks."""

    source: str
    item: Item | None
    measure: Measure


@dataclass(frozen=True)
class Fetched:
    """What came of it.

    Attributes
    ----------
    departement, date
        What was fetched; the date is None where it was not needed.
    states
        What became of each file: ``new``, ``updated``, ``same``, ``kept`` (the user's own was left as it is).
    failures
        The sources that failed, and why.
    skipped
        Sources that could not be made because another failed.
    findings
        What is odd.
    lock
        The lock as it is now.
    transferred
        Bytes that were downloaded, and not found kept.
    """

    departement: Departement
    date: dt.date | None
    states: Mapping[str, State]
    failures: tuple[tuple[str, InputError], ...]
    skipped: tuple[str, ...]
    findings: Findings
    lock: Lock
    transferred: int

    @property
    def complete(self) -> bool:
        """Whether every source did its part."""
        return not self.failures and not self.skipped


def all_sources() -> tuple[Source, ...]:
    """List the sources in the order in which they are made."""
    from geo_access.opendata.sources import SOURCES

    return SOURCES


def plan_fetch(
    order: FetchOrder, *, downloader: Downloader | None = None, sources: Sequence[Source] | None = None
) -> list[Planned]:
    """Say what would be downloaded, from where, and how big it is; transfers and writes nothing.

    Raises
    ------
    InputError
        When the département, the date or a source is not known.
    """
    job = _Job(order, downloader or Downloader(), sources or all_sources(), today=dt.date.max)
    planned = []
    names = [source.name for source in job.chosen]
    chooses = job.request.date is None and FEEDS in names
    for source in [*job.chosen, *([school_holidays.SOURCE] if chooses else [])]:
        try:
            items = source.plan(job.request)
        except InputError as error:
            planned.append(Planned(source.name, None, Measure(None, fault=error)))
            continue
        planned += [Planned(source.name, item, job.downloader.measure(item)) for item in items]
    return planned


def fetch_study(
    order: FetchOrder,
    *,
    downloader: Downloader | None = None,
    sources: Sequence[Source] | None = None,
    today: dt.date | None = None,
    progress: Callable[[str], object] | None = None,
) -> Fetched:
    """Fetch the open data of a département into a study's folder.

    Parameters
    ----------
    order
        What is asked for.
    downloader
        Downloads; by default from the public addresses, kept in the user's cache.
    sources
        By default `all_sources`.
    today
        The study's date is chosen after this day.
    progress
        Is told the name of each source that is being made.

    Raises
    ------
    InputError
        When nothing could be begun: no such département or source, a lock of another département. A source that fails
        is not raised but named in `Fetched.failures`.
    """
    if order.folder.exists() and not order.folder.is_dir():
        raise InputError("fetch.not_folder", file=order.folder)
    new = [folder for folder in (order.folder, *order.folder.parents) if not folder.exists()]
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
        job = _Job(
            order, downloader or Downloader(), sources or all_sources(), today=today or dt.datetime.now(dt.UTC).date()
        )
        _sweep(order.folder)
        base = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=order.folder))
        try:
            mark_folder(base)
            return job.run(base, progress or (lambda _name: None))
        finally:
            shutil.rmtree(base, ignore_errors=True)
            job.downloader.transport.close()
    except OSError as error:
        raise InputError("fetch.folder", file=order.folder, said=error.strerror or type(error).__name__) from error
    finally:
        # Where nothing came, nothing is left: not even the folders that were made for it.
        with contextlib.suppress(OSError):
            for folder in new:
                folder.rmdir()


class _Job:
    """One run."""

    def __init__(self, order: FetchOrder, downloader: Downloader, sources: Sequence[Source], *, today: dt.date) -> None:
        self.order, self.downloader, self.today = order, downloader, today
        self.findings = downloader.findings
        self.failures: dict[str, InputError] = {}
        self.skipped: list[str] = []
        self.transferred = 0
        lock = read_lock(order.folder)
        if order.locked and lock is None:
            raise InputError("fetch.locked_nothing", file=order.folder)
        # The school calendar makes no file: it is asked for where a date has to be chosen.
        calendar = school_holidays.SOURCE.name
        self.chosen = [one for one in _choose_sources(sources, order.only) if one.name != calendar]
        departement = _find_territory(order, lock)
        feeds = order.feeds or (() if lock is None else lock.feeds)
        self.document = read_document(order.folder)
        date = self._read_date(lock)
        language = order.language or self._find_language(lock)
        self.request = Request(departement, order.folder, date, feeds, language)
        self.folder = StudyFolder(order.folder, self.findings, force=order.force, locked=order.locked)

    def run(self, base: Path, progress: Callable[[str], object]) -> Fetched:
        """Do it."""
        drafts, scratch = base / "drafts", base / "scratch"
        for folder in (drafts, scratch):
            folder.mkdir()
        done = {one.name for one in self.chosen if self._attempt(one.name, partial(self._is_done, one))}
        todo = [source for source in self.chosen if source.name not in done | set(self.failures)]
        files: dict[str, dict[str, Path]] = {}
        for source in todo:
            progress(source.name)
            files[source.name] = {}
            self._attempt(source.name, partial(self._download_all, source, files[source.name]))
        todo = [source for source in todo if source.name not in self.failures]
        if any(source.name == FEEDS for source in todo):
            self._attempt(FEEDS, lambda: self._settle_date(files[FEEDS]))
        for source in todo:
            if source.name in self.failures:
                continue
            progress(source.name)
            workshop = Workshop(
                self.request.departement, self.order.folder, drafts, scratch, self.findings,
                partial(self._download, source.name),
            )  # fmt: skip
            if "communes" in source.after and workshop.product(COMMUNES_FILE) is None:
                self.skipped.append(source.name)
                continue
            self._attempt(source.name, partial(self._make, source, files[source.name], workshop))
            self._write_lock()
        self._attempt(_OWN, lambda: self._write_study(drafts))
        lock = self._write_lock()
        self._name_plainly(base)
        return Fetched(
            self.request.departement, self.request.date, dict(self.folder.states), tuple(self.failures.items()),
            tuple(self.skipped), self.findings, lock, self.transferred,
        )  # fmt: skip

    def _name_plainly(self, base: Path) -> None:
        """Call downloads and drafts by their names where findings and failures call them by their paths."""
        folders = (self.downloader.store.folder, base)

        def plain(file: str | None) -> str | None:
            inside = file is not None and any(Path(file).is_relative_to(folder) for folder in folders)
            return Path(file).name if file is not None and inside else file

        told = [replace(finding, file=plain(finding.file)) for finding in self.findings]
        self.findings = Findings()
        self.findings.extend(told)
        for error in self.failures.values():
            error.file = plain(error.file)

    def _attempt(self, name: str, act: Callable[[], object]) -> object:
        """Do one step of a source; keep its failure."""
        try:
            return act()
        except InputError as error:
            self.failures[name] = error
        except OSError as error:
            said = error.strerror or type(error).__name__
            self.failures[name] = InputError("fetch.folder", file=error.filename or self.order.folder, said=said)
        return None

    def _is_done(self, source: Source) -> bool:
        """Whether a source has nothing left to do, as all that the lock names of it is there."""
        return self.order.locked and self.folder.holds_locked(source.name, asked=source.name in self.order.only)

    def _download_all(self, source: Source, files: dict[str, Path]) -> None:
        found = isinstance(source, Discovers)
        if found and self.order.locked and self.folder.old is not None:
            # What a list names today is another matter: the lock names what was taken then.
            named = {name for one in self.folder.old.files if one.source == source.name for name in one.used}
            locked = [one for one in self.folder.old.downloads if one.source == source.name and one.name in named]
            self._download_items(source.name, [locked_item(one) for one in locked], files)
            return
        self._download_items(source.name, source.plan(self.request), files)
        if isinstance(source, Discovers):
            self._download_items(source.name, source.discover(self.request, files), files)

    def _download_items(self, source: str, items: Sequence[Item], files: dict[str, Path]) -> None:
        for item in items:
            try:
                files[item.name] = self._download(source, item)
            except InputError as error:
                if not item.optional:
                    raise
                self.findings.add("warning", error.code, file=error.file, row=error.row, **error.params)

    def _download(self, source: str, item: Item) -> Path:
        expected = None
        if self.order.locked and self.folder.old is not None:
            known = self.folder.old.download(source, item.name)
            if known is not None:
                expected = known.sha256
            elif source != school_holidays.SOURCE.name:
                raise InputError("fetch.locked_unknown", file=item.name)
        got = self.downloader.fetch(item, expected=expected)
        self.transferred += 0 if got.kept else got.size
        self.folder.note([lock_download(source, item, got)])
        return got.path

    def _make(self, source: Source, files: Mapping[str, Path], workshop: Workshop) -> None:
        for product in source.make(self.request, files, workshop):
            self.folder.place(source.name, product, workshop.drafts / product.name)

    def _read_date(self, lock: Lock | None) -> dt.date | None:
        """The date asked for, else the study's, else the lock's; None: to be chosen."""
        if self.order.locked:
            if self.order.date is not None:
                raise InputError("fetch.locked_date")
            return None if lock is None or lock.date is None else dt.date.fromisoformat(lock.date)
        if self.order.date is not None:
            return read_date(self.order.date)
        stated = self.document.get("date")
        return stated if isinstance(stated, dt.date) else None

    def _find_language(self, lock: Lock | None) -> Language:
        """The language of the study that is there, or that was written once."""
        written = None if lock is None else lock.file(FILE_NAME)
        said = self.document.get("language") or (None if written is None else written.params.get("language"))
        return "en" if said == "en" else DEFAULT_LANGUAGE

    def _settle_date(self, files: Mapping[str, Path]) -> None:
        feeds = {name: path for name, path in files.items() if zipfile.is_zipfile(path)}
        date = settle_date(
            feeds,
            self.request.date,
            today=self.today,
            departement=self.request.departement,
            calendar=self._read_calendar,
            lenient=self.order.locked or len(feeds) < len(files),  # a list of feeds is among them
            findings=self.findings,
        )
        self.request = replace(self.request, date=date)

    def _read_calendar(self) -> SchoolCalendar:
        source = school_holidays.SOURCE
        (item,) = source.plan(self.request)
        try:
            path = self._download(source.name, item)
            return read_school_calendar(path, self.request.departement.school_zone)
        except InputError as error:
            self.findings.add("warning", error.code, file=error.file, row=error.row, **error.params)
            return SchoolCalendar()

    def _write_lock(self) -> Lock:
        date = None if self.request.date is None else self.request.date.isoformat()
        return self.folder.write(self.request.departement.code, date, self.request.feeds)

    def _write_study(self, drafts: Path) -> None:
        """Write `study.toml` where it is missing or still as it was written; else say where it differs."""
        folder, date = self.folder, self.request.date
        needed = (COMMUNES_FILE, RESIDENTS_FILE, SITES_FILE, STREETS_FILE)
        missing = [name for name in needed if not folder.has(name)]
        feeds = folder.files_of(FEEDS)
        missing += [] if feeds else ["gtfs/"]
        if date is None and folder.old is not None and folder.old.date is not None:
            date = dt.date.fromisoformat(folder.old.date)
        if not missing and date is not None:
            zoning = find_zoning_column(folder.folder)
            files = StudyFiles(
                communes=COMMUNES_FILE,
                residents=RESIDENTS_FILE,
                sites=LOCATED_FILE if folder.has(LOCATED_FILE) else SITES_FILE,
                streets=(STREETS_FILE,),
                gtfs=tuple(feeds),
                priority_areas=PRIORITY_FILE if folder.has(PRIORITY_FILE) else None,
                sst=None if zoning is None else ZONING_FILE,
                sst_column=zoning or "",
                pole_kinds=stand_ins(folder.folder / SITES_FILE),
                residents_stand_in=folder.is_stand_in(RESIDENTS_FILE),
            )
            draft = drafts / FILE_NAME
            draft.write_text(
                render_study(self.request.departement, date, files, self.request.language),
                encoding="utf-8",
                newline="\n",
            )
            self._place_study(draft)
        elif not folder.has(FILE_NAME):
            self.findings.add(
                "warning", "fetch.study_incomplete", file=folder.folder / FILE_NAME, missing=", ".join(missing)
            )
        if folder.has(FILE_NAME):
            self._compare_study(date)

    def _place_study(self, draft: Path) -> None:
        """Put `study.toml` in place unless the user wrote or edited it; that is no fault and needs no warning."""
        own = Findings()
        shared, self.folder.findings = self.folder.findings, own
        forced, self.folder.force = self.folder.force, False
        locked, self.folder.locked = self.folder.locked, False
        try:
            self.folder.place(_OWN, Product(FILE_NAME, {"language": self.request.language}), draft)
        finally:
            self.folder.findings, self.folder.force, self.folder.locked = shared, forced, locked

    def _compare_study(self, date: dt.date | None) -> None:
        """Say where the study that is there reads other files than those that were fetched, or another date."""
        study = open_study(self.order.folder)
        said = study.settings
        if date is not None and said.date != date:
            self.findings.add(
                "warning", "fetch.study_date", file=study.file, stated=said.date.isoformat(), date=date.isoformat()
            )
        named = [
            said.territory.communes.file, said.residents.file, said.sites.file, *said.walking.streets,
            *said.transit.gtfs, *([] if said.territory.sst is None else [said.territory.sst.file]), *([] if
            said.territory.priority_areas is None else [said.territory.priority_areas.file]),
        ]  # fmt: skip
        lost = [name for name in named if not is_address(name) and not study.path(name).exists()]
        if lost:
            self.findings.add("warning", "fetch.study_missing", file=study.file, files=", ".join(lost))
        if self.folder.has(LOCATED_FILE) and said.sites.file == SITES_FILE:
            self.findings.add("warning", "fetch.study_located", file=study.file)


def _choose_sources(sources: Sequence[Source], only: Sequence[str]) -> list[Source]:
    names = [source.name for source in sources]
    for name in only:
        if name not in names:
            raise InputError("fetch.unknown_source", name=name, known=", ".join(names))
    return [source for source in sources if not only or source.name in only]


def _find_territory(order: FetchOrder, lock: Lock | None) -> Departement:
    """The département asked for, else the one of the lock, of `study.toml`, or of the folder's name."""
    held = None if lock is None else departement_of(lock.departement)
    if order.departement is not None:
        asked = departement_of(order.departement)
        if held is not None and held != asked:
            raise InputError(
                "fetch.other_departement",
                file=order.folder,
                held=f"{held.code} {held.name}",
                asked=f"{asked.code} {asked.name}",
            )
        return asked
    name = read_document(order.folder).get("name")
    found = held or (find_departement(name) if isinstance(name, str) else None)
    found = found or find_departement(order.folder.resolve().name)
    if found is None:
        raise InputError("fetch.no_departement", file=order.folder)
    return found


def _sweep(folder: Path) -> None:
    """Remove what a run that was stopped left behind."""
    for left in folder.glob(f"{_ASIDE}*"):
        if is_own_folder(left) and time.time() - left.stat().st_mtime > _STALE_S:
            shutil.rmtree(left, ignore_errors=True)
