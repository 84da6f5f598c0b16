"""Generated requests against the running service: what /openapi.json says is what it does."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema
from tests.fakes.served import Served

EXAMPLES = 40
"""For each operation; all of them take about 20 s."""


@pytest.fixture(scope="module")
def description(service: Served) -> BaseSchema:
    """The service's own description of itself."""
    return schemathesis.openapi.from_url(f"{service.url}/openapi.json", config=SchemathesisConfig.from_dict({}))


schema = schemathesis.pytest.from_fixture("description")


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: Case) -> None:
    """Status, content type, headers and body are declared, bad input is refused, good input is not, nothing is a 500."""
    case.call_and_validate()
