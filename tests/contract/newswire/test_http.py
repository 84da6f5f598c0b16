"""Fetching: what is answered, what is refused, and where nobody is sent."""

import gzip
import itertools
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.contract.newswire.feeds.site import QUICK, Answer, Asked, Site, fetcher

from forethought.adapters.newswire._addresses import is_public
from forethought.adapters.newswire.http import BadEncodingError, Fetcher, Limits, Reply
from forethought.application.ports.news_provider import ProviderUnavailable

PUBLIC = replace(QUICK, allow_private=False)


async def _refusal(of: Fetcher, url: str, **options) -> ProviderUnavailable:
    with pytest.raises(ProviderUnavailable) as raised:
        await of.get(url, **options)
    return raised.value


async def test_a_body_comes_with_status_headers_and_address(site: Site, get: Fetcher) -> None:
    site.pages["/a"] = Answer(
        gzip.compress("Öl".encode(), mtime=0), headers={"Content-Encoding": "gzip", "ETag": '"1"'}
    )

    reply = await get.get(f"{site.url}/a?x=1", params={"y": "2"})

    assert (reply.status, reply.text(), reply.headers["etag"]) == (200, "Öl", '"1"')
    assert site.paths == ["/a?x=1&y=2"]
    assert not reply.not_modified


async def test_what_did_not_change_is_not_sent_again(site: Site, get: Fetcher) -> None:
    def answer(asked: Asked) -> Answer:
        known = asked.headers["If-None-Match"] == '"1"' and asked.headers["If-Modified-Since"] == "yesterday"
        return Answer(status=304) if known else Answer(b"new")

    site.pages["/a"] = answer

    assert (await get.get(f"{site.url}/a")).body == b"new"
    assert (await get.get(f"{site.url}/a", etag='"1"', last_modified="yesterday")).not_modified


async def test_json_and_forms_are_posted(site: Site, get: Fetcher) -> None:
    site.pages["/token"] = lambda asked: Answer(asked.body)

    assert (await get.post(f"{site.url}/token", json={"a": 1})).json() == {"a": 1}
    assert (await get.post(f"{site.url}/token", data={"a": "1"})).text() == "a=1"


@pytest.mark.parametrize(
    ("header", "pause_s"),
    [({"Retry-After": "7"}, 7), ({"Retry-After": "999999"}, 3_600), ({}, None), ({"Retry-After": "soon"}, None)],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_provider_that_wants_a_pause_is_heard(
    site: Site, get: Fetcher, status: int, header: dict[str, str], pause_s: float | None
) -> None:
    site.pages["/a"] = Answer(status=status, headers=header)

    error = await _refusal(get, f"{site.url}/a")

    assert error.retry_after_s == pause_s
    assert len(site.asked) == 1


async def test_a_pause_may_be_given_as_a_date(site: Site, get: Fetcher) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(minutes=30), usegmt=True)
    site.pages["/a"] = Answer(status=429, headers={"Retry-After": until})

    assert (await _refusal(get, f"{site.url}/a")).retry_after_s == pytest.approx(1_800, abs=120)


async def test_a_passing_failure_is_tried_once_more(site: Site, get: Fetcher) -> None:
    answers = iter([Answer(status=500), Answer(b"there")])
    site.pages["/a"] = lambda _: next(answers)

    assert (await get.get(f"{site.url}/a")).body == b"there"


