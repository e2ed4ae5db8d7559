"""Every page but the live maps' own, of the sample, opened once in a browser at three widths: what people see first."""

from __future__ import annotations

import pytest
from page_reader import check_accessible, check_quiet, keep_picture

import geo_access as ga

pytestmark = pytest.mark.browser

WIDTHS = ((1440, 900), (390, 844), (320, 640))
PAGES = ("brief", "explanation", "journey", "redrawing", "caravan", "robustness", "fairness", "place", "inspection")
#: What a page of its own size holds within its width, and what lies in a box that scrolls.
TOO_WIDE = """
const wide = document.documentElement.clientWidth + 1;
return [...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > wide && one.getClientRects().length)
  .filter((one) => !one.closest('.ga-scroll, .ga-chart, .ga-figure, .ga-frame, .ga-skip, svg'))
  .map((one) => `${one.tagName}.${one.className}`);
"""
FIRST = """
const top = (css) => document.querySelector(css)?.getBoundingClientRect().top ?? null;
return {answer: top('h1'), figures: top('.ga-key'), map: top('.ga-drawn-map, .ga-frame'), high: window.innerHeight};
"""
#: Texts of names that reach beyond the map's frame.
NAMES_OUT = """
return [...document.querySelectorAll('.label-commune[data-insee]')].filter((one) => {
  const box = one.getBoundingClientRect(), frame = one.closest('.ga-drawn-map')?.getBoundingClientRect();
  return frame && box.width && (box.left < frame.left - 1 || box.right > frame.right + 1);
}).map((one) => one.textContent);
"""
NAMED_TWICE = """
return [...document.querySelectorAll('table')].flatMap((one) => {
  const heads = [...one.querySelectorAll('thead th')].map((head) => head.textContent.trim());
  return heads.filter((head, at) => heads.indexOf(head) !== at).map((head) => `${one.caption?.textContent}: ${head}`);
});
"""


@pytest.fixture(scope="module")
def coverage():
    return ga.check(ga.open_study())


@pytest.fixture(scope="module")
def pages(coverage, tmp_path_factory):
    """The pages, in French and English by turns."""
    folder = tmp_path_factory.mktemp("pages")
    point = coverage.residents.to_crs("EPSG:4326").geometry.iloc[40].centroid
    stops = folder / "stops.csv"
    rows = [f"2026-0{month}-0{month},09:00,12:00,Halte {month},{point.y},{point.x}" for month in (6, 8)]
    stops.write_text("date,from,to,name,lat,lon\n" + "\n".join(rows) + "\n", encoding="utf-8")
    worst = coverage.communes.sort_values("share")["insee"].iloc[0]
    made = {
        "brief": ga.commune_brief(coverage, worst, language="en").html,
        "explanation": ga.explanation_report(coverage, ga.explain_commune(coverage, worst), language="fr").html,
        "journey": ga.journey_report(ga.tell_journey(coverage.times, f"{point.y},{point.x}"), language="en").html,
        "redrawing": ga.redrawing_report(coverage, ga.redraw_sst(coverage.times, 3), language="fr").html,
        "caravan": ga.caravan_report(coverage, ga.caravan_reach(coverage, stops, next_stops=1), language="en").html,
        "robustness": ga.robustness_report(ga.check_robustness(ga.open_study()), language="fr").html,
        "fairness": ga.fairness_report(coverage, ga.measure_fairness(coverage), language="en").html,
        "place": ga.placement_page(ga.place_sites(coverage, kind="antenna", count=1), language="fr").to_html(),
        "inspection": ga.inspect(ga.open_study()).to_html(language="en"),
    }
    for name, page in made.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder


def open_at(browser, path, width: int, height: int) -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(path.as_uri())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_its_answer_and_its_map_first_and_reads_at_three_widths(browser, pages, tmp_path, name):
    browser.get_log("browser")
    browser.get_log("performance")
    try:
        for width, height in WIDTHS:
            open_at(browser, pages / f"{name}.html", width, height)
            assert browser.execute_script(TOO_WIDE) == [], width
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width
            assert browser.execute_script(NAMES_OUT) == [], width
            # Nothing is left to be filled in, and no two columns of a table have one name.
            assert "{" not in browser.execute_script("return document.body.innerText")
            assert browser.execute_script(NAMED_TWICE) == []
            keep_picture(browser, f"{name}-{width}", tmp_path)
            if width == 320:
                check_accessible(browser)
                continue
            first = browser.execute_script(FIRST)
            assert first["answer"] < first["map"]
            # A journey has its minutes in its title.
            assert first["figures"] is None if name == "journey" else first["answer"] <= first["figures"] < first["map"]
            # At least a third of the screen is for the map.
            assert first["map"] < first["high"] * 2 / 3, width
        check_quiet(browser)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
