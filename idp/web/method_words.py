"""The methods as pages name them."""

from idp.domain.evidence import Method as DomainMethod
from idp.web.views import Method

METHODS = {
    DomainMethod.PASSWORD: Method.PASSWORD,
    DomainMethod.SMS: Method.SMS,
    DomainMethod.APP: Method.APP,
    DomainMethod.TOTP: Method.TOTP,
    DomainMethod.PASSKEY: Method.PASSKEY,
    DomainMethod.BACKUP_CODE: Method.BACKUP_CODE,
}


def is_extension(method: DomainMethod) -> bool:
    """Whether Eşik added it: e-Devlet is not known to offer it."""
    return method in {DomainMethod.TOTP, DomainMethod.PASSKEY}


def methods_of(names: str) -> tuple[Method, ...]:
    """The methods of an audit row, which separates them by spaces."""
    return tuple(METHODS[DomainMethod(name)] for name in names.split())
