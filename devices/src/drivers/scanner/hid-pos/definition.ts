import type { DeviceDefinition } from '../../../contract/definition.ts';
import { HidPosOptions } from './options.ts';
import { quality } from './quality.ts';
import { HidPosSession } from './session.ts';
import { SCANNER_USAGE, scanReportCodec } from './wire.ts';

/** Any USB scanner in HID POS mode: Honeywell, Zebra, Datalogic, Youjie and many others. */
export const hidPos: DeviceDefinition<HidPosOptions> = {
  model: 'scanner/hid-pos',
  family: 'scanner',
  name: { zh: 'USB HID POS 扫码器', en: 'USB HID POS barcode scanner' },
  source: 'USB-IF HID Point of Sale Usage Tables 1.02, chapter 3 (Bar Code Scanner page 0x8C)',
  connections: ['hid'],
  commands: [],
  hid: SCANNER_USAGE,
  // Honeywell, Youjie, Symbol (Zebra), Datalogic.
  usb: [{ vendorId: '0c2e' }, { vendorId: '23d0' }, { vendorId: '05e0' }, { vendorId: '05f9' }],
  quality,
  options: HidPosOptions,
  codecs: (options) => [scanReportCodec(options)],
  createSession: (context) => new HidPosSession(context),
};
