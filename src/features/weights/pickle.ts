import { GansmithError } from '../../base/errors.ts';
import { ByteReader } from './byteReader.ts';
import { GlobalName, type PickleValue, Tuple } from './pickleValues.ts';

/** The only things a pickle may ask for besides plain data. */
export interface PickleRules {
  /** Names of classes and functions it may mention. */
  globals: ReadonlySet<string>;
  /** The result of calling one of them. */
  call(name: string, args: readonly PickleValue[]): PickleValue;
  /** What stands outside the pickle under an identifier. */
  persistent(id: PickleValue): PickleValue;
}

const MARK = Symbol('mark');
type Entry = PickleValue | typeof MARK;

/**
 * Reads one pickle (Python's `pickletools`, protocols 2 to 5) as data. It is a little stack machine in which a file could
 * call any Python function; here there are no functions, only the names that `rules` allow, and all else is refused.
 *
 * @returns the value and the position after it.
 * @throws GansmithError for a pickle that is cut off, damaged, or wants more than it is allowed.
 */
export function readPickle(
  bytes: Uint8Array,
  start: number,
  rules: PickleRules,
  where: string,
): { value: PickleValue; end: number } {
  const machine = new Machine(bytes, start, rules, where);
  while (machine.step()) {
    // Every step reads at least one byte, so this ends.
  }
  return { value: machine.result!, end: machine.reader.at };
}

class Machine {
  readonly reader: ByteReader;
  readonly rules: PickleRules;
  readonly where: string;
  stack: Entry[] = [];
  memo = new Map<number, PickleValue>();
  result: PickleValue | undefined;

  constructor(bytes: Uint8Array, start: number, rules: PickleRules, where: string) {
    this.reader = new ByteReader(bytes, start, (problem) => this.fail(problem));
    this.rules = rules;
    this.where = where;
  }

  fail(problem: string): GansmithError {
    return new GansmithError(
      `${this.where} is refused: ${problem} (at byte ${this.reader.at} of its pickle)`,
    );
  }

  push(value: Entry): true {
    this.stack.push(value);
    return true;
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined || value === MARK) throw this.fail('its pickle takes what is not there');
    return value;
  }

  top(): PickleValue {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  toMark(): PickleValue[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw this.fail('its pickle takes what is not there');
    const items = this.stack.splice(mark).slice(1);
    return items as PickleValue[];
  }

  recall(index: number): true {
    const value = this.memo.get(index);
    if (value === undefined) throw this.fail('its pickle recalls what it did not store');
    return this.push(value);
  }

  remember(index: number): true {
    this.memo.set(index, this.top());
    return true;
  }

  global(name: string): true {
    if (!this.rules.globals.has(name)) {
      throw this.fail(
        `it asks for '${name}', which no file of weights needs; a pickle can run any code through such a name. Save the state_dict() of the network alone, or as safetensors`,
      );
    }
    return this.push(new GlobalName(name));
  }

  call(args: PickleValue, callee: PickleValue): true {
    if (!(callee instanceof GlobalName) || !(args instanceof Tuple))
      throw this.fail('it calls what is no function');
    return this.push(this.rules.call(callee.name, args.items));
  }

  append(items: readonly PickleValue[]): true {
    const list = this.top();
    if (!Array.isArray(list)) throw this.fail('it appends to what is no list');
    for (const item of items) list.push(item);
    return true;
  }

  setItems(items: readonly PickleValue[]): true {
    const map = this.top();
    if (!(map instanceof Map) || items.length % 2 !== 0) throw this.fail('it fills what is no dictionary');
    for (let i = 0; i < items.length; i += 2) map.set(items[i]!, items[i + 1]!);
    return true;
  }

  /** Attributes of a dictionary, such as the versions of layers, say nothing about weights: they are dropped. */
  build(): true {
    this.pop();
    if (!(this.top() instanceof Map)) throw this.fail('it sets attributes of what is no dictionary');
    return true;
  }

  /** Carries out one instruction; false at the end. */
  step(): boolean {
    const { reader } = this;
    const code = reader.byte();
    switch (String.fromCharCode(code)) {
      case '\x80':
        if (reader.byte() > 5) throw this.fail('its pickle is of a protocol later than 5');
        return true;
      case '\x95': // FRAME
        reader.uint64();
        return true;
      case '.':
        this.result = this.pop();
        return false;
      case '(':
        return this.push(MARK);
      case '0':
        this.pop();
        return true;
      case 'N':
        return this.push(null);
      case '\x88':
        return this.push(true);
      case '\x89':
        return this.push(false);
      case 'J':
        return this.push(reader.int32());
      case 'K':
        return this.push(reader.byte());
      case 'M':
        return this.push(reader.uint16());
      case '\x8a':
        return this.push(reader.long(reader.byte()));
      case 'G':
        return this.push(reader.float64());
      case 'X':
        return this.push(reader.text(reader.uint32()));
      case '\x8c':
        return this.push(reader.text(reader.byte()));
      case '\x8d':
        return this.push(reader.text(reader.uint64()));
      case 'U': // Text of Python 2.
        return this.push(reader.text(reader.byte()));
      case 'T': // The same, if long.
        return this.push(reader.text(reader.uint32()));
      case ']':
        return this.push([]);
      case '}':
        return this.push(new Map());
      case ')':
        return this.push(new Tuple([]));
      case '\x85':
        return this.push(new Tuple([this.pop()]));
      case '\x86':
        return this.push(new Tuple([this.pop(), this.pop()].reverse()));
      case '\x87':
        return this.push(new Tuple([this.pop(), this.pop(), this.pop()].reverse()));
      case 't':
        return this.push(new Tuple(this.toMark()));
      case 'l':
        return this.push(this.toMark());
      case 'a':
        return this.append([this.pop()]);
      case 'e':
        return this.append(this.toMark());
      case 's':
        return this.setItems([this.pop(), this.pop()].reverse());
      case 'u':
        return this.setItems(this.toMark());
      case 'h':
        return this.recall(reader.byte());
      case 'j':
        return this.recall(reader.uint32());
      case 'q':
        return this.remember(reader.byte());
      case 'r':
        return this.remember(reader.uint32());
      case '\x94':
        return this.remember(this.memo.size);
      case 'c':
        return this.global(`${reader.line()}.${reader.line()}`);
      case '\x93': {
        const [name, module] = [this.pop(), this.pop()];
        return this.global(`${String(module)}.${String(name)}`);
      }
      case 'R':
        return this.call(this.pop(), this.pop());
      case 'Q':
        return this.push(this.rules.persistent(this.pop()));
      case 'b':
        return this.build();
      default:
        throw this.fail(
          `its pickle holds the instruction 0x${code.toString(16)}, which no file of weights needs`,
        );
    }
  }
}
