# /// script
# requires-python = ">=3.14"
# dependencies = ["polyai-adk==0.73.2"]
# ///
"""The `poly` command line against Slipway: its addresses are fixed, so both of its tables are replaced here."""

import os
import sys

from poly.cli import main
from poly.handlers.platform_api import PlatformAPIHandler
from poly.handlers.sdk import SourcererSDK

address = os.environ["SLIPWAY_ADDRESS"].rstrip("/")
for region in PlatformAPIHandler.region_to_base_url:
    PlatformAPIHandler.region_to_base_url[region] = address
    SourcererSDK.ENVIRONMENT_URLS[region] = f"{address}/adk/v1"
sys.exit(main())
