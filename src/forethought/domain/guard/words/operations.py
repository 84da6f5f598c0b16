"""What runs and stops: launches, halts, recalls, strikes, hacks, debts, people, wars."""

from typing import Final

VERBS: Final = """
bankrupt / emerge: emerge
debt / default: default
debt / repay: repay(repaid) redeem
hack / hack: hack exploit breach steal(stole/stolen) loot siphon drain
hack / return: refund reimburse recoup compensate
member / join: hire appoint recruit promote nominate elect rehire join enter
member / leave: fire oust resign quit+(quit) depart dethrone sack retire exit secede
recall / recall: recall
run / go: launch start begin(began/begun) commence resume restart reopen relaunch initiate inaugurate activate
    kickstart enact implement open proceed reinstate restore unfreeze(unfroze/unfrozen) reactivate ship+
run / stop: halt suspend stop+ pause scrap+ cancel+ cancel(canceled/cancelled) abandon shelve terminate discontinue
    end ditch abort withdraw(withdrew/withdrawn) shut+(shut) close freeze(froze) cease postpone delay defer+ nullify
    deactivate derail repeal expire mothball idle disrupt+ sunset
test / test: test
time / extend: extend renew
war / fight: attack invade bomb bombard shell retaliate assassinate kill
"""

PHRASES: Final = """
bankrupt / bust: winding up order|winding up petition|liquidation order|*order to liquidate|ordered liquidated|
    ordered into liquidation|*go into liquidation|*enter liquidation|*file for bankruptcy|bankruptcy|*go bankrupt|
    bankrupt|chapter 11|*file for chapter 11|insolvency|insolvent|*go bust|*seek bankruptcy protection|
    *file chapter 11|receivership|*declare bankruptcy|*file for chapter 11 bankruptcy|bankruptcy protection|
    *file for bankruptcy protection|*go under|chapter 7|*seek creditor protection|*file for insolvency|
    *enter administration|*seek chapter 11 protection|*seek chapter 11|*file for chapter 11 protection|
    *enter bankruptcy|*go belly up|belly up|*call in administrators|*fall into administration|into administration|
    *seek protection from creditors|creditor protection|*seek court protection|chapter 15|*enter receivership|
    liquidators|*collapse into bankruptcy|*collapse into administration|*wind up in bankruptcy|*file bankruptcy|
    *seek bankruptcy|*tip into bankruptcy|*fall into bankruptcy|*slide into bankruptcy|*become insolvent|
    bankruptcy filing|insolvency filing|*go to the wall|in administration|administrators
bankrupt / emerge: *exit bankruptcy|*emerge from bankruptcy|*exit chapter 11|*emerge from chapter 11|
    *avoid bankruptcy|*avert bankruptcy|*stave off bankruptcy|*come out of bankruptcy|bailout|*bail out|*rescue|
    bankruptcy averted|bankruptcy avoided|*leave bankruptcy|*dodge bankruptcy|*rescue from bankruptcy|
    *save from bankruptcy|bailouts|bail out package|rescue package|rescue deal|*throw lifeline|lifeline
debt / default: *miss payment|*miss coupon|*miss interest payment|*miss debt payment|*fail to pay|nonpayment|
    *skip payment|*skip coupon|*stop paying|*suspend debt payments|*halt debt payments|*miss bond payment|
    *suspend payments|*miss repayment|*miss deadline to pay|non payment|*fall behind on|*fail to repay|
    *miss interest|*go into default|*be in default|*fall into default|*slip into default
debt / repay: *pay off|*pay back|*pay down|repayment|repayments|*make payment|*make coupon payment|*avoid default|
    *avert default|*pay back loan|*pay creditors|default averted|default avoided|default dodged|*avert a default|
    *avoid a default|*stave off default|*sidestep default|*dodge default|*escape default|*prevent default|
    *meet debt payment|*meet payment|*make debt payment|*make interest payment|*make bond payment|*settle debt|
    *clear debt|*retire debt|*pay off debt|*pay down debt|*honour debt|*honor debt|*pay bondholders
delay / early: ahead of schedule|early launch|*bring forward|*fast track|*expedite|*hasten|ahead of time|
    *pull forward|*move forward date
hack / hack: *steal from|exploits|*rug pull|theft|stolen funds|security breach|cyberattack|cyber attack|data breach|
    hackers steal|heist|ransomware|phishing|hacker|hackers|rugpull|*lose in hack|*pilfer|*swipe|*make off with|
    thieves|attacker|attackers|compromised|*plunder|security incident|cybercriminals|intruders|*get hacked|
    *be hacked|*fall victim to hack|cyber theft|*rob|robbery|*infiltrate|malware|cyber breach|hacking|
    cyber incident|*hit by hack|*embezzle
hack / return: *recover funds|*return funds|*return stolen funds|*make whole|*recover stolen funds|*return stolen|
    *recover stolen|*give back funds|*return hacked|*reimburse users|*refund users|*refund customers|
    *compensate users|*compensate victims|*repay users|*repay victims|*pay back users|*return money
harm / ill: *fall ill|*get sick|*become ill|*fall sick
member / join: new ceo|*take the helm|hiring|*take over as ceo|appointment|*bring on board|*bring in|successor|
    *name as|nomination|*be added to|*be admitted|inclusion|*add to index|entry into|*be included in|*get added to|
    *take over from|*take over as|*take charge|*take the reins|*take the top job|*take top job|*hand reins to|
    *take the wheel|*put in charge|*bring aboard|*bring on|*be named|*be appointed|*install as|*tap as|*pick as|
    *choose as|*select as|*elevate to|*promote to|*add to board|*join board|*return as ceo|*return as|*come aboard|
    *sign up as|*swear in|*take office|*assume role|*assume post|new hire|new hires|*fill role|*be promoted|
    addition to|additions to|*gain entry|*win entry|admission|*join ranks|*enter index|entry to|accession
member / leave: leave|leaves|left|*step down|is leaving|are leaving|resignation|departure|*leave company|*to leave|
    *force out|*push out|ouster|exit of|*stand down|*let go|retirement|*dismiss ceo|*fire ceo|*step aside|
    *call it quits|*drop out|*be removed from|*leave bloc|*leave index|removal from|exclusion|*quit bloc|
    *be dropped from|*kick out of|withdrawal from|*withdraw from|*pull back from|*exit from|*bow out|
    *hand over reins|*hand over the reins|*relinquish|*vacate|*call time|*give up role|*be replaced|*be ousted|
    *be fired|*be sacked|*be dismissed|*show the door|*boot|*boot out|*kick off board|*head for the exit|
    *head for exit|*hang up boots|*remove as|*strip of role|*strip of|*quit as|exits|*force out ceo|
    *drop from index|*delete from|deletion from|deletion|*eject|*expel|expulsion|ejection|*be booted from|
    *boot from|*depart from|*cut from index|leaving the company|leaving the firm|leaving the eu|leaving opec|
    leaving as|firing of|*send packing|*walk out the door|*withdraw as|*stand aside as
place / go: *relocate|relocation|*up sticks|*offshore production
recall / off: recall lifted|recall ended|recall ends|recall over|recall closed|recall cancelled|recall canceled|
    recall withdrawn|*back on shelves|*return to shelves
recall / recall: *call back|*pull from shelves|*pull from market|*withdraw from sale|*pull off shelves|
    *take off shelves|*withdraw from market
run / go: rollout|roll out|*roll out|*go live|*kick off|*get under way|*set up|resumption|*push ahead with|
    *go ahead with|*come back online|*bring back|*start up|startup of|*begin production|*press ahead|
    *move ahead with|*press ahead with|inception|*turn on|*bring online|*forge ahead|*take effect|*come into force|
    *pick up again|back online|running again|operating again|up and running|back in operation|back in service|
    on stream|back up and running|operational again|back to normal|*come back on stream|*come online|
    *come on stream|*fire up|*power up|*switch on|*roll off the line|*go on sale|*put on sale|*hit shelves|
    *hit the market|*hit the shelves|*hit market|*take the wraps off|*kick start|*get going|*get the ball rolling|
    *break ground|*start coverage|*initiate coverage|*begin coverage|*pick up coverage|*launch coverage|
    *resume coverage|*assume coverage|*reinstate coverage|*return to service|*clear to fly|*lift grounding|
    *unground|*cut the ribbon|shutdown averted|shutdown avoided|*avert shutdown|*avoid shutdown|*avert a shutdown|
    *avoid a shutdown|*avert government shutdown|*avoid government shutdown|*end shutdown|*end government shutdown|
    *get off the ground|*bring to market|*bring to the market|*green light production|*ramp up production again|
    *set in motion|*go into effect|*enter into force|*come into effect|*take force|*swing into action|
    *start operations|*begin operations|*start selling|*start paying|*push ahead|*plough ahead|*plow ahead|
    *pick back up|*unhalt|*go into service
run / stop: *knock out|*wind up operations|*call off|*pull out|*pull out of|*walk away|*walk away from|*back out|
    *back out of|*shut down|shutdown|closure|closures|*pull the plug|*put on ice|suspension|cancellation|
    termination|*drop plan|*drop plans|*drop bid|*drop offer|outage|*go offline|*bail on|*phase out|*push back|
    *put off|*hold off|moratorium|*break off|*break down|stoppage|*halt plan|*scrap plan|*give up on|*take offline|
    *wind up|*fall through|*fall apart|*be over|*grind to a halt|disruption|postponement|*bring to a halt|
    *suspend guidance|*put on hold|placed on hold|behind schedule|are over|were over|*shutter|*bin|
    *pull the plug on|*put the brakes on|*hit pause|*hit the pause button|*halt work|*hit the brakes|
    *slam the brakes|*pump the brakes|*come to a halt|*bring to a standstill|*come to a standstill|standstill|
    *ground to a halt|grounded|grounding|groundings|*axe plan|*axe plans|*axe project|*knock offline|*go dark|
    *take down|*kibosh|*put the kibosh on|*pull plug|*drop coverage|*end coverage|*cease coverage|
    *terminate coverage|*discontinue coverage|*suspend coverage|*lay to rest|*call time on|*call a halt to|
    *call halt to|*wind down operations|*stop work|*kick down the road|*push to next year|*kick into the long grass|
    *take off the market|*withhold guidance|*pull guidance|*pull forecast|*withdraw guidance|*withdraw forecast|
    *withdraw outlook|*pull outlook|*suspend outlook|*suspend forecast|*scrap guidance|*scrap outlook|
    *scrap forecast|*drop outlook|*drop forecast|*drop guidance|*hit snag|*stall out|*go out of service|unavailable|
    inaccessible|service disruption|outages|*suffer outage|blackout|power cut|force majeure|*declare force majeure|
    *miss launch|*take out of service|behind time|behind the schedule|*run late|overdue filing|*be late|*file late|
    past deadline|*miss deadline|*slip behind
strike / off: *be over strike|strike comes to an end|*end walkout|walkout over|walkout is over|*end strike|
    *call off strike|*avert strike|*return to work|*avoid strike|*suspend strike|strike averted|strike avoided|
    strike ends|strike ended|strike over|strike called off|strike is over|walkout averted|walkout avoided|
    walkout ends|strike suspended|*dodge strike|*prevent strike|*stave off strike|*head off strike|*end walkouts|
    *back to work|*go back to work|*halt strike|*stop strike|*avert walkout|*avoid walkout|*call off walkout|
    *sidestep strike
strike / on: walkout|industrial action|*go on strike|*down tools|*walk off the job|work stoppage|union strike|
    strike|strikes|striking|walkouts|*stage walkout|*stage strike|*begin strike|*start strike|*call strike|
    *hit the picket line|picket line|on strike|*stop work over|*vote to strike|labour action|labor action|
    *enter strike
test / test: *trial new
time / extend: extension|renewal|*roll over|*prolong|*keep in place|*leave in place|*carry on with|rollover|
    *push back deadline
war / fight: strikes on|airstrikes on|*strike targets|war|wars|airstrike|airstrikes|air strikes|missile|missiles|
    invasion|conflict|hostilities|fighting|offensive|military action|attacks|tensions|escalation|*launch strikes|
    *break truce|*break ceasefire|*fire missiles|clash|clashes|*clash|drone strike|drone strikes|drone attack|
    drone attacks|shelling|incursion|*fire at|*fire on|*fire rockets|*launch attack|*launch attacks|
    *launch missiles|*launch drones|*launch missile attack|*launch missile strike|*launch missile strikes|
    *launch airstrikes|*launch air strikes|*carry out attack|*carry out strikes|*launch drone attack|
    *launch drone strikes|*launch strike|*launch offensive|*launch invasion|*send troops|*send in troops|
    *deploy troops|*open fire|*exchange fire|*escalate conflict|*strike back|*hit back at|bombardment|bombing|
    bombings|missile strike|missile strikes|rocket attack|rocket fire|*declare war|*go to war|*mass troops|
    annexation|*annex|*shoot down drone
war / peace: ceasefire|cease fire|truce|peace|peace deal|*agree ceasefire|*agree to a ceasefire|armistice|
    peace talks|de escalation|detente|*make peace|*lay down arms|peace agreement|*halt fighting|*end war|
    *end hostilities|*stop fighting|peace accord|peace pact|peace plan|peace treaty|*cease hostilities|lull|
    *cease fire|*hold fire|thaw|rapprochement|*de escalate|*deescalate|deescalation|*withdraw troops|
    *pull back troops|*pull out troops|*stand down troops
"""

