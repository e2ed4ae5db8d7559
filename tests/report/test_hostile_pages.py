"""Texts from files on pages with maps: read as they were typed, and nothing in them runs, here or in a browser."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from html.parser import HTMLParser

import branca.element
import folium
import pytest
from coverage_factory import make_coverage
from hostile_study import HOSTILE, HOSTILE_FILE, hostile, write_hostile_study
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from page_reader import check_quiet, open_file, select

import geo_access as ga
from geo_access.report.comparison.page import PageHead
from geo_access.report.html import render_drawing, render_json, render_template
from geo_access.report.map.coverage_map import coverage_map
from geo_access.report.map.legends import draw_label
from geo_access.report.map.table import make_button
from geo_access.texts.controls import show_controls


class Reader(HTMLParser):
    """What a page says: its texts, its attributes, its blocks of data, and the code of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.code: list[str] = []
        self.tags: list[str] = []
        self._within = ""
        self._block = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        said = dict(attrs)
        self._within = tag if tag in ("script", "style") else ""
        if said.get("type") == "application/json":
            self._within = "json"
        self.texts += [value for value in said.values() if value]

    def handle_endtag(self, _tag):
        if self._within == "json":
            self._list(json.loads(self._block))
            self._block = ""
        self._within = ""

    def handle_data(self, data):
        if self._within == "json":
            self._block += data
        elif self._within == "script":
            self.code.append(data)
        elif not self._within:
            self.texts.append(data)

    def _list(self, value):
        if isinstance(value, str):
            self.texts.append(value)
        elif isinstance(value, (dict, list)):
            for one in value.values() if isinstance(value, dict) else value:
                self._list(one)

    def find(self, text: str) -> int:
        """How many texts hold this one."""
        return sum(text in one for one in self.texts)


