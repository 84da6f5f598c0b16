#!/bin/sh
# `make compose-check`: checks what is deployed without deploying it. Offline. Schemas and our own rules are the tests'
# part (tests/unit/test_delivery.py); here are the tools that not every machine has, and each that is missing is named.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin

missing() { echo "skipped: $1 is not installed, so $2"; }

echo "== docker compose"
if docker compose version >/dev/null 2>&1; then
  docker compose --profile '*' -f docker-compose.yaml config --quiet
  REDIS_PASSWORD=check FORETHOUGHT_API__WRITE_KEY=check \
    docker compose --profile '*' -f docker-compose.yaml -f docker-compose.prod.yaml config --quiet
  echo "ok"
else
  missing "docker compose" "the two files were not merged"
fi

echo "== kustomize"
if command -v kubectl >/dev/null; then
  rendered=$(mktemp)
  trap 'rm -f "$rendered"' EXIT
  for overlay in dev prod; do
    kubectl kustomize "deploy/kubernetes/overlays/$overlay" >"$rendered"
    "$bin/kubernetes-validate" --strict --quiet "$rendered"
  done
  echo "ok"
else
  missing kubectl "the overlays were not rendered"
fi

echo "== promtool"
if command -v promtool >/dev/null; then
  promtool check config deploy/prometheus/prometheus.yml
  promtool test rules deploy/prometheus/rules_test.yml
else
  missing promtool "the rules were not evaluated"
fi

echo "== schemas and our own rules"
"$bin/python" -m pytest -q tests/unit/test_delivery.py
