"""The roles of the panel: three that decide, and two that supply them with facts."""

from typing import Final

from forethought.agents.roles import market_context, news_sentiment, risk_assessment
from forethought.agents.roles.spec import RoleSpec

DECIDING_SPECS: Final[tuple[RoleSpec, ...]] = (news_sentiment.SPEC, market_context.SPEC, risk_assessment.SPEC)

__all__ = ["DECIDING_SPECS"]
