"""What a command says on stderr: its warnings, and in one line why it has no answer.

0 and 1 are answers. Whatever else goes wrong is 2: a wrong input, a disk without room, a machine without memory, a
fault of this package; an interruption is 130.
"""

from __future__ import annotations

import errno
import traceback
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from geo_access.cli.options import language_of
from geo_access.core.errors import GeoAccessError, GeoAccessWarning
from geo_access.core.terminal import say
from geo_access.texts import render
from geo_access.texts.controls import show_controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

    from geo_access.texts import Language

WRONG, INTERRUPTED = 2, 130
_LONGEST = 2_000
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_TOO_MANY = {errno.EMFILE, errno.ENFILE}


def tell_fault(error: BaseException, language: Language, *, doing: str, debug: bool) -> int:
    """Say why a command has no answer, and return its exit code.

    Parameters
    ----------
    error
        What was raised.
    language
        Of the line.
    doing
        What was being done: ``geo-access check (timetable)``.
    debug
        Show the traceback as well.
    """
    if debug:
        say("".join(traceback.format_exception(error)).rstrip("\n"), err=True)
    said = describe_fault(error, language, doing=doing)
    said = said if len(said) <= _LONGEST else said[:_LONGEST] + "…"
    say(f"geo-access: {show_controls(said)}", err=True)
    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else WRONG


def describe_fault(error: BaseException, language: Language, *, doing: str) -> str:
    """Say what is wrong and what to do about it."""
    if isinstance(error, GeoAccessError):
        return error.text(language)
    if isinstance(error, KeyboardInterrupt):
        return render("commands.interrupted", language)
    if _is_short_of_memory(error):
        return render("commands.no_memory", language, doing=doing)
    if isinstance(error, OSError) and error.errno is not None:
        fault = (
            "disk_full" if error.errno in _FULL
            else "denied" if error.errno in _DENIED
            else "too_many_files" if error.errno in _TOO_MANY
            else "system"
        )  # fmt: skip
        # Two files where one was to take the place of the other.
        file = error.filename2 or error.filename
        where = "" if file is None else f"{file}{render('fetch.colon', language)}"
        return where + render(f"commands.{fault}", language, said=error.strerror or type(error).__name__, doing=doing)
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    return render("commands.internal", language, doing=doing, said=" ".join(said.split()))


def _is_short_of_memory(error: BaseException) -> bool:
    # Threads need memory too; Python says so in words only.
    threads = isinstance(error, RuntimeError) and str(error).startswith("can't start new thread")
    return isinstance(error, MemoryError) or threads or (isinstance(error, OSError) and error.errno == errno.ENOMEM)


@contextmanager
def tell_warnings(ctx: click.Context, *, debug: bool) -> Iterator[None]:
    """Say this package's warnings plainly; those of others, which users can do nothing about, with `debug` alone."""
    shown = warnings.showwarning

    def tell(message: Any, *said: Any, **named: Any) -> None:
        if isinstance(message, GeoAccessWarning):
            language = language_of(ctx)
            say(f"geo-access: {render('commands.warning', language, said=message.text(language))}", err=True)
        elif debug:
            shown(message, *said, **named)

    with warnings.catch_warnings():
        warnings.showwarning = tell
        yield