async def test_a_lasting_failure_is_tried_no_more_than_twice(site: Site, get: Fetcher) -> None:
    site.pages["/a"] = Answer(status=502)

    assert str(await _refusal(get, f"{site.url}/a")) == "127.0.0.1 answers with status 502"
    assert len(site.asked) == 2


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_is_told_and_not_shown(
    site: Site, get: Fetcher, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")  # another test may have silenced it
    site.pages["/a"] = Answer(status=status)

    error = await _refusal(get, f"{site.url}/a", params={"apikey": "SECRET"}, headers={"X-Key": "HIDDEN"})

    assert str(error) == f"127.0.0.1 refuses our key (status {status})"
    httpx_lines = [record.getMessage() for record in caplog.records if record.name in {"httpx", "stamina"}]
    assert httpx_lines
    assert not [line for line in httpx_lines if "SECRET" in line or "HIDDEN" in line]


async def test_no_secret_is_logged_when_a_try_is_repeated(
    site: Site, get: Fetcher, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")  # another test may have silenced it
    site.pages["/a"] = Answer(status=500)

    error = await _refusal(get, f"{site.url}/a", params={"apikey": "SECRET"}, headers={"X-Key": "HIDDEN"})

    said = caplog.text + "".join(capfd.readouterr()) + str(error) + repr(error.__cause__)
    assert "SECRET" not in said
    assert "HIDDEN" not in said


async def test_a_body_larger_than_allowed_is_not_read_to_its_end(site: Site, get: Fetcher) -> None:
    sent = itertools.count()
    site.pages["/a"] = Answer(b"x" * 65_536 for _ in iter(lambda: next(sent), 10_000))

    assert "more than 5000000 bytes" in str(await _refusal(get, f"{site.url}/a"))
    assert next(sent) < 1_000


async def test_a_gzip_bomb_is_unpacked_no_further_than_allowed(site: Site, get: Fetcher) -> None:
    bomb = gzip.compress(bytes(200_000_000), 9, mtime=0)
    site.pages["/a"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    site.pages["/b"] = Answer(b"fine")

    assert len(bomb) < 200_000
    assert "more than 5000000 bytes" in str(await _refusal(get, f"{site.url}/a"))
    assert (await get.get(f"{site.url}/b")).body == b"fine"


@pytest.mark.parametrize(
    "body", [b"no gzip", gzip.compress(b"cut off", mtime=0)[:-6], gzip.compress(b"a", mtime=0) + b"more"]
)
async def test_a_broken_gzip_is_refused(site: Site, get: Fetcher, body: bytes) -> None:
    site.pages["/a"] = Answer(body, headers={"Content-Encoding": "gzip"})

    assert "gzip" in str(await _refusal(get, f"{site.url}/a"))


async def test_an_encoding_that_nobody_asked_for_is_refused(site: Site, get: Fetcher) -> None:
    site.pages["/a"] = Answer(b"x", headers={"Content-Encoding": "deflate, gzip"})

    assert "not asked for" in str(await _refusal(get, f"{site.url}/a"))


async def test_a_body_that_drips_runs_into_the_time_limit(site: Site) -> None:
    get = fetcher(replace(QUICK, timeout_s=0.3))
    site.pages["/a"] = Answer(b"." for _ in iter(lambda: site.stopping.wait(0.02), "stopped"))

    assert "did not answer within 0.3 s" in str(await _refusal(get, f"{site.url}/a"))
    await get.close()


async def test_redirects_are_followed_within_bounds(site: Site, get: Fetcher) -> None:
    site.pages |= {f"/{n}": Answer(status=302, headers={"Location": f"{n + 1}"}) for n in range(9)} | {
        "/3": Answer(b"3")
    }

    assert (await get.get(f"{site.url}/0")).url == f"{site.url}/3"
    assert "redirects more than 3 times" in str(await _refusal(get, f"{site.url}/4"))


async def test_a_loop_ends(site: Site, get: Fetcher) -> None:
    site.pages["/a"] = Answer(status=301, headers={"Location": "/a"})

    assert "redirects more than" in str(await _refusal(get, f"{site.url}/a"))


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://host/x", "javascript:1", "http://", "http://user:word@host/", "http://[::1"]
)
async def test_a_redirect_to_something_else_than_a_page_is_refused(site: Site, get: Fetcher, to: str) -> None:
    site.pages["/a"] = Answer(status=302, headers={"Location": to})

    await _refusal(get, f"{site.url}/a")  # httpx itself finds some of them impossible

    assert set(site.paths) == {"/a"}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://x", "nothing", "http://", "http://a:b:c/"])
async def test_only_http_is_fetched(get: Fetcher, url: str) -> None:
    assert "the address is" in str(await _refusal(get, url))


async def test_a_post_is_not_sent_elsewhere(site: Site, get: Fetcher) -> None:
    site.pages["/a"] = Answer(status=307, headers={"Location": "/b"})

    with pytest.raises(ProviderUnavailable, match="with a redirect"):
        await get.post(f"{site.url}/a", data={"password": "SECRET"})

    assert site.paths == ["/a"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "0.0.0.0"])  # noqa: S104
async def test_nothing_private_is_reached_by_default(site: Site, host: str) -> None:
    get = fetcher(PUBLIC)

    assert "not public" in str(await _refusal(get, f"http://{host}:{site.port}/a"))
    assert site.asked == []
    await get.close()


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"]])
async def test_a_public_name_with_a_private_address_is_refused(site: Site, addresses: list[str]) -> None:
    get = fetcher(PUBLIC, {"news.example": addresses})

    assert str(await _refusal(get, f"http://news.example:{site.port}/")) == (
        "news.example is at an address that is not public"
    )
    assert site.asked == []
    await get.close()


async def test_the_connection_goes_to_the_address_that_was_looked_at(site: Site) -> None:
    """The name is resolved once; a second answer, which might differ, is never asked for."""
    site.pages["/a"] = Answer(b"a")
    looked_up = []

    async def look_up(host: str, port: int) -> list[str]:
        looked_up.append((host, port))
        return ["127.0.0.1"]

    get = Fetcher(QUICK, resolve_name=look_up)

    await get.get(f"http://news.example:{site.port}/a")

    assert looked_up == [("news.example", site.port)]
    assert site.asked[0].headers["Host"] == f"news.example:{site.port}"
    await get.close()


@pytest.mark.parametrize(
    "place", ["http://169.254.169.254/latest/meta-data", "http://inside.example/", "http://[::1]/"]
)
async def test_whoever_may_be_private_may_not_send_us_to_another_private_place(site: Site, place: str) -> None:
    get = fetcher(QUICK, {"127.0.0.1": ["127.0.0.1"], "inside.example": ["10.1.2.3"]} | _LITERAL)
    site.pages["/a"] = Answer(status=302, headers={"Location": place})
    site.pages["/b"] = Answer(b"fine")

    assert "not public" in str(await _refusal(get, f"{site.url}/a"))
    assert (await get.get(f"{site.url}/b")).body == b"fine"
    await get.close()


_LITERAL = {"169.254.169.254": ["169.254.169.254"], "::1": ["::1"]}


async def test_another_port_of_the_same_host_is_another_private_place(site: Site, get: Fetcher) -> None:
    with Site({"/secret": Answer(b"secret")}) as other:
        site.pages["/a"] = Answer(status=302, headers={"Location": f"{other.url}/secret"})
        await get.get(f"{other.url}/secret")  # an open connection is no way around

        assert "not public" in str(await _refusal(get, f"{site.url}/a"))
        assert len(other.asked) == 1


async def test_a_key_is_not_taken_along_to_another_host(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forethought.adapters.newswire._addresses.is_public", lambda _: True)
    get = fetcher(QUICK, {"one.example": ["127.0.0.1"], "two.example": ["127.0.0.1"]})
    site.pages["/a"] = Answer(status=302, headers={"Location": f"http://two.example:{site.port}/b"})
    site.pages["/b"] = Answer(b"b")

    await get.get(f"http://one.example:{site.port}/a", headers={"X-Key": "k"}, etag='"1"', params={"apikey": "k"})

    assert [(each.path, each.headers["X-Key"], each.headers["If-None-Match"]) for each in site.asked] == [
        ("/a?apikey=k", "k", '"1"'),
        ("/b", None, '"1"'),
    ]
    await get.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1", True),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:a00:1::", False),
        ("ff02::1", False),
    ],
)
def test_addresses_are_public_or_not(address: str, public: bool) -> None:  # noqa: FBT001  a parameter of the test
    assert is_public(address) is public


