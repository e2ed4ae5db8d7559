"""What every test may use: the third-party data beside the project, a cache of its own, no network."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

settings.register_profile(
    "fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=False
)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of third-party open data; the test is skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the third-party data (shared/data beside the project) is not here")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory):
    """Keep the cache of the tests apart from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEO_ACCESS_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def cut_network():
    """Refuse every connection that leaves this machine: tests run without a network."""
    connect = socket.socket.connect

    def refuse(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            message = f"a test tried to reach {address}"
            raise OSError(message)
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield
