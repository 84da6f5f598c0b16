import importlib.util
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def load_generator():
    spec = importlib.util.spec_from_file_location("generate", REFERENCE / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["settings.md", "metrics.md", "codes.md"])
def test_a_reference_page_says_what_the_code_says(name):
    """When this fails: python docs/reference/generate.py."""
    assert (REFERENCE / name).read_text(encoding="utf-8") == load_generator().PAGES[name]()


def test_the_system_design_fits_on_two_pages():
    words = (REFERENCE.parent / "system_design.md").read_text(encoding="utf-8").split()

    assert len(words) <= 1_100
