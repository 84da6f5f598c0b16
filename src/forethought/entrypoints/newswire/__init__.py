"""A newswire that simulates: stories in the wire formats of five providers, for tests and demonstrations."""
