import * as z from 'zod';
import { dataSources, pointSets } from '../../data/node.ts';
import { zoo } from '../../zoo/index.ts';
import type { Job } from '../session.ts';
import type { Catalogue, TrainBody } from './api.ts';
import { Refusal } from './guard.ts';

/** What can be trained, with the schema of its settings, and on what. */
export const catalogue = (): Catalogue => ({
  systems: zoo.map((gan) => ({
    name: gan.name,
    title: gan.title,
    ...(gan.paper ? { paper: gan.paper } : {}),
    data: gan.data,
    presets: Object.keys(gan.presets ?? {}),
    schema: z.toJSONSchema(gan.config, {
      io: 'input',
      unrepresentable: 'any',
    }) as Catalogue['systems'][0]['schema'],
  })),
  sources: dataSources.map((source) => ({
    ...source,
    kind: pointSets.some(({ name }) => name === source.name) ? 'points' : 'images',
  })),
});

const whole = (low: number, high = Number.MAX_SAFE_INTEGER) => z.int().min(low).max(high).optional();
const minutes = z.number().positive().optional();

const trainBody = z.strictObject({
  gan: z.string(),
  data: z.string().optional(),
  settings: z.record(z.string(), z.string()).optional(),
  seed: whole(0),
  size: whole(8, 1024),
  steps: whole(1),
  minutes,
  sampleEvery: whole(1),
  checkpointEvery: whole(1),
});

/** A job from the body of a request. Systems of the zoo only: a request must not name files to be run. */
export function trainJob(body: unknown, out: string): Job {
  const {
    gan,
    settings = {},
    seed = 0,
    sampleEvery = 250,
    checkpointEvery = 500,
    ...rest
  } = checked(trainBody, body) as TrainBody;
  if (!zoo.some(({ name }) => name === gan)) throw new Refusal(400, `there is no system named '${gan}'`);
  checkEnd(rest);
  return {
    kind: 'train',
    request: {
      gan,
      settings,
      seed,
      sampleEvery,
      checkpointEvery,
      ...rest,
      accumulate: 1,
      executor: 'onnxruntime',
      precision: 'float32',
      tune: 2,
      doctor: 'warn',
      out,
    },
  };
}

/** A job that goes on with a run: to its planned end, or by what the body says. */
export function resumeJob(body: unknown, run: string): Job {
  const stop = checked(z.strictObject({ steps: whole(1), minutes }), body);
  checkEnd(stop);
  return { kind: 'resume', request: { run, ...stop, doctor: 'warn' } };
}

function checkEnd({ steps, minutes }: { steps?: number | undefined; minutes?: number | undefined }): void {
  if (steps !== undefined && minutes !== undefined)
    throw new Refusal(400, 'give a number of steps or of minutes, not both');
}

function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Refusal(400, `the request is not possible: ${z.prettifyError(result.error)}`);
}
