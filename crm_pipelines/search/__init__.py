"""How what somebody typed is read, what customers are found by, and which of them come first."""
