"""Shares for many thresholds from one search: by how many minutes the promise is met or missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from geo_access.core.arguments import check_choice, check_number
from geo_access.core.display import describe
from geo_access.core.errors import ArgumentError
from geo_access.routing.travel_times import take_times
from geo_access.verdict.rules import judge_residents, judge_rules
from geo_access.verdict.targets import make_target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from geo_access.routing.travel_times import Timed
    from geo_access.study.presets import Rule

_MOST_MIN = 24 * 60


def check_thresholds(
    times: Timed,
    *,
    pole: float | Sequence[float] | None = None,
    antenna: float | Sequence[float] | None = None,
    by: Literal["insee", "sst"] | None = None,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Judge a study by several thresholds, from one search.

    Each row is what `check` says of the study with ``policy.pole.lt`` (or ``le``, as its rule compares) and
    ``policy.antenna.lt`` set to these minutes.

    Parameters
    ----------
    times
        From `open_times`, or a study, or what `check` returned.
    pole, antenna
        Minutes of each rule: a number or several; None is the study's own. Every pair of them is judged.
    by
        One row for each commune (``insee``) or SST (``sst``) as well; None is the whole study.
    executor
        Who searches, as for `check`.

    Returns
    -------
    DataFrame
        pole_min, antenna_min; insee and name, or sst, as `by` asks; residents, served, share, share_pole, share_antenna
        (of the residents; missing where nobody lives), beyond, unsnapped (residents); for the whole study communes and
        communes_meeting (those with residents, and those of them where the promise is met); meets (for a commune or SST
        without residents missing). In the order asked, `antenna` changing first.

    Raises
    ------
    InputError
        When a threshold is no number of minutes from 0 to 1,440, or an input or a setting cannot be used.

    Examples
    --------
    >>> check_thresholds(open_study(), pole=[15, 20, 25])[["pole_min", "share"]]  # doctest: +SKIP
    """
    times = take_times(times)
    if by is not None:
        check_choice("by", by, ("insee", "sst"))
    inputs = times.inputs
    target = make_target(times.settings.policy)
    poles, antennas = _read_minutes("pole", pole, target.pole), _read_minutes("antenna", antenna, target.antenna)
    to_pole, to_antenna = judge_rules(times, [("pole", target.pole), ("antenna", target.antenna)], executor=executor)
    snapped = times.residents().snapped
    weight = inputs.residents["weight"].to_numpy(np.float64)
    tables = []
    for pole_rule, antenna_rule in product(poles, antennas):
        state, _ = judge_residents(
            to_pole.limited(pole_rule.seconds),
            to_antenna.limited(antenna_rule.seconds),
            snapped,
            target.departures_required,
        )
        communes = _count(state, weight, inputs.residents["insee"], inputs.communes["insee"], target.required_share)
        if by == "insee":
            table = communes.rename_axis("insee").reset_index()
            table.insert(1, "name", inputs.communes["name"].to_numpy(object))
        elif by == "sst":
            zones = pd.Series(sorted(inputs.communes["sst"].dropna().unique()), dtype=object)
            table = _count(state, weight, inputs.residents["sst"], zones, target.required_share)
            table = table.rename_axis("sst").reset_index()
        else:
            everybody = pd.Series(np.zeros(len(weight), np.int64))
            table = _count(state, weight, everybody, pd.Series([0]), target.required_share).reset_index(drop=True)
            table.insert(len(table.columns) - 1, "communes", int(communes["meets"].notna().sum()))
            table.insert(len(table.columns) - 1, "communes_meeting", int(communes["meets"].sum()))
            table["meets"] = bool(communes["meets"].fillna(value=True).all())
        table.insert(0, "pole_min", float(pole_rule.minutes))
        table.insert(1, "antenna_min", float(antenna_rule.minutes))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _read_minutes(name: str, asked: Any, own: Rule) -> list[Rule]:
    if asked is None:
        return [own]
    given = [asked] if isinstance(asked, Real) else asked
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise ArgumentError("queries.minutes_wanted", name=name, said=describe(asked))
    rules = []
    for minutes in given:
        # Nothing takes less than no time; at most no time is the place itself.
        bound = {"above": 0} if own.operator == "lt" else {"least": 0}
        check_number(name, minutes, most=_MOST_MIN, **bound)
        rules.append(replace(own, minutes=float(minutes)))
    if not rules:
        raise ArgumentError("queries.minutes_wanted", name=name, said=describe(asked))
    return rules


def _count(
    state: NDArray[np.object_], weight: NDArray[np.float64], group: pd.Series[Any], groups: pd.Series[Any], share: float
) -> pd.DataFrame:
    """Count residents by group, in the order of `groups`; sums run cell after cell, as the verdict's do."""
    place = pd.Index(groups).get_indexer(group.to_numpy())
    known = place >= 0

    def total(where: NDArray[np.bool_]) -> NDArray[np.float64]:
        sums = np.bincount(place[known], weights=(weight * where)[known], minlength=len(groups))
        return np.asarray(sums, np.float64)

    everyone, served = total(np.ones(len(weight), bool)), total(np.isin(state, ["pole", "antenna"]))
    table: dict[str, Any] = {"residents": everyone, "served": served}
    with np.errstate(invalid="ignore", divide="ignore"):
        table["share"] = served / everyone
        for name in ("pole", "antenna"):
            table[f"share_{name}"] = total(state == name) / everyone
    table["beyond"], table["unsnapped"] = total(state == "beyond"), total(state == "unsnapped")
    meets = pd.array(table["share"] >= share, dtype="boolean")
    meets[everyone == 0] = pd.NA
    table["meets"] = meets
    return pd.DataFrame(table, index=pd.Index(groups))
