"""What orients on a map, read from OpenStreetMap: areas with holes, broken ones, versions, the sea, names."""

from __future__ import annotations

import osmium
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from street_maps import CRS, LAT, LON, STEP, grid_nodes, osm_xml, write_map

import geo_access as ga
from geo_access.core.cache import Cache
from geo_access.core.errors import InputError
from geo_access.streets.feature_shapes import build_area, build_sea
from geo_access.streets.feature_tags import find_feature
from geo_access.streets.features import Features, frame_around, read_features
from geo_access.study.sample import sample_folder

TO_METRES = Transformer.from_crs(4326, CRS, always_xy=True)
WOOD = {"natural": "wood", "name": "bois des Brumes"}
LAKE = {"type": "multipolygon", "natural": "water", "name": "étang Neuf"}


def frame_of(west=-1.0, south=-1.0, east=9.0, north=9.0):
    """A frame in steps of the grid."""
    x0, y0 = TO_METRES.transform(LON + west * STEP, LAT + south * STEP)
    x1, y1 = TO_METRES.transform(LON + east * STEP, LAT + north * STEP)
    return x0, y0, x1, y1


def read(*paths, frame=None):
    return read_features(paths, crs=CRS, frame=frame or frame_of())


def read_map(folder, ways, relations=(), *, extra="", nodes=None, frame=None):
    path = write_map(folder, nodes or grid_nodes(8, 8), ways, relations)
    if extra:
        path.write_text(path.read_text(encoding="utf-8").replace("</osm>", extra + "</osm>"), encoding="utf-8")
    return read(path, frame=frame)


def square(west, south, side, start=1):
    """Nodes of a closed square on the grid of 8 by 8."""
    low, high = 1 + west + 8 * south, 1 + west + 8 * (south + side)
    return [low, low + side, high + side, high, low]


def cells(area):
    """An area in squares of the grid."""
    x0, y0, x1, y1 = frame_of(0, 0, 1, 1)
    return pytest.approx(area * (x1 - x0) * (y1 - y0), rel=2e-3)


class TestAreas:
    def test_a_closed_way_is_an_area_and_bears_its_name(self, tmp_path):
        found = read_map(tmp_path, [(10, square(1, 1, 2), WOOD)])
        (row,) = found.shapes.to_dict("records")
        assert ("woods", "wood", "bois des Brumes") == (row["layer"], row["kind"], row["name"])
        assert cells(4) == row["geometry"].area
        assert {} == found.left_out

    def test_a_multipolygon_has_its_hole_and_the_pond_on_its_island(self, tmp_path):
        outline = square(0, 0, 6)
        ways = [(10, outline[:3], {}), (11, outline[2:], {}), (12, square(1, 1, 3), {}), (13, square(2, 2, 1), {})]
        members = [(11, "outer"), (10, "outer"), (12, "inner"), (13, "outer")]
        found = read_map(tmp_path, ways, [(70, members, LAKE)])
        assert cells(36 - 9 + 1) == found.of("water").geometry.iloc[0].area
        assert {} == found.left_out

    def test_a_relation_that_lacks_a_way_is_left_out_and_its_island_is_no_lake(self, tmp_path):
        ways = [(10, square(0, 0, 6)[:3], {}), (12, square(1, 1, 3), {})]
        found = read_map(tmp_path, ways, [(70, [(10, "outer"), (99, "outer"), (12, "inner")], LAKE)])
        assert found.shapes.empty
        assert {"broken": 1} == found.left_out

    def test_an_area_whose_node_is_missing_is_left_out(self, tmp_path):
        found = read_map(tmp_path, [(10, [1, 2, 999, 9, 1], WOOD), (11, [1, 2, 3], WOOD)])
        assert found.shapes.empty
        assert {"broken": 2} == found.left_out

    def test_an_outline_that_crosses_itself_is_mended(self, tmp_path):
        found = read_map(tmp_path, [(10, [1, 3, 17, 19, 1], WOOD)])
        (shape,) = found.shapes.geometry
        assert shape.is_valid
        assert cells(2) == shape.area

    def test_what_lies_across_the_frame_is_cut_at_it(self, tmp_path):
        found = read_map(tmp_path, [(10, square(1, 1, 4), WOOD)], frame=frame_of(0, 0, 2, 9))
        assert cells(4) == found.shapes.geometry.iloc[0].area
        assert read_map(tmp_path, [(10, square(1, 1, 2), WOOD)], frame=frame_of(20, 20, 30, 30)).shapes.empty

    def test_an_area_around_the_whole_frame_fills_it(self, tmp_path):
        outline = square(0, 0, 7)
        ways = [(10, outline[:3], {}), (11, outline[2:], {})]
        found = read_map(tmp_path, ways, [(70, [(10, ""), (11, "")], LAKE)], frame=frame_of(2, 2, 3, 3))
        assert cells(1) == found.shapes.geometry.iloc[0].area

    def test_communes_are_areas_of_their_level(self, tmp_path):
        tags = {"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": "Valombre"}
        members = [(10, "outer")]
        found = read_map(
            tmp_path,
            [(10, square(1, 1, 2), {"boundary": "administrative"})],
            [(70, members, tags), (71, members, tags | {"admin_level": "4"})],
        )
        assert ["Valombre"] == found.of("boundary")["name"].tolist()