OPTIONAL: Final = """
member / join: *name
place / stay: *stay in|*remain in|*stay at|*remain at
run / go: *unveil|*introduce|*debut|*present
"""

GAPPED: Final = """
hack / return: return > bitcoin ether ethereum solana xrp dollars million tokens money
bankrupt / bust: seek(sought) file > bankruptcy insolvency
bankrupt / emerge: exit emerge avoid avert escape leave(left) > bankruptcy insolvency
debt / default: miss skip+ > payment payments coupon coupons repayment
debt / repay: avert avoid dodge escape sidestep skirt > default
hack / return: recover return refund > funds crypto coins assets
member / join: name appoint pick tap+ promote select choose(chose/chosen) install elevate hire recruit nominate
    poach elect >
    ceo cfo coo cto chief chair chairman chairwoman president boss head director executive successor
member / leave: oust eject > ceo boss chief
member / leave: fire oust dismiss remove sack eject > ceo cfo coo cto chief chair chairman chairwoman president boss
    head director executive
recall / more: widen expand broaden enlarge > recall recalls
recall / off: lift end cancel cancel+ close withdraw(withdrew/withdrawn) drop+ terminate conclude > recall recalls
run / go: avert avoid dodge prevent > shutdown
run / stop: drop+ abandon withdraw(withdrew/withdrawn) > appeal appeals
run / stop: withdraw(withdrew/withdrawn) pull suspend scrap+ drop+ > guidance forecast outlook forecasts
strike / off: end avert avoid suspend settle dodge prevent > strike walkout strikes
war / peace: end halt stop+ cease pause > war fighting hostilities conflict
war / peace: reach strike(struck) sign agree seal > truce ceasefire
"""
"""Verbs and nouns a few words on: `closes its long-awaited takeover`."""
