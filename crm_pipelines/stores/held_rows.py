"""Why a row is no customer's: held back in quarantine, or set aside."""

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications


def reason_held(paths: ProjectPaths, record_id: str) -> str | None:
    """The reason code for which the row behind a record id is held back or set aside; None when it is not."""
    row = record_id.partition("#")[0]
    try:
        with Publications(paths).connect_operations() as con:
            found = con.execute(
                """select reason_code from quarantine where source_record_id = $id
                   union all select reason_code from set_aside_records where source_record_id = $id limit 1""",
                {"id": row},
            ).fetchall()
    except StoreError:
        return None
    return str(found[0][0]) if found else None
