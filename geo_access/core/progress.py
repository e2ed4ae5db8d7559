"""How far a long computation is: whom it tells, and nobody."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told how far a long piece of work is; the stages are texts of the catalogue `results`."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` steps of `stage` are over."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
