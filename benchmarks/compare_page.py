"""P7, P8: the compare page of 2,000 changed rows beside cgit's side by side page of the same two trees.

Run: python benchmarks/compare_page.py. The first view is of two versions that nobody compared before; "everything" adds
what a browser fetches while it scrolls to the end. cgit runs behind nginx as people run it. What `/healthz` takes,
which knows no person and no data, is the least that any answer of ours takes.
"""

from __future__ import annotations

import html
import http.client
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

from installation import a_workspace, installed
from peers import git, missing, show, verdict
from server import Browser, serving, signed_in

from hosting.readiness import collect_static_files

FILES, LINES, CHANGED = 10, 600, 200
ROUNDS = 9
FIRST_PROMISE, ALL_PROMISE, AGAIN_PROMISE = 0.5, 0.7, 0.25
CGIT = "/usr/lib/cgit/cgit.cgi"
TOOLS = "nginx-light, fcgiwrap and cgit"


def main() -> None:
    editions = [tree(number) for number in range(ROUNDS + 3)]
    with installed(), ExitStack() as stack:
        collect_static_files()
        pairs = published(editions)
        has_peer = not missing("nginx", "fcgiwrap") and Path(CGIT).exists()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slipway-cgit-")))
        peer = stack.enter_context(cgit(folder, editions)) if has_peer else None
        browser = stack.enter_context(signed_in(stack.enter_context(serving())))
        for pair in pairs[:2]:
            everything(browser, pair)  # each worker has its code and templates
        measured = [measure(browser, pair, peer) for pair in pairs[2 : ROUNDS + 2]]
    report(measured, with_peer=peer is not None)


def tree(edition: int) -> dict[str, bytes]:
    """Files of plausible code. From one edition to the next every third line of each says something else."""
    files = {}
    for number in range(FILES):
        words = random.Random(number)
        lines = []
        for line in range(LINES):
            said = [words.choice(("fare", "berth", "deck", "tide", "cabin", "quay")) for _ in range(6)]
            if line % (LINES // CHANGED) == 0:
                said[2] = f"sailing_{edition}_{line}"
            lines.append(f'    {said[0]} = {said[1]}({said[2]}, "{said[3]} {line}") + {said[4]} * {said[5]}')
        text = (
            f'@func_description("Works out {number}.")\ndef work_{number}(conv: Conversation):\n'
            + "\n".join(lines)
            + "\n"
        )
        files[f"functions/work_{number}.py"] = text.encode()
    return files


def published(editions: list[dict[str, bytes]]) -> list[str]:
    """Every edition a version; the addresses of each beside the next."""
    from deployments import pipeline
    from deployments.models import Draft

    workspace, person = a_workspace()
    by = pipeline.Actor(person)
    agent = pipeline.create_agent(workspace, slug="compared", name="Compared", files=editions[0], by=by)
    hashes: list[str] = []
    for files in editions:
        if hashes:
            pipeline.import_files(agent, files, by=by)
        draft = Draft.objects.get(agent=agent)
        hashes.append(pipeline.publish(agent, state=draft.state, description="", by=by).version.short)
    return [f"/agents/compared/compare/{old}...{new}/" for old, new in pairwise(hashes)]


def everything(browser: Browser, page: str) -> tuple[float, float]:
    """Seconds to the first answer, and to the last of what it leaves for later."""
    start = time.perf_counter()
    status, text = browser.get(page)
    first = time.perf_counter() - start
    assert status == 200, text[:500]
    waiting = _left_for_later(text)
    while waiting:
        waiting += _left_for_later(browser.get(waiting.pop(0))[1])
    return first, time.perf_counter() - start


def _left_for_later(text: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'hx-get="([^"]+)" hx-trigger="intersect', text)]


def measure(browser: Browser, page: str, peer: Peer | None) -> dict[str, float]:
    first, full = everything(browser, page)
    taken = {
        "first": first,
        "everything": full,
        "again": min(_again(browser, page) for _ in range(3)),
        "least": min(_again(browser, "/healthz") for _ in range(3)),
    }
    if peer:
        taken |= {"cgit": peer.page("bare"), "cgit kept": min(peer.page("kept") for _ in range(3))}
    return taken


