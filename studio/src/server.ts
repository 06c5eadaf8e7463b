import { signal } from '@preact/signals';
import type { ModelBody, RefusalBody, StreamMessages } from 'gansmith/studio';
import { token } from './shell/token.ts';

/** Something the server refused or could not do, in a sentence to show. */
export class ServerError extends Error {
  /** What is wrong with single fields of the request, by their paths. */
  readonly fields: Readonly<Record<string, string>>;
  constructor(message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.fields = fields;
  }
}

/** Address below the server's, from parts that are encoded. */
export const pathOf = (...parts: readonly string[]): string =>
  `./api/${parts.map(encodeURIComponent).join('/')}`;

/** The picture of the samples a run made at a step. */
export const sampleOf = (run: string, step: number): string =>
  `${pathOf('runs', run, 'files', 'samples')}/${String(step).padStart(6, '0')}.png`;

/** A checkpoint of a run, in its own format. */
export async function loadCheckpoint(run: string, step: number): Promise<ArrayBuffer> {
  const file = `${String(step).padStart(6, '0')}.safetensors`;
  const response = await fetch(pathOf('runs', run, 'files', 'checkpoints', file)).catch(() => undefined);
  if (response?.ok) return response.arrayBuffer();
  throw new ServerError(
    `The checkpoint of step ${step} is not there any more: a run keeps its newest two. Open the run again.`,
  );
}

/** A network of a run as an ONNX model, made by the server: also of a GAN of a user's own file. */
export async function loadModel(run: string, body: ModelBody): Promise<ArrayBuffer> {
  const response = await send(pathOf('runs', run, 'model'), body);
  if (response?.ok) return response.arrayBuffer();
  return read(response);
}

/** Asks for something that takes a while, and hands on what comes line by line. */
export async function postForLines<T>(path: string, body: object, onLine: (line: T) => void): Promise<void> {
  const response = await send(path, body);
  if (!response?.ok || !response.body) return read(response);
  const lines = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await lines.read(); !part.done; part = await lines.read()) {
    const whole = (rest + part.value).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) onLine(JSON.parse(line));
  }
}

export async function get<T>(path: string): Promise<T> {
  return read<T>(await fetch(path).catch(() => undefined));
}

/** Asks for a change. */
export async function post<T>(path: string, body: object = {}): Promise<T> {
  return read<T>(await send(path, body));
}

function send(path: string, body: object): Promise<Response | undefined> {
  const headers = { 'content-type': 'application/json', 'x-gansmith-token': token() ?? '' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined);
}

async function read<T>(response: Response | undefined): Promise<T> {
  const isJson = response?.headers.get('content-type')?.startsWith('application/json');
  if (!response || !isJson) {
    throw new ServerError(
      'No studio server answers here. Runs are shown by the one of this machine: start it with "npx gansmith studio".',
    );
  }
  const json = await response.json();
  if (!response.ok) {
    const { error, fields } = json as RefusalBody;
    throw new ServerError(error ?? `the server answered ${response.status}`, fields);
  }
  return json;
}

/** False while the server does not answer; the browser goes on trying. */
export const connected = signal(true);

export type Handlers = { [Name in keyof StreamMessages]?: (message: StreamMessages[Name]) => void };

/**
 * Follows runs, or the list of all when none is named. One stream a tab, and none while the tab is hidden: browsers allow
 * six connections to a server, in all tabs together.
 *
 * @returns what ends it
 */
export function follow(runs: readonly string[], handlers: Handlers): () => void {
  const query = new URLSearchParams(runs.map((run) => ['run', run]));
  let stream: EventSource | undefined;
  const open = () => {
    stream = new EventSource(`./api/stream?${query}`);
    for (const [name, handle] of Object.entries(handlers)) {
      stream.addEventListener(name, ({ data }) => (handle as (message: unknown) => void)(JSON.parse(data)));
    }
    stream.onopen = () => {
      connected.value = true;
    };
    stream.onerror = () => {
      connected.value = false;
    };
  };
  const close = () => {
    stream?.close();
    stream = undefined;
  };
  const onVisibility = () => {
    if (document.hidden) return close();
    if (stream) return;
    // A new stream tells everything from the beginning.
    for (const run of runs) handlers.reset?.({ run });
    open();
  };
  document.addEventListener('visibilitychange', onVisibility);
  if (!document.hidden) open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
