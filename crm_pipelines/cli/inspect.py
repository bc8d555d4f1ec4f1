"""`crm-pipelines inspect`: a picture of a file nobody has described, as tables, a page and a proposed mapping."""

from pathlib import Path
from typing import Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.cli.refusals import RefusedInputError


def inspect(  # noqa: PLR0913, PLR0917 - one parameter per option
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.inspect.file", show_default=False)],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="OUT", help="cli.inspect.html", show_default=False)
    ] = None,
    no_examples: Annotated[bool, typer.Option("--no-examples", help="cli.inspect.no_examples")] = False,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="cli.inspect.encoding", show_default=False)
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", metavar="CHARACTER", help="cli.inspect.delimiter", show_default=False)
    ] = None,
    header: Annotated[
        int | None, typer.Option("--header", metavar="LINE", min=0, help="cli.inspect.header", show_default=False)
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="cli.inspect.sheet", show_default=False)
    ] = None,
) -> int:
    """Look at the file and print what it is; nothing is stored but the page, if one is asked for."""
    from connectors.kit.unknown_files import Wishes  # noqa: PLC0415 - Arrow and Polars are slow to import
    from crm_pipelines.cli.inspect_report import print_inspection  # noqa: PLC0415
    from crm_pipelines.cli.inspect_shown import Shown  # noqa: PLC0415
    from crm_pipelines.cli.inspecting import inspected  # noqa: PLC0415

    call = invocation_of(context)
    delimiter = "\t" if delimiter == "\\t" else delimiter
    if delimiter is not None and len(delimiter) != 1:
        raise RefusedInputError("inspect.bad_delimiter", found=delimiter)
    path = file.expanduser()
    target = None if html is None else html.expanduser()
    if target is not None and (target.is_dir() or (target.exists() and path.exists() and target.samefile(path))):
        raise RefusedInputError("inspect.bad_target", file=str(html))
    shown = Shown(
        inspected(path, Wishes(encoding, delimiter, sheet), header), call.language, has_examples=not no_examples
    )
    print_inspection(call.output, shown)
    if target is not None:
        from crm_pipelines.cli.page.inspection_page import inspection_page  # noqa: PLC0415
        from crm_pipelines.cli.page.private_file import write_private  # noqa: PLC0415

        write_private(target, inspection_page(shown))
        call.output.value("html", str(target))
        call.output.line("inspect.page_written" if shown.has_examples else "inspect.page_written_bare", file=str(html))
    return FINE
