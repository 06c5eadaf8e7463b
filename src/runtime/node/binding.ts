import { GansmithError, UsageError } from '../../base/errors.ts';
import type { Executor } from '../executor.ts';

/**
 * How programs reach ONNX Runtime in Node: `direct` calls its C interface, `plain` goes through the package
 * onnxruntime-node, which copies what comes out; `lean` is the direct one with less memory for less speed. All compute the same bits.
 */
export type BindingName = 'direct' | 'lean' | 'plain';

/** The executors on the bindings; making the direct ones throws where they do not work. */
export interface Bindings {
  direct(): Executor;
  lean(): Executor;
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
 * @throws UsageError when another binding is asked for; GansmithError when a direct one is and does not work.
 */
export function chooseBinding(bindings: Bindings, asked = ''): Choice {
  if (asked === 'plain') {
    return { binding: 'plain', executor: bindings.plain(), reason: `${BINDING_VARIABLE} asks for it` };
  }
  if (asked !== '' && asked !== 'direct' && asked !== 'lean') {
    throw new UsageError(`${BINDING_VARIABLE} is '${asked}'; it takes direct, lean or plain`);
  }
  const binding = asked === 'lean' ? 'lean' : 'direct';
  try {
    return { binding, executor: bindings[binding]() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (asked === '') return { binding: 'plain', executor: bindings.plain(), reason };
    throw new GansmithError(
      `${BINDING_VARIABLE} asks for the ${binding} binding, which does not work here: ${reason}; unset it to use the plain one`,
      { cause: error },
    );
  }
}
