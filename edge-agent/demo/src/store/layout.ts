import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPLAY_FILE } from '@tillside/edge-agent';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

export const STORE_ID = 'demo-store';
export const STORE_NAME = { zh: '拾光里社区店', en: 'Tillside Corner Store' };
/** Today's business date in the store's zone, YYYY-MM-DD. */
export const businessDateNow = (): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: STORE_ZONE, dateStyle: 'short' }).format(Date.now());

export const STORE_ZONE = 'Asia/Shanghai';
/** Of 林晓, a clerk, and of 陈静, who may approve at a till. */
export const STAFF_PIN = '2580';
export const SUPERVISOR_PIN = '7913';
/** Where a POS that tells its sales by files stands, and what it calls itself. */
export const FILE_POS = { lane: '5', workstation: '7' };
export const TAGS = [
  '0000021A5B7C1D01',
  '0000021A5B7C1D02',
  '0000021A5B7C1D03',
  '0000021A5B7C1D04',
  '0000021A5B7C1D05',
  '0000021A5B7C1D06',
];

/** Ports of the demo on this machine. */
export interface Ports {
  agent: number;
  hub: number;
  mqtt: number;
  accessPoint: number;
  presence: number;
}

export const DEFAULT_PORTS: Ports = { agent: 7080, hub: 7600, mqtt: 7601, accessPoint: 7082, presence: 7083 };

/** Where the demo keeps what must survive: everything below one folder, so that starting over is removing it. */
export interface Layout {
  root: string;
  hubData: string;
  hubConfig: string;
  agentData: string;
  agentConfig: string;
  /** The day's baskets, where `tillside-agent simulate pos --replay` looks for them. */
  replay: string;
  simulators: string;
  /** Where another POS drops its POSLog files. */
  posFiles: string;
  logs: string;
  state: string;
}

export function layoutOf(root: string): Layout {
  return {
    root,
    hubData: join(root, 'hub'),
    hubConfig: join(root, 'hub.json'),
    agentData: join(root, 'agent'),
    agentConfig: join(root, 'agent.json'),
    replay: join(root, REPLAY_FILE),
    simulators: join(root, 'lines'),
    posFiles: join(root, 'pos-files'),
    logs: join(root, 'logs'),
    state: join(root, 'demo.json'),
  };
}

export const defaultRoot = (): string => join(ROOT, '.tillside', 'demo');

/** Built pages, when the set-up has built them. */
export const kioskPages = (): string | undefined => builtPages('kiosk-app/dist-web');
export const consolePages = (): string | undefined => builtPages('cloud-sync/console/dist-web');
export const memberPages = (): string | undefined => builtPages('cloud-sync/member-page/dist-web');

function builtPages(folder: string): string | undefined {
  const path = join(ROOT, folder);
  return existsSync(join(path, 'index.html')) ? path : undefined;
}
