import { readFileSync } from 'node:fs';
import { decodeSafetensors } from '../../src/base/safetensors.ts';

const FOLDER = new URL('../../reference/fixtures/', import.meta.url);

/** How a tensor is made from a name; see hashing.ts. */
export interface Drawn {
  name: string;
  draw: 'value' | 'sign';
  shape: number[];
  scale: number;
  offset: number;
}

/** What a fixture says of itself. Fields that a system does not have are absent from its fixtures. */
export interface Settings {
  system: 'gan' | 'dcgan' | 'wgan-gp';
  /** Channels, height, width. */
  image: [number, number, number];
  latent: number;
  batch: number;
  steps: number;
  criticSteps: number;
  adam: { lr: number; b1: number; b2: number; eps: number };
  generator: number[];
  critic: number[];
  batchNorm: boolean;
  dropout: number;
  loss: 'non-saturating' | 'saturating';
  prior: 'normal' | 'uniform';
  width: number;
  head: 'conv';
  lambda: number;
  /** Weights and data that are drawn instead of stored. */
  tensors: Record<string, Drawn>;
  /** Rows of sign projections of each gradient. */
  rows: number;
  /** Parameters whose gradient is zero in exact arithmetic, so that rounding alone decides what it is. */
  vanishing: string[];
  /** Numbers to check an implementation of the hash against. */
  examples: { name: string; fnv1a32: number; hashes: number[]; values: number[]; signs: number[] };
  images: { example: { name: string; image: number; y: number; pixels: number[] } };
}

export interface Stored {
  shape: readonly number[];
  /** Row-major. */
  data: Float64Array;
}

export interface Fixture {
  settings: Settings;
  tensors: ReadonlyMap<string, Stored>;
  get(name: string): Stored;
  /** Tensors whose name begins with `prefix`, by the rest of the name. */
  under(prefix: string): Map<string, Stored>;
}

/** Reads reference numbers that the scripts in `reference/` made with PyTorch. */
export function readFixture(name: string): Fixture {
  const url = new URL(`${name}.safetensors`, FOLDER);
  const { tensors, metadata } = decodeSafetensors(new Uint8Array(readFileSync(url)), name);
  const stored = new Map(
    [...tensors].map(([key, { shape, data }]) => [key, { shape, data: data as Float64Array }]),
  );
  const get = (key: string): Stored => {
    const found = stored.get(key);
    if (!found) throw new Error(`fixture ${name} has no tensor '${key}'`);
    return found;
  };
  const under = (prefix: string) =>
    new Map(
      [...stored]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
  return { settings: JSON.parse(metadata.settings!), tensors: stored, get, under };
}
