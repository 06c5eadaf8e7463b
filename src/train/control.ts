/** Factors of the networks' learning rates, by the network's name; 1 for those not named. */
export type RateScale = Readonly<Record<string, number>>;

/** What is wanted of a run from outside while it trains. */
export interface Wanted {
  /** Hold between two steps, with everything in memory. */
  pause: boolean;
  /** Of networks not named, it stays as it is. */
  rateScale?: RateScale | undefined;
}

/** Where a run looks for what is wanted of it, between its steps. */
export interface Control {
  /** Undefined as long as nobody has asked for anything. */
  wanted(): Wanted | undefined;
  /** Resolves when it is time to look again, while the run is held. */
  waited(): Promise<void>;
}

/** The same factors, without those of unknown networks and those that change nothing. */
export const effectiveScale = (scale: RateScale, networks: readonly string[]): RateScale =>
  Object.fromEntries(
    networks.flatMap((name) => {
      const factor = scale[name] ?? 1;
      return factor === 1 ? [] : [[name, factor] as const];
    }),
  );

/** Whether two sets of effective factors are the same. */
export const sameScale = (a: RateScale, b: RateScale): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, factor]) => b[name] === factor);
