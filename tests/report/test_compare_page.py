"""The comparison's page: one file, no request, never colour alone; and a reader in a real browser."""

from __future__ import annotations

import dataclasses
import html
import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from coverage_factory import NASTY, make_coverage
from page_reader import check_accessible, check_quiet, keep_picture, open_file, read_popup, select, wait_for

import geo_access as ga
from geo_access.analysis.comparison import CHANGES
from geo_access.core.errors import InputError
from geo_access.core.formats import format_count
from geo_access.report.comparison.layers import class_changes, class_minutes, class_net, draw_badge
from geo_access.report.comparison.words import tally
from geo_access.report.palette import CHANGE_STYLES, MINUTES_STYLES, NET_STYLES


def make_comparison(language: str = "fr"):
    """Two coverages of the made town: winners in the north, losers in the south, one SST split, places that change."""
    before, after = make_coverage(language=language), make_coverage(language=language)
    cells = after.residents.copy()
    north = cells["insee"].isin(["01001", "01002"]).to_numpy()
    was = cells["state"].to_numpy(object)
    state = np.where(north & (was == "beyond"), "antenna", was)
    cells["state"] = np.where(~north & (was == "antenna"), "beyond", state)
    cells["pole_p50_s"] = cells["pole_p50_s"] + pd.array(np.where(north, -200, 400), dtype="Int64")
    cells.loc[cells.index[:2], "pole_p50_s"] = pd.NA
    cells["sst"] = cells["insee"].map({"01001": "nord", "01002": "nord", "01003": "sud"}).fillna("est")
    communes = after.communes.assign(sst=["nord", "nord", "sud", "est", "est"])
    parts = communes[["sst", "geometry"]].dissolve("sst", as_index=False)
    sst = gpd.GeoDataFrame(pd.concat([after.sst] * 2, ignore_index=True).iloc[:3], crs=after.sst.crs)
    sst = sst.assign(sst=parts["sst"]).set_geometry(parts.geometry)
    sites = after.sites.copy()
    sites.loc[sites["site"] == "antenna-2", ["status", "open"]] = ["open", True]
    sites.loc[sites["site"] == "pmi-1", ["status", "open"]] = ["closed", False]
    summary = {**after.summary, "zoning": "sst_after"}
    return ga.compare(
        before, dataclasses.replace(after, residents=cells, communes=communes, sst=sst, sites=sites, summary=summary)
    )


@pytest.fixture(scope="module")
def comparison():
    return make_comparison()


@pytest.fixture(scope="module")
def page(comparison) -> str:
    return ga.comparison_map(comparison).to_html()


def read_blocks(page: str) -> dict[str, object]:
    found = re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', page, re.S)
    return {name: json.loads(text) for name, text in found}


def see(page: str) -> str:
    """The words of the page, without scripts, styles, tags and no-break spaces."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def test_page_asks_no_server_for_anything(page):
    tags = re.sub(r"(<(script|style)\b[^>]*>).*?</\2>", r"\1", page, flags=re.S)
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)[^"']*["']""", tags)
    assert "default-src 'none'" in page
    for name in ("jquery", "cdn.", "tile.openstreetmap", "DualMap", "sourceMappingURL"):
        assert name.lower() not in page.lower()


def test_same_comparison_gives_the_same_bytes(comparison, page):
    drawn = ga.comparison_map(comparison)
    assert drawn.to_html() == drawn.to_html() == page
    assert ga.comparison_map(make_comparison()).to_html() == page


def test_page_is_saved_whole_or_refused(comparison, page, tmp_path):
    ga.comparison_map(comparison).save(tmp_path / "diff.html")
    assert (tmp_path / "diff.html").read_text(encoding="utf-8") == page
    with pytest.raises(InputError):
        ga.comparison_map(comparison).save(tmp_path / "missing" / "diff.html")


def test_notebook_shows_a_frame_with_a_title(comparison):
    frame = comparison._repr_html_()
    assert frame.startswith('<iframe title="Comparaison')
    assert "<script>" not in frame


