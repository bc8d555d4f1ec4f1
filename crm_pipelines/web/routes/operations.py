"""How things stand: the dashboard, sources, runs and their checks."""

from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request
from starlette.responses import Response

from crm_pipelines.model.errors import ConflictError, StoreError
from crm_pipelines.stores.operations_view import OperationsView, read_operations
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.row_corrections import DROPPED
from crm_pipelines.stores.runs_view import RunSummary, read_checks, read_run, read_runs
from crm_pipelines.stores.scorecard_view import read_scorecard
from crm_pipelines.web.pages import page
from crm_pipelines.web.permissions import needs
from crm_pipelines.web.roles import Permission
from crm_pipelines.web.views.alerts import alerts_view
from crm_pipelines.web.views.dashboard import dashboard_view
from crm_pipelines.web.views.gates import gates_shown, rules_described
from crm_pipelines.web.views.quality import costs_of, fields_of, quality_page
from crm_pipelines.web.views.scorecard import scorecard
from crm_pipelines.web.views.standing import equations, source_lines
from crm_pipelines.web.visitors import signed_in
from crm_pipelines.web.web_state import WebState

_LATEST_RUNS = 14


def add_operations_routes(app: FastAPI) -> None:
    """Give an application the addresses."""
    app.get("/dashboard", dependencies=needs(Permission.OPERATIONS))(dashboard)
    app.get("/sources", dependencies=needs(Permission.OPERATIONS))(sources)
    app.get("/runs/{run_id}", dependencies=needs(Permission.OPERATIONS))(run)
    app.get("/quality", dependencies=needs(Permission.OPERATIONS))(quality)
    app.get("/quality/{source}", dependencies=needs(Permission.OPERATIONS))(quality_of_source)


def dashboard(request: Request) -> Response:
    """What needs a person now, and how much there is of everything."""
    visitor, web = signed_in(request), _web(request)
    runs = _runs(web.stewards.room.paths)
    with web.stewards.room.look() as look:
        shown = dashboard_view(look, runs, visitor.now)
        project = look.loaded.project
    quarantined = _operations(web.stewards.room.paths).quarantined
    held = sum(one.n_rows for one in quarantined if one.reason.code != DROPPED)
    alerts = alerts_view(web.stewards.room.paths.alerts, ZoneInfo(project.timezone))
    return page(request, visitor, "dashboard", shown=shown, n_held=held, runs=runs, alerts=alerts)


def sources(request: Request) -> Response:
    """How each source stands, and the latest runs with their accounts."""
    visitor, paths = signed_in(request), _web(request).stewards.room.paths
    view = _operations(paths)
    lines = source_lines(view, visitor.now)
    return page(request, visitor, "sources", lines=lines, runs=_runs(paths), held=view.quarantined)


def run(request: Request, run_id: str) -> Response:
    """One run: how it ended, its accounts as equations, its checks."""
    visitor = signed_in(request)
    try:
        found = read_run(_web(request).stewards.room.paths, run_id)
    except ConflictError as error:
        shown = {"title": visitor.say("web.run.title"), "text": error.code, "facts": dict(error.facts)}
        return page(request, visitor, "message", 404, **shown)
    described = rules_described(_web(request).stewards.room.loaded.rules.quality, visitor.language)
    return page(request, visitor, "run", run=found, equations=equations(found.accounts), described=described)


def quality(request: Request) -> Response:
    """How good the data is, what its defects cost, and how the checks of the last run ended."""
    visitor, paths = signed_in(request), _web(request).stewards.room.paths
    asked_at, checks = read_checks(paths)
    shown = quality_page(read_scorecard(paths), ZoneInfo(_web(request).timezone))
    gates = gates_shown(_web(request).stewards, visitor)
    card = scorecard(checks)
    return page(
        request,
        visitor,
        "quality",
        asked_at=asked_at,
        card=card,
        shown=shown,
        gates=gates,
        described=gates.described,
    )


def quality_of_source(request: Request, source: str) -> Response:
    """One source, field by field."""
    visitor = signed_in(request)
    view = read_scorecard(_web(request).stewards.room.paths)
    if source not in view.sources:
        title = visitor.say("web.quality.title")
        return page(request, visitor, "message", 404, title=title, text="web.quality.no_such_source")
    return page(
        request,
        visitor,
        "quality_source",
        source=source,
        scored_at=view.scored_at,
        fields=fields_of(view, source),
        costs=costs_of(view, source),
        is_measured=bool(view.costs),
    )


def _operations(paths: ProjectPaths) -> OperationsView:
    try:
        return read_operations(paths)
    except StoreError as error:
        if error.code != "store.no_operations":
            raise
        return OperationsView(None, (), ())


def _runs(paths: ProjectPaths) -> tuple[RunSummary, ...]:
    try:
        return read_runs(paths, _LATEST_RUNS)
    except StoreError as error:
        if error.code != "store.no_operations":
            raise
        return ()


def _web(request: Request) -> WebState:
    web: WebState = request.app.state.web
    return web
