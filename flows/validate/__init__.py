"""Records are judged; everything here returns findings."""
