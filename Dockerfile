# syntax=docker/dockerfile:1
# One image for both programs: `esik …` is the identity provider, the demo relying party runs under uvicorn.
# For a release, pin the base image by digest: --build-arg PYTHON_IMAGE=python@sha256:…
ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/esik \
 && /opt/esik/bin/pip install --require-hashes -r requirements.lock \
 && python -m venv /opt/build \
 && /opt/build/bin/pip install --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY idp idp
COPY relying_party_demo relying_party_demo
COPY migrations migrations
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
 && /opt/esik/bin/pip install --no-deps --no-index /dist/*.whl \
 && /opt/esik/bin/python -m compileall -q /opt/esik/lib/python3*/site-packages/idp \
 && /opt/esik/bin/pip uninstall --yes pip

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 esik \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin esik \
 && install --directory --owner=esik --group=esik --mode=0700 /var/lib/esik /var/lib/mhrs
COPY --from=build /opt/esik /opt/esik
ENV PATH=/opt/esik/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ESIK_HOST=0.0.0.0 \
    ESIK_DATA_DIR=/var/lib/esik
USER 10001:10001
WORKDIR /var/lib/esik
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('ESIK_PORT', '8000')}/livez\", timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["esik"]
CMD ["serve"]
