"""A story in sentences: codes with facts, in the order in which a reader asks; doors render them."""

import math
from collections.abc import Iterator

from crm_pipelines.clustering.growth import Growth, refusal_facts
from crm_pipelines.clustering.partition import Attempt
from crm_pipelines.matching.explanation import RuleOutcome, RuleTrace, why_not_compared
from crm_pipelines.matching.explanation_keys import NearRule, PartOutcome
from crm_pipelines.model.enums import Band, Judgement
from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.stores.pair_stories import ClusterStory, Compared, PairStory
from crm_pipelines.stores.subjects import Subject

_SURE_ODDS = 1e9
_EVEN = 0.5


def introduction(place: str, subject: Subject) -> list[Fault]:
    """Whom an id speaks of."""
    facts: dict[str, Fact] = {"argument": place, "name": subject.name, "n_records": len(subject.members)}
    said = [
        Fault("explain.redirect", {"golden_id": one.golden_id, "redirects_to": one.redirects_to})
        for one in subject.redirects
    ]
    if not subject.golden_ids:
        said.append(Fault("explain.not_live", facts))
    elif subject.record_id is None:
        said.append(Fault("explain.customer", facts))
    else:
        said.append(Fault("explain.record", {**facts, "golden_id": subject.golden_ids[0]}))
    if subject.former_ids:
        said.append(Fault("explain.former_ids", {"name": subject.name, "golden_ids": ", ".join(subject.former_ids)}))
    return said


def conclusion(story: PairStory) -> list[Fault]:
    """Whether the two are one customer."""
    if story.is_one is None:
        return []
    if not story.is_one:
        return [Fault("explain.two_customers")]
    facts: dict[str, Fact] = {"golden_id": story.left.golden_ids[0], "n_records": len(story.left.members)}
    return [Fault("explain.one_customer", facts)]


def which_pair(story: PairStory) -> list[Fault]:
    """Which two records were compared, where that was not asked for; why none could be."""
    if story.is_one is None:
        return []
    if story.is_two_types:
        return [Fault("explain.two_types")]
    if story.compared is None:
        return [Fault("explain.same_record" if story.is_one else "explain.no_pair")]
    if story.was_chosen and story.chosen is not None:
        return [Fault("explain.chosen_pair", {"record_a": story.chosen[0], "record_b": story.chosen[1]})]
    return []


def weighing(compared: Compared, judged: Fault, model_version: str) -> list[Fault]:
    """What the weights come to.

    Args:
        compared: the two records.
        judged: the verdict on their score.
        model_version: of the score.
    """
    score, stored = compared.score, compared.stored
    said = [Fault("explain.would_be")] if stored is None else []
    said += [judged, odds(score.match_weight)]
    said += [Fault("explain.held_by", {"sentence": step.sentence.code}) for step in compared.fall.held_by]
    if score.is_contradiction:
        said.append(Fault("explain.contradiction"))
    if stored is not None and stored.agrees_with(score):
        said.append(Fault("explain.stored_same", {"model_version": model_version}))
    elif stored is not None:
        facts: dict[str, Fact] = {"stored_weight": stored.match_weight, "match_weight": score.match_weight}
        said.append(Fault("explain.stored_differs", facts))
    return said


def odds(match_weight: float) -> Fault:
    """A match weight as odds, to two digits."""
    if abs(match_weight) < _EVEN:
        return Fault("explain.odds_even", {"match_weight": match_weight})
    to_one = 2.0 ** min(abs(match_weight), math.log2(_SURE_ODDS))
    n_odds = int(round(to_one, 1 - math.floor(math.log10(to_one))))
    side = "for" if match_weight >= 0 else "against"
    code = f"explain.odds_{side}" if to_one < _SURE_ODDS else f"explain.sure_{side}"
    return Fault(code, {"n_odds": n_odds, "match_weight": match_weight})


def why_unstored(compared: Compared) -> list[Fault]:
    """Why no pair of the two is stored, and what came nearest; nothing where one is."""
    if compared.stored is not None:
        return []
    traces = tuple(rule.trace for rule in compared.rules)
    why = why_not_compared(traces)
    facts = {**why.facts, "rule": f"blocking.{why.facts['rule']}"}
    said = [Fault(why.code if traces else "explain.no_blocking_keys", facts)]
    said += [_too_common(trace) for trace in traces if trace.outcome is RuleOutcome.TOO_COMMON]
    if why.code == "explain.never_compared" and compared.rules:
        said.append(_nearest(compared.rules))
    return [*said, *_surroundings(compared)]


def _too_common(trace: RuleTrace) -> Fault:
    facts: dict[str, Fact] = {"rule": f"blocking.{trace.rule}", "n_records": trace.n_records, "n_cap": trace.cap}
    return Fault("explain.key_too_common", facts)


