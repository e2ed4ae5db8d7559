"""The atlas of a study: a folder of linked pages that opens from a file share or from any static server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_access.core.cache import Cache, default_folder, make_key
from geo_access.core.errors import InputError
from geo_access.core.progress import no_progress
from geo_access.report.atlas.answers import Answers
from geo_access.report.atlas.folder import AtlasFolder
from geo_access.report.atlas.frame import frame_page
from geo_access.report.atlas.front import FRONT, LeftOut, Site
from geo_access.report.atlas.parts import PART_NAMES, PARTS, list_briefs
from geo_access.texts import LANGUAGES, render
from geo_access.texts.vocabulary import keep_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Executor

    from geo_access.core.progress import Progress
    from geo_access.report.atlas.parts import Part
    from geo_access.study.study import Study
    from geo_access.texts import Language

#: The page that one opens first.
INDEX = "index.html"


@dataclass(frozen=True)
class Atlas:
    """What was made of an atlas.

    Attributes
    ----------
    folder
        Where it is; ``index.html`` in it is what one opens.
    written, kept, removed
        Names of files (POSIX, below the folder): written by this run; as they should be already; no part's any more.
    left_out
        Parts that cannot be made of this study, and why, in the study's language.
    """

    folder: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    left_out: Mapping[str, str]


def write_atlas(
    study: Study,
    folder: Path | str,
    *,
    after: Study | None = None,
    languages: Iterable[str] = LANGUAGES,
    without: Iterable[str] = (),
    contact: str = "",
    seed: int = 1,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    executor: Executor | None = None,
) -> Atlas:
    """Write everything that is known of a study as a small site of linked pages; only what changed is made again.

    Parameters
    ----------
    study
        From `open_study`.
    folder
        A new or empty folder, or one that holds an earlier atlas: what is as it should be stays, what this atlas has no
        more is removed, and a run that was interrupted goes on.
    after
        Another study, or the same one under other settings (`Study.vary`), to compare with. Without it a study whose
        file of zonings holds several is compared under the first and the last of them, each commune by the poles of its
        own SST; a study with one zoning is compared with nothing.
    languages
        ``fr``, ``en`` or both: a folder of pages each.
    without
        Parts that nobody wants: ``map``, ``briefs``, ``robustness``, ``place``, ``compare``, ``redraw``, ``fairness``,
        ``inspect``, ``tables``.
    contact
        Whom readers tell what they cannot read: the accessibility statement says it.
    seed
        Of the runs of robustness.
    cache, progress, executor
        As for `check`.

    Returns
    -------
    Atlas
        What was written, what was kept, and what cannot be made of this study.

    Raises
    ------
    InputError
        When the study cannot be judged, the folder holds something else than an atlas, or a name is none of ours.
    """
    asked = [one for one in LANGUAGES if one in set(_check("languages", languages, LANGUAGES))]
    left = set(_check("without", without, PART_NAMES))
    store = AtlasFolder(Path(folder))
    kept = Cache(default_folder()) if cache is None else cache
    answers = Answers(study, after, "robustness" not in left, seed, kept, progress, executor)
    maker = _Maker(answers, store, [keep_words(one, study.settings.language) for one in asked], left, contact)
    maker.make()
    language = study.settings.language
    faults = {fault.part: fault.said[str(language)] for fault in maker.left_out}
    return Atlas(Path(folder), tuple(store.written), tuple(store.kept), tuple(store.removed), faults)


def _check(option: str, given: Iterable[str], known: Sequence[str]) -> list[str]:
    names = [given] if isinstance(given, str) else list(given)
    for name in names:
        if name not in known:
            raise InputError("atlas.unknown_name", option=option, said=name, known=", ".join(known))
    if option == "languages" and not names:
        raise InputError("atlas.no_language")
    return names


def _say(error: InputError, language: str, own: Language) -> str:
    """Say what is wrong, without the path of a file of whoever made the atlas."""
    return render(error.code, keep_words(language, own), **error.params)  # type: ignore[arg-type]  # one of ours


class _Maker:
    """Makes the parts of an atlas, one after the other, in each language."""

    def __init__(
        self, answers: Answers, store: AtlasFolder, languages: list[Language], without: set[str], contact: str
    ) -> None:
        self.answers, self.store, self.languages = answers, store, languages
        self.without, self.contact = without, contact
        self.left_out: list[LeftOut] = []
        #: What readers' pages hang on: files and settings.
        self.study = answers.describe()
        self.parts = [part for part in PARTS if part.name not in without]
        self.made: list[Part] = []

    def make(self) -> None:
        # What cannot be judged at all is no atlas: nothing is written.
        steps, done = len(self.languages) * (len(self.parts) + 1), 0
        faults: dict[str, str] = {}
        for part in self.parts:
            key = self._key(part)
            fault = self.store.fault_of(part.name, key)
            if fault is None:
                try:
                    for language in self.languages:
                        self.answers.progress("atlas", done, steps)
                        self._make_part(part, language)
                        done += 1
                    self.made.append(part)
                    continue
                except InputError as error:
                    if part.name in ("map", "briefs", "tables"):
                        raise
                    fault = {one: _say(error, one, self.answers.study.settings.language) for one in LANGUAGES}
                    self.store.put_fault(part.name, key, fault)
            done = len(self.languages) * (self.parts.index(part) + 1)
            faults[part.name] = key
            self.left_out.append(LeftOut(part.name, dict(fault)))
        for language in self.languages:
            self._make_front(language)
            done += 1
            self.answers.progress("atlas", done, steps)
        self.store.finish(faults)

    def _key(self, part: Part) -> str:
        return make_key("atlas part", name=part.name, study=self.study, **part.describe(self.answers))

    def _list_files(self, part: Part) -> list[str]:
        tables = () if "tables" in self.without else part.tables
        return [*part.pages(self.answers), *tables]

    def _make_part(self, part: Part, language: Language) -> None:
        """Make those files of a part that are not there as they should be."""
        names = self._list_files(part)
        keys = {name: make_key("atlas file", part=self._key(part), frame=self._frame(name, language)) for name in names}
        missing = [name for name in names if not self.store.holds(f"{language}/{name}", keys[name])]
        made = dict(part.make(self.answers, language, missing)) if missing else {}
        for name in names:
            if name in missing:
                self._put(name, language, keys[name], made[name])
            else:
                self.store.keep(f"{language}/{name}")

    def _put(self, name: str, language: Language, key: str, said: str | bytes) -> None:
        self.store.open()
        if name.endswith(".html"):
            said = frame_page(str(said), language, **self._frame(name, language))
        self.store.put(f"{language}/{name}", key, said if isinstance(said, bytes) else said.encode("utf-8"))

    def _frame(self, name: str, language: Language) -> dict[str, Any]:
        """What the bar above a page says; nothing of a file that is no page."""
        if not name.endswith(".html"):
            return {}
        up = "../" * name.count("/")
        home = (f"{up}{INDEX}", render("atlas.home", language))
        if name.startswith("communes/"):
            _, commune = list_briefs(self.answers)[name]
            path = [home, (f"{up}{INDEX}#communes", render("atlas.name_briefs", language)), ("", commune)]
        elif name == INDEX:
            path = [("", home[1])]
        else:
            path = [home, ("", render(f"atlas.name_{name.removesuffix('.html')}", language))]
        links = [(f"{up}map.html", "map"), (f"{up}{INDEX}#communes", "briefs"), (f"{up}method.html", "method")]
        links = [one for one in links if one[1] not in self.without]
        other = next((one for one in self.languages if one != language), None)
        return {
            "path": path,
            "links": [(address, render(f"atlas.name_{page}", language)) for address, page in links],
            "other": "" if other is None else f"{up}../{other}/{name}",
        }

    def _make_front(self, language: Language) -> None:
        """Make the pages that stand before the parts: they say what there is."""
        site = Site(
            self.answers, language, self.made, [one for one in PART_NAMES if one in self.without], self.left_out,
            self.contact,
        )  # fmt: skip
        for name, make in FRONT.items():
            self._make_front_page(site, make, name, f"{language}/{name}", self._frame(name, language))
        if language == self._find_first():
            # What one opens: the index in the study's language, beside the folders of pages.
            frame = self._frame(INDEX, language)
            frame["links"] = [(f"{language}/{address}", name) for address, name in frame["links"]]
            frame["other"] = frame["other"].removeprefix("../")
            self._make_front_page(replace(site, below=f"{language}/"), FRONT[INDEX], INDEX, INDEX, frame)

    def _find_first(self) -> Language:
        """The language that the atlas opens in: the study's, where there are pages in it."""
        own = self.answers.study.settings.language
        return own if own in self.languages else self.languages[0]

    def _make_front_page(
        self, site: Site, make: Callable[[Site], str], name: str, path: str, frame: Mapping[str, Any]
    ) -> None:
        key = make_key("atlas front", name=name, study=self.study, site=site.describe(), frame=frame)
        if self.store.holds(path, key):
            self.store.keep(path)
        else:
            self.store.open()
            self.store.put(path, key, frame_page(make(site), site.language, **frame).encode("utf-8"))
