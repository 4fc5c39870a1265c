#!/usr/bin/env python
"""Slipway's commands: `manage.py help` lists them, `manage.py demo` starts everything."""

import sys

from hosting.command_line import run

if __name__ == "__main__":
    sys.exit(run(sys.argv))
