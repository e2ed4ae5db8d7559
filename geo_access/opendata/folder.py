"""Putting fetched files into a study's folder, and keeping `study.lock`: what the user edited is not overwritten."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from geo_access.core.cache import hash_file
from geo_access.core.errors import InputError
from geo_access.core.files import write_text_atomically
from geo_access.core.names import is_inside_name, leads_outside
from geo_access.opendata.store import Item, Licence, body_hash
from geo_access.study.lock import LOCK_NAME, STUDY_SOURCE, Lock, LockedDownload, LockedFile, read_lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from geo_access.core.findings import Findings
    from geo_access.opendata.downloads import Download
    from geo_access.opendata.source import Product

State = Literal["new", "updated", "same", "kept"]
#: A file that has grown is to be called changed, not too big.
_ROOM = 1_000_000_000


@dataclass
class StudyFolder:
    """A study's folder and its lock.

    Attributes
    ----------
    folder
        The folder.
    findings
        Takes what is odd: files that the user edited.
    force
        Replace edited files; they are kept beside under another name.
    locked
        Nothing may differ from the lock.
    old
        The lock as it was.
    states
        What became of each file.
    """

    folder: Path
    findings: Findings
    force: bool = False
    locked: bool = False
    old: Lock | None = None
    states: dict[str, State] = field(default_factory=dict)
    _files: dict[str, LockedFile] = field(default_factory=dict)
    _downloads: dict[tuple[str, str], LockedDownload] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.old = read_lock(self.folder)
        if self.old is not None:
            self._files = {one.file: one for one in self.old.files}
            self._downloads = {(one.source, one.name): one for one in self.old.downloads}

    def place(self, source: str, product: Product, draft: Path) -> State:
        """Put a product in place unless the user's own file stands there.

        Raises
        ------
        InputError
            With `locked`, when the product is not the one that the lock names, or the file in the folder is not.
        """
        target = self.inside(product.name)
        made = hash_file(draft)
        entry = LockedFile(
            product.name, source, made, draft.stat().st_size, tuple(product.used), dict(product.params), product.once
        )
        known = self._files.get(product.name)
        found = hash_file(target) if target.is_file() else None
        if self.locked and not product.once:
            self._compare(product.name, known, made)
        # A file that holds what would be written, or what was written last, is ours.
        ours = found in (None, made) or (known is not None and found == known.sha256)
        state: State = "same" if found == made else "new" if found is None else "updated"
        if product.once and found not in (None, made):
            state = "kept"
        elif not ours and not self.force:
            if self.locked and known is not None:
                raise InputError("fetch.locked_edited", file=target, expected=known.sha256, found=found)
            code = "fetch.kept_edited" if known is not None else "fetch.kept_own"
            self.findings.add("warning", code, file=target)
            state = "kept"
        elif not ours:
            self.findings.add("info", "fetch.set_aside", file=target, aside=_set_aside(target).name)
        if state == "kept":
            draft.unlink()
        elif state == "same":
            draft.unlink()
            self._files[product.name] = entry
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(target)
            self._files[product.name] = entry
        self.states[product.name] = state
        return state

    def inside(self, name: str) -> Path:
        """Return where a file stands, whose folder no link may lead out of the study's.

        Raises
        ------
        InputError
            When it would stand elsewhere.
        """
        target = self.folder / name
        if not is_inside_name(name) or leads_outside(self.folder, target.parent):
            raise InputError("fetch.outside", file=target)
        return target

    def holds_locked(self, source: str, *, asked: bool) -> bool:
        """Whether every file that the lock names for a source is in the folder with the bytes that it names.

        So it is for a source that made nothing when the lock was written.

        Parameters
        ----------
        asked
            Whether the source was asked for by name, so that it has to have a file.

        Raises
        ------
        InputError
            When a file is there with other bytes, and was not the user's to change; or when the lock names none of a
            source that was asked for, or none at all.
        """
        if self.old is None:
            return False
        files = [one for one in self.old.files if one.source == source]
        if not files and (asked or not self.old.files):
            raise InputError("fetch.locked_no_file", file=self.folder / LOCK_NAME)
        there = True
        for one in files:
            path = self.inside(one.file)
            found = hash_file(path) if path.is_file() else None
            if found is not None and found != one.sha256 and not one.once and not self.force:
                raise InputError("fetch.locked_edited", file=path, expected=one.sha256, found=found)
            there = there and (found == one.sha256 or (one.once and found is not None))
        if there:
            self.states.update(dict.fromkeys((one.file for one in files), "same"))
        return there

    def note(self, downloads: Iterable[LockedDownload]) -> None:
        """Note downloads; one with the bytes that the lock knows keeps the day on which they came."""
        for one in downloads:
            known = self._downloads.get((one.source, one.name))
            same = known is not None and (known.sha256, known.address) == (one.sha256, one.address)
            self._downloads[one.source, one.name] = (
                replace(one, fetched=known.fetched, published=known.published) if same and known is not None else one
            )

    def files_of(self, source: str) -> list[str]:
        """Files that the lock now names for a source and that are in the folder."""
        return sorted(
            one.file for one in self._files.values() if one.source == source and (self.folder / one.file).is_file()
        )

    def has(self, name: str) -> bool:
        """Whether a file is in the folder."""
        return (self.folder / name).is_file()

    def is_stand_in(self, name: str) -> bool:
        """Whether a file in the folder was made for want of the data that it stands for."""
        known = self._files.get(name)
        return known is not None and known.stands_in and self.has(name)

    def write(self, departement: str, date: str | None, feeds: Sequence[str]) -> Lock:
        """Write `study.lock`: the files, and the downloads that they were made of; nothing where none came."""
        if self.locked and self.old is not None and not self.states:
            return self.old  # a lock that nothing could be made of stays as it is
        used = {(one.source, name) for one in self._files.values() for name in one.used}
        lock = Lock(
            departement,
            date if date is not None else (None if self.old is None else self.old.date),
            tuple(feeds) or (() if self.old is None else self.old.feeds),
            tuple(one for key, one in self._downloads.items() if key in used or key[0] == STUDY_SOURCE),
            tuple(self._files.values()),
        )
        if self.old is None and not self._files:
            return lock
        path = self.folder / LOCK_NAME
        if leads_outside(self.folder, path):
            raise InputError("fetch.outside", file=path)
        text = lock.text()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_text_atomically(path, text)
        return lock

    def _compare(self, name: str, known: LockedFile | None, made: str) -> None:
        if known is None:
            raise InputError("fetch.locked_unknown", file=self.folder / name)
        if known.sha256 != made:
            raise InputError("fetch.locked_made", file=self.folder / name, expected=known.sha256, found=made)


def lock_download(source: str, item: Item, got: Download) -> LockedDownload:
    """Write a download down as the lock does."""
    return LockedDownload(
        source, item.name, item.address, got.fetched, got.sha256, got.size, item.licence.name, item.licence.address,
        item.attribution, got.published, body_hash(item),
    )  # fmt: skip


def locked_item(one: LockedDownload) -> Item:
    """What to ask for to get a locked download again; its hash is compared by who asks."""
    licence = Licence(one.licence, one.licence_address)
    return Item(one.name, one.address, "any", one.size + _ROOM, licence, one.attribution)


def _set_aside(path: Path) -> Path:
    """Move a file to a free name beside it."""
    number = 0
    while True:
        aside = path.with_name(f"{path.name}.kept{number or ''}")
        if not aside.exists():
            path.rename(aside)
            return aside
        number += 1
