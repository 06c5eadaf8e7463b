import type { RandomStream } from '../base/random.ts';
import type { Shape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Distribution } from './distribution.ts';

/** Initial numbers of a parameter, drawn from a stream that belongs to its full name alone. */
export type Initializer = (stream: RandomStream, shape: Shape) => Float32Array;

/**
 * Where a network registers what it owns. Names nest (`D/down2/weight`) and are stable: checkpoints, initial values and
 * error messages use them.
 */
export interface Scope {
  /** Full name so far, such as `D/down2`. */
  readonly path: string;
  /** `train` uses and advances batch statistics; `sample` uses the running ones and draws nothing. */
  readonly mode: 'train' | 'sample';
  /** Weight of the newest batch in running statistics, where a program says it for all layers; else each has its own. */
  readonly statisticsRate?: Tensor | undefined;
  /** Runs `body` one level deeper. Errors thrown inside name the place. */
  in<T>(name: string, body: (scope: Scope) => T): T;
  /** A learned parameter. Asking twice for one name gives the same tensor; another shape is an error. */
  param(name: string, shape: Shape, init: Initializer): Tensor;
  /** The current symbolic value of a state that training advances, such as a running mean. */
  state(name: string, shape: Shape, init: Initializer): Tensor;
  /** Replaces a state's current value for the calls that follow. Without effect in calls made for a penalty. */
  advance(name: string, next: Tensor): void;
  /** Random numbers of the given full shape, drawn anew for each call and each step. */
  random(name: string, shape: Shape, distribution: Distribution): Tensor;
  /** A further result of the network's call besides the tensor it returns, such as features or the logits of classes. */
  result(name: string, value: Tensor): void;
  /** The result of `make`, made once per network and phase: spectral norm's power iteration. */
  once<T>(name: string, make: () => T): T;
}

/** A network: from a scope and input tensors to an output tensor. */
export type NetworkFunction = (scope: Scope, ...inputs: Tensor[]) => Tensor;
