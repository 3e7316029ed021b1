import type { DeviceDefinition } from '../../../contract/definition.ts';
import { ScaleConversation } from '../conversation.ts';
import { mettler8217Dialect } from './dialect.ts';
import { Mettler8217Options } from './options.ts';
import { quality } from './quality.ts';
import { requestCodec } from './request.ts';
import { answerCodec, STX } from './wire.ts';

/** Checkout scales that speak the 8217 protocol: Mettler Toledo 8217, Viva, Ariva and many that imitate them. */
export const mettler8217: DeviceDefinition<Mettler8217Options> = {
  model: 'scale/mettler-8217',
  family: 'scale',
  name: { zh: '梅特勒-托利多 8217 协议收银秤', en: 'Mettler Toledo 8217 checkout scale' },
  source: 'Mettler Toledo Diva service manual 72191202, chapter on the 8217 protocol',
  connections: ['serial', 'usb-serial', 'shared', 'tcp'],
  commands: ['weigh', 'zero', 'tare'],
  serialDefaults: { baudRate: 9600, dataBits: 7, parity: 'even', stopBits: 1 },
  sharedMark: { text: String.fromCharCode(STX), counts: 'anywhere' },
  quality,
  options: Mettler8217Options,
  codecs: (options) => [answerCodec(options), requestCodec],
  probe: {
    request: requestCodec.encode({ kind: 'weigh' }),
    codec: 'answer',
    answers: () => true,
  },
  createSession: (context) => new ScaleConversation(context, mettler8217Dialect(context.options)),
};
