"""The scenario file that a page writes: the reader takes it, and judges the study as the page did."""

from __future__ import annotations

import json
import random
import tomllib

import pytest
from node import ASSETS, run_node

import geo_access as ga
from geo_access.report.map.what_if import list_stated

#: What the page of the sample knows, as `controls.js` tells `scenario.js`.
RULES = {"pole": 20, "antenna": 15, "departures": 0.5, "from": "09:00", "to": "11:00"}
#: Texts that a careless writer of TOML or of comments trips over.
HOSTILE = (
    '"', "\\", "\n", "\r\n", "\t", "\0", "\x7f", "'''", '"""', "# x", "]]", "é", "\u202e", "\U0001f600", "\u2028", "=",
)  # fmt: skip


def write_scenario(known, state, about):
    """Have the page's script write a scenario file."""
    script = (
        f"const script = require({json.dumps(str(ASSETS / 'scenario.js'))});"
        "const [known, state, about] = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));"
        "process.stdout.write(JSON.stringify(script.writeScenario(known, script.settle(known, state), about)));"
    )
    return json.loads(run_node("-e", script, said=json.dumps([known, state, about])))


def write_file(path, state, *, study=None, name="Hypothèse", added=None, names=None, stated=None):
    """Write the scenario file of a state of a study; None where the page has nothing to write."""
    times = ga.open_times(ga.open_study() if study is None else study)
    sites = times.inputs.sites
    known = {
        "rules": RULES,
        "operators": {"pole": "lt", "antenna": "lt"},
        "sites": [
            *({"id": one, "counts": bool(counts)} for one, counts in zip(sites["site"], sites["open"], strict=True)),
            *({"id": site, "counts": False} for site in added or {}),
        ],
    }
    about = {"name": name, "comments": [name], "added": added or {}, "names": names or {}, "stated": stated or {}}
    text = write_scenario(known, state, about)
    if text is not None:
        path.write_text(text, encoding="utf-8")
    return text


def served(study):
    communes = ga.check(study).communes
    return dict(zip(communes["insee"], communes["served"], strict=True))


def test_the_reader_takes_the_file_and_judges_the_same(tmp_path):
    study = ga.open_study()
    sites = ga.open_times(study).inputs.sites
    poles = sites.loc[sites["open"] & (sites["kind"] == "pole"), "site"].tolist()
    planned = sites.loc[sites["status"] == "planned", "site"].tolist()
    added = {"pole@48.8,2.2": {"site": "pole@48.8,2.2", "kind": "pole", "name": "Gare", "lat": 45.9, "lon": 9.87}}
    inputs = ga.open_times(study).inputs
    middle = inputs.communes.geometry.to_crs("EPSG:4326").iloc[0].representative_point()
    added["pole@48.8,2.2"] |= {"lat": round(middle.y, 5), "lon": round(middle.x, 5)}
    state = {
        "pole": 17.5, "antenna": 12, "departures": 0.8, "from": "09:30", "to": "10:15", "closed": poles[:1],
        "opened": [*planned, "pole@48.8,2.2"],
    }  # fmt: skip
    path = tmp_path / "hypothese.toml"
    assert write_file(path, state, added=added)
    settings = {
        "policy.pole.lt": 17.5, "policy.antenna.lt": 12, "policy.departures_required": 0.8, "departures.from": "09:30",
        "departures.to": "10:15",
    }  # fmt: skip
    asked = study.vary(settings).without_sites(poles[:1])
    asked = asked.open_sites(planned) if planned else asked
    asked = asked.with_sites([added["pole@48.8,2.2"]])
    found = served(ga.open_study(changes={"scenario.file": [str(path)]}))
    assert found == served(asked)
    assert found != served(study)


