"""The version of the standardisation rules and of the tables they read, as one name."""

RULES_VERSION = "1"
"""Names rules and tables together: the same raw value and the same version give the same standardised value."""
