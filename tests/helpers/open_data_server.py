"""A server on the loopback that gives what the sources of open data give, and misbehaves on request.

It serves bodies by "host/path" (and "host/path?query" where the query matters), in the form in which
`tests/open_data_bodies.py` writes them; `addresses` sends the public addresses of those hosts to it.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from geo_access.opendata.transport import Addresses

Body = bytes | Callable[[bytes], bytes]
MODIFIED = "Tue, 03 Nov 2026 08:00:00 GMT"
PAGE = b"<!DOCTYPE html><html><head><title>Maintenance en cours</title></head><body>Revenez plus tard</body></html>"


@dataclass(frozen=True)
class Fault:
    """How one answer goes wrong; the default is an answer that goes well."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cut_after: int | None = None  # bytes of this answer that are sent before the connection is closed
    extra_length: int = 0  # added to Content-Length
    pause_s: float = 0.0  # between blocks
    block: int = 1 << 16
    wait_s: float = 0.0  # before the answer
    content_type: str | None = None
    no_length: bool = False
    ignore_range: bool = False
    wrong_range: int = 0  # bytes by which a partial answer is off
    gzip: bool = False


def busy(after: str = "0", status: int = 429) -> Fault:
    """Too many requests, with Retry-After."""
    return Fault(status=status, headers={"Retry-After": after}, body=b"slow down")


def redirect(to: str, status: int = 302) -> Fault:
    return Fault(status=status, headers={"Location": to}, body=b"")


def page() -> Fault:
    """A page of HTML with status 200 where data should be."""
    return Fault(body=PAGE, content_type="text/html; charset=utf-8")


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class OpenDataServer:
    def __init__(self, bodies: Mapping[str, Body]) -> None:
        self.bodies = dict(bodies)
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.always: dict[str, Fault] = {}
        self.seen: list[Seen] = []
        self.validators = True
        self.etags: dict[str, str] = {}
        server = self

        class Handler(_Handler):
            owner = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def addresses(self) -> Addresses:
        hosts = {name.split("/", 1)[0] for name in self.bodies}
        return Addresses({f"https://{host}/": f"{self.origin}/{host}/" for host in hosts})

    def misbehave(self, name: str, *faults: Fault) -> None:
        """Answer the next requests for `name` so, one after the other."""
        self.faults[name].extend(faults)

    def asked(self, name: str) -> list[Seen]:
        return [one for one in self.seen if one.path.lstrip("/").partition("?")[0] == name]

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def find(self, path: str) -> tuple[str, Body] | None:
        name = path.lstrip("/")
        for key in (name, name.partition("?")[0]):
            if key in self.bodies:
                return key, self.bodies[key]
        return None


@contextmanager
def serve(bodies: Mapping[str, Body]):
    server = OpenDataServer(bodies)
    try:
        yield server
    finally:
        server.close()


class _Handler(BaseHTTPRequestHandler):
    owner: OpenDataServer

    def log_message(self, *_args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(b"", send=False)

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, sent: bytes, *, send: bool = True) -> None:
        owner = self.owner
        owner.seen.append(Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, sent))
        found = owner.find(self.path)
        name = found[0] if found else self.path.lstrip("/").partition("?")[0]
        queue = owner.faults[name]
        fault = queue.pop(0) if queue else owner.always.get(name, Fault())
        time.sleep(fault.wait_s)
        if fault.status is not None and not (fault.status == 200 and fault.body is None):
            self._send(fault.status, fault.body or b"", fault, {}, send=send)
            return
        if found is None:
            self._send(404, b"no such file", fault, {}, send=send)
            return
        body = fault.body if fault.body is not None else found[1]
        body = body(sent) if callable(body) else body
        headers, status = {}, 200
        etag = owner.etags.get(name) or '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if owner.validators:
            headers = {"ETag": etag, "Last-Modified": MODIFIED}
            if self.headers.get("If-None-Match") == etag and "Range" not in self.headers:
                self._send(304, b"", fault, headers, send=send)
                return
        said = self.headers.get("Range", "")
        fresh = self.headers.get("If-Range") in (None, etag, MODIFIED)
        if said.startswith("bytes=") and fresh and not fault.ignore_range and owner.validators:
            start = int(said.removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                self._send(416, b"", fault, {"Content-Range": f"bytes */{len(body)}"}, send=send)
                return
            start += fault.wrong_range
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            body, status = body[start:], 206
        if fault.gzip:
            body = gzip.compress(body)
            headers["Content-Encoding"] = "gzip"
        self._send(status, body, fault, headers, send=send)

    def _send(self, status: int, body: bytes, fault: Fault, headers: Mapping[str, str], *, send: bool) -> None:
        self.send_response(status)
        for key, value in {**headers, **fault.headers}.items():
            self.send_header(key, value)
        self.send_header("Content-Type", fault.content_type or "application/octet-stream")
        if not fault.no_length and status != 304:
            self.send_header("Content-Length", str(len(body) + fault.extra_length))
        self.end_headers()
        if not send:
            return
        whole = body if fault.cut_after is None else body[: fault.cut_after]
        try:
            for at in range(0, len(whole), fault.block):
                self.wfile.write(whole[at : at + fault.block])
                self.wfile.flush()
                time.sleep(fault.pause_s)
        except OSError:
            return
