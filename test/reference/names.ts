/**
 * Our name of a parameter or running statistic, from the name in the fixtures. The convolutional networks nest their
 * layers in blocks here and are flat there: `G/up1/weight` and `G/bn1/mean` are `G/up1/conv/weight` and
 * `G/up1/norm/mean`. The names of perceptrons are the same.
 */
export function ourName(system: 'gan' | 'dcgan' | 'wgan-gp', name: string): string {
  const [network, layer, kind] = name.split('/') as [string, string, string];
  if (system === 'gan') return name;
  const norm = /^(?:bn|ln)(\d+)$/.exec(layer);
  if (norm) return `${network}/${blockOf(network, norm[1]!)}/norm/${kind}`;
  return network === 'D' && layer === 'out' ? name : `${network}/${layer}/conv/${kind}`;
}

function blockOf(network: string, number: string): string {
  if (network === 'D') return `down${number}`;
  return number === '0' ? 'project' : `up${number}`;
}
