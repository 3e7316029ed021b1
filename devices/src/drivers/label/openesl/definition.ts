import type { DeviceDefinition } from '../../../contract/definition.ts';
import { OpenEslOptions } from './options.ts';
import { quality } from './quality.ts';
import { OpenEslSession } from './session.ts';

/** Electronic shelf labels behind an openESL access point, which draws them itself from a layout. It speaks plain HTTP: give it a network of its own. */
export const openEsl: DeviceDefinition<OpenEslOptions> = {
  model: 'label/openesl',
  family: 'shelf-label',
  name: { zh: 'openESL 电子价签基站', en: 'openESL shelf-label access point' },
  source: 'openESL wiki: HTTP API (calls, limits); what it does not say is assumed and marked so',
  connections: ['http'],
  commands: ['show-label', 'drop-label'],
  quality,
  options: OpenEslOptions,
  codecs: () => [],
  createSession: (context) => new OpenEslSession(context),
};
