"""One palette: its colours stay apart for every eye, and pages take them from one sheet of styles."""

from __future__ import annotations

import itertools
import re
from importlib.resources import files

import numpy as np
import pytest

from geo_access.report import palette

REPORT = files("geo_access.report")
#: How a colour (linear RGB) is seen without one kind of cone (Machado, Oliveira and Fernandes 2009).
VISION = {
    "usual": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
#: Björn Ottosson's Oklab: from linear RGB to cones, from their cube roots to lightness and two axes.
CONES = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
         [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
AXES = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip


def read_linear(colour):
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def measure_apart(one, other):
    """How far two colours lie apart (hundredths of Oklab), for the eye that tells them apart the least."""
    found = []
    for seen in VISION.values():
        ends = [
            np.asarray(AXES) @ np.cbrt(CONES @ np.clip(seen @ read_linear(colour), 0, 1)) for colour in (one, other)
        ]
        found.append(100 * float(np.linalg.norm(ends[0] - ends[1])))
    return min(found)


def contrast(one, other):
    light = sorted(float(read_linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def test_the_measure_knows_colours_that_some_do_not_see():
    assert measure_apart("#ffffff", "#000000") == pytest.approx(100, abs=0.1)
    assert measure_apart("#c1272d", "#5d7c2f") < 15 < measure_apart("#2a6ca8", "#e8762c")
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


TABLES = {
    name: dict(table) if hasattr(table, "keys") else dict(enumerate(table))
    for name in (
        "STATE_STYLES",
        "CLASS_STYLES",
        "REACH_STYLES",
        "CHANGE_STYLES",
        "NET_STYLES",
        "MINUTES_STYLES",
        "SURE_STYLES",
    )
    for table in [getattr(palette, name)]
}


def draws_alike(one, other):
    """Whether two styles have the same lines, or both have none."""
    keys = ("lines", "step", "width", "cross")
    return [one.get(key) for key in keys] == [other.get(key) for key in keys]


@pytest.mark.parametrize("name", TABLES)
def test_classes_stay_apart_for_every_eye(name):
    for one, other in itertools.combinations(TABLES[name].values(), 2):
        # Where nobody lives is pale beside what is pale; a hatch tells where colours alone would not.
        least = 4 if palette.EMPTY in (one, other) else 9 if draws_alike(one, other) else 0
        assert measure_apart(one["fill"], other["fill"]) >= least, (one, other)


@pytest.mark.parametrize("name", TABLES)
def test_what_is_good_and_what_is_bad_differ_in_more_than_colour(name):
    bad = {"beyond", "unsnapped", "lost", "never", "little_fewer", "much_fewer", "slower", "much_slower",
           "unreached_now", "none", "fragile", "fails", 3, 4}  # fmt: skip
    for key, style in TABLES[name].items():
        assert ("lines" in style) == (key in bad and name != "REACH_STYLES") or key in ("reached_now", "shared")


def test_lines_of_a_hatch_stand_out_from_their_ground():
    for style in (style for table in TABLES.values() for style in table.values() if "lines" in style):
        assert contrast(style["lines"], style["fill"]) >= 2, style


def test_zones_hold_dark_names_and_stay_apart():
    for fill in palette.ZONE_FILLS:
        assert contrast(fill, palette.INK) >= 7
    for one, other in itertools.combinations(palette.ZONE_FILLS, 2):
        assert measure_apart(one, other) >= 5, (one, other)
    for one, other in itertools.pairwise(palette.SHADES):
        assert measure_apart(one, other) >= 5


def test_kinds_of_places_differ_by_shape_and_colour():
    for one, other in itertools.combinations(palette.SYMBOLS.values(), 2):
        assert one.path != other.path
        assert one.colour != other.colour
    for symbol in palette.SYMBOLS.values():
        assert contrast(symbol.colour, "#ffffff") >= 4.5


def read_properties(dark):
    css = (REPORT / "templates" / "theme.css").read_text(encoding="utf-8")
    light = css.partition("@media")[0]
    block = css.partition("data-paper]) {")[2].partition("}")[0] if dark else ""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light)) | dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)
    )


