"""“Et chez moi ?”: the search of the page and the card of a cell, in a browser without a network."""

from __future__ import annotations

import base64
import json
import re
import zlib

import numpy as np
import pytest
from page_reader import check_accessible, check_quiet, keep_picture, open_file, select, set_screen, wait_for

import geo_access as ga
from geo_access.analysis.cell_journeys import trace_cell_journeys
from geo_access.report.map.coverage_map import coverage_map
from geo_access.report.map.search_index import encode_search
from geo_access.verdict.point_names import name_cells, say_cell

SHEET = "sheet_map_coverage"


@pytest.fixture(scope="module")
def sample():
    return ga.check(ga.open_study())


@pytest.fixture(scope="module")
def page(sample, tmp_path_factory):
    path = tmp_path_factory.mktemp("home") / "page.html"
    coverage_map(sample).save(path)
    return path


@pytest.fixture
def opened(browser, page):
    open_file(browser, page)
    yield browser
    check_quiet(browser)


def unpack(text: str):
    return json.loads(zlib.decompress(base64.b64decode(text), -15))


def test_the_index_names_stops_and_streets_inside_the_territory_and_is_the_same_twice(sample):
    packed = encode_search(sample)
    assert packed == encode_search(sample)
    assert len(packed) < 150_000
    index = unpack(packed)
    stops = {name for name, kind in zip(index["names"], index["kinds"], strict=True) if kind == "1"}
    assert "La Grève Centre" in stops
    assert any(name.startswith("rue ") for name in index["names"])
    lat, lon = np.cumsum(np.array(index["at"]).reshape(-1, 2), axis=0).T / 1e5
    west, south, east, north = sample.communes.to_crs("EPSG:4326").total_bounds
    assert ((lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)).all()
    assert set(index["communes"]) <= set(range(len(sample.communes)))


def type_in(browser, words: str):
    from selenium.webdriver.common.keys import Keys

    (box,) = select(browser, "[role=combobox]")
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(words)
    return box


def read_card(browser) -> str:
    wait_for(browser, ".leaflet-popup-content .ga-cell", 1)
    return select(browser, ".leaflet-popup-content")[0].text


@pytest.mark.browser
def test_somebody_finds_a_street_by_keyboard_and_reads_the_card_of_its_cell(opened, sample, tmp_path):
    from selenium.webdriver.common.keys import Keys

    box = type_in(opened, "GREVE centr")
    options = select(opened, "[role=option]")
    assert len(options) == 1
    assert box.get_attribute("aria-expanded") == "true"
    assert "1 résultat" in select(opened, "[id$=_said]")[0].text
    box.send_keys(Keys.ARROW_DOWN)
    assert box.get_attribute("aria-activedescendant") == options[0].get_attribute("id")
    assert options[0].get_attribute("aria-selected") == "true"
    box.send_keys(Keys.ENTER)
    said = read_card(opened)
    assert said.startswith("Carreau à La Grève, près de l’arrêt La Grève Centre")
    assert "sur 120" in said
    assert "Au mieux" in said
    check_accessible(opened)
    keep_picture(opened, "home_card", tmp_path)
    focus = opened.switch_to.active_element
    focus.send_keys(Keys.ESCAPE)
    wait_for(opened, ".leaflet-popup-content", 0)
    assert opened.switch_to.active_element == box


@pytest.mark.browser
def test_what_is_not_there_is_said_and_a_position_leads_to_its_cell(opened, sample):
    from selenium.webdriver.common.keys import Keys

    box = type_in(opened, "Nulle-Part-sur-Mer")
    assert not select(opened, "[role=option]")
    assert "Rien ne s’appelle ainsi" in select(opened, "[id$=_said]")[0].text
    cell = int(np.flatnonzero(sample.residents["state"] == "beyond")[3])
    middle = sample.residents.geometry.centroid.to_crs("EPSG:4326").iloc[cell]
    type_in(opened, f"{middle.y:.5f} ; {middle.x:.5f}".replace(".", ","))
    box.send_keys(Keys.ENTER)
    assert read_card(opened).startswith(say_cell(name_cells(sample.times)[cell], "fr"))
    # A second search closes the first card; the focus is in the new one, which the address names.
    focus = "return document.activeElement.className"
    assert opened.execute_script(focus) == "leaflet-popup-content"
    box = type_in(opened, f"{middle.y:.5f}, {middle.x:.5f}")
    box.send_keys(Keys.ENTER)
    read_card(opened)
    assert opened.execute_script(focus) == "leaflet-popup-content"
    assert f"cell={sample.residents['cell'].iloc[cell]}" in opened.execute_script("return location.hash")
    type_in(opened, "10.5, 10.5")
    box.send_keys(Keys.ENTER)
    assert "hors du territoire" in select(opened, "[id$=_said]")[0].text


