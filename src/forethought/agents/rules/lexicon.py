"""What words mean in financial news, as valences in [-4, 4]: our own list, written for this project.

It overrides the general lexicon of VADER (MIT), where `crude` and `overweight` are bad, `share` and `trust` are good.
The word lists of Loughran and McDonald are not used: they are licensed for non-commercial use only, and nothing here
was copied from them.

The view is that of someone who holds a share or a coin. For bonds, or for the dollar itself, parts of it are wrong
(falling yields count as good).

The tables:

- `WORDS`: single words and idioms of up to four words. An idiom outranks its words ("beat down" is not "beat").
- `BAD_THINGS` with `RISES` and `FALLS`: things that are good when they shrink ("unemployment falls", "loss narrows").
- `PRIZES`: things that are bad when they shrink, though their name alone is good ("profit falls").
- `NEUTRAL_WORDS`: words that VADER knows with a feeling they do not have in this kind of text.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

# Each line: valence, then entries separated by commas. 4 is certain and grave ("bankruptcy"), 1 is a hint.
_VALENCES: Final = """
 3.5: to be acquired, agrees to be acquired, all-time high, all time high, record high, record highs
 3.5: takeover premium, skyrocket, skyrockets, skyrocketed, skyrocketing, blows past, blowout quarter
 3.5: crushes estimates
 3.0: soar, soars, soared, soaring, surge, surges, surged, surging, upgrade, upgrades, upgraded, double upgrade
 3.0: raises guidance, raised guidance, raises outlook, raised outlook, raises forecast, raised forecast
 3.0: boosts guidance, raises its guidance, raises full-year guidance, lifts guidance, hikes guidance, ups guidance
 3.0: boosts outlook, lifts outlook, lifts forecast, guidance raised, target raised, pt raised, price target raised
 3.0: raises target, raises price target, lifts price target, raises pt, beats estimates, beat estimates
 3.0: beats expectations, beat expectations, tops estimates, tops expectations, tops forecasts, better than expected
 3.0: better-than-expected, above expectations, above estimates, above consensus, record profit, record earnings
 3.0: record revenue, record sales, new highs, new high, 52-week high, short squeeze, moonshot, moon, mooning
 3.0: fda approval, fda approves, wins approval, record quarter, best quarter, strong buy, conviction buy, top pick
 3.0: upgraded to buy, raised to buy, spot etf approved
 2.5: beat, beats, beating, rally, rallies, rallied, rallying, jump, jumps, jumped, jumping, outperform, outperforms
 2.5: outperformed, outperforming, outperformance, overweight, bullish, bulls, breakout, spike higher, spikes higher
 2.5: raises dividend, raised dividend, dividend hike, hikes dividend, boosts dividend, increases dividend
 2.5: special dividend, share buyback, stock buyback, share repurchase, stock repurchase, buyback program, buybacks
 2.5: buyback, starts at buy, started at buy, initiated at buy, to buy from, to outperform, to overweight
 2.5: at outperform, at overweight, buy rating, initiated buy, started at overweight, started at outperform
 2.5: reiterated buy, at buy, rate cut, rate cuts, cut rates, cuts rates, cutting rates, cut interest rates
 2.5: cuts interest rates, lower rates, dovish, soft landing, ceasefire, truce, peace deal, tariff relief
 2.5: tariff pause, pauses tariffs, hits record, at record, set record, sets record, record inflows, etf inflows
 2.5: inflow, inflows, breakthrough, blockbuster, trounces, trounce, smashes, smashed, crushes, crushed it, beat on
 2.5: exceeds, exceeded, upside surprise, positive surprise, multi-year high, year high, multiyear high
 2.5: highest level, highest since, wins contract, awarded contract, secures contract, lands contract, wins order
 2.5: contract win, debt-free, swings to profit, returns to profit, returned to profit, turns profitable
 2.5: back in the black, return to profit, up_move, crazy about, gap up, gaps up, gapping up, fda oks, gets fda
 2.5: dividend raised, double digit growth, beats by, beat by, beats on, erases losses, pares losses, trims losses
 2.5: recoups losses, shakes off losses, stock soars, stock jumps, stock pops, above forecast, above forecasts
 2.0: dividend increase, rise, rises, rose, rising, risen, gain, gains, gained, gaining, climb, climbs, climbed
 2.0: climbing, advance, advances, advancing, rebound, rebounds, rebounded, rebounding, recover, recovers, recovered
 2.0: recovering, tops, topped, topping, exceed, exceeding, boost, boosts, boosted, boosting, upside, uptrend, strong
 2.0: stronger, strongest, strength, robust, solid, accelerate, accelerates, accelerated, accelerating, profitable
 2.0: profitability, grow, grows, grew, grown, adoption, accumulate, accumulates, accumulated, accumulating
 2.0: accumulation, accretive, optimism, optimistic, tailwind, tailwinds, oversold bounce, bottomed, bottoming
 2.0: outpaces, outpaced, outpace, higher, inch higher, edges higher, edge higher, moves higher, trading higher
 2.0: trades higher, opens higher, heads higher, push higher, extends gains, in the green, in the black
 2.0: positive data, positive results, positive trial, meets endpoint, met primary endpoint, raised, hikes stake
 2.0: raises stake, takes stake, boosts stake, buys stake, ups, favorable, favourable, resilient, resilience
 2.0: momentum, improve, improves, improved, improving, improvement, attractive, compelling, cheers, stock split
 2.0: added to s&p, joins s&p, index inclusion, reserve asset, strategic reserve, buying opportunity
 2.0: price target lifted, lifted, lift, lifts, hopes, hopeful, confident, confidence, suspend tariffs
 2.0: suspends tariffs, suspend additional tariffs, suspends planned tariffs, suspending tariffs, upped to, upped
 2.0: upgrading, squeezed shorts, break out, breaks out, broke out, hits new record, hit new record, notch record
 2.0: notch records, fresh record, fresh records, 52-week highs, new record, hits intraday record, hold its gains
 1.5: growing, bull, trade deal, record close, advanced, recovery, upbeat, growth, approves, approved, undervalued
 1.5: raises, bought, profit, profits, upward, uptick, pop, pops, popped, popping, bounce, bounces, bounced
 1.5: reaffirms, reaffirmed, reaffirms guidance, backs guidance, positive, success, successful, boom, booming, booms
 1.5: halving, etf approval, institutional demand, strong demand, high demand, demand grows, whale buys, supportive
 1.5: lucrative, efficient, impressive, dominant, dismisses lawsuit
 1.5: charges dropped, cleared of, reopen, reopens, reopening, restored, restores, relief, eases fears
 1.5: de-escalation, fda approval odds, bright spot, impresses, impress, impressed, gainers, shrugs off, shrug off
 1.5: shrugging off, defies, no recession, turnaround, record-breaking, comeback, ascend, ascends
 1.5: sector weight from underweight, blowout, record, records, fastest-growing
 1.0: stimulus, approval, raise, partners with, expansion, milestone, opportunity, wins, won, winning, winner
 1.0: winners, secures, secured, awarded, successfully, merger, acquitted, resume, resumes, resumed, stable
 1.0: stabilizes, stabilises, steady, stabilize, stabilise, deal reached, bargain, discounted, upswing, hodl
 1.0: accepts bitcoin, adds bitcoin, perks, perked, encouraging, easing, leads market
 0.5: approve, partnership, expands, opportunities, buy, buys, buying, acquire, acquires, win, listing, listed on
 0.5: support, supports, supported, dividend, declares dividend, launches, launch, launched, unveils, innovative
 0.5: agreement, agrees, accord, cheap, integration, integrates, expand, expanding, new product, invests, invest
 0.0: to record, never been more, never been this, from record highs, from record high, from all-time high
 0.0: from all-time highs, from record, worst case, stop loss, loss prevention, short term, short-term, long term
 0.0: cut the ribbon, fall guy, risk management, risk-free, bull run ends, bear hug, crude oil, gross margin
 0.0: gross profit, price drop alert, capital gains, capital gain, gains tax, top line, bottom line, credit card
 0.0: fixed income, interest rate, tax cut debate, sell-side, buy-side, buy side, sell side, rising star
 0.0: fallen angel, track record, criminal record, record keeping, record date, public records, great recession
 0.0: bull case, bear case, fails to, failed to, fail to, failing to
