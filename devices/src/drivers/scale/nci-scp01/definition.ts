import type { DeviceDefinition } from '../../../contract/definition.ts';
import { ScaleConversation } from '../conversation.ts';
import { nciScp01Dialect } from './dialect.ts';
import { NciScp01Options } from './options.ts';
import { quality } from './quality.ts';
import { answerCodec, requestCodec } from './wire.ts';

/** Scales that speak NCI: Weigh-Tronix, NCI and Brecknell benches, CAS PD-II with ECR type 5, and checkout scales set to NCI. */
export const nciScp01: DeviceDefinition<NciScp01Options> = {
  model: 'scale/nci-scp01',
  family: 'scale',
  name: { zh: 'NCI（SCP-01）协议收银秤', en: 'NCI (SCP-01) checkout scale' },
  source: 'Weigh-Tronix 8408-14788-01 (SCP-01); Mettler Toledo Diva service manual 72191202, NCI protocols',
  connections: ['serial', 'usb-serial', 'tcp'],
  commands: ['weigh', 'zero'],
  serialDefaults: { baudRate: 9600, dataBits: 7, parity: 'even', stopBits: 1 },
  quality,
  options: NciScp01Options,
  codecs: (options) => [answerCodec(options), requestCodec],
  probe: { request: requestCodec.encode({ kind: 'status' }), codec: 'answer', answers: () => true },
  createSession: (context) => new ScaleConversation(context, nciScp01Dialect(context.options)),
};
