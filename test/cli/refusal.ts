/** A wrong invocation or a broken input. */
export interface Case {
  args: readonly string[];
  message: RegExp;
  /** 2 when the request was wrong, 1 when what it names is broken. */
  code?: 1 | 2;
  files?: Record<string, string | Uint8Array>;
  /** Spoils the trained run in the folder `run`. */
  spoil?(run: string): void;
}

export const train = (...args: string[]) => ['train', 'gan', '--data', 'ring', '--steps', '1', ...args];
