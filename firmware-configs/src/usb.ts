import { z } from 'zod';
import { loadFolder } from './load.ts';

/** Four hex digits, lower case, as USB ids are printed. */
const UsbId = z.string().regex(/^[0-9a-f]{4}$/);

/** USB devices that carry a serial line: converters by vendor and product, makers of scanners and scales by vendor. */
export const UsbFamily = z.strictObject({
  kind: z.literal('serial'),
  source: z.string().min(10),
  devices: z.array(
    z.strictObject({ vendorId: UsbId, productId: UsbId.optional(), name: z.string().regex(/^[\x20-\x7e]+$/) }),
  ),
});
export type UsbFamily = z.infer<typeof UsbFamily>;

export const usbFamilies = (): UsbFamily[] => loadFolder(UsbFamily, 'usb');
