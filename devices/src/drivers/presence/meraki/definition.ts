import type { DeviceDefinition } from '../../../contract/definition.ts';
import { MerakiOptions } from './options.ts';
import { quality } from './quality.ts';
import { MerakiSession } from './session.ts';

/** Cisco Meraki access points: their cloud posts who was seen to this listener, which must be reachable over HTTPS (a proxy in front of it). */
export const meraki: DeviceDefinition<MerakiOptions> = {
  model: 'presence/meraki',
  family: 'presence',
  name: { zh: 'Meraki 无线定位（Scanning API）', en: 'Meraki Wi-Fi scanning API' },
  source: 'Cisco Meraki Scanning API, versions 2 and 3',
  connections: ['http-listen'],
  commands: [],
  quality,
  options: MerakiOptions,
  codecs: () => [],
  createSession: (context) => new MerakiSession(context),
};
