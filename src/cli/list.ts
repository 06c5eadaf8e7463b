import type { Command } from '@commander-js/extra-typings';
import { nearest, UsageError } from '../base/errors.ts';
import type { AnyGan } from '../gan/defineGan.ts';
import { formatTable } from './format.ts';
import { print } from './output.ts';

export function addListCommand(program: Command): void {
  program
    .command('list')
    .summary('systems and data sets, or every setting of a system')
    .description(
      'List the systems that can be trained and the data they can learn from, or every setting of one system.',
    )
    .argument('[name]', 'a system, a file with a GAN of your own, or a data set')
    .option('--json', 'print JSON: an array of objects with a name')
    .addHelpText(
      'after',
      `
Examples:
  gansmith list                 all systems and data sets
  gansmith list dcgan           its settings with type, default and meaning, and its presets
  gansmith list ./my-gan.ts     the same of your own
  gansmith list --json`,
    )
    .action(async (name, { json = false }) => {
      if (name === undefined) await listAll(json);
      else await listOne(name, json);
    });
}

async function listAll(json: boolean): Promise<void> {
  const { zoo, dataSources } = await catalogue();
  if (json) {
    const systems = zoo.map(({ name, title, paper, data }) => ({ name, kind: 'system', title, paper, data }));
    const sources = dataSources.map((source) => ({ ...source, kind: 'data' }));
    print(JSON.stringify([...systems, ...sources], null, 2));
    return;
  }
  const systems = zoo.map((gan) => [
    `  ${gan.name}`,
    `${gan.title}${gan.paper ? ` (${gan.paper})` : ''}; learns ${gan.data.join(' and ')}`,
  ]);
  print('Systems (gansmith train <system>; gansmith list <system> for its settings):');
  print(formatTable(systems));
  print();
  print('Data (gansmith train <system> --data <data>):');
  print(formatTable(dataSources.map(({ example, title }) => [`  ${example}`, title])));
}

async function listOne(name: string, json: boolean): Promise<void> {
  const { zoo, dataSources } = await catalogue();
  const source = dataSources.find((candidate) => candidate.name === name);
  if (source) {
    print(
      json
        ? JSON.stringify([{ ...source, kind: 'data' }], null, 2)
        : `${source.name}: ${source.title}\n  --data ${source.example}`,
    );
    return;
  }
  const names = [...zoo, ...dataSources].map((entry) => entry.name);
  const close = nearest(name, names);
  const isFile = /[\\/.]/.test(name);
  if (!isFile && !names.includes(name)) {
    const hint = close ? `did you mean '${close}'?` : `there are ${names.join(', ')}`;
    throw new UsageError(`there is no system and no data set named '${name}'; ${hint}`);
  }
  const { findGan } = await import('./systems.ts');
  await describe(name, (await findGan(name)).gan, json);
}

async function describe(given: string, gan: AnyGan, json: boolean): Promise<void> {
  const { describeSettings } = await import('../gan/config.ts');
  const settings = describeSettings(gan);
  if (json) {
    print(JSON.stringify(settings, null, 2));
    return;
  }
  print(`${gan.name}: ${gan.title}${gan.paper ? ` (${gan.paper})` : ''}; learns ${gan.data.join(' and ')}`);
  print();
  const rows = settings.map((setting) => [
    `  ${setting.name}`,
    setting.type,
    setting.default === undefined
      ? setting.required
        ? 'required'
        : 'none'
      : JSON.stringify(setting.default),
    setting.meaning,
  ]);
  print(formatTable([['  setting', 'type', 'default', 'meaning'], ...rows]));
  const presets = Object.entries(gan.presets ?? {});
  if (presets.length > 0) {
    print();
    print('Presets, chosen by preset=NAME; settings given beside it win:');
    print(formatTable(presets.map(([name, values]) => [`  ${name}`, settingsText(values)])));
  }
  print();
  const [first] = settings;
  print(`Example: gansmith train ${given}${first ? ` ${first.name}=${first.default}` : ''}`);
}

const settingsText = (values: Record<string, unknown>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ') || 'the defaults';

async function catalogue() {
  const [{ zoo }, { dataSources }] = await Promise.all([
    import('../zoo/index.ts'),
    import('../data/node.ts'),
  ]);
  return { zoo, dataSources };
}
