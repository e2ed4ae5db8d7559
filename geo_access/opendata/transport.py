"""Asking servers: https only, public addresses only, few redirects, never for ever.

What a source, a feed's address or a server's redirect names is not to be trusted: an address inside the user's own
network (a router, a cloud's metadata service, a database on this machine) must not be asked on its behalf. Names are
therefore resolved by the connection itself, and the address that it reached is looked at before anything is sent.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import ssl
from dataclasses import dataclass, field
from http.client import HTTPException, RemoteDisconnected
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import cookiejar_from_dict
from urllib3 import HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError, ProtocolError

from geo_access._version import __version__
from geo_access.core.errors import InputError
from geo_access.texts import render

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

USER_AGENT = f"geo-access/{__version__} (open data for accessibility studies)"
MAX_REDIRECTS = 5
_SHOWN = 80
_REDIRECTS = {301, 302, 303, 307, 308}
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Broken(Exception):  # noqa: N818 -- an outcome that is tried again, not an error that anybody sees
    """An attempt that may succeed when it is made again.

    Attributes
    ----------
    code, params
        What happened, as a text of the catalogue.
    wait_s
        How long the server asked to wait; None where it did not say.
    cost
        How many of the tries it takes.
    unreachable
        Whether there was no answer at all.
    """

    def __init__(
        self, code: str, /, *, wait_s: float | None = None, cost: int = 1, unreachable: bool = False, **params: object
    ) -> None:
        super().__init__(code)
        self.code, self.params = code, params
        self.wait_s, self.cost, self.unreachable = wait_s, cost, unreachable

    def said(self) -> dict[str, Any]:
        """Say it in both languages, for a text that quotes it."""
        return {f"said_{language}": render(self.code, language, **self.params) for language in ("fr", "en")}


@dataclass(frozen=True)
class Addresses:
    """Where addresses are really asked: a prefix and what stands in its place, the longest first.

    Attributes
    ----------
    instead
        ``{"https://geo.api.gouv.fr": "https://mirror.example/geo"}``.
    """

    instead: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, address: str) -> str:
        """Return the address to ask."""
        for prefix in sorted(self.instead, key=len, reverse=True):
            if address.startswith(prefix):
                return self.instead[prefix] + address.removeprefix(prefix)
        return address


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds: for a connection, for the next bytes, and for `stall_bytes` altogether."""

    connect_s: float = 10.0
    read_s: float = 60.0
    stall_s: float = 90.0
    stall_bytes: int = 8192


class Transport:
    """Asks servers.

    Parameters
    ----------
    addresses
        Where addresses are really asked.
    timeouts
        How long to wait.
    permitted
        Origins (``"http://127.0.0.1:8000"``) that may be asked although they are not public or not https. For tests: no
        setting, option or variable of the environment reaches it.
    """

    def __init__(
        self, *, addresses: Addresses | None = None, timeouts: Timeouts | None = None, permitted: Collection[str] = ()
    ) -> None:
        self.addresses = addresses or Addresses()
        self.timeouts = timeouts or Timeouts()
        self._permitted = frozenset(permitted)
        self._session: requests.Session | None = None

    def ask(
        self, method: str, address: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> requests.Response:
        """Send one request and follow its redirects; the body is not read yet, the caller closes the response.

        Raises
        ------
        InputError
            When the address, or one that it redirects to, may not be asked; too many redirects; no valid certificate.
        Broken
            When there is no answer.
        """
        public = address
        for _ in range(MAX_REDIRECTS + 1):
            real = self.addresses.resolve(public)
            self._check(real, address)
            response = self._send(method, real, headers, body)
            if response.status_code not in _REDIRECTS or "Location" not in response.headers:
                return response
            response.close()
            public = _follow(real, response.headers["Location"], address)
            if response.status_code in (301, 302, 303) and method == "POST":
                method, body = "GET", None
        raise InputError("fetch.redirects", file=address, count=MAX_REDIRECTS)

    def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _send(self, method: str, address: str, headers: Mapping[str, str], body: bytes | None) -> requests.Response:
        session = self._session = self._session or _open_session()
        limits = (self.timeouts.connect_s, self.timeouts.read_s)
        # What is permitted is on this machine: no proxy is to be asked for it.
        proxies: dict[str, str] | None = dict.fromkeys(("http", "https", "all"), "") if self._permits(address) else None
        try:
            return session.request(
                method,
                address,
                headers={"User-Agent": USER_AGENT, **headers},
                data=body,
                stream=True,
                allow_redirects=False,
                timeout=limits,
                proxies=proxies,
            )
        except requests.exceptions.SSLError as error:
            raise _explain_tls(error, address) from error
        except requests.exceptions.ConnectTimeout as error:
            host = urlsplit(address).hostname
            raise Broken("fetch.broken_connect_timeout", seconds=limits[0], host=host, unreachable=True) from error
        except requests.exceptions.ReadTimeout as error:
            raise Broken("fetch.broken_read_timeout", seconds=limits[1]) from error
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, UnicodeError) as error:
            raise InputError("fetch.address", file=address) from error
        except requests.exceptions.RequestException as error:
            raise _explain_failure(error, address) from error
        except InputError:
            raise
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            # What neither library expects of a server: headers that contradict each other, lines without end.
            host = urlsplit(address).hostname
            raise Broken("fetch.broken_connection", host=host, said=type(error).__name__) from error

    def _permits(self, address: str) -> bool:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}" in self._permitted

    def _check(self, address: str, asked: str) -> None:
        """Refuse an address that is not public https; what its name resolves to is looked at on connecting."""
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise InputError("fetch.address", file=address) from error
        if self._permits(address):
            return
        where = "" if address == asked else address
        if parts.scheme != "https":
            code = "fetch.redirect_not_https" if where else "fetch.not_https"
            raise InputError(code, file=asked, to=_origin(address))
        if not host or parts.username is not None:
            raise InputError("fetch.address", file=address)
        if host == "localhost" or host.rstrip(".").endswith(_LOCAL_NAMES) or not is_public(host, unknown=True):
            raise InputError("fetch.private_address", file=asked, host=host)


