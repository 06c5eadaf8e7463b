import { type Dataset, openIdx } from 'gansmith/data';
import address from './digits.idx?url';

/** Real digits, 28x28: the first 2,000 of MNIST's test set, as `scripts/make-digits.mjs` wrote them. */
export async function loadDigits(): Promise<Dataset> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the digits could not be loaded (${response.status}); reload the page`);
  return openIdx(new Uint8Array(await response.arrayBuffer()), undefined, { name: 'digits' });
}
