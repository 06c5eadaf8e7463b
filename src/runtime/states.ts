import { GansmithError } from '../base/errors.ts';
import { formatShape, type Shape, sizeOf } from '../graph/shape.ts';
import type { States } from './executor.ts';

/** How an executor keeps a float32 state between runs. */
export interface Holder<T> {
  /** Takes numbers over; they are not copied where they already have the right form. */
  hold(data: Float32Array | Float64Array, shape: Shape): T;
  shapeOf(held: T): Shape;
  /** The numbers themselves, not a copy. */
  dataOf(held: T): Float32Array | Float64Array;
}

export interface StateStore<T> {
  create(): States;
  /** What the executor holds for these states, undefined when another executor made them. */
  heldBy(states: States): Map<string, T> | undefined;
}

/** Makes sets of states that hold values of the executor's own kind. */
export function createStateStore<T>({ hold, shapeOf, dataOf }: Holder<T>): StateStore<T> {
  const sets = new WeakMap<States, Map<string, T>>();
  return {
    heldBy: (states) => sets.get(states),
    create() {
      const values = new Map<string, T>();
      const get = (name: string): T => {
        const value = values.get(name);
        if (value === undefined) throw new GansmithError(`states: there is no state '${name}'`);
        return value;
      };
      const states: States = {
        names: () => [...values.keys()],
        has: (name) => values.has(name),
        shape: (name) => shapeOf(get(name)),
        read: (name) => dataOf(get(name)).slice(),
        write(name, shape, data) {
          if (data.length !== sizeOf(shape)) {
            throw new GansmithError(
              `states: '${name}' is ${formatShape(shape)}, which ${data.length} numbers do not fill`,
            );
          }
          const copy = data instanceof Float32Array ? data.slice() : Float64Array.from(data);
          values.set(name, hold(copy, shape));
        },
        remove(name) {
          values.delete(name);
        },
      };
      sets.set(states, values);
      return states;
    },
  };
}
