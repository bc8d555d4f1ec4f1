"""Model versions: small files in immutable folders, a pointer to the one in use, and the priors in force."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from crm_pipelines.model.errors import ContractError, StoreError
from crm_pipelines.stores.durable import (
    HIDDEN_PREFIX,
    commit_folder,
    disk_errors,
    make_folder,
    read_pointer,
    sweep_hidden,
    write_text,
)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SUMS = "SHA256SUMS.json"
_POINTER = "CURRENT"
_PRIORS = "PRIORS.json"


class ModelStore:
    """The model versions of one project. Only the holder of the project's lock may save or switch.

    Args:
        root: `data/models`; need not exist.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def save(self, version: str, files: Mapping[str, bytes]) -> None:
        """Keep a version for ever; the same version with the same content again is fine.

        Raises:
            ContractError: `models.name`, or `models.version_differs`: the version exists with another content.
            StoreError: the disk is full or read-only.
        """
        for name in (version, *files):
            if not _NAME.fullmatch(name) or name in {_SUMS, _POINTER, _PRIORS}:
                raise ContractError("models.name", name=name)
        if version in self.versions():
            if self.load(version) != dict(files):
                raise ContractError("models.version_differs", version=version)
            return
        make_folder(self.root)
        sweep_hidden(self.root)
        written = self.root / f"{HIDDEN_PREFIX}{version}"
        with disk_errors(written):
            written.mkdir()
            for name, content in files.items():
                (written / name).write_bytes(content)
            (written / _SUMS).write_text(json.dumps(_sums(files), indent=1), encoding="utf-8")
        commit_folder(written, self.root / version)

    def load(self, version: str | None = None) -> dict[str, bytes]:
        """The files of a version, or of the current one.

        Raises:
            StoreError: `store.no_model`: there is no such version; `store.damaged_file`: a file is gone or has
                changed.
        """
        wanted = version or self.current() or ""
        if wanted not in self.versions():
            raise StoreError("store.no_model", version=wanted)
        folder = self.root / wanted
        try:
            sums: dict[str, str] = json.loads((folder / _SUMS).read_text(encoding="utf-8"))
            files = {name: (folder / name).read_bytes() for name in sums}
        except (OSError, ValueError) as error:
            raise StoreError("store.damaged_file", name=wanted) from error
        if _sums(files) != sums:
            raise StoreError("store.damaged_file", name=wanted)
        return files

    def versions(self) -> list[str]:
        """Names of the versions, sorted."""
        folders = self.root.iterdir() if self.root.is_dir() else iter(())
        return sorted(folder.name for folder in folders if folder.is_dir() and not folder.name.startswith("."))

    def current(self) -> str | None:
        """The version in use; None before the first switch (the shipped model is used then)."""
        return read_pointer(self.root / _POINTER)

    def switch(self, version: str) -> None:
        """Put a saved version to use.

        Raises:
            StoreError: `store.no_model`.
        """
        if version not in self.versions():
            raise StoreError("store.no_model", version=version)
        write_text(self.root / _POINTER, version)

    def priors(self, version: str) -> dict[str, float]:
        """Customer type -> the prior (log2 odds) that the base was found to speak for; empty for a version never used.

        Raises:
            StoreError: `store.damaged_file`.
        """
        return self._all_priors().get(version, {})

    def keep_priors(self, version: str, priors: Mapping[str, float]) -> None:
        """Keep the priors in force for a version, in place of those it had."""
        known = self._all_priors()
        if known.get(version) != dict(priors):
            make_folder(self.root)
            write_text(self.root / _PRIORS, json.dumps(known | {version: dict(priors)}, indent=1) + "\n")

    def _all_priors(self) -> dict[str, dict[str, float]]:
        path = self.root / _PRIORS
        try:
            found: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise StoreError("store.damaged_file", name=_PRIORS) from error
        return found


def _sums(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: sha256(content).hexdigest() for name, content in sorted(files.items())}
