/**
 * CRC-32 as in PNG, zip and Ethernet (reflected polynomial 0xEDB88320), as an unsigned 32-bit number.
 * `previous` continues a checksum: crc32(b, crc32(a)) is the checksum of a followed by b.
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  const [zero, one, two, three] = TABLES;
  let crc = ~previous;
  let i = 0;
  // Four bytes at a time ("slicing by 4"): byte by byte, each table look-up would wait for the one before it.
  for (const end = bytes.length - 3; i < end; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc = three[crc & 0xff]! ^ two[(crc >>> 8) & 0xff]! ^ one[(crc >>> 16) & 0xff]! ^ zero[crc >>> 24]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ zero[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}

/** Table k holds the checksum register after each byte value and k further zero bytes. */
const TABLES = makeTables();

function makeTables(): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const zero = Int32Array.from({ length: 256 }, (_, byte) => {
    let register = byte;
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? 0xedb88320 : 0);
    return register;
  });
  const followedByZero = (table: Int32Array) =>
    table.map((register) => (register >>> 8) ^ zero[register & 0xff]!);
  const one = followedByZero(zero);
  const two = followedByZero(one);
  return [zero, one, two, followedByZero(two)];
}