def test_page_says_who_gains_and_who_loses(comparison, page):
    said = see(page)
    total = tally(comparison).total
    assert '<html lang="fr">' in page
    assert "2 SST → 3 SST" in " ".join(page.partition("<title>")[2].partition("</title>")[0].split())
    for words in (
        f"{format_count(total['gained'], 'fr')} habitants y gagnent".replace("\u202f", " "),
        f"{format_count(total['lost'], 'fr')} habitants y perdent".replace("\u202f", " "),
        "Lieux qui ouvrent (1) : Antenne en projet.",
        "Lieux qui ferment (1) : PMI des Eaux-Vives.",
        "Découpage 2 SST 3 SST",
        "Desservis ni avant ni après",
        "SST d’avant dont la composition change",
        "Trajets théoriques",
        "Le reste est identique des deux côtés.",
    ):
        assert words in said, words


def test_page_in_english(comparison):
    page = ga.comparison_map(comparison, language="en").to_html()
    assert '<html lang="en">' in page
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page.partition("<body>")[2], flags=re.S)
    for french in ("habitants", "Avant", "gagne", "perd", "Carreau", "en service", "Découpage"):
        assert french not in body, french
    assert "who gains, who loses" in body


def test_texts_from_files_are_escaped(page):
    assert NASTY not in page
    assert html.escape(NASTY) in page


def test_tables_sum_as_they_are_shown(comparison, page):
    def numbers(row: str) -> list[int]:
        cells = re.findall(r'<td data-value="([^"]*)"', row)
        return [round(float(cell)) if cell else 0 for cell in cells]

    tables = re.findall(r'<table class="ga-table">.*?</table>', page, re.S)
    for table, columns in ((tables[0], (0, 3, 4, 5)), (tables[1], (0, 3, 4, 5))):
        body, foot = (
            re.search(r"<tbody>(.*)</tbody>", table, re.S)[1],
            re.search(r"<tfoot>(.*)</tfoot>", table, re.S)[1],
        )
        rows = [numbers(row) for row in re.findall(r"<tr>.*?</tr>", body, re.S)]
        for column in columns:
            assert sum(row[column] for row in rows) == numbers(foot)[column]
        assert all(row[4] - row[3] == row[5] for row in [*rows, numbers(foot)])
    assert tables[0].count('scope="row"') == len(comparison.communes) + 1


def test_classes_cover_everybody(comparison):
    cells = comparison.residents
    assert set(class_changes(comparison)) <= set(CHANGE_STYLES)
    minutes = class_minutes(comparison)
    assert set(minutes) <= set(MINUTES_STYLES)
    slower = np.isin(minutes, ["slower", "much_slower", "unreached_now"])
    assert cells["weight"][slower].sum() == comparison.summary["total"]["slower"]
    net = class_net(comparison)
    assert set(net) <= set(NET_STYLES)
    assert ((net == "unknown") == (comparison.communes["residents"] == 0)).all()
    for key, sign in (("much_more", 1), ("little_more", 1), ("steady", 0), ("little_fewer", -1), ("much_fewer", -1)):
        assert (np.sign(comparison.communes["net"][net == key]) == sign).all()


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("styles", [CHANGE_STYLES, NET_STYLES, MINUTES_STYLES])
def test_fills_are_told_apart_in_greyscale_or_by_their_lines(styles):
    drawn = list(styles.values())
    for i, one in enumerate(drawn):
        for other in drawn[:i]:
            light, dark = sorted([luminance(one["fill"]), luminance(other["fill"])], reverse=True)
            lines = [(style.get("lines"), style.get("cross"), style.get("step")) for style in (one, other)]
            assert (light + 0.05) / (dark + 0.05) >= 1.15 or lines[0] != lines[1]
    assert "lines" in CHANGE_STYLES["lost"]
    assert list(CHANGE_STYLES)[:4] == list(CHANGES)