def _again(browser: Browser, page: str) -> float:
    start = time.perf_counter()
    browser.get(page)
    return time.perf_counter() - start


def report(measured: list[dict[str, float]], *, with_peer: bool) -> None:
    median = {name: statistics.median(each[name] for each in measured) for name in measured[0]}
    rows = []
    for name, mine, peer, promise in (
        ("P7 first answer", "first", "cgit", FIRST_PROMISE),
        ("P7 everything", "everything", "cgit", ALL_PROMISE),
        ("P8 the same page again", "again", "cgit kept", AGAIN_PROMISE),
        ("an answer without anything", "least", "cgit kept", None),
    ):
        theirs = f"{median[peer] * 1000:.1f} ms" if with_peer else "not here"
        ratio = median[mine] / median[peer] if with_peer else 0
        said = (verdict(ratio, promise) if promise else f"{ratio:.2f} x") if with_peer else ""
        rows.append((name, f"{median[mine] * 1000:.1f} ms", theirs, said))
    show(f"A comparison of {FILES * CHANGED:,} changed rows", ["what", "Slipway", "cgit", "ratio"], rows)
    if not with_peer:
        print(f"For the peer install {TOOLS} and run this again.")


class Peer:
    """cgit twice: without a cache and with one."""

    def __init__(self, port: int, query: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.query = query

    def page(self, kind: str) -> float:
        start = time.perf_counter()
        self.connection.request("GET", f"/{kind}/repository/diff/?{self.query}")
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text[:500]
        assert text.count(b"sailing_") > CHANGED, "cgit shows no difference."
        return time.perf_counter() - start


@contextmanager
def cgit(folder: Path, editions: list[dict[str, bytes]]) -> Iterator[Peer]:
    folder.chmod(0o755)
    repository = folder / "repository"
    git("init", "-q", str(repository))
    commits = []
    for files in editions[:2]:
        for path, content in files.items():
            (repository / path).parent.mkdir(parents=True, exist_ok=True)
            (repository / path).write_bytes(content)
        git("add", "-A", folder=repository)
        who = ("-c", "user.name=ana", "-c", "user.email=ana@example.com")
        git(*who, "commit", "-q", "-m", "edition", folder=repository)
        commits.append(git("rev-parse", "HEAD", folder=repository).strip())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for kind, size in (("bare", 0), ("kept", 1000)):
        settings = f"cache-size={size}\ncache-root={folder}/cache\ncache-static-ttl=60\ncache-dynamic-ttl=60\n"
        (folder / f"{kind}.rc").write_text(
            f"{settings}virtual-root=/{kind}\nrepo.url=repository\nrepo.path={repository}/.git\n"
        )
    (folder / "cache").mkdir()
    (folder / "nginx.conf").write_text(_nginx(folder, port))
    gateway = _started("fcgiwrap", "-c", "2", "-s", f"unix:{folder}/gateway")
    web = _started("nginx", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/errors")
    try:
        time.sleep(1)
        yield Peer(port, f"id={commits[1]}&id2={commits[0]}&dt=1")
    finally:
        for process in (web, gateway):
            os.killpg(process.pid, signal.SIGTERM)  # with the children that serve
            process.wait(timeout=20)


def _started(*command: str) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def _nginx(folder: Path, port: int) -> str:
    def place(kind: str) -> str:
        return (
            f"location /{kind}/ {{ include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME {CGIT};"
            f" fastcgi_param CGIT_CONFIG {folder}/{kind}.rc; fastcgi_split_path_info ^(/{kind})(/?.+)$;"
            f" fastcgi_param PATH_INFO $fastcgi_path_info; fastcgi_param SCRIPT_NAME /{kind};"
            f" fastcgi_pass unix:{folder}/gateway; }}"
        )

    return (
        f"daemon off; user root; worker_processes 2; pid {folder}/pid; error_log {folder}/errors;"
        " events { worker_connections 64; }"
        f" http {{ access_log off; server {{ listen 127.0.0.1:{port}; {place('bare')} {place('kept')} }} }}"
    )


if __name__ == "__main__":
    main()
