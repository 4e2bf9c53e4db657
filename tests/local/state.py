"""What a local stack leaves on disk, under `.local/` at the project's root, and its processes.

Owns the folder's layout and the starting and ending of background processes. Ends only processes
that it started itself: a recorded id counts only while that process still runs what we started.
"""

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".local"
DEPLOYED = STATE / "deployed.json"


def read_json(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def free_port(first):
    """The first port from `first` on that nobody listens on."""
    for port in range(first, first + 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise SystemExit(f"no free port between {first} and {first + 199} on 127.0.0.1")


def start(name, command, env):
    """Starts a background process that survives us, in a process group of its own."""
    STATE.mkdir(exist_ok=True)
    with open(STATE / f"{name}.log", "wb") as log:
        process = subprocess.Popen(
            command, env=env, cwd=STATE, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    write_json(STATE / f"{name}.pid.json", {"pid": process.pid, "mark": " ".join(command[-2:])})
    return process


def stop(name):
    """Ends what `start` began under this name, with its children; says whether there was anything."""
    record = STATE / f"{name}.pid.json"
    known = read_json(record)
    running = bool(known) and _runs(known["pid"], known["mark"])
    if running:
        _end_group(known["pid"])
    record.unlink(missing_ok=True)
    return running


def _runs(pid, mark):
    listed = subprocess.run(["ps", "-ww", "-p", str(pid), "-o", "args="], capture_output=True, text=True, check=False)
    return mark in listed.stdout


def _end_group(pid):
    for sign, seconds in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(pid, sign)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                pass
            try:
                os.killpg(pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
