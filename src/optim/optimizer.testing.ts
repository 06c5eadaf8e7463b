import { input, interpret, type Shape, state, type Tensor } from '../graph/index.ts';
import type { Named, Optimizer, Slots, Transform } from './optimizer.ts';

/** Slots for tests: states with the initial values an optimizer asked for, and the tensors that replace them. */
export interface TestSlots extends Slots {
  initial: Map<string, { shape: Shape; value: number }>;
  next: Map<string, Tensor>;
}

export function testSlots(): TestSlots {
  const initial: TestSlots['initial'] = new Map();
  const next: TestSlots['next'] = new Map();
  return {
    initial,
    next,
    get(name, shape, value = 0) {
      if (initial.has(name)) throw new Error(`slot ${name} is asked for twice`);
      initial.set(name, { shape, value });
      return state(`slot/${name}`, shape);
    },
    set: (name, value) => void next.set(name, value),
  };
}

type Numbers = ReadonlyMap<string, Float64Array>;

export interface Descent {
  /** Parameters before the first step. */
  initial: ReadonlyMap<string, { shape: Shape; data: Float64Array }>;
  steps: number;
  /** Gradients of a step, by parameter. */
  gradient(step: number, params: Numbers): Numbers;
}

/** Parameters after each step of an optimizer, computed in float64 as a run would: param - lr * update. */
export function descend({ lr, transform }: Optimizer, { initial, steps, gradient }: Descent): Numbers[] {
  const { slots, updates } = applied(transform, initial);
  const params = new Map([...initial].map(([name, { shape }]) => [name, state(`param/${name}`, shape)]));
  const rate = input('lr', []);
  const moved = [...params].map(([name, param]) => param.sub(updates.get(name)!.mul(rate)));
  const run = interpret([...moved, ...slots.next.values()]);

  const values = new Map<string, Float64Array>();
  for (const [name, { data }] of initial) values.set(`param/${name}`, data);
  for (const [name, { shape, value }] of slots.initial) {
    values.set(`slot/${name}`, new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(value));
  }
  const names = [
    ...[...params.keys()].map((name) => `param/${name}`),
    ...[...slots.next.keys()].map((name) => `slot/${name}`),
  ];
  const path: Numbers[] = [];
  for (let step = 0; step < steps; step++) {
    const before = new Map([...params.keys()].map((name) => [name, values.get(`param/${name}`)!]));
    for (const [name, data] of gradient(step, before)) values.set(`gradient/${name}`, data);
    values.set('lr', Float64Array.of(typeof lr === 'number' ? lr : lr({ step, images: step })));
    const results = run((name) => values.get(name));
    names.forEach((name, i) => {
      values.set(name, results[i]!);
    });
    path.push(new Map([...params.keys()].map((name) => [name, values.get(`param/${name}`)!])));
  }
  return path;
}

/** A transform on leaves `gradient/<name>` and `param/<name>`, with the slots it used. */
export function applied(
  transform: Transform,
  shapes: ReadonlyMap<string, { shape: Shape }>,
): { slots: TestSlots; updates: Named } {
  const leaves = (prefix: string): Named =>
    new Map([...shapes].map(([name, { shape }]) => [name, state(`${prefix}/${name}`, shape)]));
  const slots = testSlots();
  return { slots, updates: transform(leaves('gradient'), leaves('param'), slots) };
}
