"""Which connector a name in the configuration means."""

from connectors.sources.files import Files
from connectors.sources.freshdesk import Freshdesk
from connectors.sources.imap import Imap
from connectors.sources.intercom import Intercom
from connectors.sources.mail_files import MailFiles
from connectors.sources.odoo import Odoo
from connectors.sources.sap_business_partner import SapBusinessPartner
from connectors.sources.sql import Sql
from connectors.sources.web_form import WebForm
from connectors.sources.zendesk import Zendesk
from connectors.sources.zendesk_export import ZendeskExport
from crm_pipelines.model.delivery import Connector

CONNECTORS: dict[str, type[Connector]] = {
    "files": Files,
    "freshdesk": Freshdesk,
    "imap": Imap,
    "intercom": Intercom,
    "mail_files": MailFiles,
    "odoo": Odoo,
    "sap_business_partner": SapBusinessPartner,
    "sql": Sql,
    "web_form": WebForm,
    "zendesk": Zendesk,
    "zendesk_export": ZendeskExport,
}
