"""The login as a state machine: random walks, and facts that the harness records itself (security.md §8)."""
