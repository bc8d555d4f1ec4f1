"""The answers of people to pairs, as training reads them."""

from typing import Any

from crm_pipelines.matching.labelling import UNCERTAIN
from crm_pipelines.matching.training import Answer
from crm_pipelines.stores.labels import LabelAnswer, LabelStore
from crm_pipelines.stores.project_paths import ProjectPaths

_CLEAR = (LabelAnswer.SAME, LabelAnswer.DIFFERENT)


def standing_answers(paths: ProjectPaths, con: Any) -> list[Answer]:  # a connection
    """The clear answers to pairs whose two records are live and still say what was shown.

    Args:
        paths: of the project.
        con: a publication.
    """
    labels = [label for label in LabelStore(paths.labels).labels() if label.answer in _CLEAR]
    wanted = sorted({record_id for label in labels for record_id in label.record_ids})
    hashes = dict(
        con.execute(
            "select record_id, cast(content_hash as varchar) from standardised_records "
            "where list_contains(?, record_id)",
            [wanted],
        ).fetchall()
    )
    return [
        Answer(label.record_ids, label.answer is LabelAnswer.SAME, label.drawn != UNCERTAIN)
        for label in labels
        if all(hashes.get(one) == content for one, content in zip(label.record_ids, label.content_hashes, strict=True))
    ]
