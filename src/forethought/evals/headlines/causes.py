"""Why a price moved: reasons by family of assets, in a development and a test half.

Keys: `family`, with `+` or `-` where a reason fits one direction only. Without either, the line works for both, because
its slots follow the direction: `{moves}` moves with the asset and `{-moves}` against it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from forethought.evals.headlines.words import lines

DEVELOPMENT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "any": lines("""
        on global cues
        after {event}
        ahead of {event}
        as traders weigh {event}
        on {event}
        in thin trade
        as {peer} {moves}
        as {peer} {-moves}
        tracking {peer}
        on technical trading
        despite {N} {-noun}
        as {event} looms
        before long weekend
        """),
        "any+": lines("""
        on short-covering
        on bargain hunting
        on fresh buying
        on firm global cues
        on safe-haven demand
        as buyers return
        on strong demand
        on speculative buying
        after recent sell-off
        as shorts scramble to cover
        """),
        "any-": lines("""
        on profit-taking
        on profit booking
        on weak global cues
        on muted demand
        as risk appetite improves
        on stockists' selling
        as bulls head for exit
        on fund liquidation
        after recent rally
        on demand worries
        """),
        "precious": lines("""
        as dollar {-moves}
        as dollar {-moves}
        as yields {-move}
        as equities {-move}
        as rate hike bets {-move}
        with dollar {-higher}
        as euro {moves}
        after Fed minutes
        after Fed statement
        on U.S. jobs data
        as stocks {-move}, dollar {-moves}
        on ETF flows
        as Treasury yields {-move}
        as rupee {-moves}
        """),
        "precious+": lines("""
        on weak dollar
        on soft dollar
        on safe-haven buying
        on jewellers' buying
        on festive demand
        on wedding season demand
        as Fed stays dovish
        on inflation worries
        on Greek debt fears
        as Ukraine tension mounts
        on North Korea jitters
        after weak payrolls
        on trade war fears
        as central banks buy
        as virus fears spread
        on ETF inflows
        on hopes of more easing
        on Brexit worry
        """),
        "precious-": lines("""
        on strong dollar
        on firm dollar
        on stockist selling
        as safe-haven appeal fades
        on muted jewellers' demand
        as Fed hints at taper
        on upbeat U.S. data
        as Greece deal nears
        on rate hike fears
        after strong payrolls
        as trade deal hopes rise
        on ETF outflows
        on margin calls
        as India raises import duty
        on hawkish Yellen
        as vaccine hopes dent haven bid
        """),
        "energy": lines("""
        as stockpiles {-move}
        as inventories {-move}
        as dollar {-moves}
        as rig count {-moves}
        after API data
        after EIA report
        on OPEC talk
        as output {-moves}
        as equities {moves}
        as forecasts for demand {move}
        """),
        "energy+": lines("""
        on supply fears
        after surprise draw
        on OPEC cut hopes
        as storm shuts Gulf output
        on Iran tension
        as Libya output halts
        on cold weather forecast
        on pipeline outage
        as Saudi signals cuts
        on drone strike
        """),
        "energy-": lines("""
        on supply glut
        after surprise build
        as OPEC fails to agree
        on demand fears
        as Libya restarts field
        on mild weather forecast
        as Saudi boosts output
        on Iran deal hopes
        as lockdowns hit fuel use
        on record U.S. output
        """),
        "base": lines("""
        as LME stocks {-move}
        as dollar {-moves}
        as China imports {move}
        on China data
        as yuan {moves}
        as premiums {move}
        """),
        "base+": lines("""
        on China stimulus hopes
        on Chile strike
        on supply disruption
        after upbeat China PMI
        on EV demand optimism
        on mine closure
        """),
        "base-": lines("""
        on China growth worries
        after weak China PMI
        as Chile strike ends
        on property slump
        on tariff fears
        on smelter cancellations
        """),
        "crypto": lines("""
        as ETF flows {move}
        as Nasdaq {moves}
        on CPI print
        as funding {moves}
        as dollar index {-moves}
        as open interest {moves}
        """),
        "crypto+": lines("""
        on ETF approval hopes
        on institutional buying
        after halving
        as whales accumulate
        on MicroStrategy purchase
        after short squeeze
        """),
        "crypto-": lines("""
        on exchange hack
        on China ban
        as SEC sues
        after long liquidations
        as miners sell
        on Mt. Gox jitters
        """),
        "equity": lines("""
        as yields {-move}
        after results
        as oil {moves}
        on Fed decision
        as banks {move}
        as tech {moves}
        on FII flows
        """),
        "equity+": lines("""
        on upbeat earnings
        on stimulus hopes
        on trade optimism
        as rate fears ebb
        on upgrade
        on buyback news
        """),
        "equity-": lines("""
        on weak earnings
        on rate worries
        on trade tension
        as recession fears grow
        on downgrade
        after guidance cut
        """),
    }
)

TEST: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "any": lines("""
        following {event}
        amid {event}
        in wake of {event}
        while {peer} {moves}
        while {peer} {-moves}
        taking cue from {peer}
        with {event} in focus
        in choppy session
        in holiday-thinned market
        with eyes on {event}
        despite {peer} {noun}
        despite {peer} {-noun}
        against {-higher} {peer}
        even after {-noun} in {peer}
        as {event} nears
        in catch-up move
        before data
        """),
        "any+": lines("""
        amid dip buying
        amid renewed interest
        thanks to physical offtake
        with bears in retreat
        amid positive trend overseas
        with funds adding longs
        as mood sours elsewhere
        on late buying
        amid scarcity
        after buyers defend lows
        """),
        "any-": lines("""
        amid long unwinding
        amid lack of buyers
        with bears in control
        amid negative trend overseas
        with funds dumping longs
        as mood lifts elsewhere
        on late selling
        amid plenty
        after sellers defend highs
        amid tepid offtake
        """),
        "precious": lines("""
        while greenback {-moves}
        amid greenback {-noun}
        with real rates {-higher}
        after Powell remarks
        after payrolls surprise
        while bond yields {-move}
        with risk assets {-higher}
        """),
        "precious+": lines("""
        amid haven rush
        amid Diwali rush
        amid banking turmoil
        with pandemic spreading
        amid debt ceiling standoff
        with Fed on hold
        amid Mideast flare-up
        """),
        "precious-": lines("""
        amid taper chatter
        with haven bid gone
        amid hawkish Fedspeak
        with ceasefire in sight
        amid hefty redemptions
        with imports curbed
        """),
        "energy": lines("""
        while stocks at Cushing {-move}
        with refinery runs {higher}
        amid producer meeting
        while greenback {-moves}
        following weekly storage figures
        with tanker rates {higher}
        while crack spreads {move}
        as Cushing tanks {-move}
        with drilling {-higher}
        while shale output {-moves}
        """),
        "energy+": lines("""
        amid hurricane threat
        with producers holding back barrels
        amid Hormuz scare
        amid arctic blast
        following tanker seizure
        amid refinery fire
        """),
        "energy-": lines("""
        amid oversupply
        with producers pumping flat out
        amid recession talk
        amid balmy winter
        following truce
        with tanks brimming
        """),
        "base": lines("""
        while greenback {-moves}
        with warehouse stocks {-higher}
        following Beijing figures
        while treatment charges {-move}
        """),
        "base+": lines("""
        amid Peru blockade
        with smelters curbing runs
        amid green-energy bets
        following Beijing rate cut
        """),
        "base-": lines("""
        amid Beijing crackdown
        with factories idle
        following truce at mine
        amid developer default
        """),
        "crypto": lines("""
        while tech shares {move}
        with leverage {higher}
        following inflation figures
        while hashrate {moves}
        """),
        "crypto+": lines("""
        amid treasury allocations
        with spot funds in demand
        following court win
        amid FOMO
        """),
        "crypto-": lines("""
        amid regulatory crackdown
        with stablecoin off its peg
        following lender collapse
        amid cascade of liquidations
        """),
        "equity": lines("""
        while bond yields {-move}
        following quarterly numbers
        with chipmakers {higher}
        while lenders {move}
        """),
        "equity+": lines("""
        following earnings beat
        amid soft-landing bets
        with tariff worries easing
        amid AI euphoria
        """),
        "equity-": lines("""
        following profit warning
        amid bank contagion
        with tariffs biting
        amid valuation doubts
        """),
    }
)
