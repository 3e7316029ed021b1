import type { AgentErrorCode, Locale } from '@tillside/agent-contract';
import { condition, type HostStatusReport } from '@tillside/devices';
import { AgentError } from '../errors.ts';
import type { DeviceStatus } from './intake.ts';

/** Events that were dropped are told to people for so long. */
const SHED_VISIBLE_MS = 24 * 3_600_000;
/** A scanner in one of these works, or will in a moment. */
const SCANS: ReadonlySet<string> = new Set(['online', 'starting']);

type Condition = { code: string; message: string; hint: string };

/** A device host as the agent sees it. */
export interface HostView {
  readonly name: string;
  readonly remote: boolean;
  /** Why it can't be reached; undefined while it can, and for the agent's own children. */
  away: Condition | undefined;
  /** Devices of it whose id another host has. */
  refusedIds: readonly string[];
  /** What it last said of itself. */
  report: HostStatusReport | undefined;
}

/** What people must know of hosts and lanes: each lane without a scanner, each host that is away, and what hosts say of themselves. */
export function hostConditions(
  hosts: readonly HostView[],
  devices: readonly DeviceStatus[],
  nowMs: number,
  locale: Locale,
): Condition[] {
  const named = (code: AgentErrorCode, detail: string): Condition => ({
    code,
    ...new AgentError(code, { detail: `(${detail})` }).words(locale),
  });
  const lanes = lanesWithoutScanner(devices).map((lane) => named('LANE_WITHOUT_SCANNER', lane));
  const ofHosts = hosts.flatMap((host): Condition[] => [
    ...(host.away === undefined ? [] : [named('HOST_DOWN', `${host.name}: ${host.away.code} ${host.away.message}`)]),
    ...host.refusedIds.map((deviceId) => named('DEVICE_ID_TWICE', `${host.name}: ${deviceId}`)),
    ...(host.report?.conditions ?? []).map((one) => ({ ...one, message: `${one.message} (${host.name})` })),
    ...shedCondition(host, nowMs),
  ]);
  return [...lanes, ...ofHosts];
}

/** Lanes that have scanners, none of which works. */
function lanesWithoutScanner(devices: readonly DeviceStatus[]): string[] {
  const scanners = devices.filter(({ model, lane }) => lane !== undefined && model.startsWith('scanner/'));
  const working = new Set(scanners.filter(({ state }) => SCANS.has(state)).map(({ lane }) => lane));
  return [...new Set(scanners.flatMap(({ lane }) => (lane === undefined || working.has(lane) ? [] : [lane])))].sort();
}

function shedCondition({ name, report }: HostView, nowMs: number): Condition[] {
  const shedAtMs = Date.parse(report?.shedAt ?? '');
  if (report === undefined || Number.isNaN(shedAtMs) || nowMs - shedAtMs > SHED_VISIBLE_MS) return [];
  const counts = Object.entries(report.shed).map(([type, count]) => `${count} ${type}`);
  return [condition('EVENTS_SHED', `${name}: ${counts.join(', ')}`)];
}
