"""What the desks of a newsroom say of the same event: more phrases, by subject; written as in `lexicon_events`."""

from typing import Final

PHRASES: Final = """
beat / beat: *outshine|*best estimates|*best expectations|*best forecasts|*better estimates|*better forecasts|
    *come in above|*come in ahead|*clock in above|*sail past|*breeze past|*top target|*beat target|*exceed target|
    *beat the forecast|*beat the consensus|topping street|*hit it out of the park|*knock it out of the park|
    ahead of target|ahead of plan|ahead of the street|ahead of wall street|beats on|beat on|tops on|topped on|
    forecast beating|estimate beating|*outperform expectations|*outperform estimates|*outperform forecasts|
    *outstrip forecasts|*outstrip expectations|*outstrip estimates|*run ahead of|outpaces forecasts
beat / miss: disappointing|disappointment|disappointments|disappointingly|underwhelming|*underwhelm|light on|
    short on|shy on|misses on|missed on|miss on|*come up light|*come in short|*come in shy|*fall shy|short of target|
    *miss target|*fall short of target|behind plan|*trail forecasts|*trail consensus|*lag forecasts|*lag consensus|
    *lag behind expectations|*lag behind forecasts|*trail behind|*whiff|missing views|*underperform expectations|
    *underperform estimates|*underperform forecasts|*undershoot expectations|lower than promised|*drop the ball
beat / inline: matching expectations|matching forecasts|*meet consensus|*match consensus|*match views|*meet views|
    in line with consensus|in line with views|bang in line|on par with estimates|on par with expectations|
    as forecast|as anticipated|as predicted|as economists expected|as analysts expected|*come in as expected
extreme / high: highest on record|highest in history|all time record|historic high|historic highs|historical high|
    record setting high|record territory|uncharted territory|unprecedented high|never been higher|
    has never been higher|have never been higher|never higher|never been stronger|never stronger|loftiest|
    has never been stronger|this high|so high|strongest since|strongest level|strongest levels|
    most ever|best ever level|new record|
    new records|fresh records|another record|all time best|cycle high|session high|session highs|day high|
    intraday high|multi month high|multi month highs|multi week high|multi decade high|multi year highs|
    multi decade highs|zenith|pinnacle|summit level|record peaks|all time peaks|record breaking high
extreme / low: lowest on record|lowest in history|historic low|historic lows|historical low|never been lower|
    has never been lower|have never been lower|never lower|never been weaker|has never been weaker|never weaker|
    have never been weaker|this low|so low|weakest since|weakest level|weakest levels|softest since|softest level|
    weakest reading|softest reading|fewest since|
    fewest on record|all time worst|cycle low|session low|session lows|day low|intraday low|multi month low|
    multi month lows|multi week low|multi decade low|multi year lows|multi decade lows|rock bottom|record bottom|
    rock bottom level|*trough|*find a floor|*hit a floor|*hit bottom
quality / strong: brisk|hefty|sturdy|vigorous|booming|boom|red hot|sizzling|superb|excellent|outstanding|exceptional|
    sparkling|glowing|hot|bumper|excellently|*thrive|thriving|*flourish|flourishing|*boom|*sparkle|*shine|
    *impress|positive results|*prosper|remarkable|terrific|fantastic|promising|*exceed hopes
quality / weak: sour|lousy|feeble|frail|slack|lukewarm|unimpressive|patchy|shaky|downcast|disastrous|terrible|horrible|
    awful|mediocre|meagre|meager|painful|bruising|ailing|beleaguered|embattled|*sour|*languish|*flounder|
    faltering|dull|anaemically|*worsen|worsening|flagging|weakened|in trouble|*disappoint hopes
verdict / yes: *give the ok|*give ok|*give the okay|*give the all clear|*give all clear|all clear|assent|
    *give assent|consent|*give consent|thumbs up|*give thumbs up|*give a thumbs up|blessing|*bless|permission|
    *give permission|*give the go ahead|*give go ahead|*give clearance|*give the thumbs up|*vote for|
    *vote in favor of|*vote in favour of|*vote to approve|*vote to accept|*okay|*say yes to|*agree to accept|
    *rule in favour|*rule in favour of|*rule in favor of|*find for|*find in favor of|*find in favour of|
    *clear path for|*clear the path for|*pave the way for|*pave way for|*lift objection|*lift objections|
    *certify|certification|*validate|ratification|*ratify|*nod through|*usher through|passage|
    *pass bill|cleared to|*be cleared to|*get sign off|sign off
verdict / no: *torpedo|*scupper|*scuttle|*stymie|*say no to|*send back|*turn away|*give thumbs down|
    *give the thumbs down|crl|*refuse to back|*refuse permission|*deny permission|*vote to reject|
    *find against|*vote against|*fail to pass|*decline to back|*disallow|veto|vetoes|*oppose deal|
    *rebuff offer|*spurn offer|*reject offer|*dismiss bid|*dismiss offer|*refuse offer|non approval|
    *withhold consent|*refuse consent|*invalidate|*annul|*void|*set aside ruling|*scotch
trade / buy: *swallow|*take out|*mop up|*swoop for|*swoop on|*pounce on|*buy into|*take majority stake|*raise stake|
    *increase stake|*lift stake|*boost stake|*up stake|*win control of|*gain control of|*take over control of|
    *raise its stake|*increase its stake|*increase holding|*increase holdings|*boost holdings|*boost holding|
    *raise holdings|*raise holding|*add to holdings|*add to stake|*add to position|*buy out minority|*bulk up on|
    *pile into|*plough into|*plow into|*grab stake|*grab a stake|*take a stake|*build a stake|*pick up a stake|
    *snag stake|*acquire control|takeover of|acquirer|*restock|bargain hunters|bargain hunting|dip buying|
    net buyer|net buyers|net purchases|buying spree
trade / sell: *cut stake|*trim stake|*pare stake|*lower stake|*sell down|*split off|*part with|*dump stake|*shed stake|
    *exit position|*hive off|*put up for sale|*jettison|*sell its stake|*cut its stake|*trim its stake|
    *trim holding|*trim holdings|*cut holding|*cut holdings|*reduce holding|*reduce holdings|*pare holdings|
    *pare holding|*lower holdings|*reduce its stake|*pare its stake|disposals|divestments|divestitures|
    net seller|net sellers|net sales of|profit taking|*take profits|*take profit|*book profits|*lock in profits|
    *lock in profit|
    *cash in on|*ditch stake|*bail out of stocks|spinout|*spin out
rating / up: double upgrade|*move to outperform|*move to overweight|*lift to overweight|*lift to outperform|
    *start with buy|*initiate with buy|*initiate with a buy|*reinstate at buy|*resume at buy|*assume at buy|
    *start at outperform|*start at overweight|*initiate at outperform|*initiate at overweight|*turn bullish|
    *turn bullish on|*turn positive on|*turn more positive on|*reiterate buy|*boost to outperform|
    *boost to overweight|positive rating|*add to conviction list|conviction buy|*rate outperform|*rate overweight
rating / down: double downgrade|*move to neutral|*move to sell|*move to hold|*drop to hold|*drop to neutral|
    *drop to sell|*cut to reduce|*downgrade to reduce|*start at sell|*initiate with sell|*initiate with a sell|
    *start at underperform|*start at underweight|*initiate at underperform|*initiate at underweight|
    *turn bearish|*turn bearish on|*turn negative on|*turn cautious on|negative rating|reduce rating|
    *remove from conviction list|*rate underperform|*rate underweight|*lower to underweight|
    *lower to underperform|*lower to sell|*lower to reduce|*take to junk
rating / neutral: *initiate at neutral|*start at neutral|*start at hold|*initiate at hold|*initiate at equal weight|
    in line rating|peer perform|equalweight|sector weight|*rate neutral|*start with hold|*initiate with hold|
    *initiate with neutral|market weight|*start at equal weight
win / win: *nab|*grab|*scoop|*come away with|*land contract|*clinch victory|*hit primary endpoint|*hit endpoint|
    *meet primary endpoint|*meet endpoint|*meet main goal|*meet goal|*succeed in|*pay off in trial|wins trial|
    *get the better of|*win out|*carry the day|*triumph over|*prevail over|*win battle|*win case|*win appeal|
    *pass test|*pass tests|*pass stress test|*pass stress tests|*win lawsuit|*win ruling|*win vote|triumphant|
    *prove effective|works in|worked in|*achieve primary endpoint|*achieve goal|*reach endpoint
win / lose: *flop|*fizzle|*fall flat|*come up empty|*lose order|*lose deal|*miss endpoint|*miss primary endpoint|
    *miss main goal|*miss goal|*fail to meet goal|*fail to meet main goal|*fail to meet endpoint|
    *fail to meet primary endpoint|*fail test|*fail tests|*fail stress test|*fail stress tests|*lose election|
    *suffer defeat|*suffer setback|setback|setbacks|*go down to defeat|*prove ineffective|ineffective|
    *fail to show benefit|*fail to win|*fail trial|failed trial|trial failure|*miss out on|*fail in trial
suit / sue: *drag to court|*haul to court|*haul into court|*bring charges|*file charges|*file complaint|
    *lodge complaint|*hit with lawsuit|*hit with fine|*hit with a fine|*hit with a lawsuit|*take legal action|
    *slap fine|penalties|*levy fine|*impose fine|*order to pay|ordered to pay|told to pay|must pay|has to pay|
    *file class action|*find guilty|found guilty|*plead guilty|imprisoned|*imprison|behind bars|prison term|
    jail term|*send to prison|*send to jail|*put behind bars|litigation|*take action against|prosecution|
    *face charges|*face lawsuit|*bring lawsuit|*bring suit|*hold liable|*find liable|liable|*indict|
    *lodge suit|*lodge lawsuit|*hand fine|*issue fine|*mete out|*reprimand
suit / settle: *resolve|*resolve case|*resolve lawsuit|*reach settlement|*reach a settlement|*agree settlement|
    *strike settlement|*plead not guilty|*find not guilty|*walk free|innocent|*clear of charges|*drop complaint|
    *withdraw complaint|*withdraw suit|*withdraw case|*end lawsuit|*end case|*wave off charges|*bury the hatchet|
    *set free|*release from prison|*drop indictment|*throw out charges|*throw out suit|*throw out complaint|
    not liable|*find not liable|*win dismissal|*toss out case|*toss out lawsuit|*end litigation
probe / probe: clampdown|*clamp down|*clamp down on|inquiries|enquiry|inquest|*open inquiry|*launch inquiry|
    *open a probe|*open an investigation|*launch a probe|*launch an investigation|*begin investigation|
    *start investigation|*begin probe|*take a closer look|*come under investigation|*question practices|
    *put under scrutiny|*face scrutiny|*draw scrutiny|raids|*seize records|*inspect
run / go: back online|running again|operating again|up and running|back in operation|back in service|on stream|
    back up and running|operational again|back to normal|*come back on stream|*come online|*come on stream|
    *fire up|*power up|*switch on|*roll off the line|*go on sale|*put on sale|*hit shelves|*hit the market|
    *hit the shelves|*hit market|*take the wraps off|*kick start|*get going|*get the ball rolling|*break ground|
    *start coverage|*initiate coverage|*begin coverage|*pick up coverage|*launch coverage|*resume coverage|
    *assume coverage|*reinstate coverage|*return to service|*clear to fly|*lift grounding|*unground|*cut the ribbon|
    shutdown averted|shutdown avoided|*avert shutdown|*avoid shutdown|*avert a shutdown|*avoid a shutdown|
    *avert government shutdown|*avoid government shutdown|*end shutdown|*end government shutdown|*get off the ground|
    *bring to market|*bring to the market|*green light production|*ramp up production again|*set in motion|
    *go into effect|
    *enter into force|*come into effect|*take force|*swing into action|*start operations|*begin operations|
    *start selling|*start paying|*push ahead|*plough ahead|*plow ahead|*pick back up|*unhalt|*go into service
run / stop: *shutter|*bin|*pull the plug on|*put the brakes on|*hit pause|*hit the pause button|*halt work|
    *hit the brakes|*slam the brakes|*pump the brakes|*come to a halt|*bring to a standstill|*come to a standstill|
    standstill|*ground to a halt|grounded|grounding|groundings|*axe plan|*axe plans|*axe project|*knock offline|
    *go dark|*take down|*kibosh|*put the kibosh on|*pull plug|*drop coverage|*end coverage|*cease coverage|
    *terminate coverage|*discontinue coverage|*suspend coverage|*lay to rest|
    *call time on|*call a halt to|*call halt to|*wind down operations|*stop work|*kick down the road|
    *push to next year|*kick into the long grass|*take off the market|*withhold guidance|*pull guidance|
    *pull forecast|*withdraw guidance|*withdraw forecast|*withdraw outlook|*pull outlook|*suspend outlook|
    *suspend forecast|*scrap guidance|*scrap outlook|*scrap forecast|*drop outlook|*drop forecast|
    *drop guidance|*hit snag|*stall out|*go out of service|unavailable|inaccessible|service disruption|outages|
    *suffer outage|blackout|power cut|force majeure|*declare force majeure|*miss launch|*take out of service
finish / done: *close on|
    *wrap up deal|*put finishing touches
flow / in: net inflow|net inflows|net subscriptions|cash pours into|cash floods into|money flows into|*rake in|
    *haul in|*funnel into|*plough money into|*plow money into|*flock to|*flock into|*flood into|*pile in|
    *stream into|*gush into|*suck in|*shovel into|investors pour|investors add|*put money into|*pump money into|
    *pour money into|*pour cash into|*rush into|stock building|stockbuild|stockpiling|*take in cash|*see inflows
flow / out: net outflow|net outflows|net redemptions|investors pull|investors pulled|investors yank|investors yanked|
    investors withdraw|investors withdrew|investors withdrawn|traders pull|traders pulled|investors exit|
    investors flee|*gush out|*stream out|*pull cash|*pull money from|*pull cash from|*yank money|*yank cash|
    money flees|*withdraw money|*withdraw cash|*bleed assets|*lose assets|*flood out|*rush out|stampede|
    redemption requests|*redeem shares|capital flight|bank run|*run on bank|*run for the *head for the exits|
    destocking|stockdraw|drawdown in stocks|*exit funds
balance / surplus: overhang|excess supply|supply glut|abundance|*outstrip demand|overcapacity|excess inventory
balance / deficit: tightness|supply crunch|supply squeeze|supply gap|*run short|*run short of|*run low|*sell out|
    sold out|supply shortage|supply deficit|scarcities|dearth|crunch
result / profit: *return to the black|*return to black|*move into profit|*move into the black|*swing to the black|
    *make a profit|*make profit|*make money|*book profit|*book a profit|back in profit|back to profit|in the black|
    *swing back to profit|*swing back to a profit|*move to profit|*move to a profit|*log profit|*earn profit|
    *break into profit|*narrow to profit
result / loss: *lose money|*make a loss|*make loss|*log loss|*log a loss|*book a loss|*sink to a loss|*sink into loss|
    *sink to loss|*fall to loss|*slip to a loss|*slump to a loss|*swing into a loss|*plunge to loss|*plunge to a loss|
    *move into loss|*tip into loss|*drop to loss|*slide to loss|*slide into loss|*slip into loss|*slip into the red|
    *fall into the red|*plunge into the red|*sink into the red|*bleed cash|*burn cash|*burn through cash|
    cash burn|*swing to the red|losing money|unprofitably
stance / bull: hopes|hope|hopes of|hopes for|hopes that|upbeat about|cheery|exuberance|exuberant|
    risk appetite|appetite for risk|*embrace|*pile into risk|greedy|bullishness|sanguine|fomo|animal spirits|
    feel good|heartened|encouraged|reassured|*take heart
stance / bear: unease|nerves|apprehension|apprehensive|dread|trepidation|nervousness|anxious|worrying|fearing|
    feared|risk aversion|risk averse|bearishness|*shun|*steer clear of|*sour on|negativity|despair|fearful|
    despondent|pessimist|scepticism|skepticism|misgivings|qualms|foreboding|woes|on edge|alarmed|worrisome
bird / hawk: more hawkish|hawkish tilt|hawkish turn|higher for longer
bird / dove: more dovish|dovish tilt|dovish turn|dovish pivot
ban / ban: *forbid|stricter curbs|tougher curbs|tighter curbs|*shut out of|*impose limits|*impose controls|
    export controls|export curbs|*put curbs|*put restrictions|*slap ban|*slap curbs|*slap restrictions|
    *place restrictions|*place curbs|*place ban|blockade|*blockade|lockdown|lockdowns|*lock out|prohibition|
    *rein in|*crack down on exports|*cut off access|*tighten controls|*tighten export controls|*toughen rules|
    *stiffen rules|*toughen restrictions|*toughen curbs
ban / unban: ban lifted|bans lifted|embargo lifted|curbs lifted|curbs eased|restrictions lifted|restrictions eased|
    suspension lifted|moratorium lifted|lockdown lifted|lockdown eased|lockdowns eased|*lift lockdown|
    *lift suspension|*lift freeze|*lift blockade|*end embargo|*end blockade|*end lockdown|*end moratorium|
    *ease controls|*loosen rules|*loosen restrictions|*loosen curbs|*loosen controls|*relax controls|
    *relax curbs|*scrap ban|*scrap curbs|*scrap restrictions|*rescind ban|*revoke ban|*let back in|
    *ease lockdown|*unblock|*waive rules|*waive restrictions|*allow back|*remove cap|*lift cap|*lift asset cap|
    *roll back rules|*roll back regulations|*repeal ban|loosening of rules|easing of rules
sanction / on: *slap new sanctions|*hit with new sanctions|*place sanctions|*put sanctions|*expand sanctions list|
    *levy sanctions|new sanctions|fresh sanctions|*target with sanctions
sanction / off: sanctions lifted|sanctions eased|sanctions removed|sanctions dropped|sanctions waived|
    relief from sanctions|sanctions waiver|*scrap sanctions|*roll back sanctions|*remove from sanctions list
member / join: *take over from|*take over as|*take charge|*take the reins|*take the top job|*take top job|
    *hand reins to|*take the wheel|*put in charge|*bring aboard|*bring on|*be named|*be appointed|*install as|
    *tap as|*pick as|*choose as|*select as|*elevate to|*promote to|*add to board|*join board|*return as ceo|
    *return as|*come aboard|*sign up as|*swear in|*take office|*assume role|*assume post|new hire|new hires|
    *fill role|*be promoted|
    addition to|additions to|*gain entry|*win entry|admission|*join ranks|*enter index|entry to|accession
member / leave: *bow out|*hand over reins|*hand over the reins|*relinquish|*vacate|*call time|*give up role|
    *be replaced|*be ousted|*be fired|*be sacked|*be dismissed|*show the door|*boot|*boot out|*kick off board|
    *head for the exit|*head for exit|*hang up boots|*remove as|*strip of role|*strip of|*quit as|exits|
    *force out ceo|*drop from index|*delete from|deletion from|deletion|*eject|*expel|
    expulsion|ejection|*be booted from|*boot from|*depart from|*cut from index|is leaving|are leaving|
    leaving the company|leaving the firm|leaving the eu|leaving opec|leaving as|firing of|*send packing|
    *walk out the door|*withdraw as|*stand aside as
list / list: *debut on|*float shares|flotation|*add trading|*begin trading|*start trading|stock market listing|
    *make market debut|*make debut|*price ipo|direct listing|*file to go public|*list its shares|*start trading on
list / delist: is leaving the stock market|are leaving the stock market|*leave the stock market|*delist shares|
    *end trading of|*remove trading|*go private|taken private|
    *drop trading|*cease trading|*remove listing|*lose listing|*delist from|*kick off exchange
pact / sign: *hammer out deal|*conclude deal|*conclude agreement|*conclude talks|*secure agreement|*forge deal|
    *forge alliance|*forge partnership|*forge agreement|*enter partnership|*enter agreement|*enter into agreement|
    *pair up|*link up|*link up with|*work together|*enter pact|*make deal|*do deal|*do a deal|*cut deal|*cut a deal|
    *form joint venture|*form alliance|*form partnership|*form pact|*agree terms|*agree on terms|
    *shake hands|*shake hands on|breakthrough in talks|*break impasse|*break deadlock|*settle differences|
    *mend ties|*restore ties|*normalise ties|*normalize ties|*resume ties|*tie up with|tieup|*hook up with
pact / break: *end talks|*break off talks|*walk away from talks|*suspend talks|*halt talks|*call off talks|
    *abandon talks|*end negotiations|*tear up deal|*scrap agreement|*scrap pact|*rip up deal|*exit pact|
    *walk out of talks|*break ties|*cut off ties|*break contract|*void contract|*axe contract|*kill deal|
    *abandon agreement|*end contract|*end pact|*pull out of pact|*quit deal|*leave pact|*pull out of agreement|
    *scrap contract|*break up with|*dissolve partnership|*dissolve joint venture|*end alliance|*end joint venture|
    *exit joint venture|deal off|deal is off|talks end without deal|*end without deal|*end without a deal
war / peace: *halt fighting|*end war|*end hostilities|
    *stop fighting|peace accord|peace pact|peace plan|peace treaty|*cease hostilities|lull|*cease fire|
    *hold fire|thaw|rapprochement|
    *de escalate|*deescalate|deescalation|*withdraw troops|*pull back troops|*pull out troops|*stand down troops
war / fight: clash|clashes|*clash|drone strike|drone strikes|drone attack|drone attacks|shelling|incursion|
    *fire at|*fire on|*fire rockets|*launch attack|*launch attacks|*launch missiles|*launch drones|
    *launch missile attack|*launch missile strike|*launch missile strikes|*launch airstrikes|
    *launch air strikes|*carry out attack|*carry out strikes|*launch drone attack|*launch drone strikes|*launch strike|
    *launch offensive|*launch invasion|*send troops|*send in troops|*deploy troops|*open fire|*exchange fire|
    *escalate conflict|*strike back|*hit back at|bombardment|bombing|bombings|missile strike|missile strikes|
    rocket attack|rocket fire|*declare war|*go to war|*mass troops|annexation|*annex|*shoot down drone
hack / hack: *pilfer|*swipe|*make off with|thieves|attacker|attackers|compromised|*plunder|
    security incident|cybercriminals|intruders|*get hacked|*be hacked|*fall victim to hack|cyber theft|
    *rob|robbery|*infiltrate|malware|cyber breach|hacking|cyber incident|*hit by hack|*embezzle
hack / return: *reimburse users|*refund users|*refund customers|*compensate users|*compensate victims|
    *repay users|*repay victims|*pay back users|*return money
debt / default: *skip payment|*skip coupon|*stop paying|*suspend debt payments|*halt debt payments|
    *miss bond payment|*suspend payments|*miss repayment|*miss deadline to pay|non payment|*fall behind on|
    *fail to repay|*miss interest|*go into default|*be in default|*fall into default|*slip into default
debt / repay: default averted|default avoided|default dodged|*avert a default|*avoid a default|
    *stave off default|*sidestep default|*dodge default|*escape default|*prevent default|averting default|
    *meet debt payment|*meet payment|*make debt payment|*make interest payment|*make bond payment|*settle debt|
    *clear debt|*retire debt|*pay off debt|*pay down debt|*honour debt|*honor debt|*pay bondholders
bankrupt / bust: *go belly up|belly up|*call in administrators|*fall into administration|into administration|
    *seek protection from creditors|creditor protection|*seek court protection|chapter 15|*enter receivership|
    winding up order|liquidators|*collapse into bankruptcy|*collapse into administration|*wind up in bankruptcy|
    *file bankruptcy|*seek bankruptcy|*tip into bankruptcy|*fall into bankruptcy|*slide into bankruptcy|
    *become insolvent|bankruptcy filing|insolvency filing|*go to the wall|in administration|administrators
bankrupt / emerge: bankruptcy averted|bankruptcy avoided|*leave bankruptcy|*dodge bankruptcy|*rescue from bankruptcy|
    *save from bankruptcy|bailouts|bail out package|rescue package|rescue deal|*throw lifeline|lifeline
support / for: *get behind plan|*rally behind|*rally around|*line up behind|*stand behind|*stand by|*side behind|
    *put weight behind|*express support|*voice support|*speak up for|*call good|*vouch for|*root for|*laud
support / against: *attack plan|*voice opposition|*express opposition|*bash|*lambast|*lambaste|*decry|*deride|
    *object to|objections|*take issue with|*hit back|*push back on|*assail|*deplore|outcry|*rail against
time / extend: *roll over|*prolong|*keep in place|*leave in place|*carry on with|rollover|*push back deadline
policy / tight: stricter policy|tighter policy|tighter money|monetary tightening|policy tightening|
    credit tightening|*tighten policy|*tighten monetary policy|*tighten credit|restrictive|tight policy
policy / loose: easier policy|looser policy|easier money|looser money|policy loosening|monetary loosening|
    *loosen monetary policy|*ease credit|*ease money|easy money|loosening|relaxation|expansive
warn / warn: *sound the alarm|*sound warning|*caution against|*ring alarm bells|*raise red flag|*raise red flags|
    *sound note of caution|*send warning|*flag risk|*raise the alarm|*issue a warning|*issue a profit warning|
    *warn on profits|*warn on sales|*warn on earnings|sales warning|*alert to|*raise fears|*raise worries
warn / calm: *allay concerns|*calm nerves|*calm worries|*ease worries|*ease jitters|*soothe concerns|
    *soothe worries|*quell fears|*quell concerns|*settle nerves|*calm jitters|*reassure investors|*reassure markets|
    *make light of|*soft pedal|*ease anxiety|*dispel fears|*dispel worries|fears ease|worries ease|concerns ease
strike / on: strike|strikes|striking|walkouts|*stage walkout|*stage strike|*begin strike|*start strike|
    *launch strike|*call strike|*hit the picket line|picket line|on strike|*stop work over|*vote to strike|
    labour action|labor action|*enter strike
strike / off: strike averted|strike avoided|strike ends|strike ended|strike over|strike called off|strike is over|
    walkout averted|walkout avoided|walkout ends|strike suspended|*dodge strike|*prevent strike|*stave off strike|
    *head off strike|*end walkouts|*back to work|*go back to work|*halt strike|*stop strike|*avert walkout|
    *avoid walkout|*call off walkout|*sidestep strike
recall / recall: *call back|*pull from shelves|*pull from market|*withdraw from sale|*pull off shelves|
    *take off shelves|*withdraw from market
recall / off: recall lifted|recall ended|recall ends|recall over|recall closed|recall cancelled|recall canceled|
    recall withdrawn|*back on shelves|*return to shelves
merge / merge: *amalgamate|*fuse|*join together|mega merger|tie up with rival|*meld
merge / split: *demerge|*go separate ways|demerger|*unwind merger|*undo merger
invest / invest: *pump into|*plough back|*pour billions into|*put up money|*sink into project|*commit funds
test / test: *trial new
risk / off: haven bid|safety bid|*seek safety|sought safety|*flee to safety|flight to quality|safe haven flows|
    haven buying|haven flows|looking for safety|*rush to safety|*seek shelter|*flock to havens|*seek haven|
    *flock to safety|*pile into havens|*seek refuge|*run to safety|*look for safety|sought shelter|sought refuge|
    haven appeal|into safe havens|into havens|to safe havens|to havens|safe havens|safe haven appeal|safe haven buying|
    safe haven bid|*turn to havens|*shelter in
recession / in: technical recession|*tip into recession|*sink into recession|*plunge into recession|
    *fall into a recession|*enter a recession|*slide into a recession|*slip into a recession|recessionary|
    *tip into a recession|*tumble into recession|in recession|*head into recession|hard landing
recession / out: recession averted|recession avoided|*avoid a recession|*avert a recession|*exit a recession|
    *climb out of recession|*come out of recession|*escape a recession|*sidestep recession|*leave recession|
    out of recession|*dodge a recession|no landing
raise money / raise: rights issue|share sale|stock sale|equity raise|equity offering|placement|share placement|
    capital increase|*raise cash|fundraise|fundraising|*close round|*land funding|*secure financing|
    financing round|*raise fresh capital|*tap investors|*tap markets|*raise fresh money|*raise equity|
    seed round|*bring in investors|*get funding|*win funding|*receive funding|*obtain funding|*sell new stock
raise money / lose: *lose funding|*lose financing|*cut off funding|*cancel funding|*pull funding|*withdraw funding|
    *end funding|*halt funding|*axe funding|*scrap funding|*freeze funding
act / in: *intervene|*step in|intervention|interventions|*wade in|*step into|*wade into|*take a hand
act / out: *stay out|*stay out of|*sit out|*stay away|*stay away from|*keep out|*keep out of|*steer clear|
    *stay on sidelines|*stay on the sidelines|*sit on sidelines|*sit on the sidelines|on the sidelines|*stand aside|
    *remain on the sidelines|*hang back|non intervention|*keep hands off|hands off
delay / early: *bring forward|*fast track|*expedite|*hasten|ahead of time|*pull forward|*move forward date
run / stop: behind time|behind the schedule|*run late|overdue filing|*be late|*file late|past deadline|
    *miss deadline|*slip behind
place / go: *relocate|relocation|
    *up sticks|*offshore production
impose / lift: tariffs lifted|tariffs removed|tariffs scrapped|tariffs dropped|tariff relief|tariff exemption|
    tariff exemptions|*exempt|exemption|exemptions|tariff truce|*remove tariffs|*remove tariff|
    *scrap tariffs|*scrap tariff|*drop tariffs|*waive tariffs|*suspend tariffs|*eliminate tariffs|*abolish tariffs
demand / demand: *call on|*press for|*order to
threat / threat: *rattle sabers|*rattle sabres|sabre rattling|saber rattling|*issue threat|threats
"""
"""More of what `lexicon_events.PHRASES` holds; where both know a phrase, the other one counts."""

