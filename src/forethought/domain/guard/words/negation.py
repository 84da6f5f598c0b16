"""Words that turn an event round. Phrases are parted by `|`; `*` inflects the first word."""

from typing import Final

NEGATIONS: Final = """
not|no|impossible|never|none|neither|nor|without|cannot|can't|won't|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|
hasn't|haven't|hadn't|wouldn't|
shouldn't|couldn't|ain't|*fail to|unable to|*refuse to|*decline to|*rule out|far from|yet to|no longer|*stop short of|
no plans to|no plan to|
*avoid|instead of|rather than|nothing|nobody|*lack|lack of|absence of|no intention of|no intention to|hardly|scarcely|
*refrain from|
no plans for|*drop plans to|*scrap plans to|*abandon plans to|*drop plan to|*scrap plan to|*halt plan to|
*shelve plans to|*cancel plans to|
*shelve plan to|*abandon plan to|*cancel plan to|*reverse decision to|*backtrack on|*halt plans to|*resist|*skip|
*forgo|
*opt not to|*vote not to|*decide against|*dodge|*avert|*escape|*narrowly avoid|unlikely to|unlikely|no sign of|
no signs of|
*decide not to|*opt against|in no hurry to|in no rush to|nowhere near|*suspend plans to|*delay plans to|
*ditch plans to|*put off plans to|
*renege on|*prevent|*stave off|unwilling to|*drop bid to|*end bid to|*abandon bid to|*hold off on|
cant|wont|isnt|arent|wasnt|doesnt|dont|didnt|hasnt|havent|couldnt|wouldnt|shouldnt|*deny plans to|*swear off|
*have no plans to|non
"""
