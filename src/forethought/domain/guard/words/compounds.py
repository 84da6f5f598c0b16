"""Phrases that mean an event and what it happens to: layoffs, a rate hold."""

from typing import Final

COMPOUNDS: Final = """
move / down / jobs: *lay off|layoffs|layoff|job cuts|job cut|redundancies|job losses|*cut jobs|*axe jobs|*shed jobs|
    *slash jobs|*eliminate jobs|*trim jobs|workforce reduction|workforce reductions|*cut staff|*cut workforce|
    staff cuts|*reduce workforce|*fire workers|*fire staff|*fire employees|*axe workers|retrenchment|retrenchments|
    *cull jobs|*slash workforce|workforce cuts|headcount cuts|*dismiss workers|*dismiss employees|*dismiss staff|
    *trim workforce|*cut headcount|*reduce headcount|*make redundant|job reductions|staff reductions|staffing cuts|
    headcount reduction|headcount reductions|downsizing|pink slips|workforce cut|*cut positions|*cut roles|
    *cut employees|*cut workers|*eliminate positions|*eliminate roles|*shed staff|*shed workers|*shed workforce|
    *trim staff|*trim headcount|*slash headcount|*slash staff|*axe staff|*axe positions|*axe roles|
    *hand out pink slips|*thin ranks|*ax jobs|*retrench|*furlough|*shrink workforce|*shrink headcount|
    *pare workforce|*pare jobs|*cull workforce|position cuts|positions cut|redundancy
move / flat / rate: *hold rates|*hold interest rates|*keep rates unchanged|*leave rates unchanged|
    *keep rates steady|*hold rates steady|*keep rates on hold|*leave interest rates unchanged|
    *keep interest rates unchanged|*keep interest rates on hold|*maintain rates|*hold interest rates steady|
    *stand pat on rates|*leave rates on hold|*leave rates steady|rate hold|*keep interest rates steady|
    *hold borrowing costs|*leave borrowing costs unchanged|*leave benchmark rate unchanged|
    *keep benchmark rate unchanged|*keep policy rate unchanged|rate pause
balance / deficit / trade balance: trade deficit|trade gap
balance / surplus / trade balance: trade surplus
move / down / gdp: economy contracts|gdp contracts
move / down / pmi: activity contracts|sector contracts
move / up / wages: pay rise|pay raise|pay hike|pay increase|pay rises|pay hikes|pay raises|pay increases|wage hike|
    wage rise|wage increase|wage hikes|wage rises|wage increases|salary increase|pay growth|wage growth|pay gains|
    wage gains
move / down / wages: pay cut|pay cuts|wage cut|wage cuts|salary cut|salary cuts
ban / ban / law: stricter rules|tougher rules|tighter rules|stricter regulation|tougher regulation|
    tighter regulation|stricter regulations|tougher regulations|tighter regulations|stricter controls|
    tougher controls|tighter controls|stricter oversight|tougher oversight|tighter oversight|stricter limits|
    tougher limits|tighter limits
ban / unban / law: looser rules|laxer rules|softer rules|easier rules|looser regulation|lighter regulation|
    looser regulations|lighter regulations|looser controls|lighter rules|lighter oversight|looser oversight|
    looser limits
place / go / headquarters: *move headquarters|*move hq|*move its headquarters|*shift headquarters|*move base|
    *shift base|*move head office|*move its hq|*shift hq
member / join / cfo: new cfo|new finance chief|new chief financial officer
"""
"""`axis / pole / topic: phrases`."""

STOCKED: Final = """
oil: crude|crude oil|oil|us crude|us crude oil|us oil
gasoline: gasoline|petrol
natgas: natural gas|natgas
copper: copper|lme copper
aluminium: aluminium|aluminum
wheat: wheat
corn: corn
soybean: soybean
coffee: coffee
cocoa: cocoa
sugar: sugar
"""
"""Goods whose stocks are no shares."""
