import { kMeans } from 'gansmith/metrics';
import { loadDigits } from '../digits/loadDigits.ts';
import { DAMAGES, damaged, halved } from './damage.ts';
import { measureAll } from './measures.ts';
import { LEVELS, type ScoresAnswer, type ScoresRequest } from './protocol.ts';

/** Pictures in a set, kinds they are told apart by, and pictures shown. */
const COUNT = 300;
const GROUPS = 10;
const SHOWN = 12;

const scope = globalThis as unknown as {
  onmessage: (event: { data: ScoresRequest }) => void;
  postMessage(answer: ScoresAnswer): void;
};

const undamaged = { blur: 0, noise: 0, missing: 0 };
const prepared = prepare();
let latest = -1;

scope.onmessage = ({ data: request }) => {
  // Curves come once, with the seed of the first request.
  if (latest < 0) setTimeout(() => curves(request.seed).catch(fail));
  latest = request.id;
  measure(request).catch(fail);
};

/** Real digits, others to spoil, and what kinds of pictures those are. */
async function prepare() {
  const data = await loadDigits();
  const { real } = data.read(Array.from({ length: data.count }, (_, i) => i));
  const all = halved(real);
  const rows = (from: number, count: number) => ({
    ...all,
    data: all.data.subarray(from * all.width, (from + count) * all.width),
    count,
  });
  const others = rows(COUNT, all.count - COUNT);
  const { clusters } = kMeans(others, { clusters: GROUPS });
  return { real: rows(0, COUNT), others, kinds: clusters };
}

async function measure({ id, damage, seed }: ScoresRequest): Promise<void> {
  const { real, others, kinds } = await prepared;
  if (id !== latest) return;
  const generated = damaged(others, kinds, damage, { count: COUNT, groups: GROUPS, seed });
  const shown = SHOWN * real.width;
  scope.postMessage({
    type: 'measured',
    id,
    measured: measureAll(real, generated),
    real: real.data.slice(0, shown) as Float32Array,
    generated: generated.data.slice(0, shown) as Float32Array,
  });
}

/** One damage after another, level by level; requests come between. */
async function curves(seed: number): Promise<void> {
  const { real, others, kinds } = await prepared;
  for (const level of LEVELS) {
    for (const kind of DAMAGES) {
      const generated = damaged(
        others,
        kinds,
        { ...undamaged, [kind]: level },
        { count: COUNT, groups: GROUPS, seed },
      );
      scope.postMessage({ type: 'curve', kind, level, measured: measureAll(real, generated) });
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

function fail(error: unknown): void {
  scope.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}
