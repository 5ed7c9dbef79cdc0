"""What was true when, and when we knew it."""
