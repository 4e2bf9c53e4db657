#!/usr/bin/env node
// Calls the `operator` function of a stage and prints what it answers. Thin on purpose: what the
// commands are, and what they need, is the function's business.
//
//   node bin/operate.mjs --stage staging create_creditor --creditor acme --zone Europe/Warsaw
//   node bin/operate.mjs --stage staging create_creditor '{"creditor":"acme"}'
//   echo '{"secret":"..."}' | node bin/operate.mjs --stage staging set_secret -
//
// `-` reads JSON from standard input: for secrets, which have no place in a shell's history.
// Credentials and region are those of the AWS SDK; AWS_ENDPOINT_URL points it at a local AWS.
import { readFileSync } from 'node:fs';

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

const USAGE = 'usage: operate.mjs --stage STAGE COMMAND [--flag value ...] [JSON | -]';

/** Turns arguments into the stage and the payload; a flag without a value means true. */
export function parse(args, readInput = () => readFileSync(0, 'utf8')) {
  let stage;
  const payload = {};
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i];
    if (arg.startsWith('--')) {
      const [name, inline] = split(arg.slice(2));
      const next = args[i + 1];
      const value = inline ?? (next === undefined || next.startsWith('--') ? undefined : args[(i += 1)]);
      if (name === 'stage') stage = value;
      else payload[name.replaceAll('-', '_')] = value === undefined ? true : typed(value);
    } else if (arg === '-' || arg.startsWith('{')) {
      Object.assign(payload, JSON.parse(arg === '-' ? readInput() : arg));
    } else if (payload.command === undefined) {
      payload.command = arg.replaceAll('-', '_');
    } else {
      throw new Error(`what is ${JSON.stringify(arg)}? ${USAGE}`);
    }
  }
  if (!stage || !payload.command) throw new Error(USAGE);
  const { command, ...rest } = payload;
  return { stage, payload: { command, ...rest } };
}

function split(flag) {
  const at = flag.indexOf('=');
  return at < 0 ? [flag] : [flag.slice(0, at), flag.slice(at + 1)];
}

/** JSON lists, objects, true and false are taken as such; everything else is text, also `007`. */
function typed(value) {
  return /^[[{]/.test(value) || value === 'true' || value === 'false' ? JSON.parse(value) : value;
}

async function main() {
  const { stage, payload } = parse(process.argv.slice(2));
  const answer = await new LambdaClient({}).send(
    new InvokeCommand({ FunctionName: `upominek-${stage}-operator`, Payload: JSON.stringify(payload) }),
  );
  const body = Buffer.from(answer.Payload ?? []).toString('utf8');
  const result = body ? JSON.parse(body) : null;
  if (answer.FunctionError) throw new Error(result?.errorMessage ?? body);
  console.log(JSON.stringify(result, null, 2));
  if (result?.error) process.exitCode = 1;
}

if (import.meta.url === `file://${process.argv[1]}`) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
