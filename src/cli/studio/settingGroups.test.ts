import { expect, it } from 'vitest';
import { TOOLBOX_DEFAULTS } from '../../gan/toolbox/settings.ts';
import { groupsOf } from './settingGroups.ts';

it('puts every setting of the toolbox into a group of its own kind, and those of a system first', () => {
  const toolbox = [...Object.keys(TOOLBOX_DEFAULTS), 'criticLr'];
  const groups = groupsOf(['width', ...toolbox]);
  expect(groups[0]).toEqual({ title: 'Networks', settings: ['width'] });
  expect(groups.flatMap(({ settings }) => settings).sort()).toEqual(['width', ...toolbox].sort());
  expect(groupsOf(['lr', 'own']).map(({ title }) => title)).toEqual(['Networks', 'Optimization']);
});
