"""Our own adversarial suite: texts that look alike and must not share an answer, and texts that tell the same.

`development.toml` and `test.toml` hold the templates and the vocabulary; they share neither templates nor the verbs,
names and phrasings that carry the meaning. Nobody tunes on the test split: only counts of it are published.
"""
