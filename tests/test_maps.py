"""The coverage map: one file, no request, never colour alone, the same bytes; and a reader in a real browser."""

from __future__ import annotations

import dataclasses
import html
import json
import os
import re
import shutil
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from coverage_factory import NASTY, make_coverage, make_hauts_de_seine
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo_access.errors import InputError
from geo_access.map_layers import (
    CLASS_STYLES,
    NO_CLASS,
    STATE_STYLES,
    SYMBOLS,
    classify,
    count_served,
    dump_block,
    encode_cells,
    encode_shapes,
    find_prefix,
    say_classes,
    shift_coincident,
)
from geo_access.maps import CoverageMap, coverage_map
from geo_access.presets import PRESETS

SCREENSHOTS = os.environ.get("GEO_ACCESS_SCREENSHOTS")


@pytest.fixture(scope="module")
def coverage():
    return make_coverage()


@pytest.fixture(scope="module")
def page(coverage) -> str:
    return coverage_map(coverage).to_html()


def read_blocks(page: str) -> dict[str, object]:
    found = re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', page, re.S)
    return {name: json.loads(text) for name, text in found}


def see(page: str) -> str:
    """The words of the page, without scripts, styles and tags."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


# One file


def test_page_asks_no_server_for_anything(page):
    tags = re.sub(r"(<(script|style)\b[^>]*>).*?</\2>", r"\1", page, flags=re.S)
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)[^"']*["']""", tags)
    assert not re.findall(r"@import|url\((?!\"?data:|#)", page.replace("url(#default#VML)", ""))
    assert "default-src 'none'" in page
    for name in ("jquery", "bootstrap", "cdn.", "fontawesome", "tile.openstreetmap", "sourceMappingURL"):
        assert name.lower() not in page.lower()
    assert "Leaflet 1.9" in page


def test_map_is_a_folium_map_that_takes_more_elements(coverage):
    drawn = coverage_map(coverage)
    assert isinstance(drawn, folium.Map)
    folium.Marker([48.85, 2.29], popup=folium.Popup("Ici")).add_to(drawn)
    page = drawn.to_html()
    assert "L.marker" in page
    assert "default-src 'none'" in page
    folium.TileLayer("https://tiles.example/{z}/{x}/{y}.png", attr="x").add_to(drawn)
    assert "default-src 'none'" not in drawn.to_html(), "tiles need the network"


def test_same_input_gives_the_same_bytes(coverage, page):
    drawn = coverage_map(coverage)
    assert drawn.to_html() == drawn.to_html() == page
    assert coverage_map(make_coverage()).to_html() == page


def test_page_is_saved_whole_or_refused(coverage, page, tmp_path):
    coverage_map(coverage).save(tmp_path / "map.html")
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == page
    with (tmp_path / "object.html").open("wb") as file:
        coverage_map(coverage).save(file)
    assert (tmp_path / "object.html").read_bytes() == page.encode()
    with pytest.raises(InputError):
        coverage_map(coverage).save(tmp_path / "missing" / "map.html")


def test_notebook_shows_a_frame_with_a_title(coverage):
    frame = coverage_map(coverage)._repr_html_()
    assert frame.startswith('<iframe title="Carte de couverture')
    assert "<script>" not in frame


def test_two_maps_leave_folium_alone(coverage):
    coverage_map(coverage)
    assert folium.Map.default_js
    assert CoverageMap.default_js == []


# Words


def test_page_says_what_it_shows_in_french(page):
    said = see(page)
    assert '<html lang="fr">' in page
    assert "<title>Cinq-Communes" in page
    for words in (
        "un pôle social soit accessible à moins de 20 minutes en transports en commun",
        "000_fffea54f884cb15b.txt",
        "discours-2024-04",
        "mardi 23 janvier 2018, de 9 h à 11 h, un par minute (120)",
        "en ligne droite (× 1,3), sans données de rues ; adulte, 4,8 km/h",
        "Trajets théoriques",
        "Pôle social à moins de 20 min en transports en commun",
        "Antenne, PMI ou annexe à moins de 15 min à pied",
        "Au-delà des deux seuils",
        "1 914 habitants, 15,0 % (carreaux : 40)",
        "Sans population",
        "INSEE, populations légales 2023 (Licence Ouverte 2.0)",
        "© Contributeurs d’OpenStreetMap (ODbL)",
        "100 % : promesse tenue",
        "communes : 2",
        "PMI (2)",
    ):
        assert words in said, words


