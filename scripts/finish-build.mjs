// What the compiler leaves undone: the command line must be executable, and the weights of classifiers lie beside the code.
import { chmodSync, cpSync } from 'node:fs';

chmodSync(new URL('../dist/cli/main.js', import.meta.url), 0o755);
cpSync(
  new URL('../src/features/classifiers', import.meta.url),
  new URL('../dist/features/classifiers', import.meta.url),
  { recursive: true },
);
