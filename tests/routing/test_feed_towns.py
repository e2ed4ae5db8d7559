"""From files to seconds: streets, feed and settings through the engine, against a plain reading of the same files.

The last test shows that the towns hold what they are meant to hold: each rule occurs, and changes answers.
"""

from __future__ import annotations

from collections import Counter

import pytest
from feed_towns import DAYS_OF_CHANGE, PlainTown, list_towns
from town_engine import ask_engine

#: So many towns are put to the engine, and shown to hold every rule.
N_TOWNS = 120


@pytest.mark.parametrize("number", range(N_TOWNS))
def test_the_engine_answers_as_a_plain_reading_of_the_files(number, tmp_path):
    town = list_towns(N_TOWNS)[number]
    found = ask_engine(town, tmp_path)
    assert PlainTown(town, tmp_path / "feed").table() == found


RULES = {
    "yesterday", "tomorrow", "earlier days", "staying seated",
    "clock change", "pickup and drop-off types", "wheelchair", "unknown wheelchair", "steps", "one way",
    "closed ways", "access limit", "egress limit", "transfer limit", "direct limit", "slack to the second", "strict",
    "transfer type 0 or 1", "transfer type 2", "transfer type 3",
}  # fmt: skip


def other_tables(tables: dict) -> dict:
    """The same feed, one thing about it changed: by what it is that changes."""
    transfers = [line.split(",") for line in tables["transfers.txt"].splitlines()]
    head, rows = transfers[0], transfers[1:]
    text = "\n".join

    def rewritten(rule):
        return tables | {"transfers.txt": text(map(",".join, [head, *filter(None, map(rule, rows))]))}

    stops = [line.split(",") for line in tables["stops.txt"].splitlines()]
    alone = text(",".join([*row[:4], "" if row[0] != "stop_id" else row[4], row[5]]) for row in stops)
    return {
        "frequencies": tables | {"frequencies.txt": None},
        "platforms of one station": tables | {"stops.txt": alone},
        "transfer type 4": rewritten(lambda row: None if row[2] == "4" else row),
        "transfer type 5": rewritten(lambda row: None if row[2] == "5" else row),
        "transfer types 4 and 5 as 3": rewritten(lambda row: [*row[:2], "3", *row[3:6], ""] if row[2] in "45" else row),
        "transfers by route or trip": rewritten(lambda row: row if row[2] in ("4", "5") else [*row[:4], "", "", ""]),
        "blocks": tables | {"trips.txt": tables["trips.txt"].replace("block_id", "block")},
        "calls on demand": tables | {"stop_times.txt": tables["stop_times.txt"].replace("_window", "_note")},
        "a station's transfers": rewritten(lambda row: None if "S" in row[:2] else row),
    }


def test_every_rule_occurs_and_changes_answers():
    """A rule that no town needs is not tested by any of them."""
    matters: Counter = Counter()
    dates: Counter = Counter()

    for town in list_towns(N_TOWNS):
        answers = PlainTown(town, town.tables).table()
        for rule in RULES:
            matters[rule] += answers != PlainTown(town, town.tables, frozenset({rule})).table()
        dates[town.timezone, town.date] += answers != PlainTown(town, town.tables, frozenset({"clock change"})).table()
        for rule, tables in other_tables(town.tables).items():
            matters[rule] += answers != PlainTown(town, tables).table()
    scarce = {rule: count for rule, count in matters.items() if not count}
    assert not scarce, scarce
    assert {day for day, count in dates.items() if count} >= set(DAYS_OF_CHANGE), dates