OPTIONAL_PHRASES: Final = """
extreme / high: *see record
custody / move: *transfer
impose / impose: *slap
place / stay: *stay in|*remain in|*stay at|*remain at
"""

MOVES: Final = """
up: *snap losing run|*end losing run|*break losing streak|*halt losing streak|*snap slide|*halt slide|*snap decline|
    *gain ground|*regain ground|*make gains|*post gains|*notch gains|*book gains|*add ground|*claw back|*claw higher|
    *march higher|*power higher|*power ahead|*charge higher|*race higher|*grind higher|*drift higher|*spike higher|
    *swing higher|*jump higher|*climb higher|*rise higher|*head higher|*head north|*turn north|*turn green|
    in positive territory|positive territory|*end in the green|*close in the green|*finish in the green|
    *get a lift|*get a boost|*get a bump|*get lift|*get boost|a lift|a boost|*give a lift|*give a boost|
    *stage rally|*stage a rally|*stage comeback|*stage a comeback|*snap back|leg higher|leg up|tailwind|tailwinds|
    *pile on gains|*firm up|*shoot up|*rev up|*crank up|*gear up production|*ratchet higher|*trend higher|*trend up|
    *turn up|*perk up|back above|back over|*go north|
    *break resistance|*clear resistance|*break through resistance|*sweeten|*sweeten offer|*sweeten bid|
    twice as much|twice as many|twice what|twice the|over twice|more than twice|is over twice|was over twice|
    were over twice|are over twice|
    *put up|*push past|*storm past|*bulk up|*amp up|*dial up|*turbocharge|*supercharge|*tack on|
    economy adds|economy added|economy creates|economy created|economy gains|economy gained|*regain|*retake|
    longest winning run|winning run|higher by|up by|upward trend|upward trajectory|*raise bar|
    *hit the gas|on the up
up / +: *shoot higher|*rocket higher|*rocket up|*surge higher|*soar higher|*rip higher|*go through the roof|
    *hit the roof|moonshot|melt up|*roar|*storm higher
down: *snap rally|*end rally|*halt rally|*snap winning run|*end winning run|*break winning streak|*halt winning streak|
    *snap advance|*snap gains|*lose altitude|*lose momentum|*give ground|*give up ground|*cede|*cede ground|*surrender|
    *surrender gains|
    *slide lower|*slip lower|*spiral lower|*spiral down|*swing lower|*sink lower|*grind lower|*head lower|
    *head south|*turn south|*go south|*drift lower|*lurch lower|*trend lower|*trend down|*turn red|*go into reverse|
    in negative territory|negative territory|*end in the red|*close in the red|*finish in the red|*take a knock|
    *take a tumble|*take a dive|*take a step back|*stumble|leg lower|leg down|headwind|headwinds|*tail off|*peter out|
    *rein back|*knock off|*lop off|*shave off|*wipe off|*chip away|*chip away at|*eat into|*eat away at|*bite into|
    *whittle down|*whittle|*pare down|*trim back|*slim down|*slash back|*knock|*dial down|*ratchet down|
    *ease back|*ease off|*slip back|*drop back|*sink back|
    back below|back under|
    *break support|*lose support|*slip below support|*fall through support|*break below support|*break through support|
    economy loses|economy lost|economy sheds|economy shed|lower by|down by|longest losing run|losing run|downward trend|
    downward trajectory|*put a dent in|*make a dent in|*take the shine off|*let go of|*cast shadow over|
    on the decline|reining in|
    *take a haircut|haircut|haircuts|*tighten belt|belt tightening|austerity|cost cutting|*cost cut|retrench
down / +: *take a plunge|*take a nosedive|*crash lower|*plunge lower|*dive lower|*go into freefall|in freefall|
    *fall off a cliff|*go off a cliff|*bomb out|*get hammered|*get crushed|*get slammed|*get clobbered|
    *get walloped|*be hammered|price collapse|*come crashing down|tailspin|rout in
flat: *sit tight|*stay on hold|*stay pat|*sit on hands|*stay unchanged|*end flat|*close flat|*finish flat|
    *end little changed|no changes|*keep as is|*leave as is|*mark time|*go nowhere|*move little|in a tight range|
    unrevised|status quo|*keep intact|*leave intact|*stay steady|*stay the course|*stay the same|*remain flat|
    *remain unchanged|*remain the same|*hold the line|*keep the same|*leave at|left at|*level off|*level out|
    *flatline|*freeze prices
off lows: *pare declines|*trim declines|*claw back losses|*recover from lows|*rebound from lows|*bounce off lows
off highs: *pare advance|*trim advance|*retreat from highs|*ease from highs|*pull back from highs|*back away from highs|
    *give back gains|*surrender early gains|*come off highs|*pull back from record|*retreat from record
"""

