"""The command `atlas`: everything that is known of a study as a folder of linked pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_access.cli.options import seed_option, study_options
from geo_access.cli.work import open_asked, open_work
from geo_access.core.terminal import say
from geo_access.texts import LANGUAGES, render

if TYPE_CHECKING:
    from geo_access.study.study import Study

#: As `report.atlas.parts` has them, which is heavy to load; a test holds both together.
PARTS = ("map", "briefs", "robustness", "place", "compare", "redraw", "fairness", "inspect", "tables")


@click.command()
@study_options
@seed_option
@click.option(
    "--output", "folder", type=click.Path(path_type=Path), required=True, help="A folder: new, empty, or an atlas."
)
@click.option(
    "--pages",
    type=click.Choice([*LANGUAGES, "both"]),
    default="both",
    show_default=True,
    help="In which languages pages are written.",
)
@click.option("--without", multiple=True, type=click.Choice(PARTS), help="Leave this part out. May be repeated.")
@click.option(
    "--after",
    type=click.Path(path_type=Path),
    metavar="STUDY",
    help="Compare with this study. Otherwise two zonings are compared, where the study has them.",
)
@click.option(
    "--set-after",
    "changes_after",
    multiple=True,
    metavar="KEY=VALUE",
    help="Compare with the study under this setting.",
)
@click.option("--contact", default="", metavar="TEXT", help="Whom readers may write to about accessibility.")
def atlas(
    folder: Path,
    pages: str,
    without: tuple[str, ...],
    after: Path | None,
    changes_after: tuple[str, ...],
    contact: str,
    seed: int,
    **asked: Any,
) -> None:
    """Write all there is to know of STUDY as a folder of linked pages, for a file share or any server.

    What is as it should be is not made again: a second call is quick, and one that was interrupted goes on.

    geo-access atlas STUDY --output atlas --without robustness
    """
    from geo_access.report.atlas.atlas import INDEX, write_atlas
    from geo_access.report.atlas.folder import AtlasFolder

    AtlasFolder(folder)
    other = _open_other(after, changes_after, asked)
    with open_work(asked) as work:
        made = write_atlas(
            work.study,
            folder,
            after=other,
            languages=LANGUAGES if pages == "both" else (pages,),
            without=without,
            contact=contact,
            seed=seed,
            cache=work.cache,
            progress=work.bar,
            executor=work.executor,
        )
    language = work.language
    for part, why in made.left_out.items():
        say(render("atlas.part_missing", language, name=render(f"atlas.name_{part}", language), why=why), err=True)
    counts = {"written": len(made.written), "kept": len(made.kept)}
    say(render("atlas.written", language, folder=str(folder), index=str(folder / INDEX), **counts))


def _open_other(after: Path | None, changes: tuple[str, ...], asked: dict[str, Any]) -> Study | None:
    """Open the study to compare with: another one, or the same under other settings."""
    if after is None and not changes:
        return None
    return open_asked(
        {**asked, "study": asked["study"] if after is None else after, "changes": (*asked["changes"], *changes)}
    )
