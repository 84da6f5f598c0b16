"""What courts, regulators, governments and critics do: verdicts, suits, bans, sanctions, tariffs."""

from typing import Final

VERBS: Final = """
ban / ban: ban+ prohibit restrict curb outlaw bar+ blacklist embargo censor
ban / unban: unban+ whitelist
demand / demand: demand urge
guilt / cleared: acquit+ exonerate absolve vindicate pardon
guilt / guilty: convict jail sentence arrest imprison implicate
impose / remove: remove abolish
penalty / fine: fine penalise penalize
probe / probe: probe investigate subpoena raid scrutinise scrutinize examine audit
sanction / on: sanction
suit / settle: settle
suit / sue: accuse charge allege prosecute
support / against: oppose criticise criticize slam+ blast denounce condemn rebuke protest
support / for: support back endorse defend+(defended) praise applaud welcome champion advocate hail
threat / threat: threaten
verdict / no: reject block veto rebuff spurn snub+ overturn quash thwart nix overrule rescind revoke refuse
verdict / yes: approve clear greenlight(greenlit/greenlighted) authorise authorize permit+ allow accept pass
    legalise legalize uphold(upheld) rubberstamp ok
warn / calm: reassure calm soothe
warn / warn: warn caution fret
"""

PHRASES: Final = """
ban / ban: *impose restrictions|*impose curbs|*impose ban|restrictions|curbs|embargo|*tighten restrictions|
    *impose a ban|*tighten curbs|*tighten rules|*tighten export curbs|*forbid|stricter curbs|tougher curbs|
    tighter curbs|*shut out of|*impose limits|*impose controls|export controls|export curbs|*put curbs|
    *put restrictions|*slap ban|*slap curbs|*slap restrictions|*place restrictions|*place curbs|*place ban|blockade|
    *blockade|lockdown|lockdowns|*lock out|prohibition|*rein in|*crack down on exports|*cut off access|
    *tighten controls|*tighten export controls|*toughen rules|*stiffen rules|*toughen restrictions|*toughen curbs
ban / unban: *lift ban|*lift the ban|*lift restrictions|*end ban|*ease restrictions|*ease curbs|*lift curbs|
    *remove ban|*remove restrictions|*overturn ban|*roll back restrictions|*reverse ban|*remove curbs|*drop ban|
    *lift moratorium|*lift embargo|*ease export curbs|*lift export curbs|*lift export ban|*relax restrictions|
    *ease rules|*relax rules|deregulation|*deregulate|ban lifted|bans lifted|embargo lifted|curbs lifted|
    curbs eased|restrictions lifted|restrictions eased|suspension lifted|moratorium lifted|lockdown lifted|
    lockdown eased|lockdowns eased|*lift lockdown|*lift suspension|*lift freeze|*lift blockade|*end embargo|
    *end blockade|*end lockdown|*end moratorium|*ease controls|*loosen rules|*loosen restrictions|*loosen curbs|
    *loosen controls|*relax controls|*relax curbs|*scrap ban|*scrap curbs|*scrap restrictions|*rescind ban|
    *revoke ban|*let back in|*ease lockdown|*unblock|*waive rules|*waive restrictions|*allow back|*remove cap|
    *lift cap|*lift asset cap|*roll back rules|*roll back regulations|*repeal ban|loosening of rules|easing of rules
demand / demand: *call on|*press for|*order to
guilt / cleared: not guilty|acquittal|*clear of wrongdoing|*cleared of|*plead not guilty|*find not guilty|
    *walk free|innocent|*clear of charges|*set free|*release from prison|*clear of|innocence
guilt / guilty: guilty|conviction|*find guilty|*plead guilty|behind bars|prison term|jail term|*send to prison|
    *send to jail|*put behind bars|under arrest|arrests|jail sentence|prison sentence|guilty verdict
impose / lift: tariffs lifted|tariffs removed|tariffs scrapped|tariffs dropped|tariff relief|tariff exemption|
    tariff exemptions|*exempt|exemption|exemptions|tariff truce|*remove tariffs|*remove tariff|*scrap tariffs|
    *scrap tariff|*drop tariffs|*waive tariffs|*suspend tariffs|*eliminate tariffs|*abolish tariffs
penalty / fine: *hit with fine|*hit with a fine|*slap fine|penalties|*levy fine|*impose fine|*order to pay|
    told to pay|must pay|has to pay|*hand fine|*issue fine|*mete out|penalty|*slap with fine|
    *slap with a fine|*slap with penalty|*hand down fine
probe / probe: investigation|investigations|inquiry|under scrutiny|*open probe|*open investigation|*launch probe|
    *launch investigation|*start probe|crackdown|*crack down|*crack down on|*look into|clampdown|*clamp down|
    *clamp down on|inquiries|enquiry|inquest|*open inquiry|*launch inquiry|*open a probe|*open an investigation|
    *launch a probe|*launch an investigation|*begin investigation|*start investigation|*begin probe|
    *take a closer look|*come under investigation|*question practices|*put under scrutiny|*face scrutiny|
    *draw scrutiny|raids|*seize records|*inspect
sanction / off: *lift sanctions|*ease sanctions|*remove sanctions|sanctions relief|*drop sanctions|*waive sanctions|
    *end sanctions|*suspend sanctions|*relax sanctions|*roll back sanctions|lifting of sanctions|sanctions lifted|
    sanctions eased|sanctions removed|sanctions dropped|sanctions waived|relief from sanctions|sanctions waiver|
    *scrap sanctions|*remove from sanctions list
sanction / on: sanctions|*impose sanctions|*impose new sanctions|*slap sanctions|*tighten sanctions|
    *hit with sanctions|*slap new sanctions|*hit with new sanctions|*place sanctions|*put sanctions|
    *expand sanctions list|*levy sanctions|new sanctions|fresh sanctions|*target with sanctions
suit / settle: settlement|*drop charges|*drop lawsuit|*drop case|*drop suit|*drop the lawsuit|*dismiss lawsuit|
    *dismiss case|*dismiss charges|*dismiss suit|*toss lawsuit|*toss case|*throw out case|*throw out lawsuit|
    *dismiss|*drop probe|*close probe|*close investigation|*end probe|*end investigation|*drop investigation|
    *shut down investigation|*abandon case|*dismiss class action|*dismiss the lawsuit|*withdraw lawsuit|dismissal|
    *drop all charges|*resolve|*resolve case|*resolve lawsuit|*reach settlement|*reach a settlement|
    *agree settlement|*strike settlement|*drop complaint|*withdraw complaint|*withdraw suit|*withdraw case|
    *end lawsuit|*end case|*wave off charges|*bury the hatchet|*drop indictment|*throw out charges|*throw out suit|
    *throw out complaint|not liable|*find not liable|*win dismissal|*toss out case|*toss out lawsuit|*end litigation
suit / sue: lawsuit|lawsuits|suit|*file lawsuit|*file suit|*file a lawsuit|*sue|indictment|class action|
    legal action|*take to court|*press charges|complaint|accusations|allegations|*drag to court|*haul to court|
    *haul into court|*bring charges|*file charges|*file complaint|*lodge complaint|*hit with lawsuit|
    *hit with a lawsuit|*take legal action|*file class action|litigation|*take action against|prosecution|
    *face charges|*face lawsuit|*bring lawsuit|*bring suit|*hold liable|*find liable|liable|*indict|*lodge suit|
    *lodge lawsuit|*reprimand
support / against: opposition|criticism|backlash|*push back against|*lash out at|*hit out at|*take aim at|
    *come out against|*speak out against|*attack plan|*voice opposition|*express opposition|*bash|*lambast|
    *lambaste|*decry|*deride|*object to|objections|*take issue with|*hit back|*push back on|*assail|*deplore|outcry|
    *rail against
support / for: backing|*throw weight behind|*come out in favor of|*get behind|in favor of|in favour of|endorsement|
    *speak in favor of|*get behind plan|*rally behind|*rally around|*line up behind|*stand behind|*stand by|
    *side behind|*put weight behind|*express support|*voice support|*speak up for|*call good|*vouch for|*root for|
    *laud
threat / threat: *rattle sabers|*rattle sabres|sabre rattling|saber rattling|*issue threat|threats
verdict / no: rejection|*turn down|*strike down|*rule against|*shoot down|*knock back|*vote down|*deny approval|
    *deny request|*deny bid|*deny application|*deny petition|*deny motion|*deny appeal|denial of|*refuse approval|
    *refuse to approve|*thumbs down|*throw out|blocked|*stand in the way|*say no|*vote against|disapproval|
    complete response letter|*deny license|*deny clearance|*withhold approval|*decline to approve|*put brakes on|
    *deny permit|*reject bid|*torpedo|*scupper|*scuttle|*stymie|*say no to|*send back|*turn away|*give thumbs down|
    *give the thumbs down|crl|*refuse to back|*refuse permission|*deny permission|*vote to reject|*find against|
    *fail to pass|*decline to back|*disallow|veto|vetoes|*oppose deal|*rebuff offer|*spurn offer|*reject offer|
    *dismiss bid|*dismiss offer|*refuse offer|non approval|*withhold consent|*refuse consent|*invalidate|*annul|
    *void|*set aside ruling|*scotch
verdict / yes: *get the nod|*get nod|approval|approvals|clearance|green light|*give green light|
    *give the green light|nod|go ahead|*sign off on|*sign off|*wave through|authorization|authorisation|
    *give the nod|*rule in favor|*side with|*grant approval|*gain approval|*grant|*give blessing|*rubber stamp|
    acceptance|*say yes|*give approval|*grant clearance|*win backing|*back merger|regulatory approval|
    *clear the way for|*give the ok|*give ok|*give the okay|*give the all clear|*give all clear|all clear|assent|
    *give assent|consent|*give consent|thumbs up|*give thumbs up|*give a thumbs up|blessing|*bless|permission|
    *give permission|*give the go ahead|*give go ahead|*give clearance|*give the thumbs up|*vote for|
    *vote in favor of|*vote in favour of|*vote to approve|*vote to accept|*okay|*say yes to|*agree to accept|
    *rule in favour|*rule in favour of|*rule in favor of|*find for|*find in favor of|*find in favour of|
    *clear path for|*clear the path for|*pave the way for|*pave way for|*lift objection|*lift objections|*certify|
    certification|*validate|ratification|*ratify|*nod through|*usher through|passage|*pass bill|cleared to|
    *be cleared to|*get sign off
warn / calm: *play down|*downplay|*allay fears|*ease fears|*ease concerns|*calm fears|*shrug off|*calm markets|
    *soothe fears|*brush off|*brush aside|relief|*allay concerns|*calm nerves|*calm worries|*ease worries|
    *ease jitters|*soothe concerns|*soothe worries|*quell fears|*quell concerns|*settle nerves|*calm jitters|
    *reassure investors|*reassure markets|*make light of|*soft pedal|*ease anxiety|*dispel fears|*dispel worries|
    fears ease|worries ease|concerns ease
warn / warn: warning|warnings|*sound alarm|*raise alarm|*flag risks|profit warning|*warn on profit|*raise concerns|
    alarm|*warn of|red flag|red flags|*issue profit warning|*issue warning|*sound the alarm|*sound warning|
    *caution against|*ring alarm bells|*raise red flag|*raise red flags|*sound note of caution|*send warning|
    *flag risk|*raise the alarm|*issue a warning|*issue a profit warning|*warn on profits|*warn on sales|
    *warn on earnings|sales warning|*alert to|*raise fears|*raise worries
"""

