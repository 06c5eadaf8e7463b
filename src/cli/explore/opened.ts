import { resolve } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import { type ExploredGenerator, openGenerator } from '../../explore/generator.ts';
import type { Executor } from '../../runtime/executor.ts';
import { packageVersion } from '../../train/node.ts';
import { classIndex } from '../classIndex.ts';
import { type ExecutorName, executorNamed } from '../executors.ts';
import { fillStates, loadTrained, type Trained, weightsUsed } from '../load.ts';

/** What every command of `explore` is asked. */
export interface CommonOptions {
  out?: string | undefined;
  class?: string | undefined;
  gan?: string | undefined;
  live?: boolean | undefined;
  executor?: ExecutorName | undefined;
}

/** A trained generator that is ready to be explored. */
export interface Opened {
  trained: Trained;
  generator: ExploredGenerator;
  executor: Executor;
  /** The class asked for. */
  label: number | undefined;
  /** What every file made of it says: system, data, step, weights. */
  recipe: Record<string, unknown>;
}

/** Runs `work` on the generator of a run or a checkpoint. */
export async function withGenerator<T>(
  run: string,
  options: CommonOptions,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const warn = (message: string) => void process.stderr.write(`warning: ${message}\n`);
  const trained = await loadTrained(run, options.gan, warn);
  const { gan, config, progress, checkpoint, path } = trained;
  const { info } = checkpoint;
  const executor = await executorNamed(
    options.executor ?? (info.executor === 'interpreter' ? 'interpreter' : 'onnxruntime'),
  );
  const states = executor.createStates();
  fillStates(states, checkpoint);
  const averaged = !options.live;
  const generator = await openGenerator(executor, { gan, config, progress, data: info.data }, states, {
    averaged,
  });
  const label =
    options.class === undefined
      ? undefined
      : classIndex(options.class, conditionalClasses(options.class, generator));
  const recipe = {
    ...{ gan: info.gan, data: info.data.name, step: info.step },
    ...(options.class === undefined ? {} : { class: options.class }),
    ...{ weights: weightsUsed(trained, averaged), checkpoint: resolve(path), gansmith: packageVersion() },
  };
  try {
    return await work({ trained, generator, executor, label, recipe });
  } finally {
    await generator.release();
  }
}

/** The classes of a generator that is told one. */
function conditionalClasses(given: string, { gan, conditional }: ExploredGenerator): readonly string[] {
  if (conditional) return gan.data.classes;
  throw new UsageError(
    `--class ${given}: ${gan.gan.name} is not conditional here: it has no classes to choose from`,
  );
}
