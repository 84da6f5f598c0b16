"""What is delivered beside the code: it parses, fits its schema, and keeps our own rules."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import jsonschema
import kubernetes_validate
import pytest
import typer
import yaml

from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.entrypoints.cli.llm_sim import llm_sim
from forethought.entrypoints.cli.worker import worker
from forethought.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE_FILES = ["docker-compose.yaml", "docker-compose.prod.yaml"]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yaml"))
MANIFESTS = sorted(p for p in (DEPLOY / "kubernetes").rglob("*.yaml") if p.name != "kustomization.yaml")
KUSTOMIZATIONS = sorted((DEPLOY / "kubernetes").rglob("kustomization.yaml"))
ENV_FILES = [DEPLOY / "env/dev.env", DEPLOY / "env/prod.env", DEPLOY / "kubernetes/base/settings.env"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


class ComposeLoader(yaml.SafeLoader):
    """YAML with Compose's own tag `!reset`, which takes the value away."""


ComposeLoader.add_constructor("!reset", lambda _loader, _node: [])


def compose(name: str) -> dict[str, Any]:
    return yaml.load((ROOT / name).read_text(), ComposeLoader)  # noqa: S506 - a SafeLoader


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def vendored_schema(name: str) -> dict[str, Any]:
    return json.loads(resources.files("check_jsonschema").joinpath(f"builtin_schemas/{name}.json").read_text())


SERVICES = compose("docker-compose.yaml")["services"]
APPS = ["api", "worker", "llm-sim"]


# Compose and the image


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_a_compose_file_fits_the_compose_specification(name):
    jsonschema.validate(compose(name), vendored_schema("vendor/compose-spec"))


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_a_port_is_published_on_the_loopback_interface_only(name):
    ports = [port for service in compose(name)["services"].values() for port in service.get("ports", [])]

    assert [port for port in ports if not str(port).startswith("127.0.0.1:")] == []


def test_the_api_and_prometheus_have_the_ports_of_the_requirements():
    assert SERVICES["api"]["ports"] == ["127.0.0.1:${APP_PORT:-8005}:8005"]
    assert SERVICES["prometheus"]["ports"] == ["127.0.0.1:9090:9090"]


