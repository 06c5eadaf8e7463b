import { defineConfig } from 'vitest/config';

const report = process.env.VITEST_JSON;

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'studio/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/long/**', '**/node_modules/**'],
    testTimeout: 60_000,
    maxWorkers: 2,
    reporters: report ? ['dot', 'json'] : ['dot'],
    ...(report ? { outputFile: { json: report } } : {}),
  },
});
