"""What the commands share: the options of a study, of who computes, of the language and of what is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from geo_access.core.errors import LANGUAGE_VARIABLE, InputError
from geo_access.texts import DEFAULT_LANGUAGE, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo_access.texts import Language

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def language_of(ctx: click.Context) -> Language:
    """Return the language asked for, as far as the command line says."""
    while ctx is not None:
        chosen = ctx.params.get("language") or (ctx.obj or {}).get("language")
        if chosen in LANGUAGES:
            # The study's, once it is open, has the words that the study has of its own.
            own = (ctx.find_root().obj or {}).get("language")
            return own if own == chosen else chosen  # type: ignore[no-any-return]  # just checked
        if ctx.parent is None:
            break
        ctx = ctx.parent
    return DEFAULT_LANGUAGE


def _keep_language(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    root = ctx.find_root()
    kept = (root.obj or {}).get("language")
    # Before the command's name counts unless it is said after it, too; the variable says least.
    if kept is not None and ctx.get_parameter_source(str(param.name)) is not ParameterSource.COMMANDLINE:
        return str(kept)
    if value is not None:
        root.obj = {**(root.obj or {}), "language": value}
    return value


def language_option(said: str, *, handed_on: bool = True) -> Decorator:
    """Return the option of the language, with its help; whether the command is handed it."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        callback=_keep_language,
        is_eager=True,
        expose_value=handed_on,
        envvar=LANGUAGE_VARIABLE,
        help=said,
    )


