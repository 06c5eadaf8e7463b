// Removes the last build, so that nothing of a file since renamed or deleted is packed.
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
