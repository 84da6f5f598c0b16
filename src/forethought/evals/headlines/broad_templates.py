"""Templates and words of the broad stream: many companies, many subjects, one sentiment a text.

`{up}` and the like follow the sentiment where the template stands under `MOVE` (`{-up}` goes against it) and one drawn
for nothing under `NEUTRAL`; `[a|b]` is one of both.
"""

from collections.abc import Mapping
from types import MappingProxyType

from forethought.evals.headlines.words import lines

MOVE = lines("""
    {tag} {co} {up} {pct} after {event}
    {tag} {co} shares {up} {pct}
    {co} stock {up} on {event}
    {co} Q{q} EPS ${eps} {beats} ${eps2} estimate
    {co} Q{q} sales ${m}M {beat_short} ${m2}M consensus
    {tag} {co} {graded} at {bank}
    {bank} {grades} {co}, PT to ${px} from ${px2}
    {co} {guides} FY outlook
    {co} {guides} {year} forecast, cites {topic}
    {co}: {event} {good_for} margins
    {co} {profit} {pct} as {topic} {good_for} {unit}
    {tag} {price_action} {setup}
    {co} {wins} {thing} {deal}
    {region} {macro} {up} {beats_macro} in {month}
    {sector} stocks {up} as {topic} {topic_turn}
    {tag} {opinion} #{word}
    {person} {opinion_on} {co}: {stance}
    {co} CEO {person} {tone} about {topic}
    {commodity} {up} {pct} as {topic} {topic_turn}
    {co} {health} {drug} {phase} trial
    {co} {divs} quarterly dividend to ${eps}
    {co} {jobs} {count} jobs at {place} {unit}
    {place} court {ruling} {co} over {thing}
    {co} {credit} by {bank} ratings arm
    {tag} {word} {word} {sarcasm}
    {co} on pace for {best} [day|week|month] since {year}
    {co} {unit} orders {up} {pct} in {region}
    {co} {wins} {word} {thing} {deal} in {place}
    {co}'s {word} {thing} {good_for} {unit}, {person} says
    {co} {graded}: {word} {thing} {topic_turn}
    {word} {thing} {topic_turn}, {co} {up}
    {tag} {opinion} after {word} {thing} news
    {co} {up} even as {co2} {-up} {pct}
    {co2} {-up} {pct} but {co} {up} on {event}
    {tag} {-up} early, now {up} {pct}
    {co} {beats_loose} sales but {guides} {year} view on {topic}
    {tag} {opinion}, ignore {person} and the {-tone} crowd
    After {-profit} {pct} in {year}, {co} {profit} {pct2}
    {person}: {co} {topic} {topic_turn}, others {-tone}
    {region} {sector} makers {tone} as {event} nears
    """)

