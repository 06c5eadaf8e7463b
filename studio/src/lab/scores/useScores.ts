import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Damage } from './damage.ts';
import type { Measured } from './measures.ts';
import type { ScoresAnswer, ScoresRequest } from './protocol.ts';

export interface CurvePoint {
  kind: keyof Damage;
  level: number;
  measured: Measured;
}

type Shown = Extract<ScoresAnswer, { type: 'measured' }>;

/** Scores of damaged digits, measured in a worker of their own; another seed of the noise begins anew. */
export function useScores(damage: Damage, seed: number) {
  const held = useRef<{ seed: number; scores: ReturnType<typeof openScores> } | undefined>(undefined);
  if (held.current?.seed !== seed) {
    held.current?.scores.end();
    held.current = { seed, scores: openScores(seed) };
  }
  const { scores } = held.current;
  const { blur, noise, missing } = damage;
  useEffect(() => scores.measure({ blur, noise, missing }), [scores, blur, noise, missing]);
  useEffect(() => () => held.current?.scores.end(), []);
  return scores;
}

function openScores(seed: number) {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const shown = signal<Shown>();
  const curve = signal<readonly CurvePoint[]>([]);
  const message = signal('');
  let id = 0;
  worker.onmessage = ({ data }: MessageEvent<ScoresAnswer>) => {
    if (data.type === 'failed') message.value = data.message;
    else if (data.type === 'curve') curve.value = [...curve.value, data];
    else if (data.id === id) shown.value = data;
  };
  return {
    shown,
    curve,
    message,
    measure(damage: Damage) {
      id++;
      const request: ScoresRequest = { id, damage, seed };
      worker.postMessage(request);
    },
    end: () => worker.terminate(),
  };
}