class TestVersions:
    NEWER = (
        '<way id="10" version="2"><nd ref="1"/><nd ref="2"/><nd ref="10"/><nd ref="1"/>'
        '<tag k="building" v="yes"/></way>'
    )

    @pytest.mark.parametrize("extra", [NEWER, '<way id="10" version="2" visible="false"/>'])
    def test_a_newer_version_that_is_no_wood_counts(self, tmp_path, extra):
        assert read_map(tmp_path, [(10, square(1, 1, 2), WOOD)], extra=extra).shapes.empty

    def test_what_an_editor_deleted_is_not_drawn(self, tmp_path):
        ways = [(10, square(1, 1, 2), WOOD), (11, square(4, 4, 2), {})]
        path = write_map(tmp_path, grid_nodes(8, 8), ways, [(70, [(11, "outer")], LAKE)])
        text = path.read_text(encoding="utf-8")
        assert 2 == len(read(path).shapes)
        for name in ('way id="10"', 'relation id="70"'):
            path.write_text(text.replace(name, f'{name} action="delete"'), encoding="utf-8")
            assert 1 == len(read(path).shapes)

    def test_a_place_that_was_renamed_and_one_that_is_gone(self, tmp_path):
        nodes = {1: (LON, LAT, {"place": "village", "name": "Ancien"}), 2: (LON, LAT, {"place": "hamlet", "name": "B"})}
        extra = (
            f'<node id="1" version="2" lon="{LON}" lat="{LAT}"><tag k="place" v="village"/><tag k="name" v="Neuf"/>'
            '</node><node id="2" version="2" visible="false"/>'
        )
        assert ["Neuf"] == read_map(tmp_path, [], nodes=nodes, extra=extra).shapes["name"].tolist()

    def test_two_files_are_one_map(self, tmp_path):
        paths = [write_map(tmp_path, grid_nodes(8, 8), [(10, square(1, 1, 2), WOOD)], name=f"{n}.osm") for n in "ab"]
        assert 1 == len(read(*paths).shapes)


class TestSea:
    ISLAND = (1, 4, 28, 25, 1)  # counter-clockwise: land on its left

    def test_around_an_island_is_sea(self, tmp_path):
        found = read_map(tmp_path, [(10, self.ISLAND, {"natural": "coastline"})], frame=frame_of(-1, -1, 4, 4))
        (row,) = found.shapes.to_dict("records")
        assert ("water", "sea") == (row["layer"], row["kind"])
        assert cells(25 - 9) == row["geometry"].area

    def test_turned_round_the_island_is_a_sea(self, tmp_path):
        found = read_map(tmp_path, [(10, self.ISLAND[::-1], {"natural": "coastline"})], frame=frame_of(-1, -1, 4, 4))
        assert cells(9) == found.shapes.geometry.iloc[0].area

    def test_a_coast_through_the_frame_parts_it(self, tmp_path):
        ways = [(10, [1, 2, 3, 4], {"natural": "coastline"}), (11, [4, 5, 6], {"natural": "coastline"})]
        found = read_map(tmp_path, ways, frame=frame_of(1, -2, 4, 1))
        assert cells(6) == found.shapes.geometry.iloc[0].area  # south of it, on its right

    def test_a_coast_that_ends_in_the_frame_says_nothing(self, tmp_path):
        found = read_map(tmp_path, [(10, [1, 2, 3], {"natural": "coastline"})])
        assert found.shapes.empty
        assert {"sea": 1} == found.left_out

    @given(st.integers(0, 6), st.integers(0, 6), st.integers(1, 4), st.booleans())
    def test_sea_and_land_fill_the_frame(self, west, south, side, turned):
        frame = shapely.box(0, 0, 6, 6)
        island = shapely.box(west, south, west + side, south + side).exterior
        line = island.reverse() if turned else island
        sea, whole = build_sea([line], frame)
        land = shapely.box(west, south, west + side, south + side).intersection(frame)
        expected = 36 - land.area if line.is_ccw else land.area
        assert whole
        if land.area:
            assert pytest.approx(expected) == (0 if sea is None else sea.area)


