"""The word tables of the guard: one file an axis, each phrase in one place. Where does a word go?

| it says | file |
|---|---|
| how something moves or stands: rise, record high, inflow, shortage | `direction` |
| how it went against hopes: beat, profit, weak, bullish, wins | `results` |
| who buys, merges, agrees, lists, raises money | `deals` |
| what courts, regulators, governments, critics do: approve, sue, fine, probe, ban, sanction, warn | `rulings` |
| what desks and agencies rate: upgrade, cut to sell, grades | `ratings` |
| what runs and stops: launch, halt, recall, strike, hack, default, resign, war | `operations` |
| an event together with its topic: layoffs, rate hold | `compounds` |
| not, no, fails to | `negation` |
| how sure: correction, denial, rumour, possible, expected, planned, conditional | `certainty` |
| a small word that has an opposite: before and after | `contrasts` |
| what it happens to (dividend, output), what somebody is (bank, regulator) | `topics` |
| nothing of its own, a size, a clause bound, an outlet | `light` |
| a name | `companies`, `markets` (coins, goods, currencies, institutions), `world` (places, people) |
| the same in other words, and British spelling | `synonyms` |

In `VERBS`, `PHRASES`, `OPTIONAL` and `COMPOUNDS` a line is `axis / pole: words`; an indented line goes on. Two texts
that name opposite poles of one axis contradict each other. Verbs are parted by spaces and written as `inflect.forms`
reads them, with a particle after `_`; phrases are parted by `|`, and `*` inflects the first word. `OPTIONAL` is named
often enough beside the main event that a text need not repeat it: it may match, and may go unmatched. `GAPPED` is
`axis / pole: verbs > nouns`, a verb and a noun a few words on; `hit_with` asks for the word after it, and a third part
`w` makes the subject the one it happens to. `axes` says what an axis can do.

A phrase of more words counts before one of fewer. No phrase is written twice: a test finds what no text could reach.
"""
