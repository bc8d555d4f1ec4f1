"""The configuration that reads the demo world: what a user would write for these four sources."""

PROJECT_FILE = """\
# The demo project: four sources of one small world, as files and a database below data/inbox.
timezone: Asia/Tokyo
language: {language}
country: JP

sources:
  mail:
    connector: mail_files
    path: data/inbox/inbox.mbox
  web_form:
    connector: web_form
    path: data/inbox/web_form/*.jsonl
  support:
    connector: zendesk_export
    path: data/inbox/tickets_export.json
  erp:
    connector: sql
    url: sqlite:///data/inbox/erp.db
    table: customers
    key: customer_no
    # read completely each time: a customer that is no longer there was deleted
    complete: true
    also:
      - {{table: orders, key: order_no}}
"""

ERP_MAPPING = """\
# What the tables of the demo ERP mean.
streams:
  main:
    record_type: auto
    fields:
      name: name
      name_kana: name_kana
      organisation_name: company_name
      corporate_number: corporate_number
      department: department
      email: email
      phone: [phone1, phone2]
      postal_code: postal_code
      address: [address1, address2]
      birth_date: birth_date
      updated_at: updated_at
      created_at: created_at
  orders:
    belongs_to: {key: customer_no}
    interactions:
      - channel: {value: purchase}
        happened_at: ordered_at
        amount: amount
        currency: currency
        subject: item
        status: status
"""