def check_texts(page: str, fields: tuple[str, ...]) -> None:
    """Each text stands there as typed, and nowhere escaped twice or left as an element of its own."""
    seen = Reader(page)
    for field in fields:
        assert seen.find(show_controls(hostile(field))), field
    # A text that is left out of a sentence, as in a legend, ends like all of them.
    assert seen.find(html.escape('<img src=x onerror="window.ran=1">')) == 0
    assert seen.find("&amp;amp;") == 0
    assert "img" not in seen.tags
    assert not any("window.ran=1</script>" in code for code in seen.code)
    assert not re.search("[\x1b\u202e]", page)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_hostile_study(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def coverage(folder):
    return ga.check(ga.open_study(folder))


@pytest.fixture(scope="module")
def comparison(folder, coverage):
    """Before, the antenna was not open, and the closed site had another name."""
    sites = (folder / "sites.csv").read_text(encoding="utf-8")
    first, _, others = sites.partition("Antenne,")
    changed = others.replace(",open,", ",planned,").replace("Field closed", "Field once")
    (folder / "sites.csv").write_text(f"{first}Antenne,{changed}", encoding="utf-8")
    before = ga.check(ga.open_study(folder))
    (folder / "sites.csv").write_text(sites, encoding="utf-8")
    return ga.compare(before, coverage)


@pytest.fixture(autouse=True)
def nothing_runs(tmp_path, monkeypatch):
    """What would run on this machine leaves a file in the working folder."""
    monkeypatch.chdir(tmp_path)
    yield
    assert not (tmp_path / "ran").exists()


ON_THE_MAP = (
    "study", "source", "commune", "sst", "area", "site", "closed", "address", "hours", "operator", "origin", "agency",
    "line", "stop", "cell", "scenario", "note",
)  # fmt: skip
COMPARED = ("study", "source", "commune", "sst", "site", "closed", "once", "agency", "cell", "scenario", "note")


# Pages


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_coverage_map_says_every_text_as_typed(coverage, language):
    page = coverage_map(coverage, language=language).to_html()
    check_texts(page, ON_THE_MAP)
    assert Reader(page).find(f"bus {show_controls(HOSTILE_FILE)}.zip"), "the feed's file"
    assert coverage_map(coverage, language=language).to_html() == page


def test_tiles_and_their_credit_are_data(coverage):
    url = "https://tiles.example/{{ 7*7 }}/{% x/{z}/{x}/{y}.png?</script><script>window.ran=1</script>`${1}"
    page = coverage_map(coverage, tiles=url, attribution=hostile("credit")).to_html()
    check_texts(page, (*ON_THE_MAP, "credit"))
    said = next(code for code in Reader(page).code if "tile_layer_background = " in code)
    assert json.loads(re.search(r'L\.tileLayer\(\s*("(?:[^"\\]|\\.)*")', said)[1]) == url


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_comparison_map_says_every_text_as_typed(comparison, language):
    page = ga.comparison_map(comparison, language=language).to_html()
    check_texts(page, COMPARED)


def test_the_question_above_a_comparison_is_text_and_its_lead_is_html(comparison):
    head = PageHead(hostile("title"), hostile("answer"), Markup("<p>Of <i>ours</i></p>"), hostile("heading"))
    page = ga.comparison_map(comparison, head=head).to_html()
    check_texts(page, (*COMPARED, "title", "answer", "heading"))
    assert "<p>Of <i>ours</i></p>" in page
    careless = PageHead("t", "a", hostile("lead"), "h")
    check_texts(ga.comparison_map(comparison, head=careless).to_html(), (*COMPARED, "lead"))


def test_the_map_of_an_inspection_carries_names_as_data(folder, tmp_path):
    study = tmp_path / "study"
    write_hostile_study(study)
    text = (study / "residents.geojson").read_text(encoding="utf-8")
    # People against the legal population: a finding with a place and a commune's name.
    (study / "residents.geojson").write_text(text.replace('"ind": 1', '"ind": 9'), encoding="utf-8")
    page = ga.inspect(study).to_html("fr")
    blocks = re.findall(r'<script type="application/json" id="(data_[^"]+)">(.*?)</script>', page, re.S)
    named = [point[2] for _, block in blocks for point in json.loads(block)["points"]]
    assert show_controls(hostile("commune")) in named
    assert show_controls(hostile("closed")) in named


def test_a_notebook_shows_the_page_escaped_once(coverage, comparison):
    for shown, page in (
        (coverage_map(coverage), coverage_map(coverage).to_html()),
        (ga.comparison_map(comparison), ga.comparison_map(comparison).to_html()),
    ):
        frame = Reader(shown._repr_html_())
        assert frame.tags == ["iframe"]
        assert page in frame.texts
        assert frame.find(show_controls(hostile("study"))), "in the title of the frame"


# Elements of folium


ADDED = {
    "popup as text": lambda: folium.Marker([48.86, 2.3], popup=folium.Popup(HOSTILE, parse_html=True)),
    "popup as HTML": lambda: folium.Marker([48.86, 2.3], popup=html.escape(HOSTILE)),
    "lazy popup": lambda: folium.Marker([48.86, 2.3], popup=folium.Popup(html.escape(HOSTILE), lazy=True)),
    "tooltip": lambda: folium.Marker([48.86, 2.3], tooltip=html.escape(HOSTILE)),
    "icon": lambda: folium.Marker([48.86, 2.3], icon=folium.DivIcon(html=html.escape(HOSTILE))),
    "title": lambda: folium.Marker([48.86, 2.3], title=HOSTILE, alt=HOSTILE),
    "circle": lambda: folium.CircleMarker([48.86, 2.3], popup=html.escape(HOSTILE)),
    "line": lambda: folium.PolyLine([[48.86, 2.3], [48.9, 2.3]], tooltip=folium.Tooltip(html.escape(HOSTILE))),
    "features": lambda: folium.GeoJson(
        {
            "type": "Feature",
            "properties": {HOSTILE: HOSTILE},
            "geometry": {"type": "Point", "coordinates": [2.3, 48.86]},
        },
        name=HOSTILE,
    ),
    "group": lambda: folium.FeatureGroup(name=HOSTILE),
    "tiles": lambda: folium.TileLayer("https://x.example/{z}/{x}/{y}.png?{{ 7*7 }}{% x", attr=HOSTILE, name=HOSTILE),
}


@pytest.mark.parametrize("name", ADDED)
def test_what_an_added_element_says_is_no_template(name):
    drawn = coverage_map(make_coverage())
    ADDED[name]().add_to(drawn)
    page = drawn.to_html()
    assert page == drawn.to_html(), "rendering leaves the elements as they were"
    seen = Reader(page)
    code = "".join(seen.code)
    assert "{{ 7*7 }}" in code
    assert "{% x" in code
    assert "{{ 49 }}" not in code
    assert len(seen.code) == len(Reader(coverage_map(make_coverage()).to_html()).code), "no script is ended early"


def test_a_frame_in_a_popup_holds_its_html_as_written():
    drawn = coverage_map(make_coverage())
    folium.Marker([48.86, 2.3], popup=folium.Popup(folium.IFrame("<p>{{ 7*7 }}</p>"))).add_to(drawn)
    inside = re.findall(r'src="data:text/html;charset=utf-8;base64,([A-Za-z0-9+/=]+)"', drawn.to_html())
    assert [base64.b64decode(one).decode().strip() for one in inside] == ["<p>{{ 7*7 }}</p>"]


def test_a_template_that_a_user_writes_stays_one():
    drawn = coverage_map(make_coverage())
    drawn.get_root().html.add_child(folium.Element("<p>{{ 6*7 }} elements</p>"))
    assert "<p>42 elements</p>" in drawn.to_html()
    assert folium.Element("{{ 6*7 }}").render() == "42"


def test_other_threads_make_templates_while_a_page_is_drawn():
    found, go_on, rendered = [], threading.Event(), threading.Event()

    class Waiting(branca.element.MacroElement):
        def render(self, **_):
            go_on.set()
            rendered.wait(10)

    def make():
        go_on.wait(10)
        found.append(folium.Element("{{ 6*7 }}").render())
        rendered.set()

    other = threading.Thread(target=make)
    other.start()
    drawn = coverage_map(make_coverage())
    drawn.add_child(Waiting())
    drawn.to_html()
    other.join()
    assert found == ["42"]


# Parts


TEXTS = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    [HOSTILE, "{{ 7*7 }}", "{% x", "{# b", "</script>", "<!--", "`", "${1}", '"', "'", "]]>", "\x00", "\r\n", "\u2028"]
)


