"""Which commands there are and where they live; a module is imported when its command is called, not before.

To add a command, write `cli/<name>.py` with a function of that name (`context: typer.Context` first, then arguments and
options whose help texts are codes of the catalogue) and give it a line here. It returns its exit code, None for 0. A
group of commands is a module with a mapping `COMMANDS` of names to such functions. Its help is `cli.<name>.help`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

CommandFunction: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """One command of the root.

    Attributes:
        name: as typed.
        module: below `crm_pipelines.cli`.
        attribute: its function, or the mapping of a group.
        default: the member of a group that is meant when none is named; None: the help is shown.
    """

    name: str
    module: str
    attribute: str
    default: str | None = None

    @property
    def exists(self) -> bool:
        """Whether the module is there."""
        return find_spec(f"crm_pipelines.cli.{self.module}") is not None

    def load(self) -> CommandFunction | Mapping[str, CommandFunction]:
        """Import it."""
        loaded: CommandFunction | Mapping[str, CommandFunction] = getattr(
            import_module(f"crm_pipelines.cli.{self.module}"), self.attribute
        )
        return loaded


ENTRIES: tuple[CommandEntry, ...] = (
    CommandEntry("init", "init", "init"),
    CommandEntry("demo", "demo", "demo"),
    CommandEntry("doctor", "doctor", "doctor"),
    CommandEntry("sources", "sources", "COMMANDS"),
    CommandEntry("inspect", "inspect", "inspect"),
    CommandEntry("run", "run", "run"),
    CommandEntry("status", "status", "status"),
    CommandEntry("reconcile", "reconcile", "reconcile"),
    CommandEntry("gates", "gates", "COMMANDS", default="show"),
    CommandEntry("dev", "dev", "dev"),
    CommandEntry("serve", "serve", "serve"),
    CommandEntry("evaluate", "evaluate", "evaluate"),
    CommandEntry("scorecard", "scorecard", "scorecard"),
    CommandEntry("explain", "explain", "explain"),
    CommandEntry("identity", "identity", "COMMANDS"),
    CommandEntry("label", "label", "label"),
    CommandEntry("review", "review", "COMMANDS", default="list"),
    CommandEntry("merge", "merge", "merge"),
    CommandEntry("split", "split", "split"),
    CommandEntry("undo", "undo", "undo"),
    CommandEntry("learn", "learn", "learn"),
    CommandEntry("models", "models", "COMMANDS"),
    CommandEntry("plan", "plan", "plan"),
    CommandEntry("apply", "apply", "apply"),
    CommandEntry("quarantine", "quarantine", "COMMANDS", default="list"),
    CommandEntry("alerts", "alerts", "COMMANDS", default="list"),
    CommandEntry("tokens", "tokens", "COMMANDS"),
    CommandEntry("standardise", "standardise", "standardise"),
    CommandEntry("audit", "audit", "COMMANDS"),
    CommandEntry("export", "export", "export"),
    CommandEntry("backup", "backup", "backup"),
    CommandEntry("restore", "restore", "restore"),
)


def commands() -> dict[str, CommandEntry]:
    """The commands whose module is there, in the order of the help."""
    return {entry.name: entry for entry in ENTRIES if entry.exists}
