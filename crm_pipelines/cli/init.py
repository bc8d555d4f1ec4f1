"""`crm-pipelines init`: a new project folder."""

from pathlib import Path
from typing import Annotated

import typer

from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.rules.new_project import write_project


def init(
    context: typer.Context,
    name: Annotated[Path, typer.Argument(metavar="NAME", help="cli.init.name", show_default=False)],
) -> int:
    """Write the folder in the language of the call and say what to do next."""
    call = invocation_of(context)
    root = name.expanduser().absolute()
    files = write_project(root, call.language, call.connectors)
    call.output.value("project", str(root))
    call.output.value("files", list(files))
    call.output.line("cli.init.done", folder=str(root), n_files=len(files))
    call.output.line("cli.init.key")
    call.output.line("cli.init.next", folder=str(name))
    return 0
