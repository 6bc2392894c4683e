"""A small HTTPS server on 127.0.0.1 that publishes what a test tells it to, and a certificate authority of its own."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "rp.test"
Script = Callable[[socket.socket, bytes], None]
"""What the server does with a connection and the request head that it read."""


@cache
def certificates() -> tuple[bytes, bytes, bytes]:
    """PEM of the authority, of a certificate for `rp.test` and 127.0.0.1, and of its private key."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("Test authority", authority_key, "Test authority", authority_key, is_authority=True)
    certificate = _certificate(HOST, key, "Test authority", authority_key, is_authority=False)
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    pem = serialization.Encoding.PEM
    return authority.public_bytes(pem), certificate.public_bytes(pem), private


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    subject, signer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer))
    names = [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signs = x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(signs, critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def answering(body: bytes, status: str = "200 OK", *headers: str) -> Script:
    """An ordinary answer, whole and at once."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda connection, _: connection.sendall("\r\n".join(lines).encode() + body)


@dataclass
class Publisher:
    """`requests` are the heads (and what came with them) as they arrived; `script` may be changed at any time."""

    port: int
    script: Script
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/doc", host: str = HOST) -> str:
        return f"https://{host}:{self.port}{path}"


@contextmanager
def publisher(script: Script, directory: Path, *, tls: bool = True) -> Iterator[Publisher]:
    """The server, until the block ends. `directory` takes the certificate's files; `ca.pem` is the authority's."""
    context = _context(directory)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        server = Publisher(listener.getsockname()[1], script)

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                server.connections += 1
                threading.Thread(
                    target=_answer, args=(server, connection, context if tls else None), daemon=True
                ).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            stop.set()
            thread.join(5)


def ca_file(directory: Path) -> Path:
    path = directory / "ca.pem"
    path.write_bytes(certificates()[0])
    return path


def _context(directory: Path) -> ssl.SSLContext:
    _, certificate, private = certificates()
    chain = directory / "server.pem"
    chain.write_bytes(certificate + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


def _answer(server: Publisher, connection: socket.socket, context: ssl.SSLContext | None) -> None:
    with suppress(OSError), connection:
        connection.settimeout(10)
        spoken = connection if context is None else context.wrap_socket(connection, server_side=True)
        with spoken:
            request = spoken.recv(65_536)
            server.requests.append(request)
            server.script(spoken, request)
            with suppress(OSError):
                spoken.shutdown(socket.SHUT_WR)
