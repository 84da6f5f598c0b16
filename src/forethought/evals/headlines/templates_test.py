"""Headlines of the test half; slots and the rules of labels are those of the development half."""

from forethought.evals.headlines.words import lines

MOVE = lines("""
    {SA} {amt} {why}
    {SV} {why}
    {N} {moving} {why}
    {S} {moves} to {px} {why}
    {S} {ends} {higher}, {peer} {moves}
    {N}: {month} contract {moves} {amt} to {px}
    {P} {move} {amt} {why}
    {nth} day of {nounpl} for {N}
    {S} {moves} {pct}; {why_start}
    {N} {noun} {why}
    {S} {moves}, reaches {period} {extreme}
    {S} near {period} {extreme} {why}
    {SA} {adv}; focus on {event}
    {N} complex {higher}: {S} {moves}, {peer} follows
    {S} {moves} {rs} at {rspx} {why}
    {peer} {-higher} while {N} {moves}
    {S} {moves} first time in [three|four|five|six] [days|sessions|weeks]
    Bounce or bluff? {S} {moves} {pct} {why}
    {S} [ready to|about to|tipped to|bound to] {move} towards {mark} - {who}
    {S} {lookfor} {higher} [next week|in near term|till {month_name}]
    {S} {moves} though [month|week|quarter] still shows {-noun}
    {S} {moves}, cuts {unit_word}'s {-noun} to {pct}
    {event} behind {N} {noun}
    {N} {noun} extends into {nth} [session|day|week]
    After {event}, {N} {moves} {amt}
    {N} in {pct} {noun} {why}
    {event}, {event2} and {N}'s {noun}
    {N} {adv} {higher} [overseas|at the bell|after hours|at noon]
    No end to {N} {noun} {why}
    {N} {noun} of {pct} is [steepest|largest] in {period_plural}
    {N} ticker: {px}, {up} {amt}
    {N} {moves} past {mark} {why}
    [Hedge funds|Algos|Retail traders] behind {N} {noun}, {who} says
    {S} reverses course, {moves} {why}
    {S} {moves} after [failing|struggling] to {-move}
    {peer}, {N} part ways: one {-moves}, {N} {moves}
    {event} fails to stop {N} {noun}
    {N} on course for {period} {extreme} {why}
    {who} on {N}: expect it to {move}
    {rupee_clause}; {N} {moves}
    {N} {moves}. Thank {event}
    {N}'s {nth} {noun} this month {why}
    {venue}: {N} {up} {amt}, {peer} {up} {amt2}
    {S} {moves} {why}, {why}
    Another {noun} for {N} {why}
    {S} {moves}, defying {-noun} in {peer}
    {peer} {noun}, {N} {noun}: [same|one] story
    {S} {moves} {pct}, a day after {-noun} of {amt2}
    From {-noun} to {noun}: {N} {moves} {why}
    {N} {-noun} ends, {S} {moves} {why}
    {S} ends {days} {-noun}, {moves} {amt}
    Forget the {-noun}: {N} to {move} [by {month_name}|soon|again], {who} says
    {event} [reverses|undoes] {N} {-noun}
    {N} {moves} for {nth} time in {period_plural}
    {S} {moves}; month still {-higher}
    {venue} {N}: {noun} outweighs overnight {-noun}
    {peer} {-noun} [spills into|feeds|colours] {N}: futures {up} {amt}
    {N} [long|short] positions cut; {S} {moves} {why}
    Early {-noun} in {N} proves false, {S} {moves}
    {N} traders [bet on|prepare for|fear or cheer] more {nounpl}
    Little relief: {N} {moves} {pct} {why}
    {N} {up} {amt} {why}, {peer} {-up} {amt2}
    {S} {moves} [regardless of|whatever] {event}
    {S} {moves} [as week ends|as month turns|into the weekend|on the eve of {event}]
    {N} at {px}: {noun} {why}
    {N} [daily|hourly|weekly] [signal|trend] turns {higher}
    {N} {moves} but {who} warns of {-noun}
    {who} warns: {N} {noun} {why} not over
    {N}'s {period} {extreme}: blame {event}
    {S} {moves} {amt} to {px}; {rupee_clause}
    [Spot|Cash|Physical] {N} {moves}, {month} {higher}
    {event} [nears|over|on], {N} {higher}
    """)

