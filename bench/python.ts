import { spawnSync } from 'node:child_process';

/**
 * The Python to run PyTorch with: the environment variable GANSMITH_PYTHON, else `python3`.
 * Throws an Error that says how to get one when it has no PyTorch.
 */
export function findPython(): string {
  const python = process.env.GANSMITH_PYTHON ?? 'python3';
  const { status, error } = spawnSync(python, ['-c', 'import torch, numpy'], { stdio: 'ignore' });
  if (status === 0) return python;
  const problem = error ? `'${python}' cannot be started` : `'${python}' has no PyTorch`;
  throw new Error(
    [
      `The benchmark compares with PyTorch, but ${problem}. Make an environment and point to it:`,
      '  python3 -m venv ~/torch-venv',
      '  ~/torch-venv/bin/pip install torch numpy',
      '  GANSMITH_PYTHON=~/torch-venv/bin/python npm run bench',
    ].join('\n'),
  );
}