class TestNames:
    def test_pieces_of_a_street_are_one_and_the_same_name_far_away_is_another(self, tmp_path):
        street = {"highway": "residential", "name": "rue des Aulnes"}
        ways = [(10, [1, 2], street), (11, [2, 3], street), (12, [3, 4], street | {"name": "Rue des  Aulnes"})]
        nodes = grid_nodes(8, 8) | {900: (LON + 0.05, LAT), 901: (LON + 0.051, LAT)}
        ways += [(13, [900, 901], street), (14, [1, 9], {"highway": "path"}), (15, [1, 9], {"name": "no street"})]
        found = read_map(tmp_path, ways, nodes=nodes, frame=frame_of(-1, -1, 80, 9))
        assert [("rue des Aulnes", 3), ("rue des Aulnes", 1)] == list(
            zip(found.streets["name"], found.streets["pieces"], strict=True)
        )
        assert read_map(tmp_path, ways, nodes=nodes).streets["pieces"].tolist() == [3]

    def test_named_places_come_by_their_size(self, tmp_path):
        places = {"hamlet": "Le Puits", "city": "Ondrelle", "quarter": "Les Cordiers"}
        nodes = grid_nodes(8, 8) | {
            100 + k: (LON + k * STEP, LAT, {"place": kind, "name": name})
            for k, (kind, name) in enumerate(places.items())
        }
        nodes[200] = (LON, LAT, {"railway": "station", "name": "Gare du Port"})
        found = read_map(
            tmp_path, [(10, square(1, 1, 2), WOOD), (11, square(4, 4, 1), {"leisure": "park"})], nodes=nodes
        )
        named = found.named_places()
        assert ["Ondrelle", "Les Cordiers", "Le Puits", "Gare du Port", "bois des Brumes"] == named["name"].tolist()
        assert ["city", "quarter", "hamlet", "station", "wood"] == named["kind"].tolist()
        assert set(named.geom_type) == {"Point"}


@pytest.mark.parametrize(
    ("tags", "what", "found"),
    [
        ({"railway": "rail"}, "way", ("rail", "rail")),
        ({"railway": "rail", "service": "yard"}, "way", None),
        ({"railway": "subway", "tunnel": "yes"}, "way", ("rail", "metro")),
        ({"railway": "station", "station": "subway", "name": "A"}, "node", ("station", "metro")),
        ({"railway": "station"}, "node", None),
        ({"waterway": "river", "tunnel": "culvert"}, "way", None),
        ({"natural": "water", "water": "pool"}, "way", None),
        ({"highway": "primary"}, "way", ("road", "primary")),
        ({"highway": "primary", "area": "yes"}, "way", None),
        ({"highway": "residential"}, "way", None),
        ({"natural": "wood"}, "node", None),
        ({"place": "village"}, "node", None),
    ],
)
def test_tags_say_what_a_thing_is(tags, what, found):
    assert found == (None if (said := find_feature(tags, what)) is None else said[:2])


def test_a_cache_gives_back_what_was_read(tmp_path):
    ways = [(10, square(1, 1, 2), WOOD), (11, [1, 2, 3], {"highway": "primary", "name": "avenue"})]
    found = read_map(tmp_path, ways)
    found.save(tmp_path)
    again = Features.load(tmp_path)
    assert_geodataframe_equal(found.shapes, again.shapes)
    assert_geodataframe_equal(found.streets, again.streets)
    assert found.left_out == again.left_out


