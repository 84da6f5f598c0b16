"""Lists of instruments."""
