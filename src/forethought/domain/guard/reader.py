"""Reading: from a text to its facts, in one pass over its words."""

from typing import Final

from forethought.domain.guard.assets import asset_name
from forethought.domain.guard.binding import Item, bind, coupled
from forethought.domain.guard.context import (
    ESTIMATES,
    LOOKAHEAD,
    about_estimates,
    beats,
    ends_session,
    gapped,
    is_consensus,
    is_grade,
    is_plan,
    leads_to,
    level,
    used_up,
)
from forethought.domain.guard.facts import Facts, Number, Period
from forethought.domain.guard.inflect import listed, stem
from forethought.domain.guard.lexicon import (
    CASED,
    CASED_LONGEST,
    CASHTAGS,
    LONGEST,
    PHRASES,
    PLACE_NAMES,
    TICKERS,
    Kind,
    Mark,
    Marks,
)
from forethought.domain.guard.nearby import (
    ends_period,
    is_cased,
    is_old_rating,
    meaning_of,
    nearly,
    only_through,
    opens_condition,
    own_outlook,
)
from forethought.domain.guard.numbers import NUMBER_WORDS, ratio_of, read_number, share_units
from forethought.domain.guard.periods import PERIOD_WORDS, long_phrase, month_named, read_period
from forethought.domain.guard.spelling import garbled
from forethought.domain.guard.text import case_style, fold
from forethought.domain.guard.tokens import Token, bracketed_tickers, pairs, tokenise
from forethought.domain.guard.unknown import decisive, designation, turns_round
from forethought.domain.guard.words.certainty import CERTAINTY
from forethought.domain.guard.words.contrasts import CONTRASTS
from forethought.domain.guard.words.markets import COIN_QUOTES, FX_CODES
from forethought.domain.guard.words.ratings import GRADES
from forethought.domain.guard.words.world import CENTRAL_BANKS

_RANK: Final = {name: rank for rank, name in enumerate(("correction", "denial", "question", *list(CERTAINTY)[2:]))}
_MODAL: Final = frozenset({"possible", "expected", "planned", "conditional"})
MAX_FOUND: Final = 60
"""Events or figures that are compared one to one; a text with more is not one story."""
_TAKING_BACK: Final = frozenset({"correction", "denial"})
_SOFT: Final = frozenset({",", "and", "or"})
_HARD: Final = frozenset({";", ":", "--", ".", "!", "?", "|", "(", ")"})
_COINS: Final = {"BTC": "bitcoin", "ETH": "ethereum", "XRP": "xrp"}
_LOOSE_BOUNDS: Final = frozenset({"on", "with"})
"""These open a clause only after an event: `yields on Treasuries jump`."""
_BETTER: Final = frozenset(
    listed(
        "less more lower higher down up better worse stronger weaker softer hotter cooler larger smaller faster slower"
    )
)
_MIN_WORD: Final = 2
_MARK_UP, _MARK_DOWN = Mark(Kind.EVENT, "move", "up"), Mark(Kind.EVENT, "move", "down")


def read(text: str, *, asset: str | None = None) -> Facts:
    """Read what the guard compares. Never raises; a text that cannot be read says why in `fault`.

    Args:
        text: A headline or a short news text.
        asset: The instrument that the decision is about; a text need not repeat its name.
    """
    folded = fold(text)
    if folded.fault is not None:
        return Facts(key=folded.key, fault=folded.fault, asset=asset_name(asset))
    return _Reader(folded.text, asset).facts(folded.key)


