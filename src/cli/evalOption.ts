import { Option } from '@commander-js/extra-typings';
import { nearest, UsageError } from '../base/errors.ts';
import { wholeNumber } from './options.ts';

/** How a run is scored while it trains. */
export interface EvalPlan {
  /** Iterations from one score to the next. */
  every: number;
  /** As `gansmith eval --metrics` takes them; the first decides which checkpoint is the best. */
  metrics: string;
  samples: number;
  /** Left out: those that suit the data. */
  features?: string | undefined;
}

const KEYS = ['every', 'metrics', 'samples', 'features'] as const;
const DEFAULTS: EvalPlan = { every: 1000, metrics: 'fd,pr', samples: 2000 };

/** The option by which a run is scored while it trains. */
export const evalOption = () =>
  new Option(
    '--eval <settings...>',
    `score the run while it trains, and keep its best checkpoint: every=${DEFAULTS.every} metrics=${DEFAULTS.metrics} samples=${DEFAULTS.samples} features=NAME; write the GAN's settings before it`,
  ).argParser((word: string, plan: EvalPlan | undefined): EvalPlan => withSetting(plan ?? DEFAULTS, word));

function withSetting(plan: EvalPlan, word: string): EvalPlan {
  const equals = word.indexOf('=');
  const [key, value] = [word.slice(0, equals), word.slice(equals + 1)];
  if (equals < 1 || value === '') {
    throw new UsageError(`--eval ${word}: expected settings such as every=1000 metrics=fd,pr samples=2000`);
  }
  switch (key as (typeof KEYS)[number]) {
    case 'every':
      return { ...plan, every: wholeNumber('--eval every', 1)(value) };
    case 'samples':
      return { ...plan, samples: wholeNumber('--eval samples', 2, 1_000_000)(value) };
    case 'metrics':
      return { ...plan, metrics: value };
    case 'features':
      return { ...plan, features: value };
  }
  const guess = nearest(key, KEYS);
  throw new UsageError(
    `--eval ${word}: there is no setting '${key}'${guess ? `; did you mean '${guess}'?` : ''} There are ${KEYS.join(', ')}; settings of the GAN come before --eval`,
  );
}
