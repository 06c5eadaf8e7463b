import { GansmithError, UsageError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import { testPartOf } from '../data/testPart.ts';
import {
  type Classifier,
  createDoctor,
  createReference,
  type Doctor,
  type Thorough,
  withFittingRemedies,
} from '../doctor/index.ts';
import { classifierOf } from '../evaluate/chooseFeatures.ts';
import { likeliest, openExtractor } from '../features/node.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan } from '../gan/defineGan.ts';
import { sameShape } from '../graph/shape.ts';
import { nodeExecutor } from '../runtime/node.ts';
import {
  latestCheckpoint,
  loggedEvents,
  type OpenedRun,
  openRunFolder,
  type StoredCheckpoint,
} from '../train/node.ts';
import { momentOf } from '../train/stages.ts';
import { examineTrained } from './examineRun.ts';
import { executorNamed } from './executors.ts';
import { findingLines } from './findingLines.ts';
import { formatCount } from './format.ts';
import { fillStates } from './load.ts';
import { openSource } from './openSource.ts';
import { print } from './output.ts';
import { findRecordedGan } from './recordedGan.ts';

export interface DiagnoseOptions {
  samples: number;
  heldOut?: string | undefined;
  /** Where the user's own GAN file is now. */
  gan?: string | undefined;
}

type RunDiagnosis = ReturnType<Doctor['diagnose']> & { step: number };

/** Diagnoses a run and prints that. */
export async function printDiagnosis(
  path: string,
  { json, ...options }: DiagnoseOptions & { json: boolean },
): Promise<void> {
  const { step, findings, earlier, healthy, unchecked } = await diagnoseRun(path, options);
  if (json) {
    const verdict = { run: path, step, healthy: findings.length === 0 };
    print(JSON.stringify({ ...verdict, findings, earlier, checked: healthy, unchecked }));
    return;
  }
  const verdict = findings.length === 0 ? 'nothing wrong found' : `${findings.length} found`;
  print(`${path} at step ${formatCount(step)}: ${verdict}`);
  for (const finding of findings) for (const line of findingLines(finding)) print(line);
  if (earlier.length > 0) print('found earlier, and gone since:');
  for (const { words, from, to } of earlier) print(`  ${words} (steps ${from} to ${to})`);
  if (healthy.length > 0) print('looked for and not found:');
  for (const { title, words } of healthy) print(`  ${title}: ${words}`);
  if (unchecked.length > 0) print('could not be looked for:');
  for (const { title, words } of unchecked) print(`  ${title}: ${words}`);
}

/**
 * Reads a run's log, looks at its newest checkpoint beside its data, and says what is wrong; without a checkpoint or data that can
 * be read, by the log alone, with a warning. Nothing is written.
 * @throws UsageError when there is no such run, or held-out data are of another shape.
 */
export async function diagnoseRun(path: string, options: DiagnoseOptions): Promise<RunDiagnosis> {
  const run = await openRunFolder(path);
  const { gan } = await findRecordedGan(path, run.record.gan, options.gan);
  const checkpoint = await attempted(() => latestCheckpoint(path, warn));
  const data = await attempted(() => openData(run, gan));
  const reference = data && (await createReference(data, await classifierFor(data)));
  const doctor = createDoctor({
    config: run.record.config,
    ...(reference
      ? { clusters: reference.clusters.names }
      : { unseen: 'the data of the run cannot be opened' }),
    ...(checkpoint ? {} : { unseen: 'the run has no checkpoint that can be read' }),
  });
  const step = await followLog(path, doctor);
  const shape = data ?? checkpoint?.content.info.data ?? { classes: [], ...run.record.data };
  const config = resolveConfig(gan, run.record.config, shape);
  let thorough: Thorough | undefined;
  if (checkpoint && data && reference) {
    const heldOut = await openHeldOut(run, gan, data, options.heldOut);
    const moment = momentOf(gan, config, checkpoint.content.info);
    const patient = { gan, ...moment, ...(await revived(run, checkpoint)) };
    thorough = await examineTrained(patient, {
      data,
      reference,
      count: options.samples,
      ...(heldOut ? { heldOut } : {}),
    });
  }
  const { findings, ...rest } = doctor.diagnose(thorough);
  return {
    ...rest,
    findings: findings.map((finding) => withFittingRemedies(finding, { gan, config, data: shape })),
    step: Math.max(step, thorough?.step ?? 0),
  };
}

/** What is found, or a warning of why it is not. */
async function attempted<T>(find: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof GansmithError)) throw error;
    warn(`${error.message}. What the log tells is all there is to go by`);
    return undefined;
  }
}