def test_redis_is_never_published():
    assert [name for name in COMPOSE_FILES if "ports" in compose(name)["services"]["redis"]] == []


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_no_image_is_pulled_when_it_is_there(name):
    services = compose(name)["services"].values()

    assert {service.get("pull_policy", "missing") for service in services} == {"missing"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_limited_hardened_and_watched(service):
    spec = SERVICES[service]

    assert {"memory", "cpus", "pids"} <= set(spec["deploy"]["resources"]["limits"])
    assert (spec["read_only"], spec["cap_drop"], spec["init"]) == (True, ["ALL"], True)
    assert spec["security_opt"] == ["no-new-privileges:true"]
    assert {"healthcheck", "restart", "stop_grace_period", "logging"} <= set(spec)


def test_every_start_waits_for_health():
    waits = [wait for spec in SERVICES.values() for wait in spec.get("depends_on", {}).values()]

    assert {wait["condition"] for wait in waits} == {"service_healthy"}


def test_what_needs_no_model_starts_without_a_profile():
    profiles = {name: spec.get("profiles") for name, spec in SERVICES.items()}

    assert profiles == {
        "api": None,
        "redis": None,
        "prometheus": None,
        "worker": ["panel"],
        "llm-sim": ["sim"],
        "grafana": ["grafana"],
    }


def test_the_apps_run_from_one_image():
    assert [SERVICES[name]["build"] for name in APPS] == ["."] * 3


@pytest.mark.parametrize(("service", "command"), [("worker", worker), ("llm-sim", llm_sim)])
def test_a_service_is_started_with_options_that_its_command_knows(service, command):
    executable, name, *options = SERVICES[service]["command"]

    assert (executable, name, parsed(command, options)["port"]) == ("forethought", service, probed_port(service))


def parsed(command: Any, options: list[str]) -> dict[str, Any]:
    """Read options as the command does; its only port is called `port`."""
    app = typer.Typer()
    app.command()(command)
    params = typer.main.get_command(app).make_context(command.__name__, options).params
    return {name.removeprefix("metrics_"): value for name, value in params.items()}


def probed_port(service: str) -> int:
    """Return the port on which a service's health check asks."""
    found = re.search(r"127\.0\.0\.1:(\d+)/", " ".join(SERVICES[service]["healthcheck"]["test"]))
    assert found is not None
    return int(found[1])


def test_the_keys_of_the_models_go_to_the_worker_only():
    holders = {name: {key for key in environment(spec) if is_model_key(key)} for name, spec in SERVICES.items()}

    assert {name: keys for name, keys in holders.items() if keys} == {
        "worker": {"OPENAI_API_KEY", "FORETHOUGHT_LLM__API_KEY", "FORETHOUGHT_LLM__SECOND__API_KEY"}
    }


def test_the_worker_thinks_and_the_api_does_not():
    assert environment(SERVICES["api"])["FORETHOUGHT_ANALYSTS__INSIDE"] == "false"
    assert "FORETHOUGHT_ANALYSTS__INSIDE" not in environment(SERVICES["worker"])


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_the_api_and_the_worker_share_one_memory(name):
    services = compose(name)["services"]

    shared = [
        {
            key: value
            for key, value in environment(services[app]).items()
            if re.search("EMBEDDING|REDIS|DATA_DIR|DEMO", key)
        }
        for app in ("api", "worker")
    ]

    assert shared[0] == shared[1]


def environment(spec: dict[str, Any]) -> dict[str, Any]:
    return spec.get("environment", {})


def is_model_key(variable: str) -> bool:
    return variable == "OPENAI_API_KEY" or re.fullmatch(r"FORETHOUGHT_LLM__.*KEY", variable) is not None


def test_redis_never_evicts_what_it_was_told():
    for name in COMPOSE_FILES:
        args = compose(name)["services"]["redis"]["environment"]["REDIS_ARGS"]
        assert "--appendonly yes" in args
        assert "--maxmemory-policy noeviction" in args


def test_development_needs_no_variable_to_be_set():
    assert re.findall(r"\$\{\w+:?\?", (ROOT / "docker-compose.yaml").read_text()) == []


def test_the_image_is_small_rootless_and_built_without_a_foreign_frontend():
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert re.search(r"^# *syntax *=", dockerfile, re.MULTILINE) is None
    assert "@sha256:" not in dockerfile
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"python:3.11-slim-bookworm"}
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == ["10001:10001"]
    assert "--require-hashes -r requirements/run.txt" in dockerfile
    assert 'CMD ["forethought", "serve"]' in dockerfile


# Settings


def settings_in(path: Path) -> dict[str, str]:
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("path", ENV_FILES, ids=name_of)
def test_a_committed_environment_file_holds_no_secret(path):
    assert [key for key in settings_in(path) if re.search("KEY|PASSWORD|SECRET|TOKEN|REDIS_URL", key)] == []


@pytest.mark.parametrize("path", ENV_FILES, ids=name_of)
def test_a_committed_environment_file_sets_only_settings_that_exist(path):
    assert sorted(settings_in(path).keys() - set(known_variables(Settings))) == []


@pytest.mark.parametrize("service", APPS)
def test_the_compose_file_passes_on_only_settings_that_exist(service):
    passed = {key for key in environment(SERVICES[service]) if key.startswith("FORETHOUGHT_")}

    assert sorted(passed - set(known_variables(Settings))) == []


@pytest.mark.parametrize("name", [".env.example", "docs/guides/models.md", "docs/guides/operating.md"])
def test_a_guide_names_only_settings_that_exist(name):
    named = set(re.findall(r"FORETHOUGHT_\w+\b(?!…)", (ROOT / name).read_text()))

    assert sorted(named - set(known_variables(Settings))) == []


def known_variables(model: Any, prefix: str = "FORETHOUGHT_") -> Iterator[str]:
    for name, field in model.model_fields.items():
        variable = prefix + name.upper()
        yield variable
        choices = get_args(field.annotation)
        kind = choices[0] if type(None) in choices else field.annotation  # `X | None`
        if hasattr(kind, "model_fields"):
            yield from known_variables(kind, variable + "__")


# Kubernetes


