"""Apache with mod_auth_openidc: a page that opens after two steps, by a configuration that anybody could write."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from string import Template

from tests.interop import parts
from tests.interop.child import child, server_folder, wait_until_it_listens
from tests.interop.provider import Provider, clean_environment
from tests.ports import free_port

SECRET_WORDS = "Bu sayfa iki aşamalı giriş ister."
PARTING_WORDS = "Güle güle"

_MODULES = ("mpm_event", "authn_core", "authz_core", "authz_user", "dir", "socache_shmcb", "ssl", "auth_openidc")
_GIVES_UP_ROOT = "User www-data\nGroup www-data"
_CONFIGURATION = Template("""\
ServerRoot $folder
ServerName localhost
DefaultRuntimeDir $folder
PidFile $folder/apache.pid
Mutex file:$folder
ErrorLog /dev/stderr
LogLevel warn
Listen 127.0.0.1:$port https
$modules
$user
StartServers 1
DocumentRoot $folder/pages
DirectoryIndex index.html
ForceType "text/html; charset=utf-8"
SSLEngine on
SSLCertificateFile $certificate
SSLCertificateKeyFile $key

OIDCProviderMetadataURL $issuer/.well-known/openid-configuration
OIDCCABundlePath $folder/authority.pem
OIDCClientID $client_id
OIDCClientSecret $client_secret
OIDCRedirectURI https://localhost:$port/korumali/geri
OIDCScope "openid profile"
OIDCPKCEMethod S256
OIDCAuthRequestParams acr_values=urn:esik:acr:two-step
OIDCCryptoPassphrase throw-away
OIDCCacheType shm
OIDCDefaultURL https://localhost:$port/korumali/
OIDCDefaultLoggedOutURL https://localhost:$port/

<Location /korumali>
  AuthType openid-connect
  Require claim acr:urn:esik:acr:two-step acr:urn:esik:acr:phishing-resistant
</Location>
# Else the provider, which is nobody's user, is answered 401 to a logout token that was believed.
<Location /korumali/geri>
  OIDCUnAuthAction pass
</Location>
""")


@dataclass(frozen=True)
class Apache:
    """Where Apache is."""

    port: int

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def page(self) -> str:
        return f"{self.origin}/korumali/"

    @property
    def callback(self) -> str:
        return f"{self.page}geri"


Metadata = dict[str, object]


@contextmanager
def apache(idp: Provider, metadata: Callable[[Apache], Metadata]) -> Iterator[Apache]:
    """Register such a client, and serve one page that is protected with it."""
    program, modules = parts.program("apache2", "apache2-bin"), parts.apache_modules()
    at = Apache(free_port())
    client = idp.register(redirect_uris=[at.callback], **metadata(at))
    with server_folder() as folder:
        for words, name in ((PARTING_WORDS, "pages"), (SECRET_WORDS, "pages/korumali")):
            (folder / name).mkdir()
            (folder / name / "index.html").write_text(f"<!doctype html><title>{words}</title><h1>{words}</h1>")
        (folder / "authority.pem").write_bytes(idp.authority.certificate.read_bytes())
        configuration = folder / "apache.conf"
        configuration.write_text(
            _CONFIGURATION.substitute(
                folder=folder,
                port=at.port,
                modules="\n".join(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in _MODULES),
                user=_GIVES_UP_ROOT if os.geteuid() == 0 else "",
                certificate=idp.authority.server_certificate,
                key=idp.authority.server_key,
                issuer=idp.issuer,
                client_id=client["client_id"],
                client_secret=client["client_secret"],
            )
        )
        command = [program, "-f", str(configuration), "-D", "FOREGROUND"]
        with child(command, env=clean_environment(), cwd=folder) as running:
            wait_until_it_listens(running, at.port)
            yield at