VERBS: Final = """
up: hoist enlarge augment amplify buoy bump mushroom burgeon inflate
down: skid swoon wilt crumple buckle ebb shave lop+ prune chop+ clip+ sap+ dampen blunt crimp undercut(undercut)
    curtail whack clobber pummel droop deplete depress cull dent chill deflate downscale
up / +: turbocharge supercharge
down / +: decimate obliterate
"""
"""More of what `lexicon_events.MOVE_VERBS` holds."""

GAPPED: Final = (
    ("name appoint pick tap+ promote select choose(chose/chosen) install elevate hire recruit nominate poach elect",
     "ceo cfo coo cto chief chair chairman chairwoman president boss head director executive successor", "member",
     "join"),
    ("order", "fine fines penalty damages", "suit", "sue"),
    ("fire oust dismiss remove sack eject",
     "ceo cfo coo cto chief chair chairman chairwoman president boss head director executive", "member", "leave"),
    ("hire recruit", "workers employees staff staffers people engineers jobs", "move", "up"),
    ("create generate", "jobs positions roles", "move", "up"),
    ("fire sack dismiss furlough cull shed+(shed)", "workers employees staff staffers people jobs positions roles",
     "move", "down"),
    ("win+(won) land secure clinch get+(got) receive obtain score snag+ bag+ nab+ grab+ scoop",
     "contract contracts order orders tender", "win", "win"),
    ("lose(lost)", "contract contracts bid case appeal lawsuit order license licence battle ruling suit tender", "win",
     "lose"),
    ("meet(met) hit+(hit) achieve reach satisfy", "endpoint endpoints goal goals", "win", "win"),
    ("miss", "endpoint endpoints goal goals", "win", "lose"),
    ("win+(won) secure land clinch get+(got) receive obtain score snag+",
     "permission consent blessing okay", "verdict", "yes", "w"),
    ("grant give(gave/given)", "permission consent blessing okay", "verdict", "yes"),
    ("deny refuse withhold(withheld)", "permission consent blessing clearance approval", "verdict", "no"),
    ("widen expand broaden enlarge", "recall recalls", "recall", "more"),
    ("widen expand broaden", "ban curbs restrictions embargo moratorium", "ban", "more"),
    ("widen expand broaden", "sanctions", "sanction", "more"),
    ("lift end cancel cancel+ close withdraw(withdrew/withdrawn) drop+ terminate conclude", "recall recalls", "recall",
     "off"),
    ("lift end ease remove", "suspension freeze cap lockdown lockdowns blockade siege limit grounding", "ban",
     "unban"),
    ("tighten toughen stiffen harden", "rules rule controls regulation regulations oversight curbs restrictions", "ban",
     "ban"),
    ("ease relax loosen soften", "rules rule controls regulation regulations oversight", "ban", "unban"),
    ("lift remove scrap+ drop+ waive suspend abolish", "tariff tariffs duties levies", "impose", "lift"),
    ("avert avoid dodge escape sidestep skirt", "default", "debt", "repay"),
    ("avert avoid dodge escape sidestep skirt", "recession", "recession", "out"),
    ("avert avoid dodge prevent", "strike walkout strikes", "strike", "off"),
    ("avert avoid dodge prevent", "shutdown", "run", "go"),
    ("end halt stop+ cease pause", "war fighting hostilities conflict", "war", "peace"),
    ("reach strike(struck) sign agree seal", "truce ceasefire", "war", "peace"),
    ("miss skip+", "payment payments coupon coupons repayment", "debt", "default"),
    ("resolve",
     "lawsuit lawsuits suit case cases charges claims probe investigation complaint litigation dispute allegations",
     "suit", "settle"),
    ("settle end", "litigation dispute allegations", "suit", "settle"),
    ("raise lift increase boost up+ build(built)", "stake holding", "trade", "buy"),
    ("cut+(cut) trim+ pare reduce lower sell(sold) dump shed+(shed) exit", "stake holding", "trade", "sell"),
    ("hike raise lift boost increase", "stakes", "move", "up"),
    ("lose(lost) cancel pull withdraw(withdrew/withdrawn) end halt scrap+ freeze(froze/frozen)", "funding financing",
     "raise money", "lose"),
    ("secure raise land win+(won) get+(got)", "funding financing", "raise money", "raise"),
)  # fmt: skip

