import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { openPage } from '../../test/support/browser.ts';
import type { Child, Timing, Versions } from '../child.ts';

const root = new URL('../../', import.meta.url);

/** The library is served as it is, for it finds its WebAssembly beside itself; the rest is one bundle. */
const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>gansmith bench</title>
  <link rel="icon" href="data:,">
  <script type="importmap">
    { "imports": {
      "onnxruntime-web/wasm": "/onnxruntime/ort.wasm.bundle.min.mjs",
      "onnxruntime-web/webgpu": "/onnxruntime/ort.webgpu.bundle.min.mjs"
    } }
  </script>
  <script type="module" src="/bundle.js"></script>
</html>`;

async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    external: ['onnxruntime-web/*'],
    nodePaths: [fileURLToPath(new URL('bench/engines/node_modules', root))],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

/** WebGPU in software where there is no graphics processor: Chromium then offers SwiftShader as its adapter. */
const FLAGS = [
  '--enable-unsafe-webgpu',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
];

/**
 * An engine in a browser of its own.
 * @param entry The file of the page, from here.
 * @param query What the page is told, such as `backend=webgl`.
 */
export async function startPage(
  title: string,
  entry: string,
  query: string,
  limitSeconds: number,
): Promise<Child> {
  const bundle = await bundled(entry);
  const contentOf = async (path: string) => {
    if (path === '/') return page;
    if (path === '/bundle.js') return bundle;
    const file = path.replace(/^\/onnxruntime\//, '');
    return readFile(new URL(`node_modules/onnxruntime-web/dist/${file}`, root));
  };
  const opened = await openPage(contentOf, { query, flags: FLAGS });
  return {
    time: (workload, iterations) => {
      const answer = opened.page.evaluate<Timing>(`time(${JSON.stringify(workload)}, ${iterations})`);
      return withinLimit(title, answer, limitSeconds);
    },
    versions: async () => ({
      ...(await opened.page.evaluate<Versions>('versions()')),
      chromium: opened.page.context().browser()!.version(),
      isolated: await opened.page.evaluate<boolean>('crossOriginIsolated'),
    }),
    stop: opened.close,
  };
}

/** A page cannot be interrupted, but it can be left alone: `stop` closes its browser. */
async function withinLimit<T>(title: string, answer: Promise<T>, seconds: number): Promise<T> {
  answer.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${title}: no answer within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (problem) {
    const [line] = (problem as Error).message.split('\n');
    throw new Error(line!.startsWith(title) ? line : `${title}: ${line}`);
  } finally {
    clearTimeout(timer);
  }
}
