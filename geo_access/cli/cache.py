"""The command `cache`: what is kept between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geo_access.cli.options import language_option
from geo_access.core.errors import InputError
from geo_access.core.terminal import say
from geo_access.texts import DEFAULT_LANGUAGE, render

if TYPE_CHECKING:
    from pathlib import Path

    from geo_access.texts import Language


@click.command("cache")
@click.option("--clear", is_flag=True, help="Remove everything that is kept.")
@language_option("Language of what people read (fr).")
def cache_command(*, clear: bool, language: Language | None) -> None:
    """Show what is kept between runs, and clear it."""
    from geo_access.core.cache import Cache, default_folder
    from geo_access.opendata.store import DownloadStore

    kept, downloads = Cache(default_folder()), DownloadStore()
    said = language or DEFAULT_LANGUAGE
    _require_readable(default_folder())
    if clear:
        say(render("commands.cache_cleared", said, count=kept.clear() + downloads.clear(), folder=str(kept.folder)))
        return
    entries = [*kept.entries(), *downloads.entries()]
    megabytes = sum(size for _, size, _ in entries) / 1e6
    held = {"count": len(entries), "megabytes": megabytes, "most": kept.max_bytes / 1e6}
    say(render("commands.cache_holds", said, **held, folder=str(kept.folder)))


def _require_readable(folder: Path) -> None:
    """Refuse to call a folder empty that may not be looked into."""
    try:
        next(folder.iterdir(), None)
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError("commands.cache_unreadable", file=folder, said=error.strerror) from None
