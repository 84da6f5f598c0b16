"""A model server that simulates: it speaks OpenAI's wire format and answers by rule, for tests and demonstrations."""
