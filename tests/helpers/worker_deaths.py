"""What tests let a worker do: die the first time. A module of its own, so that other processes can import it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from geo_access.routing import remote as workers
from geo_access.verdict import batch as study_runs

#: Names the file whose absence means that nobody has died yet.
MARKER = "GEO_ACCESS_TEST_DEATH"


def die_once_searching(*call: Any) -> workers.Answer:
    _die_once()
    return workers.answer_search(*call)


def die_once_judging(*call: Any) -> workers.Answer:
    _die_once()
    return study_runs.answer_study(*call)


def _die_once() -> None:
    try:
        Path(os.environ[MARKER]).touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
