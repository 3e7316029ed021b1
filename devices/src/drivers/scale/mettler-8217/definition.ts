import type { DeviceDefinition } from '../../../contract/definition.ts';
import { Mettler8217Options } from './options.ts';
import { quality } from './quality.ts';
import { Mettler8217Session } from './session.ts';
import { answerCodec, WEIGH_REQUEST } from './wire.ts';

/** Checkout scales that speak the 8217 protocol: Mettler Toledo 8217, Viva, Ariva and many that imitate them. */
export const mettler8217: DeviceDefinition<Mettler8217Options> = {
  model: 'scale/mettler-8217',
  family: 'scale',
  name: { zh: '梅特勒-托利多 8217 协议收银秤', en: 'Mettler Toledo 8217 checkout scale' },
  source: 'Mettler Toledo Viva service manual, chapter on the 8217 protocol',
  connections: ['serial', 'tcp'],
  commands: ['weigh', 'zero'],
  serialDefaults: { baudRate: 9600, dataBits: 7, parity: 'even', stopBits: 1 },
  quality,
  options: Mettler8217Options,
  codecs: (options) => [answerCodec(options)],
  probe: {
    request: WEIGH_REQUEST,
    codec: 'answer',
    answers: () => true,
  },
  createSession: (context) => new Mettler8217Session(context),
};
