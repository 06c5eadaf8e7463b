/** Sources of which a part is kept apart for tests. */
const TEST_PARTS: Readonly<Record<string, string>> = {
  mnist: 'mnist:test',
  'mnist:train': 'mnist:test',
  'stacked-mnist': 'stacked-mnist:test',
};

/** The source of the part of a data set that is kept for tests; undefined when it has none. */
export const testPartOf = (source: string): string | undefined =>
  TEST_PARTS[source] ?? (/^fashion-mnist(:[^?]*)?$/.test(source) ? `${source}?part=test` : undefined);
