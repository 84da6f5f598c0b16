"""What desks and agencies say a thing is worth: ratings, coverage, grades."""

from typing import Final

from forethought.domain.guard.inflect import listed

VERBS: Final = """
rating / down: downgrade
rating / up: upgrade
"""

PHRASES: Final = """
rating / down: *cut to sell|*lower to sell|*cut to underperform|*cut to underweight|*downgrade to sell|
    *downgrade to hold|*downgrade to underweight|*downgrade to underperform|underweight|underperform|sell rating|
    *initiate at sell|*rate sell|*cut to hold|*cut to junk|*downgrade to junk|*lower to hold|underperform rating|
    underweight rating|*cut to neutral|*lower to neutral|*downgrade to neutral|double downgrade|*move to neutral|
    *move to sell|*move to hold|*drop to hold|*drop to neutral|*drop to sell|*cut to reduce|*downgrade to reduce|
    *start at sell|*initiate with sell|*initiate with a sell|*start at underperform|*start at underweight|
    *initiate at underperform|*initiate at underweight|*turn bearish|*turn bearish on|*turn negative on|
    *turn cautious on|negative rating|reduce rating|*remove from conviction list|*rate underperform|
    *rate underweight|*lower to underweight|*lower to underperform|*lower to reduce|*take to junk
rating / neutral: neutral rating|hold rating|*rate hold|equal weight|market perform|sector perform|neutral|
    *initiate at neutral|*start at neutral|*start at hold|*initiate at hold|*initiate at equal weight|
    in line rating|peer perform|equalweight|sector weight|*rate neutral|*start with hold|*initiate with hold|
    *initiate with neutral|market weight|*start at equal weight
rating / up: *raise to buy|*lift to buy|*move to buy|*upgrade to buy|*upgrade to outperform|*upgrade to overweight|
    overweight|*raise to overweight|*raise to outperform|outperform|buy rating|*initiate at buy|*start at buy|
    strong buy|*rate buy|*boost to buy|outperform rating|overweight rating|top pick|*upgrade to strong buy|
    double upgrade|*move to outperform|*move to overweight|*lift to overweight|*lift to outperform|*start with buy|
    *initiate with buy|*initiate with a buy|*reinstate at buy|*resume at buy|*assume at buy|*start at outperform|
    *start at overweight|*initiate at outperform|*initiate at overweight|*turn bullish|*turn bullish on|
    *turn positive on|*turn more positive on|*reiterate buy|*boost to outperform|*boost to overweight|
    positive rating|*add to conviction list|conviction buy|*rate outperform|*rate overweight
"""

OPTIONAL: Final = ""

GAPPED: Final = """
rating / down: strip+ cut+(cut) lower downgrade reduce slash > rating
rating / down: cut+(cut) lower downgrade reduce slash move > sell hold underweight underperform neutral junk
rating / down / w: lose(lost) > rating
rating / up: raise lift upgrade boost move > buy overweight outperform
rating / up: raise lift upgrade boost > rating
"""
"""Verbs and nouns a few words on: `closes its long-awaited takeover`."""

GRADES: Final = frozenset(
    listed("""aaa aa1 aa2 aa3 a1 a2 a3 baa1 baa2 baa3 ba1 ba2 ba3 b1 b2 b3 caa1 caa2 caa3 aa bbb bb ccc""")
)
"""Credit grades: raised to one of them is an upgrade."""
