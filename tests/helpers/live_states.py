"""States of a live map, drawn at random, and the study that each stands for."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import geo_access as ga
from geo_access.verdict.site_reach import list_reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_access.study.study import Study


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def draw_windows(header: dict, count: int, draw: random.Random) -> list[tuple[str, str]]:
    """Windows on the grid of the study's departures; the study's own comes first."""
    leave = header["departures"]
    first, every, many = leave["from"], leave["every"], leave["count"]
    windows = [(clock(first), clock(leave.get("to", first + every * many)))]
    while len(windows) < count:
        low = draw.randrange(many)
        high = draw.randrange(low, many) + 1
        # The end need not lie on the grid.
        windows.append((clock(first + every * low), clock(first + every * high - draw.choice([0, every // 2]))))
    return windows


def draw_states(header: dict, count: int, seed: int, *, windows: int = 2) -> list[dict[str, Any]]:
    """Draw whole states that the page carries the times for and Python would judge."""
    draw = random.Random(seed)  # noqa: S311 -- not for secrets
    spans = draw_windows(header, windows, draw)
    sites = header["sites"]
    states = []
    while len(states) < count:
        minutes = {}
        for role in ("pole", "antenna"):
            rule = header["rules"][role]
            most = rule["slider"]
            exact = draw.choice([draw.uniform(0.5, most), draw.randrange(1, int(most) + 1), most, rule["minutes"]])
            minutes[role] = round(exact, draw.choice([0, 1, 4])) or 1
        span = draw.choice(spans)
        closed = [site["id"] for site in sites if site["open"] and draw.random() < draw.choice([0.05, 0.3])]
        opened = [
            site["id"] for site in sites if not site["open"] and draw.random() < (0.03 if "place" in site else 0.4)
        ]
        state = {
            **minutes,
            "departures": draw.choice([0.5, 1, 0.05, 0.9, round(draw.uniform(0.01, 1), 3), 7 / 120, 1 / 3]),
            "from": span[0],
            "to": span[1],
            "closed": closed,
            "opened": opened,
        }
        counting = {
            role: [
                site["id"]
                for site in sites
                if role in site["counts"] and (site["open"] or site["id"] in opened) and site["id"] not in closed
            ]
            for role in ("pole", "antenna")
        }
        # Python refuses a rule that nothing counts for.
        if all(counting.values()):
            states.append(state)
    return states


def vary(study: Study, header: dict, state: dict[str, Any]) -> Study:
    """Return the study that a state of its page stands for."""
    changes = {f"policy.{role}.{header['rules'][role]['operator']}": state[role] for role in ("pole", "antenna")}
    changes |= {"policy.departures_required": state["departures"]}
    changes |= {"departures.from": state["from"], "departures.to": state["to"]}
    varied = study.vary(changes)
    known = {site["id"]: site for site in header["sites"]}
    if state["closed"]:
        varied = varied.without_sites(state["closed"])
    own = [name for name in state["opened"] if "place" not in known[name]]
    if own:
        varied = varied.open_sites(own)
    new = [known[name] for name in state["opened"] if "place" in known[name]]
    if new:
        varied = varied.with_sites(
            [{"kind": one["kind"], "name": one["name"], "lat": one["lat"], "lon": one["lon"]} for one in new]
        )
    return varied


def check_same(study: Study, header: dict, states: Sequence[dict[str, Any]], answers: Sequence[dict]) -> None:
    """Compare what the page says of states with what Python says of the studies that they stand for."""
    for state, answer in zip(states, answers, strict=True):
        coverage = ga.check(vary(study, header, state))
        communes = coverage.communes
        assert answer["missing"] == [], state
        said = {row["insee"]: row for row in answer["communes"]}
        assert set(said) == set(communes["insee"])
        for row in communes.to_dict("records"):
            mine = said[row["insee"]]
            where = (row["insee"], state)
            for name in ("residents", "served", "beyond", "unsnapped"):
                assert mine[name] == row[name], (name, *where)
            for name in ("share", "share_pole", "share_antenna"):
                assert mine[name] == (None if row["residents"] == 0 else row[name]), (name, *where)
            assert mine["meets"] == (None if row["residents"] == 0 else bool(row["meets"])), where
            if "presence" in mine:
                assert mine["presence"] == bool(row["presence"]), where
        check_cells(coverage, answer["cells"], header, state)
        if "reach" in answer:
            check_reach(coverage, answer["reach"])


def check_cells(coverage, cells: dict, header: dict, state: dict) -> None:
    residents, count = coverage.residents, coverage.times.settings.departures.count
    names = ["pole", "antenna", "beyond", "unsnapped", "empty"]
    states = [names[code] for code in cells["state"]]
    lived = (residents["weight"] > 0).tolist()
    assert states == [state if lives else "empty" for state, lives in zip(residents["state"], lived, strict=True)]
    assert cells["held"] == [round(share * count) for share in residents["share_of_departures"]]
    assert cells["departures"] == count
    sites = header["sites"]
    number = {row["id"]: at for at, row in enumerate(sites)}
    for role, column in (("pole", "pole_p50_s"), ("antenna", "antenna_s")):
        carried = header["tables"][header["rules"][role]["table"]]["carried"]
        seconds = residents[column].to_numpy(float, na_value=float("inf"))
        limit = float("inf") if carried is None else carried
        told = [int(value) if value <= limit and value != float("inf") else None for value in seconds]
        assert cells[f"{role}_s"] == told
        # Who serves a cell whose promise holds. Among sites that hold at equally few departures the median decides, and
        # may be longer than the page carries; of a candidate the page knows another id than Python gives it.
        served = [
            (mine, theirs)
            for mine, theirs, held in zip(cells[role], residents[f"{role}_site"], residents["state"], strict=True)
            if held == role and state["departures"] >= 0.5
        ]
        known = [mine == number[theirs] if theirs in number else "place" in sites[mine] for mine, theirs in served]
        assert sum(known) >= 0.97 * len(known)


def check_reach(coverage, reach: dict) -> None:
    ids = coverage.sites["site"].tolist()
    compared = 0
    for one in list_reach(coverage):
        # Of a candidate the page knows another id than Python gives it.
        if ids[one.site] not in reach:
            continue
        mine = reach[ids[one.site]]
        assert mine["cells"] == one.cells.tolist()
        assert mine["only_cells"] == one.only_cells.tolist()
        assert abs(mine["residents"] - one.residents) < 1e-6
        assert abs(mine["only"] - one.only) < 1e-6
        compared += 1
    assert compared
