"""A browser whose scripts wait: it finds tests that look at a page before the page is ready.

`ESIK_TEST_LATE=500 make test` is that browser, in milliseconds for each request and each use of a key.
"""

from typing import Any

from playwright.sync_api import Browser, BrowserContext

_SCRIPT = """
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


def make_late(browser: Browser, milliseconds: int) -> None:
    """Every page that the browser opens from now on is late, unless by nothing."""
    if not milliseconds:
        return
    prompt = browser.new_context

    def new_context(**options: Any) -> BrowserContext:
        context = prompt(**options)
        context.add_init_script(_SCRIPT.replace("MILLISECONDS", str(milliseconds)))
        return context

    browser.new_context = new_context  # type: ignore[method-assign]
