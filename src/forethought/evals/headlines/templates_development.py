"""Headlines of the development half: one template a line, commonest first within a group.

`MOVE` fits a rise and a fall alike, `UP` and `DOWN` one of them, `NONE` neither. Slots follow the direction of the
headline and `{-slot}` is its opposite; in `NONE` they follow a direction drawn for nothing. `[a|b]` is one of both.

What could be read either way is labelled by these rules: a forecast of a rise or fall carries that direction ("may fall
to": down), a forecast of a range or a question carries none; a day's move wins over the week's when both are told;
other assets, imports, stocks and past years carry none; a move that is given back by the close carries none.
"""

from forethought.evals.headlines.words import lines

MOVE = lines("""
    {SV} {why}
    {S} {ends} {higher} {why}
    {P} {move} {why}
    {SV} {why}
    {SA} {amt} {why}
    {SV} {why}
    {S} {ends} {higher} {why}
    {SV}
    {month} {N} {up} {amt} to settle at {px}
    {month} {N} {moves} {amt} to settle at {px}
    {N} {moves} by {rs} {why}
    {SV}, {peer} {moves}
    {SA} {amt} to {rspx}
    {N} snaps {days} {-noun}
    {N}, {peer} {move} {why}
    {N} futures {move} {why}
    {SA} for {nth} day
    {N} [posts|logs|sees] {nth} straight daily {noun}
    {N} futures {move} after {days} {-noun}
    {S} {ends} {higher}
    {S} at {period} {extreme} {why}
    {N} settles at {period} {extreme}, {peer} {up} {pct}
    {N} {moves} to {period} {extreme} {why}
    {SA} {adv} {why}
    {S} {up} {pct} {why}
    {SV}; {peer} {-moves}
    {SV} but posts weekly {-noun}
    {SV}, still on track for weekly {-noun}
    {SA} {amt}, set for weekly {noun}
    {SV}, logs weekly {noun} of {pct}
    {P} {end} {higher} {why}
    {N} futures {move} {pct} {why}
    {S} trades {higher} in {venue}
    {S} {higher} {why}
    {venue} {N} {moves} {why}
    {SV} in {venue} {why}
    {N} {month} futures {up} {amt} at {px}
    {S} [may|could|set to|likely to] {move} to {rspx}: {who}
    {S} [may|could|set to|likely to] {move} to {px}: {who}
    {S} [may|could|might] {move} further: {who}
    {S} {lookfor} {higher} {why}
    {S} heads for [weekly|monthly|quarterly] {noun} {why}
    {N}'s {noun} [continues|gathers pace|extends to {nth} day]
    {peer} {-higher}, {N} {higher}
    {peer} {-moves}; {N} {moves} {why}
    {why_start}, {N} {moves}
    {event} [sends|leaves] {N} {higher}
    {S} [back|] {above} {mark} {why}
    {SV} after {event}; {peer} {moves}
    {P} {move} [again|as well|too]; {who} sees more {nounpl}
    {N} {noun} [deepens|broadens|accelerates] {why}
    {S}: {nth} {noun} in a row {why}
    {SA} most in [{period_word}s|over a {unit_word}] {why}
    {N} posts biggest {noun} in {period_plural}
    {N} [marks|logs|notches] {nth} straight session of {nounpl}
    {N} futures [log|mark|notch] {nth} [straight|consecutive] {noun}
    {SV} [from|after touching] {period} {-extreme}
    {SV} from {period} {-extreme} {why}
    {S} {up} {amt} [on day|overnight|in early trade|by midday|in afternoon]
    {N} price today: {S} {higher} at {rspx}
    {N} prices today: {S} {up} {pct}
    {P} {move} by {rs} in {venue} {why}
    {S} {higher} at {px}; {peer} {-higher}
    {SV} even with {peer} {-higher}
    {SV} even as {peer} {-moves}
    [Weekly|Monthly] {noun} for {N} [grows|widens] {why}
    {S} [opens|starts week|begins month] {higher} {why}
    {S} [technicals|chart] point {higher}, says {who}
    {who}: {N} to {move} to {mark}
    {who} sees {N} {moving} to {mark}
    {N}'s {period} {noun}: {event} takes [the blame|the credit]
    Why {N} is {moving} today
    {N} {noun} [tops|exceeds|reaches] {pct} {why}
    {event} over, {N} {moves}
    {peer} [leads|outpaces] as {N} {moves} {why}
    {S} [unable to hold|gives back part of] {-noun}, {moves} {why}
    {N} [still|remains] {higher} [for year|on quarter|this month] and {moves} again
    {S} {moves}, {peer} flat
    {N} and {peer} {move} in tandem {why}
    {S} {moves} {amt}, {peer} {moves} {amt2}
    {N} [-|:] {noun} {why}
    {N}'s {adv_adj} {noun}: {who} on what is behind it
    {S} {moves} as {house} [changes|revises|repeats] target
    {SV}; {rupee_clause}
    {event}: {N} {moves} {pct}, {peer} {-moves}
    {N} futures {-higher} on the week, but {move} today
    {SV} [in volatile trade|in see-saw session|after wild ride] {why}
    """)

