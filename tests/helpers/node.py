"""Running a script of ours under node."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from locations import PROJECT

ASSETS = PROJECT / "geo_access" / "report" / "map" / "assets"


def run_node(*arguments: str, said: str = "") -> str:
    """Return what node prints; the test is skipped where it is missing or too old."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed (Debian: apt install nodejs)")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.findall(r"\d+", version)[0]) < 18:
        pytest.skip(f"node {version.strip()} has no test runner; 18 or later is wanted")
    done = subprocess.run([node, *arguments], input=said, capture_output=True, text=True, cwd=PROJECT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
