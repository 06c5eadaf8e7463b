import type * as z from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { RandomInput } from '../nn/distribution.ts';
import type { NetworkFunction } from '../nn/scope.ts';
import type { Optimizer, Schedule } from '../optim/optimizer.ts';
import { sampledByStyles } from './styles.ts';
import type { BoundNetwork } from './trace.ts';

/** Settings every system has: how many examples a step sees. */
export type BaseConfig = { batch: number };

export type NetworkSet = Record<string, NetworkFunction>;
export type InputSet = Record<string, RandomInput>;

/** The networks of a step, ready to be called. */
export type Bound<N extends NetworkSet> = { [Name in keyof N]: BoundNetwork };

/** The tensors of a step: the declared random inputs, and what comes from the data. */
export type StepValues<I extends InputSet> = { [Name in keyof I]: Tensor } & {
  /** Real examples, [B, ...shape of one]. */
  real: Tensor;
  /** Class of each real example, int32 [B]; zeros when the data has no classes. */
  label: Tensor;
};

/** One kind of update: which networks it trains, how often, and the loss it minimises. */
export interface Phase<N extends NetworkSet = NetworkSet, I extends InputSet = InputSet> {
  name: string;
  trains: (keyof N & string) | readonly (keyof N & string)[];
  /** Runs per iteration, each on fresh data and noise. Default 1. */
  repeat?: number;
  /**
   * Runs only in every k-th iteration: lazy regularisation. What is minimised is the loss times k, so that its strength on
   * average stays; give the network's optimizer `adam(lazy(k, ...))`. Default 1.
   */
  every?: number;
  /** The loss, and any further scalars worth a chart. */
  step(networks: Bound<N>, values: StepValues<I>): { loss: Tensor } & Record<string, Tensor>;
}

/** An exponential moving average of a network's weights, moved whenever the network is trained. */
export interface Average {
  /** Images after which half of an old weight is forgotten. */
  halfLife: number;
  /** Shortens the half-life early on to this share of the images seen so far. Default: no ramp. */
  rampUp?: number;
  /** Images until which the average is the network itself. Default 0. */
  start?: number;
  /**
   * Running statistics of the averaged network: averaged like the weights, read from the live network, or re-estimated by the averaged
   * network itself on fresh noise before its samples and checkpoints (standing statistics, BigGAN, arXiv:1809.11096, section 3).
   */
  statistics: 'average' | 'copy' | 're-estimated';
  /** Batches that statistics are re-estimated over. Default 16. */
  batches?: number;
}

/**
 * A part of a run with settings of its own, such as a resolution. When a run comes to it, programs are built anew; what is kept
 * between steps stays by its name, what the stage does not know is dropped, and what it alone knows begins as at the start of a run.
 */
export interface Stage<C extends BaseConfig = BaseConfig, N extends NetworkSet = NetworkSet> {
  /** Images of the whole run at which it ends, with the first step that reaches them. Infinity for the last. */
  untilImages: number;
  /** Settings that stand in for those of the run. */
  settings: Partial<C>;
  /** Networks whose optimizer forgets what it remembers when the stage begins. Default: none. */
  restarts?: readonly (keyof N & string)[];
}

/** A number that whoever samples may set, such as how far truncation goes. */
export interface Control {
  default: number;
  low: number;
  high: number;
  meaning: string;
}

/** A system that makes pictures in two parts, with a style for each layer between them: StyleGAN and its kin. */
export interface Styles<N extends NetworkSet = NetworkSet, I extends InputSet = InputSet> {
  /** From the random inputs, and the class, to styles w [B, layers, W], the coarsest layer first. */
  mapping(networks: Bound<N>, values: StepValues<I>): Tensor;
  /** The running mean of w [W], which truncation draws styles towards. */
  mean(networks: Bound<N>): Tensor;
  /** Layers that truncation changes, the coarsest first. Default: all. */
  cutoff?: number | undefined;
  /** Side of the feature maps that each layer's style makes, for whoever mixes styles. */
  resolutions?: readonly number[];
  /** From styles w [B, layers, W], which may differ from layer to layer, to pictures. */
  synthesis(networks: Bound<N>, w: Tensor): Tensor;
}

/** A GAN, declared. See docs/add-a-gan.md. */
export interface Gan<
  C extends BaseConfig = BaseConfig,
  N extends NetworkSet = NetworkSet,
  I extends InputSet = InputSet,
> {
  name: string;
  title: string;
  /** Where it was published, such as `arXiv:1704.00028`. */
  paper?: string;
  data: readonly DataShape['kind'][];
  /** A strict schema: every setting with its type, range, default and meaning. */
  config: z.ZodType<C> & { shape: Record<string, z.ZodType> };
  /** Named sets of settings. */
  presets?: Record<string, Record<string, unknown>>;
  /** The preset that suits the data when the user names none. */
  presetFor?(data: DataShape): string | undefined;
  networks(config: C, data: DataShape): N;
  optimizers(config: C): { [Name in keyof N]?: Optimizer };
  inputs(config: C, data: DataShape): I;
  phases(config: C, data: DataShape): readonly Phase<N, I>[];
  averages?(config: C): { [Name in keyof N]?: Average };
  /** Scalars that change along a run, besides learning rates; a network or step reads one by `scheduled(name)`. */
  schedules?(config: C): Record<string, Schedule>;
  /** Parts of the run, the first one first; everything else is asked for with the settings of the current one. Default: no parts. */
  stages?(config: C, data: DataShape): readonly Stage<C, N>[];
  /** Why these settings cannot work together or on such data, a sentence each; none when they can. */
  refuses?(config: C, data: DataShape): readonly string[];
  /**
   * Numbers that whoever samples may set; `sample` reads one by `control(name)`, and an exported generator has it as a scalar
   * input. One called `psi` is what truncation sets; without it, truncation scales the latents.
   */
  controls?(config: C): Record<string, Control>;
  /**
   * The two parts of a generator with styles. From them `sample` and the control `psi` follow, which truncates between the two,
   * and each part can be run, explored and exported by itself.
   */
  styles?(config: C, data: DataShape): Styles<N, I>;
  /** How a picture is made from the inputs. Default: `G(z)`. Where there are `styles`, they say it. */
  sample?(networks: Bound<N>, values: StepValues<I>, config: C, data: DataShape): Tensor;
}

/** A GAN whose settings, networks and inputs are known only at run time: what the loop and the command line handle. */
export type AnyGan = Gan<BaseConfig, NetworkSet, InputSet>;

/**
 * Declares a GAN. Types flow from the parts: settings from the schema, network names from `networks`, noise names from
 * `inputs`, so `trains: 'Gx'` or `values.zz` do not compile.
 */
export function defineGan<Shape extends z.core.$ZodLooseShape, N extends NetworkSet, I extends InputSet>(
  gan: Omit<Gan<z.output<z.ZodObject<Shape, z.core.$strict>> & BaseConfig, N, I>, 'config'> & {
    config: z.ZodObject<Shape, z.core.$strict>;
  },
): AnyGan {
  // The loop hands a declaration only what its own schema, networks and inputs made, so erasing the types is safe.
  const declared = gan as unknown as AnyGan;
  return { ...declared, ...(declared.styles ? sampledByStyles(declared.styles) : {}) };
}
