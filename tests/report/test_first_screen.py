"""The coverage page in a browser: the answer and the whole territory first, at every size, in the dark and enlarged."""

from __future__ import annotations

import pytest
from page_reader import check_quiet, open_file, select, set_screen

import geo_access as ga
from geo_access.report.map.coverage_map import coverage_map

pytestmark = pytest.mark.browser
#: How far down the figures and the map reach, and where the territory lies in the map (pixels).
FIRST = """
const low = (css) => document.querySelector(css).getBoundingClientRect().bottom;
const box = map_coverage.getContainer().getBoundingClientRect();
const {bounds} = sheet_map_coverage;
const [a, b] = [bounds.getSouthWest(), bounds.getNorthEast()].map((at) => map_coverage.latLngToContainerPoint(at));
const key = document.querySelector('.ga-short ul:not([hidden])');
return {figures: low('.ga-key'), frame: low('.ga-frame'),
  key: !key.checkVisibility() ? null
    : [key.getBoundingClientRect().bottom, key.innerText, key.querySelectorAll('svg').length],
  wide: document.documentElement.scrollWidth,
  whole: a.x >= 0 && b.y >= 0 && b.x <= box.width && a.y <= box.height,
  open: [...document.querySelectorAll('details.ga-panel')].map((one) => one.open)};
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("first") / "map.html"
    coverage_map(ga.check(ga.open_study()), language="fr").save(path)
    return path


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844), (320, 640)])
def test_the_answer_and_the_territory_are_on_the_first_screen(browser, page, width, height):
    with set_screen(browser, width, height, touch=width < 600):
        browser.get(page.as_uri())
        seen = browser.execute_script(FIRST)
        assert seen["wide"] <= width, "nothing to scroll sideways"
        assert seen["whole"]
        assert seen["figures"] < height
        if width > 320:
            assert seen["frame"] <= height
        # Where the legends are folded, colours are told below the map.
        if width > 960:
            assert seen["key"] is None
        else:
            low, said, swatches = seen["key"]
            assert low <= height or width == 320
            assert said.split() == ["Pôle", "social", "Antenne,", "PMI", "ou", "annexe", "Non", "desservi"]
            assert swatches == 3
        assert seen["open"]
        assert set(seen["open"]) == {width > 960}, "panels are folded where they stand below the map"


def test_the_key_below_the_map_follows_what_the_map_shows(browser, page):
    with set_screen(browser, 390, 844, touch=True):
        browser.get(page.as_uri())
        read = "return [...document.querySelectorAll('.ga-short ul:not([hidden])')].map((one) => one.innerText)"
        for theme, first in (("minutes", "< 10"), ("communes", "100"), ("departures", "tous"), ("cells", "Pôle")):
            browser.execute_script("geoAccess.setTheme(arguments[0])", theme)
            (said,) = browser.execute_script(read)
            assert said.replace("\u00a0", " ").startswith(first)


def test_the_column_scrolls_by_itself_beside_the_map(browser, page):
    with set_screen(browser, 1440, 900):
        browser.get(page.as_uri())
        aside = "const one = document.querySelector('.ga-aside');"
        assert browser.execute_script(f"{aside} return one.scrollHeight > one.clientHeight")
        browser.execute_script(f"{aside} one.scrollTop = 200")
        assert browser.execute_script(f"{aside} return [one.scrollTop, window.scrollY]") == [200, 0]


def test_a_page_enlarged_twice_needs_no_sideways_scroll(browser, page):
    with set_screen(browser, 720, 450):
        browser.get(page.as_uri())
        browser.execute_script("document.documentElement.style.fontSize = '200%'")
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")


def test_the_map_follows_the_dark_and_paper(browser, page):
    read = (
        "const canvas = document.querySelector('.leaflet-overlay-pane canvas');"
        "const drawn = getComputedStyle(document.querySelector('.folium-map')).backgroundColor;"
        "return [drawn, GeoAccessParts.tone('var(--halo)'), canvas.width > 0]"
    )
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    open_file(browser, page)
    light = browser.execute_script(read)
    try:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        # A page hears of it when it is next drawn.
        browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        dark = browser.execute_script(read)
        assert light[0] != dark[0]
        assert light[1] != dark[1]
        browser.execute_script("window.dispatchEvent(new Event('beforeprint'))")
        assert browser.execute_script(read)[1] == light[1], "paper is white"
        browser.execute_script("window.dispatchEvent(new Event('afterprint'))")
        assert browser.execute_script(read)[1] == dark[1]
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    check_quiet(browser)


def test_the_threshold_is_a_line_that_is_drawn_in_its_themes(browser, page):
    open_file(browser, page)
    count = "return document.querySelectorAll('.leaflet-outlines-pane path').length"
    before = browser.execute_script(count)
    names = {"minutes": 1, "departures": 2}
    for name, at in names.items():
        box = select(browser, ".leaflet-control-layers-base input")[at]
        browser.execute_script("arguments[0].click()", box)
        assert browser.execute_script(count) == before + 2, name
    box = select(browser, ".leaflet-control-layers-base input")[0]
    browser.execute_script("arguments[0].click()", box)
    assert browser.execute_script(count) == before
