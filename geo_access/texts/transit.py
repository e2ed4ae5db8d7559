"""Texts of the part `transit`."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {}
