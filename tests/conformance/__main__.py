"""Write the conformance table, and say which rows are open."""

from tests.conformance.table import DOCUMENT, document, requirements, shown

required, tests = requirements(), shown()
DOCUMENT.write_text(document(required, tests), encoding="utf-8")
open_rows = [one.id for one in required if one.id not in tests]
print(f"{DOCUMENT.name}: {len(required)} rows, open: {' '.join(open_rows) or 'none'}")  # noqa: T201  a command says so
