"""joserfc's registry of signature algorithms, narrowed to ours (RFC 7515 §4.1.1; R-76, D13)."""

from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry

from idp.protocol.jose.algorithms import SIGNING, usual_name


class _Signatures(JWSRegistry):
    """No algorithm but ours, whatever a header names.

    The library warns about `EdDSA`, for which RFC 9864 has newer names. Registration and metadata know no other name
    for it, and the only key that it is used with here is one of Ed25519. Header parameters that nobody knows are
    ignored (RFC 7515 §4); who checks a signature looks for those that must not be.
    """

    max_header_length = 2048
    max_payload_length = 32_768

    def get_alg(self, name: str):  # type: ignore[no-untyped-def]  # the type of its answer is private to the library
        if usual_name(name) not in SIGNING:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[usual_name(name)]


SIGNATURES = _Signatures(algorithms=SIGNING, strict_check_header=False)
"""Pass it as `registry=` wherever something is signed or a signature is checked."""
