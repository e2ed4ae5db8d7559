"""What every part of a TOML document is checked as: frozen, every key known."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A table of a document; unknown keys and numbers that are none are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, strict=False, allow_inf_nan=False)
