"""What may happen, as axes with poles: two texts that name opposite poles of one axis contradict each other.

A table's line is `axis / pole: words`, for moves `pole / degree: words` (`-` a small move,
`+` a large one); an indented
line goes on. A verb is written as `inflect.forms` reads it, with its particle after `_`. In a phrase, `*` before the
first word inflects it.
"""

from typing import Final

from forethought.domain.guard.inflect import listed

MOVE_VERBS: Final = """
up: rise(rose/risen) gain climb advance rally rebound recover bounce strengthen firm appreciate improve mount
    ascend increase raise hike lift boost upsize bolster grow(grew/grown) accelerate heighten intensify quicken
    elevate swell(swelled/swollen) widen broaden expand brighten perk add+(added) escalate up+ revive heat
up / +: jump soar surge skyrocket rocket spike leap(leapt/leaped) zoom vault balloon explode catapult pop+
    outperform shoot(shot) moon rip+ boom
down: fall(fell/fallen) drop+ decline decrease slip+ slide(slid) sink(sank/sunk) lower retreat ease fade soften
    eliminate
    weaken shed+(shed) depreciate cool moderate lessen lose(lost) reduce cut+(cut) trim+ narrow
    shrink(shrank/shrunk) contract pare slow pull_back drag+ descend deteriorate wane dwindle subside abate curtail
    downsize cheapen recede falter sag+ stumble underperform diminish
down / -: dip+
down / +: tumble plunge plummet crash slump crater nosedive collapse tank sell(sold)_off dive slash gut+ axe
    slaughter hammer batter crumble implode
flat: stagnate stall plateau hover stabilise stabilize steady unchange
"""

MOVE_PHRASES: Final = """
up: up|higher|gainer|gainers|uptick|upswing|upturn|uptrend|upward|upwards|higher levels|in the green|green|
    *add to gains|*extend gains|*extend rally|*extend advance|winning streak|stronger|firmer|brighter|on the rise|
    *pick up|*build up|*move up|*go up|*step up|*ramp up|*scale up|*speed up|*heat up|
    *bounce back|*bid up|*push up|*ratchet up|*turn positive|*turn higher|*break out|breakout|*break above|above|
    past|*cross above|*reclaim|north of|buying spree|*snap losing streak|*end losing streak|run up|upside|strength|
    gains|*top up|rate rise|rate rises|larger|bigger|faster|*beef up|*upward revision|*revise up|*revise upward|
    *revise upwards|upwardly revised|dearer|costlier|expansion|appreciation|improvement|reacceleration|expansionary|
    *come back|comeback|*shore up|more expensive|hotter|*cross|*surpass|*reach above|upward revision|upward pressure|
    recovery|recoveries|
    increment|acceleration|*send higher|*quicken|*prop up|*bump up|*jack up|*go higher|*move higher|*push higher|
    *climb back|*trade higher|*close higher|*end higher|*finish higher|*open higher|resurgence|*bolster
up / +: sharply higher|*fly|*go parabolic|*take off|to the moon|*blast off|*double|*triple|*quadruple|twofold|
    threefold
up / -: *tick up|*edge up|*inch up|*edge higher|*inch higher|*tick higher|*creep up|*creep higher|*nudge higher|
    *nudge up|slightly higher|
    modestly higher
down: down|lower|loser|losers|downtick|downswing|downturn|downtrend|downward|downwards|in the red|red|
    *give up gains|*extend losses|*extend decline|*extend slide|*extend fall|losing streak|weaker|softer|*move down|
    *go down|*step back|*scale back|*scale down|*slow down|slowdown|*pull back|
    pullback|*cut back|cutback|cutbacks|*dial back|*wind down|*turn negative|*turn lower|*break below|below|under|
    *cross below|beneath|south of|selling pressure|*snap winning streak|*end winning streak|rundown|downside|
    weakness|smaller|*pare back|*downward revision|*revise down|*revise downward|*revise downwards|cheaper|
    contraction|depreciation|slowing|cooldown|*cool off|*back off|*taper|correction territory|*cool down|*drop off|
    drop off|*fall back|*fall off|*come down|*bring down|*drag down|*weigh on|*pressure|*dent|*hurt|*hit hard|
    *erode|erosion|shrinkage|downward pressure|*give back gains|*give back|cooler|*water down|
    *lose ground|*lose steam|*draw down|drawdown|*roll back|*narrow|fewer|weakening|*squeeze|dovish pressure|less|
    slower|bust|deflation|disinflation|
    reduction|reductions|*step down from|deceleration|shortening|*knock down|*send lower|*take a hit|*take a beating|
    *bring lower|*hammer|
    *go lower|*move lower|*push lower|*trade lower|*close lower|*end lower|*finish lower|*open lower|*wobble|
    *give back
down / +: sharply lower|sell off|selloff|sell offs|selloffs|rout|*halve|bloodbath|meltdown|free fall|freefall|
    *wipe out|*nose dive|carnage|capitulation|*melt down
down / -: *tick down|*edge down|*inch down|*edge lower|*inch lower|*tick lower|*creep lower|*nudge lower|*drift lower|
    slightly lower|modestly lower
flat: unchanged|flat|steady|little changed|*hold steady|*hold|*keep on hold|on hold|*leave unchanged|
    *keep unchanged|*stay put|*stand pat|*maintain|*reaffirm|*reiterate|*affirm|*keep|sideways|*tread water|
    *remain steady|rangebound|range bound|*hold firm|*stay flat|in a holding pattern|*consolidate|stagnant|
    stagnation|*stick with|*stick to|*retain|*back unchanged|*move sideways|little change|no change|
    *confirm guidance|*leave alone
off lows: *pare losses|*trim losses|*cut losses|*erase losses|*recoup losses|*reverse losses|*narrow losses|
    *limit losses|*pare loss|off lows|off session lows|*recover losses|pares early losses|*pare early losses|
    *erase early losses
off highs: *pare gains|*trim gains|*erase gains|*cut gains|*reverse gains|*narrow gains|*pare early gains|off highs|
    *erase early gains
"""