@pytest.mark.parametrize("path", MANIFESTS, ids=name_of)
def test_a_kubernetes_resource_fits_its_schema_and_has_no_unknown_field(path):
    for resource in yaml.safe_load_all(path.read_text()):
        kubernetes_validate.validate(resource, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("path", KUSTOMIZATIONS, ids=name_of)
def test_a_kustomization_names_files_that_exist(path):
    spec = yaml.safe_load(path.read_text())

    named = [*spec["resources"], *(env for g in spec.get("configMapGenerator", []) for env in g.get("envs", []))]

    assert spec["kind"] == "Kustomization"
    assert [name for name in named if not (path.parent / name).exists()] == []


def test_every_pod_is_rootless_read_only_and_limited_in_memory():
    for path in MANIFESTS:
        for resource in yaml.safe_load_all(path.read_text()):
            if resource["kind"] not in {"Deployment", "StatefulSet"}:
                continue
            pod = resource["spec"]["template"]["spec"]
            assert pod["securityContext"]["runAsNonRoot"] is True
            for container in pod["containers"]:
                assert container["securityContext"]["readOnlyRootFilesystem"] is True
                assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
                assert "memory" in container["resources"]["limits"]


BASE = {
    (resource["kind"], resource["metadata"]["name"]): resource
    for path in sorted((DEPLOY / "kubernetes/base").glob("*.yaml"))
    if path.name != "kustomization.yaml"
    for resource in yaml.safe_load_all(path.read_text())
}


def container_of(deployment: str) -> dict[str, Any]:
    return BASE["Deployment", deployment]["spec"]["template"]["spec"]["containers"][0]


def test_every_deployment_survives_the_maintenance_of_a_node():
    assert {name for kind, name in BASE if kind == "PodDisruptionBudget"} == {
        name for kind, name in BASE if kind == "Deployment"
    }


@pytest.mark.parametrize(("deployment", "port"), [("api", 8005), ("worker", 8009)])
def test_a_deployment_is_probed_and_scraped_on_a_port_that_it_opens(deployment, port):
    container = container_of(deployment)
    template = BASE["Deployment", deployment]["spec"]["template"]

    names = {opened["name"]: opened["containerPort"] for opened in container["ports"]}
    probed = {probe["httpGet"]["port"] for name, probe in container.items() if name.endswith("Probe")}

    assert [names[name] for name in probed] == [port]
    assert template["metadata"]["annotations"]["prometheus.io/port"] == str(port)


def test_the_worker_is_started_in_kubernetes_as_it_is_in_compose():
    assert container_of("worker")["args"] == SERVICES["worker"]["command"]


def test_the_keys_of_the_models_go_to_the_workers_of_kubernetes_only():
    named = {name: {variable["name"] for variable in container_of(name)["env"]} for name in ("api", "worker")}

    assert [key for key in named["api"] if is_model_key(key)] == []
    assert named["worker"] - named["api"] == {
        "OPENAI_API_KEY",
        "FORETHOUGHT_LLM__API_KEY",
        "FORETHOUGHT_LLM__SECOND__API_KEY",
    }
    assert settings_in(DEPLOY / "kubernetes/base/settings.env")["FORETHOUGHT_ANALYSTS__INSIDE"] == "false"


def test_no_secret_is_kept_in_the_manifests():
    kinds = {resource["kind"] for path in MANIFESTS for resource in yaml.safe_load_all(path.read_text())}

    assert "Secret" not in kinds


# Workflows


def workflow(path: Path) -> dict[str, Any]:
    """Read a workflow; YAML 1.1 takes its key `on` for a boolean."""
    return {"on" if key is True else key: value for key, value in yaml.safe_load(path.read_text()).items()}


@pytest.mark.parametrize("schema", ["vendor/github-workflows", "custom/github-workflows-require-timeout"])
@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_a_workflow_fits_its_schema_and_has_a_time_limit(path, schema):
    jsonschema.validate(workflow(path), vendored_schema(schema))


def test_the_workflow_tests_every_python_that_the_package_supports():
    versions = workflow(ROOT / ".github/workflows/ci.yaml")["jobs"]["test"]["strategy"]["matrix"]["python"]

    assert (versions, PROJECT["requires-python"]) == (["3.11", "3.12", "3.13"], ">=3.11,<3.14")


# Prometheus and Grafana


RULES = [
    rule for group in yaml.safe_load((DEPLOY / "prometheus/rules.yml").read_text())["groups"] for rule in group["rules"]
]
DASHBOARDS = sorted((DEPLOY / "grafana/dashboards").glob("*.json"))
GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")


def metrics_in(expression: str) -> set[str]:
    """Name the series that a PromQL expression reads: no function, label, string or range."""
    bare = GROUPING.sub(" ", re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]', " ", re.sub(r'"[^"]*"', '""', expression)))
    words = re.findall(r"(?<![\w:])[a-zA-Z_:][\w:]*+(?!\s*\()", bare)
    return set(words) - {"or", "and", "unless", "bool", "offset"}


