/** Exclusive or of all bytes: the block check character of many serial protocols. */
export function xorOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}
