"""Second factors: one file each, all behind one shape (`SecondFactor`).

A factor knows how its question is asked and its answer judged. It does not know who may ask, how often, or what a
right answer is worth: counting is the journey's work, the level is `policy.assurance`'s.
"""
