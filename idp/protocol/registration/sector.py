"""Whose `sub` values a client shares (Core §8.1; Registration §5; DCR-07)."""

import json

from idp.domain.client import SubjectType
from idp.protocol.errors import Reason
from idp.protocol.registration import addresses
from idp.protocol.registration.members import MetadataRefused
from idp.protocol.registration.wanted import Wanted

_NAME = "sector_identifier_uri"
_LONGEST_LIST = 262_144


def subject_type(wanted: Wanted) -> None:
    """Pairwise where nothing is said. The last check, since it may have to wait for another host.

    The document is looked at whatever the type is: who names one says that all its redirect URIs are in it.
    """
    sent = wanted.members.one_of("subject_type", list(SubjectType))
    wanted.subject_type = SubjectType(sent or SubjectType.PAIRWISE)
    uri = wanted.address(_NAME)
    wanted.learn(sector_identifier_uri=uri)
    if uri is None:
        wanted.sector_identifier = _own_host(wanted)
        return
    if not wanted.redirect_uris:
        raise MetadataRefused(Reason.SECTOR_ALONE, _NAME)  # nothing that its host could vouch for
    if not any(set(wanted.redirect_uris) <= _listed(wanted.document(uri, lacks)) for lacks in (False, True)):
        raise MetadataRefused(Reason.SECTOR_LACKS, _NAME)
    wanted.sector_identifier = _shared(_https_host(uri)) or uri  # a host of nobody's own vouches for that one document


def _own_host(wanted: Wanted) -> str:
    """The one host of all redirect URIs; empty where there is none, or several, for then they join no two clients.

    Beside a host, a loopback name, an IP literal or an app's own scheme counts as another: whoever is answered there
    need not be who that host belongs to, and must not learn what it is told. Nor do two clients there share a `sub`.
    """
    hosts = {_https_host(uri) for uri in wanted.redirect_uris}
    if len(hosts) > 1 and wanted.subject_type is SubjectType.PAIRWISE:
        raise MetadataRefused(Reason.SECTOR_MISSING)
    return _shared(hosts.pop()) if len(hosts) == 1 else ""


def _https_host(uri: str) -> str:
    """The host of an https address; empty for another one."""
    parts = addresses.read(uri)
    return "" if parts is None or parts.scheme != "https" else parts.hostname or ""


def _shared(host: str) -> str:
    """The host, if clients there may share their `sub` values; empty for one that somebody else may have too."""
    return host if addresses.is_somebodys(host) else ""


def _listed(body: str | None) -> frozenset[str]:
    try:
        listed = json.loads(body) if body is not None and len(body) <= _LONGEST_LIST else None
    except (ValueError, RecursionError):
        return frozenset()
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        return frozenset()
    return frozenset(listed)