UP = lines("""
    {N} [buyers|bulls] [return|regroup|in control] {why}
    {N} [pares|trims|cuts] losses {why}
    {N} off lows {why}
    {N} [erases|wipes out|reverses] early losses
    {S} {higher} as [fear|panic|anxiety] grips {venue}
    {N} breaks {mark} [barrier|mark|ceiling] {why}
    {S} holds above {mark}, {up} {pct}
    {S} [hits|scales|touches] [record|all-time|lifetime] high {why}
    {N} [glows|basks|gleams] {why}
    Losing streak over as {N} {moves}
    {event} [boosts|lifts|buoys|aids|helps] {N}
    {event} [gives|lends] {N} [some cheer|a leg up|support|wings]
    Weaker {peer} [lifts|props up] {N}
    {N} [survives|shrugs off] {event}, {moves}
    [Bargain hunters|Dip buyers|Short sellers covering] lift {N}
    Buyers [flock|rush|pile] [in|back]to {N} {why}
    {N} no longer [falling|sliding]; {moves} {why}
    Bears [burned|squeezed|caught out] as {N} {moves}
    {N} selling dries up, price {higher}
    Worst over for {N}? {S} {moves} {pct}
    {N} finds a floor {why}
    {house} raises {N} [target|forecast] to {mark}
    """)

DOWN = lines("""
    {N} suffers {nth} straight daily {noun}
    {N} recovers [some|little] [ground|poise], yet {ends} {higher}
    {N} [sellers|bears] [return|regroup|in control] {why}
    {N} [pares|trims|cuts] gains {why}
    {N} off highs {why}
    {N} [erases|wipes out|reverses] early gains
    {N}'s rally [stalls|fizzles|fades|runs into wall] {why}
    {N} breaks below {mark} [support|mark|floor] {why}
    {S} fails to hold {mark}, {up} {pct}
    {S} [hits|sinks to|touches] lowest since [2009|2012|last spring|the crisis] {why}
    {N} [loses its glitter|dulls|tarnishes] {why}
    Winning streak over as {N} {moves}
    {event} [weighs on|hurts|dents|drags|pressures] {N}
    {event} [takes|knocks] [the shine off|wind out of] {N}
    Stronger {peer} [hits|caps|undermines] {N}
    {N} [ignores|fails to respond to] {event}, {moves}
    [Profit-takers|Stale longs|Momentum sellers] hit {N}
    Buyers [desert|shun|abandon] {N} {why}
    {N} no longer [rising|climbing]; {moves} {why}
    Bulls [burned|trapped|caught out] as {N} {moves}
    {N} buying dries up, price {higher}
    Party over for {N}? {S} {moves} {pct}
    {N} gets no help from {event}
    {house} cuts {N} [target|forecast] to {mark}
    """)

