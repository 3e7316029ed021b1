import { z } from 'zod';
import { loadFolder, Text } from './load.ts';

export { ProfileError, parseProfile } from './load.ts';

/** Settings of a serial line. */
export const LineSettings = z.strictObject({
  baudRate: z.number().int().positive(),
  dataBits: z.union([z.literal(7), z.literal(8)]),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
});

/** How one device model is set up: on the device by a person, and in the config of the store. */
export const DeviceProfile = z.strictObject({
  /** Key in the device catalogue, e.g. `scanner/serial-generic`. */
  model: z.string().regex(/^[a-z]+\/[a-z0-9-]+$/),
  name: Text,
  source: z.string().min(10),
  line: LineSettings,
  /** Options of the driver, checked by the driver's own schema. */
  options: z.record(z.string(), z.unknown()),
  /** Steps for a person in front of the device, in order. */
  setUp: z.array(Text).min(1).max(20),
});
export type DeviceProfile = z.infer<typeof DeviceProfile>;

/** What a kind of till can do; the agent's terminal config names one. */
export const PosProfile = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: Text,
  source: z.string().min(10),
  /** `tillside`: the basket is priced here; `pos-adjusts`: the POS prices and takes our adjustments; `pos-reports`: it reports sales only. */
  priceOwner: z.enum(['tillside', 'pos-adjusts', 'pos-reports']),
  scansGoTo: z.enum(['agent', 'pos']),
  /** Whether offers can be shown before the sale is complete. */
  answersShopper: z.boolean(),
});
export type PosProfile = z.infer<typeof PosProfile>;

export const scannerProfiles = (): DeviceProfile[] => loadFolder(DeviceProfile, 'scanners');
export const scaleProfiles = (): DeviceProfile[] => loadFolder(DeviceProfile, 'scales');
export const posProfiles = (): PosProfile[] => loadFolder(PosProfile, 'pos');
