"""A folder with a strategy whose teacher is the panel of `tests.fakes.teacher`."""

from pathlib import Path

TAUGHT = """
name = "taught"
version = "1"
teacher = "panel"
instruction = "Judge what this means for the price over the next day."

[composition]
weights = { instruction = 1.0, context = 1.0, news = 1.0, market = 0.0 }

[validity]
max_age_s = 3600
expire_at_open = false
max_move_sigmas = 3.0
"""


def strategies_dir(folder: Path, *, extra: str = "", name: str = "taught") -> Path:
    """Write the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_text(TAUGHT + extra)
    return folder
