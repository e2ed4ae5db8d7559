"""The coverage map: one file, no request, never colour alone, the same bytes; and a reader in a real browser."""

from __future__ import annotations

import dataclasses
import html
import json
import re

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from coverage_factory import NASTY, make_coverage, make_hauts_de_seine
from page_reader import read_blocks, see
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo_access.core.errors import InputError
from geo_access.report.html import dump_json
from geo_access.report.map.coverage_map import CoverageMap, coverage_map
from geo_access.report.map.layers import (
    classify,
    count_served,
    encode_cells,
    encode_shapes,
    find_prefix,
    format_classes,
    shift_coincident,
)
from geo_access.report.palette import CLASS_STYLES, NO_CLASS, STATE_STYLES, SYMBOLS
from geo_access.study.presets import PRESETS


@pytest.fixture(scope="module")
def coverage():
    return make_coverage()


@pytest.fixture(scope="module")
def page(coverage) -> str:
    return coverage_map(coverage).to_html()


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
        "Discours du président du Département, Clichy, 23 avril 2024",
        "document 000_fffea54f884cb15b.txt",
        "discours-2024-04",
        "mardi 23 janvier 2018, de 9 h à 11 h, un par minute (120)",
        "en ligne droite (× 1,3), sans données de rues ; adulte, 4,8 km/h",
        "Trajets théoriques",
        "Pôle social à moins de 20 min en transports en commun",
        "Antenne, PMI ou annexe à moins de 15 min à pied",
        "Trajet trop long ou trop rare",
        "1 914 habitants, 15,1 % (carreaux : 40)",
        "Sans habitant",
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
    assert "Pôle social in less than 20 min by public transport" in said
    assert "Journey too long or too rare 1,914 residents, 15.1%" in said
    for french in ("habitants", "trop long", "Légende", "Tableau", "Carreau", "en service"):
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
    # Names of zones may hold names of communes; a commune's own is a button.
    order = re.findall(r">([^<>]+)</button></th>", table.partition("<tbody>")[2])
    assert [name[:4] for name in order] == ["Eaux", "Bell", "Aubr", "Clai", "Dése"]
    assert 'aria-sort="descending"' in table
    assert "SST" in see(page)


def test_dates_of_a_mobile_stop_are_written_out(page):
    facts = dict(map(tuple, read_blocks(page)["data_sites_mobile_stop"]["rows"][0]["facts"]))
    assert facts["Dates"] == "mardi 23\u00a0janvier\u00a02018"


def test_map_without_a_site_or_a_resident(coverage):
    bare = dataclasses.replace(coverage, sites=coverage.sites.iloc[:0], residents=coverage.residents.iloc[:0])
    page = coverage_map(bare).to_html()
    assert "Sans habitant dans les données" in see(page)
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
    assert "<" not in dump_json({"a": "</script><!--"})
    assert json.loads(dump_json({"a": "</script>&"})) == {"a": "</script>&"}


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
        assert len(format_classes(required, "fr")) <= len(CLASS_STYLES) - 1
        assert max(classify(shares[:-1], required)) < len(format_classes(required, "fr"))


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