VERBS: Final = """
beat / beat: beat(beat/beaten/beats) exceed outpace outstrip+ eclipse
beat / miss: miss undershoot(undershot) disappoint lag+ trail
verdict / yes: ratify approve clear greenlight(greenlit/greenlighted) authorise authorize okay permit+ allow accept pass
    legalise legalize uphold(upheld) rubberstamp ok
verdict / no: reject block veto rebuff spurn snub+ overturn quash disallow thwart nix overrule rescind revoke refuse
trade / buy: buy(bought) acquire purchase accumulate snap+_up scoop_up hoard stockpile
trade / sell: sell(sold) divest offload dump unload liquidate spin+(spun)_off carve_out
rating / up: upgrade
rating / down: downgrade
win / win: win(won) prevail triumph clinch secure land score snag+ bag+ succeed
win / lose: forfeit flunk fail
suit / sue: sue indict accuse charge allege fine penalise penalize prosecute convict jail sentence penalty arrest
suit / settle: settle acquit+ exonerate absolve vindicate pardon
probe / probe: probe investigate subpoena raid scrutinise scrutinize examine audit
run / go: launch start begin(began/begun) commence resume restart reopen relaunch initiate introduce debut
    inaugurate activate kickstart enact implement open proceed reinstate restore unfreeze(unfroze/unfrozen)
    reactivate ship+
run / stop: halt suspend stop+ pause scrap+ cancel+ cancel(canceled/cancelled) abandon shelve terminate discontinue
    end ditch abort withdraw(withdrew/withdrawn) shut+(shut) close freeze(froze) cease postpone delay defer+
    nullify deactivate derail repeal expire mothball idle disrupt+ sunset
finish / done: complete finalise finalize conclude consummate
ban / ban: ban+ prohibit restrict curb outlaw bar+ blacklist embargo censor
ban / unban: unban+ unblock whitelist
sanction / on: sanction
member / join: hire appoint recruit promote nominate elect rehire join enter
member / leave: fire oust resign quit+(quit) depart dethrone sack retire exit secede
list / list: relist
list / delist: delist
pact / sign: sign ink partner collaborate cooperate reconcile
war / fight: attack invade bomb bombard shell retaliate assassinate kill
hack / hack: hack exploit breach steal(stole/stolen) loot siphon drain
hack / return: refund reimburse recoup compensate
debt / default: default
debt / repay: repay(repaid) redeem
bankrupt / emerge: emerge
support / for: support back endorse defend+(defended) praise applaud welcome champion advocate hail
support / against: oppose criticise criticize slam+ blast denounce condemn rebuke protest
time / extend: extend prolong renew
policy / tight: tighten
policy / loose: loosen relax
supply / mint: mint
supply / burn: burn
custody / in: deposit stake
custody / out: unstake
custody / lock: lock
custody / unlock: unlock
warn / warn: warn caution fret
warn / calm: reassure calm soothe
recall / recall: recall
merge / merge: merge
merge / split: demerge
demand / demand: demand urge
invest / invest: invest
test / test: test
threat / threat: threaten
impose / remove: remove abolish
split / split: split+(split)
win / award: award
"""