/** Shows a doctor the log of a run. Returns the last step it knows of. */
async function followLog(path: string, doctor: Doctor): Promise<number> {
  let [step, events] = [0, 0];
  const onDamage = (line: number) =>
    warn(`line ${line} of ${path}/events.jsonl is damaged; what the log says from there on is not looked at`);
  for await (const event of loggedEvents(path, undefined, onDamage)) {
    doctor.follow(event);
    events++;
    if ('step' in event) step = event.step;
  }
  if (events === 0) warn(`${path}/events.jsonl holds nothing that can be read`);
  return step;
}

/** More classes than a thousand samples could fill are left to the clusters of the doctor's own. */
const MOST_CLASSES = 50;

/** The classifier that comes with gansmith for such data, where there is one. */
async function classifierFor(data: Dataset): Promise<Classifier | undefined> {
  const name = classifierOf(data);
  if (name === undefined) return undefined;
  const extractor = await openExtractor(name, nodeExecutor);
  const { classes } = extractor;
  if (classes.length > MOST_CLASSES) return undefined;
  return {
    names: classes,
    async classify({ shape, data }) {
      const [count, channels, height, width] = shape as [number, number, number, number];
      const images = { shape: [count, channels, height, width] as const, data: Float32Array.from(data) };
      return likeliest((await extractor.features(images)).logits!, classes.length);
    },
  };
}

const warn = (message: string) => void process.stderr.write(`warning: ${message}\n`);

/** The states of a checkpoint, in the hands of an executor. */
async function revived({ record }: OpenedRun, { content }: StoredCheckpoint) {
  const executor = await executorNamed(record.executor === 'interpreter' ? 'interpreter' : 'onnxruntime');
  const states = executor.createStates();
  fillStates(states, content);
  return { executor, states };
}

async function openData({ path, record }: OpenedRun, gan: AnyGan): Promise<Dataset> {
  const { source, name, fingerprint } = record.data;
  const data = await openSource(source, gan, { ...imageOptions(record.data), onWarning: warn });
  if (data.fingerprint === fingerprint) return data;
  if (sameShape(data.shape, record.data.shape)) {
    warn(
      `the data '${name}' have changed since ${path} began; its samples are compared with what they are now`,
    );
    return data;
  }
  throw new GansmithError(
    `${path}: the data '${name}' were of ${record.data.shape.join('x')} when the run began and are of ${data.shape.join('x')} now; restore them`,
  );
}

const imageOptions = ({ size, channels }: OpenedRun['record']['data']) => ({
  ...(size === undefined ? {} : { size }),
  ...(channels === undefined ? {} : { channels }),
});

/** Real data beside those trained on: as the user says, or the test part of a set that has one. */
async function openHeldOut(
  { record }: OpenedRun,
  gan: AnyGan,
  data: Dataset,
  given: string | undefined,
): Promise<Dataset | undefined> {
  const source = given ?? testPartOf(record.data.source);
  if (source === undefined) return undefined;
  const heldOut = await openSource(source, gan, { ...imageOptions(record.data), onWarning: warn });
  if (sameShape(heldOut.shape, data.shape)) return heldOut;
  throw new UsageError(
    `--held-out ${source}: its examples are of ${heldOut.shape.join('x')}, but the run was trained on ${data.shape.join('x')}`,
  );
}
