"""The command `sample`: the embedded, fictional territory, to start from."""

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
