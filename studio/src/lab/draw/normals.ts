/** A number in (0, 1) that belongs to a whole number: the finalizer of MurmurHash3 (Appleby). */
function scrambled(n: number): number {
  let bits = n >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (((bits ^ (bits >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}

/** Two draws from N(0, 1) that belong to a whole number (Box and Muller 1958), without a generator to load. */
export function normals(n: number): readonly [number, number] {
  const radius = Math.sqrt(-2 * Math.log(scrambled(2 * n + 1)));
  const angle = 2 * Math.PI * scrambled(2 * n + 2);
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
