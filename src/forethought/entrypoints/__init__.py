"""Parse, call a use case, render."""
