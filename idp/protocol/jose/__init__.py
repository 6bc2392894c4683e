"""Keys, signatures and encryption (RFC 7515 to 7519). joserfc does the work; what is believed is decided here.

algorithms         the names that are spoken
signatures         the library's registry, narrowed to them
keys, key_life     our own keys: signing and publishing; when they change
verification       tokens that we signed
client_keys        the public keys of relying parties
client_signatures  what relying parties signed
encryption         answers for one relying party's eyes
"""
