"""What a page shows, worked out before a template writes it down."""
