"""The project's key: ids, suppression and hashed keys depend on it, so it is made once and never changed."""

import secrets
from collections.abc import Mapping

from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.yaml_text import Place

PROJECT_KEY = "PROJECT_KEY"
KEY_BYTES = 32  # BLAKE2b takes up to 64


def new_project_key() -> str:
    """A fresh key, 64 hex digits, from the operating system's randomness."""
    return secrets.token_hex(KEY_BYTES)


def read_project_key(environment: Mapping[str, str]) -> tuple[bytes | None, Fault | None]:
    """The key of the environment, or what is wrong with it.

    A wrong key is not noticed by what uses it: other ids would be minted and nothing suppressed would be recognised.
    So everything but 32 to 64 bytes in hexadecimal is refused here.
    """
    text = environment.get(PROJECT_KEY, "").strip()
    if not text:
        return None, _fault("configuration.project_key_missing", None)
    try:
        key = bytes.fromhex(text)
    except ValueError:
        return None, _fault("configuration.project_key_not_hex", None)
    if not KEY_BYTES <= len(key) <= 2 * KEY_BYTES:
        return None, _fault("configuration.project_key_short", str(len(text)))
    return key, None


def _fault(code: str, found: str | None) -> Fault:
    return Place(".env", None, (PROJECT_KEY,)).fault(code, found, str(2 * KEY_BYTES))
