import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { GansmithError } from '../../base/errors.ts';
import { RUN_FILES, stepName } from '../../train/node.ts';
import type { NearestBody, NearestMessage } from './api.ts';
import { pathWithin } from './files.ts';
import { checked, Refusal } from './guard.ts';
import { askHelper } from './helper.ts';
import type { Library } from './library.ts';

const nearestBody: z.ZodType<NearestBody> = z.strictObject({
  by: z.enum(['pixels', 'features']),
  count: z.int().min(1).max(64),
  shape: z.array(z.int().min(1).max(1024)).length(3),
  pixels: z.base64(),
});

const modelBody = z.strictObject({
  network: z.enum(['G', 'D', 'mapping', 'synthesis']),
  step: z.int().min(0).optional(),
});

/** Questions that wait for the one before. */
const MOST_WAITING = 4;
let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/** One at a time: each takes a core, and memory for the data of a run. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  if (waiting >= MOST_WAITING)
    throw new Refusal(409, 'the studio has enough to look up already; ask again when it is done');
  waiting++;
  const mine = last.then(work, work);
  last = mine;
  return mine.finally(() => {
    waiting--;
  });
}

/** Answers with lines of JSON (NearestMessage): how far the search is, then what it found. */
export async function sendNearest(
  response: ServerResponse,
  library: Library,
  run: string,
  given: object,
): Promise<void> {
  const body = checked(nearestBody, given);
  const expected = body.shape.reduce((product, size) => product * size, 1);
  const bytes = Buffer.byteLength(body.pixels, 'base64');
  if (bytes !== expected)
    throw new Refusal(
      400,
      `expected ${expected} bytes of a picture of ${body.shape.join('x')}, got ${bytes}`,
    );
  const { path } = await runFolder(library, run);
  await alone(async () => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    const send = (message: NearestMessage) => response.write(`${JSON.stringify(message)}\n`);
    try {
      const question = { kind: 'nearest', run: path, body } as const;
      send({
        found: await askHelper(question, (done, total, what) => send({ done, total, what })),
      });
    } catch (error) {
      if (!(error instanceof GansmithError)) throw error;
      send({ error: error.message.replaceAll(path, run) });
    }
    response.end();
  });
}

/** Answers with a network of a run as an ONNX model, of GANs of a user's own file too. */
export async function sendModel(
  response: ServerResponse,
  library: Library,
  run: string,
  given: object,
): Promise<void> {
  const { network, step } = checked(modelBody, given);
  const folder = await runFolder(library, run);
  const file = step === undefined ? undefined : `${stepName(step)}.safetensors`;
  const { path } = file ? await pathWithin(library.root, [run, RUN_FILES.checkpoints, file]) : folder;
  const bytes = await alone(() => askHelper({ kind: 'model', path, network })).catch((error: unknown) => {
    if (!(error instanceof GansmithError) || error instanceof Refusal) throw error;
    throw new GansmithError(error.message.replaceAll(folder.path, run));
  });
  response
    .writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' })
    .end(bytes);
}

async function runFolder(library: Library, run: string): Promise<{ path: string }> {
  await pathWithin(library.root, [run, RUN_FILES.record]);
  return pathWithin(library.root, [run]);
}
