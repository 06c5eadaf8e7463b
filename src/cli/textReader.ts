import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import picocolors from 'picocolors';
import { decodePng } from '../base/png.ts';
import type { EndEvent, RateEvent, ScoreEvent, StageEvent, StartEvent } from '../train/events.ts';
import { RUN_FILES } from '../train/node.ts';
import { profileHead } from '../train/profile/report.ts';
import { findingLines } from './findingLines.ts';
import { formatCount, formatDuration, shellWord } from './format.ts';
import { print } from './output.ts';
import { colorDepth } from './preview.ts';
import { createProgress } from './progress.ts';
import { formatInterval, formatScore } from './scoreTable.ts';
import type { SessionEvent } from './session.ts';
import { showPicture } from './showPicture.ts';
import type { SessionReader } from './supervise.ts';

export interface TextReader extends SessionReader {
  /** Prints what the session came to, and what to try next. */
  summarize(): Promise<void>;
}

// By itself the package colours whatever a CI prints, pipes too.
const pc = picocolors.createColors(colorDepth(process.stdout) !== 'none');

/** Shows a session to a person. */
export function createTextReader(): TextReader {
  const progress = createProgress(process.stdout);
  const began = performance.now();
  let folder = '';
  let start: StartEvent | undefined;
  let samples: string | undefined;
  let profile: string | undefined;
  let end: Extract<SessionEvent, { type: 'end' | 'finished' | 'cancelled' }> | undefined;

  return {
    event(event) {
      switch (event.type) {
        case 'run':
          folder = event.folder;
          break;
        case 'tuned':
          progress.print(tuningText(event));
          break;
        case 'start':
          start = event;
          progress.start(event);
          for (const line of introduction(event, folder)) progress.print(line);
          break;
        case 'stage':
          progress.print(stageText(event));
          break;
        case 'step':
          progress.step(event);
          break;
        case 'samples':
          samples = event.file;
          break;
        case 'profile':
          profile = event.file;
          break;
        case 'finding':
          for (const line of findingLines(event)) progress.print(line);
          break;
        case 'score':
          progress.print(scoreText(event));
          break;
        case 'rate':
          progress.print(rateText(event));
          break;
        case 'paused':
          progress.print(
            `paused at step ${formatCount(event.step)}, saved and held in memory (Ctrl-C ends it)`,
          );
          break;
        case 'continued':
          progress.print('going on');
          break;
        case 'warning':
          progress.print(`${pc.yellow('warning:')} ${event.message}`);
          break;
        case 'end':
        case 'finished':
        case 'cancelled':
          progress.finish();
          end = event;
      }
    },
    progress: progress.working,
    stopping: () => progress.print('finishing this step, then saving (Ctrl-C again to quit at once)'),
    failed: progress.finish,
    async summarize() {
      if (!end) return;
      if (end.type === 'cancelled') return print('stopped before the run began; nothing was written');
      if (end.type === 'finished') return printFinished(end.folder, end.step, end.images);
      const seconds = (performance.now() - began) / 1000;
      if (samples && start) showPicture(decodePng(await readFile(samples), samples), start.data.shape);
      const what = `${formatCount(end.step)} steps, ${formatCount(end.images)} ${start?.data.kind ?? 'images'}`;
      print(`${endWord(end)}: ${what} (${formatDuration(seconds)} this time)`);
      if (samples) print(`samples: ${samples}`);
      if (profile) await printProfile(profile);
      if (end.by === 'doctor') return printAfterDoctor(folder);
      if (end.reason === 'stopped') print(`go on with: npx gansmith resume ${shellWord(folder)}`);
      else printNext(folder, end.step, start?.minutes);
    },
  };
}

const endWord = ({ reason, by }: EndEvent): string =>
  by === 'doctor' ? 'stopped by the doctor' : reason === 'done' ? 'done' : 'stopped';

function printAfterDoctor(folder: string): void {
  print('train anew with one of the settings above, look closer, or go on all the same:');
  print(`  npx gansmith doctor ${shellWord(folder)}`);
  print(`  npx gansmith resume ${shellWord(folder)}`);
}
/** Such as `step 1000: fd 12.31 (11.90 to 12.72)`. */
const scoreText = ({ step, metric, value, interval }: ScoreEvent): string =>
  `step ${step}: ${metric} ${formatScore(value)}${interval ? ` (${formatInterval([...interval])})` : ''}`;

