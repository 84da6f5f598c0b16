"""What the commands that write a page share."""

from datetime import UTC, datetime
from pathlib import Path

from forethought.domain.errors import ConfigurationError


def require_folder(option: str, file: Path | None) -> None:
    """Refuse a file that is to be written into a folder that is not there, before anything starts.

    Raises:
        ConfigurationError: see above.
    """
    if file is not None and not file.absolute().parent.is_dir():
        raise ConfigurationError(f"{option}: {file.parent} is no folder")


def today() -> str:
    """Return the date in UTC, ISO 8601."""
    return datetime.now(UTC).date().isoformat()


def typed(*options: tuple[str, object]) -> list[str]:
    """Write options as a reader would type them, those that are `None` left out."""
    return [part for name, value in options if value is not None for part in (name, str(value))]
