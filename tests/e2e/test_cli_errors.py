"""What is refused on the command line: one line that says why, exit code 2, no traceback, nothing for a pipe."""

import subprocess
import sys

import pytest
from tests.fakes.served import run, served

from forethought.entrypoints.cli.main import main


def check_refusal(code: object, out: str, err: str) -> str:
    """Check that a command was refused as it should be, and return what it said."""
    assert (code, out) == (2, ""), err
    assert err.count("\n") == 1, err
    assert err.startswith("forethought: ")
    return err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["divine"], "divine"),
        (["status", "--jsno"], "--jsno"),
        (["explain"], "ID"),
        (["explain", "A", "B"], "B"),
        (["panel", "shadow"], "version"),
        (["panel", "shadow", "2", "--share", "many"], "--share"),
        (["worker", "--slots", "0"], "--slots"),
        (["worker", "--metrics-port", "70000"], "--metrics-port"),
        (["llm-sim", "--latency", "5-2"], "--latency"),
        (["llm-sim", "--noise", "2"], "--noise"),
    ],
)
def test_a_wrong_command_option_or_argument_is_named(monkeypatch, capsys, arguments, named):
    """In this process: nothing is started before the arguments are read."""
    monkeypatch.setattr(sys, "argv", ["forethought", *arguments])

    with pytest.raises(SystemExit) as ended:
        main()

    assert named in check_refusal(ended.value.code, *capsys.readouterr())


def refusal(folder, *arguments, **settings):
    done = run(folder, *arguments, **settings)
    return check_refusal(done.returncode, done.stdout, done.stderr)


def test_a_wrong_option_is_refused_in_a_process_of_its_own_too(tmp_path):
    assert "--jsno" in refusal(tmp_path, "explain", "01M803ZYJF3JGK56T5PPS30RNN", "--jsno")


def test_an_unknown_answer_cannot_be_explained(tmp_path):
    """Whatever the id looks like."""
    with served(tmp_path):
        for id_ in ("01M803ZYJF3JGK56T5PPS30RNN", "[bold]" + "é" * 3_000):
            assert id_[:64] in refusal(tmp_path, "explain", id_)


def test_a_worker_without_a_model_says_what_to_set(tmp_path):
    said = refusal(tmp_path, "worker")

    assert "FORETHOUGHT_LLM__BASE_URL" in said
    assert "FORETHOUGHT_LLM__API_KEY" in said


@pytest.mark.parametrize(
    ("name", "value"), [("FORETHOUGHT_LLM__SECOND", "local"), ("FORETHOUGHT_ANALYSTS__STALE_S", "0")]
)
def test_a_worker_refuses_a_malformed_setting(tmp_path, name, value):
    said = refusal(tmp_path, "worker", **({"FORETHOUGHT_LLM__BASE_URL": "http://127.0.0.1:9/v1"} | {name: value}))

    assert name.rpartition("__")[2] in said


_EXTRAS = (
    "optuna",
    "matplotlib",
    "vectorbt",
    "redisvl",
    "betterdb_semantic_cache",
    "yfinance",
    "deltalake",
    "databricks",
)
_BARE = f"""
import subprocess
import sys
sys.modules.update(dict.fromkeys({_EXTRAS!r}))
from forethought.entrypoints.cli.main import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--help",), 0, "lab"),
        (("status", "--help"), 0, "--json"),
        (("serve", "--help"), 0, "--demo"),
        (("redteam", "--help"), 0, "--attack"),
        (("prices", "--help"), 0, "import"),
        (("lab", "tune", "--help"), 2, "forethought[lab]"),
    ],
)
def test_what_serves_needs_no_package_of_an_extra(arguments, code, said):
    command = [sys.executable, "-c", _BARE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own

    assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done.stderr
