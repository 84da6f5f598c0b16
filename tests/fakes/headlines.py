"""Headlines of which tests know what they mean to each other."""

GOLD_UP = "Gold rises 0.3 percent as the dollar weakens"
GOLD_AGAIN = "Gold climbs 0.3% on weaker dollar"
GOLD_DOWN = "Gold falls 0.3 percent as the dollar strengthens"
VOLCANO = "A volcano in Iceland has closed two airports"
