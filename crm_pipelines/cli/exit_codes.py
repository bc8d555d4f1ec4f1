"""What the command line's exit codes mean; every command gives one of these."""

from crm_pipelines.model.enums import RunOutcome

FINE = 0  # quarantine within its budget is fine
HELD = 1  # a gate held, or a source failed while others ran
REFUSED = 2  # usage or configuration
UNAVAILABLE = 3  # a store, the lock or every source
INTERRUPTED = 130  # by the keyboard, as shells count it

_OF_OUTCOME = {
    RunOutcome.SUCCEEDED: FINE,
    RunOutcome.SOURCE_FAILED: HELD,
    RunOutcome.GATE_HELD: HELD,
    RunOutcome.FAILED: UNAVAILABLE,
}


def code_of_run(outcome: RunOutcome, reason_code: str | None) -> int:
    """The exit code of a run: a source that failed while others ran is not every source that failed."""
    return UNAVAILABLE if reason_code == "run.all_sources_failed" else _OF_OUTCOME[outcome]
