"""The promise judged: against plain loops, and at its edges."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo_access.routing.arrays import percentile
from geo_access.routing.scan import NEVER
from geo_access.study.presets import DEFAULT_PRESET, PRESETS, Rule
from geo_access.study.settings import Policy
from geo_access.verdict.rules import Reach, judge_residents
from geo_access.verdict.targets import make_target

SECONDS = st.one_of(st.integers(0, 3000), st.just(int(NEVER)))


def reach(seconds, limit=1199) -> Reach:
    table = np.asarray(seconds, np.int32)
    nothing = np.zeros(len(table), np.int64)
    return Reach(table, table <= limit, nothing, nothing.astype(np.int32))


@pytest.mark.parametrize(("operator", "seconds"), [("lt", 1199), ("le", 1200)])
def test_less_than_and_at_most_differ_by_one_second(operator, seconds):
    assert seconds == replace(PRESETS[DEFAULT_PRESET].pole, operator=operator).seconds


@given(
    hnp.arrays(np.int32, st.tuples(st.integers(1, 4), st.integers(1, 130)), elements=SECONDS),
    st.sampled_from([1, 7, 10, 28, 50, 55, 90, 100]),
)
def test_percentiles_as_the_design_says(seconds, p):
    for row, found in zip(seconds, percentile(seconds, p), strict=True):
        assert sorted(row)[math.ceil(Fraction(p, 100) * len(row)) - 1] == found


@pytest.mark.parametrize(("p", "n"), [(55, 100), (55, 20), (28, 25), (7, 100), (50, 119), (50, 120), (90, 10)])
def test_a_percentile_that_falls_on_a_departure_is_that_departure(p, n):
    """In whole numbers: 55 % of 100 departures are 55, though 0.55 * 100 is 55.00000000000001."""
    (found,) = percentile(np.arange(n, dtype=np.int32)[None, ::-1], p)
    assert -(-p * n // 100) - 1 == found


@given(st.data(), st.integers(1, 6), st.integers(1, 20), st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_or_else_is_judged_inside_each_departure(data, n, departures, required):
    table = hnp.arrays(np.int32, (n, departures), elements=SECONDS)
    pole, antenna = reach(data.draw(table)), reach(data.draw(table), limit=899)
    snapped = data.draw(hnp.arrays(bool, n))
    state, share = judge_residents(pole, antenna, snapped, required)
    for r in range(n):
        held = sum(bool(p or a) for p, a in zip(pole.holds[r], antenna.holds[r], strict=True))
        by_pole = sum(map(bool, pole.holds[r]))
        if not snapped[r]:
            expected = "unsnapped"
        elif by_pole / departures >= required:
            expected = "pole"
        else:
            expected = "antenna" if held / departures >= required else "beyond"
        assert (expected, held / departures if snapped[r] else 0) == (state[r], share[r])


def test_two_halves_make_a_whole():
    """A pole at every other departure, an antenna at the others: at each departure one of them."""
    pole = reach([[600, 3000] * 10])
    antenna = reach([[3000, 600] * 10], limit=899)
    state, share = judge_residents(pole, antenna, np.array([True]), 0.9)
    assert (["antenna"], [1.0]) == (list(state), list(share))


def test_one_that_walks_holds_for_every_departure():
    state, share = judge_residents(reach([[3000] * 4]), reach([[899]], limit=899), np.array([True]), 1.0)
    assert (["antenna"], [1.0]) == (list(state), list(share))


def test_presets_say_what_the_speeches_say():
    spoken = {
        name: (p.pole.operator, p.pole.minutes, p.pole.pool, p.antenna.operator, p.antenna.minutes)
        for name, p in PRESETS.items()
    }
    assert {
        "discours-2024-04": ("lt", 20, "any", "lt", 15),
        "discours-2023-11": ("lt", 20, "any", "lt", 15),
        "discours-2023-06": ("lt", 20, "own_sst", "le", 10),
    } == spoken
    assert ("discours-2024-04", "stroller", "le", 10) == (
        DEFAULT_PRESET,
        PRESETS["discours-2023-06"].pmi.profile,
        *(getattr(PRESETS["discours-2023-06"].pmi, k) for k in ("operator", "minutes")),
    )
    assert PRESETS["discours-2023-11"].presence is not None
    assert all(1.0 == preset.required_share for preset in PRESETS.values())


@pytest.mark.real_data
@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_quotes_are_the_speeches_own_words(shared_data, preset):
    rules: list[Rule] = [r for r in (preset.pole, preset.antenna, preset.pmi, preset.presence) if r is not None]
    for rule in rules:
        speech = " ".join((shared_data.parent / "seeds" / rule.source).read_text(encoding="utf-8").split())
        assert rule.quote in speech


def test_a_study_overrides_what_it_names_and_nothing_else():
    policy = Policy.model_validate(
        {
            "pole": {"le": 25, "pool": "own_sst"},
            "antenna": {"mode": "best_of"},
            "required_share": 0.95,
            "departures_required": 0.9,
        }
    )
    target, spoken = make_target(policy), PRESETS[DEFAULT_PRESET]
    assert ("le", 25, "own_sst", "transit", spoken.pole.quote) == (
        target.pole.operator,
        target.pole.minutes,
        target.pole.pool,
        target.pole.mode,
        target.pole.quote,
    )
    assert replace(spoken.antenna, mode="best_of") == target.antenna
    assert (0.95, 0.9) == (target.required_share, target.departures_required)
    assert spoken == make_target(policy, preset=DEFAULT_PRESET)
