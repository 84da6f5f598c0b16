"""The guard: deterministic rules that forbid reuse. Fails closed."""
