"""The tree of commands for Typer: help texts from the catalogue, modules imported only when their command is called."""

import copy
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from crm_pipelines.cli.commands import CommandEntry, CommandFunction, commands
from crm_pipelines.messages.catalogue import has_message, render


class Language(StrEnum):
    """What `--lang` takes."""

    EN = "en"
    JA = "ja"


class _Words:
    """What a command says in its own language where Typer has an English word."""

    language = "en"

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line under the catalogue's word for it."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined] # of the command this is mixed into
        prefix = render("cli.word.usage", {}, self.language) + " "
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=prefix)

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, explained in the catalogue's words."""
        option = super().get_help_option(ctx)  # type: ignore[misc] # as above
        option.help, option.metavar = render("cli.option.help", {}, self.language), ""
        return option


class LocalCommand(_Words, TyperCommand):
    """A command that speaks the catalogue's language."""


class LocalGroup(_Words, TyperGroup):
    """A group of commands that speaks the catalogue's language.

    Attributes:
        default: the member that is called when none is named; None: the help is shown.
    """

    default: str | None = None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default member before arguments that name no member, unless help is asked for."""
        if self.default is not None and "--help" not in args and not any(one in self.commands for one in args):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


class RootGroup(LocalGroup):
    """The root: lists its commands from the table and imports the one that is called."""

    entries: Mapping[str, CommandEntry] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the help."""
        return list(self.entries)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        """The command's name and help; its module stays unimported."""
        if cmd_name not in self.entries:
            return None
        return TyperCommand(cmd_name, help=render(f"cli.{cmd_name}.help", {}, self.language))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, with its module imported."""
        name, stub, rest = super().resolve_command(ctx, args)
        return name, stub if name is None else load_command(self.entries[name], self.language), rest


def root_command(language: str) -> RootGroup:
    """The whole command line in a language."""
    _localise_typer(language)
    root = RootGroup(name="crm-pipelines", no_args_is_help=True, help=render("cli.help", {}, language))
    root.language, root.entries = language, commands()
    root.params.extend(_common_options(language))
    return root


def load_command(entry: CommandEntry, language: str) -> LocalCommand | LocalGroup:
    """Import a command and translate it."""
    loaded = entry.load()
    if not isinstance(loaded, Mapping):
        return _leaf(entry.name, f"cli.{entry.name}", loaded, language)
    prefix = f"cli.{entry.name}"
    members = {name: _leaf(name, f"{prefix}.{name}", function, language) for name, function in loaded.items()}
    help_text = render(f"{prefix}.help", {}, language)
    group = LocalGroup(name=entry.name, commands={**members}, no_args_is_help=entry.default is None, help=help_text)
    group.language, group.default = language, entry.default
    group.params.extend(_common_options(language))
    return group


def _leaf(name: str, prefix: str, function: CommandFunction, language: str) -> LocalCommand:
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    app.command(name, cls=LocalCommand, help=render(f"{prefix}.help", {}, language))(function)
    command = typer.main.get_command(app)
    if not isinstance(command, LocalCommand):
        raise TypeError(name)
    command.language = language
    _translate(command.params, language)
    command.params.extend(_common_options(language))
    return command


def _common_options(language: str) -> list[Any]:
    """The options every command takes. `Invocation.of` has read them before; here they are declared and checked."""

    def declare(
        project: Annotated[Path | None, typer.Option("--project", metavar="DIR", help="cli.option.project")] = None,
        lang: Annotated[Language | None, typer.Option("--lang", help="cli.option.lang")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="cli.option.json")] = False,
    ) -> None:
        del project, lang, as_json

    app = typer.Typer(add_completion=False)
    app.command()(declare)
    options = [copy.copy(option) for option in typer.main.get_command(app).params]
    for option in options:
        option.expose_value = False
    _translate(options, language)
    return options


def _translate(params: list[Any], language: str) -> None:
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = ""  # a flag takes no value; Typer would show `<bool>`
        text = getattr(param, "help", None)
        if text and has_message(text):
            param.help = render(text, {}, language)


def _localise_typer(language: str) -> None:
    """Typer keeps the words of its help panels as constants of a module; there is no other way to set them."""
    from typer import rich_utils  # noqa: PLC0415 - imports rich

    rich_utils.OPTIONS_PANEL_TITLE = render("cli.panel.options", {}, language)
    rich_utils.ARGUMENTS_PANEL_TITLE = render("cli.panel.arguments", {}, language)
    rich_utils.COMMANDS_PANEL_TITLE = render("cli.panel.commands", {}, language)
    rich_utils.REQUIRED_LONG_STRING = render("cli.word.required", {}, language)
    rich_utils.DEFAULT_STRING = render("cli.word.default", {}, language)