def test_page_in_english(coverage):
    page = coverage_map(coverage, language="en").to_html()
    said = see(page)
    assert '<html lang="en">' in page
    assert '<blockquote lang="fr">' in page
    assert "Pôle social within less than 20 min by public transport" in said
    assert "Beyond both thresholds 1,914 residents, 15.0%" in said
    for french in ("habitants", "Au-delà", "Légende", "Tableau", "Carreau", "en service"):
        assert french not in re.sub(
            r'<blockquote lang="fr">.*?</blockquote>', "", page.partition("<body>")[2], flags=re.S
        )


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_preset_can_be_drawn(preset, language):
    assert coverage_map(make_coverage(preset=preset, language=language, zoned=preset != "discours-2024-04")).to_html()


def test_texts_from_files_are_escaped(coverage, page):
    assert NASTY not in page
    assert "alert(1)" in page
    assert html.escape(NASTY) in page
    names = [row["name"] for row in read_blocks(page)["data_sites_pole"]["rows"]]
    assert NASTY in names
    closed = dataclasses.replace(
        coverage, summary=coverage.summary | {"sources": ["</script><script>alert(2)</script>"]}
    )
    assert "<script>alert(2)" not in coverage_map(closed).to_html()


def test_table_is_the_alternative_of_the_map(coverage, page):
    assert '<a class="ga-skip" href="#map_coverage_tables">' in page
    assert 'id="map_coverage_tables"' in page
    table = re.search(r"<table.*?</table>", page, re.S)[0]
    assert "<caption>" in table
    assert table.count('scope="row"') == len(coverage.communes) + 1
    assert table.count('scope="col"') == table.count('<button type="button"><') + len(
        re.findall(r'<th scope="col"', table)
    )
    assert table.index("Eaux-Vives") < table.index("Bellecombe") < table.index("Aubrive") < table.index("Désertine")
    assert 'aria-sort="descending"' in table
    assert "SST" in see(page)


def test_dates_of_a_mobile_stop_are_written_out(page):
    facts = dict(map(tuple, read_blocks(page)["data_sites_mobile_stop"]["rows"][0]["facts"]))
    assert facts["Dates"] == "mardi 23\u00a0janvier\u00a02018"


def test_map_without_a_site_or_a_resident(coverage):
    bare = dataclasses.replace(coverage, sites=coverage.sites.iloc[:0], residents=coverage.residents.iloc[:0])
    page = coverage_map(bare).to_html()
    assert "Sans population dans les données" in see(page)
    assert "data_sites" not in page


def test_map_without_a_zoning_has_no_sst():
    page = coverage_map(make_coverage(zoned=False)).to_html()
    assert "data_sst" not in page
    assert "limite de SST" not in see(page)


# Data


def decode(shape, origin):
    if len(shape) == 2 and isinstance(shape[0], int):
        return Point((origin[0] + shape[0]) / 1e5, (origin[1] + shape[1]) / 1e5)
    if isinstance(shape[0], int):
        shape = [[shape]]
    polygons = []
    for rings in shape:
        points = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) + origin for ring in rings]
        polygons.append(Polygon(points[0] / 1e5, [hole / 1e5 for hole in points[1:]]))
    return MultiPolygon(polygons) if len(polygons) > 1 else polygons[0]


