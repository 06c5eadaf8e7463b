import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { keepOffline } from './offline.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const studio = fileURLToPath(new URL('.', import.meta.url));

/** The package's entries by the name they are imported by, as files of its source. */
function packageEntries(): { find: RegExp; replacement: string }[] {
  const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  return Object.entries<string | Record<string, string | { default: string }>>(exports).flatMap(
    ([path, entry]) => {
      if (typeof entry === 'string') return [];
      const target = (entry.browser as { default: string } | undefined)?.default ?? entry.default;
      if (typeof target !== 'string') return [];
      const source = target.replace('./dist/', `${root}src/`).replace(/\.js$/, '.ts');
      return [{ find: new RegExp(`^gansmith${path.slice(1)}$`), replacement: source }];
    },
  );
}

export default defineConfig({
  root: studio,
  // Relative addresses, so that the pages work from any folder of any web server.
  base: './',
  resolve: { alias: packageEntries() },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: `${root}dist/studio`,
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // The licences of what is bundled ask to be told beside it.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: {
        index: `${studio}index.html`,
        embedded: `${studio}embedded.html`,
        'gan-lab': `${studio}src/lab/embed/ganLab.ts`,
        'service-worker': `${studio}src/offline/serviceWorker.ts`,
      },
      // Other pages name these, and browsers look for a new service worker by its name, so names may not change with the content.
      output: {
        entryFileNames: ({ name }) =>
          ['gan-lab', 'service-worker'].includes(name) ? `${name}.js` : 'assets/[name]-[hash].js',
      },
    },
  },
  plugins: [keepOffline()],
  worker: { format: 'es' },
  server: { proxy: { '/api': 'http://127.0.0.1:4810' } },
});
