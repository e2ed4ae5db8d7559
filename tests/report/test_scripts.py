"""The scripts of the pages: their own tests under node, and numbers written as Python writes them."""

from __future__ import annotations

import json
import random
import re

import pytest
from locations import PROJECT
from node import ASSETS, run_node

from geo_access.core.formats import format_count, format_minutes, format_share
from geo_access.report.map.elements import make_sheet


def test_the_scripts_pass_their_own_tests():
    files = [str(path) for path in sorted((PROJECT / "tests" / "js").glob("*.test.js"))]
    said = run_node("--test", "--test-reporter=tap", *files)
    assert int(re.findall(r"^# pass (\d+)", said, re.M)[0]) >= len(files)
    assert re.findall(r"^# (?:fail|skipped|todo) (\d+)", said, re.M) == ["0", "0", "0"]


def test_every_script_of_the_folder_is_on_a_page():
    from geo_access.report.map.page_figure import list_scripts

    listed = {name for kind in ("coverage", "comparison", "inspection") for name in list_scripts(kind)}
    assert listed == {path.name for path in ASSETS.glob("*.js")}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_numbers_are_written_as_python_writes_them(language):
    draw = random.Random(14)  # noqa: S311 -- not for secrets
    counts = [0, 0.2, 0.5, 0.9, 999.5, 999.4999, 1_600_000] + [
        draw.uniform(0, 10 ** draw.uniform(0, 7)) for _ in range(300)
    ]
    shares = [0, 1, 0.0009, 0.001, 0.9999, 0.29, 0.57] + [draw.random() for _ in range(300)]
    seconds = [0, 1199, 1200, 1201, 45.5] + [draw.randrange(0, 7200) / 2 for _ in range(300)]
    numbers = make_sheet(language, "", [])["numbers"]
    script = (
        f"const p = require({json.dumps(str(ASSETS / 'parts.js'))});"
        "const [counts, shares, seconds, n] = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify([counts.map((v) => p.sayCount(v, n)), shares.map((v) => p.sayShare(v, n)),"
        "['lt', 'le'].map((how) => seconds.map((v) => p.sayMinutes(v, how, n)))]));"
    )
    said = json.loads(run_node("-e", script, said=json.dumps([counts, shares, seconds, numbers])))
    assert said == [
        [format_count(value, language) for value in counts],
        [format_share(value, language) for value in shares],
        [[format_minutes(value / 60, language, operator=how) for value in seconds] for how in ("lt", "le")],
    ]
