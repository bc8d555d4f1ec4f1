"""Whether the sources are as fresh as the project expects."""

from collections.abc import Sequence

from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.rules.quality import QualityCheck
from quality.results import CheckResult, Count, result_of


def freshness_result(check: QualityCheck, n_expected: int, late: Sequence[tuple[str, Fault]]) -> CheckResult:
    """One result over all sources; its facts are those of the first that is late, `finding` the code of its sentence.

    Args:
        check: of kind `freshness`.
        n_expected: sources of which something is expected.
        late: (source, why) of those that are late, by name.
    """
    facts: dict[str, Fact] = {}
    if late:
        fault = late[0][1]
        facts = {**fault.facts, "finding": fault.code, "sources": ", ".join(source for source, _ in late)}
    return result_of(check, [Count((), n_expected, len(late), not late)], **facts)
