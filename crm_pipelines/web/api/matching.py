"""Search before create: a record in, the customers it may belong to out, with probability and reasons."""

import json
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.responses import Response

from crm_pipelines.matching.explanation_waterfall import waterfall
from crm_pipelines.messages.catalogue import render_fault
from crm_pipelines.model.enums import TokenScope
from crm_pipelines.model.fields import CANONICAL_FIELDS
from crm_pipelines.rules.mapping import MAIN_STREAM, SourceMapping
from crm_pipelines.standardise.interpretation import Interpretation, SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores.match_candidates import Scored, best_customers
from crm_pipelines.web.answers import language_of
from crm_pipelines.web.api.gate import token_of
from crm_pipelines.web.api.problems import UnusableRequestError
from crm_pipelines.web.api.replies import reply
from crm_pipelines.web.api.requests import MatchRequest
from crm_pipelines.web.api.schemas import MatchAnswer, MatchedCustomer, Reason
from crm_pipelines.web.reading_room import Look

if TYPE_CHECKING:
    from crm_pipelines.web.web_state import WebState

_SOURCE = "api"
_MAPPINGS = {
    kind: SourceMapping.model_validate(
        {"streams": {MAIN_STREAM: {"record_type": kind, "fields": {name: name for name in CANONICAL_FIELDS}}}}
    )
    for kind in ("person", "organisation", "auto")
}


def match(request: Request, asked: MatchRequest) -> Response:
    """The customers that a record may belong to, scored with the model of the publication; nothing is kept of it.

    The record is read by the same standardisers as a delivered row and compared with the records on its blocking keys.
    """
    web: WebState = request.app.state.web
    suppressed = frozenset(one.digest for one in web.stewards.ledger.suppressions())
    with web.stewards.room.look() as look:
        reading = _reading(asked, look, suppressed, web)
        found, n_compared = (
            ([], 0)
            if not reading.records
            else best_customers(look.con, look.evidence, look.customers_with, reading, asked.limit)
        )
        shows_names = TokenScope.CUSTOMERS_READ in token_of(request).scopes
        language = language_of(request.headers.get("accept-language"), web.language)
        return reply(
            MatchAnswer(
                customer_type=reading.records[0]["customer_type"] if reading.records else None,
                is_suppressed=not reading.records,
                customers=[_matched(look, one, language, shows_names) for one in found],
                n_compared=n_compared,
                model_version=look.evidence.model_version,
                publication=look.version,
            ),
            Content_Language=language,
        )


def _reading(asked: MatchRequest, look: Look, suppressed: frozenset[str], web: "WebState") -> Interpretation:
    """What the record means; without a record where the person must not come in again.

    Raises:
        UnusableRequestError: with the code of the quarantine that a row of a source would go to.
    """
    project = look.loaded.project
    place = Place(project.country, project.timezone, look.evidence.model.stop_values)
    meaning = SourceMeaning(_SOURCE, _MAPPINGS[asked.customer_type], place, look.loaded.project_key, suppressed)
    fields = asked.model_dump(exclude_none=True)["record"]
    now = web.clock()
    version = Version(f"{_SOURCE}:1", "1", MAIN_STREAM, json.dumps(fields), "", None, now, now)
    reading = interpret(meaning, [version])
    for held in reading.quarantined:
        raise UnusableRequestError(held["reason_code"], **json.loads(held["facts"]))
    return reading


def _matched(look: Look, scored: Scored, language: str, shows_names: bool) -> MatchedCustomer:
    score = scored.score
    steps = waterfall(score, look.evidence.model).made
    return MatchedCustomer(
        golden_id=scored.golden_id,
        record_id=scored.record_id,
        display_name=scored.display_name if shows_names else None,
        match_probability=score.match_probability,
        match_weight=score.match_weight,
        band=score.band,
        is_contradiction=score.is_contradiction,
        reasons=[
            Reason(
                code=step.sentence.code,
                facts=dict(step.sentence.facts),
                sentence=render_fault(step.sentence, language),
                weight=step.weight,
            )
            for step in steps
        ],
    )
