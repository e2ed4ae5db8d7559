"""The map of a real study in a browser: every theme and layer, the choice of a place, keyboard, axe, paper, tiles."""

from __future__ import annotations

import http.server
import threading
from base64 import b64decode
from io import BytesIO

import pytest
from page_reader import (
    check_accessible,
    check_quiet,
    click_at,
    find_artefacts,
    keep_picture,
    open_file,
    read_popup,
    select,
    wait_for,
)
from priority_study import make_study

import geo_access as ga
from geo_access.report.map.coverage_map import coverage_map

pytestmark = pytest.mark.browser
THEMES = ("cells", "minutes", "departures", "communes", "reach")


@pytest.fixture(scope="module")
def sample():
    return ga.check(ga.open_study())


@pytest.fixture(scope="module")
def pages(sample, tmp_path_factory):
    """The embedded sample as pages in both languages."""
    folder = tmp_path_factory.mktemp("pages")
    for language in ("fr", "en"):
        coverage_map(sample, language=language).save(folder / f"{language}.html")
    return folder


@pytest.fixture
def opened(browser, pages):
    yield open_file(browser, pages / "fr.html")
    check_quiet(browser)


def choose_theme(browser, name: str) -> None:
    box = select(browser, ".leaflet-control-layers-base input")[THEMES.index(name)]
    browser.execute_script("arguments[0].click()", box)


def toggle(browser, words: str):
    """Put the layer whose label holds these words on or off."""
    label = next(one for one in select(browser, ".leaflet-control-layers-overlays label") if words in one.text)
    browser.execute_script("arguments[0].click()", label.find_element("css selector", "input"))


def count_paths(browser, pane: str) -> int:
    return browser.execute_script(f"return document.querySelectorAll('.leaflet-{pane}-pane path').length")


