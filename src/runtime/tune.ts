import type { Program } from '../graph/program.ts';
import { type Choices, completeChoices } from './choices.ts';
import type { Executor } from './executor.ts';
import { LEAST_ROUNDS, timeChoices } from './timing.ts';
import { type Group, groupsOf, jointChoices, type Kind, programOf } from './tuneGroups.ts';

export interface TuneOptions {
  /** Threads the programs will run on. Default: as the executor chooses. */
  threads?: number;
  /** Time for measuring. What runs at its end is let finish, so it may take a little more. */
  seconds: number;
  /** Forms that are decided already, and not measured again. */
  known?: Choices;
  /** Told before each group of nodes. */
  onProgress?: (done: number, total: number) => void;
  /** Looked at between groups: no more of them when it answers true. */
  shouldStop?: () => boolean;
}

/** How nodes of a signature are to be written. */
export interface Decision {
  form: string;
  /** False when there was no time to compare its forms, and its operation's own rule decided. */
  measured: boolean;
}

export interface Tuned {
  /** The form of every node of the programs that can be written in several ways. */
  choices: Choices;
  /** What was not known before, by signature. To be known from now on, or else the next call may choose otherwise. */
  decided: Readonly<Record<string, Decision>>;
}

/** Another way to write a group must save this share of its time to be taken, so that noise does not decide. */
const MARGIN = 0.05;

/**
 * Finds out by measurement how the nodes of some programs are written best. A node by itself tells too little, since
 * forms share work with those of their neighbours; so groups of nodes that read the same tensors are timed: first every
 * way to write the group as a whole, then, from the best of these on, every other form of every kind in it.
 *
 * Groups come with the most work first. The first that would take longer than the time left ends the search: it and those
 * after it, which matter less, keep the forms their operations take by themselves. Small nodes are not looked at.
 */
export async function tuneLowerings(
  programs: readonly Program[],
  executor: Executor,
  { threads, seconds, known = {}, onProgress, shouldStop = () => false }: TuneOptions,
): Promise<Tuned> {
  const deadline = performance.now() + seconds * 1000;
  const timing = { deadline, ...(threads === undefined ? {} : { threads }) };
  const groups = undecidedGroups(programs, known);
  const decided: Record<string, Decision> = {};
  let isOver = false;
  for (const [done, group] of groups.entries()) {
    isOver ||= shouldStop() || performance.now() >= deadline;
    if (!isOver) onProgress?.(done, groups.length);
    const best: Choices | undefined = isOver ? undefined : await bestOf(group, known, executor, timing);
    isOver ||= best === undefined;
    for (const { signature, forms } of unknownKinds(group, known)) {
      decided[signature] = { form: best?.[signature] ?? forms[0], measured: best !== undefined };
    }
  }
  const forms = Object.entries(decided).map(([signature, { form }]) => [signature, form]);
  return { choices: completeChoices(programs, { ...known, ...Object.fromEntries(forms) }), decided };
}

/** The groups that `tuneLowerings` would measure. */
export const undecidedGroups = (programs: readonly Program[], known: Choices): Group[] =>
  groupsOf(programs).filter((group) => unknownKinds(group, known).length > 0);

const isKnown = ({ signature, forms }: Kind, known: Choices): boolean =>
  forms.includes(known[signature] ?? '');

const unknownKinds = ({ kinds }: Group, known: Choices): Kind[] =>
  kinds.filter((kind) => !isKnown(kind, known));

/** The fastest way found to write a group, with what is known of it as it is; undefined when time does not suffice. */
async function bestOf(
  group: Group,
  known: Choices,
  executor: Executor,
  timing: { threads?: number; deadline: number },
): Promise<Choices | undefined> {
  const kinds = unknownKinds(group, known);
  const program = programOf(group);
  let best: Choices = Object.fromEntries(
    group.kinds.map((kind) => [
      kind.signature,
      isKnown(kind, known) ? known[kind.signature]! : kind.forms[0],
    ]),
  );
  const joint = jointChoices(kinds);
  const apart = kinds.map(({ signature, forms }) => forms.map((form) => ({ [signature]: form })));
  const count = 1 + joint.length + apart.flat().length;
  // The first program of a process takes longer, so a negative answer is asked for again.
  if (!((await sufficesFor(count)) || (await sufficesFor(count)))) return undefined;

  const tried = new Set([JSON.stringify(best)]);
  for (const changes of [joint, ...apart]) {
    const ways = changes
      .map((change) => ({ ...best, ...change }))
      .filter((way) => !tried.has(JSON.stringify(way)));
    if (ways.length === 0) continue;
    const times = await timeChoices(executor, program, [best, ...ways], timing);
    if (!times) return undefined;
    for (const way of ways) tried.add(JSON.stringify(way));
    const fastest = Math.min(...times);
    if (fastest < (1 - MARGIN) * times[0]!) best = ways[times.indexOf(fastest) - 1]!;
  }
  return best;

  /** Whether so many ways can be timed before the deadline, judged by how long the first takes. */
  async function sufficesFor(ways: number): Promise<boolean> {
    const start = performance.now();
    const [run] = (await timeChoices(executor, program, [best], timing)) ?? [Number.POSITIVE_INFINITY];
    const now = performance.now();
    return now + ways * (now - start + LEAST_ROUNDS * run!) <= timing.deadline;
  }
}
