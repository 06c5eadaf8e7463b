import { defineConfig } from 'vitest/config';

const report = process.env.VITEST_JSON;

/** Unit tests that put others in the place of modules, before anything has loaded them. */
const REPLACING = ['src/base/node.test.ts'];

export default defineConfig({
  test: {
    // Generous, for machines that have other work too.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: report ? ['dot', 'json'] : ['dot'],
    ...(report ? { outputFile: { json: report } } : {}),
    projects: [
      // Unit tests leave nothing behind, so files share a process and the modules that it has loaded.
      {
        extends: true,
        test: {
          name: 'units',
          include: ['src/**/*.test.ts', 'studio/src/**/*.test.ts'],
          exclude: REPLACING,
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'whole', include: ['test/**/*.test.ts', ...REPLACING], exclude: ['test/long/**'] },
      },
    ],
  },
});