def test_shapes_come_back_within_a_metre():
    ring = Polygon(box(2, 48, 2.1, 48.1).exterior.coords, [box(2.02, 48.02, 2.05, 48.05).exterior.coords])
    two = MultiPolygon([box(2.2, 48, 2.3, 48.1), ring])
    shapes = gpd.GeoSeries([box(2.2, 48.2, 2.20273, 48.2018), ring, two, Point(2.123456, 48.7), None], crs="EPSG:4326")
    origin, encoded = encode_shapes(shapes)
    assert encoded[4] is None
    for shape, code in zip(shapes[:4], encoded[:4], strict=True):
        assert shape.normalize().hausdorff_distance(decode(code, origin).normalize()) < 1e-5
    assert isinstance(encoded[0][0], int)


def test_cells_carry_what_a_click_says(coverage):
    data = encode_cells(coverage, "fr")
    cells = coverage.residents
    assert len(data["shapes"]) == len(data["state"]) == len(data["weight"]) == len(cells)
    assert [data["prefix"] + cell for cell in data["cell"]] == list(cells["cell"])
    assert data["state"][5] == "4", "a cell without residents"
    for i in (0, 70, 200):
        seconds = cells["pole_p50_s"].iloc[i]
        assert data["pole_s"][i] == (None if pd.isna(seconds) else seconds)
        assert coverage.sites["site"].iloc[data["pole"][i]] == cells["pole_site"].iloc[i] or data["pole"][i] == -1
        assert data["held"][i] == round(cells["share_of_departures"].iloc[i] * 120)
    assert json.dumps(data, allow_nan=False)


def test_residents_as_points_are_drawn(coverage):
    cells = coverage.residents.set_geometry(coverage.residents.geometry.centroid)
    data = encode_cells(dataclasses.replace(coverage, residents=cells), "fr")
    assert all(len(shape) == 2 for shape in data["shapes"])


def test_block_cannot_end_its_script():
    assert "<" not in dump_block({"a": "</script><!--"})
    assert json.loads(dump_block({"a": "</script>&"})) == {"a": "</script>&"}


def test_names_are_sent_once():
    assert find_prefix(["CRS1", "CRS2"]) == "CRS"
    assert find_prefix(["a", "ab"]) == "a"
    assert find_prefix(["a", "b"]) == ""
    assert find_prefix(["only"]) == ""


def test_classes_never_call_a_miss_a_hit():
    shares = pd.Series([1.0, np.nextafter(1, 0), 0.9, 0.75, 0.5, 0.499, 0.0, np.nan])
    assert list(classify(shares, 1.0)) == [0, 1, 1, 2, 3, 4, 4, NO_CLASS]
    assert list(classify(shares, 0.95)) == [0, 0, 1, 2, 3, 4, 4, NO_CLASS]
    for required in (1.0, 0.95, 0.9, 0.6, 0.4):
        assert len(say_classes(required, "fr")) <= len(CLASS_STYLES) - 1
        assert max(classify(shares[:-1], required)) < len(say_classes(required, "fr"))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("styles", [list(STATE_STYLES.values()), list(CLASS_STYLES)])
def test_fills_are_told_apart_in_greyscale_or_by_their_lines(styles):
    for i, one in enumerate(styles):
        for other in styles[:i]:
            lines = [(style.get("lines"), style.get("cross"), style.get("step")) for style in (one, other)]
            assert contrast(one["fill"], other["fill"]) >= 1.15 or lines[0] != lines[1]


def test_beyond_is_never_by_colour_alone():
    assert "lines" in STATE_STYLES["beyond"]
    assert "lines" in STATE_STYLES["unsnapped"]


def test_symbols_differ_by_shape_and_stand_out():
    assert len({symbol.path for symbol in SYMBOLS.values()}) == len(SYMBOLS)
    assert len({symbol.colour for symbol in SYMBOLS.values()}) == len(SYMBOLS)
    for symbol in SYMBOLS.values():
        assert contrast(symbol.colour, "#ffffff") >= 4.5


def test_sites_at_one_address_stand_side_by_side():
    sites = gpd.GeoDataFrame(
        {"kind": ["pmi", "pole", "pmi", "pmi"]},
        geometry=[Point(0, 0), Point(5, 0), Point(9, 0), Point(500, 0)],
        crs="EPSG:2154",
    )
    shifts = list(shift_coincident(sites))
    assert shifts[1] == 0
    assert shifts[3] == 0
    assert 0 < shifts[0] < shifts[2]


