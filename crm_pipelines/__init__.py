"""CRM Pipelines: from mailboxes, forms, tickets and ERPs to one golden customer table."""