SIDES: Mapping[int, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        1: {
            "up": lines("""
            up
            rises
            gains
            jumps
            climbs
            soars
            rallies
            higher by
            pops
            surges
            spikes
            rockets
            advances
            leads gainers,
            extends run,
            """),
            "beats": ("beats", "tops", "ahead of", "vs", "above", "crushes", "better than"),
            "beats_loose": ("beats on", "tops"),
            "beat_short": ("beat", "top", "above", "vs lower"),
            "graded": (
                "upgraded to buy",
                "started at outperform",
                "raised to overweight",
                "added to conviction list",
                "upgraded",
            ),
            "grades": ("upgrades", "lifts", "turns positive on", "initiates at buy", "raises"),
            "guides": ("raises", "lifts", "boosts", "hikes low end of", "nudges up"),
            "good_for": ("boosts", "helps", "eases pressure on", "lifts", "a plus for"),
            "profit": ("profit up", "profit jumps", "narrows loss by", "swings to profit, up", "earnings grow"),
            "price_action": (
                "breaking out of",
                "nice base in",
                "calls active above",
                "bought more on",
                "reversal candle at",
            ),
            "wins": ("wins", "lands", "secures", "closes", "clinches"),
            "beats_macro": ("more than forecast", "beating views", "to best", "past estimates"),
            "topic_turn": ("improves", "eases", "worries fade", "hopes build", "clears up"),
            "opinion": (
                "this thing wants higher",
                "loading up here",
                "shorts are toast",
                "dip buyers paid",
                "new highs coming",
            ),
            "opinion_on": ("bullish on", "likes", "doubles stake in", "defends"),
            "stance": ("a buy here", "cheap", "best in class", "room to run"),
            "tone": ("upbeat", "confident", "cheerful", "sees tailwinds"),
            "health": ("hits goal in", "wins approval after", "gets fast track for", "reports strong data from"),
            "divs": ("raises", "hikes", "boosts", "reinstates"),
            "jobs": ("to add", "hiring", "brings back"),
            "ruling": ("sides with", "clears", "drops case against", "tosses fine for"),
            "credit": ("outlook lifted", "upgraded from junk", "put on positive watch"),
            "sarcasm": ("to the moon", "bulls back in charge", "squeeze time", "green everywhere"),
            "best": ("best", "biggest gain in any"),
        },
        -1: {
            "up": lines("""
            down
            falls
            drops
            slides
            slips
            sinks
            tumbles
            lower by
            plunges
            sheds
            slumps
            skids
            retreats
            leads losers,
            extends slide,
            """),
            "beats": ("misses", "short of", "below", "vs", "light of", "trails", "worse than"),
            "beats_loose": ("misses on", "light on"),
            "beat_short": ("miss", "below", "light vs", "vs higher"),
            "graded": (
                "downgraded to sell",
                "started at underperform",
                "cut to underweight",
                "cut to neutral",
                "downgraded",
            ),
            "grades": ("downgrades", "cuts", "turns cautious on", "drops coverage rating on", "trims"),
            "guides": ("cuts", "lowers", "withdraws", "slashes top end of", "trims"),
            "good_for": ("hurts", "squeezes", "adds pressure on", "dents", "a drag on"),
            "profit": ("profit down", "profit tumbles", "widens loss by", "swings to loss, down", "earnings shrink"),
            "price_action": (
                "breaking down from",
                "ugly top in",
                "puts active below",
                "sold rest on",
                "failed rally at",
            ),
            "wins": ("loses", "walks away from", "delays", "scraps", "misses out on"),
            "beats_macro": ("less than forecast", "missing views", "to worst", "short of estimates"),
            "topic_turn": ("worsens", "bites", "worries grow", "hopes fade", "drags on"),
            "opinion": (
                "this thing wants lower",
                "getting out here",
                "bagholders everywhere",
                "dip buyers trapped",
                "new lows coming",
            ),
            "opinion_on": ("bearish on", "shorts", "halves stake in", "slams"),
            "stance": ("a sell here", "rich", "worst in class", "room to fall"),
            "tone": ("gloomy", "wary", "downbeat", "sees headwinds"),
            "health": ("misses goal in", "hit by rejection after", "halts", "reports safety signal from"),
            "divs": ("cuts", "slashes", "suspends", "omits"),
            "jobs": ("to cut", "laying off", "freezes"),
            "ruling": ("rules against", "fines", "revives case against", "orders probe of"),
            "credit": ("outlook cut", "downgraded to junk", "put on negative watch"),
            "sarcasm": ("to zero", "bears feasting", "margin call time", "red everywhere"),
            "best": ("worst", "biggest loss in any"),
        },
    }
)

