"""What strangers send, mutated without end: `make fuzz`. The targets, and a few seconds of them, are tests too."""