def _combine(*options: Decorator) -> Decorator:
    """Return a decorator that adds options in this order."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


#: What a hypothesis on the sites may ask: the option, what it takes, its help.
_SITE_OPTIONS = (
    ("add-site", "KIND@LAT,LON[=NAME]", "Suppose one more site, e.g. pole@48.80,2.26=Station. May be repeated."),
    ("move-site", "SITE@LAT,LON", "Suppose a site elsewhere; the beginning of its name is enough. May be repeated."),
    ("close-site", "SITE", "Suppose a site closed that counts today. May be repeated."),
    ("open", "planned|SITE", "Suppose a site open that does not count today, or all planned ones. May be repeated."),
)
#: The names of their values.
SITE_OPTIONS = tuple(option.replace("-", "_") for option, _, _ in _SITE_OPTIONS)


def site_options(side: str = "", said: str | None = None) -> Decorator:
    """Return the options of a hypothesis on the sites; of one `side` of two studies ("after") with another help."""
    return _combine(
        *(
            click.option(
                f"--{option}-{side}" if side else f"--{option}",
                f"{name}_{side}" if side else name,
                multiple=True,
                metavar=metavar,
                help=said or help_,
            )
            for name, (option, metavar, help_) in zip(SITE_OPTIONS, _SITE_OPTIONS, strict=True)
        )
    )


_study = click.argument("study", required=False, type=click.Path(path_type=Path))
_changes = _combine(
    click.option(
        "--set",
        "changes",
        multiple=True,
        metavar="KEY=VALUE",
        help="Change a setting of the study, e.g. departures.from=08:00. May be repeated.",
    ),
    click.option("--preset", help="Judge by this reading of the promise, e.g. discours-2023-06."),
    click.option("--zoning", metavar="COLUMN", help="Take the SST from this column, e.g. sst_after."),
    click.option(
        "--scenario",
        "scenarios",
        multiple=True,
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Change lines, stops, streets, sites or settings as this TOML file says, e.g. line-15-sud.toml. "
        "May be repeated.",
    ),
    site_options(),
)

#: Who computes.
worker_options = _combine(
    click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Compute in N processes."),
    click.option(
        "--scheduler", metavar="ADDRESS", help="Compute on the Dask cluster of this scheduler, tcp://host:8786."
    ),
)
#: What every command takes that reads a study, whatever its studies are called.
common_options = _combine(
    click.option(
        "--allow-partial", is_flag=True, help="Walk on a file of streets that says it is partial, and say so."
    ),
    language_option("Language of what people read (the study's, else fr)."),
    click.option("--cache/--no-cache", "use_cache", default=True, help="Keep prepared networks and times."),
    click.option("--quiet", is_flag=True, help="No progress bar."),
)
#: A study and all that is asked of it; `Work` takes the values.
study_options = _combine(_study, _changes, worker_options, common_options)
#: The same, for a command that reads a study's files and computes no travel times.
reading_options = _combine(_study, _changes, common_options)
#: The same as `study_options`, for a command that takes several studies.
studies_options = _combine(
    click.argument("studies", nargs=-1, metavar="[STUDY]...", type=click.Path(path_type=Path)),
    _changes,
    worker_options,
    common_options,
)


#: From what random draws start.
seed_option = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="S",
    help="The same seed, the same result.",
)


def answer_options(
    forms: Sequence[str], *, said: str = "What to write.", page: str | None = "Write a page with a map as well (HTML)."
) -> Decorator:
    """Return the options of what is written: `form`, `output`, and `page` unless its help is None.

    A file whose name ends in something else than what is written to it is refused before anything is computed.
    """
    return _combine(
        # Eager: what the file's name may end in depends on it.
        click.option(
            "--format", "form", type=click.Choice(_add_workbook(forms)), default="table", is_eager=True, help=said
        ),
        click.option(
            "--output",
            type=click.Path(path_type=Path),
            callback=_settle_form,
            help=_OUTPUT_HELP if "csv" in forms else "Write to this file instead of the screen.",
        ),
        *([] if page is None else [page_option("--map", said=page)]),
    )


_OUTPUT_HELP = "Write to this file instead of the screen; .xlsx is a spreadsheet."


def _settle_form(ctx: click.Context, option: click.Parameter, path: Path | None) -> Path | None:  # noqa: ARG001 -- click hands it
    """Have a name that ends in .xlsx choose its form where another table was to be written, or none was named."""
    form = ctx.params["form"]
    forms: Sequence[str] = next(one.type.choices for one in ctx.command.params if one.name == "form")  # type: ignore[attr-defined]  # a Choice
    if path is not None and path.suffix.lower() == ".xlsx" and form in ("table", "csv") and "xlsx" in forms:
        ctx.params["form"] = form = "xlsx"
    # The reports of `check` go to whatever file a runner of workflows asks for.
    own = ctx.command.name == "check" and path is not None and path.suffix.lower() != ".xlsx"
    return path if own else check_ending(path, form)


#: Where the answer goes, and by its ending whether it is a spreadsheet.
output_option = click.option("--output", type=click.Path(path_type=Path), callback=_settle_form, help=_OUTPUT_HELP)


def _add_workbook(forms: Sequence[str]) -> list[str]:
    """Return forms: what can be a CSV can be a workbook."""
    return [*forms, *(["xlsx"] if "csv" in forms else [])]


def page_option(name: str, *, said: str, required: bool = False) -> Decorator:
    """Return an option for a page to write, `page`; a name that ends in something else is refused."""
    return click.option(
        name,
        "page",
        type=click.Path(path_type=Path),
        required=required,
        callback=lambda _ctx, _option, path: check_ending(path, "html"),
        help=said,
    )


#: How a file's name may end, by what is written to it.
_ENDINGS: dict[str, tuple[str, ...]] = {
    "table": (".txt",),
    "json": (".json",),
    "csv": (".csv",),
    "xlsx": (".xlsx",),
    "markdown": (".md", ".markdown"),
    "geojson": (".geojson", ".json"),
    "html": (".html", ".htm"),
}


def check_ending(path: Path | None, form: str, *, also: Sequence[str] = ()) -> Path | None:
    """Return a file as it was given; refuse one whose name ends in something else than what is written to it.

    A name without an ending is taken as it is, but for a page, and so is what is no file (``/dev/null``).

    Parameters
    ----------
    path
        The file asked for, if any.
    form
        The value of ``--format``, or ``html`` for a page.
    also
        Endings that do as well.

    Raises
    ------
    InputError
        When the name ends in something else.
    """
    if path is None or (path.exists() and not path.is_file()):
        return path
    known = (*_ENDINGS[form], *also)
    ending = path.suffix.lower()
    if ending in known or (not ending and form != "html"):
        return path
    if form == "html":
        raise InputError("commands.output_format", file=path, known=", ".join(known))
    raise InputError("commands.output_form", file=path, form=form, known=", ".join(known))
