"""Which connector a name in the configuration means."""

from connectors.sources.files import Files
from connectors.sources.mail_files import MailFiles
from connectors.sources.sql import Sql
from connectors.sources.web_form import WebForm
from connectors.sources.zendesk_export import ZendeskExport
from crm_pipelines.model.delivery import Connector

CONNECTORS: dict[str, type[Connector]] = {
    "files": Files,
    "mail_files": MailFiles,
    "sql": Sql,
    "web_form": WebForm,
    "zendesk_export": ZendeskExport,
}
