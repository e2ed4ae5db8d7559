"""When residents leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Departures:
    """When residents leave: `count` departures, `every_s` seconds apart, from `first` on (seconds)."""

    first: int
    every_s: int
    count: int

    @property
    def last(self) -> int:
        """The last departure (seconds)."""
        return self.first + self.every_s * (self.count - 1)

    @property
    def seconds(self) -> NDArray[np.int64]:
        """int64 (departures,)."""
        import numpy as np

        return self.first + self.every_s * np.arange(self.count)
