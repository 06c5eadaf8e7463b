import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { cacheFolder, describeSystemError, diskError, writeFileAtomic } from '../../base/node.ts';
import type { Decision } from '../../runtime/tune.ts';
import { describeMachine, describeVersions } from './machine.ts';

/** A decision as it is kept. One for lack of time tells how many seconds there were, and is made anew with more. */
const keptDecision = z.object({ form: z.string(), seconds: z.number().optional() });
const decisions = z.record(z.string(), keptDecision);
const file = z.object({
  format: z.literal(1),
  /** By processor, threads and versions, then by the signature of the operation. */
  machines: z.record(z.string(), decisions),
});

/** Decisions of how operations are written, by their signatures. */
export type KeptDecisions = z.output<typeof decisions>;

/** Where decisions are kept for all runs of the user. */
export const decisionsFile = (): string => join(cacheFolder(), 'lowerings.json');

/** What the time of an operation depends on, besides the operation. */
export function machineKey(executor: string, threads: number): string {
  const { cpu, cores } = describeMachine();
  const { gansmith, onnxruntime } = describeVersions();
  return `${cpu}, ${cores} cores, ${threads} threads, ${executor} ${onnxruntime}, gansmith ${gansmith}`;
}

/** What is kept for a machine. `onWarning` is told of a file that cannot be used; the next decision replaces it. */
export const readDecisions = (machine: string, onWarning: (message: string) => void): KeptDecisions =>
  readAll(onWarning).machines[machine] ?? {};

/**
 * Adds decisions, made within so many seconds, to the file, and gives all that are now there for the machine. What another
 * run has added in the meantime stays as it is, so that runs started at the same moment come to agree.
 *
 * @throws GansmithError when the file cannot be written.
 */
export function keepDecisions(
  machine: string,
  decided: Readonly<Record<string, Decision>>,
  seconds: number,
): KeptDecisions {
  const all = readAll(() => {});
  const kept = { ...all.machines[machine] };
  for (const [signature, decision] of Object.entries(decided)) {
    const before = kept[signature];
    if (before && (before.seconds === undefined || before.seconds >= seconds)) continue;
    kept[signature] = { form: decision.form, ...(decision.measured ? {} : { seconds }) };
  }
  const next: z.output<typeof file> = { format: 1, machines: { ...all.machines, [machine]: kept } };
  const path = decisionsFile();
  writeFileAtomic(path, `${JSON.stringify(next, null, 2)}\n`);
  return kept;
}

/** Makes the folder of the file where it is missing. @throws GansmithError when nothing can be written there. */
export function requireWritable(): void {
  const folder = dirname(decisionsFile());
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw diskError('write in', folder, error);
  }
}

function readAll(onWarning: (message: string) => void): z.output<typeof file> {
  const empty = { format: 1, machines: {} } as const;
  const path = decisionsFile();
  if (!existsSync(path)) return empty;
  try {
    return file.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const damaged = error instanceof SyntaxError || error instanceof z.ZodError;
    const reason = damaged ? 'it is damaged' : describeSystemError(error);
    onWarning(`${path} cannot be used: ${reason}; it is made anew`);
    return empty;
  }
}