-0.5: volatile, choppy, mixed results, cautious, caution, uncertain, uncertainty, uncertainties, hold rating
-0.5: sideways, worry, fear, sells, selling, sold, dispute, disputes, exits, exit, risk, risks, risky, struggle
-0.5: struggles, struggling, challenging, tough, threat, threatens, threaten, shorts, short, shorting
-1.0: delay, delays, delayed, delaying, postpone, postpones, postponed, halt, halts, halted, suspend, suspends
-1.0: suspended, pressure, pressured, pressures, concern, concerns, concerned, worries, worried, fears, doubt, doubts
-1.0: sell, dilution, dilutive, share offering, stock offering, public offering, secondary offering, investigates
-1.0: strike, strikes, downtick, retreat, overvalued, overbought, expensive, quits, resign, resigns, resigned
-1.0: steps down, stepping down, departs, departure, soft, softer, muted, headwind, headwinds, resistance, struggled
-1.0: probe, probes, sue, sues, sued, lawsuit, lawsuits, class action, fine, fines, tariff, tariffs, ban, bans
-1.0: banned, rejects, reject, rejected, fail, fails, failed, failure, outage, trade war, war, invasion, missile
-1.0: missiles, hacker, hackers, theft, scandal, glitch
-1.5: probed, investigation, investigated, subpoena, subpoenaed, scrutiny, liability, liabilities, penalty, penalties
-1.5: fined, recall, recalls, recalled, antitrust, sanction, sanctions, sanctioned, banning, blocks deal, rejection
-1.5: restructuring, restructure, impairment, write-down, writedown, write-off, writeoff, goodwill charge, weak
-1.5: weaker, weakest, weakness, weakens, weaken, weakened, sluggish, slow, slows, slowed, slowing, slowdown, soften
-1.5: softens, softening, disappoint, disappoints, disappointed, disappointing, disappointment, lackluster
-1.5: lacklustre, trouble, troubled, troubles, woes, lower, lowers, lowered, lowering, trim, trims, trimmed, trimming
-1.5: failing, layoff, layoffs, job cuts, cut jobs, cuts jobs, cutting jobs, lays off, laid off, warn, warned
-1.5: cautions, dip, dips, dipped, dipping, drag, drags, dragged, stall, stalls, stalled, lag, lags, lagged, lagging
-1.5: loss, losses, bear, bears, breach, breached, leak, shutdown, shortage, shortages, restatement, restates
-1.5: shuts down, shut down, supply glut, glut, oversupply, in the red, shrink, shrinks, shrank, pullback, correction
-1.5: bear market, recession, crisis, turmoil, panic, hurt, hurts, hurting, suffer, suffers, suffered, suffering
-1.5: hit by, takes a hit, took a hit, squeezed, hampered, hampers, curbs, curb, closures, closing stores
-1.5: store closures, bleak, gloomy, gloom, dire, dismal, wavers, wobbles, wobble
-2.0: fall, falls, fell, falling, fallen, drop, drops, dropped, dropping, decline, declines, declined, declining
-2.0: slip, slips, slipped, slipping, slide, slides, slid, sliding, lose, loses, lost, losing, downside, downtrend
-2.0: lower than expected, trades lower, trading lower, opens lower, moves lower, edges lower, heads lower
-2.0: inch lower, cut, cuts, cutting, slashes, slash, slashed, slashing, missing, worse, worst, weigh on, weighs on
-2.0: weighed on, fall short, falls short, fell short, contraction, contracts, deteriorate, deteriorates
-2.0: deteriorated, deteriorating, deterioration, negative, bearish, retreats, retreated, tumbling, warns, warning
-2.0: profit taking, downward, underperform, underperforms, underperformed, underperforming, underweight
-2.0: to hold from buy, cut to neutral, cut to hold, cut to sell, cuts to neutral, cuts to hold, cuts to sell
-2.0: sell rating, to underperform, to underweight, at sell, at underperform, at underweight, to reduce
-2.0: to neutral from, death cross, hawkish, rate hike, rate hikes, hikes rates, hike rates, hiked rates, raise rates
-2.0: raises rates, raised rates, raises interest rates, higher for longer, higher rates, escalation, escalates
-2.0: stagflation, downturn, overhang, delist, delists, delisted, delisting, short seller, short report, outflow
-2.0: outflows, etf outflows, liquidation, liquidations, liquidated, profit warning, sec charges, charged with
-2.0: indicted, indictment, money laundering, accounting irregularities, crackdown, cracks down, unpegged, depeg
-2.0: depegs, depegged, exploit, exploited, exploits, drained, drains, phishing, shed, sheds, shedding, dumping
-2.0: dumps, dumped, dump, cashing out, exits position, dives into red, stumble, stumbles, stumbled, stumbling
-2.0: crumbling, crumbles, crumble, crumbled, from outperform, from overweight, from conviction buy, from buy, darker
-2.0: worsen, worsens, worsened, worsening, pares, pared, less than forecast, less than expected
-2.5: misses, miss, missed, down_move, downgrade, downgrades, downgraded, downgrading, tumble, tumbles, tumbled, sink
-2.5: sinks, sank, sinking, sunk, slump, slumps, slumped, slumping, plunge, plunges, plunged, plunging, selloff
-2.5: sell-off, selloffs, sell off, sells off, misses estimates, missed estimates, missed expectations
-2.5: misses expectations, below expectations, below estimates, below consensus, worse than expected
-2.5: worse-than-expected, lower-than-expected, weaker-than-expected, price target cut, pt cut, target cut
-2.5: target lowered, cuts price target, lowers price target, cuts target, cuts pt, pt lowered, pt slashed
-2.5: cuts guidance, cut guidance, lowers guidance, lowered guidance, slashes guidance, cuts forecast, cuts outlook
-2.5: lowers outlook, lowers forecast, guidance cut, cuts full-year guidance, trims guidance, trims forecast
-2.5: withdraws guidance, pulls guidance, suspends guidance, guides below, guides lower, weak guidance, soft guidance
-2.5: cuts dividend, dividend cut, suspends dividend, slashes dividend, suspends buyback, dilutes, record low
-2.5: record lows, new low, new lows, 52-week low, multi-year low, year low, lowest level, lowest since, beat down
-2.5: beaten down, hack, hacked, hacks, stolen, steals, fraud, fraudulent, ponzi, scam, scams, rug pull
-2.5: swings to loss, swung to a loss, net loss, wider loss, wider losses, going concern, junk status, to junk
-2.5: fda rejects, complete response letter, clinical hold, fails trial, misses endpoint, missed primary endpoint
-2.5: capitulation, contagion, insolvency concerns, bank run, emergency meeting, credit crunch, dive, dives, dived
-2.5: dove, diving, gap down, gaps down, gapping down, give up gains, gives up gains, gave up gains, gains evaporate
-2.5: gains fade, pare gains, pares gains, pared gains, erase gains, erases gains, erased gains, trim gains
-2.5: trims gains, gives back gains, equity offering, misses by, missed by, goes short, cease trading
-2.5: halts production, give back gains, gave back gains, edges back, gave up nearly all, gives up nearly all
-2.5: back off, backs off, rally stumbles, rally fades, below forecast, below forecasts, extends losses
-2.5: extend losses
-3.0: crash, crashes, crashed, crashing, plummet, plummets, plummeted, plummeting, nosedive, nosedives, tank, tanks
-3.0: tanked, tanking, freefall, free fall, collapse, collapses, collapsed, collapsing, meltdown, carnage, bloodbath
-3.0: crater, craters, cratered, hammered, slammed, pummeled, battered, wiped out, wipes out, default, defaults
-3.0: defaulted, halts withdrawals, suspends withdrawals, freezes withdrawals, halted withdrawals, pauses withdrawals
-3.0: record outflows, record loss, record losses
-3.5: bankrupt, bankruptcy, chapter 11, insolvent, insolvency, files for bankruptcy, went bust, goes bust
-3.5: delisting notice
"""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


BAD_THINGS: Final = _set(
    """
    net_loss unemployment jobless joblessness inflation cpi ppi pce loss losses debt debts cost costs expenses
    expense yields deficit deficits default defaults delinquencies delinquency bankruptcies bankruptcy tariff
    tariffs layoffs volatility vix infections deaths foreclosures outflow outflows claims charge-offs writedowns
    provisions churn rates rate inventories overcapacity leverage shortage shortages tension tensions uncertainty
    risk risks fears worries liabilities hacks thefts redemptions attrition penalties fines complaints recalls
    lawsuit lawsuits probe probes investigation investigations litigation suit dispute disputes
    """
)
"""Things that are bad when they grow and good when they shrink."""

RISES: Final = _set(
    """
    rise rises rose rising risen jump jumps jumped jumping surge surges surged surging soar soars soared soaring
    climb climbs climbed climbing grow grows grew growing widen widens widened widening wider increase increases
    increased increasing higher spike spikes spiked spiking accelerate accelerates accelerated accelerating mount
    mounts mounted mounting swell swells swelled balloon balloons ballooned rebound rebounds rebounded hike hikes
    hiked hiking raise raises raised raising intensify intensifies intensified escalate escalates escalated worsen
    worsens worsened up_move up deepen deepens deepened heat heats hot hotter impose imposes imposed gain gains
    gained advance advances double doubles doubled triple triples tripled elevated expands persist persists sticky
    """
)
"""Words that say a thing grows."""

FALLS: Final = _set(
    """
    fall falls fell falling fallen drop drops dropped dropping decline declines declined declining narrow narrows
    narrowed narrowing narrower shrink shrinks shrank shrinking cool cools cooled cooling cooler soft softer ease
    eases eased easing slow slows slowed slowing decrease decreases decreased decreasing lower lowers lowered
    lowering cut cuts cutting slash slashes slashed slashing reduce reduces reduced reducing reduction recede
    recedes receded receding subside subsides subsided abate abates abated plunge plunges plunged tumble tumbles
    tumbled slide slides slid sliding slip slips slipped trim trims trimmed trimming halve halves halved dip dips
    dipped retreat retreats retreated down_move down soften softens softened moderate moderates moderated
    moderating lift lifts lifted remove removes removed scrap scraps scrapped fade fades faded wane wanes waned
    sink sinks sank pause pauses paused repay repays repaid improve improves improved settle settles settled
    settlement settling postpone postpones postponed dismiss dismisses dismissed end ends ended
    """
)
"""Words that say a thing shrinks. `lift` and `remove` count here because tariffs and fears are what gets lifted."""

PRIZES: Final = _set(
    """
    profit profits growth dividend dividends recovery rally optimism confidence momentum strength buyback buybacks
    """
)
"""Good things whose own valence is void when they shrink ("profit falls" is bad, not mixed)."""

LIFTED: Final = _set(
    """
    lift lifts lifted improve improves improved settle settles settled settlement settling ease eases eased easing
    remove removes removed
    """
)
"""Those of `FALLS` that are no loss when said of a good thing."""

NEGATORS: Final = _set(
    """
    no not never none nor neither without cannot can't couldn't didn't doesn't don't hadn't hasn't haven't isn't
    mustn't shouldn't wasn't weren't won't wouldn't aren't denies denied deny unlikely despite avoids avoid
    avoided averts averted fails_to failed_to fail_to failing_to
    """
)
"""Words that turn what follows around; all of them reach VADER as `not`."""

FILLERS: Final = _set(
    """
    a an the to of on in at by its their his her is are was were be been being expected likely going set seen any
    longer for from it this that these those has have had will would could may might do does did ,
    """
)
"""Words left out so that a negation or a direction reaches the word it governs ("no longer expected to fall")."""

GOOD_THINGS: Final = _set(
    """
    share shares stock stocks equity equities price prices market markets futures revenue revenues sales profit
    profits earnings eps income margin margins bitcoin btc ether eth crypto gold silver oil crude dow nasdaq index
    indexes indices dollar euro yen bonds guidance outlook forecast demand output production orders dividend
    """
)
"""Things with a direction of their own: a bad thing does not reach across them ("fears send stocks lower")."""

WALLS: Final = _set(
    """
    , on amid after as over by from while and but despite because since before with against
    """
)
"""What a direction does not cross on its way to a bad thing ("stocks fall on worries")."""

BAD_RISES: Final = "bad_rises"
BAD_FALLS: Final = "bad_falls"
PRIZE_FALLS: Final = "prize_falls"
DIRECTION_VALENCE: Final = 2.5


def _parse(table: str) -> Iterator[tuple[str, float]]:
    for line in table.strip().splitlines():
        valence, entries = line.split(":", 1)
        yield from ((entry.strip(), float(valence)) for entry in entries.split(","))


WORDS: Final[Mapping[str, float]] = MappingProxyType(dict(_parse(_VALENCES)))
"""Valence of each word or idiom, lower case, words parted by one space."""

NEUTRAL_WORDS: Final = _set(
    """
    action active admit admits advantage agree agreed alert amazon arrest asset assets authority award awards
    backed backing bankroll battle beauty benefit benefits best block broke care challenge challenges chance
    charge charged charges chevron clean clear comfort conflict create created creates credit critical crude dead
    death deaths defense defence demand demands determined diamond died disorder ease easy effective energy ensure
    entertainment exclusive faith fan favorite festival fight fire fit free fresh friend fun game games giant gift
    glad god good grand great gross gun hand hard healthy heart hell help helping helps hero hide high holiday
    holidays honest honor huge ideal important intelligence interest interested interests join joke justice kill
    kind landmark laugh legal like likes love low lows matter matters merry miracle natural nice no novel number
    ok okay original party pay paying peace perfect play playing please popular prevent pretty problem problems
    promise promote protect proud pure rainy reach reached ready resolve rich richest safe safety save saved
    secure securities security serious share shared shares sharing smart special spirit stop straight super
    supreme sure surprise surprised tax taxes thank thanks toll treasure treasury true trust trusted united useful
    value valued values vision want warm waste wealth well wellness wells wish worth yes cancer cancers tumor
    tumour disease diseases virus infection pain alarm disaster emergency attack attacks shot shoot shooting bomb
    killed accident fair isolated loyal novelty certain clever like-for-like mature odd pardon prize prosecutor
    regulatory solutions solution trivial violence dominion fortune goldman heroes inspire legend liberty noble
    paradise patriot progress resolute sunshine triumph trump
    """
)
"""Words without a feeling in financial news, whatever VADER says."""

IDIOMS: Final[Mapping[str, str]] = MappingProxyType({w: re.sub(r"\s", "_", w) for w in WORDS if " " in w})
"""Idiom to the single token that stands for it."""

IDIOM_STARTS: Final = frozenset(idiom.split(" ", 1)[0] for idiom in IDIOMS)
"""First words of the idioms."""

LONGEST_IDIOM: Final = max(idiom.count(" ") for idiom in IDIOMS) + 1
"""Words in the longest idiom."""
