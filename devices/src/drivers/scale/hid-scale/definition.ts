import type { DeviceDefinition, DeviceSession, DriverContext } from '../../../contract/definition.ts';
import { ScaleConversation } from '../conversation.ts';
import { hidScaleDialect } from './dialect.ts';
import { AGAIN, LastReport } from './last-report.ts';
import { HidScaleOptions } from './options.ts';
import { quality } from './quality.ts';
import { controlCodec, reportCodec, SCALE_USAGE } from './wire.ts';

/** Scales that report over USB by the USB-IF's weighing device page: Mettler Toledo, Fairbanks, Dymo, Stamps.com and others. */
export const hidScale: DeviceDefinition<HidScaleOptions> = {
  model: 'scale/hid-scale',
  family: 'scale',
  name: { zh: 'USB HID 秤', en: 'USB HID scale' },
  source: 'USB-IF HID Point of Sale Usage Tables 1.02, chapter 4 (Weighing Device page 0x8D)',
  connections: ['hid'],
  commands: ['weigh', 'zero'],
  hid: SCALE_USAGE,
  // Mettler Toledo, Fairbanks, Dymo, Stamps.com.
  usb: [
    { vendorId: '0eb8', productId: 'f000' },
    { vendorId: '0b67', productId: '555e' },
    { vendorId: '0922' },
    { vendorId: '1446', productId: '6a73' },
    { vendorId: '2474' },
  ],
  quality,
  options: HidScaleOptions,
  codecs: () => [reportCodec, controlCodec],
  createSession,
};

function createSession(context: DriverContext<HidScaleOptions>): DeviceSession {
  if (context.options.reports === 'always') {
    return new ScaleConversation(context, hidScaleDialect({ name: 'weigh', bytes: Uint8Array.of() }));
  }
  const remembering = { ...context, openTransport: () => new LastReport(context.openTransport()) };
  return new ScaleConversation(remembering, hidScaleDialect({ name: 'weigh', bytes: AGAIN }));
}
