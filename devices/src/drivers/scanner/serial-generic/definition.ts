import type { DeviceDefinition } from '../../../contract/definition.ts';
import { scanCodec } from './decode.ts';
import { SerialScannerOptions } from './options.ts';
import { quality } from './quality.ts';
import { SerialScannerSession } from './session.ts';

/** Any scanner that sends text and a suffix: RS-232, USB serial (CDC), or through a serial-to-network converter. */
export const serialGeneric: DeviceDefinition<SerialScannerOptions> = {
  model: 'scanner/serial-generic',
  family: 'scanner',
  name: { zh: '通用串口扫码器', en: 'Generic serial barcode scanner' },
  source: 'Common factory setting of serial scanners (9600 8N1, suffix CR); AIM identifiers by ISO/IEC 15424',
  connections: ['serial', 'usb-serial', 'tcp'],
  commands: [],
  serialDefaults: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  quality,
  options: SerialScannerOptions,
  codecs: (options) => [scanCodec(options)],
  createSession: (context) => new SerialScannerSession(context),
};
