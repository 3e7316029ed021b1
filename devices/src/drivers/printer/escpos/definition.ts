import type { DeviceDefinition } from '../../../contract/definition.ts';
import { commandCodec } from './commands.ts';
import { EscPosOptions } from './options.ts';
import { WorkerPictureMaker } from './pictures.ts';
import { quality } from './quality.ts';
import { EscPosSession } from './session.ts';
import { answerCodec, askBytes, type PrinterWord } from './wire.ts';

/** A real-time answer of a printer that nobody touches is a control character: no scale or scanner begins with one of these. */
const MAX_PROBE_ANSWER = 0x1f;

/** Receipt printers that speak ESC/POS, as nearly all do. */
export const escPos: DeviceDefinition<EscPosOptions> = {
  model: 'printer/escpos',
  family: 'printer',
  name: { zh: 'ESC/POS 小票打印机', en: 'ESC/POS receipt printer' },
  source:
    'Epson TM-U220A and TM-T85 manuals, command descriptions (DLE EOT, GS r, GS a); Bixolon SRP-350 and SRP-330II command manuals',
  connections: ['tcp', 'serial', 'usb-serial'],
  commands: ['print', 'print-picture'],
  serialDefaults: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  quality,
  options: EscPosOptions,
  codecs: () => [answerCodec, commandCodec],
  probe: {
    request: askBytes('printer'),
    codec: 'answer',
    answers: (value) => {
      const word = value as PrinterWord;
      return word.kind === 'realtime' && word.bits <= MAX_PROBE_ANSWER;
    },
  },
  createSession: (context) => new EscPosSession(context, new WorkerPictureMaker()),
};
