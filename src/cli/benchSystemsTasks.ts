import { UsageError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import { type OpenOptions, openData } from '../data/node.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { zoo } from '../zoo/index.ts';

/** What a system learns, and its own settings for that. */
export interface Task {
  gan: AnyGan;
  data: Dataset;
  config: BaseConfig;
}

/**
 * The data that systems are compared on, and what each of them learns: these data, or, when it refuses their size, the same ones padded to
 * the next power of two, where they can be padded.
 *
 * @throws UsageError when the data are no images, or a system that was asked for by name can learn neither; others are left out, with a word.
 */
export async function openTasks(
  request: { data: string; systems?: string | undefined },
  opening: OpenOptions,
): Promise<{ data: Dataset; tasks: Task[] }> {
  const systems = chosen(request.systems);
  const data = await openData(request.data, opening);
  if (data.kind !== 'images') {
    throw new UsageError(
      `--data ${request.data}: systems are compared on images, and these are points; see 'gansmith bench modes'`,
    );
  }
  let larger: Dataset | undefined;
  const tasks: Task[] = [];
  for (const gan of systems) {
    const config = configOn(gan, data);
    if (!(config instanceof UsageError)) {
      tasks.push({ gan, data, config });
      continue;
    }
    larger ??= await openData(request.data, { ...opening, size: nextPowerOfTwo(data) });
    const configThere = larger.unpadded ? configOn(gan, larger) : config;
    if (!(configThere instanceof UsageError)) tasks.push({ gan, data: larger, config: configThere });
    else if (request.systems !== undefined) throw config;
    else process.stderr.write(`left out: ${config.message}\n`);
  }
  return { data, tasks };
}

function chosen(names: string | undefined): readonly AnyGan[] {
  const systems = zoo.filter(({ data }) => data.includes('images'));
  if (names === undefined) return systems;
  return names.split(',').map((name) => {
    const gan = systems.find((candidate) => candidate.name === name.trim());
    if (gan) return gan;
    throw new UsageError(
      `--systems: there is no system '${name}' for images; there are ${systems.map((known) => known.name).join(', ')}`,
    );
  });
}

/** A system's own settings for data, or why it cannot learn them. */
function configOn(gan: AnyGan, data: Dataset): BaseConfig | UsageError {
  try {
    return resolveConfig(gan, {}, data);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

const nextPowerOfTwo = ({ shape }: Dataset): number => 2 ** Math.ceil(Math.log2(Math.max(...shape.slice(1))));
