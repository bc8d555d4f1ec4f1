"""The model version that ships with the product: weights for Japanese customers, set by hand, and name frequencies."""
