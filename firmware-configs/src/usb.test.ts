import { describe, expect, it } from 'vitest';
import { UsbFamily, usbFamilies } from './usb.ts';

describe('USB ids', () => {
  it('load, each pair once, from a named source', () => {
    const devices = usbFamilies().flatMap((family) => family.devices);
    const ids = devices.map(({ vendorId, productId = '*' }) => `${vendorId}:${productId}`);
    expect(ids.length).toBeGreaterThan(15);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are lower-case hex', () => {
    const [family] = usbFamilies();
    const wrong = { ...family, devices: [{ vendorId: '0C2E', name: 'x' }] };
    expect(UsbFamily.safeParse(wrong).success).toBe(false);
  });
});
