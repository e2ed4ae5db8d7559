"""Where a walk goes: as long as the search says, from place to place without a jump."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from street_maps import points, towns
from test_walking import read, to_xy

from geo_access.streets.paths import PathFinder
from geo_access.streets.street_walker import StreetWalker
from geo_access.streets.walker import walking_seconds
from geo_access.study.profiles import PROFILES


@settings(max_examples=60, deadline=None)
@given(
    town=towns(),
    here=points(count=3),
    there=points(count=3),
    profile=st.sampled_from(sorted(PROFILES)),
    snap_m=st.sampled_from([60, 300]),
)
def test_a_walk_is_drawn_as_long_as_it_takes(tmp_path_factory, town, here, there, profile, snap_m):
    network = read(tmp_path_factory.mktemp("town"), *town)
    walker = StreetWalker(network, PROFILES[profile], snap_m=snap_m)
    finder, start, end = PathFinder(walker), to_xy(here), to_xy([*there, here[0]])
    places, others = walker.place(start), walker.place(end)
    for i in range(len(start)):
        for j in range(len(end)):
            (seconds,) = walker.pairs(places, np.array([i]), others, np.array([j]))
            found = finder.find(start[i], end[j])
            if np.isnan(seconds):
                assert found is None
                continue
            assert found is not None
            assert seconds == walking_seconds(np.array([found.metres]), speed_kmh=PROFILES[profile].speed_kmh)[0]
            np.testing.assert_allclose(found.xy[[0, -1]], [start[i], end[j]])
            # The study's metres are those of the ellipsoid but for a thousandth: a jump would show.
            drawn = shapely.length(shapely.linestrings(found.xy))
            assert abs(drawn - found.metres) <= 0.003 * found.metres + 0.5
