/** True when an odd number of bits is set. */
function oddBits(byte: number): boolean {
  let folded = byte ^ (byte >> 4);
  folded ^= folded >> 2;
  folded ^= folded >> 1;
  return (folded & 1) === 1;
}

/**
 * A port that is really set to 7E1 gives bytes with bit 7 clear. Converters and pseudo-terminals that carry 8 bits leave the parity bit in
 * bit 7: it is checked and stripped here. Bytes with a wrong parity bit are dropped and counted.
 */
export function stripEvenParity(bytes: Uint8Array): { bytes: Uint8Array; badCount: number } {
  const good = bytes.filter((byte) => byte < 0x80 || !oddBits(byte));
  return { bytes: good.map((byte) => byte & 0x7f), badCount: bytes.length - good.length };
}

/** What a 7E1 sender puts on the wire, seen as 8-bit bytes. */
export function addEvenParity(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (oddBits(byte & 0x7f) ? byte | 0x80 : byte & 0x7f));
}

/** The same for 7O1: with the parity bit, the count of set bits is odd. */
export function stripOddParity(bytes: Uint8Array): { bytes: Uint8Array; badCount: number } {
  const good = bytes.filter((byte) => byte < 0x80 || oddBits(byte));
  return { bytes: good.map((byte) => byte & 0x7f), badCount: bytes.length - good.length };
}

/** What a 7O1 sender puts on the wire, seen as 8-bit bytes. */
export function addOddParity(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (oddBits(byte & 0x7f) ? byte & 0x7f : byte | 0x80));
}
