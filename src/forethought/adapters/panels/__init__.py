"""Panel files, and what was learned about a panel."""