PHRASES: Final = """
beat / beat: tops estimates|top estimates|topped estimates|*top expectations|*top estimates|*top forecasts|
    *top consensus|*top views|*top forecast|*top expectation|better than expected|better than forecast|
    better than feared|stronger than expected|above estimates|above expectations|above forecasts|above forecast|
    above consensus|higher than expected|more than expected|hotter than expected|higher than forecast|
    faster than expected|*surpass expectations|*surpass estimates|*surpass forecasts|*crush|*smash|*trounce|*outdo|
    ahead of estimates|ahead of expectations|ahead of forecasts|ahead of consensus|blowout|*blow past|*blow away|
    *top street|above the consensus|stronger than forecast|better than estimated|better than anticipated|
    *beat expectations|*beat estimates|*beat forecasts|*beat consensus|*beat views|*beat the street|
    *exceed expectations|*exceed estimates|*exceed forecasts|*surprise to the upside|upside surprise|
    larger than expected|bigger than expected|greater than expected|above analyst estimates|more than forecast|
    above market expectations|above analysts estimates|above wall street estimates|*top wall street estimates|
    *top analyst estimates|*top analysts estimates|*beat wall street estimates|*beat analyst estimates|
    *beat analysts estimates|*beat wall street expectations|*top wall street expectations|
    *exceed wall street expectations|*exceed analyst expectations|*beat analyst expectations|
    *beat analysts expectations|*beat street estimates|exceeding estimates|hotter than forecast|
    *top analyst expectations|*beat wall street|*top wall street|above projections|*beat projections|
    *surpass projections|*surpass analyst estimates|*surpass wall street estimates|*surpass analyst expectations|
    *surpass consensus
beat / miss: worse than expected|worse than forecast|worse than feared|weaker than expected|weaker than forecast|
    below estimates|below expectations|below forecasts|below forecast|below consensus|lower than expected|
    less than expected|cooler than expected|lower than forecast|slower than expected|softer than expected|
    *fall short|*come up short|short of estimates|short of expectations|short of forecasts|*fall short of estimates|
    *fall short of expectations|*fall short of forecasts|*fall shy of|*come in light|smaller than expected|
    fewer than expected|less than forecast|*surprise to the downside|downside surprise|below the consensus|
    *miss expectations|*miss estimates|*miss forecasts|*miss consensus|*miss views|*miss the street|*miss the mark|
    *let down|*come in below|below analyst estimates|below market expectations|shy of estimates|shy of expectations|
    below analysts estimates|below wall street estimates|*miss wall street estimates|*miss analyst estimates|
    *miss analysts estimates|*miss street estimates|*miss analyst expectations|*miss wall street expectations|
    *trail estimates|*trail expectations|*lag estimates|*lag expectations|*fall below estimates|
    *fall below expectations|*fall below forecasts|*fall short of analyst estimates|
    *fall short of wall street estimates|*fall short of analyst expectations|*miss analysts expectations|
    cooler than forecast|softer than forecast|below projections|*miss projections|*fall short of consensus|
    *fall short of the consensus|*undershoot estimates|*undershoot forecasts
beat / inline: in line with expectations|in line with estimates|in line with forecasts|as expected|in line|
    matching estimates|*match estimates|*match expectations|*meet expectations|*meet estimates|*meet forecasts|
    *match forecasts|inline|met forecasts
extreme / high: record high|record highs|all time high|all time highs|all time peak|record peak|new high|new highs|
    fresh high|fresh highs|high|highs|peak|peaks|*peak|highest|highest level|highest ever|ath|new peak|
    fresh peak|fresh record|record level|
    lifetime high|multi year high|yearly high
extreme / low: record low|record lows|all time low|all time lows|new low|new lows|fresh low|fresh lows|low|
    lows|lowest|lowest level|lowest ever|trough|*bottom|*bottom out|lifetime low|multi year low|yearly low|nadir
quality / strong: strong|robust|solid|upbeat|stellar|healthy|impressive|strongest|resilient|buoyant|better|
    blockbuster|stunning|favorable|favourable|positive|good|great|rosy|bumper|encouraging|bright|best|successful|
    success
quality / weak: weak|soft|dismal|poor|sluggish|tepid|lackluster|lacklustre|weakest|downbeat|gloomy|
    grim|fragile|worse|worst|negative|bad|bleak|ugly|anemic|anaemic|dire|unsuccessful|failure|botched|unfavorable|
    unfavourable|subdued|muted|troubled|struggling|*struggle
verdict / yes: approval|approvals|clearance|green light|*give green light|*give the green light|nod|go ahead|
    *sign off on|*sign off|*wave through|authorization|authorisation|*give the nod|*rule in favor|
    *side with|*grant approval|*gain approval|*grant|
    *give blessing|*rubber stamp|acceptance|
    *say yes|*give approval|*grant clearance|*win backing|*back merger|regulatory approval|
    *clear the way for
verdict / no: rejection|*turn down|*strike down|*rule against|*shoot down|*knock back|*vote down|*deny approval|
    *deny request|*deny bid|*deny application|*deny petition|*deny motion|*deny appeal|denial of|*refuse approval|
    *refuse to approve|*thumbs down|*throw out|blocked|*stand in the way|*say no|*vote against|disapproval|
    complete response letter|*deny license|*deny clearance|*withhold approval|*decline to approve|*put brakes on|
    *deny permit|*reject bid
trade / buy: acquisition|acquisitions|takeover|takeovers|buyout|buyouts|purchases|*take over|*take private|buying|
    *snap up|*scoop up|*pick up stake|*take stake|*build stake|accumulation|buy out|*buy out|*load up on|
    *stock up on|*gobble up|*buy up|*take control of|*pick up shares|*buy the dip|buyers|buyer
trade / sell: sale of|divestment|divestiture|disposal|spinoff|spin off|*spin off|*sell off assets|selling|
    *get rid of|*cash out|*exit stake|*dispose of|liquidation|liquidations|dumping|*carve out|sellers|seller|
    unloading|*unwind stake|*reduce stake
rating / up: *raise to buy|*lift to buy|*move to buy|*upgrade to buy|*upgrade to outperform|*upgrade to overweight|
    overweight|*raise to overweight|*raise to outperform|outperform|buy rating|*initiate at buy|*start at buy|
    strong buy|*rate buy|*boost to buy|outperform rating|overweight rating|top pick|*upgrade to strong buy
rating / down: *cut to sell|*lower to sell|*cut to underperform|*cut to underweight|*downgrade to sell|
    *downgrade to hold|*downgrade to underweight|*downgrade to underperform|underweight|underperform|sell rating|
    *initiate at sell|*rate sell|*cut to hold|*cut to junk|*downgrade to junk|*lower to hold|underperform rating|
    underweight rating|*cut to neutral|*lower to neutral|*downgrade to neutral
rating / neutral: neutral rating|hold rating|*rate hold|equal weight|market perform|sector perform|neutral
win / win: victory|winner|*come out on top|*emerge victorious|*rule for|success
win / lose: defeat|*lose case|*lose appeal|*lose lawsuit|*lose contract|*lose bid|*lose out|*lose license|
    *lose licence|*lose battle|*lose fight|*lose court|*lose court fight|*lose key|*lose ruling|*lose vote|
    *lose court battle|*lose suit|*lose legal|
    *lose to
suit / sue: lawsuit|lawsuits|suit|*file lawsuit|*file suit|*file a lawsuit|*sue|indictment|class action|
    legal action|*take to court|*press charges|complaint|accusations|allegations|guilty|conviction|
    *slap with
suit / settle: settlement|*drop charges|*drop lawsuit|*drop case|*drop suit|*drop the lawsuit|*dismiss lawsuit|
    *dismiss case|*dismiss charges|*dismiss suit|*toss lawsuit|*toss case|*throw out case|*throw out lawsuit|
    not guilty|acquittal|*dismiss|*drop probe|*close probe|*close investigation|*end probe|*end investigation|
    *drop investigation|*clear of|*clear of wrongdoing|*cleared of|*shut down investigation|*abandon case|
    *dismiss class action|*dismiss the lawsuit|*withdraw lawsuit|dismissal|*drop all charges
probe / probe: investigation|investigations|inquiry|under scrutiny|*open probe|*open investigation|*launch probe|
    *launch investigation|*start probe|crackdown|*crack down|*crack down on|*look into
run / go: rollout|roll out|*roll out|*go live|*kick off|*get under way|*set up|resumption|*push ahead with|
    *go ahead with|*come back online|*bring back|*start up|startup of|*begin production|*press ahead|
    *move ahead with|*press ahead with|inception|*turn on|*bring online|*forge ahead|*take effect|*come into force|
    *pick up again
run / stop: *call off|*pull out|*pull out of|*walk away|*walk away from|*back out|*back out of|*shut down|shutdown|
    closure|closures|*pull the plug|*put on ice|suspension|cancellation|termination|*drop plan|*drop plans|
    *drop bid|*drop offer|outage|*go offline|*bail on|*phase out|*push back|*put off|*hold off|moratorium|
    *break off|*break down|stoppage|*halt plan|*scrap plan|*give up on|*take offline|*wind up|*fall through|
    *fall apart|*be over|*grind to a halt|disruption|postponement|*bring to a halt|*suspend guidance|
    *put on hold|put on hold|placed on hold
finish / done: completion|*close deal|*wrap up|
    *close merger|*seal deal
flow / in: inflow|inflows|*pour into|*flow into|influx|money pours into|*attract|buildup|stockpile build|*pour in|
    *flow in|*pull in|*draw in|injection|inventory build|stock build|net buying|*take in
flow / out: outflow|outflows|redemptions|*flow out|*pull from|*bleed|exodus|withdrawals|inventory draw|
    stockpile draw|stock draw|*pull money|net selling|*flee|*pour out|*flow out of|*pull out money|*yank
balance / surplus: surplus|surpluses|oversupply|glut
balance / deficit: deficit|deficits|shortage|shortages|undersupply|scarcity|
    shortfall|shortfalls
result / profit: *swing to profit|*swing to a profit|*return to profit|*return to profitability|*turn profit|
    *turn a profit|*post profit|*post a profit|*report profit|*report a profit|profitable|*turn profitable|
    back in the black|*become profitable
result / loss: *swing to loss|*swing to a loss|*post loss|*post a loss|*report loss|*report a loss|*fall into loss|
    unprofitable|*slip to loss|*slump to loss|*book loss|*swing into loss|*swing into the red|loss making|
    *fall to a loss|*slide to loss
stance / bull: bullish|bull|bulls|optimistic|optimism|upbeat on|confident|confidence|risk on|euphoria|greed|hopeful|
    hopes|bull market|*enter bull market|bull run|enthusiasm|enthusiastic|cheer|*cheer|constructive
stance / bear: bearish|bear|bears|pessimistic|pessimism|cautious|worries|worry|worried|risk off|panic|fears|fear|
    bear market|*enter bear market|gloom|concerns|concern|concerned|anxiety|nervous|jitters|wary|skeptical|
    sceptical|jittery|uneasy|angst|*spook|*rattle|spooked|uncertainty|doubt|doubts|
    uncertain
bird / hawk: hawkish|hawk|hawks|hawkishness
bird / dove: dovish|dove|doves|dovishness
ban / unban: *lift ban|*lift the ban|*lift restrictions|*end ban|*ease restrictions|*ease curbs|*lift curbs|
    *remove ban|*remove restrictions|*overturn ban|*roll back restrictions|*reverse ban|*remove curbs|*drop ban|
    *lift moratorium|*lift embargo|*ease export curbs|*lift export curbs|*lift export ban|*relax restrictions|
    *ease rules|*relax rules|deregulation|*deregulate
ban / ban: *impose restrictions|*impose curbs|*impose ban|restrictions|curbs|embargo|*tighten restrictions|
    *impose a ban|*tighten curbs|*tighten rules|*tighten export curbs
sanction / on: sanctions|*impose sanctions|*impose new sanctions|*slap sanctions|*tighten sanctions|
    *hit with sanctions
sanction / off: *lift sanctions|*ease sanctions|*remove sanctions|sanctions relief|*drop sanctions|*waive sanctions|
    *end sanctions|*suspend sanctions|*relax sanctions|*roll back sanctions|lifting of sanctions
member / join: new ceo|*take the helm|hiring|*take over as ceo|
    appointment|*bring on board|*bring in|successor|*name as|nomination|*be added to|*be admitted|inclusion|
    *add to index|entry into|*be included in|*get added to
member / leave: leave|leaves|left|*step down|is leaving|are leaving|resignation|departure|*leave company|*to leave|
    *force out|*push out|ouster|exit of|
    *stand down|*let go|retirement|*dismiss ceo|*fire ceo|*step aside|*call it quits|*drop out|
    *be removed from|*leave bloc|*leave index|removal from|exclusion|*quit bloc|*be dropped from|*kick out of|
    withdrawal from|*withdraw from|*pull back from|*exit from
list / list: ipo|*go public|listing|*list shares|*list on|initial public offering|public offering|
    stock market debut|market debut|*list
list / delist: delisting|*go private|*remove from exchange|*pull ipo
pact / sign: *strike deal|*reach deal|*reach agreement|*sign deal|*sign agreement|*sign pact|*ink deal|*clinch deal|
    *seal pact|*strike agreement|*strike a deal|*reach a deal|*reach an agreement|*sign a deal|*come to terms|
    *agree deal|*agree on deal|*reach trade deal|*sign trade deal|*strike trade deal|partnership|partnerships|
    *team up|*team up with|*join forces|tie up|alliance|collaboration|*reach accord|*sign accord
pact / break: *cancel deal|*end deal|*scrap deal|*terminate deal|*terminate agreement|*break deal|*tear up|*rip up|
    *exit deal|*quit pact|*cancel contract|*cancel agreement|*call off deal|*call off merger|*abandon deal|
    *abandon merger|*end agreement|*withdraw from deal|*withdraw from agreement|*end partnership|*cut ties|
    *sever ties|*collapse talks|no deal|*drop deal|*walk away from deal|*call off takeover|*terminate merger|
    *scrap merger|*scrap takeover|*abandon takeover|*cancel merger|*terminate contract|
    *pull out of deal|*back out of deal|*part ways|deal collapses|deal collapse|talks collapse|talks break down|
    talks fail|deal falls through|talks stall|stalemate|impasse|deadlock
war / peace: ceasefire|cease fire|truce|peace|peace deal|*agree ceasefire|*agree to a ceasefire|armistice|
    peace talks|de escalation|detente|*make peace|*lay down arms|peace agreement
war / fight: war|wars|airstrike|airstrikes|air strikes|missile|missiles|invasion|conflict|hostilities|fighting|
    strikes on|offensive|military action|attacks|tensions|escalation|*launch strikes|*break truce|*break ceasefire|
    *fire missiles
hack / hack: exploits|*rug pull|rug pull|theft|stolen funds|security breach|cyberattack|cyber attack|data breach|
    hackers steal|heist|ransomware|phishing|hacker|hackers|rugpull|*lose in hack
hack / return: *recover funds|*return funds|*return stolen funds|*make whole|*recover stolen funds|*return stolen|
    *recover stolen|*give back funds|*return hacked
debt / default: *miss payment|*miss coupon|*miss interest payment|*miss debt payment|*fail to pay|nonpayment
debt / repay: *pay off|*pay back|*pay down|repayment|repayments|*make payment|*make coupon payment|*avoid default|
    *avert default|*pay back loan|*pay creditors
bankrupt / bust: *file for bankruptcy|bankruptcy|*go bankrupt|bankrupt|chapter 11|*file for chapter 11|insolvency|
    insolvent|*go bust|*seek bankruptcy protection|*file chapter 11|receivership|*declare bankruptcy|
    *file for chapter 11 bankruptcy|bankruptcy protection|*file for bankruptcy protection|*go under|chapter 7|
    *seek creditor protection|*file for insolvency|*enter administration|*seek chapter 11 protection|
    *seek chapter 11|*file for chapter 11 protection|*enter bankruptcy
bankrupt / emerge: *exit bankruptcy|*emerge from bankruptcy|*exit chapter 11|*emerge from chapter 11|
    *avoid bankruptcy|*avert bankruptcy|*stave off bankruptcy|*come out of bankruptcy|bailout|*bail out|*rescue
support / against: opposition|criticism|backlash|*push back against|*lash out at|*hit out at|*take aim at|
    *come out against|*speak out against
support / for: backing|*throw weight behind|*come out in favor of|*get behind|in favor of|in favour of|endorsement|
    *speak in favor of
time / extend: extension|renewal|*push out
policy / tight: tightening|tighter|quantitative tightening|*shrink balance sheet
policy / loose: easing|looser|quantitative easing|stimulus|accommodative|*ease policy|*loosen policy|
    monetary easing|policy easing|*ease monetary policy|*inject liquidity
position / long: long|longs|*go long|long position|long positions|net long|net longs|bullish bets|long bets|
    bullish bet
position / short: short|shorts|*go short|short position|short positions|net short|net shorts|bearish bets|
    short bets|short selling|short seller|short sellers|*bet against|bearish bet|short interest|*sell short
premium / premium: premium|backwardation
premium / discount: discount|discounts|contango|markdown
warn / warn: warning|warnings|*sound alarm|*raise alarm|*flag risks|profit warning|*warn on profit|*raise concerns|
    alarm|*warn of|red flag|red flags|*issue profit warning|*issue warning
warn / calm: *play down|*downplay|*allay fears|*ease fears|*ease concerns|*calm fears|*shrug off|*calm markets|
    *soothe fears|*brush off|*brush aside|relief
strike / on: walkout|industrial action|*go on strike|*down tools|*walk off the job|work stoppage|union strike
strike / off: *end strike|*call off strike|*avert strike|*return to work|*avoid strike|*suspend strike|*end walkout
merge / merge: merger|mergers|*combine|*tie the knot|*join with|combination
supply / burn: token burn|coin burn|burns|*destroy tokens
supply / mint: *print money|token issuance
custody / in: *move to exchange|*send to exchange|*transfer to exchange|*move to exchanges|*move onto exchanges
custody / out: *move off exchange|*move from exchange|*pull off exchange|*withdraw from exchange|
    *withdraw from exchanges|*leave exchanges|*move off exchanges|*move to cold storage
risk / off: haven demand|safe haven demand|flight to safety
yield curve / inverted: *invert|inversion|inverted
yield curve / steep: *steepen|uninverted|*uninvert|disinversion
oversold / oversold: oversold|undervalued|cheap
oversold / overbought: overbought|overvalued|expensive|pricey|bubble
side / dead cross: death cross
side / golden cross: golden cross
delay / early: ahead of schedule|early launch
run / stop: behind schedule|are over|were over
recession / in: recession|*enter recession|*fall into recession|*slide into recession|*slip into recession|
    depression|stagflation
recession / out: *avoid recession|*avert recession|*exit recession|*dodge recession|*escape recession|soft landing|
    *emerge from recession|*skirt recession
win / lead: *overtake|*take lead|*take the lead|*leapfrog|in the lead|*lead rivals|*lead race
split / split: stock split|share split|*split stock|*split shares
split / reverse: reverse split|reverse stock split|reverse share split
raise money / raise: *raise capital|*raise funds|*raise funding|*raise money|funding round|*raise in funding|
    *secure funding|*raise fresh funds|*sell new shares|share offering|stock offering|*issue new shares|
    secondary offering|capital raise
move / volatile: volatile|*whipsaw|*swing|mixed|*fluctuate|choppy|*gyrate
split / split: *break up|breakup|*break itself up|*break into
"""

