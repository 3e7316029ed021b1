import type { DeviceDefinition } from '../../../contract/definition.ts';
import { ScaleConversation } from '../conversation.ts';
import { casPd2Dialect } from './dialect.ts';
import { CasPd2Options } from './options.ts';
import { quality } from './quality.ts';
import { answerCodec, type PdAnswer, requestCodec } from './wire.ts';

/** CAS PD-II and PDN with ECR type 0 or 1. Set to type 5 the same scale speaks NCI, set to type 6 AP-1: those say more. */
export const casPd2: DeviceDefinition<CasPd2Options> = {
  model: 'scale/cas-pd2',
  family: 'scale',
  name: { zh: '凯士 PD-II 电子秤（ECR 类型 0/1）', en: 'CAS PD-II scale (ECR type 0 or 1)' },
  source: 'CAS PD-II manual 3.1.3, type 0 and type 1 interface',
  connections: ['serial', 'usb-serial', 'tcp'],
  commands: ['weigh'],
  serialDefaults: { baudRate: 9600, dataBits: 7, parity: 'even', stopBits: 1 },
  quality,
  options: CasPd2Options,
  codecs: (options) => [answerCodec(options), requestCodec],
  probe: {
    request: requestCodec.encode({ kind: 'weigh' }),
    codec: 'answer',
    // ENQ alone is acknowledged by others too: only a frame is its own.
    answers: (value) => ['weight', 'overload'].includes((value as PdAnswer).kind),
  },
  createSession: (context) => new ScaleConversation(context, casPd2Dialect(context.options)),
};
