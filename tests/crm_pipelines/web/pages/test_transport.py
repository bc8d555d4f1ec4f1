"""Pages beyond this computer: over TLS, ours or a trusted proxy's, or not at all."""

import datetime as dt
import os
import re
import signal
import ssl
import subprocess
import sys
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crm_pipelines.cli.main import run_command
from crm_pipelines.model.enums import Role
from crm_pipelines.web.transport import Transport
from tests.crm_pipelines.web.conftest import Switchboard
from tests.crm_pipelines.web.pages.conftest import PASSWORD, opened_app
from tests.worlds import PROJECT_KEY

ROOT = Path(__file__).parents[4]
HTTPS = {"x-forwarded-proto": "https"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "crm_pipelines.yaml").write_text("{}\n", encoding="utf-8")
    (tmp_path / ".env").write_text(f"PROJECT_KEY={PROJECT_KEY}\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2120, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(pem, pkcs8, plain))
    return cert, secret


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", str(IPv4Address(0))], "--tls-cert"),
        (["--host", "::"], "--trusted-proxy"),
        (["--tls-cert", "cert.pem"], "--tls-key"),
        (["--trusted-proxy", "proxy.example"], "IP"),
        (["--tls-cert", "missing.pem", "--tls-key", "missing.pem"], "missing.pem"),
    ],
)
def test_a_start_that_would_show_pages_to_others_is_refused_with_a_sentence(
    project: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--project", str(project), "--lang", "en", "serve", "--port", "0", *options]
    assert run_command(arguments, {"PROJECT_KEY": PROJECT_KEY}) == 2
    assert said in capsys.readouterr().err


def test_over_tls_the_cookie_is_of_this_host_alone(project: Path, certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    command = "from crm_pipelines.cli.main import main; main()"
    options = ["serve", "--port", "0", "--no-applier", "--tls-cert", str(cert), "--tls-key", str(key)]
    process = subprocess.Popen(
        [sys.executable, "-c", command, "--project", str(project), "--lang", "en", *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert process.stdout is not None
    said = "".join(process.stdout.readline() for _ in range(3))
    link = re.findall(r"https://127\.0\.0\.1:\d+/login/first/\S+", said)[0].rstrip(".")
    trusting = ssl.create_default_context(cafile=str(cert))
    with httpx.Client(verify=trusting, trust_env=False, timeout=30) as client:
        answer = client.post(link, data={"name": "森", "email": "mori@example.jp", "password": PASSWORD})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-crm_pipelines_session=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert client.get(httpx.URL(link).copy_with(path="/settings/people")).status_code == 200
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_page_is_shown_where_the_trusted_proxy_spoke_tls(root: Path, switchboard: Switchboard) -> None:
    with opened_app(root, switchboard, Transport(True, "127.0.0.1")) as app:
        browser = app.client()
        assert browser.get("/login", headers=HTTPS).status_code == 200
        for headers in ({}, {"x-forwarded-proto": "http"}, {"x-forwarded-proto": "https, http"}):
            answer = browser.get("/login", headers=headers)
            assert answer.status_code == 403
            assert "https://" in answer.text
        secret = app.desk.people.invite(Role.ADMIN, app.clock.now)
        new = {"name": "森", "email": "mori@example.jp", "password": PASSWORD}
        answer = browser.post(f"/login/first/{secret}", data=new, headers=HTTPS)
        assert answer.headers["set-cookie"].startswith("__Host-")


def test_nobody_elses_headers_are_believed(root: Path, switchboard: Switchboard) -> None:
    with opened_app(root, switchboard, Transport(True, "192.0.2.1")) as app:
        assert app.client().get("/login", headers=HTTPS).status_code == 403


def test_behind_a_proxy_attempts_are_counted_by_whoever_stands_before_it(root: Path, switchboard: Switchboard) -> None:
    with opened_app(root, switchboard, Transport(False, "127.0.0.1")) as app:
        browser = app.client()

        def tried(forwarded: str) -> int:
            fields = {"email": "nobody@example.jp", "password": "falsch falsch falsch"}
            return browser.post("/login", data=fields, headers={"x-forwarded-for": forwarded}).status_code

        assert [tried(f"198.51.100.{n}, 203.0.113.7") for n in range(21)] == [401] * 20 + [429]
        assert tried("203.0.113.8") == 401
