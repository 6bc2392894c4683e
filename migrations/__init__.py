"""The history of the schema. `idp.store.migrate` runs it; each revision only adds, until no running version needs the
old (expand, then contract in a later release)."""
