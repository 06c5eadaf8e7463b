import { GansmithError } from '../../base/errors.ts';
import type { PickleRules } from './pickle.ts';
import { GlobalName, Made, type PickleValue, Tuple } from './pickleValues.ts';
import { checkView, STORAGE_TYPES, type TensorView } from './storage.ts';

interface StorageReference {
  typeName: string;
  key: string;
  elements: number;
}

const TENSOR = 'torch._utils._rebuild_tensor_v2';
const PARAMETER = 'torch._utils._rebuild_parameter';
const DICTIONARY = 'collections.OrderedDict';

/** All that a saved state_dict mentions by name. */
export const TORCH_GLOBALS: ReadonlySet<string> = new Set([
  TENSOR,
  PARAMETER,
  DICTIONARY,
  ...Object.keys(STORAGE_TYPES),
]);

/** How a pickle of `torch.save` describes tensors: as views of storages, which lie elsewhere in the file. */
export function torchRules(where: string): PickleRules {
  const refuse = (what: string) => new GansmithError(`${where} is refused: ${what}`);
  return {
    globals: TORCH_GLOBALS,
    persistent(id) {
      const [kind, type, key, , elements, view = null] = id instanceof Tuple ? id.items : [];
      const isStorage =
        kind === 'storage' &&
        type instanceof GlobalName &&
        Object.hasOwn(STORAGE_TYPES, type.name) &&
        typeof key === 'string' &&
        isCount(elements) &&
        view === null;
      if (!isStorage) throw refuse('it refers to something that is no storage of numbers');
      return new Made<StorageReference>({ typeName: type.name, key, elements });
    },
    call(name, args) {
      if (name === DICTIONARY && args.length === 0) return new Map();
      if (name === DICTIONARY && args.length === 1) return fromPairs(args[0]!, where);
      if (name === TENSOR) return new Made<TensorView>(viewOf(args, where));
      if (name === PARAMETER && isView(args[0]!)) return args[0]!;
      throw refuse(`it calls '${name}' in a way that no file of weights needs`);
    },
  };
}

/** The entries of a dictionary as Python 2 wrote them: a list of lists of two. */
function fromPairs(pairs: PickleValue, where: string): PickleValue {
  const isPairs = Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2);
  if (!isPairs)
    throw new GansmithError(`${where} is refused: it makes a dictionary of what is no list of pairs`);
  return new Map(pairs as [PickleValue, PickleValue][]);
}

function viewOf(args: readonly PickleValue[], where: string): TensorView {
  const [storage, offset, shape, strides] = args;
  const reference = storage instanceof Made ? (storage.value as Partial<StorageReference>) : {};
  const fits =
    reference.typeName !== undefined &&
    isCount(offset) &&
    shape instanceof Tuple &&
    strides instanceof Tuple &&
    shape.items.every(isCount) &&
    strides.items.every(isCount) &&
    shape.items.length === strides.items.length;
  if (!fits) throw new GansmithError(`${where} is refused: it describes a tensor in an unknown way`);
  const view: TensorView = {
    key: reference.key!,
    type: STORAGE_TYPES[reference.typeName!]!,
    elements: reference.elements!,
    offset,
    shape: shape.items as number[],
    strides: strides.items as number[],
  };
  checkView(view, where);
  return view;
}

const isCount = (value: PickleValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isView = (value: PickleValue): value is Made<TensorView> =>
  value instanceof Made && Array.isArray((value.value as Partial<TensorView>).shape);

/** The tensors of a state_dict by name. @throws GansmithError when the pickle holds anything else. */
export function stateViews(value: PickleValue, where: string): Map<string, TensorView> {
  const advice = 'save the state_dict() of the network alone';
  if (!(value instanceof Map)) {
    throw new GansmithError(`${where}: expected a state_dict, a dictionary of tensors; ${advice}`);
  }
  const views = new Map<string, TensorView>();
  for (const [name, tensor] of value) {
    if (typeof name !== 'string' || !isView(tensor)) {
      throw new GansmithError(
        `${where}: expected a dictionary of tensors, but its entry '${String(name)}' is no tensor; ${advice}`,
      );
    }
    views.set(name, tensor.value);
  }
  return views;
}