UP = lines("""
    {N} {-nounpl} [shrink|halved|recouped] {why}
    Fresh peak for {N} {why}
    [Demand|Appetite] for {N} [roars|comes] back, price {higher}
    {event} a [tonic|boon|tailwind] for {N}
    {N} bears run for cover
    {mark} falls: {N} {moves} to record
    Softer {peer} a gift to {N}
    Sellers vanish, {N} {moves}
    {N} rout pauses as [value seekers|consumers|funds] step in
    {house} lifts {N} view, cites {event}
    {N} leaves {mark} behind {why}
    From bust to boom: {N} {moves} {pct}
    """)

DOWN = lines("""
    {N} {-nounpl} [shrink|halved|squandered] {why}
    Fresh trough for {N} {why}
    [Demand|Appetite] for {N} [dries|melts] away, price {higher}
    {event} a [headache|blow|headwind] for {N}
    {N} bulls run for cover
    {mark} gives way: {N} {moves} to multi-month trough
    Sturdier {peer} a thorn for {N}
    Buyers vanish, {N} {moves}
    {N} rally pauses as [cashing in|fatigue|sellers] step in
    {house} lowers {N} view, cites {event}
    {N} [cannot hold|loses grip on] {mark} {why}
    From boom to bust: {N} {moves} {pct}
    """)

NONE = lines("""
    {S} {steady} {why}
    {S} {steady}, {event} next
    {N} {steady}; {peer} {moves} {pct}
    Range trade in {N}: {range}, {who} says
    {N} shipments {move} {pct} in {month_name}
    Could {N} see {mark} by {month_name}?
    Hold, add or quit {N}? {who} answers
    {N} and {event}: a reader's guide
    {peer} {moves} while {N} {steady}
    {N} day traders sit out ahead of {event}
    {house} leaves {N} view alone
    The [quiet|odd|long] life of {N} [vaults|pits|warehouses]
    Chart of the day: {N} against {peer}
    {N} stalemate as {event} [drags on|nears]
    {N} consumption {moves} {pct}, says trade body
    {N} whipsaws, finishes where it began
    What {who} [gets wrong|learned] about {N}
    {N} up, {N} down: [who can tell|another odd day|{event} muddles outlook]
    Quiz: how well do you know {N}?
    {N} open interest {moves} at {venue}
    Customs, duty and {N}: new rules from {month_name}
    {N} recycling {moves} [in Asia|as households react]
    Pivot levels for {N}: {range}
    Twenty years of {N} in [six|four] charts
    {peer} or {N}? {who} picks [both|neither]
    {N} braces for {event}
    [Bank|Dealer|Trust] [opens|shuts|moves] {N} [desk|store|unit] in [Perth|Oslo|Lagos|Lima]
    Memo to {N} [owners|sceptics]: [read the fine print|mind the spread|patience]
    {N} then and now: the {noun} of [1979|1999|2006] revisited
    What if the {N} {noun} [never ends|is a mirage]? {who} debates
    {N} seesaws: a {noun}, a {-noun}, no verdict
    Tax on {N} {nounpl}: [what you owe|rules change|court to rule]
    {N} lending, leasing and {event}: [five|nine] questions
    Odds of {N} {noun} even, options say
    {N} [museum|theft|auction|conference] draws crowd in [Perth|Oslo|Lagos|Lima]
    {peer} {noun} leaves {N} {steady}
    {N} [stocks|vaults|tanks] {move} {pct} {why}
    {N} trade deficit {moves} as {N} bill {moves}
    {N} back where it was before {-noun} {why}
    {S} {steady}, {peer} {up} {amt2}
    {S} {steady} {why}, {who} sees {noun} later or {-noun} first
    {peer} {up} {amt2}, {N} {steady} {why}
    {N} [royalty|refinery|mine|storage] [deal|plan|sale] [advances|slips|falls through] in [Perth|Oslo|Lagos|Lima]
    Calm before {event}: {N} {steady}
    """)
