"""`rules/alerts.yaml` and `rules/quarantine.yaml`: what is wrong in them is said at the start, with file and field."""

from pathlib import Path

import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.cli.main import run_command
from crm_pipelines.messages.catalogue import render_fault
from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.rules.load import LoadedProject, load_project
from tests.worlds import PROJECT_KEY

_PROJECT = "sources:\n  erp: {connector: web_form, path: x}\n  shop: {connector: web_form, path: y, formerly: legacy}\n"
_MAIL = "kind: mail, host: smtp.example.jp, sender: crm@example.jp, to: [desk@example.jp]"
ENV = {"PROJECT_KEY": PROJECT_KEY, "HOOK": "0123456789abcdef", "CHAT": "https://hooks.example.com/T/x"}


def loaded(root: Path, alerts: str, file: str = "alerts") -> LoadedProject:
    (root / "crm_pipelines.yaml").write_text(_PROJECT, encoding="utf-8")
    (root / "rules").mkdir()
    (root / "rules" / f"{file}.yaml").write_text(alerts, encoding="utf-8")
    return load_project(root, CONNECTORS, ENV)


@pytest.mark.parametrize(
    ("written", "field", "said"),
    [
        ("channels: {a: {kind: fax}}", "channels.a.kind", "mail, slack, webhook"),
        ("channels: {a: {kind: mail}}", "channels.a", "host, sender, to"),
        (f"channels: {{a: {{{_MAIL}, url: 'https://x.jp'}}}}", "channels.a", "url"),
        (f"channels: {{a: {{{_MAIL}, security: none}}}}", "channels.a", "starttls"),
        (f"channels: {{a: {{{_MAIL}, username: crm}}}}", "channels.a", "password"),
        (f"channels: {{a: {{{_MAIL}, username: crm, password: geheim}}}}", "channels.a.password", ".env"),
        (f"channels: {{a: {{{_MAIL}, username: crm, password: '${{NONE}}'}}}}", "channels.a.password", "NONE=..."),
        ("channels: {a: {kind: mail, host: x, sender: 'a b', to: [c@d]}}", "channels.a.sender", "desk@example.jp"),
        ("channels: {a: {kind: slack, url: 'http://hooks.example.com/x'}}", "channels.a.url", "https://"),
        ("channels: {a: {kind: slack, url: 'https://me@hooks.example.com'}}", "channels.a.url", "https://"),
        ("channels: {a: {kind: slack, url: 'file:///etc/passwd'}}", "channels.a.url", "https://"),
        ("channels: {a: {kind: webhook, url: 'https://x.jp'}}", "channels.a", "secret"),
        ("routes: {r: {channels: [desk]}}", "routes.r.channels", "desk"),
        ("routes: {r: {channels: []}}", "routes.r.channels", "one entry"),
        ("channels: {a: {kind: slack, url: '${CHAT}'}}\nroutes: {r: {channels: [a], sources: [shpo]}}",
         "routes.r.sources", "shop"),
        ("quiet_hours: {begin: '25:00', end: '07:00'}", "quiet_hours.begin", "22:00"),
        ("remind_after_hours: 0", "remind_after_hours", "> 0"),
        ("chanels: {}", "chanels", "channels"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_field_and_what_should_stand_there(
    tmp_path: Path, written: str, field: str, said: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        loaded(tmp_path, written + "\n")
    (fault,) = error.value.faults
    assert (fault.facts["file"], fault.facts["field"]) == ("rules/alerts.yaml", field)
    sentence = render_fault(fault, "en")
    assert said in sentence
    assert "geheim" not in sentence


@pytest.mark.parametrize(
    "written",
    [
        "releasable: [row.individual_number]",
        "tell_after_days: 30\nexpire_after_days: 30",
        "expire_after_days: 7",
    ],
)
def test_rules_of_quarantine_that_would_let_out_or_drop_too_much_are_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(ConfigurationError):
        loaded(tmp_path, written, "quarantine")


def test_secrets_come_from_the_environment_and_stand_in_nothing_that_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """channels:
  chat: {kind: slack, url: "${CHAT}"}
  program: {kind: webhook, url: "https://x.example.jp/in", secret: "${HOOK}", language: en}
  inside: {kind: webhook, url: "http://alerts.intra/in", secret: "${HOOK}", allow_unencrypted: true}
routes:
  shop: {channels: [chat], sources: [shop]}
owners: {shop: Sales}
"""
    project = loaded(tmp_path, text)
    channels = project.rules.alerts.channels
    assert channels["chat"].url == ENV["CHAT"]
    assert channels["program"].secret is not None
    assert channels["program"].secret.get_secret_value() == ENV["HOOK"]
    assert project.rules.alerts.routes["shop"].sources == ("legacy",)  # as in ids
    assert project.rules.alerts.owners == {"legacy": "Sales"}
    shown = repr(project) + str(project.rules.effective)
    assert run_command(["doctor", "--effective", "--json", "--project", str(tmp_path)], ENV) == 0
    shown += capsys.readouterr().out
    assert ENV["HOOK"] not in shown
    assert ENV["CHAT"] not in shown
    assert "${CHAT}" in shown


def test_the_example_of_the_page_is_accepted(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "alerts.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "crm_pipelines.yaml").write_text(_PROJECT, encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "alerts.yaml").write_text(example, encoding="utf-8")
    variables = {"SMTP_PASSWORD": "geheim", "CHAT_URL": ENV["CHAT"], "PAGER_SECRET": ENV["HOOK"]}
    rules = load_project(tmp_path, CONNECTORS, {**ENV, **variables}).rules.alerts
    assert set(rules.routes) == {"everything", "urgent", "sales"}
    assert rules.quiet_hours is not None
