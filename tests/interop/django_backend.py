"""The subclass that mozilla-django-oidc asks every site to write: who is who, and who may come in."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

TWO_STEP = "urn:esik:acr:two-step"


class CitizenBackend(OIDCAuthenticationBackend):
    """People are known by `sub`; nobody comes in after one step."""

    def filter_users_by_claims(self, claims: dict[str, Any]) -> Any:
        return self.UserModel.objects.filter(username=claims["sub"])

    def create_user(self, claims: dict[str, Any]) -> Any:
        return self.UserModel.objects.create_user(claims["sub"], first_name=claims["given_name"])

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> Any:
        if payload.get("acr") != TWO_STEP:
            raise SuspiciousOperation("two steps are needed")
        return super().get_or_create_user(access_token, id_token, payload)
