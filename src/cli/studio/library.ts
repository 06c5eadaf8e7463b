import { open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { GansmithError } from '../../base/errors.ts';
import { checkpointSteps, type OpenedRun, openRunFolder, RUN_FILES } from '../../train/node.ts';
import { isBeingTrained } from '../isBeingTrained.ts';
import type { RunDetail, RunState, RunSummary } from './api.ts';
import { bestScore } from './bestScore.ts';
import { notFound, pathWithin } from './files.ts';
import { openRunLog, type RunLog } from './runLog.ts';
import { createStepReader } from './stepLine.ts';
import { createStepTable } from './stepTable.ts';

/** The runs in a folder, as the studio shows them. */
export interface Library {
  root: string;
  /** Every run, the newest first. A folder that cannot be read is listed with the reason. */
  list(): Promise<RunSummary[]>;
  summary(name: string): Promise<RunSummary>;
  detail(name: string): Promise<RunDetail>;
  /** The log of a run, read up to now; a long one as far as it could be read in a moment. */
  log(name: string): Promise<RunLog>;
  /** The same as far as it has been read already. */
  knownLog(name: string): Promise<RunLog>;
}

/** Milliseconds that an answer waits for a log to be read. */
const PATIENCE = 250;
/** Logs kept in memory; a million steps take about 60 MB. */
const LOGS_KEPT = 12;

/**
 * @param root the folder that holds the folders of runs; it need not exist yet
 * @param trainedHere whether this very process trains the run of that name
 */
export function openLibrary(root: string, trainedHere: (name: string) => boolean): Library {
  const logs = new Map<string, RunLog>();

  const knownLog = async (name: string): Promise<RunLog> => {
    const { path } = await folderOf(root, name);
    const log = logs.get(name) ?? openRunLog(join(path, RUN_FILES.events));
    // The last used stand at the end.
    logs.delete(name);
    logs.set(name, log);
    if (logs.size > LOGS_KEPT) logs.delete(logs.keys().next().value!);
    return log;
  };

  const logOf = async (name: string): Promise<RunLog> => {
    const log = await knownLog(name);
    // A long log is shown as far as it has been read by then; the rest follows.
    await Promise.race([log.refresh(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    return log;
  };

  const summarize = async (name: string, path: string, opened: OpenedRun): Promise<RunSummary> => {
    const { record, status } = opened;
    const log = logs.get(name);
    const [rate, sample, best] = await Promise.all([
      log ? log.table.rate() : recentRate(join(path, RUN_FILES.events)),
      newestSample(join(path, RUN_FILES.samples)),
      bestScore(path, record),
    ]);
    const ours = trainedHere(name);
    return {
      name,
      gan: record.gan.name,
      data: record.data.name,
      state: stateOf(opened, ours),
      step: Math.max(status?.step ?? 0, log?.table.lastStep ?? 0),
      images: Math.max(status?.images ?? 0, log?.table.images ?? 0),
      plan: record.plan,
      created: record.created,
      ours,
      ...(status ? { updated: status.updated } : {}),
      ...(rate === undefined ? {} : { rate }),
      ...(sample === undefined ? {} : { sample }),
      ...(best ? { best } : {}),
      ...(status?.message ? { message: status.message } : {}),
    };
  };

  const summary = async (name: string): Promise<RunSummary> => {
    const { path } = await folderOf(root, name);
    try {
      return await summarize(name, path, await openRunFolder(path));
    } catch (error) {
      if (!(error instanceof GansmithError)) throw error;
      const message = error.message.replaceAll(path, name);
      return { ...UNREADABLE, name, message };
    }
  };

  return {
    root,
    summary,
    log: logOf,
    knownLog,
    async list() {
      const names = await runNames(root);
      const found = await Promise.all(names.map((name) => summary(name).catch(() => undefined)));
      return found
        .filter((run) => run !== undefined)
        .sort((a, b) => b.created.localeCompare(a.created) || b.name.localeCompare(a.name));
    },
    async detail(name) {
      const { path } = await folderOf(root, name);
      const opened = await openRunFolder(path);
      const log = await logOf(name);
      return {
        summary: await summarize(name, path, opened),
        record: opened.record,
        seconds: log.table.seconds,
        checkpoints: checkpointSteps(path),
      };
    },
  };
}

const UNREADABLE: Omit<RunSummary, 'name' | 'message'> = {
  gan: '',
  data: '',
  state: 'unknown',
  step: 0,
  images: 0,
  plan: {},
  created: '',
  ours: false,
};

async function folderOf(root: string, name: string): Promise<{ path: string }> {
  const { path, stats } = await pathWithin(root, [name]);
  if (!stats.isDirectory()) throw notFound();
  return { path };
}

/** Folders with a run's record or the beginnings of one. */
async function runNames(root: string): Promise<string[]> {
  const base = await realpath(root).catch(() => undefined);
  if (base === undefined) return [];
  const entries = await readdir(base, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
    .map((entry) => entry.name);
  const isRun = await Promise.all(
    names.map((name) =>
      pathWithin(base, [name, RUN_FILES.record]).then(
        () => true,
        () => false,
      ),
    ),
  );
  return names.filter((_, i) => isRun[i]);
}

function stateOf({ status }: OpenedRun, ours: boolean): RunState {
  const isPaused = status?.state === 'paused';
  if (ours) return isPaused && status.pid === process.pid ? 'paused' : 'running';
  if (!status) return 'unknown';
  if (status.state !== 'running' && !isPaused) return status.state;
  // A run of this very process that it no longer trains ended without a word.
  return status.pid !== process.pid && isBeingTrained(status) ? status.state : 'interrupted';
}

async function newestSample(folder: string): Promise<number | undefined> {
  const names = await readdir(folder).catch(() => []);
  const steps = names.map((name) => Number(/^(\d{6,})\.png$/.exec(name)?.[1] ?? -1));
  const newest = Math.max(-1, ...steps);
  return newest < 0 ? undefined : newest;
}

const TAIL = 32 * 1024;

/** Steps a second by the end of a log, without reading the rest. */
async function recentRate(path: string): Promise<number | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const [table, read] = [createStepTable(), createStepReader()];
    const bytes = buffer.subarray(0, bytesRead);
    for (let at = start === 0 ? 0 : bytes.indexOf(10) + 1; at < bytes.length; ) {
      const end = bytes.indexOf(10, at);
      if (end < 0) break;
      const row = read(bytes, at, end);
      if (row) table.append(row);
      at = end + 1;
    }
    return table.rate();
  } finally {
    await file.close();
  }
}
