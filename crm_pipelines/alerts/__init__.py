"""Alerts: what is not as it should be, told to those who answer for it, once, until it has passed."""
