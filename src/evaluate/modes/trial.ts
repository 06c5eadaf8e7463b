import type { Dataset } from '../../data/dataset.ts';
import { resolveConfig } from '../../gan/config.ts';
import type { BaseConfig } from '../../gan/defineGan.ts';
import type { Executor } from '../../runtime/executor.ts';
import type { TrainEvent } from '../../train/events.ts';
import { train } from '../../train/loop.ts';
import type { Samples } from '../../train/sampling.ts';
import type { Protocol, Scores, System } from './protocol.ts';

export interface TrialOptions {
  protocol: Protocol;
  system: System;
  /** What `protocol.open` gives, opened once for many trials. */
  data: Dataset;
  seed: number;
  executor: Executor;
  /** Threads of the runtime. */
  threads: number;
  /** Iterations. */
  steps: number;
  /** The training is cut after so many minutes, whatever it has reached. */
  minutes: number;
  /** Called for each event of training; the trial is given up when it answers false. */
  onEvent?: (event: TrainEvent) => Promise<boolean>;
}

/** A trained and scored GAN. */
export interface Trial {
  scores: Scores;
  samples: Samples;
  /** Iterations made: fewer than planned where the time ran out. */
  steps: number;
  /** Seconds of training, compilation included. */
  seconds: number;
}

/** The full settings of a trial: a system's for the data of a protocol and a number of iterations. */
export const trialConfig = ({ gan, settings }: System, data: Dataset, steps: number): BaseConfig =>
  resolveConfig(gan, settings(steps), data);

/**
 * Trains one GAN in this process and scores the samples of its last weights (the averaged ones where the system keeps an
 * average), from the latents of sample seeds 0, 1, ...: the same for all trials, as in PacGAN's code.
 *
 * @returns undefined when `onEvent` gave the trial up.
 * @throws NonFiniteError when training meets a number that is not finite.
 */
export async function runTrial(options: TrialOptions): Promise<Trial | undefined> {
  const { protocol, system, data, steps, onEvent, minutes, seed, executor, threads } = options;
  const began = performance.now();
  const events = train({
    gan: system.gan,
    config: trialConfig(system, data, steps),
    data,
    executor,
    seed,
    threads,
    steps,
    minutes,
    sampleCount: protocol.samples,
    sampleEvery: Number.MAX_SAFE_INTEGER,
    checkpointEvery: Number.MAX_SAFE_INTEGER,
  });
  let made = 0;
  let last: Samples | undefined;
  for await (const event of events) {
    if (event.type === 'samples') last = { shape: event.shape, data: event.data };
    if (event.type === 'step') made = event.step;
    if (onEvent && !(await onEvent(event))) return undefined;
  }
  const seconds = (performance.now() - began) / 1000;
  // Samples come before the end of every run.
  const samples = last!;
  return { scores: await protocol.score(samples), samples, steps: made, seconds };
}
