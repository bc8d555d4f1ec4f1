"""What an unknown file holds: streaming counts, a sample read by the standardisers, and a proposed mapping."""
