import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { dataSources, pointSets } from '../../data/node.ts';
import { metrics } from '../../evaluate/registry.ts';
import { zoo } from '../../zoo/index.ts';
import { EXECUTORS } from '../executors.ts';
import type { Catalogue } from './api.ts';
import { groupsOf } from './settingGroups.ts';

/** What can be trained, with the schema of its settings, and on what. */
export const catalogue = (): Catalogue => ({
  systems: zoo.map((gan) => ({
    name: gan.name,
    title: gan.title,
    ...(gan.paper ? { paper: gan.paper } : {}),
    data: gan.data,
    presets: Object.keys(gan.presets ?? {}),
    groups: groupsOf(Object.keys(gan.config.shape)),
    schema: z.toJSONSchema(gan.config, {
      io: 'input',
      unrepresentable: 'any',
    }) as Catalogue['systems'][0]['schema'],
  })),
  sources: dataSources.map((source) => ({
    ...source,
    kind: pointSets.some(({ name }) => name === source.name) ? 'points' : 'images',
  })),
  metrics: metrics.map(({ name, title }) => ({ name, title })),
  executors: EXECUTORS,
  threads: availableParallelism(),
});
