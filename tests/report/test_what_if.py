"""The page that supposes: what its controls do, and that all it shows is what `check` says of the same scenario."""

from __future__ import annotations

import json
import re

import pytest
from page_reader import check_accessible, check_quiet, keep_picture, open_file, select

import geo_access as ga
from geo_access.core.formats import format_count, format_share
from geo_access.report.map.coverage_map import coverage_map
from geo_access.report.map.legends import _make_cell_legend
from geo_access.report.map.tables import make_tables
from geo_access.report.sentences import count_missed, count_verdicts

pytestmark = pytest.mark.browser
#: What the page shows of a verdict: key figures, tables (cell by cell, without marks), the legend of the cells.
READ = """
const text = (element) => element.textContent.trim().replace(/\\s+/g, " ");
const rows = (by) => Array.from(document.querySelectorAll(`tr[data-${by}]`), (row) => Array.from(row.cells, text));
const legend = Array.from(document.querySelectorAll("#map_coverage_legend_cells li:not([hidden]) small"), text);
return {
  key: Array.from(document.querySelectorAll("#map_coverage_key strong"), text),
  communes: rows("insee"), sst: rows("sst"),
  foot: Array.from(document.querySelectorAll("#map_coverage_tables tfoot")[0].rows[0].cells, text), legend,
};
"""
#: Waits until the page has told its state: the sentence comes when the hand rests.
REST = "const done = arguments[arguments.length - 1]; setTimeout(() => done(true), 600);"


@pytest.fixture(scope="module")
def coverage():
    return ga.check(ga.open_study())


@pytest.fixture(scope="module")
def page(coverage, tmp_path_factory):
    path = tmp_path_factory.mktemp("what_if") / "map.html"
    coverage_map(coverage, language="fr", candidates=6).save(path)
    return path


@pytest.fixture
def opened(browser, page):
    """The sample's page, ready to suppose; afterwards: no console message, no request."""
    browser.get("about:blank")
    open_file(browser, page)
    wait_ready(browser)
    yield browser
    check_quiet(browser)


def wait_ready(browser) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 20).until(lambda now: now.execute_script("return Boolean(sheet_map_coverage.whatIf)"))


def rest(browser) -> None:
    browser.execute_async_script(REST)


def read(browser) -> dict:
    return browser.execute_script(READ)


def told(browser) -> str:
    rest(browser)
    return select(browser, "#map_coverage_hypothesis")[0].text


def type_in(field, *keys: str) -> None:
    from selenium.webdriver.common.keys import Keys

    field.send_keys(Keys.CONTROL + "a")
    field.send_keys(*keys)


def press(browser, what: str) -> None:
    browser.execute_script(f"document.querySelector('#map_coverage_live [data-what={what}]').click()")


def plain(cells) -> list[str]:
    return [" ".join(re.sub(r"<[^>]+>", " ", str(cell.said)).split()) for cell in cells]


def list_said(coverage) -> dict:
    """What a page of this coverage shows where it supposes nothing."""
    tables = make_tables(coverage, "fr", map_name="map_coverage")
    total = coverage.summary["total"]
    legend = _make_cell_legend(coverage, "fr", "map_coverage")
    return {
        "key": [
            format_count(count_verdicts(coverage)[0], "fr"),
            format_share(total["share"], "fr"),
            format_count(count_missed(total), "fr"),
        ],
        "communes": [plain(row.cells) for row in tables["communes"].rows],
        "sst": [plain(row.cells) for row in tables["sst"].rows],
        "foot": plain(tables["communes"].foot),
        "legend": [f"{row.people} ({row.cells})" for row in legend.rows if row.people],
    }


def drop_far(said: dict, most: float) -> dict:
    """Leave out medians that are farther than the page carries; the page says just that."""
    for table in ("communes", "sst"):
        for row in said[table]:
            row[-2] = "far" if row[-2] in ("–", f"> {most:g}") or float(row[-2].replace(",", ".")) > most else row[-2]
    return json.loads(json.dumps(said).replace("\\u202f", " ").replace("\\u00a0", " "))


