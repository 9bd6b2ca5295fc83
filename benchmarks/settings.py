"""The settings of the suite, with one page more: the floor."""

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
