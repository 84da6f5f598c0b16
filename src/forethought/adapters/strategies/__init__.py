"""Strategy files."""
