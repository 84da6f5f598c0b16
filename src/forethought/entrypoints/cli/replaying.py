"""`forethought replay`."""


def replay() -> None:
    """Replay."""
