import type { Tensor } from '../graph/tensor.ts';
import type { BoundNetwork } from './trace.ts';

/** A further result of a call, as `scope.result` registers it inside a network. */
export type GiveResult = (name: string, value: Tensor) => void;

/**
 * Several bound networks as one that a step calls like any other, such as a mapping and a synthesis network as a generator.
 *
 * @param main whose scope `in` opens.
 * @param call what a call does, on the networks as they are to be called: advancing states or still.
 */
export function joined<Name extends string>(
  networks: Readonly<Record<Name, BoundNetwork>>,
  main: NoInfer<Name>,
  call: (networks: Readonly<Record<Name, BoundNetwork>>, inputs: Tensor[], result: GiveResult) => Tensor,
): BoundNetwork {
  const entries = Object.entries(networks) as [Name, BoundNetwork][];
  const each = (change: (network: BoundNetwork) => BoundNetwork) =>
    joined(
      Object.fromEntries(entries.map(([name, network]) => [name, change(network)])) as typeof networks,
      main,
      call,
    );
  const all = (inputs: Tensor[]) => {
    const results = new Map<string, Tensor>();
    const output = call(networks, inputs, (name, value) => results.set(name, value));
    return { output, results };
  };
  return Object.assign((...inputs: Tensor[]) => all(inputs).output, {
    still: (...inputs: Tensor[]) => each((network) => network.frozen())(...inputs),
    all: (...inputs: Tensor[]) => all(inputs),
    with: (params: ReadonlyMap<string, Tensor>) => each((network) => network.with(params)),
    frozen: () => each((network) => network.frozen()),
    params: () => new Map(entries.flatMap(([, network]) => [...network.params()])),
    in: networks[main].in,
  });
}
