"""Names that come out of files and servers, before they name a file here.

Whatever names a kept file goes through one of these: a digest is 64 hexadecimal digits and nothing else, a file of a
study is a plain path inside the study's folder, and only folders that bear this package's mark are ever emptied.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePosixPath
from typing import TypeGuard

#: Stands in every folder that this package keeps for itself.
MARK = ".geo-access"
_MARK_TEXT = "This folder is kept by geo-access, which removes from it what it put there, and nothing else.\n"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES = 255
#: Names that Windows takes for devices, whatever their ending.
_RESERVED = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{device}{number}" for device in ("COM", "LPT") for number in "0123456789¹²³"
}
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')


def is_digest(said: object) -> TypeGuard[str]:
    """Whether something is a SHA-256 as this package writes it: 64 lowercase hexadecimal digits."""
    return isinstance(said, str) and _DIGEST.fullmatch(said) is not None


def require_digest(said: object) -> str:
    """Return a digest as it is.

    Raises
    ------
    ValueError
        When it is none: a fault of the caller, who has to refuse it where it was read.
    """
    if not is_digest(said):
        message = f"not a SHA-256 of 64 hexadecimal digits: {said!r}"
        raise ValueError(message)
    return said


def is_inside_name(said: object) -> TypeGuard[str]:
    """Whether something is a path (POSIX) that stays inside the folder that it is read from, on every system."""
    if not isinstance(said, str) or said != PurePosixPath(said).as_posix() or said.startswith("/"):
        return False
    return all(_is_plain(part) for part in said.split("/"))


def _is_plain(part: str) -> bool:
    if part in ("", ".", "..") or part != part.strip() or part.endswith(".") or _FORBIDDEN.search(part):
        return False
    try:
        size = len(part.encode("utf-8"))
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can write
        return False
    return size <= _MOST_BYTES and part.partition(".")[0].strip().upper() not in _RESERVED


def find_path(path: Path) -> Path:
    """Return the path under which a file stands: its name may be written in another form of Unicode.

    macOS and some archives write "é" as two signs (NFD), keyboards as one (NFC). The name as it is said comes first; a
    path of which nothing stands comes back as it is.
    """
    if str(path).isascii() or path.exists():
        return path
    found = Path(path.anchor)
    for part in path.parts[1:] if path.anchor else path.parts:
        there = found / part
        if not there.exists():
            same = unicodedata.normalize("NFC", part)
            try:
                alike = sorted(one.name for one in found.iterdir() if unicodedata.normalize("NFC", one.name) == same)
            except OSError:
                return path
            if not alike:
                return path
            there = found / alike[0]
        found = there
    return found


def leads_outside(folder: Path, path: Path) -> bool:
    """Whether a path, its links followed, is not below a folder."""
    try:
        return not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a circle of links
        return True


def is_own_folder(folder: Path) -> bool:
    """Whether a folder bears this package's mark."""
    try:
        return is_real_folder(folder) and (folder / MARK).is_file() and not (folder / MARK).is_symlink()
    except OSError:
        return False


def mark_folder(folder: Path) -> None:
    """Make a folder where it is missing, and mark it as one that this package keeps.

    Raises
    ------
    OSError
        When that is refused, or something else stands where the mark does: a link there is never written through.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / MARK
    try:
        with mark.open("x", encoding="utf-8") as file:
            file.write(_MARK_TEXT)
    except FileExistsError:
        if mark.is_symlink() or not mark.is_file():
            raise


def is_real_folder(folder: Path) -> bool:
    """Whether there is a folder, which may be looked into, and no link to one."""
    try:
        return folder.is_dir() and not folder.is_symlink()
    except OSError:
        return False


def list_plain_files(folder: Path) -> list[Path] | None:
    """List the files of a folder; None where it holds anything else, such as a folder or a link.

    Raises
    ------
    OSError
        When it cannot be looked into.
    """
    files = sorted(folder.iterdir())
    return files if all(file.is_file() and not file.is_symlink() for file in files) else None


def remove_plain_folder(folder: Path) -> None:
    """Remove a folder of plain files, as far as the system lets us; one that holds anything else stays as it is."""
    try:
        files = list_plain_files(folder) if is_real_folder(folder) else None
        if files is None:
            return
        for file in files:
            file.unlink(missing_ok=True)
        folder.rmdir()
    except OSError:
        return
