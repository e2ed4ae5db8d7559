"""Why a commune misses: the minutes add up, and each "if" is what its words say."""

from __future__ import annotations

import numpy as np
import pytest

from geo_access.coverage import check
from geo_access.errors import InputError
from geo_access.explanations import _Question, explain_commune
from geo_access.journeys import PARTS
from geo_access.queries import Points, travel_time
from geo_access.scan import NEVER
from geo_access.study import open_study

IFS = {"first_wait", "stop_far", "changes", "slow_walk", "detours", "no_site_at_station"}


@pytest.fixture(scope="module")
def coverage():
    return check(open_study())


@pytest.fixture(scope="module")
def missed(coverage):
    """The commune with most residents whom nothing serves."""
    return str(coverage.communes.sort_values("beyond")["insee"].iloc[-1])


@pytest.fixture(scope="module")
def explanation(coverage, missed):
    return explain_commune(coverage, missed)


def test_the_figures_are_those_of_the_verdict(coverage, missed, explanation):
    row = coverage.communes.set_index("insee").loc[missed]
    assert explanation.residents == pytest.approx(row["residents"])
    assert explanation.served == pytest.approx(row["served"])
    assert explanation.share == pytest.approx(row["share"])
    cells = coverage.residents[coverage.residents["insee"] == missed]
    assert cells["cell"].tolist() == explanation.journeys["cell"].tolist()
    medians = cells["pole_p50_s"].astype("Int64").tolist()
    told = explanation.journeys["seconds"].tolist()
    assert [m for m, t in zip(medians, told, strict=True) if m is not t and m != t] == []


def test_the_parts_of_each_journey_add_up(explanation):
    table = explanation.journeys.dropna(subset=["rides", "seconds"])
    assert len(table)
    assert table["seconds"].tolist() == table[list(PARTS)].sum(axis=1).tolist()
    assert explanation.parts["share"].sum() == pytest.approx(1)
    mean = np.average(table["seconds"].to_numpy(float), weights=table["weight"])
    assert explanation.parts["mean_s"].sum() == pytest.approx(mean)


def test_every_if_is_tried_and_serves_no_fewer(explanation):
    assert set(explanation.causes["cause"]) == IFS
    assert (explanation.causes["gained"] >= 0).all()
    assert explanation.causes["gained"].is_monotonic_decreasing
    assert explanation.causes["gained"].iloc[0] > 0


def test_leaving_just_in_time_is_leaving_at_the_last_second_that_arrives_as_early(coverage, missed):
    asked = _Question(coverage, missed)
    without = asked._without_first_wait()
    today = asked.seconds_today()
    assert (without <= today).all()
    pole, cell, k = np.argwhere((without < today) & (today < 3600))[7]
    name, leave = str(asked.poles.names[pole]), int(asked.departures.seconds[k])
    arrival = leave + int(today[pole, cell, k])
    late = leave + int(today[pole, cell, k] - without[pole, cell, k])

    def arrive(second: int) -> int:
        clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        return second + int(travel_time(asked.times, str(asked.cells[cell]), name, at=clock).iloc[0])

    assert arrival == arrive(late)
    assert arrival < arrive(late + 1)


def test_a_stop_at_the_door_takes_the_nearest_walk_away(coverage, missed):
    asked = _Question(coverage, missed)
    today, nearer = asked.seconds_today(), asked._with_a_stop_at_the_door()
    assert (nearer <= today).all()
    access = asked.times.access.pick(asked.rows)
    without = np.flatnonzero(np.diff(access.indptr) == 0)
    np.testing.assert_array_equal(today[:, without], nearer[:, without])


def test_a_site_at_a_stop_is_a_site_like_any_other(coverage, missed, explanation):
    asked = _Question(coverage, missed)
    told = explanation.causes.set_index("cause").loc["no_site_at_station"]
    stops = asked.times.timetable.stops
    place = np.flatnonzero((stops["name"] == told["detail"]).to_numpy())
    today = asked.seconds_today()
    asked.allowed = np.vstack([asked.allowed, np.ones((1, len(asked.rows)), bool)])
    tried = [
        asked.served(
            np.concatenate([today, asked._list(asked.times, Points(np.array(["x"]), asked.times.stops.xy[[p]]))])
        )
        for p in place
    ]
    assert told["served"] in [pytest.approx(value) for value in tried]


def test_wrong_questions(coverage):
    with pytest.raises(InputError, match="Atlantide"):
        explain_commune(coverage, "Atlantide")


def test_who_never_arrives_is_missing_not_zero(explanation):
    never = explanation.journeys["seconds"].isna()
    assert explanation.journeys.loc[never, list(PARTS)].isna().all(axis=None)
    assert (explanation.journeys.loc[~never, "seconds"] < NEVER).all()
