"""Logging out (OpenID Connect RP-Initiated, Back-Channel and Front-Channel Logout 1.0)."""