@pytest.mark.browser
def test_cards_tell_the_journey_and_what_is_missing_as_the_study_has_them(opened, sample):
    """All cells are asked for their card: seconds of the steps, and minutes missing, against Python's."""
    opened.execute_script("window.geoAccess.setState({})")
    told = opened.execute_script(
        f"""const s = {SHEET}; return s.cellData.cell.map((_, i) => {{
        const box = s.cellCard(s.cellData, i), journey = s.journeyOf(i);
        return [Array.from(box.querySelectorAll('li'), (one) => one.textContent), journey && journey.seconds,
          (box.querySelector('.ga-missing') || {{}}).textContent || ''];
        }})"""
    )
    found = trace_cell_journeys(sample.times, sample.preset.pole)
    over = sample.residents["over_min"].to_numpy(float)
    missing = 0
    for cell, (steps, seconds, said) in enumerate(told):
        if sample.residents["state"].iloc[cell] == "unsnapped":
            continue
        spent = [re.search(r"(\d+)\u00a0min\u00a0(\d+)\u00a0s$", step) for step in steps]
        if found.departure[cell] < 0:
            assert seconds is None
        else:
            assert seconds == found.seconds[cell]
            assert sum(60 * int(one[1]) + int(one[2]) for one in spent) == seconds
        if over[cell] > 0:
            missing += 1
            minutes = re.search(r"manque (\d+),(\d)", said)
            assert minutes, said
            assert abs(int(minutes[1]) + int(minutes[2]) / 10 - over[cell]) <= 0.1 + 1e-9
    assert missing > 100


@pytest.mark.browser
def test_a_card_follows_the_state_of_the_page_and_says_whose_journey_it_tells(opened, sample):
    cell = int(np.flatnonzero((sample.residents["over_min"] > 1) & (sample.residents["over_min"] < 4))[0])
    opened.execute_script(f"window.geoAccess.setState({{}}); {SHEET}.showCell({cell})")
    before = read_card(opened)
    assert "Il manque" in before
    opened.execute_script("window.geoAccess.setState({pole: 25})")
    after = read_card(opened)
    assert "Il manque" not in after
    assert "les 25 min promises" in after.replace("\u00a0", " ")
    text = "return document.querySelector('.ga-journey').textContent"
    assert "sans vos changements" in opened.execute_script(text)
    # The excess that the page reckons for a state is Python's own, where the state is the study's.
    opened.execute_script("window.geoAccess.setState({pole: 20})")
    excess = opened.execute_script(
        f"""const s = {SHEET}; return s.cellData.cell.map((_, i) => {{
        const value = GeoAccessParts.excessOf(s.curvesOf(i), s.live.state.departures);
        return Number.isNaN(value) ? null : value; }})"""
    )
    own = sample.residents["over_min"].to_numpy(float) * 60
    kept = [(mine, theirs) for mine, theirs in zip(excess, own, strict=True) if mine is not None]
    assert len(kept) > 300
    np.testing.assert_allclose([mine for mine, _ in kept], [theirs for _, theirs in kept], atol=1e-6)


@pytest.mark.browser
def test_a_link_leads_to_a_cell_and_the_card_fits_a_narrow_phone(browser, page, sample, tmp_path):
    cell = str(sample.residents["cell"].iloc[40])
    with set_screen(browser, 320, 640, touch=True):
        browser.get("about:blank")
        browser.get(f"{page.as_uri()}#cell={cell}")
        said = read_card(browser)
        assert cell in said
        frame, card = (select(browser, one)[0].rect for one in (".folium-map", ".leaflet-popup-content-wrapper"))
        assert card["x"] >= frame["x"] - 1
        assert card["x"] + card["width"] <= frame["x"] + frame["width"] + 1
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 320
        keep_picture(browser, "home_phone", tmp_path)
    browser.get("about:blank")
