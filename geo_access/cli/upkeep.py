"""The commands around a study: write the sample, look after the cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geo_access.cli.options import language_option
from geo_access.core.errors import InputError
from geo_access.core.limits import check_path
from geo_access.core.terminal import say
from geo_access.study.sample import check_town_size
from geo_access.texts import DEFAULT_LANGUAGE, render

if TYPE_CHECKING:
    from geo_access.texts import Language


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--size", type=float, default=1.0, help="Size of the territory; 1 is the embedded one.")
@language_option("Language of what people read (fr).")
def sample(folder: Path, size: float, language: Language | None) -> None:
    """Write the embedded, fictional territory into FOLDER, as a study to start from."""
    check_path(folder)
    check_town_size(size)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("commands.folder_not_empty", file=folder)
    import shutil
    import tempfile
    from contextlib import suppress

    from geo_access.core.files import refused_output
    from geo_access.study.sample import sample_folder, write_town

    made = [parent for parent in folder.parents if not parent.exists()]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".geo-access-", dir=folder.parent) as aside:
            new = Path(aside) / "study"
            if size == 1:
                shutil.copytree(sample_folder(), new, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
            else:
                write_town(new, size=size)
            if folder.exists():
                folder.rmdir()
            new.replace(folder)
    except shutil.Error as error:
        # Of the files that could not be copied, each with its reason, the first says enough.
        raise refused_output(folder, OSError(0, str(error.args[0][0][2]))) from error
    except OSError as error:
        raise refused_output(folder, error) from error
    finally:
        # Folders that were made for nothing go again; what holds the sample stays.
        with suppress(OSError):
            for parent in made:
                parent.rmdir()
    say(render("commands.sample_written", language or DEFAULT_LANGUAGE, folder=str(folder)))


def _require_readable(folder: Path) -> None:
    """Refuse to call a folder empty that may not be looked into."""
    try:
        next(folder.iterdir(), None)
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError("commands.cache_unreadable", file=folder, said=error.strerror) from None


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
