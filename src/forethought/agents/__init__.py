"""Those who think, one module a role."""
