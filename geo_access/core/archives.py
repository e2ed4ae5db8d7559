"""Zip archives from elsewhere: looked at first, never unpacked outside their folder or beyond a bound."""

from __future__ import annotations

import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath

from geo_access.core.errors import InputError

MAX_MEMBERS = 20_000
MAX_UNPACKED_BYTES = 12 * 1024**3
#: Text compresses about tenfold, a table of times thirtyfold; a bomb a thousandfold and more.
MAX_RATIO = 200
#: Small archives may be one long line of zeros without harm.
RATIO_FREE_BYTES = 64 * 1024**2
_BLOCK = 1 << 20
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}


def list_members(
    archive: Path, *, max_members: int = MAX_MEMBERS, max_bytes: int = MAX_UNPACKED_BYTES, max_ratio: float = MAX_RATIO
) -> list[str]:
    """List the files of a zip after looking at every entry.

    Parameters
    ----------
    archive
        The zip.
    max_members, max_bytes, max_ratio
        How many entries it may have, how many bytes they may unpack to, and how often more than packed.

    Returns
    -------
    list of str
        Names of the files (folders left out), in the archive's order.

    Raises
    ------
    InputError
        When it is no zip, an entry's path leaves the folder or is absolute, an entry is a link or a device, a name
        stands twice, an entry is encrypted, or a bound is passed.
    """
    with _open(archive) as held:
        looked_at = check_members(held, archive.name, max_members=max_members, max_bytes=max_bytes, max_ratio=max_ratio)
        return [one.filename for one in looked_at]


def unpack_member(archive: Path, member: str, folder: Path, *, max_bytes: int = MAX_UNPACKED_BYTES) -> Path:
    """Unpack one file of a zip into a folder, under its last name; whole or not at all.

    Raises
    ------
    InputError
        As `list_members`; or no such member, a damaged one, or one that unpacks to more than it announced.
    """
    with _open(archive) as held:
        members = {one.filename: one for one in check_members(held, archive.name, max_bytes=max_bytes)}
        if member not in members:
            raise InputError(
                "fetch.zip_member", file=archive.name, wanted=member, count=0, found=", ".join(list(members)[:5]) or "–"
            )
        target = folder / PurePosixPath(member).name
        _unpack(held, members[member], target, archive)
    return target


def _open(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise InputError("fetch.zip_damaged", file=archive.name, said=str(error)) from error


def check_members(
    held: zipfile.ZipFile,
    named: str,
    *,
    max_members: int = MAX_MEMBERS,
    max_bytes: int = MAX_UNPACKED_BYTES,
    max_ratio: float = MAX_RATIO,
) -> list[zipfile.ZipInfo]:
    """Return the files of an open zip, or refuse it: as `list_members`.

    Parameters
    ----------
    named
        The archive, for the message.
    """
    entries = held.infolist()
    if len(entries) > max_members:
        raise InputError("fetch.zip_many", file=named, count=len(entries), limit=max_members)
    files: list[zipfile.ZipInfo] = []
    seen: set[str] = set()
    for one in entries:
        _check_entry(one, named)
        if one.is_dir():
            continue
        # A file system may not tell "A.txt" from "a.txt".
        key = PurePosixPath(one.filename).as_posix().casefold()
        if key in seen:
            raise InputError("fetch.zip_twice", file=named, member=one.filename)
        seen.add(key)
        files.append(one)
    unpacked, packed = sum(one.file_size for one in files), sum(one.compress_size for one in files)
    if unpacked > max_bytes or (unpacked > RATIO_FREE_BYTES and unpacked > max_ratio * max(packed, 1)):
        raise InputError(
            "fetch.zip_bomb",
            file=named,
            unpacked=unpacked / 1e6,
            packed=packed / 1e6,
            limit=max_bytes / 1e6,
            ratio=max_ratio,
        )
    return files


def _check_entry(one: zipfile.ZipInfo, named: str) -> None:
    # orig_filename: what stands in the archive, before zipfile cuts it at a NUL and turns separators.
    for name in (one.filename, one.orig_filename):
        posix, windows = PurePosixPath(name), PureWindowsPath(name)
        leaves = ".." in posix.parts or ".." in windows.parts
        absolute = posix.is_absolute() or bool(windows.drive) or bool(windows.root)
        reserved = any(part.split(".")[0].upper() in _RESERVED for part in windows.parts)
        if leaves or absolute or reserved or "\0" in name or not posix.parts:
            raise InputError("fetch.zip_escapes", file=named, member=name.replace("\0", "\\0"))
    mode = one.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise InputError("fetch.zip_link", file=named, member=one.filename)
    if one.flag_bits & 0x1:
        raise InputError("fetch.zip_encrypted", file=named, member=one.filename)


def _unpack(held: zipfile.ZipFile, one: zipfile.ZipInfo, target: Path, archive: Path) -> None:
    """Write one file; count what comes out, as the header may lie."""
    if one.file_size > shutil.disk_usage(target.parent).free:
        raise InputError("fetch.disk_full", file=target, needed=one.file_size / 1e6)
    draft = target.with_name(target.name + ".part")
    try:
        with held.open(one) as packed, draft.open("wb") as out:
            left = one.file_size
            while block := packed.read(min(_BLOCK, left + 1)):
                left -= len(block)
                if left < 0:
                    raise InputError("fetch.zip_lies", file=archive.name, member=one.filename)
                out.write(block)
        if left:
            raise InputError("fetch.zip_lies", file=archive.name, member=one.filename)
        draft.replace(target)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("fetch.zip_damaged", file=archive.name, said=str(error)) from error
    finally:
        draft.unlink(missing_ok=True)
