import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useScratch } from '../../../test/support/imageFiles.ts';
import { UsageError } from '../../base/errors.ts';
import { findPackage, requirePackages } from './packages.ts';

const scratch = useScratch();

test('missing packages are named with the line that installs them', () => {
  const wanted = { '@dicebear/core': '9.4.3', '@dicebear/pixel-art': '9.4.3' };
  expect(() => requirePackages('dicebear:pixel-art', wanted, () => undefined)).toThrow(UsageError);
  expect(() => requirePackages('dicebear:pixel-art', wanted, () => undefined)).toThrow(
    "data 'dicebear:pixel-art': the packages @dicebear/core and @dicebear/pixel-art are not installed here; " +
      "run 'npm install @dicebear/core@9.4.3 @dicebear/pixel-art@9.4.3'",
  );
  const onlyCore = (name: string) => (name === '@dicebear/core' ? scratch.root : undefined);
  expect(() => requirePackages('dicebear:pixel-art', wanted, onlyCore)).toThrow(
    "the package @dicebear/pixel-art is not installed here; run 'npm install @dicebear/pixel-art@9.4.3'",
  );
});

test('what is installed is found with its version, also a package whose exports hide package.json', async () => {
  await scratch.put('p/package.json', JSON.stringify({ version: '1.2.3', exports: './index.js' }));
  expect(requirePackages('x', { p: '1.0.0' }, () => join(scratch.root, 'p'))).toEqual([
    { name: 'p', folder: join(scratch.root, 'p'), version: '1.2.3' },
  ]);
  expect(findPackage('zod')).toMatch(/node_modules.zod$/);
  expect(findPackage('@gansmith/no-such-package')).toBeUndefined();
});
