"""What a study names by its https address: fetched once, kept with the other downloads, and named in `study.lock`.

No server is asked again for what is kept, so that a verdict stays what it was, with or without a network; who wants the
latest asks for it (`geo-access fetch STUDY --refresh`). Servers are asked through the same guard as those of
`geo-access fetch`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo_access.core.addresses import forget_fetched, is_address
from geo_access.core.errors import InputError, warn
from geo_access.core.files import write_text_atomically
from geo_access.opendata.downloads import Downloader
from geo_access.opendata.folder import lock_download
from geo_access.opendata.sources.gtfs import name_items
from geo_access.opendata.store import ODBL, Item
from geo_access.study.lock import LOCK_NAME, STUDY_SOURCE, read_lock

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.opendata.downloads import Download
    from geo_access.study.study import Study

_STREET_ENDINGS = (".osm", ".osm.pbf", ".pbf", ".osm.gz", ".osm.bz2")
_MAX_STREET_BYTES = 8_000_000_000


@dataclass(frozen=True)
class Refreshed:
    """What an address gives now.

    Attributes
    ----------
    address
        The address.
    sha256, fetched
        Of its bytes, and the day on which they came.
    changed
        Whether they are others than those that were kept.
    """

    address: str
    sha256: str
    fetched: str
    changed: bool


def make_downloader() -> Downloader:
    """Return what asks servers for a study's addresses."""
    return Downloader()


def fetch_address(address: str, folder: Path) -> Path:
    """Return the file that an address names: the bytes of `study.lock` where it names them, else those that are kept.

    Raises
    ------
    InputError
        When nothing is kept and the server does not answer, gives something else, or gives other bytes than those of
        `study.lock`.
    """
    lock, item = read_lock(folder), _make_item(address)
    entry = None if lock is None else lock.download(STUDY_SOURCE, address)
    downloader = make_downloader()
    store = downloader.store
    known = store.kept(store.key(address, None))
    wanted = entry.sha256 if entry is not None else None if known is None else known.sha256
    path = None if wanted is None else store.body(wanted, item.name)
    if path is not None:
        return path
    warn("fetch.address_asked", address=address, folder=store.folder)
    try:
        got = downloader.fetch(item, expected=None if entry is None else entry.sha256)
    except InputError as error:
        if error.code != "fetch.locked_changed":
            raise
        told: dict[str, Any] = {"expected": error.params["expected"], "found": error.params["found"]}
        raise InputError("fetch.address_moved", file=address, folder=folder, **told) from error
    finally:
        downloader.transport.close()
    if entry is None:
        _note(folder, item, got)
    return got.path


def refresh_addresses(study: Study, downloader: Downloader | None = None) -> list[Refreshed]:
    """Ask again for all that a study names by its address.

    Raises
    ------
    InputError
        As `fetch_address`; or the study names nothing by its address.
    """
    settings = study.settings
    addresses = [name for name in (*settings.walking.streets, *settings.transit.gtfs) if is_address(name)]
    if not addresses:
        raise InputError("fetch.address_none", file=study.file)
    downloader = downloader or make_downloader()
    found = []
    try:
        for address in addresses:
            item = _make_item(address)
            before = downloader.store.kept(downloader.store.key(address, None))
            got = downloader.fetch(item)
            _note(study.folder, item, got)
            changed = before is None or before.sha256 != got.sha256
            found.append(Refreshed(address, got.sha256, got.fetched, changed))
    finally:
        downloader.transport.close()
        forget_fetched()
    return found


def _make_item(address: str) -> Item:
    path = address.partition("?")[0].partition("#")[0].lower()
    if path.endswith(_STREET_ENDINGS):
        name = path.rpartition("/")[2]
        kind = "pbf" if path.endswith(".pbf") else "any"
        return Item(name, address, kind, _MAX_STREET_BYTES, ODBL, "© OpenStreetMap contributors")  # type: ignore[arg-type]  # one of its kinds
    return name_items([address])[0]


def _note(folder: Path, item: Item, got: Download) -> None:
    """Name the bytes in the study's lock, where it has one; a folder that may not be written to stays as it is."""
    lock = read_lock(folder)
    if lock is None:
        return
    entry = replace(lock_download(STUDY_SOURCE, item, got), name=item.address)
    others = tuple(one for one in lock.downloads if (one.source, one.name) != (STUDY_SOURCE, item.address))
    with suppress(InputError):
        write_text_atomically(folder / LOCK_NAME, replace(lock, downloads=(*others, entry)).text())
