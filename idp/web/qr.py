"""QR codes as markup inside a page: no file, no address, nothing the content security policy would have to allow.

Black on white with its quiet zone in either colour scheme, since many cameras read nothing else.
"""

import segno

_QUIET_ZONE = 4
"""Modules on each side, as ISO/IEC 18004 asks."""


def inline_svg(text: str) -> str:
    """An `<svg>` with presentation attributes only, without a size, which the style sheet gives it.

    It is hidden from screen readers; the page around it says what it holds (`role="img"`), in its own language.
    Raises ValueError for more text than a QR code holds (about 2,300 bytes).
    """
    markup = segno.make_qr(text, error="m").svg_inline(
        dark="#000", light="#fff", border=_QUIET_ZONE, omitsize=True, svgclass=None, lineclass=None
    )
    return markup.replace("<svg ", '<svg aria-hidden="true" focusable="false" shape-rendering="crispEdges" ', 1)
