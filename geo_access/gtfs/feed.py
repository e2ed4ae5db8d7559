"""GTFS feeds as they come: a zip or a folder of CSV files, opened; `rows` reads what is in them."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

import pyarrow as pa

from geo_access.core import limits
from geo_access.core.archives import MAX_MEMBERS, check_members
from geo_access.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_CORE = ("stops.txt", "stop_times.txt", "trips.txt", "routes.txt")


@dataclass(frozen=True)
class Feed:
    """An open feed; see `open_feed`.

    Attributes
    ----------
    path
        The zip or folder, as the user named it.
    members
        The feed's files: plain name ("stops.txt") -> name inside the zip or folder.
    archive
        The open zip; None for a folder.
    """

    path: Path
    members: Mapping[str, str]
    archive: zipfile.ZipFile | None

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def file(self, name: str) -> str:
        """Name one of the feed's files for a message."""
        return f"{self.path}/{self.members.get(name, name)}"

    def open(self, name: str) -> IO[bytes]:
        """Open one of the feed's files."""
        if self.archive is None:
            return (self.path / self.members[name]).open("rb")
        return self.archive.open(self.members[name])

    def size(self, name: str) -> int:
        """Bytes of one of the feed's files, unpacked."""
        if self.archive is None:
            return (self.path / self.members[name]).stat().st_size
        return self.archive.getinfo(self.members[name]).file_size


@contextmanager
def open_feed(path: Path) -> Iterator[Feed]:
    """Open a feed: a zip or a folder whose files lie at the top or in one folder inside.

    Raises
    ------
    InputError
        When there is no such file, it is no zip, the zip is damaged, or no GTFS files are in it.
    """
    limits.check_path(path)
    if path.is_dir():
        with naming_faults(str(path)):
            names = _list_folder(path)
        yield Feed(path, _find_members(path, names), None)
        return
    if not path.exists():
        raise InputError("transit.missing_feed", file=path)
    limits.check_plain(path)
    with naming_faults(str(path)):
        empty = path.stat().st_size == 0
        archive = None if empty or not _looks_zipped(path) else zipfile.ZipFile(path)
    if archive is None:
        raise InputError("transit.empty_file" if empty else "transit.not_zip", file=path)
    with archive:
        locked = next((one.filename for one in archive.infolist() if one.flag_bits & 1), None)
        if locked is not None:
            raise InputError("transit.locked", file=path, said=locked)
        names = [one.filename for one in check_members(archive, str(path))]
        yield Feed(path, _find_members(path, names), archive)


def _list_folder(path: Path) -> list[str]:
    """List the files of a folder and of the folders in it; `InputError` when there are more than a feed has."""
    parts = list(islice(path.rglob("*"), MAX_MEMBERS + 1))
    if len(parts) > MAX_MEMBERS:
        raise InputError("limits.folder_full", file=path, limit=MAX_MEMBERS)
    return [part.relative_to(path).as_posix() for part in sorted(parts) if part.is_file()]


def _looks_zipped(path: Path) -> bool:
    # A zip that was cut off has lost its directory at the end but still begins as one: it is damaged, not foreign.
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04" or zipfile.is_zipfile(path)


def _find_members(path: Path, names: Sequence[str]) -> dict[str, str]:
    """Find the feed's files, whatever the case of their names; some programs pack them with backslashes."""
    files = {PurePosixPath(name.replace("\\", "/")): name for name in names if not name.endswith(("/", "\\"))}
    files = {
        file: name for file, name in files.items() if "__MACOSX" not in file.parts and not file.name.startswith(".")
    }
    folders = sorted(
        {file.parent for file in files if file.name.casefold() in _CORE}, key=lambda folder: (len(folder.parts), folder)
    )
    top = [folder for folder in folders if len(folder.parts) == len(folders[0].parts)]
    if not folders:
        found = ", ".join(sorted(file.name for file in files)[:8]) or "-"
        raise InputError("transit.no_gtfs", file=path, found=found)
    if len(top) > 1:
        raise InputError("transit.several_feeds", file=path, folders=", ".join(str(folder) for folder in top[:5]))
    here = {file.name: name for file, name in files.items() if file.parent == top[0]}
    # Of two files that differ in case only, which a folder may hold, the one that GTFS names counts.
    return {file.casefold(): name for file, name in here.items()} | {
        file: name for file, name in here.items() if file == file.casefold()
    }


@contextmanager
def naming_faults(file: str) -> Iterator[None]:
    """Turn what libraries raise on a bad file into an error that names the file and the way out."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise InputError("transit.damaged", file=file) from error
    except RuntimeError as error:
        # zipfile raises it for an encrypted member, and its child NotImplementedError for a foreign compression.
        raise InputError("transit.locked", file=file, said=str(error)) from error
    except UnicodeDecodeError as error:
        raise InputError("transit.encoding", file=file) from error
    except pa.ArrowInvalid as error:
        if "UTF8" in str(error):
            raise InputError("transit.encoding", file=file) from error
        raise InputError("transit.not_csv", file=file, said=str(error).splitlines()[0]) from error
    except OSError as error:
        raise InputError("transit.unreadable", file=file, said=error.strerror or str(error)) from error
