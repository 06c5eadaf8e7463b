import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../base/safetensors.ts';
import type { Dataset } from '../../data/dataset.ts';
import { sizeOf } from '../../graph/shape.ts';
import type { Executor } from '../../runtime/executor.ts';
import { interpreterExecutor } from '../../runtime/interpreter.ts';
import { nodeExecutor } from '../../runtime/node.ts';
import { train } from '../../train/loop.ts';
import { convolutionalGan } from '../../zoo/convolutional.ts';
import { buildGan } from '../build.ts';
import { resolveConfig } from '../config.ts';
import type { AnyGan, BaseConfig } from '../defineGan.ts';
import { type NetworkFacts, refusalOf, refusalTable } from './compatibility.ts';
import { toolbox } from './index.ts';
import { TOOLBOX_DEFAULTS, type ToolboxConfig, toolboxSettings } from './settings.ts';
import { type Control, circumstances, controls, objectives, type Situation } from './traits.ts';

/* Every objective with every control, and every two controls: refused by the table, or trained. */

const system = convolutionalGan({ name: 'tiny', title: 'Tiny', paper: 'none', settings: {} });
const small = { batch: 4, width: 3, latent: 2, criticNorm: 'none', lr: 1e-2, average: 0 };

/** A few fixed pseudo-random examples of two classes. */
function examples(kind: 'images' | 'points', classes = ['a', 'b']): Dataset {
  const shape = kind === 'images' ? [1, 16, 16] : [2];
  const size = sizeOf(shape);
  return {
    kind,
    shape,
    classes,
    name: 'examples',
    count: 16,
    fingerprint: 'none',
    read: (indices) => ({
      real: Float32Array.from(
        { length: indices.length * size },
        (_, i) => Math.sin(i * 1.7 + indices[Math.floor(i / size)]! * 7) / 2,
      ),
      labels: Int32Array.from(indices, (index) => index % 2),
    }),
  };
}
const points = examples('points');
const images = examples('images');

/** Trains two iterations; gives the weights before and after, by name. The loop refuses numbers that are not finite. */
async function trained(
  settings: Record<string, unknown>,
  data: Dataset,
  executor: Executor,
): Promise<{ before: Map<string, string>; after: Map<string, string> }> {
  const config = resolveConfig(system, { ...small, ...settings }, data);
  const checkpoints: Map<string, string>[] = [];
  const options = { steps: 2, sampleEvery: 100, sampleCount: 1, threads: 1 };
  for await (const event of train({ gan: system, config, data, executor, ...options })) {
    if (event.type !== 'checkpoint') continue;
    const { tensors } = decodeSafetensors(event.bytes, 'checkpoint');
    checkpoints.push(new Map([...tensors].map(([name, { data }]) => [name, data.join()])));
  }
  return { before: checkpoints[0]!, after: checkpoints.at(-1)! };
}

async function expectTrains(
  settings: Record<string, unknown>,
  data: Dataset,
  executor: Executor = interpreterExecutor,
): Promise<void> {
  const { before, after } = await trained(settings, data, executor);
  for (const network of ['G/', 'D/']) {
    const moved = [...after].filter(
      ([name, value]) => name.startsWith(network) && value !== before.get(name),
    );
    expect(moved.length, `weights of ${network} that moved`).toBeGreaterThan(0);
  }
}

/** What can be shown only on pictures. */
const dataFor = (...traits: Control[]): Dataset =>
  traits.some(({ name }) => refusalOf(name, 'points')) ? images : points;

/** The settings of several controls at once: what one brings along gives way to what another is about. */
const settingsOf = (...traits: Control[]): Record<string, unknown> =>
  Object.assign({}, ...traits.map(({ on }) => on), ...traits.map(own));

/** The settings a control is about, without those that it only brings along. */
const own = ({ on, shown }: Control): Record<string, unknown> =>
  Object.fromEntries(Object.entries(on).filter(([name]) => shown.includes(name as keyof ToolboxConfig)));

/** Whether two controls are two values of one setting, so that no run can have both. */
const exclude = (a: Control, b: Control): boolean => Object.keys(own(a)).some((name) => name in own(b));

describe.each(objectives)('objective $name', (objective) => {
  it.each(controls)('with $name is refused with the reason, or trains', async (control) => {
    const settings = settingsOf(objective, control);
    const data = dataFor(control);
    const refusal = refusalOf(objective.name, control.name);
    if (refusal) expect(() => resolveConfig(system, { ...small, ...settings }, data)).toThrow(refusal.why);
    else await expectTrains(settings, data, data === images ? nodeExecutor : interpreterExecutor);
  });
});

it.each(controls)('$name trains on pictures', async (control) => {
  await expectTrains(control.on, images, nodeExecutor);
});

/** What a control needs beside its own settings to be felt within two iterations. */
const felt: Record<string, Record<string, unknown>> = {
  'one-sided gradient penalty': { penaltyTarget: 0 },
  'gradient penalty at real data': { penaltyTarget: 0 },
  'gradient penalty at generated data': { penaltyTarget: 0 },
  'targets of least squares': { objective: 'least-squares' },
};

