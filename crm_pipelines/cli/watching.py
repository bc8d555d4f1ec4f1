"""`crm-pipelines run --watch`: the applier on a terminal, or as the child of a server that it ends with."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from crm_pipelines.cli.applier import Applier
from crm_pipelines.cli.crash_log import write_crash
from crm_pipelines.cli.ending import Ending
from crm_pipelines.cli.exit_codes import FINE, UNAVAILABLE
from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.messages.catalogue import render
from crm_pipelines.model.errors import CrmPipelinesError, Fact

_UNTOLD_BY_A_CHILD = frozenset({"applier.watching", "applier.ended"})


def watch_project(call: Invocation, parent: int | None = None) -> int:
    """Apply decisions as they come, until a signal or, with a parent, until that is gone.

    Args:
        call: of the command line.
        parent: process id of the server that started this one.
    """

    def tell(code: str, facts: Mapping[str, Fact]) -> None:
        if parent is None or code not in _UNTOLD_BY_A_CHILD:
            _say(call, code, facts)

    with Ending(parent).by_signals() as ending:
        Applier(call.root, lambda: Invocation.of(["--project", str(call.root)]).load_project(), tell).run(ending)
    return FINE


def _say(call: Invocation, code: str, facts: Mapping[str, Fact]) -> None:
    """A sentence, or one JSON object a line: whoever reads along must not wait for the end."""
    sentence = render(code, facts, call.language)
    told = {"at": datetime.now(UTC).isoformat(), "code": code, "facts": dict(facts), "message": sentence}
    sys.stdout.write((json.dumps(told, ensure_ascii=False) if call.output.as_json else sentence) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Entry of the child of a server: project folder, language, process id of the parent, whether to speak JSON."""
    folder, language, parent, form = sys.argv[1:]
    call = Invocation.of(["--project", folder, "--lang", language, *(["--json"] if form == "json" else [])])
    try:
        sys.exit(watch_project(call, int(parent)))
    except CrmPipelinesError as error:
        _say(call, error.code, error.facts)
    except Exception as error:  # noqa: BLE001 - the door: nothing of a value may reach the screen in a traceback
        log = write_crash(error, call.root, ["run", "--watch"])
        _say(call, "cli.unexpected", {"kind": type(error).__name__, "log": log})
    sys.exit(UNAVAILABLE)


if __name__ == "__main__":
    main()
