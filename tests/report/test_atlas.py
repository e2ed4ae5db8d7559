"""The atlas: links that lead somewhere, the same bytes twice, only what changed written, and what is not there said."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

import pytest
from click.testing import CliRunner
from hostile_study import write_hostile_study
from page_reader import check_accessible, check_quiet, keep_picture, set_screen
from small_study import write_small_study

import geo_access as ga
from geo_access.cli.atlas import PARTS as OPTIONS
from geo_access.cli.main import main
from geo_access.core.errors import InputError
from geo_access.report.atlas import parts
from geo_access.report.atlas.folder import MANIFEST
from geo_access.report.atlas.frame import frame_page
from geo_access.report.atlas.parts import PART_NAMES

FEW = ("robustness", "place", "compare", "redraw", "fairness", "inspect")


class Reader(HTMLParser):
    """Takes the links, the ids and the language of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links, self.ids, self.language = [], set(), None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.ids |= {named["id"]} if "id" in named else set()
        self.language = named.get("lang") if tag == "html" else self.language
        if tag == "a" and "href" in named:
            self.links.append(named["href"])


def read_all(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def list_times(folder):
    return {name: (folder / name).stat().st_mtime_ns for name in read_all(folder)}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return ga.open_study(write_small_study(tmp_path_factory.mktemp("study")))


@pytest.fixture(scope="module")
def whole(study, tmp_path_factory):
    """An atlas of everything but robustness."""
    return ga.write_atlas(study, tmp_path_factory.mktemp("atlas") / "whole", without=["robustness"])


@pytest.fixture
def short(study, tmp_path):
    """An atlas of the quickest parts."""
    return ga.write_atlas(study, tmp_path / "atlas", without=FEW)


def test_every_link_leads_to_a_file_and_a_place_of_the_atlas(whole):
    pages = {path: Reader(path.read_text(encoding="utf-8")) for path in sorted(whole.folder.rglob("*.html"))}
    assert len(pages) > 2 * 8
    led = set()
    for path, page in pages.items():
        for link in page.links:
            address, place = urldefrag(link)
            target = (path.parent / unquote(address)).resolve() if address else path
            assert target.is_file(), (path.name, link)
            assert target.is_relative_to(whole.folder.resolve())
            if place and target.suffix == ".html":
                assert place in pages[target if target in pages else path].ids, (path.name, link)
            if address:
                led.add(target)
    # Nothing lies in the folder that no page leads to, but for the manifest and what one opens.
    alone = {name for name in read_all(whole.folder) if (whole.folder / name).resolve() not in led}
    assert alone == {MANIFEST, "index.html"}


def test_both_languages_have_the_same_pages_in_their_own_words(whole):
    names = {
        one: {path.relative_to(whole.folder / one) for path in (whole.folder / one).rglob("*")} for one in ("fr", "en")
    }
    assert names["fr"] == names["en"]
    for path in whole.folder.rglob("*.html"):
        language = "en" if path.is_relative_to(whole.folder / "en") else "fr"
        said = path.read_text(encoding="utf-8")
        assert Reader(said).language == language
        assert ('lang="en" hreflang="en">English' if language == "fr" else 'lang="fr" hreflang="fr">Français') in said


def test_a_second_run_makes_nothing_and_another_folder_has_the_same_bytes(study, whole, tmp_path, monkeypatch):
    before = list_times(whole.folder)
    with monkeypatch.context() as patch:
        patch.setattr("geo_access.report.atlas.answers.judge", None)
        again = ga.write_atlas(study, whole.folder, without=["robustness"])
    assert (again.written, again.removed) == ((), ())
    assert sorted(again.kept) == sorted(whole.written)
    assert list_times(whole.folder) == before
    other = ga.write_atlas(study, tmp_path / "other", without=["robustness"])
    assert read_all(other.folder) == read_all(whole.folder)


def test_a_changed_source_rewrites_only_the_pages_that_cite_it(study, short):
    tables = [name for name in short.written if "/tables/" in name]
    briefs = [name for name in short.written if "/communes/" in name]
    assert len(tables) == 4
    assert len(briefs) == 4
    changed = ga.write_atlas(study.vary({"sources": ["Recensement de 2020"]}), short.folder, without=FEW)
    assert {"fr/map.html", "en/map.html", "fr/method.html", "en/method.html"} <= set(changed.written)
    assert set(changed.kept) >= {*tables, "fr/accessibility.html", "en/index.html", "index.html"}
    assert "Recensement de 2020" in (short.folder / "fr" / "method.html").read_text(encoding="utf-8")


def test_a_run_that_was_interrupted_goes_on(study, short, tmp_path, monkeypatch):
    made, render = [], parts.render_brief

    def stop(coverage, insee, helps, language):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append((insee, language))
        return render(coverage, insee, helps, language)

    monkeypatch.setattr(parts, "render_brief", stop)
    folder = tmp_path / "half"
    with pytest.raises(KeyboardInterrupt):
        ga.write_atlas(study, folder, without=FEW)
    half = read_all(folder)
    assert "fr/map.html" in half
    assert "index.html" not in half, "what is half done has no index"
    assert not [name for name in half if ".part" in name]
    made.clear()
    finished = ga.write_atlas(study, folder, without=FEW)
    assert {name for name in half if name != MANIFEST} == set(finished.kept)
    assert read_all(folder) == read_all(short.folder)
    assert made == [("01001", "en"), ("01002", "en")]


def test_what_was_spoilt_is_written_again_and_what_is_foreign_stays(study, short):
    (short.folder / "fr" / "map.html").write_text("spoilt", encoding="utf-8")
    (short.folder / "en" / "method.html").unlink()
    (short.folder / "fr" / "mine.txt").write_text("mine", encoding="utf-8")
    again = ga.write_atlas(study, short.folder, without=FEW)
    assert sorted(again.written) == ["en/method.html", "fr/map.html"]
    assert (short.folder / "fr" / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_what_an_atlas_has_no_more_is_removed_unless_somebody_changed_it(study, short):
    (short.folder / "en" / "method.html").write_text("mine", encoding="utf-8")
    again = ga.write_atlas(study, short.folder, without=[*FEW, "tables"], languages=["fr"])
    assert {"fr/tables/communes.csv", "en/map.html", "en/index.html"} <= set(again.removed)
    left = set(read_all(short.folder))
    assert {name for name in left if name.startswith("en/")} == {"en/method.html"}
    assert not (short.folder / "fr" / "tables").exists()
    assert 'hreflang="en"' not in (short.folder / "fr" / "map.html").read_text(encoding="utf-8")


def test_a_manifest_that_names_files_elsewhere_removes_none(study, short, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text("kept", encoding="utf-8")
    manifest = json.loads((short.folder / MANIFEST).read_text(encoding="utf-8"))
    entry = {"key": "0" * 64, "sha256": "79c1be4a9b9ae0db7c3c8f4ac0b8d2b1a9d7b9c6a1d5f9c3e8a7b6c5d4e3f2a1"}
    manifest["files"] |= {"../kept.txt": entry, str(kept): entry}
    (short.folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    ga.write_atlas(study, short.folder, without=FEW)
    assert kept.read_text(encoding="utf-8") == "kept"
    assert "kept.txt" not in (short.folder / MANIFEST).read_text(encoding="utf-8")
    (short.folder / MANIFEST).write_text("[" * 9, encoding="utf-8")
    again = ga.write_atlas(study, short.folder, without=FEW)
    assert again.removed == ()


def test_what_cannot_be_made_is_left_out_and_said_on_the_index(study, tmp_path):
    without = [name for name in FEW if name not in ("compare", "redraw")]
    bare = study.vary({"territory.sst": None})
    made = ga.write_atlas(bare, tmp_path / "atlas", without=without)
    assert sorted(made.left_out) == ["compare", "redraw"]
    assert "--after" in made.left_out["compare"]
    index = (tmp_path / "atlas" / "en" / "index.html").read_text(encoding="utf-8")
    assert "Before and after: the study has one zoning only" in index
    assert "compare.html" not in index
    assert str(tmp_path) not in index
    assert not (tmp_path / "atlas" / "fr" / "redraw.html").exists()
    # It is not tried again.
    assert ga.write_atlas(bare, tmp_path / "atlas", without=without).written == ()
    beside = bare.vary({"policy.pole": {"lt": 30}})
    compared = ga.write_atlas(bare, tmp_path / "atlas", without=without, after=beside)
    assert list(compared.left_out) == ["redraw"]
    assert "en/compare.html" in compared.written


def test_the_index_answers_first(whole):
    said = re.sub(r"<style>.*?</style>", "", (whole.folder / "index.html").read_text(encoding="utf-8"), flags=re.S)
    page = said[said.index("<h1>") :]
    places = [page.index(mark) for mark in ('data-key="communes"', "<svg", 'href="fr/map.html"', 'id="communes"')]
    assert places == sorted(places)
    assert 'href="fr/communes/01001-ouest.html">Ouest</a>' in said
    assert "la commande geo-access robustness" in said


def test_how_sure_it_is_stands_on_index_map_and_method(study, tmp_path, monkeypatch):
    for name, few in (("_JOINT", 1), ("_MOVES", 1), ("DAYS", (1,)), ("HOURS_S", ())):
        monkeypatch.setattr(f"geo_access.analysis.robustness.{name}", few)
    made = ga.write_atlas(
        study, tmp_path / "atlas", without=[one for one in FEW if one != "robustness"], languages=["en"]
    )
    folder = made.folder / "en"
    assert {"en/robustness.html", "en/tables/robustness.xlsx"} <= set(made.written)
    for name in ("index.html", "map.html"):
        assert re.search(r"% to [0-9.]+% by assumption\)", (folder / name).read_text(encoding="utf-8")), name
    assert re.search(r"judged \d+ times", (folder / "method.html").read_text(encoding="utf-8"))


def test_hostile_names_are_text_everywhere(tmp_path):
    study = ga.open_study(write_hostile_study(tmp_path / "study"))
    made = ga.write_atlas(study, tmp_path / "atlas", without=FEW)
    for name in made.written:
        if name.endswith(".html"):
            said = (made.folder / name).read_text(encoding="utf-8")
            outside = re.sub(r"<script\b.*?</script>", "", said, flags=re.S)
            assert "<script>window.ran" not in outside, name
            assert "<img src=x" not in outside, name
            assert "javascript:" not in " ".join(Reader(said).links)
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path.parent / "ran").exists()


def test_pages_are_accessible_and_fit_a_phone(whole, browser, tmp_path):
    for name in ("fr/index.html", "en/method.html", "fr/accessibility.html"):
        browser.get_log("browser")
        browser.get_log("performance")
        browser.get((whole.folder / name).as_uri())
        with set_screen(browser, 320, 640, touch=True):
            wide = browser.execute_script("return document.scrollingElement.scrollWidth")
            assert wide <= 320, (name, wide)
            check_accessible(browser)
        check_quiet(browser)
        keep_picture(browser, f"atlas-{name.replace('/', '-')}", tmp_path)


def test_the_bar_leads_on_by_keyboard_and_leaves_the_page_below_it_alone(whole, browser):
    from selenium.webdriver.common.keys import Keys

    browser.get((whole.folder / "fr" / "communes" / "01001-ouest.html").as_uri())
    browser.find_element("css selector", "body").send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("href").endswith("#ga-content")
    browser.find_element("link text", "English").click()
    assert browser.current_url.endswith("/en/communes/01001-ouest.html")
    browser.find_element("link text", "Home").click()
    assert browser.current_url.endswith("/en/index.html")
    check_quiet(browser)


def test_a_page_without_a_body_is_refused():
    with pytest.raises(ValueError, match="without a body"):
        frame_page("<p>no page</p>", "fr", path=[], links=[], other="")


# The command


def run(*arguments):
    return CliRunner().invoke(main, ["atlas", "--quiet", *map(str, arguments)])


def test_the_command_names_the_parts_that_there_are():
    assert OPTIONS == PART_NAMES


def test_the_command(study, tmp_path):
    folder = tmp_path / "atlas"
    leave = [part for name in FEW for part in ("--without", name)]
    told = run(study.folder, "--output", folder, "--pages", "en", "--contact", "access@example.org", *leave)
    assert told.exit_code == 0, told.output
    assert str(folder / "index.html") in told.output
    assert "access@example.org" in (folder / "en" / "accessibility.html").read_text(encoding="utf-8")
    assert not (folder / "fr").exists()
    again = run(
        "--lang", "en", study.folder, "--output", folder, "--pages", "en", "--contact", "access@example.org", *leave
    )
    assert "0 files written" in again.output


def test_bad_input_is_one_line_and_leaves_nothing(study, tmp_path):
    taken, file = tmp_path / "taken", tmp_path / "file"
    taken.mkdir()
    (taken / "letter.txt").write_text("mine", encoding="utf-8")
    file.write_text("mine", encoding="utf-8")
    for wrong in (
        [study.folder, "--output", taken],
        [study.folder, "--output", file],
        [study.folder, "--output", tmp_path / "no" / "folder"],
        [tmp_path / "nowhere", "--output", tmp_path / "new"],
        [study.folder, "--output", tmp_path / "new", "--after", tmp_path / "nowhere"],
        [study.folder, "--output", tmp_path / "new", "--set-after", "nothing"],
        [study.folder, "--output", tmp_path / "new", "--without", "everything"],
        [study.folder, "--output", tmp_path / "new", "--set", "departures.from=23:00"],
    ):
        told = run(*wrong)
        assert told.exit_code == 2, wrong
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "taken"]
    assert [path.name for path in taken.iterdir()] == ["letter.txt"]
    with pytest.raises(InputError, match=r"letter\.txt"):
        ga.write_atlas(study, taken)
    for named in ({"without": ["everything"]}, {"languages": ["de"]}, {"languages": []}):
        with pytest.raises(InputError):
            ga.write_atlas(study, tmp_path / "new", **named)
