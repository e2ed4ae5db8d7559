"""Texts of the part `streets`."""

from __future__ import annotations

from geo_access.texts import Text

TEXTS: dict[str, Text] = {}
