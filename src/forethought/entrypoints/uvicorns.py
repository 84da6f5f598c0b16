"""What our HTTP servers ask of uvicorn: its remarks in our log, and signals that end it in order."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Iterator

import structlog
import uvicorn

log = structlog.get_logger(__name__)


class Server(uvicorn.Server):
    """Uvicorn raises a captured signal again when it is done: the process would end before all else has stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `ended_by_signals`."""
        yield


class _ToLog(logging.Handler):
    """Remarks as events of our log: a line that is no JSON would break what reads it."""

    def __init__(self, event: str, *, but: str | None) -> None:
        super().__init__(logging.WARNING)
        self._event = event
        self._but = but

    def emit(self, record: logging.LogRecord) -> None:
        """Log one remark."""
        if record.getMessage() != self._but:
            log.log(record.levelno, self._event, detail=record.getMessage(), exc_info=record.exc_info)


def remarks_to_log(event: str, *, but: str | None = None) -> None:
    """Send uvicorn's warnings to our log.

    Args:
        event: Their name there.
        but: One remark that is none.
    """
    uvicorns = logging.getLogger("uvicorn")
    uvicorns.handlers, uvicorns.propagate = [_ToLog(event, but=but)], False


@contextlib.contextmanager
def ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Let SIGINT and SIGTERM end a server: requests under way are finished first."""
    loop = asyncio.get_running_loop()

    def leave() -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, leave)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
