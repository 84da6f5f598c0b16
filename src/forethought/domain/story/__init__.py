"""Which reports tell the same story, so that one deliberation answers all of them.

Reports of one event come within seconds and in other words each time. Within seconds two reports on one asset are far
likelier to be about one event than days later, so less must be recognised in both than for the reuse of a precedent.
What contradicts is still forbidden: the answer that all of them get was thought out for the first of them.
"""

from forethought.domain.story.joining import NEAR_COSINE, joins

__all__ = ["NEAR_COSINE", "joins"]
