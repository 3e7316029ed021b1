/** Times that a byte may stand out for noise. */
const ODD_ONE_OUT = 20;

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}

const isText = (byte: number): boolean =>
  (byte >= 0x20 && byte < 0x7f) || [0x02, 0x03, 0x09, 0x0a, 0x0d].includes(byte);

/**
 * Settings that would explain bytes which make no message, most likely first. Bytes read as 8N1 that are all text without bit 7, and all of one parity with it,
 * come from a line with 7 data bits; otherwise the baud rate is the first thing to try.
 */
export function settingsToTry(bytes: Uint8Array, present: string): string[] {
  const few = Math.floor(bytes.length / ODD_ONE_OUT);
  const text = bytes.filter((byte) => !isText(byte & 0x7f)).length <= few;
  const odd = bytes.filter((byte) => ones(byte) % 2 === 1).length;
  const marked = bytes.some((byte) => byte >= 0x80);
  const baud = present.split(' ')[0] ?? '9600';
  const rates = ['9600', '115200', '19200', '38400', '4800', '2400'].filter((rate) => rate !== baud);
  if (bytes.length > 2 && text && marked && odd <= few) return [`${baud} 7E1`];
  if (bytes.length > 2 && text && marked && odd >= bytes.length - few) return [`${baud} 7O1`];
  if (text) return [];
  return rates.map((rate) => `${rate}${present.slice(baud.length)}`);
}
