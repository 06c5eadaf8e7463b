import type { Control } from 'gansmith';
import type { Latent } from './latent.ts';
import type { Place } from './places.ts';

/** What runs a model: `auto` is WebGPU where there is a graphics processor for it, else WebAssembly. */
export type Device = 'auto' | 'webgpu' | 'wasm';

/** What is known of an opened generator. */
export interface About {
  /** Counts what was opened in this tab. */
  id: number;
  /** SHA-256 of the file in hexadecimal; empty where the browser does not compute it. */
  hash: string;
  /** Name of the system; the file's name for models that do not say. */
  gan: string;
  data: string | undefined;
  step: number | undefined;
  /** Settings of the system as JSON. */
  config: string | undefined;
  kind: 'images' | 'points';
  /** Of one sample: [C, H, W] or [D]. */
  shape: readonly number[];
  latent: Latent;
  /** Whether the file says how its noise is distributed; otherwise standard normals are taken. */
  knownPrior: boolean;
  /** The model's own psi, where it is an input of it: its range, and what it means. */
  psi: Pick<Control, 'low' | 'high' | 'meaning'> | undefined;
  /** Names of the classes to choose from; empty for a system without. */
  classes: readonly string[];
  device: 'webgpu' | 'wasm';
  /** Of a generator with styles: its layers, or `apart` where the file holds the whole without its two parts. */
  styles: StylesAbout | 'apart' | undefined;
}

export interface StylesAbout {
  /** How many styles a picture is made of. */
  layers: number;
  /** Side of what each layer makes, the coarsest first; undefined where the file does not say. */
  resolutions: readonly number[] | undefined;
}

/** A file that was chosen, or loaded from the server. */
export interface GivenFile {
  name: string;
  bytes: ArrayBuffer;
}

export interface MakeRequest {
  places: readonly Place[];
  /** Given to a model that has it as an input; for others, what latents are multiplied by. */
  psi: number;
  /** Class of all; undefined lets the seed choose, as everywhere in gansmith. */
  label: number | undefined;
}

/** Samples [N, C, H, W] in [-1, 1], or [N, D]. */
export interface Made {
  shape: readonly number[];
  data: Float32Array;
  /** Milliseconds. */
  took: number;
}

/** What is known of an opened critic. */
export interface CriticAbout {
  gan: string;
  /** Of what it says of one picture: [1], or [1, h, w] where it judges patches. */
  shape: readonly number[];
  /** Whether it is told the class. */
  conditional: boolean;
}

export type Question =
  /** Opens a critic: that of the file, or that of the checkpoint which is open. */
  | { type: 'critic'; file?: ArrayBuffer; name: string }
  | { type: 'judge'; pictures: Pick<Made, 'shape' | 'data'>; labels: readonly number[] }
  /** Two files are the mapping and the synthesis of one generator. */
  | { type: 'open'; files: readonly GivenFile[]; name: string; device: Device }
  | { type: 'make'; request: MakeRequest };

export type Answer =
  /** Undefined for a file that is no critic. */
  | { type: 'critic'; about: CriticAbout | undefined }
  /** Scores [N, ...shape of one]. */
  | { type: 'judged'; scores: Float32Array }
  | { type: 'opened'; about: About }
  | { type: 'made'; made: Made }
  | { type: 'failed'; message: string };

export type Asked = { id: number; question: Question };
export type Answered = { id: number; answer: Answer };
