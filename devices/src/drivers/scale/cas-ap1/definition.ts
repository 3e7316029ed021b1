import type { DeviceDefinition } from '../../../contract/definition.ts';
import { ScaleConversation } from '../conversation.ts';
import { casAp1Dialect } from './dialect.ts';
import { CasAp1Options } from './options.ts';
import { quality } from './quality.ts';
import { answerCodec, type CasAnswer, requestCodec } from './wire.ts';

/** Scales that speak the AP-1 protocol: CAS AP-1, ER, SW, PD-II with ECR type 6, and others that imitate them. */
export const casAp1: DeviceDefinition<CasAp1Options> = {
  model: 'scale/cas-ap1',
  family: 'scale',
  name: { zh: '凯士 AP-1 协议电子秤', en: 'CAS AP-1 scale' },
  source: 'CAS AP-1 protocol description; CAS PD-II manual 3.1.6, type 6 interface',
  connections: ['serial', 'usb-serial', 'tcp'],
  commands: ['weigh'],
  serialDefaults: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  quality,
  options: CasAp1Options,
  codecs: (options) => [answerCodec(options), requestCodec],
  probe: {
    request: requestCodec.encode({ kind: 'enquire' }),
    codec: 'answer',
    answers: (value) => (value as CasAnswer).kind === 'ack' || (value as CasAnswer).kind === 'nak',
  },
  createSession: (context) => new ScaleConversation(context, casAp1Dialect(context.options)),
};