def test_styles_of_pages_and_the_palette_name_the_same_colours():
    named = read_properties(dark=False)
    assert named["served-pole"] == palette.STATE_STYLES["pole"]["fill"]
    assert named["served-antenna"] == palette.STATE_STYLES["antenna"]["fill"]
    for state in ("beyond", "unsnapped"):
        assert named[state] == palette.STATE_STYLES[state]["fill"]
    assert named["gained"] == palette.CHANGE_STYLES["gained"]["fill"]
    assert named["lost"] == palette.CHANGE_STYLES["lost"]["fill"]
    assert named["lost-lines"] == palette.CHANGE_STYLES["lost"]["lines"]
    for table in TABLES.values():
        for style in table.values():
            assert "token" not in style or named[style["token"]] == style["fill"]
    lines = (palette.SST_LINES, palette.OLD_LINES, palette.COMMUNE_LINES, palette.AREA_LINES)
    for stroke in itertools.chain(*lines):
        assert stroke["color"].removeprefix("var(--").removesuffix(")") in named


@pytest.mark.parametrize("dark", [False, True])
def test_words_are_legible_on_their_ground(dark):
    named = read_properties(dark)
    pairs = [(ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper", "tint")]
    pairs += [("good", "good-ground"), ("bad", "bad-ground"), ("warn", "warn-ground"), ("grave", "grave-ground")]
    pairs += [("ink", "good-ground"), ("ink", "halo"), ("border", "halo")]
    for ink, ground in pairs:
        assert contrast(named[ink], named[ground]) >= 4.5, (ink, ground)
    for edge in ("edge", "accent", "focus", "good-edge", "bad-edge"):
        assert contrast(named[edge], named["paper"]) >= 3, edge


def test_zones_and_shades_of_pages_are_the_palette_s_and_stay_apart_in_the_dark():
    light, dark = read_properties(dark=False), read_properties(dark=True)
    assert tuple(light[f"zone-{number}"] for number in range(len(palette.ZONE_TONES))) == palette.ZONE_FILLS
    assert (light["income"], light["priority"]) == (palette.INCOME, palette.PRIORITY)
    zones = [dark[f"zone-{number}"] for number in range(len(palette.ZONE_TONES))]
    for one, other in itertools.combinations(zones, 2):
        assert measure_apart(one, other) >= 3, (one, other)
    for named in (light, dark):
        for number in range(len(palette.RIDE_STROKES)):
            assert contrast(named[f"ride-{number}"], named["sheet-land"]) >= 3
        for name in ("income", "priority"):
            assert contrast(named[name], named["paper"]) >= 3
        assert contrast(named["sheet-ink"], named["sheet"]) >= 7
    assert all(contrast(dark["sheet-ink"], zone) >= 4.5 for zone in zones)


def test_no_page_and_no_template_writes_a_colour_of_its_own():
    said = []
    # The white of symbols goes with their own colours; a notebook's frame stands outside of any page.
    for path in [*(REPORT / "pages").iterdir(), *(REPORT / "figures").iterdir(), *(REPORT / "templates").iterdir()]:
        if path.name.endswith((".py", ".html")) and path.name != "notebook_frame.html":
            source = path.read_text(encoding="utf-8")
            said += [(path.name, colour) for colour in re.findall(r"[\"'](#[0-9a-fA-F]{3,8})[\"']", source)]
    assert said == [("drawing.html", "#ffffff")] * 2


def test_no_other_stylesheet_and_no_script_writes_a_colour():
    css = [path for folder in ("templates", "map/assets") for path in (REPORT / folder).iterdir()]
    said = []
    for path in css:
        if path.name.endswith((".css", ".js")) and path.name != "theme.css":
            source = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
            said += [(path.name, colour) for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[\s;,)\"'])|rgba?\(", source)]
    assert said == []
