import { GansmithError } from '../../base/errors.ts';
import { decodeSafetensors } from '../../base/safetensors.ts';
import { readOnnxInitializers } from './onnxFile.ts';
import type { NamedTensors } from './tensors.ts';
import { readTorchArchive, readTorchLegacy } from './torchFile.ts';

const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** The opening of a pickle of protocol 2 or later. */
const PICKLE = [0x80];
/** ModelProto.ir_version, the field every ONNX model begins with. */
const ONNX = [0x08];

const beginsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, i) => bytes[i] === byte);

/** A JSON header, after its length in eight bytes, the upper four of which are zero. */
const isSafetensors = (bytes: Uint8Array): boolean =>
  bytes[8] === '{'.charCodeAt(0) && bytes.subarray(4, 8).every((byte) => byte === 0);

/**
 * The named tensors of a weight file: a state_dict of `torch.save` (.pth), safetensors, or the initializers of an ONNX
 * model. The format is told by the content, not by the name. No code in a file is ever run.
 *
 * @throws GansmithError, naming `where`, for a file that is damaged, hostile, or of another format.
 */
export async function readWeights(bytes: Uint8Array, where: string): Promise<NamedTensors> {
  // First, for the length it begins with may look like the opening of another.
  if (isSafetensors(bytes)) return fromSafetensors(bytes, where);
  if (beginsWith(bytes, ZIP)) return readTorchArchive(bytes, where);
  if (beginsWith(bytes, PICKLE)) return readTorchLegacy(bytes, where);
  if (beginsWith(bytes, ONNX)) return readOnnxInitializers(bytes, where);
  throw new GansmithError(
    `${where} is no file of weights: expected a .pth file of torch.save, safetensors or an ONNX model`,
  );
}

function fromSafetensors(bytes: Uint8Array, where: string): NamedTensors {
  const { tensors } = decodeSafetensors(bytes, where);
  return new Map(
    [...tensors].map(([name, { shape, data }]) => {
      const isFloat = data instanceof Float32Array || data instanceof Float64Array;
      return [name, { shape, data: isFloat ? data : Float64Array.from(data as ArrayLike<number>, Number) }];
    }),
  );
}
