"""The market behind the headlines: a random walk of the price with trending weeks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from forethought.evals.headlines.headline import AssetProfile

_START = datetime(2004, 1, 5, tzinfo=UTC)
_WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Session:
    """One day of trading, as far as a headline may tell of it."""

    day: datetime
    close: float
    change_frac: float
    streak: int
    """Days in a row in the direction of this one, itself included."""
    reach_days: int
    """For how many sessions, up to 250, no close was beyond this one in its direction."""
    local_scale: float
    """The rupee against its first rate."""

    @property
    def direction(self) -> int:
        """1 for a rise, -1 for a fall."""
        return 1 if self.change_frac >= 0 else -1


class Market:
    """Sessions in a row; trends last about nine days, up-trends a little longer than down-trends."""

    def __init__(self, profile: AssetProfile, rng: Random) -> None:
        self._rng = rng
        self._volatility = profile.volatility
        self._first = profile.price
        self._closes = [profile.price]
        self._trend = 1
        self._streak = 0
        self._direction = 1
        self._local = 1.0
        self._day = _START

    def next_session(self) -> Session:
        """Let one weekday pass."""
        self._day += timedelta(days=1)
        while self._day.weekday() >= _WEEKEND:
            self._day += timedelta(days=1)
        rng = self._rng
        if rng.random() < (0.10 if self._trend > 0 else 0.125):
            self._trend = -self._trend
        with_trend = rng.random() < 0.70  # noqa: PLR2004 - how often a day goes with its trend
        direction = self._trend if with_trend else -self._trend
        change = direction * min(abs(rng.gauss(0, self._volatility)) + 0.0005, 4 * self._volatility)
        # a weak pull to the first price: twenty trending years would leave any sensible range
        pull = 1 - 0.002 * (self._closes[-1] / self._first - 1)
        close = self._closes[-1] * (1 + change) * pull
        self._streak = self._streak + 1 if direction == self._direction else 1
        self._direction = direction
        self._closes.append(close)
        self._local *= 1 + rng.gauss(0.0001, 0.003)
        return Session(self._day, close, change, self._streak, self._reach(direction), self._local)

    def _reach(self, direction: int) -> int:
        last = self._closes[-1]
        days = 0
        for close in reversed(self._closes[-251:-1]):
            if (close - last) * direction > 0:
                break
            days += 1
        return days
