import type { AnyGan } from '../../src/index.ts';
import type { Sickness } from '../../src/train/findings.ts';
import { zoo } from '../../src/zoo/index.ts';
import { strided } from './strided.ts';

/** A short run: made sick on purpose, or healthy. */
export interface DoctorRun {
  name: string;
  /** What it was made to suffer from; left out for a healthy one. */
  sickness?: Sickness;
  gan: AnyGan;
  data: 'ring' | 'grid' | 'bimodal:0.1' | 'swiss-roll' | 'mnist';
  /** Only so many of the data are trained on. */
  limit?: number;
  settings: Record<string, string>;
  steps: number;
  /** Real data that were not trained on are at hand. */
  heldOut?: boolean;
  /** The seed of its evidence, where runs of the usual one helped to set the thresholds. */
  seed?: number;
  /** Takes seconds, so the quick tests train it anew. */
  quick?: boolean;
}

const system = (name: string): AnyGan => zoo.find((gan) => gan.name === name)!;

type Options = Partial<Omit<DoctorRun, 'name' | 'gan' | 'data' | 'settings'>>;

const run = (
  name: string,
  gan: string | AnyGan,
  data: DoctorRun['data'],
  settings: string,
  options: Options = {},
): DoctorRun => ({
  name,
  gan: typeof gan === 'string' ? system(gan) : gan,
  data,
  settings: Object.fromEntries(
    settings
      .split(' ')
      .filter(Boolean)
      .map((word) => word.split('=') as [string, string]),
  ),
  steps: 2000,
  ...options,
});

const sick = (
  sickness: Sickness,
  name: string,
  ...rest: Parameters<typeof run> extends [string, ...infer R] ? R : never
) => {
  const [gan, data, settings, options] = rest;
  return run(name, gan, data, settings, { sickness, ...options });
};

/** Small perceptrons for pictures, and small convolutional players. */
const SMALL = 'batch=32 generator=[128,128] critic=[128,128] latent=32';
const THIN = 'batch=32 width=8 latent=32';
/** Perceptrons for points of a fraction of the usual size. */
const PLANE = 'batch=128 generator=[64,64] critic=[64,64]';

