"""Write the reference pages that follow from the code: commands, messages, tables, assets and checks.

`make docs` writes them; `--check` writes nothing and names the pages that are not current (a test runs it so).
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from connector_pages import connectors_page
from table_pages import tables_page

from connectors.registry import CONNECTORS
from crm_pipelines.cli.command_tree import load_command, root_command
from crm_pipelines.cli.commands import commands
from crm_pipelines.messages.catalogue import catalogue
from crm_pipelines.messages.rule_words import rule_described, rule_owner
from crm_pipelines.rules.load import load_project
from crm_pipelines.rules.quality import QualityCheck
from crm_pipelines.rules.rule_set import shipped_rules

FOLDER = Path(__file__).parent
_MESSAGES_HEAD = """# Messages and reason codes

Every text is a code and facts, rendered in the reader's language. The codes stand in `reason_code`, `error_code` and
`message_code` of the [tables](tables.md) and in JSON output; `{fact}` is a fact.

| code | English | 日本語 |
|---|---|---|
"""
_ASSETS_HEAD = """# Assets

One group per stage, in the order of the road; shown for a project with the two sources `mail` and `web_form`. Each
source has a `<source>/landing` of its own.
"""
_CHECKS_HEAD = """# Checks

Rules of quality, shipped in `rules/defaults/quality.yaml`, run by Great Expectations on DuckDB, shown in Dagster as
asset checks. Your project changes, switches off or adds rules in `rules/quality.yaml`. A blocking rule that is broken
keeps the last publication live.

## The three gates

1. **Arrival**: rows come in. A row that breaks a rule of arrival (`gate: arrival`) goes to quarantine, with the rule as
   its reason; too many rows in quarantine, or too many wrecked values, stop the road before anything is matched.
2. **Golden customers**: what the customers are made of.
3. **Publication**: the candidate as a whole, written and looked through before readers see it.

`crm-pipelines gates` says what holds, how many rows are too many, some of their ids, and who looks after the rule. The
way on is to mend the rows or the source. Where that has to wait, a lead answers for the rule: `crm-pipelines gates
override RULE --reason ... --until 2026-04-10 --up-to 120` (or `2%`), or on the page *Quality*. The next run lets that
rule pass, up to so many rows and until that day, a month at most; it tells it as a warning. Every override and its end
stand in the ledger and in the audit log. Rules of arrival are not overridden: their rows are mended or released.

## A rule of your own

```yaml
# rules/quality.yaml
checks:
  company_has_its_number:
    table: customers
    kind: condition
    when: customer_type = 'organisation' and country = 'JP'
    then: corporate_number is present
    threshold: 0.1                     # a tenth may lack it
    dimension: completeness
    severity: warning
    owner: master-data@example.jp      # a word of the catalogue, a name or an address
    description:
      en: A Japanese company has its corporate number, but for one in ten.
      ja: 国内の法人の 9 割以上に法人番号があります。
  form_has_email:
    table: standardised_records
    gate: arrival                      # a row without goes to quarantine
    sources: [web_form]
    kind: not_null
    columns: [email]
    dimension: completeness
    severity: blocking
    description: {en: A form has an e-mail address., ja: フォームにはメールアドレスがあります。}
```

A condition names columns of the table, texts in single quotes and numbers, with `= != < <= > >=`, `in (...)`,
`matches '...'` (a regular expression for the whole value), `is empty`, `is present`, `length(...)`, `and`, `or`, `not`
and brackets. Of a row of which it cannot be said (a value is missing) it says nothing. What names a table, column,
source or query that is not there, or cannot be read, is refused at the start with its line.

| kind | asks | settings |
|---|---|---|
| `not_null` | the columns have a value | `columns` |
| `unique`, `unique_live` | no two rows share the columns (of those whose period is open) | `columns` |
| `allowed_values`, `pattern` | the values are among these; have this shape | `columns`, `values` or `pattern` |
| `condition` | what must hold of a row, where `when` holds | `then`, `when` |
| `orphan` | the value stands in another table | `columns`, `references: {table, column}` |
| `no_rows` | a query finds nothing | `query` over `{rows}`, one `select` |
| `not_empty` | the table has rows | |
| `row_count_drop`, `fill_rate_drop` | as many rows, as well filled, as last time | `columns`, `threshold` |
| `mojibake_share` | so many wrecked values at most | `columns`, `threshold` |
| `quarantine_share` | so many rows held at most | `threshold`, `source_thresholds` |

## How they run

Where at most 2 % of the records changed, the same rules run as plain SQL, all rules of a table in one pass: those that
block and tolerate nothing look at what changed, for the rest held when it was last looked at; all others, and a rule
that is new, look at everything.

## The shipped rules

| check | asks for | table | kind | dimension | severity | tolerates | stands at | owner |
|---|---|---|---|---|---|---|---|---|
"""
_COMMANDS_HEAD = """# Commands

Every command takes `--project DIR` (else `CRM_PIPELINES_PROJECT`, else the current folder when it is a project, else
`demo-project` in it), `--lang en|ja`, `--json` (one JSON document on standard output) and `--help`.

