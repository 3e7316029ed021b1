import type { DeviceDefinition } from '../../../contract/definition.ts';
import { ScaleConversation } from '../conversation.ts';
import { magellanDialect } from './dialect.ts';
import { MagellanOptions } from './options.ts';
import { quality } from './quality.ts';
import { answerCodec, requestCodec, SCALE_PREFIX } from './wire.ts';

/** The scale of Datalogic (PSC) Magellan scanner-scales in single-cable mode, and of others that speak NCR's scanner/scale format as they do. */
export const magellanSingleCable: DeviceDefinition<MagellanOptions> = {
  model: 'scale/magellan-single-cable',
  family: 'scale',
  name: { zh: '得利捷 Magellan 扫描秤（单线模式）', en: 'Datalogic Magellan scanner-scale, single cable' },
  source: 'Datalogic knowledge base KA-01089, RS232 single cable and USB COM single cable',
  connections: ['serial', 'usb-serial', 'shared', 'tcp'],
  commands: ['weigh'],
  serialDefaults: { baudRate: 9600, dataBits: 7, parity: 'odd', stopBits: 1 },
  sharedMark: { text: SCALE_PREFIX, counts: 'at-start' },
  quality,
  options: MagellanOptions,
  codecs: (options) => [answerCodec(options), requestCodec],
  probe: {
    request: requestCodec.encode({ kind: 'monitor' }),
    codec: 'answer',
    answers: () => true,
  },
  createSession: (context) => new ScaleConversation(context, magellanDialect(context.options)),
};