def test_sites_say_whom_they_serve(coverage):
    served = count_served(coverage)
    total = coverage.summary["total"]
    assert sum(served.values()) == pytest.approx(total["served"])


@pytest.mark.real_data
@pytest.mark.parametrize("language", ["fr", "en"])
def test_hauts_de_seine_stays_small(shared_data, tmp_path, language):
    coverage = make_hauts_de_seine(shared_data, language=language)
    coverage_map(coverage).save(tmp_path / "map.html")
    assert len(coverage.residents) == 4637
    assert (tmp_path / "map.html").stat().st_size <= 2_000_000


# In a browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Headless Chromium without a network; the test is skipped where Chromium or selenium is missing."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("Chromium and its driver are not installed (Debian: apt install chromium chromium-driver)")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (pip install selenium)")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--window-size=1400,1100",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    opened.execute_cdp_cmd("Network.enable", {})
    conditions = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    opened.execute_cdp_cmd("Network.emulateNetworkConditions", conditions)
    yield opened
    opened.quit()


@pytest.fixture
def opened(browser, coverage, tmp_path):
    """The small map opened from its file; afterwards: no console message, no request but for files and data."""
    path = tmp_path / "map.html"
    coverage_map(coverage).save(path)
    yield open_file(browser, path)
    check_quiet(browser)


def open_file(browser, path: Path):
    browser.get_log("browser")
    browser.get_log("performance")
    browser.set_window_size(1400, 1100)
    browser.get(path.as_uri())
    assert browser.execute_script("return document.querySelector('.folium-map').dataset.ready") == "yes"
    return browser


def check_quiet(browser) -> None:
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [
        message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"
    ]
    assert asked, "the browser tells what it asks for"
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def keep_picture(browser, name: str, tmp_path: Path) -> None:
    """Keep a screenshot: in the folder that GEO_ACCESS_SCREENSHOTS names, for people to look at."""
    folder = Path(SCREENSHOTS) if SCREENSHOTS else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    assert browser.save_screenshot(str(folder / f"{name}.png"))
    assert (folder / f"{name}.png").stat().st_size > 20_000


def select(browser, css: str) -> list:
    return browser.find_elements("css selector", css)


def wait_for(browser, css: str, count: int = 1) -> list:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 10).until(lambda now: len(select(now, css)) == count)
    return select(browser, css)


def read_popup(browser) -> str:
    """The words of the open popup, once it has faded in."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, 10).until(lambda now: wait_for(now, ".leaflet-popup-content")[0].text)


def click_at(browser, lat: float, lon: float) -> None:
    """Click the map where a place is."""
    from selenium.webdriver.common.action_chains import ActionChains

    box = select(browser, ".folium-map")[0]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", box)
    at = browser.execute_script(
        "const p = map_coverage.latLngToContainerPoint([arguments[0], arguments[1]]), s = map_coverage.getSize();"
        "return [Math.round(p.x - s.x / 2), Math.round(p.y - s.y / 2)]",
        lat,
        lon,
    )
    ActionChains(browser).move_to_element_with_offset(box, *at).click().perform()


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
    assert f"Carreau {cells['cell'].iloc[at]}" in said
    assert "Au-delà des deux seuils" in said
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
    for layer in boxes:
        layer.click()
    wait_for(opened, ".ga-site", 0)
    for layer in boxes:
        layer.click()
    wait_for(opened, ".ga-site", count)
    themes = select(opened, ".leaflet-control-layers-base input")
    assert len(themes) == 4
    themes[3].click()
    assert select(opened, "#map_coverage_legend_communes")[0].is_displayed()
    assert not select(opened, "#map_coverage_legend_cells")[0].is_displayed()
    keep_picture(opened, "communes", tmp_path)
    themes[0].click()
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
