"""Times of stop_times.txt, read by the column, against the reading of one text."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from geo_access.gtfs.tables import parse_time, parse_times

CLOCKS = st.builds(
    "{:{}}:{:02}:{:02}".format,
    st.integers(0, 1000), st.sampled_from(["", "02", "03"]), st.integers(0, 99), st.integers(0, 99),
)  # fmt: skip
TEXTS = st.one_of(
    CLOCKS, st.sampled_from(["", " ", " 6:00:00", "06:00:0:", "06-00-00", "٠٦:00:00", "0:00:00 "]), st.text()
)


@given(texts=st.lists(TEXTS, max_size=20))
@example(texts=["25:30:00", "6:00:00", "06:60:00", "06:00:60", "", "noon", "125:00:00", "06:00:00"])
def test_a_column_is_read_as_its_texts_are(texts: list[str]) -> None:
    assert [parse_time(text) for text in texts] == parse_times(pa.array(texts, pa.string())).tolist()


def test_a_slice_of_a_column() -> None:
    texts = pa.array(["01:00:00", "02:00:00", "3:00:00", "04:00:00"]).slice(1)
    assert [7200, 10800, 14400] == parse_times(texts).tolist()
