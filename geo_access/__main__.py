"""``python -m geo_access`` is the command `geo-access`."""

from __future__ import annotations

from geo_access.cli.main import main

if __name__ == "__main__":
    main(prog_name="geo-access")