def press(browser, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


# Themes and layers


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_theme_shows_its_legend_and_passes_axe(browser, pages, tmp_path, language):
    open_file(browser, pages / f"{language}.html")
    for name in THEMES:
        choose_theme(browser, name)
        shown = [theme for theme in THEMES if select(browser, f"#map_coverage_legend_{theme}")[0].is_displayed()]
        assert shown == [name]
        keep_picture(browser, f"sample_{language}_{name}", tmp_path)
        check_accessible(browser)
    check_quiet(browser)


@pytest.mark.parametrize("width", [1400, 420])
def test_page_with_areas_and_a_popup_passes_axe(browser, tmp_path, width):
    coverage_map(ga.check(make_study(tmp_path))).save(tmp_path / "map.html")
    open_file(browser, tmp_path / "map.html")
    browser.set_window_size(width, 1100)
    toggle(browser, "trop rare, en points")
    browser.execute_script("arguments[0].click()", select(browser, ".ga-site")[0])
    assert "Habitants à portée" in read_popup(browser)
    keep_picture(browser, f"areas_{width}", tmp_path)
    check_accessible(browser)
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    check_quiet(browser)


def test_layers_come_and_go(opened, tmp_path):
    assert count_paths(opened, "rail") > 10
    toggle(opened, "Train, métro")
    assert count_paths(opened, "rail") == 0
    toggle(opened, "Train, métro")
    assert count_paths(opened, "rail") > 10
    drawn = "return map_coverage.hasLayer(feature_group_streets)"
    assert opened.execute_script(drawn)
    toggle(opened, "Rues")
    assert not opened.execute_script(drawn)
    toggle(opened, "trop rare, en points")
    assert opened.execute_script("return map_coverage.hasLayer(feature_group_beyond)")
    # Chromium prints a second canvas as a white sheet over the first.
    assert len(select(opened, ".folium-map canvas")) == 1
    keep_picture(opened, "sample_dots", tmp_path)


def test_a_station_says_its_name_and_lines(opened):
    opened.execute_script("document.querySelector('.ga-frame').scrollIntoView({block: 'center', behavior: 'instant'})")
    dots = select(opened, ".leaflet-rail-pane path.leaflet-interactive")
    opened.execute_script("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true, view: window}))", dots[0])
    assert "Lignes" in read_popup(opened)


def test_stations_are_named_when_near(opened, tmp_path):
    def count() -> int:
        names = select(opened, ".ga-station > div")
        return sum(name.is_displayed() for name in names)

    opened.execute_script("map_coverage.setZoom(11, {animate: false})")
    assert count() == 0
    opened.execute_script("map_coverage.setZoom(14, {animate: false})")
    assert count() > 3
    keep_picture(opened, "sample_near", tmp_path)


# One place


def test_a_place_is_chosen_by_keyboard(opened, tmp_path):
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select

    choose_theme(opened, "reach")
    said = select(opened, "#map_coverage_reached")[0]
    choice = Select(select(opened, "#map_coverage_place")[0])
    first = said.text
    assert first.startswith(choice.first_selected_option.text)
    assert len(select(opened, ".ga-chosen")) == 1
    opened.execute_script("arguments[0].focus()", choice._el)
    press(opened, Keys.ARROW_DOWN)
    assert said.text != first
    assert said.text.startswith(choice.first_selected_option.text)
    assert len(select(opened, ".ga-chosen")) == 1
    keep_picture(opened, "sample_reach", tmp_path)
    choose_theme(opened, "cells")
    assert select(opened, ".ga-chosen") == []


def test_a_popup_leads_to_what_the_place_serves(opened):
    from selenium.webdriver.common.keys import Keys

    site = next(mark for mark in select(opened, ".ga-site") if "Pontarelle" in mark.get_attribute("aria-label"))
    opened.execute_script("arguments[0].focus()", site)
    press(opened, Keys.ENTER)
    assert "Habitants à portée" in read_popup(opened)
    press(opened, Keys.TAB, Keys.ENTER)
    wait_for(opened, ".leaflet-popup-content", 0)
    assert select(opened, "#map_coverage_legend_reach")[0].is_displayed()
    assert "Pontarelle" in select(opened, "#map_coverage_reached")[0].text
    assert select(opened, ".leaflet-control-layers-base input")[THEMES.index("reach")].is_selected()


def test_the_table_of_places_opens_a_place(opened):
    button = select(opened, "button[data-what=place]")[0]
    opened.execute_script("arguments[0].click()", button)
    assert button.text in read_popup(opened)


def test_a_cell_answers_in_every_theme(opened, sample):
    cells = sample.residents
    at = cells.index[(cells["insee"] == cells["insee"].iloc[-1]) & (cells["weight"] > 0)][-1]
    middle = cells.geometry.centroid.to_crs("EPSG:4326").loc[at]
    for name in THEMES:
        choose_theme(opened, name)
        opened.execute_script(f"map_coverage.setView([{middle.y}, {middle.x}], 16, {{animate: false}})")
        click_at(opened, middle.y, middle.x)
        said = read_popup(opened)
        if name == "communes":
            assert "Promesse tenue" in said
        else:
            assert str(cells["cell"].loc[at]) in said
        opened.execute_script("map_coverage.closePopup()")
        wait_for(opened, ".leaflet-popup-content", 0)


# Keyboard, motion, paper


def test_focus_goes_down_the_page_and_is_always_seen(opened):
    from selenium.webdriver.common.keys import Keys

    walked = []
    for _ in range(200):
        press(opened, Keys.TAB)
        step = opened.execute_script(
            "const now = document.activeElement, last = window.gaLast; window.gaLast = now;"
            "if (now === document.body) return null;"
            "const box = now.getBoundingClientRect(), style = getComputedStyle(now);"
            "return {on: now.className || now.tagName,"
            # Hours and minutes of one box for a time of day are stops of their own.
            " after: !last || !last.isConnected || now.type === 'time' || !!(last.compareDocumentPosition(now) & 4),"
            " seen: box.width > 0 && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1}"
        )
        if step is None:
            break
        walked.append(step)
    assert len(walked) > 60, "zoom, places, themes, layers, tables"
    assert [step["on"] for step in walked if not step["after"]] == []
    assert [step["on"] for step in walked if not step["seen"]] == []
    assert walked[0]["on"] == "ga-skip"


@pytest.fixture
def motion(browser):
    """Say which motion the reader prefers, as the settings of a computer do."""

    def prefer(value: str) -> None:
        features = [{"name": "prefers-reduced-motion", "value": value}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    yield prefer
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_who_asks_for_stillness(browser, pages, motion, wish, moves):
    motion(wish)
    open_file(browser, pages / "fr.html")
    options = "const o = map_coverage.options; return [o.zoomAnimation, o.fadeAnimation, o.markerZoomAnimation]"
    assert browser.execute_script(options) == [moves] * 3


def test_a_popup_that_fades_in_ends_readable(browser, pages, motion):
    motion("no-preference")
    open_file(browser, pages / "fr.html")
    browser.execute_script("arguments[0].click()", select(browser, ".ga-site")[0])
    assert read_popup(browser)
    check_accessible(browser)
    opacity = "return getComputedStyle(document.querySelector('.leaflet-popup')).opacity"
    assert browser.execute_script(opacity) == "1"


def test_paper_lists_the_layers_that_are_on(opened):
    listed = (
        "return Array.from(document.querySelectorAll('#map_coverage_shown > li:not([hidden])'), li => li.textContent)"
    )
    before = opened.execute_script(listed)
    assert not any("en points" in line for line in before)
    toggle(opened, "trop rare, en points")
    after = opened.execute_script(listed)
    assert any("en points" in line for line in after)
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_prints_on_a4(browser, pages, language, tmp_path):
    open_file(browser, pages / f"{language}.html")
    choose_theme(browser, "minutes")
    printed = b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    (find_artefacts() or tmp_path).mkdir(parents=True, exist_ok=True)
    ((find_artefacts() or tmp_path) / f"sample_{language}.pdf").write_bytes(printed)
    assert printed.startswith(b"%PDF")
    assert 2 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type/Page\n") <= 5
    check_quiet(browser)


# Hauts-de-Seine, and tiles


@pytest.mark.real_data
def test_hauts_de_seine_as_judged(browser, shared_data, tmp_path):
    coverage = ga.check(ga.open_study(shared_data / "hauts-de-seine"))
    coverage_map(coverage).save(tmp_path / "map.html")
    open_file(browser, tmp_path / "map.html")
    for name in THEMES:
        choose_theme(browser, name)
        keep_picture(browser, f"hauts_de_seine_{name}", tmp_path)
    check_accessible(browser)
    check_quiet(browser)


class _Tiles(http.server.BaseHTTPRequestHandler):
    """Serves one grey tile, whatever is asked for."""

    picture = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")
    asked: list[str]

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(BytesIO(self.picture).read())

    def log_message(self, *_):
        """Stay quiet."""


def test_tiles_come_when_asked_for_and_only_they(browser, sample, tmp_path):
    from selenium.webdriver.support.ui import WebDriverWait

    _Tiles.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", conditions | {"offline": False})
    try:
        url = f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png"
        coverage_map(sample, tiles=url, attribution="© <i>Fond</i>").save(tmp_path / "map.html")
        open_file(browser, tmp_path / "map.html")
        WebDriverWait(browser, 10).until(lambda now: select(now, ".leaflet-tile-loaded"))
        assert select(browser, ".ga-credit")[0].text == "© <i>Fond</i>"
        assert all(path.endswith(".png") for path in _Tiles.asked)
        assert browser.get_log("browser") == []
        keep_picture(browser, "sample_tiles", tmp_path)
        check_accessible(browser)
    finally:
        # A page that is left open would ask for further tiles in the next test.
        browser.get("about:blank")
        browser.execute_cdp_cmd("Network.emulateNetworkConditions", conditions | {"offline": True})
        server.shutdown()
        server.server_close()