def is_public(host: str, *, unknown: bool = False) -> bool:
    """Whether an IP address is one of the public internet; `unknown` for what is no IP address.

    Addresses of IPv6 that carry one of IPv4 (mapped, NAT64, 6to4) are as public as the one that they carry.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # "127.1", "0x7f000001", "2130706433": the forms that the C library also reads as an address.
        try:
            address = ipaddress.ip_address(socket.inet_ntoa(socket.inet_aton(host)))
        except OSError:
            return unknown
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast and not address.is_reserved


class _GuardedConnection(HTTPSConnection):
    """Looks at the address that it reached before anything is sent, so that no name can lead inside."""

    def _new_conn(self) -> socket.socket:
        reached = super()._new_conn()
        peer = str(reached.getpeername()[0])
        if not is_public(peer):
            reached.close()
            raise InputError("fetch.private_address", file=f"https://{self.host}", host=f"{self.host} ({peer})")
        return reached


class _GuardedPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedConnection


class _GuardedAdapter(HTTPAdapter):
    """Guards direct connections; through a proxy of the user's own, the proxy is what is reached, and decides."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        pools: PoolManager = self.poolmanager
        pools.pool_classes_by_scheme = {**pools.pool_classes_by_scheme, "https": _GuardedPool}


class _Session(requests.Session):
    """Leaves redirects to `Transport`: `requests` would read their bodies whole, and their addresses, by itself."""

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 -- as Session has it
        return None


def _open_session() -> requests.Session:
    session = _Session()
    session.mount("https://", _GuardedAdapter(pool_maxsize=2))
    # Nothing of the user's goes along: no password of a .netrc file, no cookie.
    session.auth = _no_password
    session.cookies = cookiejar_from_dict({}, cookiejar=_NoCookies())
    return session


def _no_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _NoCookies(requests.cookies.RequestsCookieJar):
    def set_cookie(self, *_args: Any, **_options: Any) -> None:
        """Keep nothing."""


def _follow(address: str, location: str, asked: str) -> str:
    """Return the address that a redirect leads to."""
    try:
        return urljoin(address, location)
    except ValueError as error:
        raise InputError("fetch.redirect_address", file=asked, to=ascii(location[:_SHOWN])[1:-1]) from error


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}"


def _list_reasons(error: BaseException) -> list[BaseException]:
    """List an error and what it says to come of, outermost first: `requests` and `urllib3` nest them in many ways."""
    found: list[BaseException] = []
    todo: list[object] = [error]
    while todo:
        one = todo.pop(0)
        if isinstance(one, BaseException) and all(one is not other for other in found):
            found.append(one)
            todo += [getattr(one, "reason", None), *one.args, one.__cause__, one.__context__]
    return found


#: Codes of the system by what they mean; Windows numbers them on its own (WSAENETUNREACH...), which `errno` names too.
_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, 10050, 10051, 10064, 10065}
_REFUSED = {errno.ECONNREFUSED, 10061}
_FORBIDDEN = {errno.EACCES, errno.EPERM, 10013}


def _explain_failure(error: requests.exceptions.RequestException, address: str) -> Broken:
    """Say in plain words why there is no answer; what has no words of its own keeps the name of its class."""
    reasons = _list_reasons(error)
    host = urlsplit(address).hostname or address
    numbers = {one.errno for one in reasons if isinstance(one, OSError)}
    if isinstance(error, requests.exceptions.ProxyError):
        return Broken("fetch.broken_proxy", host=host, unreachable=True)
    if any(isinstance(one, (socket.gaierror, NameResolutionError)) for one in reasons):
        return Broken("fetch.broken_name", host=host, unreachable=True)
    for known, code in ((_NO_ROUTE, "route"), (_REFUSED, "refused"), (_FORBIDDEN, "forbidden")):
        if numbers & known:
            return Broken(f"fetch.broken_{code}", host=host, unreachable=True)
    if any(isinstance(one, (ConnectionError, RemoteDisconnected, ProtocolError)) for one in reasons):
        return Broken("fetch.broken_closed", host=host, unreachable=True)
    return Broken("fetch.broken_connection", host=host, said=type(reasons[-1]).__name__, unreachable=True)


#: OpenSSL's numbers of what is wrong with a certificate (X509_V_ERR_...).
_TLS_FAULTS = {9: "early", 10: "expired", 18: "self_signed", 19: "issuer", 20: "issuer", 21: "issuer", 62: "name"}


def _explain_tls(error: requests.exceptions.SSLError, address: str) -> InputError | Broken:
    """Say what is wrong with a server's certificate; a handshake that broke may go better the next time."""
    host = urlsplit(address).hostname or address
    reasons = _list_reasons(error)
    certificate = next((one for one in reasons if isinstance(one, ssl.SSLCertVerificationError)), None)
    if certificate is None:
        return Broken("fetch.broken_tls", host=host, unreachable=True)
    fault = _TLS_FAULTS.get(getattr(certificate, "verify_code", 0), "other")
    said: dict[str, Any] = {f"said_{language}": render(f"fetch.tls_{fault}", language) for language in ("fr", "en")}
    return InputError("fetch.certificate", file=address, host=host, **said)
