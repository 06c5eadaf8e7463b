import { GansmithError } from '../../base/errors.ts';
import type { Shape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Scope } from '../../nn/scope.ts';

/** PyTorch's names of what layers here keep under other names. */
const TORCH_NAMES: Readonly<Record<string, string>> = { mean: 'running_mean', variance: 'running_var' };

/**
 * A scope for a finished network whose tensors have PyTorch's names, such as `Mixed_5b.branch1x1.bn.running_mean`. `find`
 * gives the tensor of a name, and throws where there is none; `results` collects what the network hands out besides.
 */
export function torchScope(
  find: (name: string, shape: Shape) => Tensor,
  results: Map<string, Tensor> = new Map(),
): Scope {
  const made = new Map<string, unknown>();
  const at = (path: string): Scope => {
    const named = (name: string): string => (path === '' ? name : `${path}.${name}`);
    return {
      path,
      mode: 'sample',
      in: (name, body) => body(at(named(name))),
      param: (name, shape) => find(named(name), shape),
      state: (name, shape) => find(named(TORCH_NAMES[name] ?? name), shape),
      advance: () => {},
      random: (name) => {
        throw new GansmithError(`${named(name)}: a finished network draws no random numbers`);
      },
      result: (name, value) => {
        results.set(name, value);
      },
      once: <T>(name: string, make: () => T): T => {
        if (!made.has(named(name))) made.set(named(name), make());
        return made.get(named(name)) as T;
      },
    };
  };
  return at('');
}