def test_formats_read_alike_and_the_order_of_rows_does_not_matter(tmp_path):
    ways = [(10, square(1, 1, 2), WOOD), (11, square(4, 4, 2), WOOD), (12, [1, 2, 3], {"railway": "tram"})]
    path = write_map(tmp_path, grid_nodes(8, 8), ways)
    packed = tmp_path / "map.osm.pbf"
    with osmium.SimpleWriter(str(packed)) as writer:
        for one in osmium.FileProcessor(str(path)):
            writer.add(one)
    mixed = tmp_path / "mixed.osm"
    mixed.write_text(osm_xml(dict(reversed(grid_nodes(8, 8).items())), ways[::-1]), encoding="utf-8")
    first, *others = (read(one).shapes for one in (path, packed, mixed))
    for other in others:
        assert_geodataframe_equal(first, other)


@settings(max_examples=30)
@given(st.data())
def test_whatever_a_file_holds_something_is_read(tmp_path_factory, data):
    """Members that are not there, ways of one node, rings that cross: never an error, never an invalid shape."""
    tags = st.sampled_from(
        [WOOD, {"natural": "water"}, {"natural": "coastline"}, {"railway": "rail"}, {"place": "town", "name": "T"}, {}]
    )
    refs = st.lists(st.sampled_from([1, 2, 3, 9, 10, 11, 18, 19, 999]), max_size=6)
    ways = [(10 + k, data.draw(refs), data.draw(tags)) for k in range(data.draw(st.integers(0, 5)))]
    ways += [(40 + k, [*refs, refs[0]], tags) for k, refs, tags in ways if refs and data.draw(st.booleans())]
    role = st.sampled_from(["outer", "inner", "", "label"])
    members = st.lists(st.tuples(st.integers(10, 50), role), max_size=5)
    relations = [(70 + k, data.draw(members), LAKE) for k in range(data.draw(st.integers(0, 3)))]
    found = read_map(tmp_path_factory.mktemp("map"), ways, relations)
    assert found.shapes.geometry.is_valid.all()
    assert not found.shapes.geometry.is_empty.any()
    assert found.shapes.geometry.within(shapely.box(*frame_of()).buffer(1e-3)).all()


@given(st.permutations(range(4)), st.booleans())
def test_rings_close_in_whatever_order_their_pieces_come(order, turned):
    corners = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
    sides = [shapely.LineString(corners[k : k + 2]) for k in range(4)]
    sides = [sides[k].reverse() if turned and k % 2 else sides[k] for k in order]
    assert (16.0, True) == (build_area(sides, [])[0].area, build_area(sides, [])[1])
    assert (None, False) == build_area(sides[1:], [])


def test_a_damaged_file_is_one_error_and_a_graph_holds_nothing(tmp_path):
    path = write_map(tmp_path, grid_nodes(2, 2), [])
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(path)
    assert "streets.damaged" == caught.value.code
    assert read(tmp_path / "walk.graphml").shapes.empty


def test_a_frame_is_somewhat_larger_than_the_territory_and_fills_a_screen():
    west, south, east, north = frame_around((0, 0, 10_000, 30_000))
    assert west < 0 < 10_000 < east
    assert south < 0 < 30_000 < north
    assert east - west >= 1.9 * 30_000, "a territory as high as a screen leaves room at its sides"
    wide = frame_around((0, 0, 60_000, 10_000))
    assert wide[3] - wide[1] >= 1.45 * 60_000, "one as wide as a phone leaves room above and below"


def test_a_study_reads_them_once_from_its_own_file(tmp_path):
    study = ga.open_study(sample_folder())
    times = ga.open_times(study, cache=Cache(tmp_path))
    assert {"road", "rail", "water"} <= set(times.features.shapes["layer"])
    kept = len(Cache(tmp_path).entries())
    again = ga.open_times(study, cache=Cache(tmp_path))
    assert_geodataframe_equal(times.features.streets, again.features.streets)
    assert kept == len(Cache(tmp_path).entries()) == 1


def test_a_study_without_streets_has_none():
    changes = {"walking.streets": [], "walking.straight_line": {"detour": 1.3}}
    assert ga.open_times(ga.open_study(sample_folder(), changes=changes)).features is None
