"""Downloading from a server that misbehaves: what is handed on is whole and right, or nothing is."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import io
import json
import random
import re
import socket
import ssl
import zipfile
from urllib.parse import urlsplit

import pytest
import requests
from open_data_server import Fault, busy, page, redirect, serve
from urllib3 import HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as UrllibSSLError

from geo_access.core.errors import InputError
from geo_access.core.findings import Findings
from geo_access.opendata.downloads import FIRST_TRIES, MAX_SILENT, MAX_WAIT_S, TRIES, Downloader
from geo_access.opendata.store import LICENCE_OUVERTE, DownloadStore, Item
from geo_access.opendata.transport import USER_AGENT, Addresses, Timeouts, Transport, is_public

NAME = "files.example/big.csv"
ADDRESS = f"https://{NAME}"
KEY = DownloadStore.key(ADDRESS, None)
BODY = b"insee,name\n" + b"".join(b"%05d,commune %d\n" % (n, n * n) for n in range(20_000))
NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)


def item(name=NAME, kind="csv", **changes) -> Item:
    facts = {"max_bytes": 10_000_000, "licence": LICENCE_OUVERTE, "attribution": "INSEE", **changes}
    return Item(name.rpartition("/")[2], f"https://{name}", kind, **facts)


@pytest.fixture
def server():
    with serve({NAME: BODY}) as running:
        yield running


class Clock:
    def __init__(self):
        self.slept = []
        self.now = NOW

    def sleep(self, seconds):
        self.slept.append(seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def fetcher(server, tmp_path, clock):
    def make(**options):
        timeouts = options.pop("timeouts", Timeouts(connect_s=2, read_s=2))
        addresses = options.pop("addresses", server.addresses)
        transport = Transport(addresses=addresses, timeouts=timeouts, permitted=[server.origin])
        options = {"sleep": clock.sleep, "now": lambda: clock.now, **options}
        return Downloader(DownloadStore(tmp_path / "store"), transport, **options)

    return make


def refused(act) -> InputError:
    with pytest.raises(InputError) as caught:
        act()
    assert "[" not in caught.value.text("fr").split("commence par")[0], "a text that people read, not a Python value"
    return caught.value


def test_a_whole_file_comes_and_is_kept(server, fetcher):
    got = fetcher().fetch(item())
    assert got.path.read_bytes() == BODY
    assert (got.sha256, got.size) == (hashlib.sha256(BODY).hexdigest(), len(BODY))
    assert (got.fetched, got.published, got.kept) == ("2026-11-21", "2026-11-03", False)
    assert got.path.name == "big.csv"
    assert server.seen[0].headers["user-agent"] == USER_AGENT
    assert "cookie" not in server.seen[0].headers
    again = fetcher().fetch(item())
    assert (again.path.read_bytes(), again.kept, again.fetched) == (BODY, True, "2026-11-21")
    assert "if-none-match" in server.seen[1].headers


def test_a_changed_file_comes_anew(server, fetcher):
    fetcher().fetch(item())
    server.bodies[NAME] = BODY + b"99999,new\n"
    assert fetcher().fetch(item()).path.read_bytes() == BODY + b"99999,new\n"


def test_a_server_without_validators_is_asked_again_after_a_day_only(server, fetcher, clock):
    server.validators = False
    fetcher().fetch(item())
    fetcher().fetch(item())
    assert len(server.seen) == 1
    clock.now = NOW + dt.timedelta(hours=25)
    fetcher().fetch(item())
    assert len(server.seen) == 2


def test_a_cut_download_goes_on_where_it_stopped(server, fetcher):
    server.misbehave(NAME, Fault(cut_after=200_000), Fault(cut_after=100_000))
    assert fetcher().fetch(item()).path.read_bytes() == BODY
    asked = server.asked(NAME)
    assert [one.headers.get("range") for one in asked] == [None, "bytes=200000-", "bytes=300000-"]
    assert all(one.headers["if-range"].startswith('"') for one in asked[1:])


def test_a_cut_download_goes_on_in_the_next_run(server, fetcher):
    server.misbehave(NAME, Fault(cut_after=150_000), *[Fault(status=503)] * 10)
    error = refused(lambda: fetcher(tries=2).fetch(item()))
    assert error.code == "fetch.gave_up"
    server.faults.clear()
    server.seen.clear()
    assert fetcher().fetch(item()).path.read_bytes() == BODY
    assert server.seen[0].headers["range"] == "bytes=150000-"


def test_a_file_that_changed_in_between_is_begun_anew(server, fetcher):
    server.misbehave(NAME, Fault(cut_after=150_000), Fault(status=503))
    refused(lambda: fetcher(tries=1).fetch(item()))
    server.faults.clear()
    server.bodies[NAME] = BODY[::-1].replace(b"\n", b",", 1)
    assert fetcher().fetch(item()).path.read_bytes() == server.bodies[NAME]


@pytest.mark.parametrize("fault", [Fault(ignore_range=True), Fault(wrong_range=7)])
def test_a_server_that_does_not_go_on_gives_all_again(server, fetcher, fault):
    server.misbehave(NAME, Fault(cut_after=100_000), fault)
    assert fetcher().fetch(item()).path.read_bytes() == BODY


def test_without_a_validator_nothing_is_pieced_together(server, fetcher):
    server.validators = False
    server.misbehave(NAME, Fault(cut_after=100_000))
    assert fetcher().fetch(item()).path.read_bytes() == BODY
    assert [one.headers.get("range") for one in server.seen] == [None, None]


def test_a_part_that_is_already_whole_is_asked_for_again(server, fetcher, tmp_path):
    server.misbehave(NAME, Fault(extra_length=10), Fault(status=503))
    refused(lambda: fetcher(tries=1).fetch(item()))
    assert fetcher().fetch(item()).path.read_bytes() == BODY  # 416 first: there is nothing beyond the end


def test_any_sequence_of_cuts_ends_in_the_same_bytes(server, fetcher, tmp_path):
    shake = random.Random(5)  # noqa: S311 -- draws test cases
    for _ in range(10):
        server.bodies[NAME] = b"a,b\n" + shake.randbytes(shake.randrange(1, 150_000)).hex().encode()
        faults = [Fault(cut_after=shake.randrange(60_000), ignore_range=shake.random() < 0.3) for _ in range(4)]
        server.misbehave(NAME, *faults)
        assert fetcher(tries=9).fetch(item()).path.read_bytes() == server.bodies[NAME]
        server.faults.clear()


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_passing_trouble_is_waited_out(server, fetcher, clock, status):
    server.misbehave(NAME, Fault(status=status), Fault(status=status))
    assert fetcher().fetch(item()).size == len(BODY)
    assert 0.5 <= clock.slept[0] <= 1.5
    assert 1.0 <= clock.slept[1] <= 3.0


@pytest.mark.parametrize(
    ("said", "expected"), [("7", 7.0), ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0), ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0)]
)
def test_retry_after_is_honoured(server, fetcher, clock, said, expected):
    server.misbehave(NAME, busy(said))
    fetcher().fetch(item())
    assert clock.slept == [expected]


def test_a_wait_beyond_patience_is_said_instead_of_waited(server, fetcher, clock):
    server.misbehave(NAME, busy(str(int(MAX_WAIT_S) + 3480)))
    assert refused(lambda: fetcher().fetch(item())).code == "fetch.asked_to_wait"
    assert clock.slept == []


def test_retries_are_bounded_and_a_kept_copy_does(server, fetcher, clock):
    server.always[NAME] = Fault(status=500)
    error = refused(lambda: fetcher().fetch(item()))
    assert (error.code, len(server.seen), len(clock.slept)) == ("fetch.gave_up", 5, 4)
    assert "500" in error.text("fr")
    server.always.clear()
    fetcher().fetch(item())
    server.always[NAME] = Fault(status=500)
    findings = Findings()
    assert fetcher(findings=findings).fetch(item()).path.read_bytes() == BODY
    assert [one.code for one in findings] == ["fetch.kept_copy"]


@pytest.mark.parametrize(("status", "code"), [(404, "gone"), (403, "closed"), (400, "status")])
def test_a_refusal_is_not_tried_again(server, fetcher, status, code):
    server.always[NAME] = Fault(status=status)
    assert refused(lambda: fetcher().fetch(item())).code == f"fetch.refused_{code}"
    assert len(server.seen) == 1


def test_a_slow_server_is_waited_for_and_a_dripping_one_given_up(server, fetcher):
    server.always[NAME] = Fault(pause_s=0.05, block=10)
    timeouts = Timeouts(connect_s=1, read_s=1, stall_s=0.2)
    error = refused(lambda: fetcher(tries=1, timeouts=timeouts).fetch(item()))
    assert error.code == "fetch.gave_up"
    assert "almost nothing" in error.text("en")
    server.always[NAME] = Fault(pause_s=0.02, block=40_000)
    assert fetcher().fetch(item()).size == len(BODY)


def test_a_silent_server_is_given_up(server, fetcher):
    server.always[NAME] = Fault(wait_s=0.6)
    error = refused(lambda: fetcher(tries=1, timeouts=Timeouts(connect_s=1, read_s=0.2)).fetch(item()))
    assert "no answer within 0.2\u00a0s" in error.text("en")


def test_a_wrong_length_is_noticed(server, fetcher):
    server.always[NAME] = Fault(extra_length=5)
    error = refused(lambda: fetcher(tries=2).fetch(item()))
    assert error.code == "fetch.gave_up"
    server.always[NAME] = Fault(extra_length=-200_000)
    assert fetcher().fetch(item(kind="any")).size == len(BODY) - 200_000, "what a server announces is all there is"


def test_a_json_or_zip_whose_end_is_missing_is_noticed(server, fetcher):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("a.txt", "x" * 5000)
    for name, kind, body in (
        ("h.example/a.json", "json", b'{"a": [1, 2]}'),
        ("h.example/a.zip", "zip", held.getvalue()),
    ):
        server.bodies[name] = body
        server.always[name] = Fault(extra_length=-5)
        addresses = Addresses({"https://h.example/": f"{server.origin}/h.example/"})
        error = refused(
            lambda name=name, kind=kind, addresses=addresses: fetcher(addresses=addresses).fetch(item(name, kind))
        )
        assert "the end of the file is missing" in error.text("en")
        server.always.clear()
        assert fetcher(addresses=addresses).fetch(item(name, kind)).size == len(body)


def test_a_size_beyond_the_bound_is_refused(server, fetcher):
    assert refused(lambda: fetcher().fetch(item(max_bytes=1000))).code == "fetch.too_big"
    server.always[NAME] = Fault(no_length=True)
    assert refused(lambda: fetcher().fetch(item(max_bytes=1000))).code == "fetch.too_big"
    assert len(server.seen) == 2


def test_a_packed_answer_is_bounded_by_what_it_unpacks_to(server, fetcher):
    server.always[NAME] = Fault(gzip=True)
    assert fetcher().fetch(item()).path.read_bytes() == BODY
    server.bodies[NAME] = b"a,b\n" + b"0" * 5_000_000
    assert refused(lambda: fetcher().fetch(item(max_bytes=1_000_000))).code == "fetch.too_big"


@pytest.mark.parametrize("kind", ["json", "geojson", "csv", "zip", "pbf", "gpkg", "parquet", "xml", "any"])
def test_a_page_instead_of_data_is_refused_and_quoted(server, fetcher, kind):
    server.always[NAME] = page()
    error = refused(lambda: fetcher().fetch(item(kind=kind)))
    assert error.code == "fetch.wrong_type"
    assert "Maintenance en cours" in error.text("fr")
    assert "text/html" in error.text("fr")
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("json", b"a,b\n1,2\n"),
        ("zip", b'{"error": "no"}'),
        ("csv", b"PK\x03\x04\0\0\0"),
        ("csv", b'{"error": "quota"}'),
        ("pbf", b"<?xml version='1.0'?><osm/>"),
        ("gpkg", b"PK\x03\x04"),
        ("parquet", b"PAR2"),
        ("any", b""),
    ],
)
def test_another_type_than_asked_for_is_refused(server, fetcher, kind, body):
    server.bodies[NAME] = body
    assert refused(lambda: fetcher().fetch(item(kind=kind))).code == "fetch.wrong_type"


def test_a_mislabelled_body_is_judged_by_its_bytes(server, fetcher):
    server.bodies[NAME] = b'\xef\xbb\xbf {"a": 1}'
    server.always[NAME] = Fault(content_type="text/html")
    assert fetcher().fetch(item(kind="json")).size == 12


def test_a_checksum_is_compared(server, fetcher):
    good = hashlib.sha256(BODY).hexdigest()
    assert fetcher().fetch(item(sha256=good)).sha256 == good
    wrong = "0" * 64
    error = refused(lambda: fetcher().fetch(item(sha256=wrong)))
    assert error.code == "fetch.gave_up", "a kept copy with another checksum does not do"
    assert good in error.text("en")
    assert wrong in error.text("en")


def test_locked_bytes_are_taken_from_the_store_or_compared(server, fetcher):
    first = fetcher().fetch(item())
    server.bodies[NAME] = BODY + b"changed"
    second = fetcher().fetch(item())
    server.seen.clear()
    assert fetcher().fetch(item(), expected=first.sha256).path.read_bytes() == BODY
    assert server.seen == []
    error = refused(lambda: fetcher().fetch(item(), expected="0" * 64))
    assert (error.code, error.file) == ("fetch.locked_changed", "big.csv")
    assert "0" * 64 in error.text("fr")
    assert second.sha256 in error.text("fr")


def test_offline_takes_what_is_kept_and_asks_nobody(server, fetcher):
    assert refused(lambda: fetcher(offline=True).fetch(item())).code == "fetch.offline_missing"
    fetcher().fetch(item())
    server.seen.clear()
    assert fetcher(offline=True).fetch(item()).path.read_bytes() == BODY
    assert fetcher(offline=True).measure(item()).size == len(BODY)
    assert server.seen == []


def test_without_a_network_the_kept_copy_does_and_the_finding_says_so(server, fetcher, clock):
    fetcher().fetch(item())
    findings = Findings()
    gone = Addresses({"https://files.example/": "http://127.0.0.1:9/"})
    transport = Transport(addresses=gone, permitted=["http://127.0.0.1:9"])
    downloader = Downloader(fetcher().store, transport, findings=findings, sleep=clock.sleep)
    assert downloader.fetch(item()).path.read_bytes() == BODY
    assert [(one.code, one.params["day"]) for one in findings] == [("fetch.kept_copy", "2026-11-21")]
    assert len(clock.slept) <= 1


def test_a_damaged_kept_copy_is_downloaded_again(server, fetcher):
    path = fetcher().fetch(item()).path
    path.write_bytes(b"damaged")
    again = fetcher().fetch(item())
    assert (again.path.read_bytes(), again.kept) == (BODY, False)


def test_the_size_is_asked_for_without_transfer(server, fetcher):
    assert fetcher().measure(item()).size == len(BODY)
    assert [one.method for one in server.seen] == ["HEAD"]
    server.always[NAME] = Fault(no_length=True)
    assert fetcher().measure(item()).size is None
    server.always[NAME] = Fault(status=404)
    assert fetcher().measure(item()).fault.code == "fetch.refused_gone"


def test_what_is_posted_is_part_of_what_is_kept(server, fetcher):
    server.bodies[NAME] = lambda sent: b"answer to," + sent
    one, two = item(body=b"a,b", body_type="text/csv"), item(body=b"c,d", body_type="text/csv")
    assert fetcher().fetch(one).path.read_bytes() == b"answer to,a,b"
    assert fetcher().fetch(two).path.read_bytes() == b"answer to,c,d"
    assert (server.seen[0].method, server.seen[0].headers["content-type"]) == ("POST", "text/csv")


def test_redirects_are_followed_to_permitted_addresses(server, fetcher):
    server.bodies["files.example/new.csv"] = BODY
    server.misbehave(NAME, redirect("/files.example/new.csv"))
    assert fetcher().fetch(item()).path.read_bytes() == BODY
    server.always["files.example/new.csv"] = redirect("https://files.example/new.csv")
    server.misbehave(NAME, redirect("https://files.example/new.csv"))
    server.bodies[NAME] = b"x,y\n"
    assert refused(lambda: fetcher(tries=1).fetch(item())).code == "fetch.redirects"


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("https://127.0.0.1/admin", "private_address"),
        ("https://10.0.0.7/", "private_address"),
        ("https://169.254.169.254/latest/meta-data/", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://[::ffff:192.168.1.1]/", "private_address"),
        ("https://2130706433/", "private_address"),
        ("https://0x7f.1/", "private_address"),
        ("https://localhost/", "private_address"),
        ("https://printer.local/", "private_address"),
        ("http://example.org/", "redirect_not_https"),
        ("file:///etc/passwd", "redirect_not_https"),
        ("ftp://example.org/a", "redirect_not_https"),
        ("https://user:secret@example.org/", "address"),
        ("https:///nothing", "address"),
    ],
)
def test_a_redirect_inside_or_off_https_is_refused(server, fetcher, to, code):
    server.always[NAME] = redirect(to)
    assert refused(lambda: fetcher().fetch(item())).code == f"fetch.{code}"
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "to", ["https://[::1", "https://[", "//[x", "https://a.example:99999/", "https://a.example:²/"]
)
def test_a_redirect_to_no_address_is_refused_in_one_line(server, fetcher, to):
    server.always[NAME] = redirect(to)
    with pytest.raises(InputError) as caught:
        fetcher().fetch(item())
    error = caught.value
    assert error.code in ("fetch.redirect_address", "fetch.address")
    assert len(error.text("en").splitlines()) == 1
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "said",
    ["²", "", "-5", "1e400", "9" * 5000, "Tue, 99 Nov 2026 08:00:00 GMT", "Tue, 03 Nov 2026 08:00:00 +999999", ","],
)
def test_a_wait_that_is_no_wait_is_one_line(server, fetcher, clock, said):
    server.always[NAME] = busy(said)
    error = refused(lambda: fetcher().fetch(item()))
    assert error.code in ("fetch.gave_up", "fetch.asked_to_wait")
    assert len(error.text("fr").splitlines()) == 1
    assert sum(clock.slept) < TRIES * MAX_WAIT_S
    assert len(server.seen) <= TRIES


@pytest.mark.parametrize("said", ["bytes 0-11/5000", "bytes 0-11/12", "bytes 5-16/17", "none"])
def test_a_part_that_nobody_asked_for_is_not_taken_for_the_whole(server, fetcher, said):
    server.always[NAME] = Fault(status=206, headers={"Content-Range": said}, body=BODY[:12])
    downloader = fetcher()
    assert refused(lambda: downloader.fetch(item())).code == "fetch.gave_up"
    assert downloader.store.kept(KEY) is None
    assert len(server.seen) == TRIES


@pytest.mark.parametrize(
    "said",
    [
        "bytes 150000-150011/{size}",
        "bytes 150000-150011/*",
        "bytes 150000-{last}/*",
        "bytes 150000-{last}/99999999",
        "bytes 0-{last}/{size}",
        "bytes 150000--1/{size}",
        "bytes 150000-²/{size}",
        "bytes 150000-" + "9" * 5000 + "/{size}",
    ],
)
def test_a_rest_that_is_not_the_whole_rest_is_begun_anew(server, fetcher, said):
    server.misbehave(NAME, Fault(cut_after=150_000), Fault(status=503))
    refused(lambda: fetcher(tries=1).fetch(item()))
    told = said.format(size=len(BODY), last=len(BODY) - 1)
    server.misbehave(NAME, Fault(status=206, headers={"Content-Range": told}, body=BODY[150_000:150_012]))
    assert fetcher().fetch(item()).path.read_bytes() == BODY


def test_a_server_that_says_for_ever_that_nothing_changed_is_asked_a_few_times(server, fetcher, tmp_path):
    got = fetcher().fetch(item())
    server.seen.clear()
    server.always[NAME] = Fault(status=304)
    assert fetcher().fetch(item()).sha256 == got.sha256
    assert len(server.seen) == 1
    got.path.write_bytes(b"damaged")
    server.seen.clear()
    assert refused(lambda: fetcher().fetch(item())).code == "fetch.gave_up"
    assert len(server.seen) <= TRIES + 1
    server.always.clear()
    assert fetcher().fetch(item()).path.read_bytes() == BODY


@pytest.mark.parametrize(
    "headers",
    [
        {"Last-Modified": "yesterday"},
        {"Last-Modified": "Tue, 03 Nov 99999999 08:00:00 GMT"},
        {"ETag": " "},
        {"ETag": "a\tb²"},
        {"ETag": '"' + "x" * 20_000 + '"'},
        {"Content-Encoding": "nonsense"},
        {"Content-Type": "²;;;=,"},
    ],
)
def test_what_a_server_says_of_a_file_is_not_trusted(server, fetcher, headers):
    server.always[NAME] = Fault(headers=headers)
    assert fetcher().fetch(item()).path.read_bytes() == BODY
    assert fetcher().fetch(item()).path.read_bytes() == BODY


@pytest.mark.parametrize("length", ["²", "-1", "1,2", "9" * 4000, "x"])
def test_a_length_that_is_no_length_is_no_traceback(server, fetcher, length):
    server.always[NAME] = Fault(headers={"Content-Length": length}, no_length=True)
    assert fetcher().measure(item()).size is None
    with contextlib.suppress(InputError):
        assert fetcher().fetch(item()).path.read_bytes() == BODY


def test_a_note_that_was_spoilt_is_no_note(server, fetcher, tmp_path):
    fetcher().fetch(item())
    index = tmp_path / "store" / "index" / f"{KEY}.json"
    whole = json.loads(index.read_text())
    for spoilt in (
        {**whole, "sha256": "../../elsewhere"},
        {**whole, "sha256": 5},
        {**whole, "sha256": whole["sha256"].upper()},
        {**whole, "fetched": "yesterday"},
        {**whole, "fetched": "2026-11-21T12:00:00"},
        {**whole, "etag": 7},
        {**whole, "size": "12"},
        ["list"],
    ):
        index.write_text(json.dumps(spoilt))
        assert fetcher().store.kept(KEY) is None
        assert fetcher().fetch(item()).path.read_bytes() == BODY


def test_a_store_that_cannot_be_written_is_said_in_one_line(fetcher, tmp_path):
    (tmp_path / "store").write_text("in the way")
    error = refused(lambda: fetcher().fetch(item()))
    assert error.code == "fetch.store_refused"
    assert str(tmp_path / "store") in error.text("en")


def test_a_name_that_resolves_inside_is_refused_before_anything_is_sent(fetcher, monkeypatch):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: inside)
    monkeypatch.setenv("NO_PROXY", "*")
    error = refused(lambda: fetcher(addresses=Addresses()).fetch(item("harmless.example/a.csv")))
    assert error.code == "fetch.private_address"
    assert "127.0.0.1" in error.text("en")
    reached, _ = listener.accept()
    assert reached.recv(100) == b"", "closed without a byte"
    reached.close()
    listener.close()


def test_an_address_of_the_user_is_held_to_the_same(fetcher):
    none = Addresses()
    for address, code in (("http://example.org/a", "not_https"), ("https://192.168.0.1/a", "private_address")):
        asked = Item("a", address, "csv", 10, LICENCE_OUVERTE, "")
        assert refused(lambda asked=asked: fetcher(addresses=none).fetch(asked)).code == f"fetch.{code}"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("64:ff9b::808:808", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 -- refused, not bound
        ("224.0.0.1", False),
        ("198.18.0.1", False),
    ],
)
def test_public_addresses(host, expected):
    assert is_public(host) is expected


def test_two_programs_do_not_write_to_one_part(tmp_path):
    store = DownloadStore(tmp_path)
    with store.claim(KEY) as first, store.claim(KEY) as second:
        assert first != second
        second.write_bytes(b"mine")
    assert not second.exists()
    with store.claim(KEY) as third:
        assert third == first


def test_the_store_stays_below_its_bound_and_keeps_what_this_run_used(server, fetcher, tmp_path):
    fetcher().fetch(item())
    store = DownloadStore(tmp_path / "store", max_bytes=len(BODY) + 10)
    server.bodies[NAME] = BODY[:-100]
    transport = Transport(addresses=server.addresses, permitted=[server.origin])
    got = Downloader(store, transport).fetch(item())
    assert [entry.name for entry, _, _ in store.entries()] == [got.sha256]
    assert store.clear() == 1
    assert store.entries() == []


def nested(reason: Exception) -> requests.exceptions.ConnectionError:
    """An error as `requests` raises it: urllib3's, which quotes its own objects, around the system's."""
    reason.__cause__ = None
    pool = HTTPSConnectionPool("files.example")
    outer = NewConnectionError(pool.ConnectionCls("files.example"), f"Failed to establish a new connection: {reason}")
    outer.__cause__ = reason
    return requests.exceptions.ConnectionError(MaxRetryError(pool, "/big.csv", outer))


def untrusted(code: int) -> requests.exceptions.SSLError:
    inner = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:1010)")
    inner.verify_code = code
    return requests.exceptions.SSLError(MaxRetryError(HTTPSConnectionPool("files.example"), "/", UrllibSSLError(inner)))


@pytest.mark.parametrize(
    ("error", "code", "fr", "en"),
    [
        (nested(socket.gaierror(-2, "Name or service not known")), "gave_up", "est introuvable", "is not found"),
        (nested(OSError(errno.ENETUNREACH, "Network is unreachable")), "gave_up", "aucun chemin", "no route"),
        (nested(OSError(errno.EHOSTUNREACH, "No route to host")), "gave_up", "aucun chemin", "no route"),
        (nested(OSError(errno.EACCES, "Permission denied")), "gave_up", "interdit", "forbids"),
        (nested(ConnectionRefusedError(errno.ECONNREFUSED, "refused")), "gave_up", "refuse la", "refuses the"),
        (nested(ConnectionResetError(errno.ECONNRESET, "reset")), "gave_up", "a fermé", "closed the"),
        (
            requests.exceptions.ConnectTimeout("<pool>"),
            "gave_up",
            "ne répond pas en 2\u00a0s",
            "not answer within 2\u00a0s",
        ),
        (requests.exceptions.ProxyError("<pool>"), "gave_up", "HTTPS_PROXY", "HTTPS_PROXY"),
        (requests.exceptions.SSLError(ssl.SSLError(1, "[SSL] record")), "gave_up", "liaison chiffrée", "encrypted"),
        (untrusted(10), "certificate", "expiré", "expired"),
        (untrusted(20), "certificate", "autorité inconnue", "authority unknown"),
        (untrusted(62), "certificate", "autre nom", "another name"),
    ],
)
def test_why_nothing_answers_is_said_in_plain_words(fetcher, monkeypatch, error, code, fr, en):
    def fail(*_args, **_options):
        raise error

    monkeypatch.setattr(requests.Session, "request", fail)
    found = refused(lambda: fetcher(addresses=Addresses()).fetch(item()))
    assert found.code == f"fetch.{code}"
    for language, said in (("fr", fr), ("en", en)):
        text = found.text(language)
        assert said in text
        assert "files.example" in text.removeprefix(ADDRESS)
        assert not re.search(r"[<>\[]|(?<![A-Z])_|Errno|object at|[a-z]Error|Pool|SSL", text)


def test_without_a_network_it_is_said_soon(fetcher, monkeypatch, clock):
    asked = []

    def fail(_session, _method, address, **_options):
        asked.append(urlsplit(address).hostname)
        raise requests.exceptions.ConnectTimeout

    monkeypatch.setattr(requests.Session, "request", fail)
    downloader = fetcher(addresses=Addresses())
    assert not downloader.unanswered, "nobody was asked yet"
    codes = [refused(lambda n=n: downloader.fetch(item(f"host{n}.example/a.csv"))).code for n in range(9)]
    assert asked == ["host0.example"] * FIRST_TRIES + [f"host{n}.example" for n in range(1, MAX_SILENT)]
    assert codes == ["fetch.gave_up"] * MAX_SILENT + ["fetch.not_asked"] * (9 - MAX_SILENT)
    assert sum(clock.slept) < 3
    assert downloader.unanswered
    assert downloader.measure(item()).fault.code == "fetch.not_asked"


def test_a_dry_look_without_a_network_asks_few_servers(fetcher, monkeypatch):
    asked = []

    def fail(_session, _method, address, **_options):
        asked.append(address)
        raise nested(socket.gaierror(-2, "Name or service not known"))

    monkeypatch.setattr(requests.Session, "request", fail)
    downloader = fetcher(addresses=Addresses())
    measured = [downloader.measure(item(f"host{n}.example/a.csv")) for n in range(9)]
    assert len(asked) == MAX_SILENT
    assert all(one.fault is not None for one in measured)


def test_a_server_that_answers_shows_that_there_is_a_network(server, fetcher, monkeypatch, clock):
    downloader = fetcher()
    server.always[NAME] = Fault(status=404)
    assert refused(lambda: downloader.fetch(item())).code == "fetch.refused_gone"
    asked = []

    def fail(*_args, **_options):
        asked.append(1)
        raise nested(OSError(errno.ENETUNREACH, "Network is unreachable"))

    monkeypatch.setattr(requests.Session, "request", fail)
    for n in range(MAX_SILENT + 2):
        assert refused(lambda n=n: downloader.fetch(item(f"host{n}.example/a.csv"))).code == "fetch.gave_up"
    assert len(asked) == TRIES * (MAX_SILENT + 2), "each is tried as often as any: it is these servers that are down"
    assert not downloader.unanswered


@pytest.mark.parametrize("kind", ["zip", "any"])
@pytest.mark.parametrize(
    ("name", "body", "code"), [("../evil.txt", b"evil", "zip_escapes"), ("stops.txt", bytes(80 << 20), "zip_bomb")]
)
def test_a_zip_not_to_be_trusted_is_not_kept(server, fetcher, kind, name, body, code):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    server.bodies[NAME] = held.getvalue()
    downloader = fetcher()
    error = refused(lambda: downloader.fetch(item(kind=kind)))
    assert (error.code, error.file) == (f"fetch.{code}", ADDRESS)
    assert not list(downloader.store.folder.glob("bodies/*"))
    assert not list(downloader.store.folder.glob("parts/*.part"))
