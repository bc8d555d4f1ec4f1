"""A Dovecot of its own for tests: loopback, ephemeral ports, any user with one password, gone when the block ends.

It runs as an ordinary user, because Dovecot gives root no mail: as the caller, or as `nobody` where that is root.
"""

import base64
import grp
import hashlib
import hmac
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.conftest import missing_programs

PASSWORD = "geheim-secret"
_TOKEN_KEY = b"thirty-two-bytes-of-a-key-for-us"
_LOCAL = "127.0.0.1"
_SERVED_SERIES = "2.3."  # 2.4 has another language of configuration

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/mail
mail_fsync = never
mail_max_userip_connections = 1000
maildir_very_dirty_syncs = yes
auth_failure_delay = 0
auth_mechanisms = {mechanisms}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Trash {{
    special_use = \\Trash
  }}
  mailbox Junk {{
    special_use = \\Junk
  }}
  mailbox Entwuerfe {{
    special_use = \\Drafts
  }}
  mailbox Gesendet {{
    special_use = \\Sent
  }}
}}
passdb {{
  driver = passwd-file
  args = username_format=all {folder}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u allow_all_users=yes
}}
"""

_OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""


@dataclass
class Dovecot:
    """A server that runs until its block ends.

    Attributes:
        folder: everything of it; `home/<user>/mail` is the Maildir of a user.
        port, tls_port: for STARTTLS or nothing, and for TLS from the start.
    """

    folder: Path
    port: int
    tls_port: int
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def ca_file(self) -> Path:
        """What signed the server's certificate: the certificate itself."""
        return self.folder / "server.pem"

    def client(self, user: str, password: str = PASSWORD) -> IMAPClient:
        """A client that is logged in; a context manager."""
        client = IMAPClient(_LOCAL, self.port, ssl=False, timeout=20)
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(user, password)
        return client

    def append(self, user: str, folder: str, messages: Sequence[bytes], *, at: datetime | None = None) -> None:
        """Put messages into a folder, which is made if it is not there."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for begin in range(0, len(messages), 200):
                client.multiappend(folder, [{"msg": each, **_date(at)} for each in messages[begin : begin + 200]])

    def doveadm(self, *arguments: str) -> str:
        """Run an administrator's command; its output."""
        command = ["doveadm", "-c", str(self.folder / "dovecot.conf"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20, **_as_user()).stdout

    def start(self) -> None:
        """Start, and return once it answers."""
        command = ["dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = subprocess.Popen(command, start_new_session=True, **_as_user())
        for _ in range(1000):
            try:
                with socket.create_connection((_LOCAL, self.port), timeout=5) as connection:
                    if connection.recv(4) == b"* OK":
                        return
            except ConnectionError:
                pass
            try:
                self._process.wait(timeout=0.01)  # the pause between two looks, and a look whether it died
                break
            except subprocess.TimeoutExpired:
                continue
        self.stop()
        raise RuntimeError(f"dovecot did not start: {(self.folder / 'dovecot.log').read_text()[-2000:]}")

    def stop(self) -> None:
        """Kill it with all who serve, as a machine does that loses its power."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None


@contextmanager
def dovecot_server(*, mechanisms: str = "plain login xoauth2 oauthbearer") -> Iterator[Dovecot]:
    """Start a server in a new folder. Any user may log in, with `PASSWORD` or a token of `access_token`.

    Args:
        mechanisms: how one may log in.
    """
    _skip_unless_known()
    with tempfile.TemporaryDirectory(prefix="dovecot", ignore_cleanup_errors=True) as name:
        server = Dovecot(Path(name), _free_port(), _free_port())
        _prepare(server, mechanisms)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def access_token(user: str, *, is_expired: bool = False) -> str:
    """A token (JWT, HS256) that the server believes: this user, valid for ever or no longer."""
    claims = {"sub": user, "iat": 1_000_000_000, "exp": 1_000_000_001 if is_expired else 4_000_000_000}
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    signature = hmac.new(_TOKEN_KEY, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _part(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _prepare(server: Dovecot, mechanisms: str) -> None:
    folder, (user, group) = server.folder, _user_and_group()
    keys = folder / "keys" / "default" / "HS256"
    for each in (keys, folder / "home", folder / "run"):
        each.mkdir(parents=True)
    (keys / "default").write_bytes(base64.b64encode(_TOKEN_KEY))
    (folder / "users").write_text(f"all:{{PLAIN}}{PASSWORD}::::::\n")
    (folder / "oauth2.conf").write_text(_OAUTH2.format(folder=folder))
    facts = {"folder": folder, "user": user, "group": group, "port": server.port, "tls_port": server.tls_port}
    (folder / "dovecot.conf").write_text(_CONFIGURATION.format(**facts, mechanisms=mechanisms))
    _write_certificate(folder)
    if os.geteuid() == 0:
        for each in (folder, *folder.rglob("*")):
            shutil.chown(each, user, group)


def _write_certificate(folder: Path) -> None:
    from cryptography import x509  # noqa: PLC0415 - only here
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2001, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "server.key").write_bytes(key.private_bytes(*form))


def _date(at: datetime | None) -> dict[str, datetime]:
    return {} if at is None else {"date": at}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOCAL, 0))
        port: int = probe.getsockname()[1]
        return port


def _skip_unless_known() -> None:
    if missing := missing_programs(("dovecot",)):
        pytest.skip(f"{', '.join(missing)} is not installed")
    version = subprocess.run(["dovecot", "--version"], check=True, capture_output=True, text=True, timeout=20).stdout
    if not version.startswith(_SERVED_SERIES):
        pytest.skip(f"dovecot {version.split()[0]} is not of the series {_SERVED_SERIES}x")


def _user_and_group() -> tuple[str, str]:
    entry = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    return entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name


def _as_user() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    user, group = _user_and_group()
    return {"user": user, "group": group, "extra_groups": []}
