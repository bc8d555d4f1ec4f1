"""What the source systems share: charsets, files, bookmarks, rows, records, mails and cursors."""
