"""What a source of open data is: what it downloads, and the files of a study that it makes of it.

A source is one module of `geo_access.opendata.sources` with one object `SOURCE`. Its `plan` says, without any network,
what it would download; its `make` reads the downloads and writes files of the study. Everything else (asking, resuming,
checking, caching, placing, locking, crediting) is done for it.
"""

from __future__ import annotations

import fnmatch
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from geo_access.core.errors import InputError
from geo_access.opendata.store import LICENCE_MOBILITES, LICENCE_OUVERTE, ODBL, Item, Kind, Licence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo_access.core.findings import Findings
    from geo_access.opendata.departements import Departement
    from geo_access.texts import Language

__all__ = [
    "LICENCE_MOBILITES",
    "LICENCE_OUVERTE",
    "ODBL",
    "Discovers",
    "Item",
    "Kind",
    "Licence",
    "Product",
    "Request",
    "Source",
    "Workshop",
]

COMMUNES_FILE = "communes.geojson"


@dataclass(frozen=True)
class Request:
    """What the user asked for.

    Attributes
    ----------
    departement
        Which territory.
    folder
        The study's folder.
    date
        The study's date; None while planning, where it hangs on the feeds' calendars, and where no feed is fetched
        and nobody named a date. The source of the feeds always makes its files with one.
    feeds
        Addresses of feeds that the user gave; none: the one that the source knows.
    language
        Of what is written for people.
    street_margin_m, feed_margin_m
        How far around the territory streets and stops are kept (metres).
    """

    departement: Departement
    folder: Path
    date: dt.date | None = None
    feeds: tuple[str, ...] = ()
    language: Language = "fr"
    street_margin_m: float = 2000.0
    feed_margin_m: float = 2000.0


@dataclass(frozen=True)
class Product:
    """One file of the study that a source made.

    Attributes
    ----------
    name
        Its path in the study's folder, POSIX: ``"gtfs/idfm.zip"``.
    params
        What shaped it, as JSON values: the margin, the filters, the vintage, the service days.
    used
        Names of the source's items that it was made of.
    once
        The user's from then on: written only where it is missing, never replaced, not even when asked to.
    """

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    used: tuple[str, ...] = ()
    once: bool = False


class Source(Protocol):
    """A source of open data."""

    @property
    def name(self) -> str:
        """Its word on the command line: ``"communes"``."""

    @property
    def after(self) -> tuple[str, ...]:
        """The sources whose products it reads."""

    def plan(self, request: Request) -> Sequence[Item]:
        """Say what would be downloaded; asks nobody.

        Raises
        ------
        InputError
            For what the département lacks.
        """

    def make(self, request: Request, files: Mapping[str, Path], workshop: Workshop) -> Sequence[Product]:
        """Make files of the study; `files` are the downloads by the names of their items.

        Raises
        ------
        InputError
            When a download is not what the source expects.
        """


@runtime_checkable
class Discovers(Protocol):
    """A source whose planned downloads say what else to download."""

    def discover(self, request: Request, files: Mapping[str, Path]) -> Sequence[Item]:
        """Name what else to download, by what was downloaded; asks nobody.

        Raises
        ------
        InputError
            When the downloads name nothing of use.
        """


@dataclass
class Workshop:
    """What a source works with while it makes its files.

    Attributes
    ----------
    departement
        Which territory.
    folder
        The study's folder, which only `fetching` writes to.
    drafts
        Where products are written before they are put in place.
    scratch
        A temporary folder, removed afterwards.
    findings
        Takes what is odd.
    fetch
        Downloads one item.
    """

    departement: Departement
    folder: Path
    drafts: Path
    scratch: Path
    findings: Findings
    fetch: Callable[[Item], Path]

    def download(self, item: Item) -> Path:
        """Download one more item; it is cached, locked and credited as the planned ones are.

        Raises
        ------
        InputError
            As `downloads.Downloader.fetch`.
        """
        return self.fetch(item)

    def draft(self, name: str) -> Path:
        """Say where to write the product `name`; its folders are there."""
        path = self.drafts / check_name(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def product(self, name: str) -> Path | None:
        """Find a product: as made in this run, else as it stands in the study's folder, else None."""
        path = check_name(name)
        return next((base / path for base in (self.drafts, self.folder) if (base / path).is_file()), None)

    def unpack(self, archive: Path, member: str) -> Path:
        """Unpack the one member of a zip whose name matches a pattern (as of a shell) into the scratch folder.

        Raises
        ------
        InputError
            When no member or several match, or the archive is not to be trusted (`archives`).
        """
        from geo_access.core.archives import list_members, unpack_member

        names = [one for one in list_members(archive) if fnmatch.fnmatch(one, member)]
        if len(names) != 1:
            raise InputError(
                "fetch.zip_member",
                file=archive.name,
                wanted=member,
                count=len(names),
                found=", ".join(names[:5]) or "–",
            )
        return unpack_member(archive, names[0], Path(tempfile.mkdtemp(dir=self.scratch)))

    def communes(self) -> GeoDataFrame:
        """Read the territory's communes, in its CRS.

        Raises
        ------
        InputError
            When they were not fetched yet, or as `communes.read_communes`.
        """
        from geo_access.core.findings import Findings
        from geo_access.study.inputs.communes import read_communes

        path = self.product(COMMUNES_FILE)
        if path is None:
            raise InputError("fetch.needs_communes", file=self.folder / COMMUNES_FILE)
        return read_communes(path, crs=self.departement.crs, findings=Findings())

    def area(self, margin_m: float = 0.0) -> BaseGeometry:
        """Join the communes, with so many metres around them, in the département's CRS."""
        import shapely

        area = shapely.union_all(self.communes().geometry.to_numpy())
        return area.buffer(margin_m) if margin_m else area

    def discard(self) -> None:
        """Remove the drafts and the scratch folder."""
        for folder in (self.drafts, self.scratch):
            shutil.rmtree(folder, ignore_errors=True)


def check_name(name: str) -> PurePosixPath:
    """Refuse a product that would leave the study's folder: a fault of the programmer."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        message = f"a product's name is a path inside the study's folder, not {name!r}"
        raise ValueError(message)
    return path
