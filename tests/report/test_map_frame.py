"""Maps moved and asked without a mouse and by touch, on small screens, in a browser; what the cards say, as tables."""

from __future__ import annotations

import pytest
from coverage_factory import make_coverage
from page_reader import check_accessible, check_quiet, keep_picture, open_file, read_popup, select, set_screen, wait_for
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from test_compare_page import make_comparison

import geo_access as ga
from geo_access.report.map.coverage_map import coverage_map

pytestmark = pytest.mark.browser
#: A card and its cross, the map, and what of the page is wider than the screen.
_READ_CARD = """
const box = (css) => { const {left, top, right, bottom} = document.querySelector(css).getBoundingClientRect();
  return [left, top, right, bottom]; };
return {card: box(".leaflet-popup-content-wrapper"), cross: box(".leaflet-popup-close-button"),
  map: box(`#${arguments[0]}`), wide: document.documentElement.scrollWidth - innerWidth};
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("frames")
    coverage = make_coverage()
    coverage_map(coverage).save(folder / "coverage.html")
    ga.comparison_map(make_comparison()).save(folder / "comparison.html")
    return folder


def press(browser, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def focus(browser, css: str) -> None:
    browser.execute_script("document.querySelector(arguments[0]).focus()", css)


def touch(browser, *moves: list[tuple[float, float]]) -> None:
    """Put fingers on the page, move them and lift them: each move is where all of them are."""
    for i, fingers in enumerate(moves):
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
        kind = "touchStart" if i == 0 else "touchMove"
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize(("page", "name"), [("coverage", "map_coverage"), ("comparison", "map_change")])
def test_keys_open_what_is_at_the_middle(browser, pages, page, name):
    open_file(browser, pages / f"{page}.html")
    focus(browser, f"#{name}")
    assert not select(browser, f"#{name} .ga-cross")[0].is_displayed()
    before = browser.execute_script(f"return sheet_{name}.map.getCenter().lat")
    press(browser, Keys.ARROW_DOWN)
    assert browser.execute_script(f"return sheet_{name}.map.getCenter().lat") < before
    assert select(browser, f"#{name} .ga-cross")[0].is_displayed()
    # On a cell, then where nothing is.
    browser.execute_script(
        "const s = arguments[0] === 'map_coverage' ? sheet_map_coverage : sheet_map_change, d = s.cellShapes, i = 3;"
        "s.map.setView(L.latLngBounds(GeoAccessParts.decode(d.shapes[i], d.origin).flat(2)).getCenter(), 15)",
        name,
    )
    press(browser, Keys.ENTER)
    said = read_popup(browser)
    assert "Habitants" in said
    assert "Identifiant du carreau" in said
    assert browser.execute_script("return document.activeElement.className") == "leaflet-popup-content"
    press(browser, Keys.ESCAPE)
    assert browser.execute_script("return document.activeElement.id") == name
    browser.execute_script("window['sheet_' + arguments[0]].map.setView([10, 10], 15)", name)
    press(browser, Keys.ENTER)
    assert select(browser, ".leaflet-popup") == []
    status = browser.execute_script("return window['sheet_' + arguments[0]].said.textContent", name)
    assert status == "Rien au centre de la carte."
    check_quiet(browser)


def test_buttons_are_buttons_and_space_presses_what_enter_presses(browser, pages):
    open_file(browser, pages / "coverage.html")
    pressed = browser.execute_script(
        "return Array.from(document.querySelectorAll('.ga-bar > *'), one => [one.tagName, one.ariaLabel])"
    )
    assert {tag for tag, _ in pressed} == {"BUTTON"}
    assert len({label for _, label in pressed}) == 7
    centre = "const {lat, lng} = map_coverage.getCenter(); return [lng, lat, map_coverage.getZoom()]"
    browser.execute_script("sheet_map_coverage.map.setZoom(14, {animate: false})")
    for css, axis, sign in (("left", 0, -1), ("right", 0, 1), ("up", 1, 1), ("down", 1, -1)):
        before = browser.execute_script(centre)
        focus(browser, f".ga-pan-{css}")
        press(browser, Keys.SPACE)
        after = browser.execute_script(centre)
        assert (after[axis] - before[axis]) * sign > 0
        assert after[1 - axis] == pytest.approx(before[1 - axis], abs=1e-4)
    # A symbol's card by Space, its cross by Space; the focus comes back, and is seen.
    browser.execute_script("sheet_map_coverage.fit()")
    focus(browser, ".ga-site")
    press(browser, Keys.SPACE)
    assert "Compte comme" in read_popup(browser)
    focus(browser, ".leaflet-popup-close-button")
    assert select(browser, ".leaflet-popup-close-button")[0].get_attribute("aria-label") == "Fermer"
    press(browser, Keys.SPACE)
    wait_for(browser, ".leaflet-popup", 0)
    assert "ga-site" in browser.execute_script("return document.activeElement.className")
    ring = browser.execute_script(
        "const s = getComputedStyle(document.activeElement); return [s.outlineWidth, s.boxShadow]"
    )
    assert ring[0] == "3px"
    assert ring[1].endswith("0px 0px 0px 7px")
    # From a table far below: to the map and back.
    button = select(browser, 'button[data-what="commune"]')[0]
    button.send_keys(Keys.ENTER)
    read_popup(browser)
    press(browser, Keys.ESCAPE)
    seen = (
        "const {top, bottom} = document.activeElement.getBoundingClientRect();"
        "return top > -1 && bottom < innerHeight + 1"
    )
    assert browser.execute_script("return document.activeElement.dataset.what") == "commune"
    assert browser.execute_script(seen)
    # Past the map in one step, and its pictures named.
    skip = select(browser, '.ga-skip[href="#map_coverage_past"]')[0]
    skip.send_keys(Keys.ENTER)
    assert browser.execute_script("return document.activeElement.id") == "map_coverage_past"
    press(browser, Keys.TAB)
    assert browser.execute_script("return document.activeElement.closest('.ga-aside') !== null")
    assert {one.get_attribute("role") for one in select(browser, ".folium-map canvas")} == {"img"}
    check_quiet(browser)


def test_cards_fit_small_screens_and_symbols_are_large_enough_to_tap(browser, pages, tmp_path):
    for page, name in (("coverage", "map_coverage"), ("comparison", "map_after")):
        open_file(browser, pages / f"{page}.html")
        for width in (320, 360):
            with set_screen(browser, width, 640, touch=True):
                browser.execute_script("window['sheet_' + arguments[0]].fit()", name)
                for at in range(2):
                    browser.execute_script(
                        "const sheet = window['sheet_' + arguments[0]], known = Array.from(sheet.markers.values());"
                        "known.filter(({marker}) => sheet.map.hasLayer(marker))[arguments[1]].marker.openPopup()",
                        name,
                        at,
                    )
                    found = browser.execute_script(_READ_CARD, name)
                    assert found["wide"] <= 0
                    for inner in (found["card"], found["cross"]):
                        assert inner[0] >= found["map"][0], (page, width, at)
                        assert inner[1] >= found["map"][1], (page, width, at)
                        assert inner[2] <= found["map"][2], (page, width, at)
                        assert inner[3] <= found["map"][3], (page, width, at)
                    browser.execute_script("window['sheet_' + arguments[0]].map.closePopup()", name)
                small = browser.execute_script(
                    "return Array.from(document.querySelectorAll('.ga-site, .ga-bar button'), (one) => {"
                    "const {width, height} = one.getBoundingClientRect(), more = getComputedStyle(one, '::after');"
                    "return Math.max(Math.min(width, height), parseFloat(more.width) || 0)})"
                    ".filter((size) => size < 24)"
                )
                assert small == []
                keep_picture(browser, f"{page}_{width}", tmp_path)
    check_quiet(browser)


def test_one_finger_scrolls_the_page_and_two_move_the_map(browser, pages):
    open_file(browser, pages / "coverage.html")
    state = "const {lat, lng} = map_coverage.getCenter(); return [scrollY, lat, lng, map_coverage.getZoom()]"
    with set_screen(browser, 390, 844, touch=True):
        browser.execute_script("scrollTo({top: 0, behavior: 'instant'}); sheet_map_coverage.fit()")
        box = browser.execute_script(
            "const {left, top, width, height} = document.querySelector('#map_coverage').getBoundingClientRect();"
            "return [left + width / 2, top + height / 2]"
        )
        [x, y] = box
        before = browser.execute_script(state)
        touch(browser, *([(x, y - step)] for step in range(0, 160, 20)))
        after = browser.execute_script(state)
        assert after[0] > before[0] + 50, "the page scrolled"
        assert after[1:] == before[1:], "the map did not"
        assert select(browser, ".ga-hint")[0].get_attribute("textContent") == "Deux doigts pour déplacer la carte"
        # What was pushed rolls on a little.
        browser.execute_async_script(
            "const done = arguments[0]; let last = -1; const look = () => { if (scrollY === last) done(); else {"
            "last = scrollY; setTimeout(look, 120); } }; look()"
        )
        browser.execute_script("scrollTo({top: 0, behavior: 'instant'})")
        before = browser.execute_script(state)
        touch(browser, *([(x - 40 + step, y - 30), (x + 40 + step, y + 30)] for step in range(0, 80, 8)))
        after = browser.execute_script(state)
        assert after[0] == before[0]
        assert after[2] < before[2], "the map moved with the fingers"
    # The wheel scrolls the page until the map was clicked.
    browser.execute_script("scrollTo({top: 0, behavior: 'instant'})")
    zoom = "return map_coverage.getZoom()"
    before, frame = browser.execute_script(zoom), select(browser, "#map_coverage")[0]
    turn = "arguments[0].dispatchEvent(new WheelEvent('wheel', {deltaY: -240, bubbles: true, cancelable: true}))"
    browser.execute_script(turn, frame)
    assert select(browser, ".ga-hint")[0].get_attribute("textContent").startswith("Cliquez sur la carte")
    assert not browser.execute_script("return map_coverage.scrollWheelZoom.enabled()")
    ActionChains(browser).move_to_element_with_offset(frame, -300, 0).click().perform()
    assert browser.execute_script("return map_coverage.scrollWheelZoom.enabled()")
    assert browser.execute_script(zoom) == before
    check_quiet(browser)


@pytest.mark.parametrize(("page", "name"), [("coverage", "map_coverage"), ("comparison", "map_change")])
def test_what_cards_say_stands_in_tables_too(browser, pages, page, name, tmp_path):
    coverage = make_coverage()
    open_file(browser, pages / f"{page}.html")
    counted = coverage.residents["insee"].value_counts()
    folded = select(browser, f"#{name}_cells details")
    assert [one.text for one in folded] == [
        f"{row['name']} ({counted[row['insee']]})"
        for _, row in coverage.communes.sort_values("name").iterrows()
        if row["insee"] in counted
    ]
    assert select(browser, f"#{name}_cells tr") == [], "made when asked for"
    folded[0].find_element("css selector", "summary").click()
    insee = coverage.communes.set_index("name")["insee"][folded[0].text.partition(" (")[0]]
    mine = coverage.residents[coverage.residents["insee"] == insee]
    rows = wait_for(browser, f"#{name}_cells tbody tr", len(mine))
    assert {row.text.split()[-1] for row in rows} == set(mine["cell"].astype(str))
    for width in (1440, 390):
        with set_screen(browser, width, 900):
            check_accessible(browser)
            assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    keep_picture(browser, f"cells_{page}", tmp_path)
    button = rows[0].find_element("css selector", "button")
    said = button.text
    button.send_keys(Keys.ENTER)
    assert read_popup(browser).startswith(said)
    press(browser, Keys.ESCAPE)
    assert browser.execute_script("return document.activeElement.textContent") == said
    check_quiet(browser)
