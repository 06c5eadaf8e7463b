/** Names of values fed at each run that depend on the run's progress. */
export const learningRateInput = (network: string): string => `lr/${network}`;
export const averageRateInput = (network: string): string => `averageRate/${network}`;
/** The weight of the newest batch in statistics that are re-estimated. */
export const STATISTICS_RATE = 'statisticsRate';
/** A scalar that the GAN schedules, such as the strength of a noise that decays. */
export const scheduleInput = (name: string): string => `schedule/${name}`;
/** What an optimizer remembers of a network between steps. */
export const slotName = (network: string, slot: string): string =>
  `optimizer/${slot.startsWith(`${network}/`) ? slot : `${network}/${slot}`}`;
/** The reported squared norm of a trained network's gradient. */
export const gradientNormName = (network: string): string => `gradientNorm/${network}`;
export const averageName = (fullName: string): string => `average/${fullName}`;
/** The sum of a parameter's gradients over micro-batches. */
export const gradientSumName = (fullName: string): string => `gradient/${fullName}`;
