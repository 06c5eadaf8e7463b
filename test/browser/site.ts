import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { type OpenedPage, openPage } from '../support/browser.ts';

const root = new URL('../../', import.meta.url);

/** The built files as they are, found by an import map: nothing is bundled. */
const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>gansmith in a browser</title>
  <link rel="icon" href="data:,">
  <script type="importmap">
    { "imports": {
      "onnxruntime-web/wasm": "/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs",
      "onnxruntime-web/webgpu": "/node_modules/onnxruntime-web/dist/ort.webgpu.bundle.min.mjs",
      "zod": "/node_modules/zod/index.js"
    } }
  </script>
  <script type="module">
    import { createWebGpuExecutor, webExecutor } from '/dist/runtime/web.js';
    import * as programs from '/programs.js';
    import * as gans from '/gans.js';
    const open = { wasm: () => webExecutor, webgpu: createWebGpuExecutor };
    globalThis.run = async (name, on) => ({ ...programs, ...gans })[name](await open[on]());
    globalThis.problemOf = async (on) => { try { await open[on](); } catch (error) { return error.message; } };
    globalThis.ready = true;
  </script>
</html>`;

/** A file beside this one with its types taken out, importing the built files in place of the sources. */
async function script(name: string): Promise<string> {
  const source = await readFile(new URL(`${name}.ts`, import.meta.url), 'utf8');
  const { code } = await transform(source, { loader: 'ts', target: 'es2022' });
  return code
    .replaceAll(/"..\/..\/src\/(.*)\.ts"/g, '"/dist/$1.js"')
    .replaceAll(/"(\.\/.*)\.ts"/g, '"$1.js"');
}

async function contentOf(path: string): Promise<string | Buffer> {
  if (path === '/') return page;
  const own = path.match(/^\/(programs|gans)\.js$/);
  return own ? script(own[1]!) : readFile(new URL(`.${path}`, root));
}

/** The page on the built files, in a browser with further flags. */
export async function openBuilt(flags: readonly string[]): Promise<OpenedPage> {
  const built = fileURLToPath(new URL('dist/runtime/web.js', root));
  if (!existsSync(built)) throw new Error(`no ${built}: run 'npm run build' first`);
  return openPage(contentOf, { flags });
}

/** Distance over length (L2). */
export function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.hypot(...actual.map((x, i) => x - expected[i]!)) / Math.max(Math.hypot(...expected), 1e-3);
}
