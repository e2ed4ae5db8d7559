"""The brief of a commune: one printable page with the promise, the number, the map, who is beyond, what would help."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from geo_access.analysis.helpful_sites import find_help
from geo_access.core.arguments import take_language
from geo_access.core.errors import InputError
from geo_access.core.files import refused_output, replace_atomically
from geo_access.core.matching import fold
from geo_access.core.progress import no_progress
from geo_access.report.html import render_frame
from geo_access.report.pages.brief_page import render_brief
from geo_access.report.pdf import find_chromium, print_pdf
from geo_access.study.inputs.communes import name_commune
from geo_access.verdict.coverage import take_coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Executor

    from geo_access.core.progress import Progress
    from geo_access.texts import Language
    from geo_access.verdict.coverage import Coverage

_PAGES = (".html", ".htm")
#: Letters of a brief's stem, all of them ASCII: with an ending it stays below the 255 of a file's name.
_MOST_LETTERS = 150
#: Endings that nobody gives a folder.
_OTHER_FILES = (".txt", ".csv", ".json", ".png", ".svg", ".doc", ".docx", ".odt", ".md", ".xlsx")


@dataclass(frozen=True)
class Brief:
    """The page of one commune.

    Attributes
    ----------
    insee, name
        The commune.
    html
        The whole page; it asks no server for anything.
    """

    insee: str
    name: str
    html: str

    @property
    def stem(self) -> str:
        """A name for its file: code and name, in plain letters; a long one is cut and ends in a mark of its own."""
        code = re.sub(r"[^A-Za-z0-9]+", "-", self.insee)
        stem = f"{code}-{fold(self.name).replace(' ', '-')}".strip("-")
        if len(stem) <= _MOST_LETTERS:
            return stem
        # The code may be what is cut: the mark keeps two communes apart.
        mark = sha256(f"{self.insee} {self.name}".encode()).hexdigest()[:8]
        return f"{stem[: _MOST_LETTERS - len(mark) - 1].rstrip('-')}-{mark}"

    def save(self, path: Path | str) -> None:
        """Write the page, whole or not at all: as HTML, or as PDF through Chromium where the name ends in .pdf.

        Raises
        ------
        InputError
            When writing is refused, or a PDF is asked for and Chromium is missing.
        """
        with replace_atomically(path) as draft:
            self._write(draft)

    def _write(self, draft: Path) -> None:
        if draft.suffix.lower() != ".pdf":
            draft.write_bytes(self.html.encode("utf-8"))
            return
        with tempfile.TemporaryDirectory(prefix="geo-access-") as aside:
            page = Path(aside) / "page.html"
            page.write_bytes(self.html.encode("utf-8"))
            print_pdf(page, draft)

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame of its own."""
        return render_frame(self.name, self.html, height=1120)


def make_briefs(
    coverage: Coverage,
    communes: Iterable[str | int] | None = None,
    *,
    language: Language | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> list[Brief]:
    """Make the briefs of some communes.

    Parameters
    ----------
    coverage
        What `check` returns.
    communes
        INSEE codes or names; every commune by default.
    language
        ``fr`` or ``en``; the study's own by default.
    progress
        Told how far the search for what would help is.
    executor
        Who searches, as for `check`.

    Raises
    ------
    InputError
        When a commune is not one of the study's.
    """
    language = take_language(language, take_coverage(coverage).language)
    codes = list(coverage.communes["insee"]) if communes is None else find_communes(coverage, communes)
    helps = None if coverage.times is None else find_help(coverage, codes, progress=progress, executor=executor)
    names = coverage.communes.set_index("insee")["name"]
    return [
        Brief(code, str(names[code]), render_brief(coverage, code, None if helps is None else helps[code], language))
        for code in codes
    ]


def commune_brief(coverage: Coverage, commune: str | int, *, language: Language | None = None) -> Brief:
    """Make the brief of one commune, by INSEE code or by name; see `make_briefs`."""
    return make_briefs(coverage, [commune], language=language)[0]


def find_communes(coverage: Coverage, asked: Iterable[str | int]) -> list[str]:
    """Return INSEE codes for codes or names as people type them, each once.

    Raises
    ------
    InputError
        When a name is unknown, or several communes bear it.
    """
    return list(dict.fromkeys(name_commune(coverage.communes, name) for name in asked))


def check_output(output: Path, *, count: int, pdf: bool) -> None:
    """Refuse an output that briefs cannot be written to, before they are made.

    Raises
    ------
    InputError
        When several briefs would share a file, a folder is missing, or a PDF is asked for and Chromium is missing.
    """
    suffix = output.suffix.lower()
    if pdf or suffix == ".pdf":
        find_chromium()
    if suffix in (*_PAGES, ".pdf") and not output.is_dir():
        if count != 1:
            raise InputError("brief.needs_folder", file=output, count=count)
    elif (output.exists() or suffix in _OTHER_FILES) and not output.is_dir():
        raise InputError("brief.is_no_folder", file=output)
    if not output.absolute().parent.is_dir():
        raise InputError("results.output_folder_missing", file=output, folder=str(output.parent))


def write_briefs(briefs: Sequence[Brief], output: Path, *, pdf: bool = False) -> list[Path]:
    """Write briefs to a folder, or one brief to a file; all of them or none.

    Parameters
    ----------
    briefs
        From `make_briefs`.
    output
        A file that ends in .html or .pdf for one brief, else a folder, made where it is missing.
    pdf
        Write a PDF beside each page.

    Returns
    -------
    list of Path
        The files written.
    """
    check_output(output, count=len(briefs), pdf=pdf)
    if output.suffix.lower() in (*_PAGES, ".pdf") and not output.is_dir():
        files = [output] + ([output.with_suffix(".pdf")] if pdf and output.suffix.lower() != ".pdf" else [])
        with ExitStack() as drafts:
            for draft in [drafts.enter_context(replace_atomically(file)) for file in files]:
                briefs[0]._write(draft)  # noqa: SLF001 -- one class, one module
        return files
    try:
        with tempfile.TemporaryDirectory(prefix=".geo-access-", dir=output.absolute().parent) as aside:
            drafts_written = []
            for brief in briefs:
                for suffix in (".html", ".pdf") if pdf else (".html",):
                    draft = Path(aside) / f"{brief.stem}{suffix}"
                    brief._write(draft)  # noqa: SLF001
                    drafts_written.append(draft)
            if not output.exists():
                # Made whole and then renamed: a folder that is there holds everything.
                whole = Path(aside) / "briefs"
                whole.mkdir()
                for draft in drafts_written:
                    draft.rename(whole / draft.name)
                whole.rename(output)
                return [output / draft.name for draft in drafts_written]
            return [Path(shutil.move(draft, output / draft.name)) for draft in drafts_written]
    except OSError as error:
        raise refused_output(output, error) from error
