"""Names on the maps, measured in a browser: each inside of its commune, or led to it from outside of the territory."""

from __future__ import annotations

import math

import pytest
import shapely
from coverage_factory import make_hauts_de_seine
from page_reader import check_quiet, keep_picture, open_file, set_screen
from test_compare_page import make_comparison

import geo_access as ga
from geo_access.report.map.coverage_map import coverage_map

pytestmark = pytest.mark.browser
SCREENS = ((1440, 900), (1024, 768), (390, 844))
ZOOMS = (10, 10.75, 11.5, 12, 13, 14)

#: For each theme and zoom: every name as it stands (corners in degrees), every symbol, and lines that lead to names.
_READ = """
const [name, zooms] = arguments, sheet = window["sheet_" + name], map = sheet.map, box = map.getContainer();
const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const all = (css) => Array.from(box.querySelectorAll(css), (one) => [one, one.getBoundingClientRect()]);
const choices = [`#${name}_themes input`, 'input[name="ga_change"]', 'input[name="ga_pair"]'];
const read = (theme, zoom) => {
  if (zoom === "whole") sheet.fit(); else map.setZoom(zoom, {animate: false});
  sheet.settleNames();
  const frame = box.getBoundingClientRect();
  const place = ({lng, lat}) => [lng, lat];
  const at = (x, y) => place(map.containerPointToLatLng([x - frame.left, y - frame.top]));
  const names = all(".label-commune"), symbols = all(".ga-site svg, .ga-candidate svg").map(([, one]) => one);
  const boxes = [...names, ...all(".ga-label:not(.label-commune)")].map(([, one]) => one);
  return {
    theme, zoom,
    hidden: names.filter(([one, {width}]) => !width || getComputedStyle(one).visibility === "hidden").length,
    covering: names.filter(([, one]) => symbols.some((other) => meet(one, other))).map(([one]) => one.textContent),
    meeting: boxes.filter((one, i) => boxes.slice(i + 1).some((other) => meet(one, other))).length,
    ends: sheet.leaders.getLayers().filter((one) => one instanceof L.CircleMarker).map((one) => place(one.getLatLng())),
    names: names.map(([one, {left, top, right, bottom}]) => ({
      insee: one.dataset.insee, said: one.textContent, led: "leader" in one.dataset,
      corners: [at(left, top), at(right, top), at(right, bottom), at(left, bottom)],
    })),
  };
};
return Array.from(document.querySelectorAll(choices.join())).flatMap((theme) => {
  theme.click();
  return ["whole", ...zooms].map((zoom) => read(theme.parentElement.textContent.trim(), zoom));
});
"""


def check_names(browser, name: str, communes) -> dict[str, int]:
    """Measure every name against the study's own polygons; returns how many were seen at each zoom."""
    shapes = dict(zip(communes["insee"].astype(str), communes.geometry.to_crs("EPSG:3857"), strict=True))
    land = shapely.union_all(list(shapes.values()))
    count: dict[str, int] = {}
    for view in browser.execute_script(_READ, name, list(ZOOMS)):
        where = (view["theme"], view["zoom"])
        assert view["hidden"] == 0, where
        assert view["covering"] == [], where
        assert view["meeting"] == 0, where
        assert len({one["insee"] for one in view["names"]}) == len(view["names"])
        led = [one for one in view["names"] if one["led"]]
        ends = [shapely.Point(project(*end)) for end in view["ends"]]
        assert len(ends) == len(led), where
        for one in view["names"]:
            box, shape = shapely.Polygon([project(*corner) for corner in one["corners"]]), shapes[one["insee"]]
            if one["led"]:
                assert not box.intersects(land), (*where, one["said"])
                assert any(shape.contains(end) for end in ends), (*where, one["said"])
            else:
                assert shape.contains(box), (*where, one["said"])
        count[str(view["zoom"])] = min(count.get(str(view["zoom"]), 10**6), len(view["names"]))
    return count


def project(lon: float, lat: float) -> tuple[float, float]:
    radius = 6378137.0
    return radius * math.radians(lon), radius * math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def test_names_of_the_sample_lie_in_their_communes(browser, tmp_path):
    coverage = ga.check(ga.open_study())
    coverage_map(coverage).save(tmp_path / "map.html")
    open_file(browser, tmp_path / "map.html")
    for screen in SCREENS:
        with set_screen(browser, *screen):
            count = check_names(browser, "map_coverage", coverage.communes)
            assert count["13"] == count["14"] == len(coverage.communes)
    # Marks of places that could open come with the first that does, and none is on a name.
    first = "sheet_map_coverage.live.engine.sites.find((site) => site.place === 0)"
    browser.execute_script(f"geoAccess.setState({{ opened: [{first}.id] }})")
    assert browser.execute_script("return document.querySelectorAll('.ga-candidate').length") > 20
    check_names(browser, "map_coverage", coverage.communes)
    check_quiet(browser)


@pytest.mark.real_data
def test_names_of_hauts_de_seine_lie_in_their_communes(browser, shared_data, tmp_path):
    coverage = make_hauts_de_seine(shared_data)
    coverage_map(coverage).save(tmp_path / "map.html")
    open_file(browser, tmp_path / "map.html")
    for screen in SCREENS:
        with set_screen(browser, *screen):
            count = check_names(browser, "map_coverage", coverage.communes)
            assert count["13"] >= 34
            assert count["14"] == len(coverage.communes) == 36
            assert count["whole"] >= (20 if screen[0] == 1440 else 10)
            browser.execute_script("sheet_map_coverage.fit()")
            keep_picture(browser, f"names_{screen[0]}", tmp_path)
    check_quiet(browser)


def test_names_of_a_comparison_lie_in_their_communes(browser, tmp_path):
    comparison = make_comparison()
    ga.comparison_map(comparison).save(tmp_path / "compare.html")
    open_file(browser, tmp_path / "compare.html")
    for screen in SCREENS[::2]:
        with set_screen(browser, *screen):
            for side in ("change", "before", "after"):
                assert check_names(browser, f"map_{side}", comparison.after.communes)["14"] >= 4
    check_quiet(browser)
