import { mul, sub } from '../graph/ops/elementwise.ts';
import type { Shape } from '../graph/shape.ts';
import type { Tensor, TensorLike } from '../graph/tensor.ts';

/** Tensors by parameter name, in a fixed order. */
export type Named = ReadonlyMap<string, Tensor>;

/** What an update rule may remember between steps. Slots are states of the run, so they resume with it. */
export interface Slots {
  /** Current value of a slot, filled with `initial` before the first step. Names are unique in one optimizer. */
  get(name: string, shape: Shape, initial?: number): Tensor;
  set(name: string, next: Tensor): void;
}

/** One link of an update rule: from gradients (or another link's result) to updates, as a pure function of tensors. */
export type Transform = (updates: Named, params: Named, slots: Slots) => Map<string, Tensor>;

/** How far a run is, for schedules: both counted from the first step of the run. */
export interface Progress {
  step: number;
  images: number;
  /** Steps the run is planned to take, if that is known. */
  totalSteps?: number;
}

/** A number that changes along a run, computed on the host and fed to the step. */
export type Schedule = number | ((progress: Progress) => number);

/** An update rule: parameters move to `project(param - lr * transform(gradient))`. */
export interface Optimizer {
  lr: Schedule;
  transform: Transform;
  /** Brings a moved parameter back into the set it must stay in. Default: anything goes. */
  project?: (moved: Tensor) => Tensor;
}

/** The parameters after a move along `directions`, by name. */
export const moved = (
  { project }: Optimizer,
  params: Named,
  directions: Named,
  rate: TensorLike,
): Map<string, Tensor> =>
  new Map(
    [...params].map(([name, param]) => {
      const next = sub(param, mul(directions.get(name)!, rate));
      return [name, project ? project(next) : next];
    }),
  );
