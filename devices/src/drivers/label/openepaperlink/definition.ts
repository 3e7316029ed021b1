import type { DeviceDefinition } from '../../../contract/definition.ts';
import { WorkerLabelRenderer } from '../../../render/label-renderer.ts';
import { OpenEpaperLinkOptions } from './options.ts';
import { quality } from './quality.ts';
import { OpenEpaperLinkSession } from './session.ts';

/** Electronic shelf labels behind an OpenEPaperLink access point. The access point has no authentication: give it a network of its own. */
export const openEpaperLink: DeviceDefinition<OpenEpaperLinkOptions> = {
  model: 'label/openepaperlink',
  family: 'shelf-label',
  name: { zh: 'OpenEPaperLink 电子价签基站', en: 'OpenEPaperLink shelf-label access point' },
  source: 'OpenEPaperLink access point firmware: HTTP and WebSocket interface',
  connections: ['http'],
  commands: ['show-label', 'drop-label', 'flash-label'],
  quality,
  options: OpenEpaperLinkOptions,
  codecs: () => [],
  createSession: (context) => new OpenEpaperLinkSession(context, new WorkerLabelRenderer()),
};
