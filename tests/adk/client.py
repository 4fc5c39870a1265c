"""The real `poly`, where a Python on this machine can run it, and its own reading of the answers where none can.

It needs Python 3.14. `SLIPWAY_POLY_PYTHON` names the Python of an environment that `polyai-adk` was installed in;
without it a `python3.14` on the path is tried. Nothing is fetched.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from django.test import Client

from deployments.models import Agent

ROOT = Path(__file__).resolve().parents[2]
WRAPPER = ROOT / "clients/poly/slipway_poly.py"


@functools.cache
def python_with_poly() -> str | None:
    for candidate in (os.environ.get("SLIPWAY_POLY_PYTHON"), shutil.which("python3.14")):
        if candidate and _imports_poly(candidate):
            return candidate
    return None


def _imports_poly(python: str) -> bool:
    tried = subprocess.run([python, "-c", "import poly.cli"], capture_output=True, check=False)
    return tried.returncode == 0


@dataclass
class Poly:
    """The command line of somebody who stands in a project's folder, through the wrapper people are given."""

    python: str
    address: str
    key: str
    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        nowhere = "http://127.0.0.1:9"  # the client asks a flag service of its maker's: nothing of that leaves here
        environment = kept | {
            "HOME": str(self.folder),
            "POLY_ADK_KEY": self.key,
            "SLIPWAY_ADDRESS": self.address,
            "HTTPS_PROXY": nowhere,
            "COLUMNS": "300",
        }
        command = [self.python, str(WRAPPER), *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def json(self, *arguments: str) -> Any:
        ran = self.run(*arguments, "--json")
        assert ran.stdout, ran.stderr
        return json.loads(ran.stdout)


def a_folder_of(agent: Agent, where: Path) -> Path:
    """A folder with only `project.yaml` is enough for what is tried here."""
    (where / "project.yaml").write_text(
        f"project_id: {agent.slug}\naccount_id: {agent.workspace.slug}\nregion: us-1\n", encoding="utf-8"
    )
    return where


@dataclass
class Calls:
    """What the client sends, header by header, and how it reads what comes back (adk-cli.md, sections 1 and 2)."""

    key: str
    agent: Agent

    @property
    def project(self) -> str:
        return f"/adk/v1/accounts/{self.agent.workspace.slug}/projects/{self.agent.slug}"

    def send(self, method: str, path: str, data: dict[str, Any] | None = None, status: int = 200) -> Any:
        headers = {
            "X-API-KEY": self.key,
            "X-PolyAI-Correlation-Id": "adk-0f9d2b58-8f2f-4a5c-9f0e-3c6f5d2f4b11",
            "X-Poly-Source": "adk",
        }
        body = json.dumps(data) if data else ""  # an empty object is no body at all, under the type of JSON
        response = Client().generic(method, path, body, "application/json", headers=headers)
        assert response.status_code == status, response.content
        assert response["X-PolyAI-Correlation-Id"] == headers["X-PolyAI-Correlation-Id"]
        return {} if response.status_code == 204 else json.loads(response.content)

    def active(self) -> dict[str, str]:
        """The hash active in each environment, as the badges need it."""
        found = self.send("GET", f"{self.project}/deployments/active")
        return {name: each["version"] for name, each in found.items()}

    def listed(self, environment: str = "sandbox") -> list[dict[str, Any]]:
        """The rows of an environment, after every access that crashes the client where it does not hold."""
        rows = self.send("GET", f"{self.project}/deployments?client_env={environment}")["deployments"]
        for row in rows:
            assert row["version_hash"][:9]
            assert row["deployment_metadata"].get("deployment_message") is not None
            datetime.strptime(row["created_at"], "%a, %d %b %Y %H:%M:%S GMT")
        times = [parsedate_to_datetime(row["created_at"]) for row in rows]
        assert times == sorted(times, reverse=True)
        return list(rows)

    def promote(self, source: str, to: str, status: int = 200) -> Any:
        """`--from` an environment means what is active there; the row is looked up one step before `to`."""
        source = self.active().get(source, source)
        listed = self.listed("sandbox" if to == "pre-release" else "pre-release")
        row = next((row for row in listed if row["version_hash"][:9] == source[:9]), None)
        if row is None:
            return None
        said = {"targetEnvironment": to, "deploymentMessage": row["deployment_metadata"]["deployment_message"]}
        return self.send("POST", f"/v1/agents/{self.agent.slug}/deployments/{row['id']}/promote", said, status)

    def roll_back(self, to: str) -> Any:
        """The command line goes back in Sandbox alone."""
        row = next(row for row in self.listed() if row["version_hash"][:9] == to[:9])
        said = {"deploymentMessage": row["deployment_metadata"]["deployment_message"]}
        return self.send("POST", f"/v1/agents/{self.agent.slug}/deployments/{row['id']}/rollback", said)

    def pulled(self, environment: str) -> dict[str, Any]:
        """What `rtc pull` writes into the folder: the values, their schema, and when they were read."""
        found = self.send("GET", f"/v1/agents/{self.agent.slug}/real-time-configs/{environment}")
        assert isinstance(found["lastUpdated"], str)
        return {name: found[name] for name in ("schema", "variables", "lastUpdated")}

    def pushed(self, environment: str, last: dict[str, Any], **local: dict[str, Any]) -> bool:
        """`rtc push --no-merge`: nothing when somebody wrote since the last pull, else the schema, then the values."""
        if self.pulled(environment)["lastUpdated"] != last["lastUpdated"]:
            return False
        where = f"/v1/agents/{self.agent.slug}/real-time-configs/{environment}"
        said = {"schema": local.get("schema", last["schema"])}
        answers = [self.send("PUT", f"{where}/schema", said)]
        said = {"variables": local.get("variables", last["variables"])}
        answers.append(self.send("PATCH", f"{where}/variables", said))
        # Read of each answer, for the next time it asks whether somebody wrote.
        assert all(isinstance(each["lastUpdated"], str) for each in answers)
        return True

    def test_runs(self, limit: int = 10, offset: int = 0) -> list[dict[str, Any]]:
        """The rows of `test list`."""
        asked = f"limit={limit}&offset={offset}&branchId=main"
        rows = self.send("GET", f"/v1/agents/{self.agent.slug}/testing/test-runs?{asked}")["testRuns"]
        for row in rows:
            _printed(row)
        return list(rows)

    def test_run(self, run: str, status: int = 200) -> Any:
        """What `test show` prints, and what `test run` asks for until it is over."""
        told = self.send("GET", f"/v1/agents/{self.agent.slug}/testing/test-runs/{run}", status=status)
        if status == 200:
            _printed(told)
            for each in told["testHistory"]:
                assert each["status"] in {*GOING_ON, "passed", "failed", "error", "errored", "timed_out"}
                assert each["testCaseSnapshot"]["name"]
                assert each["rawConversation"]["id"]
        return told

    def trigger(self, ids: list[str], name: str = "", status: int = 200) -> Any:
        """What `test run` sends, with the ids that a pull has left in the folder."""
        said: dict[str, Any] = {"branchId": "main", "select": {"mode": "testIds", "testIds": ids}}
        where = f"/v1/agents/{self.agent.slug}/testing/test-runs/trigger"
        return self.send("POST", where, said | ({"name": name} if name else {}), status)


# While a run is one of these, it is asked for again.
GOING_ON = {"pending", "running", "in_progress"}


def _printed(run: dict[str, Any]) -> None:
    """Every access that prints nonsense, or nothing, where it does not hold."""
    assert run["id"]
    assert run["status"] in {*GOING_ON, "completed", "cancelled"}
    assert datetime.fromisoformat(run["startedAt"]).tzinfo is not None
    assert isinstance(run["startedBy"], str)
    for count in ("testCaseCount", "passedCount", "failedCount", "errorCount"):
        assert isinstance(run[count], int)
