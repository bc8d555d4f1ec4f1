"""The door: parse, call, and turn whatever comes back into words and an exit code."""

import io
import sys
from collections.abc import Mapping, Sequence

import typer

from crm_pipelines.cli.command_tree import root_command
from crm_pipelines.cli.crash_log import write_crash
from crm_pipelines.cli.exit_codes import FINE, HELD, INTERRUPTED, REFUSED, UNAVAILABLE
from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.model.errors import (
    ConfigurationError,
    ConflictError,
    ContractError,
    CrmPipelinesError,
    GateHeldError,
    SourceError,
    StoreError,
)

EXIT_CODES: Mapping[type[CrmPipelinesError], int] = {
    GateHeldError: HELD,
    ConflictError: HELD,
    ConfigurationError: REFUSED,
    StoreError: UNAVAILABLE,
    SourceError: UNAVAILABLE,  # one that reaches the door stopped everything; a command counts single sources itself
    ContractError: UNAVAILABLE,
}
_USAGE_CODES = {
    "NoSuchOption": "cli.usage.no_such_option",
    "MissingParameter": "cli.usage.missing",
    "BadParameter": "cli.usage.bad_value",
    "BadOptionUsage": "cli.usage.option_without_value",
}


def main() -> None:
    """Entry of the installed command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character is no reason to stop
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run one command line and give its exit code: 0 fine, 1 held, 2 usage or configuration, 3 unavailable."""
    invocation = Invocation.of(arguments, environment)
    try:
        code = _call(invocation, arguments)
    except CrmPipelinesError as error:
        invocation.output.error(error)
        code = exit_code(error)
    except (KeyboardInterrupt, typer.Abort):
        invocation.output.line("cli.interrupted")
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the door: nothing of a value may reach the screen in a traceback
        log = write_crash(error, invocation.root, arguments)
        unexpected = CrmPipelinesError("cli.unexpected", kind=type(error).__name__, log=log)
        invocation.output.error(unexpected)
        code = UNAVAILABLE
    invocation.output.close()
    return code


def exit_code(error: CrmPipelinesError) -> int:
    """The exit code of an error's class, or of the nearest class above it."""
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), UNAVAILABLE)


def _call(invocation: Invocation, arguments: Sequence[str]) -> int:
    root = root_command(invocation.language)
    try:
        result = root.main(list(arguments), prog_name="crm-pipelines", standalone_mode=False, obj=invocation)
    except typer.TyperException as error:
        return _refuse(invocation, error)
    return result if isinstance(result, int) else FINE


def _refuse(invocation: Invocation, error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return REFUSED  # the help is already printed
    code = _USAGE_CODES.get(type(error).__name__, "cli.usage.other")
    parameter = getattr(error, "param", None)
    name = getattr(error, "option_name", None) or (
        parameter.get_error_hint().strip("'") if parameter is not None else None
    )
    path = context.command_path if context is not None else "crm-pipelines"
    shown = CrmPipelinesError(code, name=name, message=error.message, command=path)
    invocation.output.error(shown)
    return REFUSED
