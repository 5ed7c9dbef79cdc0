"""Records become datasets, datasets become a release."""
