import type { StatusView } from '@tillside/agent-contract';
import type { z } from 'zod';
import type { AgentConfig } from '../config.ts';
import type { Io } from './io.ts';
import { askAgent } from './operator.ts';

type Device = z.infer<typeof StatusView>['devices'][number];

const WATCH_MS = 500;

function describe(device: Device): string {
  const head = [device.deviceId, device.model, device.lane === undefined ? '-' : `lane ${device.lane}`, device.state];
  const { condition } = device;
  return condition === undefined
    ? head.join('  ')
    : `${head.join('  ')}\n    ${condition.code} ${condition.message}\n    ${condition.hint}`;
}

export async function listDevices(config: AgentConfig, io: Io): Promise<void> {
  const { devices } = await askAgent(config, io, 'status', {});
  for (const device of devices) io.out(describe(device));
  if (devices.length === 0) io.err(io.locale === 'en' ? 'The config names no devices.' : '配置中没有设备。');
}

/** Prints each device once, then whatever changes, until stopped. */
export async function watchDevices(config: AgentConfig, io: Io): Promise<void> {
  const last = new Map<string, string>();
  while (!io.signal.aborted) {
    const { devices } = await askAgent(config, io, 'status', {});
    for (const device of devices) {
      const text = describe(device);
      if (last.get(device.deviceId) === text) continue;
      last.set(device.deviceId, text);
      io.out(text);
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, WATCH_MS);
      io.signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }
}
