"""Who buys, sells, merges, agrees, lists, raises money, moves coins."""

from typing import Final

VERBS: Final = """
custody / in: deposit stake
custody / lock: lock
custody / out: unstake
custody / unlock: unlock
finish / done: complete finalise finalize conclude consummate
invest / invest: invest
list / delist: delist
list / list: relist
merge / merge: merge
pact / sign: sign ink partner collaborate cooperate reconcile
trade / buy: buy(bought) acquire purchase accumulate hoard stockpile
trade / sell: sell(sold) divest offload dump unload liquidate spin+(spun)_off
"""

PHRASES: Final = """
custody / in: *move to exchange|*send to exchange|*transfer to exchange|*move to exchanges|*move onto exchanges
custody / out: *move off exchange|*move from exchange|*pull off exchange|*withdraw from exchange|
    *withdraw from exchanges|*leave exchanges|*move off exchanges|*move to cold storage
finish / done: deal closes|deal closed|deal has closed|deal is closed|transaction closes|transaction closed|
    deal is complete|deal completed|completion|*close deal|*wrap up|*close merger|*seal deal|*close on|
    *wrap up deal|*put finishing touches
invest / invest: *pump into|*plough back|*pour billions into|*put up money|*sink into project|*commit funds
list / delist: delisting|*go private|*remove from exchange|*pull ipo|is leaving the stock market|
    are leaving the stock market|*leave the stock market|*delist shares|*end trading of|*remove trading|
    *drop trading|*cease trading|*remove listing|*lose listing|*delist from|*kick off exchange
list / list: first day of trading|trading debut|debut on the|first trading day|ipo|*go public|listing|*list shares|
    *list on|initial public offering|public offering|stock market debut|market debut|*list|*debut on|*float shares|
    flotation|*add trading|*begin trading|*start trading|stock market listing|*make market debut|*make debut|
    *price ipo|direct listing|*file to go public|*list its shares|*start trading on
merge / merge: tie up between|merger|mergers|*combine|*tie the knot|*join with|combination|*amalgamate|*fuse|
    *join together|mega merger|tie up with rival|*meld
merge / split: *demerge|*go separate ways|demerger|*unwind merger|*undo merger
pact / break: *cancel deal|*end deal|*scrap deal|*terminate deal|*terminate agreement|*break deal|*tear up|*rip up|
    *exit deal|*quit pact|*cancel contract|*cancel agreement|*call off deal|*call off merger|*abandon deal|
    *abandon merger|*end agreement|*withdraw from deal|*withdraw from agreement|*end partnership|*cut ties|
    *sever ties|*collapse talks|no deal|*drop deal|*walk away from deal|*call off takeover|*terminate merger|
    *scrap merger|*scrap takeover|*abandon takeover|*cancel merger|*terminate contract|*pull out of deal|
    *back out of deal|*part ways|deal collapses|deal collapse|talks collapse|talks break down|talks fail|
    deal falls through|talks stall|stalemate|impasse|deadlock|*end talks|*break off talks|*walk away from talks|
    *suspend talks|*halt talks|*call off talks|*abandon talks|*end negotiations|*tear up deal|*scrap agreement|
    *scrap pact|*rip up deal|*exit pact|*walk out of talks|*break ties|*cut off ties|*break contract|*void contract|
    *axe contract|*kill deal|*abandon agreement|*end contract|*end pact|*pull out of pact|*quit deal|*leave pact|
    *pull out of agreement|*scrap contract|*break up with|*dissolve partnership|*dissolve joint venture|
    *end alliance|*end joint venture|*exit joint venture|deal off|deal is off|talks end without deal|
    *end without deal|*end without a deal
pact / sign: *strike deal|*reach deal|*reach agreement|*sign deal|*sign agreement|*sign pact|*ink deal|*clinch deal|
    *seal pact|*strike agreement|*strike a deal|*reach a deal|*reach an agreement|*sign a deal|*come to terms|
    *agree deal|*agree on deal|*reach trade deal|*sign trade deal|*strike trade deal|partnership|partnerships|
    *team up|*team up with|*join forces|tie up|alliance|collaboration|*reach accord|*sign accord|*hammer out deal|
    *conclude deal|*conclude agreement|*conclude talks|*secure agreement|*forge deal|*forge alliance|
    *forge partnership|*forge agreement|*enter partnership|*enter agreement|*enter into agreement|*pair up|*link up|
    *link up with|*work together|*enter pact|*make deal|*do deal|*do a deal|*cut deal|*cut a deal|
    *form joint venture|*form alliance|*form partnership|*form pact|*agree terms|*agree on terms|*shake hands|
    *shake hands on|breakthrough in talks|*break impasse|*break deadlock|*settle differences|*mend ties|
    *restore ties|*normalise ties|*normalize ties|*resume ties|*tie up with|tieup|*hook up with
raise money / lose: *lose funding|*lose financing|*cut off funding|*cancel funding|*pull funding|*withdraw funding|
    *end funding|*halt funding|*axe funding|*scrap funding|*freeze funding
raise money / raise: *raise capital|*raise funds|*raise funding|*raise money|funding round|*raise in funding|
    *secure funding|*raise fresh funds|*sell new shares|share offering|stock offering|*issue new shares|
    secondary offering|capital raise|rights issue|share sale|stock sale|equity raise|equity offering|placement|
    share placement|capital increase|*raise cash|fundraise|fundraising|*close round|*land funding|*secure financing|
    financing round|*raise fresh capital|*tap investors|*tap markets|*raise fresh money|*raise equity|seed round|
    *bring in investors|*get funding|*win funding|*receive funding|*obtain funding|*sell new stock
trade / buy: *take ownership of|acquisition|acquisitions|takeover|takeovers|buyout|buyouts|purchases|*take over|
    *take private|buying|*snap up|*scoop up|*pick up stake|*take stake|*build stake|accumulation|buy out|*buy out|
    *load up on|*stock up on|*gobble up|*buy up|*take control of|*pick up shares|*buy the dip|buyers|buyer|*swallow|
    *take out|*mop up|*swoop for|*swoop on|*pounce on|*buy into|*take majority stake|*raise stake|*increase stake|
    *lift stake|*boost stake|*up stake|*win control of|*gain control of|*take over control of|*raise its stake|
    *increase its stake|*increase holding|*increase holdings|*boost holdings|*boost holding|*raise holdings|
    *raise holding|*add to holdings|*add to stake|*add to position|*buy out minority|*bulk up on|*pile into|
    *plough into|*plow into|*grab stake|*grab a stake|*take a stake|*build a stake|*pick up a stake|*snag stake|
    *acquire control|takeover of|acquirer|*restock|bargain hunters|bargain hunting|dip buying|net buyer|net buyers|
    net purchases|buying spree
trade / sell: sale of|divestment|divestiture|disposal|spinoff|spin off|*spin off|*sell off assets|selling|
    *get rid of|*cash out|*exit stake|*dispose of|liquidation|liquidations|dumping|*carve out|sellers|seller|
    unloading|*unwind stake|*reduce stake|*cut stake|*trim stake|*pare stake|*lower stake|*sell down|*split off|
    *part with|*dump stake|*shed stake|*exit position|*hive off|*put up for sale|*jettison|*sell its stake|
    *cut its stake|*trim its stake|*trim holding|*trim holdings|*cut holding|*cut holdings|*reduce holding|
    *reduce holdings|*pare holdings|*pare holding|*lower holdings|*reduce its stake|*pare its stake|disposals|
    divestments|divestitures|net seller|net sellers|net sales of|profit taking|*take profits|*take profit|
    *book profits|*lock in profits|*lock in profit|*cash in on|*ditch stake|*bail out of stocks|spinout|*spin out
"""

OPTIONAL: Final = """
custody / move: *send|*move|*transfer
issue / issue: *publish|*issue
pact / sign: *agree|deal|agreement|pact|accord
"""

GAPPED: Final = """
finish / done: close > deal deals acquisition takeover purchase merger sale buyout transaction
pact / break: cancel+ cancel scrap+ terminate abandon end ditch call tear axe exit break(broke/broken) quit+(quit)
    withdraw(withdrew/withdrawn) >
    deal deals agreement agreements pact accord contract contracts treaty partnership
pact / sign: reach strike(struck) sign ink clinch seal > deal deals agreement agreements pact accord treaty
raise money / lose: lose(lost) cancel pull withdraw(withdrew/withdrawn) end halt scrap+ freeze(froze/frozen) >
    funding financing
raise money / raise: secure raise land win+(won) get+(got) > funding financing
trade / buy: take(took/taken) build(built) amass acquire buy(bought) purchase raise lift increase boost up+ > stake
    holding
trade / sell: cut+(cut) trim+ pare reduce lower sell(sold) dump shed+(shed) exit > stake holding
"""
"""Verbs and nouns a few words on: `closes its long-awaited takeover`."""
