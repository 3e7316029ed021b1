/**
 * Status of a scale: two bytes, and up to two more where bit 6 of the one before says so. Bits 4 and 5 are always 1, bit 7 is parity.
 * Weigh-Tronix 8408-14788-01 (SCP-01) for bytes 1 to 3; Mettler Toledo Diva service manual, NCI protocols, for byte 4.
 */
export interface NciStatus {
  readonly motion: boolean;
  readonly atZero: boolean;
  readonly ramError: boolean;
  readonly eepromError: boolean;
  readonly underCapacity: boolean;
  readonly overCapacity: boolean;
  readonly romError: boolean;
  readonly calibrationError: boolean;
  /** Absent on scales that send two bytes. `range`: 0 low, 3 high. */
  readonly third?: { readonly range: number; readonly net: boolean; readonly initialZeroError: boolean };
  /** Bits 0 to 3: weight change, zero seen, metric, unused. */
  readonly fourth?: number;
}

const ALWAYS = 0x30;
const FOLLOWS = 0x40;
const MAX_STATUS_BYTES = 4;
const bit = (byte: number, place: number): boolean => (byte & (1 << place)) !== 0;
const put = (on: boolean, place: number): number => (on ? 1 << place : 0);

/** Undefined for bytes that are no status. */
export function decodeStatus(bytes: Uint8Array): NciStatus | undefined {
  const [one = 0, two = 0, three, four] = bytes;
  if (bytes.length < 2 || bytes.length > MAX_STATUS_BYTES) return undefined;
  const marked = bytes.every((byte, index) => {
    const follows = index > 0 && index < bytes.length - 1;
    return (byte & ~0x0f) === (follows ? ALWAYS | FOLLOWS : ALWAYS);
  });
  if (!marked) return undefined;
  return {
    motion: bit(one, 0),
    atZero: bit(one, 1),
    ramError: bit(one, 2),
    eepromError: bit(one, 3),
    underCapacity: bit(two, 0),
    overCapacity: bit(two, 1),
    romError: bit(two, 2),
    calibrationError: bit(two, 3),
    ...(three === undefined
      ? {}
      : { third: { range: three & 3, net: bit(three, 2), initialZeroError: bit(three, 3) } }),
    ...(four === undefined ? {} : { fourth: four & 0x0f }),
  };
}

export function encodeStatus(status: Partial<NciStatus>): Uint8Array {
  const { motion = false, atZero = false, ramError = false, eepromError = false, third, fourth } = status;
  const { underCapacity = false, overCapacity = false, romError = false, calibrationError = false } = status;
  const nibbles = [
    put(motion, 0) | put(atZero, 1) | put(ramError, 2) | put(eepromError, 3),
    put(underCapacity, 0) | put(overCapacity, 1) | put(romError, 2) | put(calibrationError, 3),
  ];
  if (third) nibbles.push(third.range | put(third.net, 2) | put(third.initialZeroError, 3));
  if (third && fourth !== undefined) nibbles.push(fourth);
  return Uint8Array.from(nibbles, (nibble, index) => {
    const follows = index > 0 && index < nibbles.length - 1;
    return ALWAYS | nibble | (follows ? FOLLOWS : 0);
  });
}