def test_texts_and_numbers_come_back_as_they_were(tmp_path):
    chance = random.Random(14)  # noqa: S311 -- not for secrets
    texts = ["".join(chance.choices(HOSTILE, k=chance.randint(1, 8))) for _ in range(200)]
    numbers = [1, 0.1, 1e-7, 48.80123, -2.5e-9, 123456.789, 1e22]
    document = {
        "texts": texts, "numbers": numbers, "flags": [True, False], "policy.planned": "open", "walking.speed_kmh": 4.5,
    }  # fmt: skip
    added = {"one": {"site": "one", "name": texts[0], "lat": 48.80123}}
    sites = [{"id": "one", "counts": False}, {"id": texts[1], "counts": True}]
    known = {"rules": RULES, "operators": {}, "sites": sites}
    about = {"name": texts[2], "comments": texts, "added": added, "names": {texts[1]: texts[3]}}
    about["stated"] = {"settings": document}
    text = write_scenario(known, {"closed": [texts[1]], "opened": ["one"]}, about)
    read = tomllib.loads(text)
    settings = read["settings"]
    assert (settings["texts"], settings["numbers"], settings["flags"]) == (texts, numbers, [True, False])
    assert (settings["policy"]["planned"], settings["walking"]["speed_kmh"]) == ("open", 4.5)
    assert read["name"] == texts[2]
    assert read["add_site"] == [{"site": "one", "name": texts[0], "lat": 48.80123}]
    assert read["close_site"] == [{"site": texts[1]}]


@pytest.mark.parametrize("planned", [False, True])
def test_what_the_study_was_asked_with_is_said_again(tmp_path, planned):
    study = ga.open_study()
    sites = ga.open_times(study).inputs.sites
    poles = sites.loc[sites["open"] & (sites["kind"] == "pole")]
    one, other, third = poles["site"].tolist()[:3]
    point = poles.geometry.to_crs("EPSG:4326").iloc[2]
    asked = study.vary({"policy.pole.lt": 18, "walking.speed_kmh": 4.4}).without_sites(poles["name"].iloc[0])
    asked = asked.move_site(other, (round(point.y + 0.01, 4), round(point.x, 4)))
    asked = asked.with_sites([{"kind": "antenna", "name": "Ici", "lat": round(point.y, 4), "lon": round(point.x, 4)}])
    asked = asked.open_sites("planned") if planned else asked
    times = ga.open_times(asked)
    stated = list_stated(times.inputs)
    assert stated["edits"]["close_site"] == [one]
    assert stated["edits"]["add_site"][0]["name"] == "Ici"
    assert stated["settings"]["walking.speed_kmh"] == 4.4
    assert stated["settings"].get("policy.planned") == ("open" if planned else None)
    path = tmp_path / "same.toml"
    write_file(path, {"closed": [third]}, study=asked, stated=stated)
    found = ga.open_times(ga.open_study(changes={"scenario.file": [str(path)]})).inputs
    same = ga.open_times(asked.without_sites(third)).inputs
    columns = ["site", "kind", "open", "insee", "sst"]
    ordered = [one.sites.sort_values("site").reset_index(drop=True) for one in (found, same)]
    assert ordered[0][columns].equals(ordered[1][columns])
    assert ordered[0].geometry.equals(ordered[1].geometry)
    assert found.study.settings.policy == same.study.settings.policy
    assert found.study.settings.walking == same.study.settings.walking


@pytest.mark.real_data
def test_the_reader_takes_what_the_page_of_hauts_de_seine_writes(shared_data, tmp_path):
    study = ga.open_study(shared_data / "hauts-de-seine")
    sites = ga.open_times(study).inputs.sites
    closed = sites.loc[sites["open"] & (sites["kind"] == "pole"), "site"].tolist()[:3]
    opened = sites.loc[~sites["open"] & sites["kind"].isin(["pole", "pmi"]), "site"].tolist()
    state = {"pole": 24.5, "departures": 0.75, "from": "09:20", "closed": closed, "opened": opened}
    path = tmp_path / "hypothese.toml"
    write_file(path, state, study=study, names=dict(zip(sites["site"], sites["name"], strict=True)))
    asked = study.vary({"policy.pole.lt": 24.5, "policy.departures_required": 0.75, "departures.from": "09:20"})
    asked = asked.without_sites(closed).open_sites(opened)
    found = ga.open_times(ga.open_study(study.file, changes={"scenario.file": [str(path)]})).inputs
    # What is judged hangs on the settings and on the sites alone.
    assert found.study.settings.policy == asked.settings.policy
    assert found.study.settings.departures == asked.settings.departures
    assert found.sites.equals(ga.open_times(asked).inputs.sites)


def test_a_page_without_a_hypothesis_writes_no_file(tmp_path):
    assert write_file(tmp_path / "none.toml", {}) is None
