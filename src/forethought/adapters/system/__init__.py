"""Time and names."""