def _nearest(rules: tuple[NearRule, ...]) -> Fault:
    rule = max(rules, key=lambda one: (one.nearness, -rules.index(one)))
    counts = {outcome: sum(part.outcome is outcome for part in rule.parts) for outcome in PartOutcome}
    if not rule.nearness:
        return Fault("explain.nothing_near")
    facts: dict[str, Fact] = {"rule": f"blocking.{rule.trace.rule}", "n_parts": len(rule.parts)}
    facts |= {"n_same": counts[PartOutcome.SAME], "n_near": counts[PartOutcome.NEAR]}
    return Fault("explain.nearest_rule_slip" if counts[PartOutcome.NEAR] else "explain.nearest_rule", facts)


def _surroundings(compared: Compared) -> Iterator[Fault]:
    path = compared.path
    if len(path) == 2:
        between = ({path[0].left, path[0].right} & {path[1].left, path[1].right}).pop()
        yield Fault("explain.path_third", {"record": between, "weight_a": path[0].weight, "weight_b": path[1].weight})
    elif path:
        weakest = min(edge.weight for edge in path)
        yield Fault("explain.path_longer", {"n_between": len(path) - 1, "match_weight": weakest})
    else:
        yield Fault("explain.no_path")
    for record, found in compared.neighbours.items():
        if not found:
            yield Fault("explain.no_neighbour", {"record": record})


def together_or_apart(story: PairStory) -> list[Fault]:
    """Why the two are in one cluster, or are not."""
    if story.is_one is None:
        return []
    return _together(story) if story.is_one else _apart(story)


def _together(story: PairStory) -> list[Fault]:
    if story.compared is None or story.growth is None:
        return []
    waits = story.compared.ruling.judgement is Judgement.NO_MATCH
    said = [Fault("explain.decision_waits")] if waits else []
    if story.joint is not None:
        steps = story.growth.joins(story.left.members[0])
        return [*said, joined(story.joint, steps.index(story.joint) + 1, len(steps))]
    return [*said, Fault("explain.no_chain")]


def joined(attempt: Attempt, step: int, n_steps: int) -> Fault:
    """One step of a growing cluster."""
    facts: dict[str, Fact] = {
        "step": step, "n_steps": n_steps, "n_left": len(attempt.left), "n_right": len(attempt.right)
    }  # fmt: skip
    if attempt.edge is None:
        return Fault("explain.joined_by_person", facts)
    edge = attempt.edge
    pair: dict[str, Fact] = {"record_a": edge.left, "record_b": edge.right, "match_weight": edge.weight}
    return Fault("explain.joined_at", facts | pair)


def refused(attempt: Attempt, growth: Growth) -> Fault:
    """Why two groups stayed apart."""
    return Fault(
        f"explain.refused.{attempt.refusal}",
        refusal_facts(attempt, growth.across(attempt.left, attempt.right), growth.limits),
    )


def _apart(story: PairStory) -> list[Fault]:
    said = []
    if story.contradictions:
        first = story.contradictions[0]
        facts: dict[str, Fact] = {"n_pairs": len(story.contradictions), "record_a": first[0], "record_b": first[1]}
        said.append(Fault("explain.contradictions", facts))
    if story.refused is not None and story.growth is not None:
        said.append(refused(story.refused, story.growth))
    elif not story.is_two_types:
        said += _never_tried(story)
    else:
        said.append(Fault("explain.never_one"))
    judgement = None if story.compared is None else story.compared.ruling.judgement
    if judgement is Judgement.NO_MATCH:
        said.append(Fault("explain.parted_by_decision"))
    return said


def _never_tried(story: PairStory) -> list[Fault]:
    """No pair between the two customers could have joined them, or something changed since."""
    judgement = None if story.compared is None else story.compared.ruling.judgement
    if judgement is Judgement.MATCH:
        return [Fault("explain.decision_waits")]
    if story.best is None:
        return [] if story.compared is None else [Fault("explain.no_stored_pair")]
    (left, right), stored = story.best
    if stored.band == Band.AUTO_MATCH:
        return [Fault("explain.not_applied")]
    facts: dict[str, Fact] = {"record_a": left, "record_b": right, "match_weight": stored.match_weight}
    said = [Fault("explain.no_joining_pair", facts | {"band": stored.band})]
    return [*said, Fault("explain.too_weak")] if stored.band == Band.NON_MATCH and not story.questions else said


def growing(story: ClusterStory) -> list[Fault]:
    """How a customer grew, in short."""
    if story.growth is None:
        return []
    said = []
    if not story.is_as_published:
        said.append(Fault("explain.cluster_differs"))
    if not story.joins:
        return [*said, Fault("explain.cluster_alone")]
    said.append(Fault("explain.cluster_grew", {"n_records": len(story.subject.members), "n_steps": len(story.joins)}))
    weighed = [(one.edge, step) for step, one in enumerate(story.joins, 1) if one.edge is not None]
    if weighed:
        edge, step = min(weighed, key=lambda pair: (pair[0].weight, pair[1]))
        facts: dict[str, Fact] = {"record_a": edge.left, "record_b": edge.right, "match_weight": edge.weight}
        said.append(Fault("explain.cluster_weakest", facts | {"step": step}))
    if story.refused:
        said.append(Fault("explain.cluster_refused", {"n_refused": len(story.refused)}))
    return said