class _Reader:
    """The state of one reading."""

    def __init__(self, text: str, asset: str | None) -> None:
        self._asset = asset_name(asset)
        self._symbol_of_asset = (asset or "").strip().upper()
        self._style = case_style(text)
        self._own = False
        self._names: dict[str, None] = {}
        self._tickers: set[str] = set()
        self._words: dict[str, None] = {}
        self._proper: set[str] = set()
        self._decisive: set[str] = set()
        self._designations: set[tuple[str, str]] = set()
        self._topics: dict[str, int] = {}
        self._descriptors: set[str] = set()
        self._items: list[Item] = []
        self._numbers: list[Number] = []
        self._periods: set[Period] = set()
        self._certainties: set[str] = set()
        self._modal = ""
        self._told = False
        self._degrees: dict[int, str] = {}
        self._consensus = False
        self._contrasts: set[tuple[str, str]] = set()
        self._order: dict[str, None] = {}
        self._sequence: list[str] = []
        self._ranges: set[int] = set()
        self._swallowed: set[int] = set()
        self._clause = self._part = 0
        self._negations = self._loose = 0
        self._estimates_until = -1
        text = self._take_tickers(text)
        self._tokens = tokenise(text)
        self._norms = [token.norm for token in self._tokens]

    def facts(self, key: str) -> Facts:
        """Walk the words once and gather what was found."""
        at, end = 0, len(self._tokens)
        while at < end:
            at = self._step(at)
        self._open_clause()
        if self._tokens and any(token.norm == "?" for token in self._tokens):
            self._certainties.add("question")
        events = bind(self._items, self._degrees)
        if len(events) > MAX_FOUND or len(self._numbers) > MAX_FOUND:
            return Facts(key=key, fault=f"more than {MAX_FOUND} events or figures", asset=self._asset)
        first = min((item.clause for item in self._items), default=0)
        return Facts(
            key=key,
            fault=None,
            asset=self._asset,
            names=tuple(self._names),
            tickers=frozenset(self._tickers),
            words=tuple(self._words),
            proper=frozenset(self._proper),
            decisive=frozenset(self._decisive),
            designations=frozenset(self._designations),
            topics=tuple(self._topics),
            main_topics=frozenset(topic for topic, clause in self._topics.items() if clause == first),
            descriptors=frozenset(self._descriptors),
            events=events,
            numbers=share_units(self._numbers, frozenset(self._ranges)),
            periods=frozenset(self._periods),
            certainty=min(self._certainties & _RANK.keys(), key=_RANK.__getitem__, default=""),
            certainties=frozenset(self._certainties),
            contrasts=frozenset(self._contrasts),
            consensus=self._consensus,
            loose_negations=self._loose,
            order=tuple(self._order),
            own_outlook=self._own,
            coupled=frozenset(coupled(self._items, self._tokens)),
            garbled=garbled(self._tokens),
            sequence=tuple(self._sequence),
        )

    def _take_tickers(self, text: str) -> str:
        text, symbols = bracketed_tickers(text)
        for symbol in symbols:
            self._ticker(symbol, None)
        for base, quote in pairs(text, FX_CODES | COIN_QUOTES):
            if base in FX_CODES and quote in FX_CODES:
                self._names[f"{base}/{quote}"] = None
        return text

    def _ticker(self, symbol: str, at: int | None) -> None:
        name = CASHTAGS.get(symbol.upper())
        if name is None:
            self._tickers.add(symbol.upper())
        elif at is None:
            self._names.setdefault(name)
            self._order.setdefault(name)
        else:
            self._put(Mark(Kind.NAME, name), at)

    def _step(self, at: int) -> int:
        token = self._tokens[at]
        if opens_condition(self._tokens, at):
            self._certain("conditional")
        if token.kind in {"mark", "dash"}:
            return self._punctuation(at)
        if token.kind == "range":
            self._ranges.add(len(self._numbers) - 1)
            return at + 1
        if token.kind == "cash":
            self._ticker(token.norm.lstrip("$").partition(".")[0], at)
            return at + 1
        if token.kind in {"up", "down"}:
            self._put(_MARK_UP if token.kind == "up" else _MARK_DOWN, at)
            return at + 1
        return (
            self._symbol(at)
            or self._long_period(at)
            or self._phrase(at, minimum=2)
            or self._figure(at)
            or self._phrase(at, minimum=1)
            or self._word(at)
        )

    def _punctuation(self, at: int) -> int:
        token = self._tokens[at]
        if token.norm == ",":
            self._part += 1
            self._settle_modal()
        elif token.norm in _HARD or token.kind == "dash":
            if token.norm == ":" and len(self._items) == 1 and not self._words:
                self._items[0].label = True
            self._open_clause()
        return at + 1

    def _open_clause(self) -> None:
        self._clause += 1
        self._part += 1
        self._told = False
        self._loose += self._negations % 2
        self._negations = 0
        self._settle_modal()

    def _settle_modal(self) -> None:
        """Give a hedge that follows its event (`rate cut expected`) to that event."""
        modal, self._modal = self._modal, ""
        if modal not in {"expected", "planned"}:
            return
        for item in reversed(self._items):
            if item.clause < self._clause - 1:
                break
            if item.mark.kind is Kind.EVENT:
                item.modal = item.modal or modal
                break

    def _symbol(self, at: int) -> int:
        """Read a ticker that stands in capitals by itself."""
        token = self._tokens[at]
        if not token.upper or self._style == "upper" or token.kind != "word":
            return 0
        if self._asset is not None and token.norm.upper() == self._symbol_of_asset:
            self._put(Mark(Kind.NAME, self._asset), at)
            self._sequence.append(self._asset)
            return at + 1
        if token.norm.upper() in FX_CODES and at + 1 < len(self._tokens) and self._tokens[at + 1].number:
            return 0
        name = TICKERS.get(token.norm.upper())
        if name is None:
            return 0
        self._put(Mark(Kind.NAME, name), at)
        self._sequence.append(name)
        following = self._tokens[at + 1].norm if at + 1 < len(self._tokens) else ""
        return at + 1 + (following.upper() in COIN_QUOTES and self._tokens[at + 1].upper)

    def _long_period(self, at: int) -> int:
        found = long_phrase(self._tokens, at)
        return self._time(*found) if found is not None else 0

    def _time(self, periods: tuple[Period, ...], end: int) -> int:
        self._periods.update(periods)
        self._sequence.append(" ".join(map(" ".join, periods)))
        return end

    def _figure(self, at: int) -> int:
        token = self._tokens[at]
        if token.kind == "word" and token.norm not in PERIOD_WORDS and token.norm not in NUMBER_WORDS:
            return 0
        if (period := read_period(self._tokens, at)) is not None:
            return self._time(*period)
        if (number := read_number(self._tokens, at)) is None:
            return 0
        quantity, end = number
        self._numbers.append(quantity)
        self._sequence.append("0")
        if quantity.unit in _COINS:
            self._put(Mark(Kind.NAME, _COINS[quantity.unit]), end - 1)
        if quantity.sign and quantity.role != "vs":
            self._put(_MARK_UP if quantity.sign == "+" else _MARK_DOWN, at)
        if end < len(self._tokens) and self._tokens[end].norm in ESTIMATES:
            self._consensus = True
            return end + 1
        return end

    def _phrase(self, at: int, *, minimum: int) -> int:
        if name := designation(self._tokens, at, self._items, style=self._style):
            self._designations.add((name, self._norms[at]))
            return at + 1
        norms = self._norms
        longest = LONGEST.get(norms[at], 0)
        cased = CASED_LONGEST.get(norms[at], 0)
        for count in range(min(max(longest, cased), len(norms) - at), minimum - 1, -1):
            text = norms[at] if count == 1 else " ".join(norms[at : at + count])
            if count <= cased and text in CASED and is_cased(self._tokens, at, count, self._style):
                return self._take(CASED[text], at, count, text)
            if count <= longest and text in PHRASES:
                return self._take(PHRASES[text], at, count, text)
        return 0

    def _take(self, marks: Marks, at: int, count: int, text: str) -> int:
        if text.startswith("declin") and text.endswith(" to") and self._is_figure(at + count):
            marks = PHRASES[text.removesuffix(" to")]  # declines to 91.3: a fall, no refusal
        if text == "may" and self._style != "lower" and not self._tokens[at].cap:
            self._certain("possible")
            return at + count
        if at not in self._swallowed and (found := gapped(self._tokens, at, count)) is not None:
            return self._take_gapped(*found, at) + count
        level = text in {"from", "to"} and self._is_figure(at + count)  # the figure itself knows its role
        self._sequence.append("" if level else meaning_of(marks, text))
        if marks[0].kind is not Kind.NAME:
            self._contrasts.update(CONTRASTS[word] for word in text.split(" ") if word in CONTRASTS)
        for mark in marks:
            if mark.kind is not Kind.EVENT or not self._swallowed.intersection(range(at, at + count)):
                self._use(mark, at, count, text)
        return at + count

    def _is_figure(self, at: int) -> bool:
        return at < len(self._tokens) and self._tokens[at].number

    def _take_gapped(self, mark: Mark, there: int, at: int) -> int:
        self._swallowed |= used_up(self._tokens, mark, there)
        if mark.form == "w" and self._tokens[at + 1].norm == "with":
            self._swallowed.add(at + 1)  # hit with: opens no clause
        if there < at:  # the noun came first and was taken for an event of its own
            self._items = [item for item in self._items if item.at != there or item.mark.kind is not Kind.EVENT]
        self._sequence.append(f"{mark.name} {mark.pole}")
        self._put(mark, at)
        return at

    def _use(self, mark: Mark, at: int, count: int, text: str) -> None:
        kind = mark.kind
        if kind is Kind.EVENT:
            self._event(mark, at, count, text)
        elif kind is Kind.NAME:
            self._put(mark, at, possessive=self._tokens[at + count - 1].possessive)
        elif kind is Kind.TOPIC:
            self._topic(mark, at, text)
        elif kind is Kind.DESCRIPTOR:
            self._describe(mark, at, count)
        elif kind is Kind.CERTAINTY:
            self._hedge(mark, at, text)
        elif kind is Kind.COMMON:
            self._unexplained(at, proper=False)
        else:
            self._small_word(mark, at, text)

    def _small_word(self, mark: Mark, at: int, text: str) -> None:
        if mark.kind is Kind.NEGATION:
            self._negations += not at or self._norms[at - 1] != self._norms[at]  # not not: said again, not undone
        elif mark.kind is Kind.DEGREE and mark.degree:
            self._degrees[self._clause] = mark.degree
        elif mark.kind is Kind.BOUND and at not in self._swallowed and (text not in _LOOSE_BOUNDS or self._told):
            self._open_clause()
        elif (
            text == "to"
            and at + 1 not in self._swallowed
            and is_plan(self._tokens, at)
            and not leads_to(self._tokens, at)
        ):
            self._certain("planned")
        elif text in _SOFT:
            self._part += 1

    def _describe(self, mark: Mark, at: int, count: int) -> None:
        """Keep what somebody is; `India's central bank` and `Samsung Biologics` are names."""
        self._descriptors.add(mark.name)
        last = self._items[-1] if self._items else None
        if last is None or last.mark.kind not in {Kind.NAME, Kind.WORD} or not at or last.at < at - 2:
            return
        if mark.name == "central bank" and last.mark.name in CENTRAL_BANKS:
            self._put(Mark(Kind.NAME, CENTRAL_BANKS[last.mark.name]), at)
        elif (
            count == 1
            and self._style == "sentence"
            and self._tokens[at].cap
            and not self._tokens[at].upper
            and not self._tokens[at - 1].possessive
        ):
            self._words.setdefault(mark.name)
            self._proper.add(mark.name)

    def _topic(self, mark: Mark, at: int, text: str) -> None:
        if text in ESTIMATES and (at < self._estimates_until or is_consensus(self._tokens, at)):
            self._consensus = True
            return
        if mark.name == "guidance" and own_outlook(self._items, at, self._norms[at]):
            self._own = True
            self._certain("expected")
            return
        self._topics.setdefault(mark.name, self._clause)
        self._put(mark, at)

    def _event(self, mark: Mark, at: int, count: int, text: str) -> None:
        if (ratio := ratio_of(text)) is not None:
            self._numbers.append(ratio)
        if is_old_rating(self._tokens, at, self._items):
            return
        if nearly(self._tokens, at) and mark.name not in {"move", "extreme", "level"}:
            self._negations += 1
        if ends_session(self._tokens, at + count, text) or ends_period(self._tokens, at + count, text):
            return
        resolved: Mark | None = mark
        if mark.name == "level":
            resolved = level(self._tokens, mark, at + count, text)
        elif text in _BETTER and about_estimates(self._tokens, at + count, near=4):
            resolved = beats(mark)
        if resolved is None or only_through(self._items, mark, resolved, at, self._norms[at]):
            return
        if resolved.name == "move" and resolved.pole in {"up", "down"} and is_grade(self._tokens, at + count):
            resolved = Mark(Kind.EVENT, "rating", resolved.pole, resolved.form)
        if resolved.name == "beat":
            self._estimates_until = at + count + LOOKAHEAD
            self._consensus = True
        self._put(resolved, at)

    def _hedge(self, mark: Mark, at: int, text: str) -> None:
        before = self._tokens[at - 1] if at else None
        if text in ESTIMATES and (
            at < self._estimates_until
            or (before is not None and (before.number or before.norm in {"than", "as", "the", "vs", "%", "percent"}))
        ):
            self._consensus = True
            return
        self._own |= own_outlook(self._items, at, self._norms[at])
        self._certain(mark.name)

    def _certain(self, name: str) -> None:
        again = name in _TAKING_BACK and name in self._certainties
        self._certainties.add(f"{name} of one" if again else name)  # denies that it was fake
        if name in _MODAL and (not self._modal or _RANK[name] < _RANK[self._modal]):
            self._modal = name

    def _put(self, mark: Mark, at: int, *, possessive: bool = False) -> None:
        before = self._tokens[at - 1].norm if at else ""
        if before in {"the", "a"} and at > 1:
            before = self._tokens[at - 2].norm
        item = Item(mark, at, self._clause, self._part, possessive, before=before)
        item.aside = mark.name in PLACE_NAMES and before == "in"
        if mark.kind is Kind.EVENT:
            item.negated = self._negations % 2 == 1
            item.modal = self._modal
            self._told = True
            self._negations, self._modal = 0, ""
        elif mark.kind is Kind.NAME:
            self._names.setdefault(mark.name)
            if not item.aside:
                self._order.setdefault(mark.name)
        self._items.append(item)

    def _word(self, at: int) -> int:
        token = self._tokens[at]
        if turns_round(self._tokens, at):
            self._negations += 1
            return at + 1
        if token.norm == "may" and not month_named(self._tokens[at - 1].norm if at else ""):
            self._certain("possible")
            return at + 1
        if token.norm == "est":
            self._consensus = True
            return at + 1
        if (ratio := ratio_of(token.norm)) is not None:
            self._numbers.append(ratio)
        if token.norm in CONTRASTS:
            self._contrasts.add(CONTRASTS[token.norm])
        if token.norm in GRADES and token.cap:
            self._words.setdefault(token.norm)
            self._proper.add(token.norm)
            self._sequence.append(token.norm)
            return at + 1
        if token.kind == "alnum" or len(token.norm) >= _MIN_WORD or token.cap or self._style == "lower":
            self._unexplained(at, proper=self._is_proper(token))
        return at + 1

    def _is_proper(self, token: Token) -> bool:
        return token.kind == "alnum" or (token.cap and self._style in {"sentence", "title"})

    def _unexplained(self, at: int, *, proper: bool) -> None:
        token = self._tokens[at]
        word = stem(token.norm)
        if proper or token.kind != "word" or token.norm not in PHRASES:
            self._sequence.append(word)
        self._words.setdefault(word)
        if decisive(self._tokens, at, self._items, proper=proper):
            self._decisive.add(word)
        if proper or self._style in {"lower", "upper"}:
            self._order.setdefault(word)
        if proper:
            self._proper.add(word)
            self._items.append(
                Item(
                    Mark(Kind.WORD, f"~{word}"),
                    at,
                    self._clause,
                    self._part,
                    token.possessive,
                    before=self._tokens[at - 1].norm if at else "",
                )
            )
