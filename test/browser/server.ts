import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
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
  </script>
</html>`;

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** The programs of the test with their types taken out, importing the built files in place of the sources. */
async function programs(): Promise<string> {
  const source = await readFile(new URL('programs.ts', import.meta.url), 'utf8');
  const { code } = await transform(source, { loader: 'ts', target: 'es2022' });
  return code.replaceAll(/"..\/..\/src\/(.*)\.ts"/g, '"/dist/$1.js"');
}

async function contentOf(path: string): Promise<string | Buffer> {
  if (path === '/') return page;
  if (path === '/programs.js') return programs();
  if (path.startsWith('/dist/')) return readFile(new URL(`.${path}`, root));
  const file = path.replace(/^\/onnxruntime\//, '');
  return readFile(new URL(`node_modules/onnxruntime-web/dist/${file}`, root));
}

/** Serves the page on a free port, isolated so that WebAssembly may use threads. */
export async function serve(): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    try {
      const content = await contentOf(path);
      response.writeHead(200, {
        'content-type': types[extname(path) || '.html'] ?? 'application/octet-stream',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      });
      response.end(content);
    } catch {
      response.writeHead(404).end(`not found: ${path}`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

export const builtFile = fileURLToPath(new URL('dist/runtime/web.js', root));
