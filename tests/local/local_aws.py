"""The local AWS: how to start it, and how to speak to it.

Everything here stays on 127.0.0.1 and uses made-up credentials, whatever the person's own AWS
configuration says: a local run must never be able to reach a real account.
"""

import json
import os
import shutil
import sys
import time
import urllib.request
from pathlib import Path

import botocore.session
from state import STATE, free_port, start

REGION = "eu-central-1"
ACCOUNT = "000000000000"
USUAL_PORT = 4566


def client(service, endpoint):
    """A botocore client for the local AWS."""
    session = botocore.session.Session(profile=None)
    return session.create_client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def get_json(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def environment(endpoint):
    """What tools need to speak to the local AWS, and nothing of the person's own AWS set-up."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return own | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def start_local_aws(enforce_iam):
    """Starts it empty, on the usual port or the next free one, and waits until it answers."""
    port = free_port(USUAL_PORT)
    endpoint = f"http://127.0.0.1:{port}"
    scratch = STATE / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    # Functions inherit this environment, so it holds nothing that real Lambda would not.
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AWS_ENDPOINT_URL": endpoint,
        "MINISTACK_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AUTH": "true" if enforce_iam else "false",
    }
    process = start("ministack", [sys.executable, str(Path(__file__).with_name("serve.py"))], env)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            get_json(f"{endpoint}/_ministack/health")
            return endpoint
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the local AWS did not start; its log: {STATE / 'ministack.log'}")
