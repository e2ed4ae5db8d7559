"""The map that answers, in a browser: exact, and the whole page of one state."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from live_states import check_same, draw_states, vary
from page_reader import check_quiet, open_file, read_blocks

import geo_access as ga
from geo_access.core.formats import format_count, format_minutes, format_share
from geo_access.report.map.coverage_map import coverage_map
from geo_access.report.map.layers import classify
from geo_access.report.map.legends import list_themes

pytestmark = pytest.mark.browser

_PLAIN = "const plain = (values) => Array.from(values, (value) => (Number.isNaN(value) ? null : value));"
_JUDGE = (
    _PLAIN
    + """
const live = sheet_map_coverage.live, done = arguments[1];
(async () => {
  const answers = [], heard = [];
  document.addEventListener("geoaccess:verdict", (event) => heard.push(event.detail.verdict.total.served));
  for (const state of arguments[0]) {
    const said = window.geoAccess.setState(state), verdict = live.verdict, { cells } = verdict;
    const told = { departures: cells.departures };
    for (const name of ["state", "held", "pole", "antenna", "pole_s", "antenna_s"]) told[name] = plain(cells[name]);
    const painted = plain(sheet_map_coverage.paintings.get("cells").kinds);
    answers.push({ ...verdict, cells: told, said, painted });
  }
  done({ answers, heard });
})();
"""
)


def wait_until_live(browser) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 20).until(lambda now: now.execute_script("return Boolean(sheet_map_coverage.live)"))


def prove(browser, study, tmp_path, count: int, seed: int, windows: int) -> None:
    page = coverage_map(ga.check(study), candidates=8)
    page.save(tmp_path / "live.html")
    header = read_blocks(page.to_html())["live_times"]
    open_file(browser, tmp_path / "live.html")
    wait_until_live(browser)
    states = draw_states(header, count, seed, windows=windows)
    found = browser.execute_async_script(_JUDGE, states)
    check_same(study, header, states, found["answers"])
    for answer in found["answers"]:
        total = answer["said"]["total"]
        assert answer["said"]["communes"] == {row["insee"]: row["served"] for row in answer["communes"]}
        assert total["served"] == pytest.approx(sum(row["served"] for row in answer["communes"]))
        assert answer["painted"] == answer["cells"]["state"], "the map shows what the verdict says"
    assert found["heard"] == [answer["total"]["served"] for answer in found["answers"]]
    check_quiet(browser)


def test_the_page_of_the_sample_judges_as_python_does(browser, tmp_path):
    prove(browser, ga.open_study(), tmp_path, 25, seed=14, windows=2)


@pytest.mark.real_data
def test_the_page_of_hauts_de_seine_judges_as_python_does(browser, shared_data, tmp_path):
    prove(browser, ga.open_study(shared_data / "hauts-de-seine"), tmp_path, 6, seed=92, windows=2)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("live") / "live.html"
    coverage_map(ga.check(ga.open_study()), candidates=5, language="fr").save(path)
    return path


def test_who_asks_before_the_times_are_open_is_answered_at_once(browser, page):
    """And where the browser cannot unpack aside at all, the page does it by itself."""
    script = "delete window.DecompressionStream; window.heard = []; for (const name of ['ready', 'verdict', 'static'])"
    script += " document.addEventListener(`geoaccess:${name}`, () => window.heard.push(name));"
    script += " document.addEventListener('DOMContentLoaded', () => {"
    script += " window.first = [Boolean(sheet_map_coverage.live), geoAccess.setState({ pole: 25 }).total.served]; });"
    made = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    try:
        open_file(browser, page)
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)
    wait_until_live(browser)
    live, served = browser.execute_script("return window.first")
    assert not live
    study = ga.open_study().vary({"policy.pole.lt": 25})
    assert served == ga.check(study).communes["served"].sum()
    assert browser.execute_script("return window.heard") == ["ready", "verdict"]
    check_quiet(browser)


def test_the_whole_page_follows_a_state_and_returns(browser, page):
    open_file(browser, page)
    wait_until_live(browser)

    def look() -> dict:
        return browser.execute_script(
            """
            const sheet = sheet_map_coverage, mark = (row) => sheet.markers.get(row).marker;
            const kinds = (name) => Array.from(sheet.paintings.get(name).kinds).join("");
            for (const theme of geoAccess.themes) geoAccess.setTheme(theme);
            const candidate = sheet.live.engine.sites.findIndex((site) => site.place === 0);
            sheet.choosePlace(1);
            geoAccess.setTheme("cells");
            return {
              minutes: kinds("minutes"), departures: kinds("departures"), communes: kinds("communes"),
              cards: sheet.communes.rows.map((_, i) => sheet.communeCard(i).textContent),
              reach: document.getElementById("map_coverage_reached").textContent,
              pole: mark(0).getElement().getAttribute("aria-label"), symbol: mark(0).getElement().innerHTML,
              candidate: mark(candidate).options.icon.options.className,
              shown: document.querySelectorAll(".ga-candidate").length,
            };
            """
        )

    before = look()
    assert before["candidate"] == "ga-candidate"
    first = browser.execute_script("return sheet_map_coverage.live.engine.sites.find((site) => site.place === 0).id")
    state = {"closed": [browser.execute_script("return sheet_map_coverage.live.engine.sites[0].id")], "opened": [first]}
    state |= {"departures": 0.9, "pole": 24}
    browser.execute_script("geoAccess.setState(arguments[0])", state)
    after = look()
    assert [name for name in before if before[name] == after[name]] == []
    assert after["candidate"] == "ga-site"
    assert "fermé dans cet essai" in after["pole"]
    reach = r"[^{}]+\s: (\d|\s)+ habitants l’atteignent dans le temps promis, dont [^{}]+\."
    assert re.fullmatch(reach, after["reach"])
    # The themes are classed as Python classes the study that the state stands for.
    header = read_blocks(page.read_text(encoding="utf-8"))["live_times"]
    whole = {"pole": 24, "antenna": 15, "departures": 0.9, "from": "09:00", "to": "11:00", **state}
    coverage = ga.check(vary(ga.open_study(), header, whole))
    departures = list_themes(coverage, "fr")[1]
    assert after["departures"] == "".join(map(str, departures.classes))
    assert after["communes"] == "".join(map(str, classify(coverage.communes["share"], 1.0)))
    for card, row in zip(after["cards"], coverage.communes.to_dict("records"), strict=True):
        assert format_share(row["share"], "fr") in card
        assert format_count(row["beyond"], "fr") in card
        median = row["median_min_pole"]
        said = format_minutes(median, "fr", operator="lt") if median <= 30 else "plus de 30\u00a0min"
        assert said in card, row["name"]
    browser.execute_script("geoAccess.setState(sheet_map_coverage.live.engine.base)")
    assert look() == {**before, "shown": 5}, "the layer of candidates stays on"
    check_quiet(browser)


def test_a_page_without_times_tells_the_verdict_and_takes_no_state(browser, tmp_path):
    coverage = replace(ga.check(ga.open_study()), times=None)
    coverage_map(coverage).save(tmp_path / "static.html")
    open_file(browser, tmp_path / "static.html")
    found = browser.execute_script("return [geoAccess.setState({ pole: 30 }), geoAccess.verdict(), geoAccess.themes]")
    served = dict(zip(coverage.communes["insee"], coverage.communes["served"], strict=True))
    assert found[0]["missing"] == ["times"]
    assert found[0]["communes"] == found[1]["communes"] == served
    assert found[1]["total"]["served"] == sum(served.values())
    assert "cells" in found[2]
    check_quiet(browser)
