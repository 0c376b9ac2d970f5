"""A message is signed as Standard Webhooks has it, and goes to no address that is not of the open Internet."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from uuid import UUID

import pytest

from gateway.clients.hooks import HookAway, Hooks
from gateway.domain.hooks import is_public, secret_of, shown, signed_headers
from shared.ids import new_id

KEY = bytes(range(32))
AT = datetime(2026, 3, 2, 1, 0, 0, 999_999, tzinfo=UTC)


class TestSignature:
    def test_is_of_the_id_the_moment_and_the_body(self) -> None:
        secret, message, body = secret_of(KEY, new_id(), 1), new_id(), '{"名":"值"}'.encode()
        headers = signed_headers(secret, message, AT, body)
        given = base64.b64decode(shown(secret).removeprefix("whsec_"))
        said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(given, said, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert (headers["webhook-id"], headers["webhook-timestamp"]) == (str(message), str(int(AT.timestamp())))

    def test_of_the_published_example_is_the_published_one(self) -> None:
        """The example of the specification's own reference libraries, with its id as it stands there."""
        secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        body = b'{"test": 2432232314}'
        said = b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + body
        known = base64.b64encode(hmac.new(secret, said, hashlib.sha256).digest()).decode()
        assert known == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    def test_of_another_address_or_version_is_another(self) -> None:
        endpoint = UUID("019a0000-0000-7000-8000-0000000000d2")
        secrets = {secret_of(KEY, endpoint, 1), secret_of(KEY, endpoint, 2), secret_of(KEY, new_id(), 1)}
        assert {len(secret) for secret in secrets} == {32}
        assert len(secrets) == 3


class TestPublic:
    @pytest.mark.parametrize("address", ["1.1.1.1", "223.5.5.5", "2400:3200::1", "2606:4700:4700::1111"])
    def test_is_what_the_open_internet_reaches(self, address: str) -> None:
        assert is_public(address)

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "127.255.1.2",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104
            "255.255.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "::",
            "::1",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "::ffff:1.1.1.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "2001:0:7f00:1::",
            "localhost",
            "",
        ],
    )
    def test_is_not_what_is_inside_or_wraps_something_else(self, address: str) -> None:
        assert not is_public(address)


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "https://hooks.example.org/zhucai",
            "https://hooks.example.org:8443/a?b=c",
            "https://xn--fiq228c.example/",
            "https://a.b-c.example",
        ],
    )
    def test_that_may_be_named(self, url: str) -> None:
        assert Hooks().takes(url)

    @pytest.mark.parametrize(
        "url",
        [
            "http://hooks.example.org/",
            "ftp://hooks.example.org/",
            "https://localhost/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://user:pw@hooks.example.org/",
            "https://@hooks.example.org/",
            "https://hooks.example.org/#a",
            "https://hooks.example.org:0/",
            "https://hooks.example.org:99999/",
            "https://hooks.example.org:x/",
            "https://hooks .example.org/",
            "https://hooks.example.org/\r\nX: y",
            "https://钩子.example/",
            "https://-a.example/",
            "https://",
            "//hooks.example.org/",
            "javascript:alert(1)",
            "https://[::1/",
            "",
            f"https://hooks.example.org/{'a' * 500}",
        ],
    )
    async def test_that_may_not(self, url: str) -> None:
        hooks = Hooks()
        assert not hooks.takes(url)
        with pytest.raises(HookAway):
            await hooks.send(url, b"{}", {})