@given(TEXTS)
def test_a_text_comes_out_of_a_template_as_it_went_in(text):
    shown = show_controls(text)
    button = Reader(make_button(text, text, 3, "map", "fr"))
    assert button.tags == ["button"]
    assert not shown or button.texts[-1] == shown
    assert not shown or button.texts.count(shown) >= 3, "the name, and what a pointer and a screen reader are told"
    label = Reader(draw_label(text, "fr", kind="sst"))
    assert label.tags == ["svg", "path", "span"]
    assert not shown or label.texts[-1] == shown
    block = Reader(render_json("data", {"a": [text], text: 1}))
    assert not shown or block.texts[-1] == shown
    assert block.tags == ["script"]
    frame = render_template("notebook_frame.html", "en", title=text, page="<p>\n&amp;</p>", height=9)
    assert not shown or Reader(frame).texts[:2] == [shown, "<p>\n&amp;</p>"]


def test_a_drawing_needs_all_that_it_names():
    with pytest.raises(Exception, match="sign"):
        render_drawing("map/symbol.html", hollow=False, badge="")


# In a browser


@pytest.mark.browser
def test_a_browser_runs_nothing_of_the_coverage_map(browser, coverage, tmp_path):
    drawn = coverage_map(coverage)
    folium.Marker(
        [45.15, -15.0],
        popup=folium.Popup(HOSTILE, parse_html=True),
        tooltip=folium.Tooltip(html.escape(HOSTILE), permanent=True),
    ).add_to(drawn)
    drawn.save(tmp_path / "map.html")
    opened = open_file(browser, tmp_path / "map.html")
    titles = [mark.get_attribute("aria-label") for mark in select(opened, ".ga-site")]
    site = show_controls(hostile("site"))
    assert any(title.startswith(site) for title in titles)
    opened.execute_script(
        "arguments[0].click()", select(opened, ".ga-site")[titles.index(next(t for t in titles if site in t))]
    )
    popup = opened.execute_script("return document.querySelector('.leaflet-popup-content').textContent")
    for field in ("site", "address", "hours", "operator", "origin"):
        assert show_controls(hostile(field)) in popup, field
    opened.execute_script("sheet_map_coverage.map.closePopup()")
    said = opened.execute_script(
        "const {map, cellData} = sheet_map_coverage; return [sheet_map_coverage.cellCard(cellData, 3).textContent,"
        "sheet_map_coverage.communeCard(0).textContent, document.querySelector('table.ga-table').textContent]"
    )
    assert show_controls(hostile("cell")) in said[0]
    assert show_controls(hostile("commune")) in said[0]
    assert all(show_controls(hostile("commune")) in one for one in said[1:])
    assert show_controls(hostile("sst")) in said[1]
    # Stations are named when near.
    opened.execute_script("sheet_map_coverage.map.setZoom(15, {animate: false})")
    names = "return sheet_map_coverage.labels.map(label => label.element.textContent)"
    assert show_controls(hostile("stop")) in opened.execute_script(names)
    marker = select(opened, "img.leaflet-marker-icon")[0]
    opened.execute_script("arguments[0].click()", marker)
    assert opened.execute_script("return document.querySelector('.leaflet-popup-content').textContent") == HOSTILE
    tooltip = opened.execute_script("return document.querySelector('.leaflet-tooltip').textContent")
    assert tooltip.strip() == HOSTILE
    check_ran_nothing(opened)


@pytest.mark.browser
def test_a_browser_runs_nothing_of_the_comparison_map(browser, comparison, tmp_path):
    ga.comparison_map(comparison).save(tmp_path / "map.html")
    opened = open_file(browser, tmp_path / "map.html")
    said = opened.execute_script(
        "return [sheet_map_change.changeCard(3).textContent, sheet_map_change.communeCard(0).textContent]"
    )
    assert show_controls(hostile("cell")) in said[0]
    assert all(show_controls(hostile("commune")) in one for one in said)
    check_ran_nothing(opened)


@pytest.mark.browser
def test_a_browser_runs_nothing_of_an_inspection(browser, folder, tmp_path):
    ga.inspect(folder).save(tmp_path / "page.html")
    opened = open_file(browser, tmp_path / "page.html")
    said = opened.execute_script(
        "const found = []; map_000.eachLayer((layer) => { if (layer.getPopup && layer.getPopup()) { layer.openPopup();"
        "found.push(document.querySelector('.leaflet-popup-content').textContent); } }); return found"
    )
    assert any(show_controls(hostile("site")) in one or show_controls(hostile("commune")) in one for one in said)
    check_ran_nothing(opened)


def check_ran_nothing(opened) -> None:
    assert opened.execute_script("return window.ran") is None
    assert select(opened, "img[src='x']") == []
    check_quiet(opened)
