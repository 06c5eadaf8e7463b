import { GansmithError } from '../base/errors.ts';

/** A number of the run stopped being finite; the message says which, and where that began. */
export class NonFiniteError extends GansmithError {}
