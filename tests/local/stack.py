"""Runs the real stack on this machine: `stack.py up` and `stack.py down`.

`up` ends an earlier stack, starts an empty local AWS, deploys the CDK app's stage `local` with the
compiled functions, starts the inbox page and the stand-ins of payment providers, and writes what it made to `.local/deployed.json`.
Functions are held to their IAM policies as on AWS, unless told otherwise. `down` ends it all. Run it with the Python of a virtual environment that has requirements.txt.
"""

import argparse
import re
import subprocess
import sys
import time

import inbox
import stand_ins
from local_aws import ACCOUNT, REGION, environment, start_local_aws
from state import DEPLOYED, ROOT, STATE, read_json, stop, write_json

INFRA = ROOT / "infra"
CDK = INFRA / "node_modules" / ".bin" / "cdk"
RESOURCE = re.compile(r"\|\s*(\d+)/(\d+)\s*\|")
OUTPUTS = STATE / "outputs.json"


def up(options):
    down(quiet=True)
    if not CDK.exists():
        raise SystemExit("the CDK is not installed: npm ci --prefix infra")
    began = time.monotonic()
    (STATE / "cdk.log").unlink(missing_ok=True)
    say("starting the local AWS")
    endpoint = start_local_aws(enforce_iam=not options.ignore_iam)
    say(f"local AWS at {endpoint}")
    try:
        stand_ins_url = stand_ins.start_stand_ins()
        deployed = deploy(endpoint, options.assets, stand_ins_url)
    except BaseException:
        # A half-made stack helps nobody; the logs stay.
        down(quiet=True)
        raise
    deployed["inbox_url"] = inbox.start_page(endpoint)
    write_json(DEPLOYED, deployed)
    say(f"deployed in {time.monotonic() - began:.0f} s: {deployed['outputs']['ApiUrl']}")
    say(f"inbox: {deployed['inbox_url']}")


def deploy(endpoint, assets, stand_ins_url):
    env = environment(endpoint) | {"CDK_DISABLE_CLI_TELEMETRY": "true", "NO_COLOR": "1"}
    say("preparing the account (cdk bootstrap)")
    # Away from the app's folder, or it would compile the app for nothing.
    bootstrap = ["bootstrap", f"aws://{ACCOUNT}/{REGION}"]
    try:
        run_cdk(env, STATE, bootstrap)
    except SystemExit:
        # Harmless again; an emulator that is still starting may lose its first change set.
        say("the account was not ready; once more")
        run_cdk(env, STATE, bootstrap)
    say("deploying the stack (cdk deploy)")
    command = ["deploy", "--require-approval", "never", "--method", "direct", "--progress", "events"]
    command += ["--outputs-file", str(OUTPUTS), "--output", str(STATE / "cdk.out"), "--asset-parallelism"]
    command += ["-c", "stage=local", "-c", f"localEndpoint={endpoint}", "-c", f"standIns={stand_ins_url}"]
    command += ["-c", f"assets={assets}"] if assets else []
    OUTPUTS.unlink(missing_ok=True)
    run_cdk(env, INFRA, command)
    outputs = read_json(OUTPUTS)["upominek-local"]
    return {"aws_endpoint": endpoint, "region": REGION, "stand_ins_url": stand_ins_url, "outputs": outputs}


def run_cdk(env, folder, command):
    """Runs the CDK with its whole output in a log, and a line of progress now and then."""
    log = STATE / "cdk.log"
    told = 0
    with open(log, "a", encoding="utf-8") as out:
        process = subprocess.Popen(
            [str(CDK), *command, "--no-notices"],
            cwd=folder,
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for line in process.stdout:
            out.write(line)
            found = RESOURCE.search(line)
            if found and int(found[1]) >= told + 25:
                told = int(found[1])
                say(f"  {told} of {found[2]} resources")
    if process.wait() != 0:
        tail = log.read_text(encoding="utf-8").splitlines()[-25:]
        raise SystemExit("\n".join([*tail, f"cdk {command[0]} failed; its log: {log}"]))


def down(quiet=False):
    ended = [name for name in ("inbox", "stand-ins", "ministack") if stop(name)]
    DEPLOYED.unlink(missing_ok=True)
    if not quiet:
        say(f"ended {' and '.join(ended)}" if ended else "nothing was running")


def say(line):
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("up", help="end an earlier stack, start and deploy a new one")
    starting.add_argument("--assets", help="folder with <function>/bootstrap (default: target/lambda/local)")
    starting.add_argument("--ignore-iam", action="store_true", help="do not hold functions to their policies")
    commands.add_parser("down", help="end the stack")
    options = parser.parse_args()
    up(options) if options.command == "up" else down()


if __name__ == "__main__":
    sys.exit(main())
