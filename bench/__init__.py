"""Measure the slow parts beside what others would use, in one run on one machine; only the ratios count."""
