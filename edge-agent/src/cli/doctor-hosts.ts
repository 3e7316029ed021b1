import type { StatusView } from '@tillside/agent-contract';
import { condition } from '@tillside/devices';
import type { z } from 'zod';
import type { AgentConfig } from '../config.ts';
import { hostKey } from '../secrets.ts';
import type { Finding } from './doctor.ts';

/** Found by the doctor itself, agent or not. */
const FOUND_ELSEWHERE: ReadonlySet<string> = new Set(['DISK_LOW']);

/**
 * Device hosts on other machines and their devices. While the agent runs it knows best, also which lane is without a scanner; otherwise only whether they are
 * paired can be seen from here.
 */
export function examineHosts(config: AgentConfig, status: z.infer<typeof StatusView> | undefined): Finding[] {
  const needed = true;
  if (status === undefined)
    return config.deviceHosts.map(({ id, address }): Finding => {
      const subject = `device host ${id}`;
      return hostKey(config.dataDir, id).read() === undefined
        ? { subject, ok: false, needed, condition: condition('HOST_NOT_PAIRED') }
        : { subject, ok: true, needed, found: address };
    });
  const own = new Set(config.devices.map(({ id }) => id));
  const remote = status.devices
    .filter(({ deviceId }) => !own.has(deviceId))
    .map(({ deviceId, model, state, condition: because }): Finding => {
      const subject = `device ${deviceId}`;
      return state === 'online'
        ? { subject, ok: true, needed, found: `${model} online` }
        : { subject, ok: false, needed, condition: because ?? condition('DEVICE_OFFLINE', state) };
    });
  const conditions = status.conditions
    .filter(({ code }) => !FOUND_ELSEWHERE.has(code))
    .map((one): Finding => ({ subject: 'store', ok: false, needed: false, condition: one }));
  return [...remote, ...conditions];
}