| exit code | meaning |
|---|---|
| 0 | fine; rows in quarantine within their budget are fine |
| 1 | a gate held the publication, or a source failed while others ran |
| 2 | usage or configuration: nothing was started |
| 3 | a store, the lock, the disk or every source is unavailable |
| 130 | interrupted |
"""
_GENERATED = "<!-- Written by `make docs`; change the code or the catalogue instead. -->\n\n"
_COMMON = ("--project", "--lang", "--json", "--help")
# One source of each connector, so that the page of the assets does not depend on anybody's project.
_EXAMPLE = """
sources:
  mail: {connector: mail_files, path: data/inbox/mail}
  web_form: {connector: web_form, path: data/inbox/web_form}
"""


def commands_page() -> str:
    """Every command with its arguments and options."""
    root_command("en")
    parts = [_COMMANDS_HEAD]
    for name, entry in commands().items():
        command: Any = load_command(entry, "en")
        members = getattr(command, "commands", None)
        named = {f"{name} {member}": found for member, found in members.items()} if members else {name: command}
        parts += [_command(full_name, found) for full_name, found in named.items()]
    return "".join(parts)


def _command(name: str, command: Any) -> str:  # Typer's own class, which has no types
    shown = [param for param in command.params if param.opts[0] not in _COMMON]
    rows = "".join(f"| `{_signature(param)}` | {param.help or ''}{_default(param)} |\n" for param in shown)
    table = f"\n| | |\n|---|---|\n{rows}" if rows else ""
    return f"\n## `crm-pipelines {name}`\n\n{command.help}\n{table}"


def _signature(param: Any) -> str:
    if param.param_type_name == "argument":
        return str(param.metavar or param.name.upper())
    return str(param.opts[0]) if param.is_flag else f"{param.opts[0]} {(param.metavar or param.name).upper()}"


def _default(param: Any) -> str:
    return (
        f" Default: `{param.default}`." if isinstance(param.default, int | str) and param.default is not False else ""
    )


def messages_page() -> str:
    """Every code of the catalogue with its sentence in both languages."""
    english, japanese = catalogue("en"), catalogue("ja")
    rows = [
        f"| `{code}` | {_cell(' / '.join(english[code].forms))} | {_cell(' / '.join(japanese[code].forms))} |\n"
        for code in sorted(english)
    ]
    return _MESSAGES_HEAD + "".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>").replace("<", "&lt;").replace("&lt;br>", "<br>")


def assets_page() -> str:
    """Every asset by stage, with what it waits for."""
    from crm_pipelines.definitions import build_definitions  # noqa: PLC0415 - Dagster takes a second to import

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "crm_pipelines.yaml").write_text(_EXAMPLE, encoding="utf-8")
        definitions = build_definitions(load_project(Path(folder), CONNECTORS, {"PROJECT_KEY": "00" * 32}))
    groups: dict[str, list[str]] = {}
    for spec in sorted(definitions.resolve_all_asset_specs(), key=lambda spec: spec.key):
        waits = ", ".join(
            f"`{dep.asset_key.to_user_string()}`" for dep in sorted(spec.deps, key=lambda dep: dep.asset_key)
        )
        first_line = (spec.description or "").split("\n")[0]
        row = f"| `{spec.key.to_user_string()}` | {first_line} | {waits} |\n"
        groups.setdefault(spec.group_name or "", []).append(row)
    sections = [
        f"\n## {name}\n\n| asset | what it is | waits for |\n|---|---|---|\n{''.join(groups[name])}" for name in _ROAD
    ]
    return _ASSETS_HEAD + "".join(sections)


_ROAD = ("ingestion", "standardisation", "matching", "clustering", "identity", "golden", "profile", "publication")


def checks_page() -> str:
    """Every shipped check with where it stands."""
    from assets.checks import gate_of  # noqa: PLC0415

    rows = [_check_row(name, check, gate_of(check)) for name, check in shipped_rules().quality.checks.items()]
    return _CHECKS_HEAD + "".join(rows)


def _check_row(name: str, check: QualityCheck, gate: str) -> str:
    tolerated = "" if check.threshold is None else f"{check.threshold:.1%}"
    kind = f"{check.kind.value}" + (f" (`{check.query}`)" if check.query else "")
    judged = f"{check.dimension.value} | {check.severity.value} | {tolerated}"
    asks = f"{rule_described(check, 'en')}<br>{rule_described(check, 'ja')}"
    row = (f"`{name}`", asks, f"`{check.table}`", kind, judged, f"`{gate}`", rule_owner(check, "en"))
    return f"| {' | '.join(row)} |\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "messages.md": messages_page,
    "connectors.md": connectors_page,
    "tables.md": lambda: tables_page(FOLDER),
    "assets.md": assets_page,
    "checks.md": checks_page,
}


def stale_pages(pages: Iterable[tuple[str, str]]) -> list[str]:
    """Names of the pages whose file does not say what it should."""
    return [name for name, text in pages if not (FOLDER / name).exists() or (FOLDER / name).read_text("utf-8") != text]


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or check them."""
    os.environ.setdefault("COLUMNS", "120")
    pages = [(name, _GENERATED + build()) for name, build in PAGES.items()]
    stale = stale_pages(pages)
    if "--check" not in arguments:
        for name, text in pages:
            if name in stale:
                (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write("".join(f"{name}\n" for name in stale))
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