def test_badges_differ():
    assert len({draw_badge("pmi", badge, "fr") for badge in ("plus", "minus", "other")}) == 3


def test_pages_without_a_zoning_or_a_change():
    bare = make_coverage(zoned=False, nasty=False)
    page = ga.comparison_map(ga.compare(bare, bare)).to_html()
    assert "Rien ne diffère entre les deux études." in see(page)
    assert "data_change_sst" not in page
    assert "Lieux qui changent" not in see(page)


@pytest.mark.real_data
def test_hauts_de_seine_stays_small(shared_data):
    study = ga.open_study(shared_data / "hauts-de-seine")
    before = ga.check(study)
    after = ga.check(study.vary({"territory.sst.column": "sst_after", "policy.pole.pool": "own_sst"}))
    comparison = ga.compare(before, after)
    assert (13, 14) == tuple(comparison.summary[side]["sst_count"] for side in ("before", "after"))
    assert {"boulogne-8", "nanterre-rueil"} == set(comparison.sst.loc[comparison.sst["side"] == "before", "sst"])
    total = comparison.summary["total"]
    # Whoever reaches the pole of their SST reaches a pole.
    assert total["gained"] == 0
    assert total["lost"] > 0
    for side, coverage in (("before", before), ("after", after)):
        assert total[f"served_{side}"] == pytest.approx(coverage.summary["total"]["served"], abs=1)
    assert len(ga.comparison_map(comparison).to_html().encode()) <= 4_000_000


# In a browser


@pytest.fixture
def opened(browser, comparison, tmp_path):
    """The page opened from its file; afterwards: no console message, no request but for files and data."""
    path = tmp_path / "diff.html"
    ga.comparison_map(comparison).save(path)
    yield open_file(browser, path)
    check_quiet(browser)


def read_views(browser) -> list[list[float]]:
    return browser.execute_script(
        "return [sheet_map_change, sheet_map_before, sheet_map_after]"
        ".map((s) => [s.map.getCenter().lat, s.map.getCenter().lng, s.map.getZoom() - s.fitted])"
    )


@pytest.mark.browser
@pytest.mark.parametrize("language", ["fr", "en"])
def test_page_opens_offline_without_a_message(browser, comparison, tmp_path, language):
    path = tmp_path / f"diff_{language}.html"
    ga.comparison_map(comparison, language=language).save(path)
    open_file(browser, path)
    assert len(select(browser, ".folium-map[data-ready=yes]")) == 3
    for width in (1400, 800, 420):
        browser.set_window_size(width, 1100)
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
        keep_picture(browser, f"compare_{language}_{width}", tmp_path)
    boxes = [box.rect for box in select(browser, ".ga-pair .ga-frame")]
    assert boxes[0]["x"] == boxes[1]["x"], "one above the other on a narrow screen"
    check_quiet(browser)


@pytest.mark.browser
def test_maps_move_together(opened):
    first, second = (box.rect for box in select(opened, ".ga-pair .ga-frame"))
    assert first["x"] == second["x"], "one above the other beside the map of changes"
    opened.execute_script("sheet_map_before.map.setZoom(sheet_map_before.map.getZoom() + 1.5, {animate: false})")
    opened.execute_script("sheet_map_before.map.panBy([60, -40], {animate: false})")
    views = read_views(opened)
    for view in views:
        assert view == pytest.approx(views[1], abs=2e-4)
    assert views[1][2] == pytest.approx(1.5)
    select(opened, "#map_after .ga-home")[0].click()
    assert [view[2] for view in read_views(opened)] == [0, 0, 0]
    box = select(opened, "#ga_together")[0]
    opened.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", box)
    box.click()
    opened.execute_script("sheet_map_after.map.setZoom(sheet_map_after.map.getZoom() + 1, {animate: false})")
    assert [round(view[2], 2) for view in read_views(opened)] == [0, 0, 1]


@pytest.mark.browser
def test_another_window_size_moves_no_map_out_of_view(opened):
    opened.set_window_size(900, 900)
    opened.set_window_size(1300, 1000)
    opened.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0], 200))")
    assert [view[2] for view in read_views(opened)] == [0, 0, 0]


