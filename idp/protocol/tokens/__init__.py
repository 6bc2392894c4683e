"""What is handed out: access, ID and refresh tokens, and whether what they rest on still stands."""
