"""Another promise in another country: every output speaks of libraries, never of French social services."""

from __future__ import annotations

import copy
import csv
import html
import json
import pickle
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from locations import PORTO_ALEGRE
from page_reader import read_blocks
from small_study import write_small_study

import geo_access as ga
from geo_access.cli.main import main
from geo_access.core.errors import InputError, SettingsError
from geo_access.texts import LANGUAGES, Text, read_catalogue, render
from geo_access.texts.vocabulary import Noun, Words, say_in_own_words

READING = PORTO_ALEGRE / "reading.toml"
#: Words of the département's services, as people read them; keys of columns and of JSON are no words.
FRENCH_SERVICES = re.compile(
    r"pôle|antenne|\bPMI\b|\bSST\b|social|solidarit|caravan|alto-?s|départem|discours|\bspeech\b|annexe|\bpoles?\b"
    r"|\bantennas?\b|permanence|\bINSEE\b|maternelle|hauts-de-seine|\bcommunes?\b",
    re.IGNORECASE,
)
#: Catalogues of what a study of another country never shows: fetching French open data, help, files and clusters.
ELSEWHERE = {"fetch", "sources", "clip", "help", "click_words", "limits", "cluster"}


@pytest.fixture(scope="module")
def coverage(shared_data):
    assert shared_data
    return ga.check(ga.open_study(READING))


def run(*asked):
    done = CliRunner().invoke(main, [asked[0], str(READING), *map(str, asked[1:])])
    assert done.exit_code in (0, 1), done.output
    return done.output


