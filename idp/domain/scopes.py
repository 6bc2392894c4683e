"""Which claims a scope releases (OpenID Connect Core §5.4)."""

from collections.abc import Mapping

CLAIMS_OF_SCOPE: Mapping[str, tuple[str, ...]] = {
    "openid": (),
    "profile": (
        *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture"),
        *("website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"),
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
    "kimlik": ("national_id",),
    "offline_access": (),
}
