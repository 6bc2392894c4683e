"""A registration that is being judged: what was sent, and what the checks have made of it so far."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from idp.domain.client import ClientAuthMethod, SubjectType
from idp.domain.client_metadata import ClientMetadata
from idp.protocol.errors import Reason
from idp.protocol.issuer import Options
from idp.protocol.jose.client_keys import ClientKey
from idp.protocol.registration import addresses
from idp.protocol.registration.members import Members, MetadataRefused


@dataclass(slots=True)
class Wanted:
    """`document` answers with the text behind an address, or None. It is told whether a copy was looked at and lacks
    what is needed, and may raise DocumentNeeded.

    What is not set here is set by a check, and relied on by the later ones; `metadata` grows with each of them.
    """

    members: Members
    options: Options
    document: Callable[[str, bool], str | None]
    metadata: ClientMetadata = field(default_factory=ClientMetadata)
    keys: tuple[ClientKey, ...] = ()
    name: str = field(init=False)
    redirect_uris: tuple[str, ...] = field(init=False)
    post_logout_redirect_uris: tuple[str, ...] = field(init=False)
    auth_method: ClientAuthMethod = field(init=False)
    scopes: tuple[str, ...] = field(init=False)
    subject_type: SubjectType = field(init=False)
    sector_identifier: str = field(init=False)
    id_token_alg: str = field(init=False)

    def learn(self, **found: Any) -> None:
        """Take these members of the metadata."""
        self.metadata = replace(self.metadata, **found)

    def has_key(self, fits: Callable[[ClientKey], bool]) -> bool:
        """Whether such a key was registered; what stands behind an address may change, and is asked when needed."""
        return self.metadata.jwks_uri is not None or any(fits(key) for key in self.keys)

    def address(self, name: str, *, fragment: bool = False) -> str | None:
        """An https address; in a sandbox one of this machine too (DCR-13)."""
        uri = self.members.text(name, longest=addresses.LONGEST)
        if uri is not None:
            self.judge_address(name, uri, fragment=fragment)
        return uri

    def judge_address(self, name: str, uri: str, *, fragment: bool = False) -> None:
        before, _, _ = uri.partition("#")
        parts = addresses.read(before)
        if parts is None or not addresses.is_web(parts, loopback=self.options.allows_loopback):
            raise MetadataRefused(Reason.METADATA_ADDRESS, name)
        if "#" in uri and not (fragment and addresses.is_fragment(uri.partition("#")[2])):
            raise MetadataRefused(Reason.METADATA_FRAGMENT, name)
