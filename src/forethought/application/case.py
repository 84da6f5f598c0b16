"""From a situation to the case that analysts judge."""

from datetime import datetime

from forethought.application.ports.analysts import Case
from forethought.domain.market import MarketState
from forethought.domain.situation import Situation
from forethought.domain.strategy import Strategy


def case_of(
    situation: Situation, strategy: Strategy, *, as_of: datetime, market: MarketState | None, detail: str = ""
) -> Case:
    """Lay a situation out for analysts.

    Only the strategy's own words instruct them. A prompt that brings its own instruction was written by whoever sent
    it: it is shown as context, like everything from outside.
    """
    brought = tuple(c.text for c in situation.prompts if c.text != strategy.instruction)
    return Case(
        asset=situation.scope.asset,
        strategy=strategy.name,
        instruction=strategy.instruction,
        news=situation.news.component.text,
        context=(*brought, *(c.text for c in situation.context), *((detail,) if detail else ())),
        as_of=as_of,
        market=market,
        aggregation=strategy.aggregation,
    )
