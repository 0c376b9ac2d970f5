"""What a person types is folded to one meaning, and bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gateway.settings import Settings
from gateway.usecases.commands import CreateAccount, account_key, password_key
from gateway.usecases.passwords import Passwords, SignInBusy


class TestAccountKey:
    @given(st.text(max_size=64))
    def test_of_a_key_is_that_key(self, text: str) -> None:
        assert account_key(account_key(text)) == account_key(text)

    def test_makes_one_of_what_looks_alike(self) -> None:
        assert account_key("Ｌｉ．Ｎａ") == account_key(" LI.NA ") == "li.na"
        assert account_key("李娜") == "李娜"


class TestCreateAccount:
    @pytest.mark.parametrize("account", ["ab", "a" * 65, ".abc", "a b", "a/b", "a\u200bb", "a\nb", "🐑🐑🐑"])
    def test_refuses_names_that_could_be_mistaken(self, account: str) -> None:
        with pytest.raises(ValidationError):
            CreateAccount(account=account, name="x", password="three small blue boats")

    def test_does_not_show_a_password(self) -> None:
        command = CreateAccount(account="li.na", name="x", password="three small blue boats")
        assert "boats" not in repr(command)

    def test_takes_a_password_in_any_script_alike(self) -> None:
        composed, decomposed = "caf\u00e9 caf\u00e9 caf\u00e9", "cafe\u0301 cafe\u0301 cafe\u0301"
        assert password_key(composed) == password_key(decomposed)


class TestPasswords:
    async def test_match_what_they_were_made_of_and_nothing_else(self) -> None:
        passwords = Passwords()
        made = await passwords.hash("three small blue boats")
        assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert await passwords.matches(made, "three small blue boats")
        assert not await passwords.matches(made, "three small blue goats")
        assert not await passwords.matches(None, "nobody's")
        assert not await passwords.matches("no hash", "x")
        assert not passwords.is_outdated(made)
        passwords.close()

    async def test_are_compared_a_bounded_number_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.usecases.passwords.WAITING_MAX", 0)
        passwords = Passwords()
        with pytest.raises(SignInBusy):
            await passwords.hash("three small blue boats")
        passwords.close()


class TestSettings:
    def test_port_replaces_the_port(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {
            "NATS_URL": "nats://x",
            "GATEWAY_DATABASE_URL": "postgresql://x/y",
            "IDENTITY_PRIVATE_KEY": "A" * 43 + "=",
            "CATALOG_URL": "http://127.0.0.1:1",
            "ORDER_URL": "http://127.0.0.1:2",
            "PROCUREMENT_QUOTA_URL": "http://127.0.0.1:3/",
            "GATEWAY_LISTEN": "127.0.0.1:8000",
            "PORT": "8100",
            "PUBLIC_URL": "https://zhucai.example",
        }.items():
            monkeypatch.setenv(name, value)
        settings = Settings(_env_file=None)
        assert (settings.listen.host, settings.listen.port) == ("127.0.0.1", 8100)
        assert settings.is_https
        assert settings.service_urls["procurement_quota"] == "http://127.0.0.1:3"
        assert settings.runs == {"serve", "consume"}
        monkeypatch.setenv("CATALOG_URL", "file:///etc/passwd")
        with pytest.raises(ValidationError):
            Settings(_env_file=None)
