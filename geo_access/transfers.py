"""transfers.txt: which changes between two stops are timed or forbidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_access.errors import InputError
from geo_access.gtfs import read_table, tell_rows
from geo_access.limits import MAX_TRANSFER_PAIRS, is_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from geo_access.findings import Findings
    from geo_access.gtfs import Feed
    from geo_access.gtfs_tables import StopTable

NAME = "transfers.txt"
MINIMUM_TIME = 2
FORBIDDEN = 3
_PAIR_KINDS = ("", "0", "1", "2", "3")
_IN_SEAT_KINDS = ("4", "5")
_NARROWER = ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")
_STATION = 1


@dataclass(frozen=True)
class TransferRules:
    """Rules of pairs of stops, sorted by pair, one rule a pair.

    Attributes
    ----------
    from_stop, to_stop
        int64: rows of the feed's stops.
    kind
        int8: 0, 1, 2 or 3, the transfer_type.
    min_s
        int64: seconds of kind 2, else 0.
    """

    from_stop: NDArray[np.int64]
    to_stop: NDArray[np.int64]
    kind: NDArray[np.int8]
    min_s: NDArray[np.int64]


def read_rules(feed: Feed, stops: StopTable, used: NDArray[np.bool_], *, findings: Findings) -> TransferRules:
    """Read the rules between stops that are in use; a station's rule holds for each of its platforms.

    A row that names two stops beats one that names a station for one of them, which beats one of two stations. Among
    equals that contradict each other a forbidden change wins, then the longer minimum time, then the higher type.

    Parameters
    ----------
    used
        bool (stops,): stops at which something runs; rules for others are of no use.

    Raises
    ------
    InputError
        When a minimum time is not one.
    """
    table = read_table(
        feed, NAME, findings=findings, required=("from_stop_id", "to_stop_id"),
        optional=("transfer_type", "min_transfer_time", *_NARROWER), may_lack=True,
    )  # fmt: skip
    table = _list_applicable(feed, table, stops, findings)
    kind, seconds = _read_kinds(feed, table, findings)
    members = _list_members(stops, used)
    is_station = (stops.location_type == _STATION).tolist()
    spread: list[tuple[int, int, int, int]] = []
    rows = table["row"].tolist()
    pairs = zip(_number(table, "from_stop_id", stops), _number(table, "to_stop_id", stops), strict=True)
    for at, (one, other) in enumerate(pairs):
        level_of = is_station[one] + is_station[other]
        if len(spread) + len(members.get(one, ())) * len(members.get(other, ())) > MAX_TRANSFER_PAIRS:
            raise InputError("limits.transfer_pairs", file=feed.file(NAME), row=rows[at], limit=MAX_TRANSFER_PAIRS)
        spread += [(a, b, level_of, at) for a in members.get(one, ()) for b in members.get(other, ())]
    here, there, level, source = np.array(spread, np.int64).reshape(-1, 4).T
    kind, seconds = kind[source], seconds[source]
    order = np.lexsort((-kind, -seconds, kind != FORBIDDEN, level, there, here))
    here, there, level, kind, seconds, source = (part[order] for part in (here, there, level, kind, seconds, source))
    same = (here[1:] == here[:-1]) & (there[1:] == there[:-1])
    first = np.concatenate([np.ones(min(len(here), 1), bool), ~same])
    # Only what contradicts the row that wins matters, not rows that a narrower one beats anyway.
    winner = np.flatnonzero(first)[np.cumsum(first) - 1]
    differs = (kind != kind[winner]) | (seconds != seconds[winner])
    contrary = (level == level[winner]) & differs
    against = np.flatnonzero(contrary)
    against = against[np.argsort(source[against], kind="stable")]
    tell_rows(
        findings, "warning", "transit.contrary_transfers", file=feed.file(NAME),
        rows=table["row"].to_numpy()[source[against]],
        examples=[f"{stops.ids[here[k]]} → {stops.ids[there[k]]}" for k in against[:3]],
    )  # fmt: skip
    return TransferRules(here[first], there[first], kind[first].astype(np.int8), seconds[first])


def _number(table: pd.DataFrame, column: str, stops: StopTable) -> list[int]:
    return [stops.number[stop] for stop in table[column].tolist()]


def _list_applicable(feed: Feed, table: pd.DataFrame, stops: StopTable, findings: Findings) -> pd.DataFrame:
    """Keep the rows that speak of two known stops; tell of the others."""
    file, rows = feed.file(NAME), table["row"].to_numpy()
    in_seat = table["transfer_type"].isin(_IN_SEAT_KINDS).to_numpy(bool)
    narrow = (table[list(_NARROWER)] != "").any(axis=1).to_numpy(bool) & ~in_seat
    strange = ~table["transfer_type"].isin((*_PAIR_KINDS, *_IN_SEAT_KINDS)).to_numpy(bool) & ~narrow
    known = [table[column].isin(stops.number).to_numpy(bool) for column in ("from_stop_id", "to_stop_id")]
    unknown = ~(known[0] & known[1]) & ~in_seat & ~narrow & ~strange

    def pairs(at: NDArray[np.int64]) -> Sequence[str]:
        return [f"{table['from_stop_id'].iloc[k]} → {table['to_stop_id'].iloc[k]}" for k in at[:3]]

    for mask, level, code in (
        (in_seat, "info", "transit.in_seat_transfers"),
        (narrow, "info", "transit.narrow_transfers"),
        (strange, "warning", "transit.strange_transfers"),
        (unknown, "warning", "transit.unknown_transfer_stop"),
    ):
        at = np.flatnonzero(mask)
        tell_rows(
            findings, "info" if level == "info" else "warning", code, file=file, rows=rows[at], examples=pairs(at)
        )
    kept: pd.DataFrame = table[~(in_seat | narrow | strange | unknown)].reset_index(drop=True)
    return kept


def _read_kinds(feed: Feed, table: pd.DataFrame, findings: Findings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    kind = np.array([int(text or 0) for text in table["transfer_type"].tolist()], np.int64)
    seconds = np.zeros(len(table), np.int64)
    timed = np.flatnonzero(kind == MINIMUM_TIME)
    texts = table["min_transfer_time"].tolist()
    for at in timed:
        text = texts[at]
        if not text:
            # A minimum time of nothing is no minimum time: the change is an ordinary one.
            kind[at] = 0
            continue
        if not is_whole(text):
            row, column = int(table["row"].iloc[at]), "min_transfer_time"
            raise InputError("transit.bad_number", file=feed.file(NAME), row=row, column=column, value=text)
        seconds[at] = int(text)
    silent = timed[kind[timed] == 0]
    tell_rows(
        findings, "warning", "transit.untimed_transfers", file=feed.file(NAME), rows=table["row"].to_numpy()[silent],
        examples=[f"{table['from_stop_id'].iloc[k]} → {table['to_stop_id'].iloc[k]}" for k in silent[:3]],
    )  # fmt: skip
    return kind, seconds


def _list_members(stops: StopTable, used: NDArray[np.bool_]) -> dict[int, list[int]]:
    """What a row's stop stands for: itself, and a station for its platforms too, as far as they are in use."""
    members: dict[int, list[int]] = {}
    for stop in np.flatnonzero(used):
        members.setdefault(int(stop), []).append(int(stop))
        parent = int(stops.parent[stop])
        if parent >= 0 and parent != stop:
            members.setdefault(parent, []).append(int(stop))
    return members