@pytest.mark.browser
def test_themes_and_layers_are_chosen(opened, comparison, tmp_path):
    def click(css: str) -> None:
        box = select(opened, css)[0]
        opened.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", box)
        box.click()

    for theme in ("net", "minutes", "change"):
        click(f"input[name=ga_change][value={theme}]")
        shown = [each.get_attribute("id") for each in select(opened, "[id^=ga_change_legend]") if each.is_displayed()]
        assert shown == [f"ga_change_legend_{theme}"]
        keep_picture(opened, f"compare_{theme}", tmp_path)
    click("input[name=ga_pair][value=shares]")
    assert select(opened, "#ga_pair_legend_shares")[0].is_displayed()
    before = len(select(opened, "#map_before .ga-site"))
    click("input[name=ga_layer][value=sites_antenna]")
    assert len(select(opened, "#map_before .ga-site")) == before + int(
        (comparison.before.sites["kind"] == "antenna").sum()
    )
    changed = len(select(opened, "#map_change .ga-site"))
    click("input[name=ga_layer][value=changed]")
    assert len(select(opened, "#map_change .ga-site")) == changed - 2


@pytest.mark.browser
def test_popup_tells_both_sides(opened, comparison):
    at = int(np.flatnonzero(comparison.residents["change"] == "gained")[0])
    middle = comparison.residents.geometry.centroid.to_crs("EPSG:4326").iloc[at]
    opened.execute_script("sheet_map_change.map.getContainer().scrollIntoView({block: 'center', behavior: 'instant'})")
    opened.execute_script(
        "const p = sheet_map_change.map.latLngToContainerPoint([arguments[0], arguments[1]]), "
        "r = sheet_map_change.map.getContainer().getBoundingClientRect();"
        "const at = {clientX: r.x + p.x, clientY: r.y + p.y, bubbles: true, view: window};"
        "const canvas = document.querySelector('#map_change canvas');"
        "for (const what of ['mousemove', 'mousedown', 'mouseup', 'click'])"
        " canvas.dispatchEvent(new MouseEvent(what, at));",
        middle.y,
        middle.x,
    )
    said = read_popup(opened)
    assert "Y gagnent" in said
    assert "trajet trop long ou trop rare → une antenne, à défaut" in said


@pytest.mark.browser
def test_table_sorts_and_shows_a_commune(opened):
    heads = select(opened, "table.ga-table thead button")
    opened.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", heads[0])
    heads[0].click()
    assert select(opened, "table.ga-table tbody tr:first-child th")[0].text == "Aubrive"
    assert select(opened, "table.ga-table thead th")[0].get_attribute("aria-sort") == "ascending"
    select(opened, "table.ga-table tbody button")[0].click()
    assert "Aubrive" in read_popup(opened)
    views = read_views(opened)
    assert views[0][:2] == pytest.approx(views[2][:2], abs=2e-4)


@pytest.mark.browser
def test_keyboard_reaches_the_tables_first(opened):
    from selenium.webdriver.common.keys import Keys

    select(opened, "body")[0].send_keys(Keys.TAB)
    skip = opened.switch_to.active_element
    assert skip.text == "Aller aux tableaux"
    skip.send_keys(Keys.ENTER)
    assert opened.execute_script("return location.hash") == "#ga_tables"


@pytest.mark.browser
def test_page_is_accessible(opened):
    check_accessible(opened)
    for theme in ("net", "minutes"):
        box = select(opened, f"input[name=ga_change][value={theme}]")[0]
        opened.execute_script("arguments[0].click()", box)
    check_accessible(opened)


@pytest.mark.browser
def test_page_prints_on_a4(opened):
    printed = opened.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    assert len(printed["data"]) > 20_000
    wait_for(opened, ".ga-paper", 0)
    assert [view[2] for view in read_views(opened)] == [0, 0, 0]
