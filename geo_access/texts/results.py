"""Texts of the part `results`."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {}
