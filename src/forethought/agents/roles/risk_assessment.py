"""The analyst of what can go wrong."""

from typing import Final

from forethought.agents.roles.market_data import tools
from forethought.agents.roles.spec import RoleAnswer, RoleSpec
from forethought.domain.opinion import Role

SPEC: Final = RoleSpec(
    role=Role.RISK_ASSESSMENT,
    answer=RoleAnswer,
    max_tokens=350,
    wants=(Role.MARKET_DATA, Role.TECHNICAL_ANALYSIS),
    time_s=30.0,
    tools=tools,
)
