"""The API describes itself to OAuth clients: what it is called, whose tokens it takes and where they go (RFC 9728).

Only the address with the path inserted exists: the resource is `<base_url>/api`, and the origin alone is none (§3.1).
"""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from relying_party_demo.services import House

PATH = "/.well-known/oauth-protected-resource/api"
_LIFETIME = 3600

router = APIRouter(tags=["Sistem"])


class ResourceMetadata(BaseModel):
    """Protected resource metadata (RFC 9728 §2)."""

    resource: Annotated[
        str,
        Field(
            description="Send it as `resource`; access tokens name it in `aud`.",
            examples=["https://mhrs.example.org/api"],
        ),
    ]
    authorization_servers: Annotated[
        list[str], Field(description="Whose access tokens it takes.", examples=[["https://giris.example.org"]])
    ]
    bearer_methods_supported: Annotated[
        list[str], Field(description="Where the token goes.", examples=[["header"]])
    ] = ["header"]
    resource_name: Annotated[str, Field(examples=["Örnek Randevu (MHRS emülatörü)"])]
    resource_documentation: Annotated[str, Field(examples=["https://mhrs.example.org/docs"])]


@router.get(
    PATH,
    summary="What an OAuth client must know about this API",
    response_description="The metadata of RFC 9728",
    response_model=ResourceMetadata,
    openapi_extra={"security": []},
)
def resource_metadata(services: House) -> Response:
    """Every `WWW-Authenticate` of the API names this address."""
    settings = services.settings
    metadata = ResourceMetadata(
        resource=settings.resource,
        authorization_servers=[settings.issuer],
        resource_name=services.catalogues["tr"]("start.title"),
        resource_documentation=f"{settings.base_url}/docs",
    )
    return JSONResponse(metadata.model_dump(), headers={"Cache-Control": f"public, max-age={_LIFETIME}"})
