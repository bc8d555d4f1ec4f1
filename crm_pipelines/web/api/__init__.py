"""`/api/v1`: what other programs ask and decide, as JSON."""
