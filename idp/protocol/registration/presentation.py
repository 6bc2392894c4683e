"""How a client shows itself to people, in as many languages as it likes (RFC 7591 §2, §2.2; AUTH-28)."""

from urllib.parse import urlsplit

from idp.protocol.registration.members import Members
from idp.protocol.registration.names import require_readable
from idp.protocol.registration.wanted import Wanted

PAGES = ("client_uri", "logo_uri", "policy_uri", "tos_uri")
LOCALIZED = ("client_name", *PAGES)


def names_and_pages(wanted: Wanted) -> None:
    """Who gives no name is called by the host that citizens are sent back to."""
    members = wanted.members
    host = next((urlsplit(uri).hostname for uri in wanted.redirect_uris if uri.startswith("http")), None)
    wanted.name = _name(members, "client_name") or host or ""
    wanted.learn(
        contacts=members.texts("contacts") or (),
        software_id=members.text("software_id"),
        software_version=members.text("software_version"),
        localized=_localized(wanted),
        **{name: wanted.address(name, fragment=True) for name in PAGES},
    )


def _name(members: Members, name: str) -> str | None:
    text = members.text(name)
    if text is not None:
        require_readable(name, text)
    return text


def _localized(wanted: Wanted) -> dict[str, str]:
    found = {}
    for name in LOCALIZED:
        for tagged in wanted.members.localized(name):
            text = _name(wanted.members, tagged) if name not in PAGES else wanted.address(tagged, fragment=True)
            found[tagged] = str(text)
    return found