def list_values(data):
    """Every text of a JSON document but for its keys."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        return [text for one in data for text in list_values(one)]
    return [data] if isinstance(data, str) else []


def read_page(path: Path) -> str:
    """What a page says: its text, what is told of its pictures, and the data that its scripts show."""
    page = path.read_text(encoding="utf-8")
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    said = [html.unescape(re.sub(r"<[^>]+>", " ", bare))]
    said += map(html.unescape, re.findall(r'(?:aria-label|title|alt|placeholder|lang)="([^"]*)"', bare))
    said += [text for block in read_blocks(page).values() for text in list_values(block) if " " in text]
    return "\n".join(said)


def find_services(said: str) -> list[str]:
    # The names of the study's own files are shown beside their hashes.
    said = said.replace("communes.geojson", "")
    return [said[max(0, found.start() - 60) : found.end() + 40] for found in FRENCH_SERVICES.finditer(said)]


@pytest.mark.real_data
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_output_speaks_of_french_social_services(coverage, language, tmp_path):
    assert coverage
    wanted = {
        "en": ("library", "reading room", "quarter", "by bus"),
        "fr": ("bibliothèque", "salle de lecture", "quartier", "en bus"),
    }
    lang = ("--lang", language)
    said = {form: run("check", *lang, "--format", form) for form in ("table", "markdown", "github", "junit", "csv")}
    document = json.loads(run("check", *lang, "--format", "json"))
    said["json"] = "\n".join(text for text in list_values(document) if " " in text)
    for name, asked in {
        "map": ("map",),
        "brief": ("brief", "--commune", "Nordeste"),
        "explain": ("explain", "--from", "Nordeste"),
        "compare": ("compare", "--set-after", "policy.pole.pool=own_sst"),
        "place": ("place", "--kind", "library", "--count", "1"),
        "redraw": ("redraw", "--count", "2"),
        "fairness": ("fairness",),
    }.items():
        page = tmp_path / f"{name}.html"
        where = "--map" if name in ("explain", "redraw", "fairness") else "--output"
        said[name] = run(*asked, *lang, where, page)
        said[f"{name} page"] = read_page(page)
    said["journey"] = run("explain", *lang, "--from", "-30.03,-51.2")
    said["reading room"] = run("place", *lang, "--kind", "reading_room", "--count", "1")
    said["inspect"] = run("inspect", *lang)
    said["scenario"] = run("check", *lang, "--add-site", "library@-30.05,-51.15")
    run("export", *lang, "--output", tmp_path / "out")
    with (tmp_path / "out" / "columns.csv").open(encoding="utf-8-sig", newline="") as file:
        described = [re.sub(r"`\w+`", "", text) for row in csv.reader(file, delimiter=";") for text in row[4:]]
    said["columns"] = "\n".join(described)
    for plot in (coverage.plot(language=language), coverage.plot("communes", language=language)):
        from matplotlib.text import Text as Written

        plot.draw_without_rendering()
        said["figures"] = said.get("figures", "") + "\n".join(text.get_text() for text in plot.findobj(Written))
    found = {name: find_services(text) for name, text in said.items()}
    assert {} == {name: words for name, words in found.items() if words}
    for word in wanted[language]:
        assert word in said["table"], word
        assert word in said["map page"], word


@pytest.mark.real_data
def test_the_study_s_kinds_are_drawn_as_it_says(coverage):
    page = coverage.explore().to_html()
    blocks = json.dumps(read_blocks(page))
    assert "#005f73" in blocks
    assert "#9b2226" in blocks
    # The circle is the library's now, and the letter of the pôles is gone.
    assert 'd=\\"M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19z\\" fill=\\"#005f73' in blocks
    assert "M9.2 17.5v-11h4a3.3" not in page


@pytest.mark.real_data
def test_words_change_nothing_but_words(coverage):
    """The same study in the département's terms: the same seconds, states and shares; keys stay the machine's."""
    settings = coverage.times.settings
    document = {key: value for key, value in coverage.times.inputs.study.document.items() if key != "kinds"}
    assert {"pole", "antenna", "permanence"} == set(coverage.sites["kind"])
    assert ("pole",) == settings.policy.pole.kinds
    assert "own" == coverage.summary["preset"]
    assert {"library": "pole", "reading_room": "antenna", "book_bus": "permanence"} == settings.roles
    assert "kinds" not in document
    assert {"pole", "antenna", "beyond", "unsnapped"} >= set(coverage.residents["state"])
    assert not coverage.sites["counts_as_pmi"].any()
    sent = pickle.loads(pickle.dumps(coverage.language))  # noqa: S301 -- pickled just now
    for language in (copy.copy(coverage).language, copy.deepcopy(coverage.language), sent):
        assert "library" in render("results.word_pole", language)


def write_reading(folder: Path, names: str) -> Path:
    """The small study with words of its own."""
    write_small_study(folder, changes=names)
    sites = (
        (folder / "sites.csv").read_text(encoding="utf-8").replace(",pole,", ",library,").replace(",antenne,", ",room,")
    )
    (folder / "sites.csv").write_text(sites, encoding="utf-8")
    return folder


PLAIN = """
[policy]
pole = {{ kinds = ["library"] }}
antenna = {{ kinds = ["room"] }}
[kinds.library]
{}
[kinds.room]
{}
"""


def test_a_study_s_kinds_give_the_verdict_of_ours(tmp_path):
    ours = ga.check(ga.open_study(write_small_study(tmp_path / "ours")))
    theirs = ga.check(ga.open_study(write_reading(tmp_path / "theirs", PLAIN.format("", ""))))
    for name in ("state", "share_of_departures", "pole_p50_s", "antenna_s", "pole_site", "over_min"):
        assert ours.residents[name].equals(theirs.residents[name]), name
    assert ours.summary["total"] == theirs.summary["total"]
    assert "bibliothèque" not in str(theirs.summary)
    assert "library" in render("results.kind_pole", theirs.language).lower()
    with pytest.raises(InputError, match="pole"):
        ga.place_sites(theirs, kind="libary", count=1)
    assert ga.place_sites(theirs, kind="library", count=1).kind == "pole"


@pytest.mark.parametrize(
    ("library", "room", "said"),
    [
        ('label = "<b>x</b>"', 'label = "{pole}"', "braces"),
        ('label = "a\\u202eb"', "", "invisible"),
        (f'label = "{"x" * 61}"', "", "60"),
        ('label = ""', "", "characters"),
        ('colour = "red"', "", "#005f73"),
        ('colour = "#ffff66"', "", "contrast"),
        ('shape = "star"', "", "pentagon"),
        ('shape = "circle"', 'shape = "circle"', "same shape"),
        ('label = "desk"', 'label = "Desk"', "both called"),
        ('as = "pole"', 'as = "pole"', "same role"),
        ('as = "kiosk"', "", "antenna"),
        ('lable = "x"', "", "label"),
    ],
)
def test_words_and_signs_that_will_not_do_are_refused(tmp_path, library, room, said):
    with pytest.raises(SettingsError) as caught:
        ga.open_study(write_reading(tmp_path / "study", PLAIN.format(library, room)))
    assert said in caught.value.text("en")
    assert "study.toml" in caught.value.text("fr")


@pytest.mark.parametrize("key", ["Library", "l ibrary", "l-i"])
def test_a_key_that_is_none_is_refused(tmp_path, key):
    with pytest.raises(SettingsError, match="library, reading_room"):
        ga.open_study(write_small_study(tmp_path / "study", changes=f'\n[kinds."{key}"]\n'))


def test_hostile_words_are_shown_not_obeyed(tmp_path):
    names = PLAIN.format(
        'label = "<script>alert(1)</script> & \\"x\\""', 'label = "%s $x \\\\1 {{ }}"'.replace("{{ }}", "")
    )
    coverage = ga.check(ga.open_study(write_reading(tmp_path / "study", names)))
    page = coverage.explore().to_html()
    assert "<script>alert(1)" not in page
    assert "alert(1)" in page
    assert "%s $x \\1" in html.unescape(page)


def test_an_unknown_kind_of_the_list_is_told_with_the_study_s_nearest(tmp_path):
    folder = write_reading(tmp_path / "study", PLAIN.format("", ""))
    (folder / "sites.csv").write_text(
        (folder / "sites.csv").read_text(encoding="utf-8").replace(",room,", ",rooom,"), encoding="utf-8"
    )
    (told,) = [one for one in ga.check(ga.open_study(folder)).findings if one.code == "places.site_kind_slip"]
    assert "room" == told.params["guess"]


#: A feminine word, one that begins with a vowel, one of several parts.
WORDS = Words(
    (
        ("pole", Noun("école", "écoles", feminine=True), Noun("archive", "archives")),
        (
            "antenna",
            Noun("salle de lecture", "salles de lecture", feminine=True),
            Noun("reading room", "reading rooms"),
        ),
        ("pmi", Noun("jardin", "jardins"), Noun("garden", "gardens")),
        ("sst", Noun("arrondissement", "arrondissements"), Noun("ward", "wards")),
        ("commune", Noun("quartier", "quartiers"), Noun("quarter", "quarters")),
    )
)


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        ("fr", "Temps vers le pôle le plus proche", "Temps vers l’école la plus proche"),
        ("fr", "accès aux pôles sociaux, antennes", "accès aux écoles, salles de lecture"),
        ("fr", "n’atteint aucun pôle du SST", "n’atteint aucune école de l’arrondissement"),
        ("fr", "d’une PMI, à la PMI, les PMI", "d’un jardin, au jardin, les jardins"),
        ("fr", "{count} SST de la commune, {pole}", "{count} arrondissements du quartier, {pole}"),
        ("fr", 'policy.pole.pool = "own_sst", territory.sst', 'policy.pole.pool = "own_sst", territory.sst'),
        ("fr", "Un pôle, l’antenne, des communes", "Une école, la salle de lecture, des quartiers"),
        ("en", "A pôle, an antenna, the nearest pole", "An archive, a reading room, the nearest archive"),
        ("en", "{count:?commune|communes} by SST", "{count:?quarter|quarters} by ward"),
        ("en", "the speech says; INSEE code", "the promise says; code"),
    ],
)
def test_articles_and_plurals_follow_the_word(language, said, expected):
    assert expected == say_in_own_words(said, language, WORDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_that_a_study_may_show_keeps_a_word_of_ours(language):
    """Whatever is written into the catalogues later is said in a study's own words too."""
    kept, own = [], read_catalogue("own")
    texts = Path(ga.__file__).parent / "texts"
    for part in sorted({path.stem for path in texts.glob("*.json")} - ELSEWHERE):
        for name, text in read_catalogue(part).items():
            if text.en == "insee":  # the key of a column
                continue
            instead: Text = own.get(f"{part}__{name}", text)
            said = say_in_own_words(getattr(instead, language), language, WORDS)
            # What stands in braces or backquotes, behind a point, an underscore or two hyphens is a key, not a word.
            bare = re.sub(r"\{[^{}:|]*[}:]|`[^`]*`|[\w.=\"]*[._]\w+|--[\w-]+|“\w+”|«\u00a0\w+\u00a0»|\w+=", " ", said)
            kept += [(f"{part}.{name}", found[0]) for found in FRENCH_SERVICES.finditer(bare)]
    assert kept == []


def test_every_text_of_ones_own_stands_for_one_of_ours():
    for name in read_catalogue("own"):
        part, _, text = name.partition("__")
        assert text in read_catalogue(part), name