export const doctorRuns: readonly DoctorRun[] = [
  sick(
    'critic-too-strong',
    'strong-ring',
    'gan',
    'ring',
    `${PLANE} objective=minimax criticSteps=5 criticLr=5e-3 lr=1e-5`,
    { steps: 1000 },
  ),
  sick('critic-too-strong', 'strong-mnist', 'dcgan', 'mnist', `${THIN} criticLr=2e-3 lr=5e-6 criticSteps=2`, {
    steps: 800,
  }),
  sick('generator-stuck', 'stuck-ring', 'gan', 'ring', `${PLANE} lr=1e-8 criticLr=1e-3`, { quick: true }),
  sick(
    'generator-stuck',
    'stuck-bimodal',
    'gan',
    'bimodal:0.1',
    'batch=128 objective=minimax criticSteps=5 criticLr=1e-2 lr=1e-4',
    { steps: 1500 },
  ),
  sick('generator-stuck', 'stuck-mnist', 'lsgan', 'mnist', `${THIN} lr=1e-9 criticLr=5e-4`, { steps: 800 }),
  sick(
    'oscillation',
    'swing-bimodal',
    'gan',
    'bimodal:0.1',
    'batch=128 critic=[] generator=[] objective=wasserstein optimizer=sgd lr=0.05 b1=0',
    { quick: true },
  ),
  sick(
    'oscillation',
    'swing-ring',
    'gan',
    'ring',
    'batch=128 critic=[] generator=[] objective=wasserstein optimizer=sgd lr=0.05 b1=0',
  ),
  sick('full-collapse', 'collapse-ring', 'gan', 'ring', `${PLANE} lr=3e-2 criticLr=1e-4 b1=0.9`),
  sick(
    'full-collapse',
    'collapse-mnist',
    'gan',
    'mnist',
    `${SMALL} batchNorm=false generatorActivation=relu lr=0.05 criticLr=2e-4`,
    { steps: 1000 },
  ),
  sick('full-collapse', 'collapse-grid', 'gan', 'grid', `${PLANE} lr=5e-2 criticLr=1e-4`),
  sick(
    'partial-collapse',
    'modes-batch',
    'gan',
    'mnist',
    'batch=1 generator=[128,128] critic=[128,128] latent=32 batchNorm=false lr=2e-3 dropout=0',
    { steps: 1500 },
  ),
  sick('partial-collapse', 'modes-grid', 'gan', 'grid', 'batch=128 generator=[8] critic=[64,64] latent=1', {
    quick: true,
  }),
  sick('partial-collapse', 'modes-weak', 'gan', 'ring', `${PLANE} lr=2e-3 criticLr=5e-4`),
  sick('partial-collapse', 'modes-ring', 'gan', 'ring', `${PLANE} b1=0.9 lr=2e-3`, { steps: 3000 }),
  sick('mode-hopping', 'hop-ring', 'gan', 'ring', `${PLANE} lr=1e-3 criticLr=1e-3 b1=0.9`, {
    steps: 3000,
    seed: 4,
  }),
  sick('mode-hopping', 'hop-grid', 'gan', 'grid', `${PLANE} lr=5e-3 criticLr=1e-3 b1=0.9`, {
    steps: 3000,
    seed: 4,
  }),
  sick(
    'memorisation',
    'copies-pairing',
    'gan',
    'mnist',
    `${SMALL} dropout=0 lr=1e-3 objective=relativistic-pairing r1=0.1 r2=0.1`,
    { limit: 32, steps: 4000, heldOut: true, seed: 3 },
  ),
  sick(
    'memorisation',
    'copies-few',
    'gan',
    'mnist',
    'batch=10 generator=[256,256] critic=[256,256] latent=32 dropout=0 lr=1e-3 objective=wasserstein gradientPenalty=two-sided criticSteps=2',
    { limit: 10, steps: 6000, heldOut: true, seed: 3 },
  ),
  sick('checkerboard', 'board-mnist', strided, 'mnist', 'lr=1e-4', { steps: 600, seed: 4 }),
  sick('checkerboard', 'board-wide', strided, 'mnist', 'lr=5e-5 objective=hinge width=12', {
    steps: 600,
    seed: 4,
  }),
  sick('dead-balance', 'dead-ring', 'gan', 'ring', `${PLANE} criticInitial=0.01 lr=0 criticLr=0`, {
    steps: 1000,
    quick: true,
  }),
  sick('dead-balance', 'dead-mnist', 'gan', 'mnist', `${SMALL} criticInitial=0.01 dropout=0 lr=1e-9`, {
    steps: 600,
  }),
  sick(
    'dead-balance',
    'dead-pairing',
    'gan',
    'ring',
    `${PLANE} criticInitial=0.01 objective=relativistic-pairing lr=1e-9`,
    {
      steps: 1000,
    },
  ),
  sick(
    'dead-balance',
    'dead-linear',
    'gan',
    'bimodal:0.1',
    'batch=128 critic=[] generator=[] objective=minimax lr=5e-3 b1=0',
  ),
  sick('non-finite', 'infinite-ring', 'gan', 'ring', `${PLANE} objective=wasserstein optimizer=sgd lr=5`, {
    quick: true,
  }),
  sick('non-finite', 'infinite-mnist', 'lsgan', 'mnist', `${THIN} optimizer=sgd lr=1e4 criticNorm=none`, {
    steps: 500,
  }),
  sick('overfitting-critic', 'knows-mlp', 'gan', 'mnist', `${SMALL} dropout=0 criticLr=1e-3`, {
    limit: 100,
    steps: 2000,
    heldOut: true,
  }),
  sick('overfitting-critic', 'knows-conv', 'dcgan', 'mnist', `${THIN} average=2000 lr=1e-3`, {
    limit: 32,
    steps: 1500,
    heldOut: true,
  }),

  run('pairing-ring', 'gan', 'ring', `${PLANE} objective=relativistic-pairing r1=0.1 r2=0.1`, {
    steps: 3000,
  }),
  run('plain-bimodal', 'gan', 'bimodal:0.1', '', { quick: true }),
  run('penalty-ring', 'wgan-gp', 'ring', 'width=64 batch=128 lr=5e-4', { steps: 2000 }),
  run('penalty-roll', 'wgan-gp', 'swiss-roll', 'width=64 batch=128 lr=5e-4', { steps: 2000 }),
  run('squares-roll', 'lsgan', 'swiss-roll', 'width=64 batch=128 r1=0.1', { steps: 2500 }),
  run('dcgan-mnist', 'dcgan', 'mnist', `${THIN} lr=5e-4`, { steps: 1500, heldOut: true }),
  run('lsgan-mnist', 'lsgan', 'mnist', `${THIN} lr=5e-4`, { steps: 1500, heldOut: true }),
  run('sngan-mnist', 'sngan', 'mnist', `${THIN} lr=5e-4`, { steps: 1500, heldOut: true }),
  run('penalty-mnist', 'wgan-gp', 'mnist', `${THIN} lr=5e-4 criticSteps=2`, { steps: 1500, heldOut: true }),
  run('r3gan-mnist', 'r3gan', 'mnist', 'batch=32 width=8 blocks=1 groupWidth=8 lr=5e-4', {
    steps: 400,
    heldOut: true,
  }),
  run('perceptrons-mnist', 'gan', 'mnist', SMALL, { steps: 2000, heldOut: true }),
];