def take_download(browser, folder) -> str:
    """Download the scenario, and return where it lies."""
    from selenium.webdriver.support.ui import WebDriverWait

    behaviour = {"behavior": "allow", "downloadPath": str(folder)}
    browser.execute_cdp_cmd("Page.setDownloadBehavior", behaviour)
    press(browser, "download")
    return WebDriverWait(browser, 10).until(lambda _: next(iter(sorted(folder.glob("*.toml"))), None))


def test_all_that_the_page_shows_follows_and_is_what_check_says(opened, coverage, tmp_path):
    from selenium.webdriver.common.keys import Keys

    before = read(opened)
    # By keyboard alone: a slider, a figure, boxes.
    slider = select(opened, "#map_coverage_pole")[0]
    slider.send_keys(Keys.ARROW_RIGHT * 4)
    field = select(opened, "[data-rule=antenna] [data-field]")[0]
    type_in(field, "12", Keys.TAB)
    select(opened, "[data-rule=to] input[type=range]")[0].send_keys(Keys.ARROW_LEFT * 3)
    for places in ("sites", "candidates"):
        select(opened, f"#map_coverage_{places} > summary")[0].send_keys(Keys.SPACE)
    sites = coverage.sites
    pole = sites.loc[sites["open"] & (sites["kind"] == "pole"), "site"].iloc[0]
    planned = sites.loc[(sites["status"] == "planned") & (sites["kind"] == "pole"), "site"].iloc[0]
    for css in (f"[data-site='{pole}']", f"[data-site='{planned}']", "#map_coverage_candidates [data-site]"):
        select(opened, css)[0].send_keys(Keys.SPACE)
    said = told(opened)
    for part in ("Hypothèse", "moins de 24 min", "moins de 12 min", "de 9 h à 10 h 45", "fermeture de", "ouverture de"):
        assert part in said.replace("\u00a0", " "), part
    shown = read(opened)
    assert shown["key"] != before["key"]
    assert "24\u00a0min" == slider.get_attribute("aria-valuetext")
    file = take_download(opened, tmp_path)
    assert file.name.startswith("hypothese-")
    same = ga.check(ga.open_study(changes={"scenario.file": [str(file)]}))
    most = opened.execute_script("return sheet_map_coverage.live.engine.limits.pole.most")
    shown, said = drop_far(shown, most), drop_far(list_said(same), most)
    for part in said:
        # Rows that are alike in what sorts them stand as they stood.
        assert sorted(shown[part]) == sorted(said[part]), part
    beyond = [float(cell.get_attribute("data-value")) for cell in select(opened, "tr[data-insee] > :nth-child(7)")]
    assert beyond == sorted(same.communes["beyond"], reverse=True)
    served = opened.execute_script("return geoAccess.verdict().communes")
    assert served == dict(zip(same.communes["insee"], same.communes["served"], strict=True))
    card = opened.execute_script("return sheet_map_coverage.communeCard(0).textContent")
    assert format_share(same.communes["share"].iloc[0], "fr") in card
    check_accessible(opened)
    keep_picture(opened, "what_if", tmp_path)
    press(opened, "reset")
    assert "Retour à l’étude" in told(opened)
    assert read(opened) == before


def test_steps_go_back_and_forth_and_the_address_keeps_the_state(opened, page):
    set_state = "geoAccess.setState(arguments[0])"
    opened.execute_script(set_state, {"pole": 25})
    opened.execute_script(set_state, {"departures": 0.8, "closed": ["S01"]})
    rest(opened)
    hashes = [opened.execute_script("return location.hash")]
    shown = read(opened)
    for what in ("undo", "undo", "undo", "redo", "redo"):
        press(opened, what)
        hashes.append(opened.execute_script("return location.hash"))
    both = "#pole=25&departures=0.8&closed=S01"
    assert hashes == [both, "#pole=25", "", "", "#pole=25", both]
    rest(opened)
    assert read(opened) == shown
    served = opened.execute_script("return geoAccess.verdict()")
    # Opened afresh; and in an address that is typed over.
    opened.get("about:blank")
    opened.get(page.as_uri() + both + "&theme=communes")
    wait_ready(opened)
    assert opened.execute_script("return geoAccess.verdict()") == served
    assert "Hypothèse" in told(opened)
    assert opened.execute_script("return sheet_map_coverage.theme") == "communes"
    opened.execute_script("location.hash = '#pole=18'")
    rest(opened)
    assert opened.execute_script("return sheet_map_coverage.live.state.pole") == 18
    # A link to a part of the page is no state.
    opened.execute_script("location.hash = '#map_coverage_tables'")
    rest(opened)
    kept = opened.execute_script("return [location.hash, sheet_map_coverage.live.state.pole]")
    assert kept == ["#pole=18&theme=communes", 18]


