"""The product's settings with one more address, the empty view that P10 compares with."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare_urls"
