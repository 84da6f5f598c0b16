"""The analyst of the news itself."""

from typing import Final

from forethought.agents.roles.spec import RoleAnswer, RoleSpec, no_tools
from forethought.domain.opinion import Role

SPEC: Final = RoleSpec(
    role=Role.NEWS_SENTIMENT,
    answer=RoleAnswer,
    max_tokens=350,
    wants=(Role.MARKET_DATA,),
    time_s=30.0,
    tools=no_tools,
)
