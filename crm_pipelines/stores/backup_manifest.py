"""What a backup says of itself: what it holds, byte by byte, and where the stores stood when it was taken."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from crm_pipelines.model.errors import StoreError

FORMAT_VERSION = 1
MANIFEST_NAME = "backup.json"
SECRETS = ".env"
CONFIGURATION = ("crm_pipelines.yaml", "mappings", "rules")
TRUTH = ("data/landing", "data/identity", "data/models", "data/plans", "data/labels.jsonl")
INBOX = "data/inbox"
LEDGER = "data/ledger.db"
_TOPS = (*CONFIGURATION, *TRUTH, INBOX, LEDGER, SECRETS)
_CHECKED_TEXT = b"crm-pipelines backup"


@dataclass(frozen=True, slots=True)
class BackedUpFile:
    """One file of a backup.

    Attributes:
        path: from the project folder, with slashes.
        size: bytes.
        sha256: of the content, hex.
        mtime_ns: when it was last changed; sources tell by it what they have read.
    """

    path: str
    size: int
    sha256: str
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """The last member of a backup.

    Attributes:
        created_at: ISO 8601.
        key_check: keyed hash of a constant: tells whether a project has the same key, and nothing about the key.
        landing_sequence: last batch of landing; 0 for none.
        identity_position: last event of the identity log; 0 for none.
        ledger_seq: last entry of the ledger; 0 for none.
        ledger_hash: its place in the audit chain; null for an empty ledger.
        has_ledger: the ledger itself is in the backup; false for one that lies elsewhere.
        files: all members but this one, sorted by path.
    """

    format_version: int
    created_at: str
    key_check: str
    landing_sequence: int
    identity_position: int
    ledger_seq: int
    ledger_hash: str | None
    has_ledger: bool
    files: tuple[BackedUpFile, ...]

    @property
    def n_bytes(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def to_json(self) -> bytes:
        """As it stands in the backup."""
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes, name: str) -> "BackupManifest":
        """Read it.

        Args:
            text: the member.
            name: of the backup, for messages.

        Raises:
            StoreError: `backup.damaged`, or `store.newer_schema`: a newer version of this program wrote it.
        """
        try:
            found: dict[str, Any] = json.loads(text)
            version = int(found["format_version"])
            if version > FORMAT_VERSION:
                raise StoreError("store.newer_schema", name=name, found=str(version), known=str(FORMAT_VERSION))
            found["files"] = tuple(BackedUpFile(**file) for file in found["files"])
            manifest = cls(**found)
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError("backup.damaged", name=name, file=MANIFEST_NAME) from error
        for file in manifest.files:
            _require_inside(file.path, name)
        return manifest


def key_check(project_key: bytes) -> str:
    """What tells one project key from another without telling the key."""
    return hashlib.blake2b(_CHECKED_TEXT, key=project_key[:64], digest_size=16).hexdigest()


def files_by_store(files: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Path and size of files as store -> (files, bytes), in the order of the stores."""
    found: dict[str, tuple[int, int]] = {}
    for top in _TOPS:
        sizes = [size for path, size in files.items() if is_below(path, top)]
        if sizes:
            found[top] = (len(sizes), sum(sizes))
    return found


def is_below(path: str, top: str) -> bool:
    """Whether a path is a store or lies in it."""
    return path == top or path.startswith(f"{top}/")


def _require_inside(path: str, name: str) -> None:
    """A backup may come from anywhere: nothing in it may be written anywhere but where a backup writes."""
    parts = PurePosixPath(path).parts
    is_known = any(is_below(path, top) for top in _TOPS)
    if not is_known or ".." in parts or PurePosixPath(path).is_absolute() or "\\" in path or "\0" in path:
        raise StoreError("backup.damaged", name=name, file=MANIFEST_NAME)
