"""A virtual phone as an app of its own on a real phone or desktop."""

from collections.abc import Callable

from idp.web.i18n import Language, Translator

_ICONS = (
    ("phone-icon.svg", "any", "image/svg+xml"),
    ("phone-192.png", "192x192", "image/png"),
    ("phone-512.png", "512x512", "image/png"),
)


def manifest(asset: Callable[[str], str], address: str, name: str, lang: Language) -> dict[str, object]:
    """One manifest for each phone: the app begins at its page and ends there."""
    return {
        "id": address,
        "start_url": address,
        "scope": address,
        "name": Translator(lang).t("phone.h1", name=name),
        "short_name": name,
        "lang": lang,
        "display": "standalone",
        "theme_color": "#0b5d66",
        "background_color": "#f4f6f8",
        "icons": [
            {"src": asset(file), "sizes": sizes, "type": media_type, "purpose": purpose}
            for file, sizes, media_type in _ICONS
            for purpose in ("any", "maskable")
        ],
    }