def test_a_broken_link_is_told_and_keeps_to_the_study(opened, page, coverage):
    opened.get("about:blank")
    opened.get(page.as_uri() + "#pole=90&antenna=12&from=25h&closed=nobody,S01&colour=red")
    wait_ready(opened)
    rest(opened)
    said = select(opened, "#map_coverage_faults")[0].text.replace("\u00a0", " ")
    for part in ("90 n’est pas entre", "« 25h »", "« nobody »", "« colour »"):
        assert part in said, part
    state = opened.execute_script(
        "geoAccess.setState({ pole: 70, closed: ['S01', 'S99'] }); return sheet_map_coverage.live.state"
    )
    said = select(opened, "#map_coverage_faults")[0].text.replace("\u00a0", " ")
    assert "hors de ce que la page peut juger" in said
    assert "« S99 »" in said
    assert (state["pole"], state["antenna"], state["from"], state["closed"]) == (20, 12, "09:00", ["S01"])


def test_a_figure_that_the_page_cannot_judge_is_refused_in_words(opened):
    from selenium.webdriver.common.keys import Keys

    field = select(opened, "[data-rule=pole] [data-field]")[0]
    type_in(field, "99")
    rest(opened)
    warning = select(opened, "[data-rule=pole] [data-warning]")[0]
    assert "la page n’emporte pas" in warning.text
    assert "true" == field.get_attribute("aria-invalid")
    assert "" == told(opened)
    type_in(field, "19", Keys.TAB)
    assert "" == warning.text
    assert "19 min" in told(opened).replace("\u00a0", " ")


def test_gains_are_what_judging_says(opened):
    found = opened.execute_script("""
        const { live } = sheet_map_coverage, { engine } = live;
        live.set({ pole: 17, departures: 0.6, from: "09:20", closed: ["S01"] });
        const judge = (id) => engine.judge({ ...live.state, opened: [id] }).total.served - live.verdict.total.served;
        const candidates = engine.sites.filter((site) => site.place !== undefined);
        const gain = (id) => GeoAccessParts.gainOf(engine, live.verdict, engine.rowOf.get(id));
        return candidates.map(({ id }) => [gain(id), judge(id)]);
    """)
    assert len(found) >= 10
    assert any(gain > 0 for gain, _ in found)
    for gain, judged in found:
        assert gain == pytest.approx(judged, abs=1e-6)


def test_a_link_is_copied_or_given_to_be_copied(opened):
    opened.execute_script("geoAccess.setState({ pole: 18 })")
    copying = """
        const writeText = async (text) => { if (!arguments[0]) throw new Error("refused"); window.copied = text; };
        Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
    """
    opened.execute_script(copying, True)
    press(opened, "copy")
    rest(opened)
    assert opened.execute_script("return window.copied").endswith("#pole=18")
    assert "Lien copié" in select(opened, "[data-what=kept]")[0].text
    opened.execute_script(copying, False)
    press(opened, "copy")
    rest(opened)
    field = select(opened, "#map_coverage_link")[0]
    assert field.is_displayed()
    assert field.get_attribute("value").endswith("#pole=18")
    assert field == opened.switch_to.active_element


def test_the_hypothesis_is_printed_and_its_controls_are_not_and_fits_a_small_phone(opened):
    opened.execute_script("geoAccess.setState({ pole: 18 })")
    rest(opened)
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert select(opened, "#map_coverage_hypothesis")[0].is_displayed()
        assert not select(opened, "#map_coverage_pole")[0].is_displayed()
    finally:
        opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    size = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        panels = "document.querySelectorAll('#map_coverage_live details').forEach((one) => { one.open = true; })"
        opened.execute_script(panels)
        assert opened.execute_script("return document.documentElement.scrollWidth") == 320
        parts = select(opened, "#map_coverage_live input, #map_coverage_live button")
        assert [one for one in parts if one.rect["x"] + one.rect["width"] > 320] == []
    finally:
        opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
