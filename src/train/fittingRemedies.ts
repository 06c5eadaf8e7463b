import type { DataShape } from '../base/dataShape.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { type Finding, type Remedy, remedyPairs } from './findings.ts';

/** Leaves out remedies that the GAN refuses beside its other settings, or that its data do not allow. */
export function withFittingRemedies(
  finding: Finding,
  { gan, config, data }: { gan: AnyGan; config: BaseConfig; data: DataShape },
): Finding {
  const fits = ({ settings }: Remedy): boolean => {
    const wanted = Object.fromEntries(remedyPairs(settings));
    try {
      resolveConfig(gan, { ...config, ...wanted }, data);
      return true;
    } catch {
      return false;
    }
  };
  return { ...finding, remedies: finding.remedies.filter(fits) };
}
