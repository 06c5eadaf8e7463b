import { GansmithError, UsageError } from '../../base/errors.ts';
import type { Executor } from '../executor.ts';

/**
 * How programs reach ONNX Runtime in Node: `direct` calls its C interface, `plain` goes through the package
 * onnxruntime-node, which copies what comes out. Both compute the same bits.
 */
export type BindingName = 'direct' | 'plain';

/** The executors on the bindings; making the direct one throws where it does not work. */
export interface Bindings {
  direct(): Executor;
  plain(): Executor;
}

export interface Choice {
  binding: BindingName;
  executor: Executor;
  /** Why it is the plain one. */
  reason?: string;
}

/** The environment variable that asks for one binding. */
export const BINDING_VARIABLE = 'GANSMITH_BINDING';

/**
 * Chooses the direct binding where it works, and the plain one elsewhere or when asked.
 * @throws UsageError when another binding is asked for; GansmithError when the direct one is and does not work.
 */
export function chooseBinding({ direct, plain }: Bindings, asked = ''): Choice {
  if (asked === 'plain') {
    return { binding: 'plain', executor: plain(), reason: `${BINDING_VARIABLE} asks for it` };
  }
  if (asked !== '' && asked !== 'direct') {
    throw new UsageError(`${BINDING_VARIABLE} is '${asked}'; it takes direct or plain`);
  }
  try {
    return { binding: 'direct', executor: direct() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (asked === '') return { binding: 'plain', executor: plain(), reason };
    throw new GansmithError(
      `${BINDING_VARIABLE} asks for the direct binding, which does not work here: ${reason}; unset it to use the plain one`,
      { cause: error },
    );
  }
}
