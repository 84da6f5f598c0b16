"""How it went against what was expected: beats and misses, profit and loss, wins, moods."""

from typing import Final

VERBS: Final = """
beat / beat: beat(beat/beaten/beats) outstrip+ eclipse
beat / miss: miss disappoint lag+ trail
policy / loose: loosen relax
policy / tight: tighten
win / award: award
win / lose: forfeit flunk fail
win / win: win(won) prevail triumph clinch secure land score snag+ bag+ succeed
"""

PHRASES: Final = """
act / in: *intervene|*step in|intervention|interventions|*wade in|*step into|*wade into|*take a hand
act / out: *stay out|*stay out of|*sit out|*stay away|*stay away from|*keep out|*keep out of|*steer clear|
    *stay on sidelines|*stay on the sidelines|*sit on sidelines|*sit on the sidelines|on the sidelines|*stand aside|
    *remain on the sidelines|*hang back|non intervention|*keep hands off|hands off
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
    *beat analysts expectations|*beat street estimates|hotter than forecast|*top analyst expectations|
    *beat wall street|*top wall street|above projections|*beat projections|*surpass projections|
    *surpass analyst estimates|*surpass wall street estimates|*surpass analyst expectations|*surpass consensus|
    *outshine|*best estimates|*best expectations|*best forecasts|*better estimates|*better forecasts|*come in above|
    *come in ahead|*clock in above|*sail past|*breeze past|*top target|*beat target|*exceed target|
    *beat the forecast|*beat the consensus|*hit it out of the park|*knock it out of the park|ahead of target|
    ahead of plan|ahead of the street|ahead of wall street|beats on|beat on|tops on|topped on|forecast beating|
    estimate beating|*outperform expectations|*outperform estimates|*outperform forecasts|*outstrip forecasts|
    *outstrip expectations|*outstrip estimates|*run ahead of|outpaces forecasts
beat / inline: in line with expectations|in line with estimates|in line with forecasts|as expected|in line|
    matching estimates|*match estimates|*match expectations|*meet expectations|*meet estimates|*meet forecasts|
    *match forecasts|inline|*meet consensus|*match consensus|*match views|*meet views|in line with consensus|
    in line with views|bang in line|on par with estimates|on par with expectations|as forecast|as anticipated|
    as predicted|as economists expected|as analysts expected|*come in as expected
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
    *fall short of the consensus|*undershoot estimates|*undershoot forecasts|disappointing|disappointment|
    disappointments|disappointingly|underwhelming|*underwhelm|light on|short on|shy on|misses on|missed on|miss on|
    *come up light|*come in short|*come in shy|*fall shy|short of target|*miss target|*fall short of its target|
    *come in below its target|*come in below target|*fall short of target|
    behind plan|*trail forecasts|*trail consensus|*lag forecasts|*lag consensus|*lag behind expectations|
    *lag behind forecasts|*trail behind|*whiff|*underperform expectations|*underperform estimates|
    *underperform forecasts|*undershoot expectations|lower than promised|*drop the ball
bird / dove: dovish|dove|doves|dovishness|more dovish|dovish tilt|dovish turn|dovish pivot
bird / hawk: hawkish|hawk|hawks|hawkishness|more hawkish|hawkish tilt|hawkish turn|higher for longer
policy / loose: easing|looser|quantitative easing|stimulus|accommodative|*ease policy|*loosen policy|
    monetary easing|policy easing|*ease monetary policy|*inject liquidity|easier policy|looser policy|easier money|
    looser money|policy loosening|monetary loosening|*loosen monetary policy|*ease credit|*ease money|easy money|
    loosening|relaxation|expansive
policy / tight: tightening|tighter|quantitative tightening|*shrink balance sheet|stricter policy|tighter policy|
    tighter money|monetary tightening|policy tightening|credit tightening|*tighten policy|*tighten monetary policy|
    *tighten credit|restrictive|tight policy
quality / strong: strong|robust|solid|upbeat|stellar|healthy|impressive|strongest|resilient|buoyant|better|
    blockbuster|stunning|favorable|favourable|positive|good|great|rosy|bumper|encouraging|bright|best|successful|
    success|brisk|hefty|sturdy|vigorous|booming|boom|red hot|sizzling|superb|excellent|outstanding|exceptional|
    sparkling|glowing|hot|excellently|*thrive|*flourish|*boom|*sparkle|*shine|*impress|positive results|*prosper|
    remarkable|terrific|fantastic|*exceed hopes|best day|best session
quality / weak: weak|soft|dismal|poor|sluggish|tepid|lackluster|lacklustre|weakest|downbeat|gloomy|grim|fragile|
    worse|worst|negative|bad|bleak|ugly|anemic|anaemic|dire|unsuccessful|failure|botched|unfavorable|unfavourable|
    subdued|muted|troubled|struggling|*struggle|sour|lousy|feeble|frail|slack|lukewarm|unimpressive|patchy|shaky|
    downcast|disastrous|terrible|horrible|awful|mediocre|meagre|meager|painful|bruising|ailing|beleaguered|
    embattled|*sour|*languish|*flounder|faltering|dull|anaemically|*worsen|flagging|weakened|in trouble|
    *disappoint hopes|worst day|worst session
recession / in: recession|*enter recession|*fall into recession|*slide into recession|*slip into recession|
    depression|stagflation|technical recession|*tip into recession|*sink into recession|*plunge into recession|
    *fall into a recession|*enter a recession|*slide into a recession|*slip into a recession|recessionary|
    *tip into a recession|*tumble into recession|in recession|*head into recession|hard landing
recession / out: *avoid recession|*avert recession|*exit recession|*dodge recession|*escape recession|soft landing|
    *emerge from recession|*skirt recession|recession averted|recession avoided|*avoid a recession|
    *avert a recession|*exit a recession|*climb out of recession|*come out of recession|*escape a recession|
    *sidestep recession|*leave recession|out of recession|*dodge a recession|no landing
result / loss: *swing to loss|*swing to a loss|*post loss|*post a loss|*report loss|*report a loss|*fall into loss|
    unprofitable|*slip to loss|*slump to loss|*book loss|*swing into loss|*swing into the red|loss making|
    *fall to a loss|*slide to loss|*lose money|*make a loss|*make loss|*log loss|*log a loss|*book a loss|
    *sink to a loss|*sink into loss|*sink to loss|*fall to loss|*slip to a loss|*slump to a loss|*swing into a loss|
    *plunge to loss|*plunge to a loss|*move into loss|*tip into loss|*drop to loss|*slide into loss|*slip into loss|
    *slip into the red|*fall into the red|*plunge into the red|*sink into the red|*bleed cash|*burn cash|
    *burn through cash|cash burn|*swing to the red|unprofitably
result / profit: *swing to profit|*swing to a profit|*return to profit|*return to profitability|*turn profit|
    *turn a profit|*post profit|*post a profit|*report profit|*report a profit|profitable|*turn profitable|
    back in the black|*become profitable|*return to the black|*return to black|*move into profit|
    *move into the black|*swing to the black|*make a profit|*make profit|*make money|*book profit|*book a profit|
    back in profit|back to profit|in the black|*swing back to profit|*swing back to a profit|*move to profit|
    *move to a profit|*log profit|*earn profit|*break into profit|*narrow to profit
risk / off: haven demand|safe haven demand|flight to safety|haven bid|safety bid|*seek safety|*flee to safety|
    flight to quality|safe haven flows|haven buying|haven flows|looking for safety|*rush to safety|*seek shelter|
    *flock to havens|*seek haven|*flock to safety|*pile into havens|*seek refuge|*run to safety|*look for safety|
    haven appeal|into safe havens|into havens|to safe havens|to havens|safe havens|safe haven appeal|
    safe haven buying|safe haven bid|*turn to havens|*shelter in
stance / bear: bearish|bear|bears|pessimistic|pessimism|cautious|worries|worry|worried|risk off|panic|fears|fear|
    bear market|*enter bear market|gloom|concerns|concern|concerned|anxiety|nervous|jitters|wary|skeptical|
    sceptical|jittery|uneasy|angst|*spook|*rattle|uncertainty|doubt|doubts|uncertain|unease|nerves|apprehension|
    apprehensive|dread|trepidation|nervousness|anxious|worrying|fearing|feared|risk aversion|risk averse|
    bearishness|*shun|*steer clear of|*sour on|negativity|despair|fearful|despondent|pessimist|scepticism|
    skepticism|misgivings|qualms|foreboding|woes|on edge|alarmed|worrisome
stance / bull: bullish|bull|bulls|optimistic|optimism|upbeat on|confident|confidence|risk on|euphoria|greed|hopeful|
    hopes|bull market|*enter bull market|bull run|enthusiasm|enthusiastic|cheer|*cheer|constructive|hope|hopes of|
    hopes for|hopes that|upbeat about|cheery|exuberance|exuberant|risk appetite|appetite for risk|*embrace|
    *pile into risk|greedy|bullishness|sanguine|fomo|animal spirits|feel good|heartened|encouraged|reassured|
    *take heart
win / lead: *overtake|*take lead|*take the lead|*leapfrog|in the lead|*lead rivals|*lead race
win / lose: defeat|*lose case|*lose appeal|*lose lawsuit|*lose contract|*lose bid|*lose out|*lose license|
    *lose licence|*lose battle|*lose fight|*lose court|*lose court fight|*lose key|*lose ruling|*lose vote|
    *lose court battle|*lose suit|*lose legal|*lose to|*flop|*fizzle|*fall flat|*come up empty|*lose order|
    *lose deal|*miss endpoint|*miss primary endpoint|*miss main goal|*miss goal|*fail to meet goal|
    *fail to meet main goal|*fail to meet endpoint|*fail to meet primary endpoint|*fail test|*fail tests|
    *fail stress test|*fail stress tests|*lose election|*suffer defeat|*suffer setback|setback|setbacks|
    *go down to defeat|*prove ineffective|ineffective|*fail to show benefit|*fail to win|*fail trial|trial failure|
    *miss out on|*fail in trial
win / win: victory|winner|*come out on top|*emerge victorious|*rule for|*nab|*grab|*scoop|*come away with|
    *land contract|*clinch victory|*hit primary endpoint|*hit endpoint|*meet primary endpoint|*meet endpoint|
    *meet main goal|*meet goal|*succeed in|*pay off in trial|wins trial|*get the better of|*win out|*carry the day|
    *triumph over|*prevail over|*win battle|*win case|*win appeal|*pass test|*pass tests|*pass stress test|
    *pass stress tests|*win lawsuit|*win ruling|*win vote|triumphant|*prove effective|works in|worked in|
    *achieve primary endpoint|*achieve goal|*reach endpoint
"""

OPTIONAL: Final = ""

GAPPED: Final = """
result / loss: swing_to swing_into turn_to return_to move_to move_into slump_to sink(sank/sunk)_to > loss losses
result / profit: swing_to swing_into turn_to return_to move_to move_into > profit profits profitability
recession / out: avert avoid dodge escape sidestep skirt > recession
win / lose: lose(lost) > contract contracts bid case appeal lawsuit order license licence battle ruling suit tender
win / lose: miss > endpoint endpoints goal goals
win / win: win+(won) land secure clinch get+(got) receive obtain score snag+ bag+ nab+ grab+ scoop > contract
    contracts order orders tender
win / win: meet(met) hit+(hit) achieve reach satisfy > endpoint endpoints goal goals
"""
"""Verbs and nouns a few words on: `closes its long-awaited takeover`."""

# Parts of the phrases that `lexicon` builds: above analysts' estimates, stronger than forecast.
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
the market expected|analysts thought|anyone thought|anyone expected|what analysts expected|
    what wall street expected"""
MORE_THAN: Final = "better stronger higher more hotter faster larger bigger greater firmer richer steeper wider"
LESS_THAN: Final = "worse weaker lower less fewer cooler slower softer smaller lighter narrower milder"
