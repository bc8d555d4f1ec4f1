"""Signing in to a mailbox: passwords, tokens, encryption; and options that cannot be meant."""

import logging
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from crm_pipelines.model.errors import FatalSourceError
from tests.connectors.contract import CANARY
from tests.connectors.live.imap import server
from tests.connectors.live.mailbox import Mailbox, ids, mail
from tests.dovecot import PASSWORD, access_token, dovecot_server
from tests.imap_proxy import Wire, wire_to
from tests.simulators.server import Service, busy, cut, html, serving, status

pytestmark = pytest.mark.system("dovecot")


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox.of(tmp_path)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with wire_to(server().port) as laid:
        yield laid


def test_a_wrong_password_is_somebodys_to_mend_and_nowhere_to_be_seen(mailbox):
    secret = CANARY[::-1]
    with pytest.raises(FatalSourceError) as caught:
        mailbox.source(password=secret).check()
    assert str(caught.value) == "source.refused_login(source='quelle', found='AUTHENTICATIONFAILED')"
    assert secret not in "".join(traceback.format_exception(caught.value))
    assert mailbox.user not in str(caught.value)


def test_nothing_of_the_dialogue_is_logged(mailbox, caplog, capfd):
    mailbox.put(mail(1))
    caplog.set_level(logging.DEBUG)
    assert mailbox.keys(folders="INBOX") == ids(1)
    with pytest.raises(FatalSourceError):
        mailbox.source(folders="hanako", attempts=2).check()
    shown = caplog.text + "".join(capfd.readouterr())
    assert all(word not in shown for word in (PASSWORD, "hanako", mailbox.user))


@pytest.mark.parametrize("password", ["geheim\r\nA2 DELETE INBOX", "pässwörd 秘密", 'quo"te\\', ""])
def test_a_password_of_any_characters_is_no_command(mailbox, wire, password):
    with pytest.raises(FatalSourceError) as caught:
        mailbox.source(port=wire.port, password=password).check()
    assert caught.value.code == "source.refused_login"
    assert not wire.asked(rb"DELETE")


def test_a_server_that_knows_only_the_login_command_is_served(mailbox, wire):
    mailbox.put(mail(1))
    wire.edits.append((b" AUTH=PLAIN", b""))
    assert mailbox.keys(port=wire.port) == ids(1)
    assert wire.asked(rb" LOGIN ")
    with pytest.raises(FatalSourceError) as caught:
        mailbox.source(port=wire.port, password="pässwörd").check()
    assert caught.value.code == "source.refused_login"


def test_a_token_opens_the_mailbox(mailbox):
    mailbox.put(mail(1))
    assert mailbox.keys(password=None, oauth_token=access_token(mailbox.user)) == ids(1)


def test_a_token_that_expired_is_somebodys_to_mend(mailbox, wire):
    with pytest.raises(FatalSourceError) as caught:
        mailbox.source(port=wire.port, password=None, oauth_token=access_token(mailbox.user, is_expired=True)).check()
    assert caught.value.code == "source.refused_login"
    assert b"\r\n" in wire.commands  # the challenge that explains the refusal is answered with an empty line


def test_a_server_that_knows_only_oauthbearer_is_served(mailbox):
    with dovecot_server(mechanisms="plain oauthbearer") as dovecot:
        own = Mailbox(dovecot, "u-x@example.jp", mailbox.folder)
        own.put(mail(1))
        assert own.keys(password=None, oauth_token=access_token("u-x@example.jp")) == ids(1)
        with pytest.raises(FatalSourceError) as caught:
            own.source(password=None, oauth_token=access_token("u-x@example.jp", is_expired=True)).check()
        assert caught.value.code == "source.refused_login"


def token_end_point(*tokens: str) -> Starlette:
    """Gives out these tokens in turn, the last one for ever."""
    left = list(tokens)

    async def token(_: Request) -> JSONResponse:
        given = left.pop(0) if len(left) > 1 else left[0]
        return JSONResponse({"access_token": given, "token_type": "Bearer", "expires_in": 3599})

    return Starlette(routes=[Route("/token", token, methods=["POST"])])


def oauth(service: Service, **options: Any) -> dict[str, Any]:
    known = {"client_id": "app", "client_secret": "very-secret", "scope": "mail.read"}
    return {"password": None, "token_url": f"{service.url}/token", **known, **options}


def test_tokens_are_fetched_with_client_credentials_and_kept(mailbox, wire):
    mailbox.put(*(mail(number) for number in range(1, 8)))
    with serving(token_end_point(access_token(mailbox.user))) as service:
        wire.cuts.append(3000)
        assert mailbox.keys(port=wire.port, **oauth(service)) == ids(*range(1, 8))
    assert wire.n_connections == 2
    (asked,) = service.requests
    assert dict(parse_qsl(asked.body.decode())) == {
        "grant_type": "client_credentials",
        "client_id": "app",
        "client_secret": "very-secret",
        "scope": "mail.read",
    }


