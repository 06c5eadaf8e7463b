import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

const root = new URL('../../', import.meta.url);

/** The built files as they are, found by an import map: nothing is bundled. */
const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>gansmith in a browser</title>
  <link rel="icon" href="data:,">
  <script type="importmap">{ "imports": { "onnxruntime-web/wasm": "/onnxruntime/ort.wasm.bundle.min.mjs" } }</script>
  <script type="module">
    import { webExecutor } from '/dist/runtime/web.js';
    import * as programs from '/programs.js';
    globalThis.run = (name) => programs[name](webExecutor);
    globalThis.ready = true;
  </script>
</html>`;

/** The programs of the test with their types taken out, importing the built files in place of the sources. */
async function programs(): Promise<string> {
  const source = await readFile(new URL('programs.ts', import.meta.url), 'utf8');
  const { code } = await transform(source, { loader: 'ts', target: 'es2022' });
  return code.replaceAll(/"..\/..\/src\/(.*)\.ts"/g, '"/dist/$1.js"');
}

/** What the page asks for, by path. */
export async function contentOf(path: string): Promise<string | Buffer> {
  if (path === '/') return page;
  if (path === '/programs.js') return programs();
  if (path.startsWith('/dist/')) return readFile(new URL(`.${path}`, root));
  const file = path.replace(/^\/onnxruntime\//, '');
  return readFile(new URL(`node_modules/onnxruntime-web/dist/${file}`, root));
}

export const builtFile = fileURLToPath(new URL('dist/runtime/web.js', root));