# Parts of the phrases that `lexicon` builds.
GOALS: Final = "estimates expectations forecasts forecast consensus views projections view predictions"
WHOSE: Final = """|analyst|analysts|street|the street|wall street|market|the|analysts average|average analyst|
    economists|
economist|consensus|lowered|raised|most analysts|analysts consensus"""
ABOVE: Final = "above|ahead of|north of|well above|far above|far ahead of|well ahead of|comfortably above|just above"
BELOW: Final = "below|short of|shy of|south of|well below|far below|well short of|far short of|just below|light of"
LEVEL_WITH: Final = "in line with|on par with|matching|*match|*meet|broadly in line with|largely in line with"
EXPECTED: Final = """expected|forecast|anticipated|estimated|projected|predicted|thought|hoped|
analysts expected|economists expected|analysts had expected|economists had expected|economists forecast|
analysts forecast|economists had forecast|analysts had forecast|economists predicted|economists had predicted|
wall street expected|wall street had expected|the street expected|analysts predicted|analysts estimated|
analysts anticipated|investors expected|investors had expected|markets expected|traders expected|
the market expected|analysts thought|anyone thought|anyone expected|what analysts expected|what wall street expected"""
MORE_THAN: Final = "better stronger higher more hotter faster larger bigger greater firmer richer steeper wider"
LESS_THAN: Final = "worse weaker lower less fewer cooler slower softer smaller lighter narrower milder"
RECORDS: Final = (
    "record high|all time high|record peak|all time peak|lifetime high|new high|fresh high|record|high|peak"
)
RECORD_LOWS: Final = "record low|all time low|lifetime low|new low|fresh low|low|trough"
ARTICLES: Final = ("", "a ", "an ", "another ", "a new ")
REACH: Final = "hit+(hit) reach touch notch set+(set) post mark scale register log+"
LEAVE: Final = "approval|permission|go ahead|green light|nod|clearance|authorization|consent|authority|blessing"
GO_AHEAD: Final = """go ahead|green light|regulatory approval|regulatory clearance|ok|all clear|thumbs up"""
WIN: Final = "win+(won) get+(got) receive secure gain obtain land score snag+ earn clinch"
JUDGES: Final = "judge|court|jury|supreme court|appeals court|federal judge|federal court|tribunal|high court|judges"