OPTIONAL_PHRASES: Final = """
run / go: *unveil|*introduce|*debut|*present
pact / sign: *agree|deal|agreement|pact|accord
extreme / high: record
custody / move: *send|*move
issue / issue: *publish|*issue
verdict / no: objection
member / join: *name
impose / impose: *impose|*levy
vote / vote: *vote
"""
"""Named often enough beside the main event that a text need not repeat them: they may match, and may go unmatched."""

GAPPED: Final = (
    ("close", "deal deals acquisition takeover purchase merger sale buyout transaction", "finish", "done"),
    ("dismiss toss+ drop+ settle withdraw(withdrew/withdrawn) abandon reject throw(threw/thrown) close end conclude",
     "lawsuit lawsuits suit suits case cases charges claims probe investigation complaint litigation", "suit",
     "settle"),
    ("lift ease remove relax drop+ waive suspend end reverse loosen overturn",
    "ban curbs restrictions embargo moratorium", "ban", "unban"),
    ("lift ease remove relax drop+ waive suspend end", "sanctions", "sanction", "off"),
    ("cancel+ cancel scrap+ terminate abandon end ditch call tear axe exit",
     "deal deals agreement agreements pact accord contract contracts treaty partnership", "pact", "break"),
    ("break(broke/broken) quit+(quit) withdraw(withdrew/withdrawn)",
     "deal deals agreement agreements pact accord contract contracts treaty partnership", "pact", "break"),
    ("reach strike(struck) sign ink clinch seal", "deal deals agreement agreements pact accord treaty", "pact",
    "sign"),
    ("end avert avoid suspend settle", "strike walkout strikes", "strike", "off"),
    ("deny decline", "approval request bid application petition motion appeal license licence permit", "verdict",
    "no"),
    ("win+(won) secure land clinch get+(got) receive obtain score snag+",
     "approval clearance nod authorization authorisation", "verdict", "yes", "w"),
    ("grant give(gave/given)", "approval clearance nod authorization authorisation", "verdict", "yes"),
    ("raise lift upgrade boost move", "buy overweight outperform", "rating", "up"),
    ("cut+(cut) lower downgrade reduce slash move", "sell hold underweight underperform neutral junk", "rating",
    "down"),
    ("seek(sought) file", "bankruptcy insolvency", "bankrupt", "bust"),
    ("exit emerge avoid avert escape leave(left)", "bankruptcy insolvency", "bankrupt", "emerge"),
    ("leave(left) keep(kept) hold(held) maintain", "unchanged steady alone intact", "move", "flat"),
    ("leave(left) hold(held) keep(kept)", "rate rates", "move", "flat"),
    ("back affirm reaffirm confirm reiterate maintain keep(kept)", "forecast guidance outlook view forecasts", "move",
    "flat"),
    ("withdraw(withdrew/withdrawn) pull suspend scrap+ drop+", "guidance forecast outlook forecasts", "run", "stop"),
    ("raise lift upgrade boost", "rating", "rating", "up"),
    ("cut+(cut) lower downgrade reduce slash", "rating", "rating", "down"),
    ("take(took/taken) build(built) amass acquire buy(bought) purchase", "stake holding", "trade", "buy"),
    ("recover return refund", "funds crypto coins assets", "hack", "return"),
)  # fmt: skip
"""Verb, noun within a few words, and what the two mean together: `closes its long-awaited takeover`."""

IMPLIES: Final = {("extreme", "high"): "up", ("extreme", "low"): "down"}
"""An extreme that both texts name carries the move to it, which one of them may leave unsaid."""

OPERATORS: Final = frozenset(listed("run verdict ban time finish warn support suit sanction delay war debt"))
"""Axes that turn another event round ("halts the ban"); one of them on one side only is never a detail."""
BY_WORDS: Final = frozenset({"rating", "verdict", "support", "pact", "run"})
"""Axes whose doer may follow as `at` or `from`: upgraded at Goldman, approval from the FDA."""
TRANSITIVE: Final = frozenset(
    listed("trade rating verdict suit probe ban sanction support merge hack war impose threat demand")
)
"""Axes where who does it to whom matters; a past form without an object is then a passive: `Tesla sued`."""
