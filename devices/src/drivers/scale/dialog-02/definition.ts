import type { DeviceDefinition } from '../../../contract/definition.ts';
import { ScaleConversation } from '../conversation.ts';
import { DialogDialect } from './dialect.ts';
import { Dialog02Options } from './options.ts';
import { quality } from './quality.ts';
import { requestCodec } from './request.ts';
import { answerCodec } from './wire.ts';

/** Checkout scales of the European kind, which compute the price: Dialog 02 (2400 baud), 04 (4800) and, with the maker's secret, 06 (9600). */
export const dialog02: DeviceDefinition<Dialog02Options> = {
  model: 'scale/dialog-02',
  family: 'scale',
  name: { zh: 'Dialog 02/04/06 计价秤', en: 'Dialog 02, 04 or 06 price computing scale' },
  source: 'OHAUS Aviator 7000 service manual, 6.1.3 and 6.1.6; Mettler Toledo Diva service manual 72191202, 6.1.8',
  connections: ['serial', 'usb-serial', 'tcp'],
  commands: ['weigh', 'tare'],
  serialDefaults: { baudRate: 2400, dataBits: 7, parity: 'odd', stopBits: 1 },
  quality,
  options: Dialog02Options,
  codecs: (options) => [answerCodec(options), requestCodec(options)],
  // Record 08 changes nothing; only a Dialog scale answers it with record 09.
  probe: {
    request: requestCodec({ priceDigits: 6 }).encode({ kind: 'status' }),
    codec: 'answer',
    answers: (value) => (value as { kind?: unknown }).kind === 'status',
  },
  createSession: (context) => new ScaleConversation(context, new DialogDialect(context.options)),
};
