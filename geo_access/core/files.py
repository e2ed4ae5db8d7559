"""Writing results whole or not at all; reading a file by its path, whatever signs that holds."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from geo_access.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHOWN = 200
#: Signs of a path that no library takes for more than a sign.
_PLAIN = re.compile(r"[\w\-. /\\,;()+=@~'’]+(?<!\.zip)")


@contextmanager
def replace_atomically(path: Path | str) -> Iterator[Path]:
    """Give a file beside `path` to write to; it takes the place of `path` when the block ends well.

    When the block fails, `path` stays as it was and nothing is left behind. A link is followed; a device or a
    pipe is written to as it is.

    Yields
    ------
    Path
        The file to write, in the folder of `path`, with the same suffix.

    Raises
    ------
    InputError
        When the folder is missing, `path` is a folder, or writing is refused.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise InputError("results.output_is_folder", file=str(path))
    if not target.parent.is_dir():
        raise InputError("results.output_folder_missing", file=str(path), folder=str(Path(path).parent))
    # A device cannot be replaced, only written to; its folder takes no file of ours.
    special = target.exists() and not target.is_file()
    draft = target.with_name(f".{target.stem}.{os.getpid()}.part{target.suffix}")
    try:
        if special:
            yield target
            return
        yield draft
        if target.exists():
            draft.chmod(stat.S_IMODE(target.stat().st_mode))
        draft.replace(target)
    except OSError as error:
        raise refused_output(path, error) from error
    finally:
        # A name that is too long, say, cannot be removed either; why it could not be written is what counts.
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def refused_output(path: Path | str, error: Exception) -> InputError:
    """Say of an output why it could not be written, on one line, in the words of the system or of the library."""
    said = getattr(error, "strerror", None) or next(iter(str(error).splitlines()), "") or type(error).__name__
    return InputError("results.output_refused", file=str(path), said=said[:_SHOWN])


def write_text_atomically(path: Path | str, text: str) -> None:
    """Write a text in UTF-8, lines ended as they are in it; see `replace_atomically`."""
    write_bytes_atomically(path, text.encode("utf-8"))


def write_bytes_atomically(path: Path | str, data: bytes) -> None:
    """Write bytes; see `replace_atomically`."""
    with replace_atomically(path) as draft:
        draft.write_bytes(data)


@contextmanager
def plain_copy(path: Path, parts: Sequence[Path] = ()) -> Iterator[Path]:
    """Give a path to a file that no library takes for anything else.

    GDAL's readers take "new!data/x" for an archive, "x.gpkg?a" for an address, "/vsizip/" for a command. A path of
    plain signs is given as it is, from the root; others lead to the file through a link of a plain name, or to a copy
    of it where the system has no links.

    Parameters
    ----------
    path
        A file.
    parts
        The files that are read with it, of the same name and other suffixes.

    Yields
    ------
    Path
        The file's path, or the link's.
    """
    whole = Path(os.path.abspath(path))  # noqa: PTH100 -- links stay as they are named
    drive = whole.drive
    if _PLAIN.fullmatch(str(whole)[len(drive) :]) and not str(whole).startswith(("/vsi", "\\\\")):
        yield whole
        return
    with tempfile.TemporaryDirectory(prefix="geo-access-") as folder:
        for one in (whole, *(Path(os.path.abspath(part)) for part in parts)):  # noqa: PTH100 -- as above
            there = Path(folder) / f"table{one.suffix.lower()}"
            try:
                there.symlink_to(one)
            except OSError:
                shutil.copyfile(one, there)
        yield Path(folder) / f"table{whole.suffix.lower()}"
