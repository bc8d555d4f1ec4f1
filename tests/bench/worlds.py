"""Child process: make a project over a generated world, or bring one to its second day.

usage: worlds.py ANSWER first PROJECT N_RECORDS SEED | worlds.py ANSWER second PROJECT
"""

import sys
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from unittest.mock import patch

from children import answer

from connectors.registry import CONNECTORS
from crm_pipelines.demo import second_day
from crm_pipelines.demo.project import ERP_MAPPING, PROJECT_FILE
from crm_pipelines.demo.write import write_world
from crm_pipelines.rules.new_project import write_project

# The demo's second day changes about 5 % of the records, so that there is something to see. A fifth of its shares is
# the one per cent that an ordinary day brings.
_SHARES = {"_NEW": 0.004, "_AGAIN": 0.002, "_CHANGED": 0.006, "_DELETED": 0.002, "_ACTIVE": 0.006}


def make(root: Path, n_records: int, seed: int) -> dict[str, object]:
    """A new project with the first day of a world in its inbox."""
    write_project(root, "en", CONNECTORS)
    (root / "crm_pipelines.yaml").write_text(PROJECT_FILE.format(language="en"), encoding="utf-8")
    (root / "mappings" / "erp.yaml").write_text(ERP_MAPPING, encoding="utf-8")
    return asdict(write_world(root / "data" / "inbox", n_records=n_records, seed=seed))


def grow(root: Path) -> dict[str, object]:
    """The second day, in an ordinary day's size; says how many records it touched."""
    with ExitStack() as stack:
        for name, share in _SHARES.items():
            stack.enter_context(patch.object(second_day, name, share))
        arrived = second_day.write_second_day(root / "data" / "inbox")
    return {"n_new": len(arrived.new), "n_changed": len(arrived.changed), "n_deleted": len(arrived.deleted)}


if __name__ == "__main__":
    asked, project = sys.argv[2], Path(sys.argv[3])
    facts = make(project, int(sys.argv[4]), int(sys.argv[5])) if asked == "first" else grow(project)
    answer({name: value for name, value in facts.items() if name != "today"})