def expressions_in(dashboard: Path) -> list[str]:
    panels = json.loads(dashboard.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


def exported_series() -> set[str]:
    series: set[str] = set()
    for family in PrometheusMetrics().registry.collect():
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        series |= {family.name + ending for ending in endings}
    return series


RECORDED = {rule["record"] for rule in RULES if "record" in rule}
READ = set().union(
    *(metrics_in(rule["expr"]) for rule in RULES),
    *(metrics_in(expression) for path in DASHBOARDS for expression in expressions_in(path)),
)


def test_the_series_of_an_expression_are_found():
    expression = 'histogram_quantile(0.95, sum by (le, job) (rate(a_bucket{b="c{d}"}[5m]))) > 0.5 or up:x * on (job) e'

    assert metrics_in(expression) == {"a_bucket", "up:x", "e"}


def test_every_recorded_series_that_is_read_is_recorded():
    assert sorted(name for name in READ if ":" in name and name not in RECORDED) == []


def test_every_other_series_that_is_read_is_exported_by_the_service():
    exported = exported_series()

    assert sorted(name for name in READ if ":" not in name and name not in exported | {"up"}) == []


def test_the_names_of_the_recommended_queries_are_kept():
    assert {
        "http_requests_total",
        "http_request_duration_seconds_bucket",
        "application_errors_total",
        "semantic_cache_duration_seconds_bucket",
        "semantic_cache_hits_total",
        "semantic_cache_misses_total",
        "openai_embedding_duration_seconds_bucket",
        "redis_insert_operations_total",
        "redis_insert_duration_seconds_bucket",
    } <= READ


def test_an_alert_says_what_is_wrong_and_how_urgent_it_is():
    alerts = [rule for rule in RULES if "alert" in rule]

    assert alerts
    assert {rule["labels"]["severity"] for rule in alerts} == {"page", "ticket"}
    assert [rule["alert"] for rule in alerts if not rule["annotations"]["summary"]] == []


def test_prometheus_scrapes_the_api_under_the_job_name_of_the_requirements():
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}

    assert config["rule_files"] == ["rules.yml"]
    assert jobs["trading-platform"]["static_configs"] == [{"targets": ["api:8005"]}]


def test_prometheus_finds_workers_by_the_name_and_port_of_their_service():
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    found = next(job for job in config["scrape_configs"] if job["job_name"] == "forethought-worker")["dns_sd_configs"]

    assert [(lookup["names"], lookup["port"]) for lookup in found] == [(["worker"], probed_port("worker"))]


@pytest.mark.parametrize("path", DASHBOARDS, ids=name_of)
def test_a_dashboard_reads_the_provisioned_data_source(path):
    source = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yaml").read_text())
    panels = json.loads(path.read_text())["panels"]

    used = {panel["datasource"]["uid"] for panel in panels if "datasource" in panel}

    assert used == {source["datasources"][0]["uid"]}
    assert len({panel["id"] for panel in panels}) == len(panels)


# The package and the recipes


def test_the_newest_release_in_the_changelog_is_the_package():
    changelog = ROOT / "CHANGELOG.md"
    if not changelog.exists():
        pytest.skip("there is no CHANGELOG.md")

    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", changelog.read_text(), re.MULTILINE)

    assert newest is not None
    assert newest[1] == PROJECT["version"]


def test_make_alone_lists_every_target():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - the PATH's make

    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    assert re.findall(r"^  make (\S+)", listed, re.MULTILINE) == phony[1].split()
