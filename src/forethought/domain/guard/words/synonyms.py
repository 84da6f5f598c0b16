"""Words of one meaning that no other table explains, and British beside American spelling.

They only make two texts meet that tell a detail in other words; no word here may be the opposite of its neighbour.
"""

from typing import Final

SAME_WORDS: Final = """
global worldwide
jet jetliner plane airplane aircraft airliner aeroplane
illegal unlawful illicit
save saving savings conserve
die died dying death deaths
kill killed killing
rain rains rainfall
break broke broken breaking
tourist visitor traveller traveler holidaymaker
lawyer attorney
drone uav
ship vessel
blaze fire
explosion blast
quake earthquake
flood flooding inundation
flaw fault glitch malfunction
repair mend
kids children
border frontier
farmer grower
wealthy rich affluent
strange unusual
immediate instant
sole single
twin dual
ongoing continuing
stubborn sticky persistent
vital crucial essential critical
complex complicated
accurate precise
migrant immigrant
movie film
sneaker footwear shoe
apparel clothing clothes garment
cigarette tobacco
cannabis marijuana
gun firearm
nuclear atomic
solar photovoltaic
trash garbage waste
highway motorway
railroad railway rail
subway metro
freight cargo
parcel package
laptop notebook
password passcode
login credential credentials
robot humanoid
moon lunar
treaty convention
envoy emissary ambassador
voucher coupon
inspection audit
tenant renter
pension retirement
illness disease sickness
virus pathogen
outbreak epidemic
bypass circumvent
violate breach infringe
proof evidence
testimony witness
cutoff deadline
cap limit
timetable schedule timeline
foe enemy
advisor adviser
aide staffer
interim acting
longtime veteran
heir successor
shop outlet
electricity power
poultry chicken
fertilizer fertiliser
weedkiller herbicide
timber lumber
shipbuilder shipyard
chipmaking chipmaker
bicycle bike
dissent dissented disagreed
rollback reversal
maintain preserve
overhaul revamp shakeup
hurdle obstacle barrier
feud spat row dispute
clash confrontation
slice chunk portion
expert specialist
rogue renegade
oversight supervision
discover discovery
supplier vendor
buyer purchaser acquirer suitor
lockdown curfew
wellbeing welfare
smuggling trafficking
evacuate evacuation
middleman intermediary
counterfeit forged
mandatory compulsory obligatory
voluntary optional
inquiry enquiry
"""
"""One line holds words that say the same of a detail."""

SPELLINGS: Final = """
labour:labor favour:favor favourable:favorable honour:honor harbour:harbor rumour:rumor behaviour:behavior
colour:color neighbour:neighbor endeavour:endeavor programme:program centre:center metre:meter litre:liter
theatre:theater fibre:fiber defence:defense offence:offense licence:license cheque:check tonne:ton grey:gray
tyre:tire sceptical:skeptical scepticism:skepticism fuelled:fueled cancelled:canceled travelled:traveled
modelled:modeled labelled:labeled signalled:signaled signalling:signaling fuelling:fueling cancelling:canceling
travelling:traveling modelling:modeling labelling:labeling jewellery:jewelry judgement:judgment enrol:enroll
fulfil:fulfill fulfils:fulfills catalogue:catalog dialogue:dialog analyse:analyze analysed:analyzed
paralyse:paralyze storey:story pretence:pretense manoeuvre:maneuver plough:plow sulphur:sulfur mould:mold
acknowledgement:acknowledgment totalling:totaling totalled:totaled channelled:channeled pencilled:penciled
rivalled:rivaled ageing:aging instalment:installment wilful:willful storeys:stories axe:ax
"""
"""British to American, whole words; plurals follow by rule."""

KEPT_ISE: Final = """
rise arise raise praise surprise exercise promise advise supervise franchise merchandise premise enterprise
expertise disguise noise cruise precise otherwise likewise wise revise devise compromise comprise demise excise
televise poise advertise improvise concise treatise paradise appraise malaise reprise despise chastise incise
"""
"""Words in -ise that are spelled so on both sides of the Atlantic."""
