# /// script
# requires-python = ">=3.14"
# dependencies = ["polyai-adk==0.73.2"]
# ///
"""The `poly` command line against Slipway: its addresses are fixed, so both of its tables are replaced here.

What Slipway refuses is said in Slipway's words: by itself it prints the status alone.
"""

import os
import sys

from poly.cli import main
from poly.handlers.platform_api import PlatformAPIHandler
from poly.handlers.sdk import SourcererSDK
from requests import HTTPError, Response


def refuse(answer, by_itself=Response.raise_for_status):
    try:
        by_itself(answer)
    except HTTPError as error:
        try:
            sentence = answer.json()["error"]
        except (ValueError, KeyError, TypeError):
            raise error from None
        raise HTTPError(f"{sentence} ({answer.status_code})", request=error.request, response=answer) from None


Response.raise_for_status = refuse
address = os.environ.get("SLIPWAY_ADDRESS", "").rstrip("/")
if not address.startswith(("https://", "http://")):
    sys.exit("Error: SLIPWAY_ADDRESS says where Slipway is, like https://slipway.example.")
for region in PlatformAPIHandler.region_to_base_url:
    PlatformAPIHandler.region_to_base_url[region] = address
    SourcererSDK.ENVIRONMENT_URLS[region] = f"{address}/adk/v1"
sys.exit(main())
