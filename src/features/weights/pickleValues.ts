/** A tuple; lists are arrays and dictionaries maps. */
export class Tuple {
  readonly items: readonly PickleValue[];
  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** The name of a class or function, such as `torch.FloatStorage`: a word to compare with others, never code. */
export class GlobalName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What the rules made; only they look inside. */
export class Made<T = unknown> {
  readonly value: T;
  constructor(value: T) {
    this.value = value;
  }
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleValue[]
  | Tuple
  | Map<PickleValue, PickleValue>
  | GlobalName
  | Made;
