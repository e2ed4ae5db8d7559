"""The standard streams of a command: a reader that leaves early does not change its answer, a full disk does.

`geo-access check | head` closes the pipe while the command is still writing. What nobody reads any more is thrown away
then, and the command goes on to its exit code. Any other fault of standard output (``> file`` on a full disk) ends the
command; of standard error nothing can be told to anybody, so it is let go.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from geo_access.core.errors import GeoAccessError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What the system says of a pipe or a socket that nobody reads any more; Windows says EINVAL.
_LEFT = {errno.EPIPE, errno.ESHUTDOWN, errno.ECONNRESET} | ({errno.EINVAL} if os.name == "nt" else set())


#: Ways to write what an encoding lacks that never fail; Python takes others, such as surrogateescape for the C locale.
_FORGIVING = ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace")


class _Outlet(io.FileIO):
    """Writes to a standard stream, and to nowhere once its reader has left."""

    def __init__(self, number: int, *, tells: bool) -> None:
        super().__init__(number, "wb", closefd=False)
        self._tells = tells

    def write(self, data: Any, /) -> int | None:  # type: ignore[override]  # bytes, as FileIO takes them
        try:
            return super().write(data)
        except BlockingIOError:
            raise
        except OSError as error:
            # What is still held back would fail again when the interpreter ends, and change the exit code.
            with suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self.fileno())
                os.close(nowhere)
            if self._tells and error.errno not in _LEFT:
                said = error.strerror or type(error).__name__
                raise GeoAccessError("commands.screen_refused", said=said) from error
            return memoryview(data).nbytes


@contextmanager
def guard_streams() -> Iterator[None]:
    """Have standard output and error forgive a reader that leaves; what is no plain file or pipe stays as it is.

    Raises
    ------
    GeoAccessError
        When standard output cannot be written to.
    """
    _fill_closed()
    was = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _guard(sys.stdout, tells=True), _guard(sys.stderr, tells=False)
    ours = sys.stdout, sys.stderr
    try:
        yield
    finally:
        for stream, before in zip(ours, was, strict=True):
            if stream is not before:
                stream.flush()
        sys.stdout, sys.stderr = was


def _fill_closed() -> None:
    """Put streams to nowhere in the place of closed ones (``>&-``): else the next file opened would be the screen."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 -- it stays, as they do


def _can_write(encoding: str, errors: str) -> bool:
    """Whether an encoding writes every text with the help of an error handler: those of host names (IDNA) do not."""
    try:
        "n\u2019\u00e9 \U0001f68b.\n".encode(encoding, errors)
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


def _guard(stream: Any, *, tells: bool) -> Any:
    """Return a stream like the one given, which is guarded; in a notebook or a test there may be none to guard."""
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    if type(raw) is not io.FileIO:
        return stream
    stream.flush()
    # A screen that knows no accents (ASCII, Latin-1) shows what it lacks as \xe9: the answer stays an answer.
    errors = stream.errors if stream.errors in _FORGIVING else "backslashreplace"
    return io.TextIOWrapper(
        io.BufferedWriter(_Outlet(raw.fileno(), tells=tells)),
        encoding=stream.encoding if _can_write(stream.encoding, errors) else "utf-8",
        errors=errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