NEUTRAL = lines("""
    [Traffic|Rainfall|Turnout|Attendance|Tourism] in {place} {up} {pct} in {month}
    {place} [team|side|club] {beats} {place} in {word} final
    {person} {tone} about {word} [season|recipe|exhibit] in {place}
    {co} {up} {pct} in {year}: what [we learned|happened next|readers ask]
    {co} [beat|missed] in {month} {year}. [Does it matter?|A look back]
    Why {person} {opinion_on} {word} [bonds|art|wine|football]
    {co} {profit} {pct}? Not so fast, says {person}, [no view|wait and see]
    {topic} {topic_turn}, then {-topic_turn}: {sector} [week in review|diary]
    {place} {wins} [bid to host|right to name] {event}
    {tag} {up} or {-up}? [Poll|Vote|Discuss]
    {co} appoints {person} as [CFO|chair|head of {unit}|general counsel]
    {co} to [present|speak] at {bank} {sector} conference
    {co} [files|amends] [10-Q|8-K|shelf registration|proxy]
    {co} sets Q{q} earnings date
    {tag} {co} earnings call transcript, Q{q} {year}
    What to watch when {co} reports
    {tag} {co}: [is it fairly valued|what the chart says|a closer look at {unit}]
    {co} and {co2} in talks over {thing} [venture|licence|site], sources say
    {co} names {place} site for {thing} [plant|lab|hub]
    {person} joins {co} board
    Stocks making moves [midday|premarket|after hours]: {co}, {co2} and more
    {place} [mayor|minister|governor] {person} [visits|meets|writes to] {co} [workers|managers|about {topic}]
    {topic}: [five charts|a timeline|the basics|who pays]
    [Here is|This is] what {person} thinks of {topic}
    {person} [says|tells TV|writes] {topic} [is not a priority|needs study|comes up every year]
    {region} {macro} [unchanged|due|revised] in {month}
    [Fed|ECB|BOE|RBA]'s {person}: [policy well placed|watching {topic}|no rush on {topic}]
    How {place} [came to love|pays for|lost] its {thing} [industry|museum|market]
    {co} [launches|unveils|tests|recalls old name for] {thing} in {place}
    {co} CEO {person} on {topic}, {thing} and [patience|luck|family]
    {tag} [watching|no position|on my list|chart] {word} {word}
    {thing} startup {co} raises ${m}M from {co2}
    {co} [completes|prices|extends] ${m}M notes [offering|tender]
    {event}: [live updates|what we know|reader questions]
    {person}, [founder of|early backer of|former head of] {co}, [dies at|turns] {age}
    [Museum|Orchestra|Team|School] in {place} [gets|names] {thing} [prize|wing|coach] after {person}
    [Storm|Heat|Snow] over {place} [delays|moves] {event}
    [Podcast|Video|Opinion]: {topic} and the [limits|future|price] of {thing}
    {co} [shareholders|board|staff] [vote on|discuss|approve] {topic} plan
    {place} [bans|allows|taxes] {thing} [imports|ads|parking] from {month}
    Is {co} a [value|growth|income] stock? {person} weighs in
    {co} moves {unit} [from|to] {place}
    {tag} {co} {q}-for-1 split takes effect {month}
    {co} insider {person} [files form 4|gifts shares|exercises options]
    {bank} [reiterates|maintains|resumes] {co} [hold|neutral|market perform], PT ${px}
    {co} [partners with|signs MoU with|picks] {co2} on {thing}
    [Recipe|Travel|Gift guide|Weekend read]: {thing} from {place}
    {topic} [hearing|panel|summit] [opens|moved] in {place}
    [Why|How|When] {word} and {word} [matter to|divide|puzzle] {sector} [buyers|bosses|lawyers]
    {word} [maker|seller|farmer|trader] {person} [keeps|rethinks|explains] the {word} [habit|rule|budget]
    [Police|Scientists|Farmers|Pilots] in {place} [find|count|study] {word} [near|under|instead of] {word}
    {co} [renames|redesigns|photographs] its {word} {thing}
    {place}'s {word} [festival|strike|election|census] [begins|ends early|draws few]
    My {q} [lessons|mistakes|rules] from {co}'s {word} years
    {person}: [a {word} in the market|life after {co}|why I keep a {word}]
    [Shipping|Visa|School|Water] rules for {place} [published|debated|explained]
    [Good morning|Weekend|Happy {month}] {word} [people|club|fans]
    """)

_ODDMENTS = """
abbey acorn admiral alley almanac amber anchor ankle apron arcade armour atlas attic auction avalanche badger ballad
bamboo banjo barley barrel basil beacon beetle bishop blanket blizzard bonfire bouquet bramble bridle bronze bugle
bunker butler cabin cactus camel candle canyon captain caravan cargo carousel carpet cathedral cavern cellar chalk
chapel charcoal chariot chestnut chimney cinder circus clover cobbler comet compass coral cottage cradle crater
cricket crystal cupboard curtain cymbal daffodil dagger dairy dancer desert diary dolphin donkey dragon drawer
dungeon dwarf eagle easel echo elbow ember emerald engine envoy fable falcon farmhouse feather fennel fiddle finch
flannel flute fossil fountain fox furnace galaxy garlic garnet gazelle ghost giraffe glacier goblet gondola gorge
granite grape gravel hammer hammock harbour harp harvest hatchet hazel hedge hermit heron honey hornet horizon
hurdle icicle inkwell island ivory ivy jackal jacket jasmine jigsaw jungle juniper kettle kitten knight labyrinth
ladder lagoon lantern lavender ledger lemon leopard lighthouse lily linen lobster locket lullaby lyric magnet magpie
mallet mango mantle maple marble marsh meadow melon mermaid meteor midnight mirror mitten monsoon mosaic moth
mustard nectar needle nest nettle nickel nomad oasis oatmeal ocean olive onion opera orchard orchid otter owl oyster
paddle palace panther paprika parade parcel parrot pebble pelican pepper pigeon pilgrim pillow pioneer pistachio
planet plum poem pony poppy porcelain porridge puddle pumpkin puppet puzzle quarry quartz quilt rabbit radish raft
rainbow raven ribbon riddle ripple river robin rooster rosemary saddle saffron sailor salmon sandal satin saxophone
scarf sculptor seashell shepherd shovel siren skeleton sleigh slipper snail sparrow spice spindle sponge squirrel
stable stallion statue steeple stencil sunflower swallow tablet tailor tambourine tapestry teapot temple thicket
thimble thistle throne thunder tide toast topaz torch tortoise tower trellis trumpet tulip tunnel turnip turtle
umbrella valley velvet vessel village vine violet violin volcano waffle wagon walnut walrus wardrobe waterfall
weasel whistle willow window wizard wolf wreath yacht yarn zebra zephyr zinnia
"""

