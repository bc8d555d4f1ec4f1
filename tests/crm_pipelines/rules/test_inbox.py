"""The `inbox:` of a source: what is accepted, and what is refused before anything starts."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.model.errors import ConfigurationError, Fault
from crm_pipelines.rules.inbox import InboxEntry, known_schemes
from crm_pipelines.rules.load import LoadedProject, load_project

ENVIRONMENT = {"PROJECT_KEY": "ab" * 32, "SECRET": "test-secret", "SHORT": "short"}
SIGNED = {"scheme": "github", "secret": "${SECRET}"}


def load(folder: Path, inbox: Any, **options: Any) -> LoadedProject:
    entry = {"connector": "web_form", "path": "data/inbox/form", **options, **({"inbox": inbox} if inbox else {})}
    (folder / "crm_pipelines.yaml").write_text(json.dumps({"sources": {"form": entry}}, indent=1), encoding="utf-8")
    return load_project(folder, CONNECTORS, ENVIRONMENT)


def refused(folder: Path, inbox: Any, **options: Any) -> Fault:
    with pytest.raises(ConfigurationError) as caught:
        load(folder, inbox, **options)
    (fault,) = caught.value.faults
    assert fault.facts["file"] == "crm_pipelines.yaml"
    assert fault.facts["line"] is not None
    return fault


def test_a_signed_inbox_is_read(tmp_path: Path) -> None:
    entry = load(tmp_path, {**SIGNED, "tolerance_seconds": "60"}).sources["form"].entry.inbox
    assert entry is not None
    assert (entry.keys, entry.tolerance_seconds) == ((b"test-secret",), 60)
    assert "test-secret" not in repr(entry)
    assert entry.signature == known_schemes()["github"]


def test_a_source_without_one_takes_no_posts(tmp_path: Path) -> None:
    assert load(tmp_path, None).sources["form"].entry.inbox is None


@pytest.mark.parametrize("path", ["data/inbox/form/", "./data/inbox/form"])
def test_the_folder_may_be_written_in_other_ways(tmp_path: Path, path: str) -> None:
    assert load(tmp_path, SIGNED, path=path).sources["form"].entry.inbox is not None


@pytest.mark.parametrize(
    ("inbox", "code", "field"),
    [
        ({"secret": "${SECRET}"}, "configuration.missing_field", "sources.form.inbox.scheme"),
        ({"scheme": "githab", "secret": "${SECRET}"}, "configuration.wrong_value", "sources.form.inbox.scheme"),
        ({"scheme": "github"}, "configuration.missing_parts", "sources.form.inbox"),
        ({"scheme": "basic", "secret": "${SECRET}"}, "configuration.missing_parts", "sources.form.inbox"),
        ({"scheme": "hubspot", "secret": "${SECRET}"}, "configuration.missing_parts", "sources.form.inbox"),
        ({"scheme": "twilio", "secret": "${SECRET}"}, "configuration.missing_parts", "sources.form.inbox"),
        ({"scheme": "custom", "secret": "${SECRET}"}, "configuration.missing_parts", "sources.form.inbox"),
        ({"scheme": "github", "secret": "${SHORT}"}, "configuration.wrong_value", "sources.form.inbox.secret"),
        ({"scheme": "github", "secret": "${NONE}"}, "configuration.missing_variable", "sources.form.inbox.secret"),
        ({"scheme": "svix", "secret": "${NONE}"}, "configuration.missing_variable", "sources.form.inbox.secret"),
        ({**SIGNED, "secrt": "x"}, "configuration.unknown_field", "sources.form.inbox.secrt"),
        ({**SIGNED, "tolerance_seconds": "0"}, "configuration.wrong_value", "sources.form.inbox.tolerance_seconds"),
        ({**SIGNED, "max_bytes": "1 MB"}, "configuration.wrong_value", "sources.form.inbox.max_bytes"),
        ({**SIGNED, "header": "X Y"}, "configuration.wrong_value", "sources.form.inbox.header"),
        ({**SIGNED, "public_url": "crm.example.jp/x"}, "configuration.wrong_value", "sources.form.inbox.public_url"),
        ({**SIGNED, "public_url": "https://a.jp/x?y=1"}, "configuration.wrong_value", "sources.form.inbox.public_url"),
        ({**SIGNED, "message": "{boddy}"}, "configuration.inbox_message", "sources.form.inbox.message"),
        ({**SIGNED, "message": "nothing"}, "configuration.inbox_message", "sources.form.inbox.message"),
        ({**SIGNED, "message": "{timestamp}{body}"}, "configuration.inbox_unsigned", "sources.form.inbox"),
        ({**SIGNED, "timestamp_header": "X-Time"}, "configuration.inbox_unsigned", "sources.form.inbox"),
        ({**SIGNED, "id_header": "X-Id"}, "configuration.inbox_unsigned", "sources.form.inbox"),
        ({"scheme": "svix", "secret": "whsec_no base64!"}, "configuration.inbox_secret_encoding", "sources.form.inbox"),
        ("yes", "configuration.wrong_value", "sources.form.inbox"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_with_its_place(tmp_path: Path, inbox: Any, code: str, field: str) -> None:
    fault = refused(tmp_path, inbox)
    assert (fault.code, fault.facts["field"]) == (code, field)
    shown = json.dumps(dict(fault.facts))
    assert "short" not in shown
    assert "test-secret" not in shown
    assert "whsec_no" not in shown


def test_an_inbox_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    fault = refused(tmp_path, SIGNED, path="data/inbox/other")
    assert (fault.code, fault.facts["field"], fault.facts["expected"]) == (
        "configuration.inbox_path",
        "sources.form.path",
        "data/inbox/form",
    )
    fault = refused(tmp_path, SIGNED, connector="mail_files")
    assert (fault.code, fault.facts["found"]) == ("configuration.inbox_not_supported", "mail_files")


def test_none_needs_no_secret_but_must_be_said(tmp_path: Path) -> None:
    entry = load(tmp_path, {"scheme": "none"}).sources["form"].entry.inbox
    assert entry is not None
    assert entry.keys == ()


def test_a_secret_that_stands_for_bytes_is_decoded() -> None:
    encoded = base64.b64encode(b"\x00\xff secret").decode()
    for secret in (encoded, f"whsec_{encoded}"):
        assert InboxEntry.model_validate({"scheme": "svix", "secret": secret}).keys == (b"\x00\xff secret",)
