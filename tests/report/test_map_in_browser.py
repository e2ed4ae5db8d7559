"""The coverage map opened in a real browser, without a network: seen, clicked, walked by keyboard, checked by axe."""

from __future__ import annotations

import folium
import numpy as np
import pytest
from coverage_factory import NASTY, make_coverage, make_hauts_de_seine
from page_reader import check_quiet, click_at, keep_picture, open_file, read_popup, select, wait_for

from geo_access.report.map.coverage_map import coverage_map


@pytest.fixture(scope="module")
def coverage():
    return make_coverage()


@pytest.fixture
def opened(browser, coverage, tmp_path):
    """The small map opened from its file; afterwards: no console message, no request but for files and data."""
    path = tmp_path / "map.html"
    coverage_map(coverage).save(path)
    yield open_file(browser, path)
    check_quiet(browser)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["fr", "en"])
def test_page_opens_offline_without_a_message(browser, coverage, tmp_path, language):
    path = tmp_path / f"map_{language}.html"
    coverage_map(coverage, language=language).save(path)
    open_file(browser, path)
    assert browser.execute_script("return document.documentElement.lang") == language
    for width in (1400, 800, 420):
        browser.set_window_size(width, 1100)
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
        keep_picture(browser, f"map_{language}_{width}", tmp_path)
    check_quiet(browser)


@pytest.mark.browser
def test_popup_of_a_cell(opened, coverage, tmp_path):
    cells = coverage.residents
    at = int(np.flatnonzero(cells["state"] == "beyond")[0])
    middle = cells.geometry.centroid.to_crs("EPSG:4326").iloc[at]
    click_at(opened, middle.y, middle.x)
    said = read_popup(opened)
    assert said.startswith("Carreau à ")
    assert cells["cell"].iloc[at] in said
    assert "Trajet trop long ou trop rare" in said
    assert "Habitants" in said
    assert "Pourquoi" in said
    keep_picture(opened, "popup_cell", tmp_path)


@pytest.mark.browser
def test_popup_of_a_commune(opened, coverage):
    middle = coverage.communes.geometry.centroid.to_crs("EPSG:4326").iloc[3]  # nobody lives there: no cell is above
    click_at(opened, middle.y, middle.x)
    assert "Désertine" in read_popup(opened)


@pytest.mark.browser
def test_popup_of_a_site_shows_a_script_as_text(opened, tmp_path):
    from selenium.webdriver.common.keys import Keys

    site = next(mark for mark in select(opened, ".ga-site") if NASTY in mark.get_attribute("aria-label"))
    opened.execute_script("arguments[0].focus()", site)
    site.send_keys(Keys.ENTER)
    said, popup = read_popup(opened), select(opened, ".leaflet-popup-content")[0]
    assert NASTY in said
    assert "1 rue <b>Haute</b>" in said
    assert select(opened, ".leaflet-popup-content script, .leaflet-popup-content b") == []
    assert opened.switch_to.active_element == popup
    keep_picture(opened, "popup_site", tmp_path)
    opened.switch_to.active_element.send_keys(Keys.ESCAPE)
    wait_for(opened, ".leaflet-popup-content", 0)
    assert opened.switch_to.active_element == site


@pytest.mark.browser
def test_layers_are_toggled(opened, tmp_path):
    count = len(select(opened, ".ga-site"))
    boxes = select(opened, ".leaflet-control-layers-overlays input")
    assert len(boxes) == 2 + 7 + 1

    def click(box):
        # The column scrolls in itself.
        opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.click()

    for layer in boxes:
        click(layer)
    wait_for(opened, ".ga-site", 0)
    for layer in boxes:
        click(layer)
    wait_for(opened, ".ga-site", count)
    themes = select(opened, ".leaflet-control-layers-base input")
    assert len(themes) == 4
    click(themes[3])
    assert select(opened, "#map_coverage_legend_communes")[0].is_displayed()
    assert not select(opened, "#map_coverage_legend_cells")[0].is_displayed()
    keep_picture(opened, "communes", tmp_path)
    click(themes[0])
    assert select(opened, "#map_coverage_legend_cells")[0].is_displayed()


@pytest.mark.browser
def test_a_state_is_taken_off_the_map(opened, coverage):
    middle = coverage.residents.geometry.centroid.to_crs("EPSG:4326").iloc[0]
    box = select(opened, "#map_coverage_legend_cells input[value='0']")[0]
    box.click()
    click_at(opened, middle.y, middle.x)
    assert "Carreau" not in read_popup(opened), "the commune below answers"


@pytest.mark.browser
def test_table_sorts_and_shows_a_commune(opened):
    heads = select(opened, "table.ga-table thead button")
    first = "table.ga-table tbody tr:first-child th"
    assert select(opened, first)[0].text == "Eaux-Vives & Cie"
    opened.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", heads[0])
    heads[0].click()
    assert select(opened, first)[0].text == "Aubrive"
    assert select(opened, "table.ga-table thead th")[0].get_attribute("aria-sort") == "ascending"
    heads[3].click()
    assert select(opened, first)[0].text in ("Aubrive", "Clairval")
    assert select(opened, "table.ga-table tbody")[0].text.splitlines()[-1].startswith("Désertine"), (
        "missing values come last"
    )
    select(opened, "table.ga-table tbody button")[0].click()
    assert "Promesse tenue" in read_popup(opened)


@pytest.mark.browser
def test_keyboard_reaches_the_table_first(opened):
    from selenium.webdriver.common.keys import Keys

    select(opened, "body")[0].send_keys(Keys.TAB)
    skip = opened.switch_to.active_element
    assert skip.text == "Aller au tableau des résultats"
    assert skip.rect["x"] >= 0
    skip.send_keys(Keys.ENTER)
    assert opened.execute_script("return location.hash") == "#map_coverage_tables"


@pytest.mark.browser
def test_folium_popups_work_without_jquery(browser, coverage, tmp_path):
    drawn = coverage_map(coverage)
    folium.Marker([48.86, 2.3], popup=folium.Popup("<b>Ici</b>")).add_to(drawn)
    drawn.save(tmp_path / "map.html")
    open_file(browser, tmp_path / "map.html")
    assert len(select(browser, "img.leaflet-marker-icon")) == 1
    browser.execute_script("arguments[0].click()", select(browser, "img.leaflet-marker-icon")[0])
    assert read_popup(browser) == "Ici"
    check_quiet(browser)


@pytest.mark.browser
@pytest.mark.real_data
def test_hauts_de_seine_in_a_browser(browser, shared_data, tmp_path):
    coverage_map(make_hauts_de_seine(shared_data)).save(tmp_path / "map.html")
    open_file(browser, tmp_path / "map.html")
    keep_picture(browser, "hauts_de_seine", tmp_path)
    select(browser, ".leaflet-control-layers-base input")[1].click()
    keep_picture(browser, "hauts_de_seine_communes", tmp_path)
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert len(printed["data"]) > 20_000
    check_quiet(browser)
