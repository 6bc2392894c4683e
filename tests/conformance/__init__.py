"""Which test shows which requirement of the certification profiles. `python -m tests.conformance` writes the table."""
