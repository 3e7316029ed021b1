import { z } from 'zod';

/** Four hex digits, lower case, as USB ids are printed: `0c2e`. */
const UsbId = z.string().regex(/^[0-9a-f]{4}$/);

/** Which USB device; found again when it comes back under another path. */
export const UsbMatch = z.strictObject({
  vendorId: UsbId,
  productId: UsbId.optional(),
  /** Needed only where two devices of one model are plugged in. */
  serialNumber: z.string().min(1).max(126).optional(),
});
export type UsbMatch = z.infer<typeof UsbMatch>;

/** How a serial line is set. */
export const SerialSettings = z.strictObject({
  path: z.string().min(1),
  baudRate: z.number().int().positive().default(9600),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
});

export const Connection = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('serial'), ...SerialSettings.shape }),
  /** A serial port of a USB device (CDC or a converter), found by its ids at each opening. */
  z.strictObject({ kind: z.literal('usb-serial'), ...UsbMatch.shape, ...SerialSettings.omit({ path: true }).shape }),
  /** A USB HID device: each report is a message. */
  z.strictObject({ kind: z.literal('hid'), ...UsbMatch.shape }),
  /** The line of another device of this host, e.g. the scale in a scanner's housing that shares its cable. */
  z.strictObject({ kind: z.literal('shared'), with: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal('tcp'), host: z.string(), port: z.number().int().min(1).max(65_535) }),
  /** The device is an HTTP server, e.g. a shelf-label access point. */
  z.strictObject({ kind: z.literal('http'), url: z.url() }),
  /** The device posts to us, e.g. a Wi-Fi scanning API. */
  z.strictObject({
    kind: z.literal('http-listen'),
    host: z.string().default('127.0.0.1'),
    port: z.number().int().min(1).max(65_535),
  }),
]);
export type Connection = z.infer<typeof Connection>;

/** One device of a store, as the agent's config names it. `options` is checked by the driver's own schema. */
export const DeviceConfig = z.strictObject({
  id: z.string().min(1).max(64),
  /** Catalogue key, e.g. `scanner/serial-generic`. */
  model: z.string(),
  /** Lane the device belongs to; absent for shelf labels and sensors. */
  lane: z.string().optional(),
  connection: Connection,
  options: z.record(z.string(), z.unknown()).default({}),
});
export type DeviceConfig = z.infer<typeof DeviceConfig>;

/** What a device host runs, and where it is reached: by the agent of this machine, by one of another machine, or both. */
export const HostConfig = z
  .strictObject({
    hostId: z.string().min(1).max(64),
    /** Unix socket for an agent on this machine; the token that it authenticates by is passed in the environment. */
    socketPath: z.string().min(1).optional(),
    /** TLS for an agent on another machine, which must be paired first. */
    listen: z
      .strictObject({ host: z.string().default('0.0.0.0'), port: z.number().int().min(1).max(65_535) })
      .optional(),
    /** Folder of this host's own: events that nobody acknowledged yet, and keys. In a config file: relative to the file. */
    stateDir: z.string().min(1),
    devices: z
      .array(DeviceConfig)
      .max(64)
      .refine((devices) => new Set(devices.map(({ id }) => id)).size === devices.length, 'device ids must differ'),
  })
  .refine((config) => config.socketPath !== undefined || config.listen !== undefined, 'name socketPath or listen');
export type HostConfig = z.infer<typeof HostConfig>;
