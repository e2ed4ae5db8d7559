"""The map that answers, in a browser: exact, and the whole page of one state."""

from __future__ import annotations

import pytest
from live_states import check_same, draw_states
from page_reader import check_quiet, open_file, read_blocks

import geo_access as ga
from geo_access.report.map.coverage_map import coverage_map

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
    prove(browser, ga.open_study(), tmp_path, 25, seed=14, windows=3)


@pytest.mark.real_data
def test_the_page_of_hauts_de_seine_judges_as_python_does(browser, shared_data, tmp_path):
    prove(browser, ga.open_study(shared_data / "hauts-de-seine"), tmp_path, 6, seed=92, windows=2)
