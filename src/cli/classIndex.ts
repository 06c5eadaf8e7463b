import { nearest, UsageError } from '../base/errors.ts';

/**
 * The class a user means by `--class`: its name, else its number.
 * @throws UsageError when there is none.
 */
export function classIndex(given: string, classes: readonly string[]): number {
  if (classes.length === 0)
    throw new UsageError(`--class ${given}: the data this GAN was trained on have no classes`);
  const index = classes.includes(given) ? classes.indexOf(given) : /^\d+$/.test(given) ? Number(given) : -1;
  if (index >= 0 && index < classes.length) return index;
  const close = nearest(given, classes);
  const range = `the classes are ${classes.slice(0, 20).join(', ')}${classes.length > 20 ? ', ...' : ''}`;
  throw new UsageError(
    `--class: there is no class '${given}'${close ? `; did you mean '${close}'?` : ''} (${range})`,
  );
}