OPTIONAL: Final = """
impose / impose: *impose|*levy|*slap
verdict / no: objection
vote / vote: *vote
"""

GAPPED: Final = """
penalty / fine: order instruct tell(told) > pay
penalty / fine: order impose levy slap+ hand issue > fine fines penalty penalties damages
penalty / fine / w: hit+(hit)_with slap+_with face pay(paid) > fine fines penalty penalties
ban / ban: tighten toughen stiffen harden > rules rule controls regulation regulations oversight curbs restrictions
ban / more: widen expand broaden > ban curbs restrictions embargo moratorium
ban / unban: lift ease remove relax drop+ waive suspend end reverse loosen overturn > ban curbs restrictions embargo
    moratorium
ban / unban: lift end ease remove > suspension freeze cap lockdown lockdowns blockade siege limit grounding
ban / unban: ease relax loosen soften > rules rule controls regulation regulations oversight
impose / lift: lift remove scrap+ drop+ waive suspend abolish > tariff tariffs duties levies
probe / probe: open launch start begin(began/begun) initiate > probe investigation inquiry
sanction / more: widen expand broaden > sanctions
sanction / off: lift ease remove relax drop+ waive suspend end > sanctions
suit / settle: dismiss toss+ drop+ settle withdraw(withdrew/withdrawn) abandon reject throw(threw/thrown) close end
    conclude >
    lawsuit lawsuits suit suits case cases charges claims probe investigation complaint litigation
suit / settle: resolve > lawsuit lawsuits suit case cases charges claims probe investigation complaint litigation
    dispute allegations
suit / settle: settle end > litigation dispute allegations
suit / sue / w: hit+(hit)_with slap+_with face > lawsuit lawsuits suit complaint
verdict / no: deny decline > approval request bid application petition motion appeal license licence permit
verdict / no: deny refuse withhold(withheld) > permission consent blessing clearance approval
verdict / yes: grant give(gave/given) > approval clearance nod authorization authorisation permission consent
    blessing okay
verdict / yes / w: win+(won) secure land clinch get+(got) receive obtain score snag+ > approval clearance nod
    authorization authorisation permission consent blessing okay
"""
"""Verbs and nouns a few words on: `closes its long-awaited takeover`."""

# Parts of the phrases that `lexicon` builds: wins the green light, judge rules against.
LEAVE: Final = "approval|permission|go ahead|green light|nod|clearance|authorization|consent|authority|blessing"
GO_AHEAD: Final = """go ahead|green light|regulatory approval|regulatory clearance|ok|all clear|thumbs up"""
WIN: Final = "win+(won) get+(got) receive secure gain obtain land score snag+ earn clinch"
JUDGES: Final = "judge|court|jury|supreme court|appeals court|federal judge|federal court|tribunal|high court|judges"
