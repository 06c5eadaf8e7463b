/** Names of values fed at each run that depend on the run's progress. */
export const learningRateInput = (network: string): string => `lr/${network}`;
export const averageRateInput = (network: string): string => `averageRate/${network}`;
export const averageName = (fullName: string): string => `average/${fullName}`;
/** The sum of a parameter's gradients over micro-batches. */
export const gradientSumName = (fullName: string): string => `gradient/${fullName}`;
