"""Split a prompt in the format of the events data into its parts.

The format: `Column descriptions:` with one `name: meaning` line a column, `DataFrame:`, blocks `Row N` with one
`name: value` line a column (a value may run over several lines), and a fixed instruction after the last row.
A 256-token embedder that sees such a prompt whole sees only its boilerplate head, so every prompt would get one vector.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_HEAD = "Column descriptions:"
_TABLE = "DataFrame:"
_ROW = re.compile(r"Row \d{1,6}")
_COLUMN = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,63}):(?: |$)")
MAX_ROWS = 64
"""A longer table is not this format: it is read as one text."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of the table."""

    values: Mapping[str, str]

    @property
    def news(self) -> str:
        """The event itself: its summary with category and sentiment."""
        tail = [f"{name}: {self.values[name]}" for name in ("category", "sentiment") if self.values.get(name)]
        return "\n".join([self.values["summary"], *tail])

    @property
    def evolution(self) -> str:
        """What has become of it since; empty when the table does not say."""
        return self.values.get("events_evolution", "")


@dataclass(frozen=True, slots=True)
class EventPrompt:
    """A prompt of the events data in its parts."""

    columns: str
    rows: tuple[EventRow, ...]
    instruction: str

    @property
    def newest(self) -> int:
        """Index of the newest row: latest `datetime_est` (ISO text sorts by time), the later row on a tie."""
        return max(range(len(self.rows)), key=lambda i: (self.rows[i].values.get("datetime_est", ""), i))


def decompose(text: str) -> EventPrompt | None:
    """Return the parts of an events prompt, or `None` for any other text. Linear in the length of the text."""
    if not text.lstrip().startswith(_HEAD) or _TABLE not in text:
        return None
    head, _, table = text.partition(_TABLE)
    columns = [m.group(1) for line in head.splitlines() if (m := _COLUMN.match(line))]
    if "summary" not in columns:
        return None
    blocks = list(_blocks(table))
    if not 1 <= len(blocks) <= MAX_ROWS:
        return None
    rows: list[EventRow] = []
    rest = ""
    for block in blocks:
        values, rest = _read_row(block, columns)
        if not values.get("summary"):
            return None
        rows.append(EventRow(values))
    return EventPrompt(head.strip(), tuple(rows), rest.strip())


def _blocks(table: str) -> Iterator[list[str]]:
    block: list[str] | None = None
    for line in table.splitlines():
        if _ROW.fullmatch(line.strip()):
            if block is not None:
                yield block
            block = []
        elif block is not None:
            block.append(line)
    if block is not None:
        yield block


def _read_row(block: list[str], columns: list[str]) -> tuple[dict[str, str], str]:
    """Read values in the order of the columns; what follows the last column's line is not the row's."""
    values: dict[str, list[str]] = {}
    position = 0
    for index, line in enumerate(block):
        match = _COLUMN.match(line)
        if match and match.group(1) in columns[position:]:
            name = match.group(1)
            position = columns.index(name) + 1
            values[name] = [line[match.end() :]]
            if position == len(columns):
                return _joined(values), "\n".join(block[index + 1 :])
        elif values:
            values[next(reversed(values))].append(line)
    return _joined(values), ""


def _joined(values: dict[str, list[str]]) -> dict[str, str]:
    return {name: "\n".join(lines).strip() for name, lines in values.items()}
