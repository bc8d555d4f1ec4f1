"""What every command gets: the project folder, the language, where to print, and how to load the project."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import typer

from crm_pipelines.cli.output import Output
from crm_pipelines.messages.language import choose_language
from crm_pipelines.model.errors import ConfigurationError, Fault
from crm_pipelines.rules.load import PROJECT_FILE, LoadedProject, load_project
from crm_pipelines.rules.yaml_text import read_yaml
from crm_pipelines.settings import Settings, find_project, load_settings, project_environment
from crm_pipelines.stores.restore_journal import require_finished


@dataclass(frozen=True)
class Invocation:
    """One call of the command line.

    Attributes:
        root: the project folder, absolute; it may not exist.
        language: of everything printed.
        output: where results go.
        environment: the process's variables over those of the project's `.env`.
    """

    root: Path
    language: str
    output: Output
    environment: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> "Invocation":
        """Read the options every command has out of the arguments, before anything is parsed.

        The language must be known before the first word is printed, help and usage errors included. Wrong values are
        left to the parser, which refuses them a moment later.
        """
        own = os.environ if environment is None else environment
        asked = _asked(arguments)
        root = find_project(Path(asked["--project"]) if asked.get("--project") else None, own)
        variables = _readable_environment(root, own)
        language = choose_language(asked.get("--lang"), _language_of(root), variables)
        return cls(root, language, Output(language, "--json" in asked), variables)

    @cached_property
    def connectors(self) -> Mapping[str, Any]:
        """The registry; imported when first asked for."""
        from connectors.registry import CONNECTORS  # noqa: PLC0415 - the connectors' libraries are slow to import

        return CONNECTORS

    @cached_property
    def settings(self) -> Settings:
        """What the environment says of the product itself.

        Raises:
            ConfigurationError: a variable has a value it cannot have.
        """
        return load_settings(self.root, self.environment)

    def progress(self, step: str, seconds: float) -> None:
        """Say that a step of a run has ended."""
        self.output.line("cli.run.step", step=step, seconds=round(seconds, 1))

    def load_project(self) -> LoadedProject:
        """The project, checked, and the settings with it.

        Raises:
            ConfigurationError: with everything that is wrong.
            StoreError: a restore was interrupted while it moved things.
        """
        require_finished(self.root)
        faults: list[Fault] = []
        try:
            _ = self.settings
        except ConfigurationError as error:
            faults += error.faults
        try:
            project = load_project(self.root, self.connectors, self.environment)
        except ConfigurationError as error:
            raise ConfigurationError([*faults, *error.faults]) from None
        if faults:
            raise ConfigurationError(faults)
        return project


def invocation_of(context: typer.Context) -> Invocation:
    """The invocation behind a command's context."""
    found = context.find_object(Invocation)
    if found is None:
        raise RuntimeError("a command was called without its invocation")
    return found


def _asked(arguments: Sequence[str]) -> dict[str, str]:
    """The last value of each of the options every command has."""
    found: dict[str, str] = {}
    for index, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if argument == "--":
            break
        if name == "--json":
            found[name] = ""
        elif name in {"--project", "--lang"}:
            found[name] = value if equals else next(iter(arguments[index + 1 : index + 2]), "")
    return found


def _readable_environment(root: Path, own: Mapping[str, str]) -> Mapping[str, str]:
    try:
        return project_environment(root, own)
    except (OSError, UnicodeDecodeError):  # `doctor` says so; everything else goes on without it
        return own


def _language_of(root: Path) -> str | None:
    """`language` of the project file, as far as it can be read."""
    try:
        language = read_yaml((root / PROJECT_FILE).read_bytes(), PROJECT_FILE).at(("language",))
    except OSError:
        return None
    return language if isinstance(language, str) else None
