"""What the program is told: configuration files, environment and clock; everything wrong is said at once."""

from flows.settings.clock import day_in_berlin, now, seconds
from flows.settings.configuration import Configuration, load
from flows.settings.environment import Portal
from flows.settings.problems import ConfigurationError

__all__ = ["Configuration", "ConfigurationError", "Portal", "day_in_berlin", "load", "now", "seconds"]