def test_a_token_that_the_mail_server_refuses_is_fetched_anew_once(mailbox):
    mailbox.put(mail(1))
    expired, good = access_token(mailbox.user, is_expired=True), access_token(mailbox.user)
    with serving(token_end_point(expired, good)) as service:
        assert mailbox.keys(**oauth(service, refresh_token="again")) == ids(1)
    assert [dict(parse_qsl(each.body.decode()))["grant_type"] for each in service.requests] == ["refresh_token"] * 2
    with serving(token_end_point(expired)) as service, pytest.raises(FatalSourceError) as caught:
        mailbox.source(**oauth(service)).check()
    assert caught.value.code == "source.refused_login"
    assert len(service.requests) == 2


def test_a_token_end_point_that_is_busy_is_asked_again(mailbox):
    with serving(token_end_point(access_token(mailbox.user))) as service:
        service.script(busy("0"), status(503), html(502), cut(0.5))
        assert mailbox.source(**oauth(service)).check()
    assert len(service.requests) == 5


@pytest.mark.parametrize(
    ("answer", "code", "found"),
    [
        (
            status(400, {"error": "invalid_grant", "error_description": "very-secret"}),
            "source.refused_login",
            "invalid_grant",
        ),
        (status(401, {"error": "invalid_client"}), "source.refused_login", "invalid_client"),
        (status(404, {}), "source.refused_request", "-"),
        (status(200, {"no": "token"}), "source.refused_login", "access_token"),
    ],
)
def test_a_token_end_point_that_refuses_is_somebodys_to_mend(mailbox, answer, code, found):
    with serving(token_end_point("x")) as service:
        service.script(answer)
        with pytest.raises(FatalSourceError) as caught:
            mailbox.pages(**oauth(service))
    assert (caught.value.code, caught.value.facts["found"]) == (code, found)
    assert "very-secret" not in str(caught.value)


# Encryption


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_an_encrypted_connection_is_made_where_the_certificate_is_trusted(mailbox, tls):
    mailbox.put(mail(1))
    port = mailbox.dovecot.tls_port if tls == "implicit" else mailbox.dovecot.port
    options = {"host": "localhost", "tls": tls, "port": port, "ca_file": str(mailbox.dovecot.ca_file)}
    assert mailbox.source(**options).check() == ()
    assert mailbox.keys(**options) == ids(1)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"host": "localhost", "tls": "implicit", "port": "tls"}, "certificate"),
        ({"host": "localhost", "tls": "starttls"}, "certificate"),
        ({"host": "127.0.0.1", "tls": "implicit", "port": "tls", "ca_file": "known"}, "certificate"),
        ({"host": "localhost", "tls": "implicit"}, "WRONG_VERSION_NUMBER"),
    ],
)
def test_nothing_is_said_to_a_server_that_cannot_prove_who_it_is(mailbox, options, found):
    ports, files = {"tls": mailbox.dovecot.tls_port}, {"known": str(mailbox.dovecot.ca_file)}
    real = {name: {**ports, **files}.get(str(value), value) for name, value in options.items()}
    with pytest.raises(FatalSourceError) as caught:
        mailbox.source(**real).check()
    assert str(caught.value) == f"source.imap_not_secure(source='quelle', found={found!r})"


def test_a_server_that_hides_its_encryption_is_told_nothing(mailbox, wire):
    wire.edits.append((b" STARTTLS", b""))
    with pytest.raises(FatalSourceError) as caught:
        mailbox.source(host="localhost", tls="starttls", port=wire.port).check()
    assert caught.value.code == "source.imap_not_secure"
    assert not wire.asked(rb"AUTHENTICATE|LOGIN")


def test_a_certificate_file_that_is_not_there_is_named(mailbox):
    with pytest.raises(FatalSourceError) as caught:
        mailbox.source(ca_file="no.pem").check()
    assert str(caught.value) == "source.not_found(source='quelle', path='no.pem')"


# Options and advice


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"host": "mail.example.jp"}, "source.imap_needs_tls"),
        ({"host": "127.0.0.1.example.jp"}, "source.imap_needs_tls"),
        ({"password": None}, "source.imap_one_login"),
        ({"oauth_token": "t"}, "source.imap_one_login"),
        ({"password": None, "token_url": "https://login.example.jp/token"}, "source.imap_one_login"),
        ({"token_url": "http://login.example.jp/token"}, "source.insecure_url"),
        ({"folders": []}, "configuration.expected.not_empty"),
        ({"folders": ["INBOX", " "]}, "configuration.expected.not_empty"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(mailbox, options, code):
    with pytest.raises(ValueError, match=re.escape(code)) as caught:
        mailbox.source(**options)
    assert PASSWORD not in str(caught.value)


def test_advice_is_given_on_what_works_and_should_be_changed(mailbox):
    mailbox.put(mail(1), into="Gesendet")
    advice = mailbox.source(folders=["INBOX", "Gesendet"]).check()
    assert [each.code for each in advice] == ["advice.imap_plain_password_without_tls", "advice.imap_outgoing_folder"]
