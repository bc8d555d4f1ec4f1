"""One file per source system; strangers to one another."""
