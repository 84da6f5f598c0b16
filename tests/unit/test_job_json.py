"""The Databricks job and its bundle, as far as they can be checked without a workspace."""

import json
import re
from pathlib import Path

import pytest
import yaml
from databricks.sdk.service.jobs import JobSettings
from pipelines.databricks import pipeline

FOLDER = Path(pipeline.__file__).parent
JOBS = ("job.json", "job_serverless.json")
VARIABLE = re.compile(r"\$\{var\.(\w+)\}")
TASKS = ["calendar", "trading_day", "extract", "transform", "load"]


def read(name: str):
    return json.loads((FOLDER / name).read_text())


@pytest.fixture(scope="module")
def bundle():
    return yaml.safe_load((FOLDER / "databricks.yml").read_text())


def scripts(job):
    return [task for task in job["tasks"] if "spark_python_task" in task]


@pytest.mark.parametrize("name", JOBS)
def test_the_sdk_knows_every_field_of_a_job(name):
    """`from_dict` drops unknown fields without a word."""
    job = read(name)

    assert JobSettings.from_dict(job).as_dict() == job


def test_a_field_that_the_sdk_does_not_know_is_noticed():
    job = read("job.json")
    job["tasks"][0]["retries"] = 3

    assert JobSettings.from_dict(job).as_dict() != job


@pytest.mark.parametrize("name", JOBS)
def test_tasks_follow_each_other_and_stop_on_a_holiday(name):
    job = read(name)

    assert [task["task_key"] for task in job["tasks"]] == TASKS
    after = {task["task_key"]: task.get("depends_on", []) for task in job["tasks"]}
    assert after["extract"] == [{"task_key": "trading_day", "outcome": "true"}]
    assert [after[name][0]["task_key"] for name in ("trading_day", "transform", "load")] == [
        "calendar",
        "extract",
        "transform",
    ]
    assert job["tasks"][1]["condition_task"]["left"] == "{{tasks.calendar.values.open}}"


@pytest.mark.parametrize("name", JOBS)
def test_the_command_takes_what_each_task_gives(name):
    job = read(name)
    given = {parameter["name"]: parameter["default"] for parameter in job["parameters"]}

    for task in scripts(job):
        filled = [re.sub(r"\{\{job\.parameters\.(\w+)\}\}", lambda m: given[m[1]], each)
                  for each in task["spark_python_task"]["parameters"]]  # fmt: skip
        assert pipeline._parser().parse_args(filled).task == task["task_key"]


@pytest.mark.parametrize("name", JOBS)
def test_every_task_may_fail_and_is_ended(name):
    job = read(name)

    for task in scripts(job):
        assert task["max_retries"] > 0
        assert 0 < task["timeout_seconds"] < job["timeout_seconds"]
        assert (FOLDER.parents[1] / task["spark_python_task"]["python_file"].split("/forethought/", 1)[1]).is_file()
    assert job["max_concurrent_runs"] == 1
    assert job["schedule"]["timezone_id"] == "America/New_York"


@pytest.mark.parametrize("name", JOBS)
def test_the_key_comes_from_a_secret_scope(name):
    job = read(name)
    where = "{{secrets/forethought/write-key}}" if name == "job.json" else "--secret-scope"

    assert where in (FOLDER / name).read_text()
    assert {task.get("environment_key", task.get("job_cluster_key")) for task in scripts(job)} == {
        group["environment_key" if name != "job.json" else "job_cluster_key"]
        for group in job["environments" if name != "job.json" else "job_clusters"]
    }


def test_variables_of_the_bundle_exist_and_are_used(bundle):
    used = set(VARIABLE.findall((FOLDER / "databricks.yml").read_text()))

    assert used == set(bundle["variables"])
    for target in bundle["targets"].values():
        assert set(target["variables"]) <= used


def test_targets_are_dev_and_prod(bundle):
    assert {name: target["mode"] for name, target in bundle["targets"].items()} == {
        "dev": "development",
        "prod": "production",
    }


def test_the_job_of_the_bundle_is_that_of_job_json(bundle):
    """With the variables' own values, and but for where a bundle keeps its files."""

    def filled(value):
        if isinstance(value, str):
            return VARIABLE.sub(lambda m: bundle["variables"][m[1]]["default"], value)
        if isinstance(value, list):
            return [filled(each) for each in value]
        return {name: filled(each) for name, each in value.items()} if isinstance(value, dict) else value

    def without_places(job):
        for task in scripts(job):
            task["spark_python_task"] = task["spark_python_task"]["parameters"]
            task["libraries"] = len(task["libraries"])
        return job

    bundled = filled(bundle["resources"]["jobs"]["forethought_news"])
    assert all((FOLDER / task["spark_python_task"]["python_file"]).is_file() for task in scripts(bundled))
    assert without_places(bundled) == without_places(read("job.json"))