it.each(controls)('$name changes what is kept of a run', async (control) => {
  const data = dataFor(control);
  const broughtAlong = { ...control.on, ...felt[control.name] };
  const defaults: Record<string, unknown> = { ...TOOLBOX_DEFAULTS, ...small };
  const without = Object.fromEntries(Object.keys(own(control)).map((name) => [name, defaults[name]]));
  const executor = data === images ? nodeExecutor : interpreterExecutor;
  const on = await trained(broughtAlong, data, executor);
  const off = await trained({ ...broughtAlong, ...without }, data, executor);
  expect(on.after).not.toEqual(off.after);
});

const FACTS: NetworkFacts = { criticNorm: 'none', generatorBatchNorm: true };

const situationOf = (overrides: Record<string, unknown>, data: Dataset, facts = FACTS): Situation => ({
  config: { ...TOOLBOX_DEFAULTS, ...small, ...overrides } as Situation['config'],
  facts,
  data,
});

/** Why what holds in these settings is refused: by the given pair's own row, or because a control brings another along. */
function reasonAgainst(
  pair: readonly [string, string],
  overrides: Record<string, unknown>,
  data: Dataset,
  facts: NetworkFacts = FACTS,
): string | undefined {
  const refusal = refusalOf(...pair);
  if (refusal) return refusal.why;
  const situation = situationOf(overrides, data, facts);
  const holding = [...objectives, ...controls, ...circumstances].filter((trait) => trait.holds(situation));
  return holding.flatMap((a) => holding.map((b) => refusalOf(a.name, b.name)?.why)).find(Boolean);
}

describe.each(controls.map((control, i) => ({ ...control, others: controls.slice(i + 1) })))(
  '$name',
  ({ others, ...control }) => {
    it('with every other control is refused with the reason, or trains', async () => {
      for (const other of others) {
        if (exclude(control, other)) continue;
        const data = dataFor(control, other);
        const settings = settingsOf(control, other);
        const situation = situationOf(settings, data);
        expect([control, other].every((trait) => trait.holds(situation))).toBe(true);
        const reason = reasonAgainst([control.name, other.name], settings, data);
        if (reason) {
          expect(() => resolveConfig(system, { ...small, ...settings }, data), other.name).toThrow(reason);
        } else {
          await expectTrains(settings, data, data === images ? nodeExecutor : interpreterExecutor);
        }
      }
    });
  },
);

/** Settings, networks and data that bring a circumstance about. */
const bringAbout: Record<string, { settings?: object; data?: Dataset; facts?: Partial<NetworkFacts> }> = {
  'batch norm in the critic': { settings: { criticNorm: 'batch' }, facts: { criticNorm: 'batch' } },
  'no batch norm in the generator': { facts: { generatorBatchNorm: false } },
  points: { data: points },
  'data without classes': { data: examples('images', []) },
  'no condition': { settings: { condition: 'none' } },
};

describe.each(circumstances)('$name', ({ name }) => {
  const { settings = {}, data = images, facts: theirs = {} } = bringAbout[name]!;
  const facts = { ...FACTS, ...theirs };
  const inSuchNetworks = toolbox<ToolboxConfig & BaseConfig>(() => facts).refuses as AnyGan['refuses'];

  it.each([...objectives, ...controls])(
    'with $name is refused with the reason, or makes programs',
    (control) => {
      const overrides = { ...small, ...control.on, ...settings };
      const gan: AnyGan = { ...system, refuses: inSuchNetworks! };
      const built = () => buildGan(gan, resolveConfig(gan, overrides, data), data);
      const reason = reasonAgainst([name, control.name], overrides, data, facts);
      if (reason) expect(built).toThrow(reason);
      else expect(built().phases.length).toBeGreaterThanOrEqual(2);
    },
  );
});

it('every setting of the toolbox belongs to a control, so that none goes untested', () => {
  const tested = new Set([...objectives, ...controls].flatMap(({ on }) => Object.keys(on)));
  expect(Object.keys(toolboxSettings()).filter((name) => !tested.has(name))).toEqual([]);
});

it('the table names traits that exist, and no pair twice', () => {
  const names = [...objectives, ...controls, ...circumstances].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const pairs = refusalTable.flatMap(({ these, with: others }) =>
    these.flatMap((a) => others.map((b) => [a, b].sort().join(' x '))),
  );
  expect(new Set(pairs).size).toBe(pairs.length);
  expect(pairs.flatMap((pair) => pair.split(' x ')).filter((name) => !names.includes(name))).toEqual([]);
});

it.each([
  [{ packing: 3 }, /tiny: packing=3 does not divide batch=4; choose batch=6/],
  [{ minibatchStd: 3 }, /minibatchStd=3 does not divide the 4 verdicts of a batch; choose batch=6/],
  [
    { objective: 'hinge', realLabel: 0.9 },
    /tiny: realLabel=0.9 does not go with objective=hinge: smoothing lowers.*; choose objective=non-saturating/,
  ],
  [{ augment: 'colour,cutout' }, /augment=colour,cutout does not go with data of points/],
  [{ augment: 'colour,cutot' }, /augment="colour,cutot" is not possible/],
])('%j is refused in words', (settings, message) => {
  expect(() => resolveConfig(system, { ...small, ...settings }, points)).toThrow(message);
});
