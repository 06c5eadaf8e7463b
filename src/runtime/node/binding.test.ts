import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { interpreterExecutor } from '../interpreter.ts';
import { chooseBinding } from './binding.ts';

const plain = { ...interpreterExecutor };
const direct = { ...interpreterExecutor };
const lean = { ...interpreterExecutor };
const working = { plain: () => plain, direct: () => direct, lean: () => lean };
const failing = () => {
  throw new Error('the optional package koffi does not load (no such package)');
};
const broken = { plain: () => plain, direct: failing, lean: failing };

describe('the binding', () => {
  it('is the direct one where it works', () => {
    for (const asked of [undefined, '', 'direct']) {
      expect(chooseBinding(working, asked)).toEqual({ binding: 'direct', executor: direct });
    }
  });

  it('is the plain one, with the reason, where it does not', () => {
    const { executor, ...described } = chooseBinding(broken, undefined);
    expect(executor).toBe(plain);
    expect(described).toEqual({
      binding: 'plain',
      reason: 'the optional package koffi does not load (no such package)',
    });
  });

  it('is the plain one when asked', () => {
    const { executor, ...described } = chooseBinding(working, 'plain');
    expect(executor).toBe(plain);
    expect(described).toEqual({ binding: 'plain', reason: 'GANSMITH_BINDING asks for it' });
  });

  it('is the lean one when asked', () => {
    expect(chooseBinding(working, 'lean')).toEqual({ binding: 'lean', executor: lean });
    expect(() => chooseBinding(broken, 'lean')).toThrow(
      'GANSMITH_BINDING asks for the lean binding, which does not work',
    );
  });

  it('is refused in words when it is unknown or asked for in vain', () => {
    expect(() => chooseBinding(working, 'fast')).toThrow(
      "GANSMITH_BINDING is 'fast'; it takes direct, lean or plain",
    );
    expect(() => chooseBinding(broken, 'direct')).toThrow(
      'GANSMITH_BINDING asks for the direct binding, which does not work here: the optional package koffi does not ' +
        'load (no such package); unset it to use the plain one',
    );
  });
});

/** What a script prints that has a program w + x on 256 x 256, and `run`, which runs it once on an executor. */
async function printedBy(script: string, environment: Record<string, string> = {}): Promise<string> {
  const prelude = `
    import { input, state } from './src/graph/index.ts';
    import { nodeBinding, nodeExecutor, nodeExecutorWith } from './src/runtime/node.ts';
    const [x, w] = [input('x', [256, 256]), state('w', [256, 256])];
    const program = { name: 'p', outputs: new Map([['y', x.add(w).mean()]]), updates: new Map([['w', w.add(x)]]) };
    async function run(executor) {
      const states = executor.createStates();
      states.write('w', [256, 256], new Float32Array(65536));
      const compiled = await executor.compile(program);
      const { outputs, commit } = await compiled.run({ x: new Float32Array(65536).fill(3) }, states);
      commit();
      return [outputs.y[0], states.read('w')[9]];
    }`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', prelude + script],
    { env: { ...process.env, ...environment } },
  );
  return stdout + stderr;
}

// In processes of their own, since the library is set up once for a process.
describe('a process', () => {
  it('may have used the other binding first', async () => {
    const printed = await printedBy(`
      console.log(...(await run(nodeExecutorWith('plain'))), ...(await run(nodeExecutorWith('direct'))));`);
    expect(printed).toBe('3 3 3 3\n');
  });

  it('takes the binding the environment names, and says so', async () => {
    const script = 'console.log(JSON.stringify(nodeBinding()), ...(await run(nodeExecutor)));';
    expect(await printedBy(script, { GANSMITH_BINDING: 'direct' })).toBe('{"binding":"direct"} 3 3\n');
    expect(await printedBy(script, { GANSMITH_BINDING: 'plain' })).toBe(
      '{"binding":"plain","reason":"GANSMITH_BINDING asks for it"} 3 3\n',
    );
  });

  it('refuses a binding there is not when it compiles', async () => {
    const script = 'await nodeExecutor.compile(program).catch((error) => console.log(error.message));';
    expect(await printedBy(script, { GANSMITH_BINDING: 'fast' })).toBe(
      "GANSMITH_BINDING is 'fast'; it takes direct, lean or plain\n",
    );
  });
});