async def test_what_cannot_be_reached_is_said_plainly(get: Fetcher) -> None:
    assert "cannot be reached" in str(await _refusal(get, "http://127.0.0.1:1/"))


async def test_a_name_that_does_not_exist_is_said_plainly() -> None:
    get = fetcher(QUICK, {})

    assert "nowhere.example cannot be reached" in str(await _refusal(get, "http://nowhere.example/"))
    await get.close()


async def test_cookies_are_not_kept(site: Site, get: Fetcher) -> None:
    site.pages["/a"] = Answer(b"a", headers={"Set-Cookie": "id=1"})

    await get.get(f"{site.url}/a")
    await get.get(f"{site.url}/a")

    assert site.asked[1].headers["Cookie"] is None


async def test_robots_are_obeyed_and_asked_once(site: Site) -> None:
    get = fetcher(replace(QUICK, robots=True))
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private\n")
    site.pages["/open"] = Answer(b"open")

    assert (await get.get(f"{site.url}/open")).body == b"open"
    assert "robots.txt" in str(await _refusal(get, f"{site.url}/private/1"))
    assert site.paths == ["/robots.txt", "/open"]
    await get.close()


@pytest.mark.parametrize(
    ("status", "reason"), [(404, None), (403, None), (503, "asks us to wait"), (500, "robots.txt")]
)
async def test_a_site_without_robots_has_no_rules_and_one_that_fails_waits(
    site: Site, status: int, reason: str | None
) -> None:
    get = fetcher(replace(QUICK, robots=True))
    site.pages |= {"/robots.txt": Answer(status=status), "/a": Answer(b"a")}

    if reason is None:
        assert (await get.get(f"{site.url}/a")).body == b"a"
    else:
        await _refusal(get, f"{site.url}/a")
        assert "/a" not in site.paths
    await get.close()