NONE = lines("""
    {S} {steady} {why}
    {S} {steady} ahead of {event}
    {S} {steady} as investors await {event}
    {P} [steady|flat|unchanged|mixed] {why}
    {S} {steady}
    {S} seen in range of {range}: {who}
    {S} to trade in range of {range}: {who}
    {S} {steady}; {peer} {moves}
    {N} imports {move} {pct} in {month_name}
    Will {N} hit {mark} this year?
    Is it time to [buy|sell|book profits in] {N}?
    What next for {N} after {event}?
    {event}: what it means for {N}
    {N} outlook: all eyes on {event}
    {N} demand {moves} {pct} in [first|second|third|fourth] quarter
    {peer} {moves} {why}
    {peer} {moves}, {N} {steady}
    {N} [investors|traders|bulls|bears] await {event}
    Is {N}'s day in the sun [over|coming|here|done]?
    [5|3|Five|Seven|Ten] things to know before {N} opens
    {N} steadies after {days} {noun}
    {N} steadies after {nth} straight {noun}
    {N} swings between gains and losses {why}
    {N} [caught|torn|stuck] between {event} and {event2}
    How {N} [performed|fared] [in {month_name}|last year|since {event}]
    {house} keeps {N} [forecast|target] at {mark}
    {house} [expects|sees] average {N} price of {mark} this year
    {peer} {noun} [deepens|slows] as {N} {steady}
    {N} ETF holdings {move} [to {pct} of peak|by {tonnes}]
    [Mine|Global|Official] output of {N} {moved_pct}, report says
    Commodities this week: {N}, {peer} and {event}
    {N} [options|futures] volume {moves} [on|at] {venue}
    {venue} [raises|cuts|keeps] {N} margins
    Opinion: the [case|trouble|thing] [for|with|about] {N}
    {N}: a [hedge|bubble|haven|story] [worth|without] [a look|holding|a price]?
    {who}: do not [chase|fear|write off] {N}
    Buying {N} for [Diwali|Akshaya Tritiya|the long run]? Read this first
    {N}'s [top|bottom|next stop]: {who} has [a number|three charts|doubts]
    When {N} {moved}: lessons of [1980|2008|2011|2013]
    {N} ended last year {up} by {pct}
    {N} smuggling case: [two|four|six] held at airport
    {N} [miner|producer|refiner|dealer] [shares|profit] {move} {pct}
    {S} [support|resistance] seen at {mark}: {who}
    [Live|Blog|Podcast|Video]: {N}, {event} and the week ahead
    {N} to [take cue|take direction] from {event}
    {N} traders [split|undecided|at odds] on {event}
    {peer} [beats|trails] {N} [this quarter|so far this year]
    {N} [choppy|volatile] as {event} [passes|nears]
    {N} [gives up|loses] early {noun} to end [flat|unchanged]
    {N} recoups {-noun} to close flat
    {N} [rush|fever|fatigue|season] in [Dubai|Istanbul|Kerala|Hanoi|Texas|Zurich]
    The [man|woman|bank|machine] that [bet against|cornered|missed|called] the {N} {noun}
    {house} [hires|loses|promotes] head of {N} [trading|research]
    {N} [theft|heist|fraud|scam]: [police|court|regulator] [finds|seeks|clears] [suspect|broker|ex-banker]
    Three reasons the {N} {noun} [is a trap|matters|means nothing]
    [Beginner|Retiree|Reader] asks: is {N} [safe|too dear|cheap]?
    If {event} disappoints, {N} could go either way: {who}
    {N} {moved} in [1980|2008|2011|2013]. [Here is|Remember] why
    Long-term {N} [chart|cycle|story] [intact|in doubt|explained]
    {N} [weekly|monthly] review: a {noun}, then a {-noun}
    {N} bulls and bears [trade blows|draw|share honours] {why}
    Between {-noun} and {noun}: {N}'s [odd|strange|dull] [week|quarter]
    Investors [ask|wonder] if {N} {noun} can last
    {who} on {N}: [neutral|no view|on hold] until {event}
    {N} [fails to move|hardly reacts|shrugs] as {event} [comes and goes|underwhelms]
    {peer} to {N} ratio {moves} [to {period} {extreme}|again]
    {N} [jewellery|bar|coin|fund|futures] sales {move} {pct}
    {N} premiums in [India|China|Asia] {move} {why}
    [Government|Ministry|Tax office] to [raise|cut|review] tariff value of {N}
    [Pension fund|University|Sheikh|Village] [buys|sells] {tonnes} of {N}
    Wait [for|until] {event}, {who} tells {N} [buyers|holders]
    """)