ODDMENTS = tuple(_ODDMENTS.split())
"""Words that a text may be about once, by no meaning of theirs."""

WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "event": (
            "Q{q} results",
            "earnings",
            "investor day",
            "{topic} news",
            "FDA date",
            "Fed decision",
            "merger vote",
            "{thing} recall",
            "{place} summit",
            "index inclusion",
            "{month} update",
            "{person} remarks",
            "guidance",
            "{thing} launch",
        ),
        "bank": (
            "Morgan Stanley",
            "Goldman",
            "JPMorgan",
            "Citi",
            "Barclays",
            "UBS",
            "Jefferies",
            "Piper",
            "Cowen",
            "Stifel",
            "BofA",
            "Wells Fargo",
            "Needham",
            "Oppenheimer",
            "Mizuho",
            "KeyBanc",
            "Evercore",
            "Raymond James",
            "Baird",
            "Truist",
        ),
        "topic": (
            "trade war",
            "tariffs",
            "virus spread",
            "inflation",
            "chip shortage",
            "supply chains",
            "labour costs",
            "antitrust",
            "oil supply",
            "housing",
            "rates",
            "privacy law",
            "Brexit",
            "cloud demand",
            "ad spending",
            "wages",
            "wildfire risk",
            "foreign exchange",
            "{thing} demand",
            "{thing} prices",
            "remote work",
            "climate rules",
            "debt",
            "elections",
        ),
        "macro": (
            "retail sales",
            "factory output",
            "PMI",
            "CPI",
            "exports",
            "payrolls",
            "GDP",
            "building permits",
            "car sales",
        ),
        "region": (
            "U.S.",
            "Euro zone",
            "China",
            "German",
            "UK",
            "Japan",
            "India",
            "Brazil",
            "Korea",
            "Turkey",
            "Mexico",
            "Nordic",
        ),
        "sector": (
            "chip",
            "bank",
            "airline",
            "retail",
            "biotech",
            "software",
            "oil",
            "auto",
            "steel",
            "cannabis",
            "solar",
            "media",
        ),
        "commodity": ("Oil", "Gold", "Wheat", "Copper", "Coffee", "Natgas", "Lumber", "Iron ore", "Sugar", "Palladium"),
        "unit": (
            "cloud unit",
            "retail arm",
            "mining unit",
            "pharma arm",
            "lending book",
            "network unit",
            "services",
            "logistics",
        ),
        "deal": ("contract", "order", "permit", "licence", "bid", "takeover", "patent case", "merger"),
        "setup": ("{word} base", "200-day", "volume shelf", "${px}", "wedge", "gap", "trendline", "earnings gap"),
        "phase": ("late-stage", "phase {q}", "mid-stage", "pivotal"),
        "month": (
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        "thing": lines("""
        battery
        drone
        vaccine
        satellite
        oat milk
        streaming
        lithium
        mattress
        insulin
        tractor
        sneaker
        payments
        ferry
        handbag
        gene therapy
        helium
        scooter
        textbook
        almond
        wind turbine
        robotaxi
        pet food
        elevator
        memory chip
        denim
        bourbon
        smart meter
        hearing aid
        cement
        video game
        cruise
        mortgage
        fertiliser
        plywood
        cheese
        optical fibre
        hotel
        razor
        loyalty card
        air taxi
        """),
    }
)
