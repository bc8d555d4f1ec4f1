"""`crm-pipelines serve`: the pages where stewards work, and the inboxes of the project, until Ctrl-C."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_pipelines.cli.applier_child import applier_beside
from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.rules.load import LoadedProject

if TYPE_CHECKING:
    from crm_pipelines.web.server import Serving


def serve(  # noqa: PLR0913, PLR0917 - one option each
    context: typer.Context,
    host: Annotated[str, typer.Option(help="cli.serve.host")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="cli.serve.port", min=0, max=65_535)] = 8_400,
    applier: Annotated[bool, typer.Option("--applier/--no-applier", help="cli.serve.applier")] = True,
    pages: Annotated[bool, typer.Option("--pages/--no-pages", help="cli.serve.pages")] = True,
    tls_cert: Annotated[Path | None, typer.Option(metavar="FILE", help="cli.serve.tls_cert")] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="cli.serve.tls_key")] = None,
    trusted_proxy: Annotated[str | None, typer.Option(metavar="ADDRESS", help="cli.serve.trusted_proxy")] = None,
) -> int:
    """Open the pages and the inboxes; apply what people decide meanwhile."""
    call = invocation_of(context)
    loaded = call.load_project()
    from crm_pipelines.web.server import Listening  # noqa: PLC0415 - FastAPI is slow to import
    from crm_pipelines.web.server import serve as serve_project  # noqa: PLC0415 - as above

    listening = Listening(host, port, pages, tls_cert, tls_key, trusted_proxy)
    with ExitStack() as stack:

        def ready(serving: "Serving") -> None:
            if applier:
                stack.enter_context(applier_beside(call))
            _tell(call, loaded, serving, trusted_proxy)

        serve_project(loaded, listening, ready)
    call.output.line("serve.ended")
    return FINE


def _tell(call: Invocation, loaded: LoadedProject, serving: "Serving", proxy: str | None) -> None:
    address = serving.address
    call.output.line("serve.listening", url=address, project=str(loaded.root))
    if not serving.has_pages:
        call.output.line("serve.no_pages")
    if serving.first_link is not None:
        call.output.line("serve.first", url=serving.first_link)
    if proxy is not None:
        call.output.line("serve.behind_proxy", proxy=proxy)
    for name, source in loaded.sources.items():
        if source.entry.inbox is not None:
            scheme = source.entry.inbox.scheme
            code = "serve.unsigned_inbox" if source.entry.inbox.signature.kind == "none" else "serve.inbox"
            call.output.line(code, url=f"{address}/inbox/{name}", source=name, scheme=scheme)
    call.output.line("serve.how_to_end")
    sys.stdout.flush()  # whoever started us behind a pipe waits for these lines