/** Such as `learning rates from step 1000 on: G times 0.5`. */
function rateText({ step, scale }: RateEvent): string {
  const changed = Object.entries(scale).map(([network, factor]) => `${network} times ${factor}`);
  return `learning rates from step ${formatCount(step)} on: ${changed.join(', ') || 'as declared'}`;
}

/** Such as `step 400: stage 2 of 7 (resolution 8, fading true, batch 32); parameters: G 30,241, D 31,001`. */
function stageText({ step, stage, stages, settings, batch, parameters }: StageEvent): string {
  const own = Object.entries({ ...settings, batch }).map(
    ([name, value]) => `${name} ${JSON.stringify(value)}`,
  );
  return `step ${formatCount(step)}: stage ${stage} of ${stages} (${own.join(', ')}); parameters: ${sizesText(parameters)}`;
}

const sizesText = (parameters: Record<string, number>): string =>
  Object.entries(parameters)
    .map(([network, count]) => `${network} ${formatCount(count)}`)
    .join(', ');

function introduction(
  { gan, data, parameters, batch, accumulate, seed, step, ...event }: StartEvent,
  folder: string,
): string[] {
  const classes = data.classes.length > 0 ? `, ${data.classes.length} classes` : '';
  const micro = accumulate > 1 ? ` x ${accumulate}` : '';
  const until = [
    ...(event.totalSteps === undefined ? [] : [`until step ${formatCount(event.totalSteps)}`]),
    ...(event.minutes === undefined ? [] : [`for ${formatDuration(event.minutes * 60)}`]),
  ].join(', at most ');
  return [
    `${pc.bold(gan)} on ${data.name}: ${formatCount(data.count)} ${data.kind} of ${data.shape.join('x')}${classes}; parameters: ${sizesText(parameters)}`,
    `batch ${batch}${micro}, seed ${seed}, ${runBy(event)}, compiled in ${event.compileSeconds.toFixed(1)} s`,
    `${step > 0 ? `going on from step ${formatCount(step)}` : 'training'} ${until} in ${folder} (Ctrl-C saves and stops)`,
  ];
}

function tuningText({ measured, unmeasured, seconds }: Extract<SessionEvent, { type: 'tuned' }>): string {
  const kinds = (count: number) => `${count} kind${count === 1 ? '' : 's'} of operations`;
  const left = `too little time to measure ${kinds(unmeasured)}, which take their usual forms (--tune gives more)`;
  if (measured === 0) return left;
  const done = `measured how to write ${kinds(measured)} fastest here, for later runs too, in ${seconds.toFixed(1)} s`;
  return unmeasured > 0 ? `${done}; ${left}` : done;
}

/** The interpreter runs in one thread, whatever was asked for. */
function runBy({
  executor,
  threads,
  precision,
}: Pick<StartEvent, 'executor' | 'threads' | 'precision'>): string {
  if (executor === 'interpreter') return executor;
  const half = precision === 'float16' ? ', products in float16' : '';
  return `${executor} on ${threads} thread${threads === 1 ? '' : 's'}${half}`;
}

/** The head of a profile, and where the rest is. */
async function printProfile(file: string): Promise<void> {
  print(`\n${profileHead(JSON.parse(await readFile(file, 'utf8')))}\n`);
  print(`profile: ${join(dirname(file), RUN_FILES.profileText)} (its numbers: ${file})`);
  print(`trace, for https://ui.perfetto.dev: ${join(dirname(file), RUN_FILES.trace)}`);
}

function printNext(folder: string, step: number, minutes: number | undefined): void {
  const run = shellWord(folder);
  print('next:');
  print(`  npx gansmith sample ${run} --out samples.png`);
  print(
    `  npx gansmith resume ${run} ${minutes === undefined ? `--steps ${2 * step}` : `--minutes ${Math.max(0.1, Number(minutes.toFixed(1)))}`}`,
  );
  print(`  npx gansmith export ${run} --out generator.onnx`);
}

function printFinished(folder: string, step: number, images: number): void {
  print(
    `${folder} has come to its planned end: ${formatCount(step)} steps, ${formatCount(images)} images seen`,
  );
  print('go on with one of:');
  print(`  npx gansmith resume ${shellWord(folder)} --steps ${2 * Math.max(step, 1)}`);
  print(`  npx gansmith resume ${shellWord(folder)} --minutes 5`);
}
