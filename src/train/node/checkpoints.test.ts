import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../base/errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../../base/safetensors.ts';
import { latestCheckpoint, readCheckpoint } from './checkpoints.ts';
import { checkpointBytes, temporaryFolder } from './fixtures.testing.ts';

/** A run folder with these files as the checkpoints of steps 3 and 6. */
function runWith(older: Uint8Array, newer: Uint8Array): string {
  const run = temporaryFolder();
  mkdirSync(join(run, 'checkpoints'));
  writeFileSync(join(run, 'checkpoints/000003.safetensors'), older);
  writeFileSync(join(run, 'checkpoints/000006.safetensors'), newer);
  writeFileSync(join(run, 'checkpoints/notes.txt'), 'not a checkpoint');
  return run;
}

const silent = (message: string): void => {
  throw new Error(`unexpected warning: ${message}`);
};

const withDescription = (description: string): Uint8Array =>
  encodeSafetensors(decodeSafetensors(checkpointBytes(6), 'x').tensors, { gansmith: description });

test('the newest checkpoint is taken', () => {
  const { content, path } = latestCheckpoint(runWith(checkpointBytes(3), checkpointBytes(6)), silent)!;
  expect(content.info.step).toBe(6);
  expect(content.tensors.get('G/weight')!.data).toEqual(Float64Array.of(6, -6));
  expect(path).toMatch(/000006\.safetensors$/);
});

test.each([
  [
    'truncated',
    checkpointBytes(6).subarray(0, -4),
    /000006\.safetensors is truncated: .*checkpoint before, of step 3/,
  ],
  ['empty', new Uint8Array(0), /000006\.safetensors is truncated/],
  [
    'overwritten',
    checkpointBytes(6).map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte)),
    /is damaged: its checksum/,
  ],
  ['no safetensors file', Buffer.from('hello, this is a text'), /is not a safetensors file/],
])('a damaged newest checkpoint (%s) is passed over, and that is told', (_, damaged, warning) => {
  const warnings: string[] = [];
  const { content } = latestCheckpoint(runWith(checkpointBytes(3), damaged), (message) =>
    warnings.push(message),
  )!;
  expect(content.info.step).toBe(3);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(warning);
});

test('a sound file of a newer version or another program is refused, not passed over', () => {
  const newer = withDescription(JSON.stringify({ format: 99, step: 6 }));
  expect(() => latestCheckpoint(runWith(checkpointBytes(3), newer), silent)).toThrow(
    /000006\.safetensors was written by a newer gansmith \(checkpoint format 99/,
  );
  const foreign = encodeSafetensors(new Map(), {});
  expect(() => latestCheckpoint(runWith(checkpointBytes(3), foreign), silent)).toThrow(
    /000006\.safetensors is a safetensors file, but not a checkpoint of gansmith/,
  );
});

test('when all are damaged, the newest one is told', () => {
  const damaged = checkpointBytes(3).subarray(0, 50);
  expect(() => latestCheckpoint(runWith(damaged, damaged), () => {})).toThrow(
    /000006\.safetensors is truncated/,
  );
});

test.each([
  ['{}', 'its description names no format'],
  ['null', 'its description names no format'],
  ['{"format":"1"}', 'its description names no format'],
  ['{"for', 'its description is no JSON'],
  ['{"format":1}', "'gan' in its description: "],
  [
    JSON.stringify({ format: 1, gan: 'dcgan', config: {}, step: 6 }),
    "'data' in its description: Invalid input: expected object",
  ],
])('a sound file whose description is %s is refused in words', (description, reason) => {
  const refused = `000006.safetensors is damaged or not a checkpoint of gansmith: ${reason}`;
  expect(() => latestCheckpoint(runWith(checkpointBytes(3), withDescription(description)), silent)).toThrow(
    refused,
  );
});

test('a run without checkpoints has no newest one', () => {
  expect(latestCheckpoint(temporaryFolder(), silent)).toBeUndefined();
});

test('a file that does not exist is named', () => {
  expect(() => readCheckpoint('/nowhere/x.safetensors')).toThrow(UsageError);
  expect(() => readCheckpoint('/nowhere/x.safetensors')).toThrow(
    'there is no checkpoint at /nowhere/x.safetensors',
  );
});
