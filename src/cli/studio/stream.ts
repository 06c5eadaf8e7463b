import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StreamMessages } from './api.ts';
import type { Library } from './library.ts';
import type { RunLog } from './runLog.ts';
import type { Trainer } from './trainer.ts';

/** Milliseconds between looks at the logs, and looks at the folder of all runs for every one of those. */
const LOOK_EVERY = 400;
const LIST_EVERY = 5;
/** Looks between signs of life, which keep what lies between from closing a quiet connection. */
const BEAT_EVERY = 40;

interface Followed {
  name: string;
  log: RunLog;
  generation: number;
  /** Events sent so far. */
  sent: number;
  /** The last progress sent, as text. */
  progress: string;
}

/**
 * Answers with a stream of server-sent events (StreamMessages): of the named runs, or of the list of all when none is named.
 * The id of a message says how far each log has been sent, so a browser that connects again gets what it missed.
 */
export async function sendStream(
  request: IncomingMessage,
  response: ServerResponse,
  { names, library, trainer }: { names: readonly string[]; library: Library; trainer: Trainer },
): Promise<void> {
  const followed = await Promise.all(names.map((name) => follow(name, library)));
  const known = String(request.headers['last-event-id'] ?? '').split(' ');
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });

  const send = <Name extends keyof StreamMessages>(event: Name, data: StreamMessages[Name]) => {
    const id = followed.map(({ log }) => log.place()).join(' ');
    response.write(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  for (const [i, run] of followed.entries()) await skipKnown(run, known[i] ?? '', send);

  let [list, job] = ['', ''];
  const look = async (turn: number) => {
    const state = trainer.state();
    if (JSON.stringify(state) !== job) send('job', state);
    job = JSON.stringify(state);
    for (const run of followed) await sendNews(run, library, send);
    if (names.length === 0 && turn % LIST_EVERY === 0) {
      const runs = await library.list();
      if (JSON.stringify(runs) !== list) send('runs', runs);
      list = JSON.stringify(runs);
    }
    if (turn % BEAT_EVERY === 0) response.write(': still here\n\n');
  };
  let open = true;
  response.on('close', () => {
    open = false;
  });
  for (let turn = 0; open; turn++) {
    // A reader that is slow gets nothing new until it has taken what there is.
    if (!response.writableNeedDrain) await look(turn);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

async function follow(name: string, library: Library): Promise<Followed> {
  const log = await library.log(name);
  return { name, log, generation: log.generation, sent: 0, progress: '' };
}

type Send = <Name extends keyof StreamMessages>(event: Name, data: StreamMessages[Name]) => void;

/** A browser that comes back with a place of this very log needs nothing from before it. */
async function skipKnown(run: Followed, place: string, send: Send): Promise<void> {
  if (place === '') return;
  const byte = await run.log.byteAt(place);
  if (byte === undefined) send('reset', { run: run.name });
  else run.sent = run.log.events.filter(({ end }) => end <= byte).length;
}

async function sendNews(run: Followed, library: Library, send: Send): Promise<void> {
  try {
    run.log = await library.log(run.name);
  } catch {
    // Its folder is gone or cannot be read at this moment; what was sent stays true.
    return;
  }
  if (run.generation !== run.log.generation) {
    run.generation = run.log.generation;
    run.sent = 0;
    send('reset', { run: run.name });
  }
  const news = run.log.events.slice(run.sent);
  run.sent = run.log.events.length;
  if (news.length > 0) send('log', { run: run.name, events: news.map(({ event }) => event) });
  const summary = await library.summary(run.name);
  const { seconds, rows } = run.log.table;
  const progress = { run: run.name, summary, seconds, rows };
  const text = JSON.stringify(progress);
  if (text !== run.progress) send('progress', progress);
  run.progress = text;
}
