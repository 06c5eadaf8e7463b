/* An executor on a clock of its own, to test what follows from times. */
import { vi } from 'vitest';
import { nodesWithForms } from './choices.ts';
import type { Executor } from './executor.ts';
import { interpreterExecutor } from './interpreter.ts';

/** Milliseconds of successive runs, the last for all further ones, or when the program fails. */
export type Pace = readonly number[] | 'fails to compile' | 'fails to run';

/**
 * An executor that computes nothing and takes the time it is told, and its log. From then on `performance.now()` tells
 * its clock, until mocks are restored.
 *
 * @param paceOf gets the forms of a program's nodes, in the order they are computed
 */
export function slowExecutor(paceOf: (forms: readonly string[]) => Pace): {
  executor: Executor;
  log: string[];
} {
  let clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  const log: string[] = [];
  const executor: Executor = {
    name: 'onnxruntime-node',
    createStates: interpreterExecutor.createStates,
    async compile(program, { lowerings } = {}) {
      const forms = nodesWithForms(program).map((node) => lowerings?.(node) ?? 'usual');
      const pace = paceOf(forms);
      if (pace === 'fails to compile') throw new Error('not like this');
      const name = forms.join(' ');
      log.push(`compile ${name}`);
      let runs = 0;
      return {
        program,
        async run() {
          log.push(`run ${name}`);
          if (pace === 'fails to run') throw new Error('not like this');
          clock += pace[Math.min(runs++, pace.length - 1)]!;
          return { outputs: {}, exposed: [], commit() {} };
        },
        profile: () => Promise.reject(new Error('has none')),
        async release() {
          log.push(`release ${name}`);
        },
      };
    },
  };
  return { executor, log };
}