@pytest.mark.parametrize("per_minute", [0.5, 1, 5, 60, 6_000])
async def test_any_rate_can_be_set(site: Site, per_minute: float) -> None:
    get = fetcher(replace(QUICK, per_minute=per_minute))
    site.pages["/a"] = Answer(b"a")

    assert (await get.get(f"{site.url}/a")).body == b"a"
    await get.close()


async def test_no_more_than_allowed_go_out_in_a_minute() -> None:
    burst, pace = Fetcher(Limits(per_minute=60))._rate, Fetcher(Limits(per_minute=5))._rate

    assert burst.max_rate + 60 * burst.max_rate / burst.time_period <= 60
    assert (pace.max_rate, pace.time_period) == (1, 12)


def _reply(body: bytes, kind: str = "") -> Reply:
    return Reply(200, {"content-type": kind}, body, "https://news.example/")


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("Öl".encode(), "", "Öl"),
        ("Öl".encode("latin-1"), "text/plain; charset=iso-8859-1", "Öl"),
        (b"\x93up\x94", "text/plain; charset=ISO-8859-1", "“up”"),
        ("\ufeffÖl".encode(), "text/plain; charset=ascii", "Öl"),
        ("\ufeffÖl".encode("utf-16-le"), "", "Öl"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>Öl</a>'.encode("latin-1"), "text/xml", None),
        ("<html><meta charset=shift_jis>株".encode("shift_jis"), "text/html", None),
        (b'<?xml version="1.0" encoding="UTF-8"?>', 'text/xml; charset="us-ascii"', None),
    ],
)
def test_text_is_decoded_as_declared(body: bytes, kind: str, text: str | None) -> None:
    assert _reply(body, kind).text().endswith(text or "")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Öl".encode("latin-1"), ""),
        ("Öl".encode("latin-1"), "text/plain; charset=utf-8"),
        ("Öl".encode(), "text/plain; charset=ascii"),
        ("Öl".encode(), "text/plain; charset=iso-8859-1"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>Öl'.encode("latin-1"), "text/xml; charset=koi8-r"),
        (b'<?xml version="1.0" encoding="UTF-16"?>', "text/xml"),
        (b"abc", "text/plain; charset=idna"),
        (b"abc", "text/plain; charset=unicode_escape"),
        (b"abc", "text/plain; charset=zlib"),
        (b"abc", "text/plain; charset=nothing"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", ""),
    ],
)
def test_what_is_not_as_declared_is_refused_and_not_guessed(body: bytes, kind: str) -> None:
    with pytest.raises(BadEncodingError):
        _reply(body, kind).text()


@pytest.mark.parametrize("body", [b"{", b"<html>", b"\xff", b'{"a": NaN}', b"[" * 100_000])
def test_what_is_no_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whose subclass it is does not matter
        _reply(body).json()
