"""How a Chromium behaves in tests: it is left in time, and it is late where somebody wants it so.

`ESIK_TEST_LATE=500 make test` finds tests that look at a page before the page is ready: each request of a script, and
each use of a key, then takes that many milliseconds.
"""

import asyncio
import os
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

_LONGEST_CLOSING = 20.0
"""Seconds. Chromium now and then never answers that a context is gone; what the test had to say was said by then."""

_LATE = """
(() => {
  const late = (owner, name) => {
    const prompt = owner[name].bind(owner);
    owner[name] = async (...given) => {
      await new Promise(resolve => setTimeout(resolve, MILLISECONDS));
      return prompt(...given);
    };
  };
  late(window, "fetch");
  for (const name of ["importKey", "generateKey", "sign", "digest"]) if (crypto.subtle) late(crypto.subtle, name);
})();
"""


def teach(patch: pytest.MonkeyPatch) -> None:
    """These ways to every browser, for as long as the patch lasts."""
    patch.setattr(BrowserContext, "close", _close)
    if milliseconds := os.environ.get("ESIK_TEST_LATE"):
        plain = Browser.new_context

        def late_context(browser: Browser, **options: Any) -> BrowserContext:
            context = plain(browser, **options)
            context.add_init_script(_LATE.replace("MILLISECONDS", milliseconds))
            return context

        patch.setattr(Browser, "new_context", late_context)


def _close(context: BrowserContext) -> None:
    # No public call has a time limit for this.
    with suppress(TimeoutError):
        context._sync(asyncio.wait_for(context._impl_obj.close(reason=None), _LONGEST_CLOSING))
