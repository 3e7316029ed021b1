import { z } from 'zod';
import { loadFolder, loadNamed, Text } from './load.ts';

export { ProfileError, parseProfile } from './load.ts';

/** Settings of a serial line. */
export const LineSettings = z.strictObject({
  baudRate: z.number().int().positive(),
  dataBits: z.union([z.literal(7), z.literal(8)]),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
});

/**
 * A bar code that sets a scanner, in the order of scanning. `data` is what the symbol holds: printable ASCII, with `<FNC3>` for Code 128's
 * sign of reader programming and `<CR>`, `<GS>` for control characters.
 */
export const SetUpCode = z
  .strictObject({
    what: Text,
    symbology: z.enum(['code128', 'datamatrix', 'qr', 'aztec']),
    data: z
      .string()
      .min(1)
      .max(200)
      .regex(/^(?:<FNC3>|<CR>|<GS>|[ -;=?-~])+$/, 'printable ASCII without < and >, <FNC3>, <CR> or <GS>'),
    /** `manual`: the maker's manual gives the content; `published`: the manual has the command, how the symbol holds it is published by others. */
    proof: z.enum(['manual', 'published']),
    source: z.string().min(10),
  })
  .refine(({ symbology, data }) => symbology === 'code128' || !data.includes('<FNC3>'), 'only Code 128 has <FNC3>');
export type SetUpCode = z.infer<typeof SetUpCode>;

const profileFields = {
  /** Key in the device catalogue, e.g. `scanner/serial-generic`; several makers' profiles may share one. */
  model: z.string().regex(/^[a-z]+\/[a-z0-9-]+$/),
  name: Text,
  source: z.string().min(10),
  /** Absent where the device is no serial line. */
  line: LineSettings.optional(),
  /** Four hex digits, lower case; where the profile is one maker's. */
  usbVendorId: z
    .string()
    .regex(/^[0-9a-f]{4}$/)
    .optional(),
  /** Options of the driver, checked by the driver's own schema. */
  options: z.record(z.string(), z.unknown()),
  /** Steps for a person in front of the device, in order. */
  setUp: z.array(Text).min(1).max(20),
  /** Printed on the set-up sheet, to be scanned from top to bottom; only what a source vouches for. */
  setUpCodes: z.array(SetUpCode).min(1).max(12).optional(),
};
const ProfileFile = z.strictObject(profileFields);

/** How one device is set up: on the device by a person, and in the config of the store. `id` is the name of its file. */
export const DeviceProfile = z.strictObject({ id: z.string().regex(/^[a-z0-9-]+$/), ...profileFields });
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

/** Profiles of a folder, each with the name of its file as id. */
const loadProfiles = (folder: string): DeviceProfile[] =>
  loadNamed(ProfileFile, folder).map(({ name, value }) => DeviceProfile.parse({ id: name, ...value }));

export const scannerProfiles = (): DeviceProfile[] => loadProfiles('scanners');
export const scaleProfiles = (): DeviceProfile[] => loadProfiles('scales');
export const printerProfiles = (): DeviceProfile[] => loadProfiles('printers');
export const posProfiles = (): PosProfile[] => loadFolder(PosProfile, 'pos');
