"""Secrets of people that the server has to read again, encrypted with the project's key.

A digest, as of passwords and tokens, would not do: codes are worked out from the secret. AES-256-GCM in the compact
form of JWE (RFC 7516), with a key of its own for each context, so that what was made for one is nothing to another.
"""

import hashlib

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_ALGORITHMS = ["dir", "A256GCM"]
_LONGEST = 1_000


def sealed(project_key: bytes, context: str, secret: bytes) -> str:
    """A secret as it may be kept.

    Args:
        project_key: of the project.
        context: whose it is and what for; needed to open it.
        secret: what is to be kept.
    """
    return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, secret, _key(project_key, context), _ALGORITHMS)


def opened(project_key: bytes, context: str, text: str) -> bytes | None:
    """The secret; None: it was sealed with another key, for something else, or is nothing of ours."""
    if len(text) > _LONGEST:
        return None
    try:
        return jwe.decrypt_compact(text, _key(project_key, context), _ALGORITHMS).plaintext
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _key(project_key: bytes, context: str) -> OctKey:
    # derived, and named for what it is for: the project's key itself makes ids and digests
    text = f"sealing\x1f{context}"
    return OctKey.import_key(hashlib.blake2b(text.encode(), digest_size=32, key=project_key[:64]).digest())
