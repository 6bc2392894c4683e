"""nginx as it stands in front of Eşik in production: it ends TLS and tells who came (docs/operate/production.md)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop import parts
from tests.interop.authority import Authority
from tests.interop.child import child, wait_until_it_listens

_MAIN = """\
daemon off;
worker_processes 1;
error_log stderr warn;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types {{ text/html html; text/javascript js; }}
  ssl_certificate {certificate};
  ssl_certificate_key {key};
  ssl_protocols TLSv1.2 TLSv1.3;
  large_client_header_buffers 4 32k;
  {servers}
}}
"""
_SERVER = "server {{ listen 127.0.0.1:{port} ssl; server_name localhost; location / {{ {inside} }} }}"
_TO_ANOTHER = """
    proxy_pass http://127.0.0.1:{port};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto https;
"""


@dataclass(frozen=True)
class Site:
    """One https origin on this machine: in front of a program (its port), or of a folder of files."""

    port: int
    behind: int | Path

    @property
    def inside(self) -> str:
        return f"root {self.behind};" if isinstance(self.behind, Path) else _TO_ANOTHER.format(port=self.behind)


@contextmanager
def nginx(sites: Sequence[Site], authority: Authority, folder: Path, env: Mapping[str, str]) -> Iterator[None]:
    """Serve these sites; everything nginx writes is in the folder."""
    program = parts.program("nginx", "nginx-light")
    configuration = folder / "nginx.conf"
    configuration.write_text(
        _MAIN.format(
            folder=folder,
            certificate=authority.server_certificate,
            key=authority.server_key,
            servers="\n  ".join(_SERVER.format(port=site.port, inside=site.inside) for site in sites),
        )
    )
    command = [program, "-p", str(folder), "-e", "stderr", "-c", str(configuration)]
    with child(command, env=env, cwd=folder) as running:
        for site in sites:
            wait_until_it_listens(running, site.port)
        yield
