"""Texts of the part `maps`."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {}
