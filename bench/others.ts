import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The engines that `--engines` can add to PyTorch eager. */
export const otherEngines: Record<string, { title: string; command: (python: string) => readonly string[] }> =
  {
    'pytorch-compile': {
      title: 'torch.compile',
      command: (python) => [python, path('pytorch/worker.py'), '--compile'],
    },
    tfjs: {
      title: 'TensorFlow.js',
      command: () => [process.execPath, '--import', 'tsx', path('engines/tfjsWorker.ts')],
    },
    'jax-js': {
      title: 'jax-js',
      command: () => [process.execPath, '--import', 'tsx', path('engines/jaxjsWorker.ts')],
    },
  };

const PACKAGES = path('engines/node_modules');

/**
 * The engines in a list such as `pytorch,tfjs`; PyTorch eager is always measured and may be named.
 * Throws an Error for an unknown one, and one that says how to install the packages of others when they are missing.
 */
export function chosenEngines(list: string, packages = PACKAGES): string[] {
  const names = list.split(',').filter((name) => name !== 'pytorch' && name !== '');
  const unknown = names.filter((name) => !Object.hasOwn(otherEngines, name));
  if (unknown.length > 0) {
    throw new Error(
      `unknown engine ${unknown.join(', ')}; there are pytorch, ${Object.keys(otherEngines).join(', ')}`,
    );
  }
  if (names.some((name) => name !== 'pytorch-compile')) requirePackages(packages);
  return names;
}

/** The other engines' packages are no dependencies of gansmith, so they may be missing. */
export function requirePackages(packages = PACKAGES): void {
  if (existsSync(packages)) return;
  throw new Error(
    'TensorFlow.js and jax-js are not installed, as gansmith does not need them. Install them for the benchmark:\n' +
      '  npm ci --prefix bench/engines --ignore-scripts',
  );
}
