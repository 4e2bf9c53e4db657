// The thin command line: flags become the payload, unchanged in meaning.
import assert from 'node:assert/strict';
import { test } from 'node:test';

// @ts-expect-error plain JavaScript, so that it runs without a build
import { parse } from '../bin/operate.mjs';

test('flags become fields', () => {
  assert.deepEqual(parse(['--stage', 'local', 'create_creditor', '--creditor', 'acme', '--zone', 'Europe/Warsaw']), {
    stage: 'local',
    payload: { command: 'create_creditor', creditor: 'acme', zone: 'Europe/Warsaw' },
  });
});

test('dashes become underscores, numbers stay text, a bare flag is true', () => {
  assert.deepEqual(parse(['create-token', '--stage=staging', '--token-id', '007', '--read-only']).payload, {
    command: 'create_token',
    token_id: '007',
    read_only: true,
  });
});

test('JSON is taken as it is, from an argument or from standard input', () => {
  assert.deepEqual(parse(['--stage', 'local', 'x', '{"a":1}']).payload, { command: 'x', a: 1 });
  assert.deepEqual(parse(['--stage', 'local', 'x', '-'], () => '{"secret":"s"}').payload, { command: 'x', secret: 's' });
  assert.deepEqual(parse(['--stage', 'local', 'x', '--days', '[1,2]']).payload, { command: 'x', days: [1, 2] });
});

test('without a stage or a command it says how it is used', () => {
  assert.throws(() => parse(['create_creditor']), /usage/);
  assert.throws(() => parse(['--stage', 'local']), /usage/);
});
