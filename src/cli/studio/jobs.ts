import * as z from 'zod';
import { UsageError } from '../../base/errors.ts';
import { checkSource, pointSets } from '../../data/node.ts';
import { metricsNamed } from '../../evaluate/registry.ts';
import { SettingsError } from '../../gan/config.ts';
import type { AnyGan } from '../../gan/defineGan.ts';
import { PRECISIONS } from '../../onnx/graph.ts';
import { zoo } from '../../zoo/index.ts';
import { EXECUTORS } from '../executors.ts';
import { defaultSource } from '../openSource.ts';
import { DOCTOR_MODES } from '../options.ts';
import { checkSettings, type StopOptions } from '../prepare.ts';
import type { Job } from '../session.ts';
import type { TrainBody } from './api.ts';
import { checked, Refusal } from './guard.ts';

const whole = (low: number, high = Number.MAX_SAFE_INTEGER) => z.int().min(low).max(high).optional();
const positive = z.number().positive().optional();

const trainBody = z.strictObject({
  gan: z.string(),
  data: z.string().optional(),
  size: whole(8, 1024),
  channels: z.union([z.literal(1), z.literal(3)]).optional(),
  settings: z.record(z.string(), z.string()).optional(),
  steps: whole(1),
  kimg: positive,
  minutes: positive,
  seed: whole(0),
  threads: whole(1, 1024),
  accumulate: whole(1, 65_536),
  executor: z.enum(EXECUTORS).optional(),
  precision: z.enum(PRECISIONS).optional(),
  tune: z.number().min(0).optional(),
  sampleEvery: whole(1),
  checkpointEvery: whole(1),
  doctor: z.enum(DOCTOR_MODES).optional(),
  eval: z
    .strictObject({
      every: z.int().min(1),
      metrics: z.string(),
      samples: z.int().min(2).max(1_000_000),
      features: z.string().optional(),
    })
    .optional(),
});

/**
 * A job from the body of a request. Systems of the zoo only: a request must not name files to be run.
 * @throws Refusal that says which field is wrong, and how
 */
export function trainJob(body: unknown, out: string): Job {
  const given = checked(trainBody, body) as TrainBody;
  const gan = zoo.find(({ name }) => name === given.gan);
  if (!gan) throw refused('gan', `there is no system named '${given.gan}'`);
  checkEnd(given);
  checkData(gan, given);
  checkGanSettings(gan, given);
  return {
    kind: 'train',
    request: {
      settings: {},
      seed: 0,
      sampleEvery: 250,
      checkpointEvery: 500,
      accumulate: 1,
      executor: 'onnxruntime',
      precision: 'float32',
      tune: 2,
      doctor: 'warn',
      ...given,
      out,
    },
  };
}

const resumeBody = z.strictObject({ steps: whole(1), minutes: positive });

/** A job that goes on with a run: to its planned end, or by what the body says. */
export function resumeJob(body: unknown, run: string): Job {
  const stop = checked(resumeBody, body);
  checkEnd(stop);
  return { kind: 'resume', request: { run, ...stop, doctor: 'warn' } };
}

const refused = (field: string, message: string): Refusal => new Refusal(400, message, { [field]: message });

/** Does something that a wrong request makes fail, and names the field to blame. */
function blaming<T>(field: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof UsageError) throw refused(field, error.message);
    throw error;
  }
}

function checkEnd({ steps, kimg, minutes }: StopOptions): void {
  if ([steps, kimg, minutes].filter((end) => end !== undefined).length > 1)
    throw new Refusal(400, 'give a number of steps, of thousand images or of minutes, not both');
}

function checkData(gan: AnyGan, { data = defaultSource(gan), eval: plan, size, channels }: TrainBody): void {
  blaming('data', () => checkSource(data));
  const kind = pointSets.some(({ name }) => name === data.split(':')[0]) ? 'points' : 'images';
  if (!gan.data.includes(kind))
    throw refused('data', `${gan.name} learns from ${gan.data.join(' or ')}, and these data are ${kind}`);
  const ofImages = { size, channels, 'eval.metrics': plan };
  for (const [field, value] of Object.entries(ofImages)) {
    if (kind === 'points' && value !== undefined)
      throw refused(field, 'this is for images, and these data are points; leave it out');
  }
  if (plan) blaming('eval.metrics', () => metricsNamed(plan.metrics));
}

function checkGanSettings(gan: AnyGan, { settings = {}, size, channels }: TrainBody): void {
  try {
    checkSettings(gan, { settings, size, channels });
  } catch (error) {
    if (error instanceof SettingsError) {
      const fields = Object.entries(error.settings).map(([name, message]) => [`settings.${name}`, message]);
      throw new Refusal(400, error.message, Object.fromEntries(fields));
    }
    if (error instanceof UsageError) throw new Refusal(400, error.message);
    throw error;
  }
}
