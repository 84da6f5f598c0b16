"""Revocation over HTTP and on the command line, against a running service."""

from tests.e2e.test_http import GOLD_UP, decide, insert, refused
from tests.fakes.served import run

WHY = "the wire retracted it"


def ask(http, text: str = GOLD_UP) -> dict:
    return decide(http, text, agents="never")


def test_a_revoked_decision_is_gone_and_its_answers_say_so(http):
    insert(http, decision_id="X")
    answer = ask(http)

    revoked = http.post("/revoke", json={"decision_id": "X", "reason": WHY})

    assert revoked.status_code == 200, revoked.text
    done = revoked.json()
    assert (done["decision_id"], done["reason"], done["decisions"]) == ("X", WHY, 1)
    assert set(done["answers"]) == {"X", answer["decision_id"]}
    found = http.get(f"/decisions/{answer['decision_id']}").json()
    assert found["revoked"] == {"at": done["at"], "reason": WHY, "of": "X"}
    assert ask(http)["path"] == "interim"


def test_what_cannot_be_revoked_is_refused(http):
    for body, expected in (
        ({"decision_id": "NOBODY", "reason": WHY}, (404, "not_found")),
        ({"decision_id": "X"}, (422, "invalid_input")),
        ({"decision_id": "a b", "reason": WHY}, (422, "invalid_input")),
        ({"decision_id": "X", "reason": WHY, "more": 1}, (422, "invalid_input")),
    ):
        assert refused(http.post("/revoke", json=body)) == expected


def test_a_desk_can_revoke_on_the_command_line(http, service):
    insert(http, decision_id="Y")
    ask(http)

    shown = run(service.data_dir, "revoke", "Y", "--reason", WHY)

    assert shown.returncode == 0, shown.stderr
    assert '"decisions": 1' in shown.stdout
    assert ask(http)["path"] == "interim"


def test_the_labelling_budget_is_shown(http):
    assert http.get("/quality").json()["labelling"] == {
        "calls": 0,
        "calls_limit": 120,
        "cost_usd": 0.0,
        "cost_limit_usd": 1.0,
    }
