import { expect, vi } from 'vitest';
import { systemClock } from '../../../clock.ts';
import type { LabelContent } from '../../../contract/command.ts';
import type { DriverContext } from '../../../contract/definition.ts';
import { DeviceEvent } from '../../../contract/event.ts';
import { newCounters } from '../../../contract/metrics.ts';
import type { LabelRenderer } from '../../../render/label-renderer.ts';
import { renderLabel } from '../../../render/render.ts';
import { OpenEpaperLinkSimulator, type OpenEpaperLinkSimulatorOptions } from '../../../simulators/openepaperlink.ts';
import { openEpaperLink } from './definition.ts';
import type { OpenEpaperLinkOptions } from './options.ts';
import { OpenEpaperLinkSession } from './session.ts';

export const A = '0000021A2B3C4D5E';
export const B = '0000021A2B3C4D5F';
export const milk: LabelContent = {
  sku: '1',
  gtin: '06901234567892',
  nameZh: '纯牛奶',
  nameEn: 'Milk',
  size: '1 L',
  priceFen: 1280,
};
const FAST = {
  acceptTimeoutMs: 600,
  minGapMs: 30,
  pollMs: 25,
  backoffBaseMs: 40,
  backoffMaxMs: 120,
  sweepMs: 50,
  requestTimeoutMs: 2_000,
};

export const undo: (() => Promise<void>)[] = [];

/** Everything that a test started ends. */
export async function undoAll(): Promise<void> {
  for (const stop of undo.splice(0).reverse()) await stop();
}

export async function accessPoint(more: Partial<OpenEpaperLinkSimulatorOptions> = {}) {
  const tags = [
    { mac: A, hwType: 0x01 },
    { mac: B, hwType: 0x00 },
  ];
  const simulator = new OpenEpaperLinkSimulator({ tags, checkInMs: 60, sysMs: 50, ...more });
  await simulator.start();
  undo.push(() => simulator.stop());
  return simulator;
}

/** Draws on this thread: the worker has tests of its own, and one here. */
const inline: LabelRenderer = {
  render: async (content, tag) => renderLabel(content, tag).jpeg,
  stop: async () => undefined,
};

export async function driver(url: string, options: Record<string, unknown> = {}, renderer = inline) {
  const events: DeviceEvent[] = [];
  const all = { ...FAST, ...options };
  const context: DriverContext<OpenEpaperLinkOptions> = {
    config: { id: 'ap-1', model: openEpaperLink.model, connection: { kind: 'http', url }, options: all },
    options: openEpaperLink.options.parse(all),
    clock: systemClock,
    random: () => 0.5,
    emit: (event) => events.push(DeviceEvent.parse(event)),
    counters: newCounters(),
    openTransport: () => {
      throw new Error('no bytes here');
    },
  };
  const session = new OpenEpaperLinkSession(context, renderer);
  await session.start();
  undo.push(() => session.stop());
  const labels = (state: string, tagId = A) =>
    events.filter((event) => event.type === 'label' && event.state === state && event.tagId === tagId);
  const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 15 });
  const seen = (state: string, count = 1, tagId = A) =>
    until(() => expect(labels(state, tagId).length, JSON.stringify(events.slice(-8))).toBeGreaterThanOrEqual(count));
  const condition = (code: string) =>
    until(() => expect(events.some((event) => event.type === 'state' && event.condition?.code === code)).toBe(true));
  const show = (content: LabelContent, tagId = A, isUrgent = false) =>
    session.command({ type: 'show-label', deviceId: 'ap-1', tagId, content, isUrgent });
  const drop = (tagId = A) => session.command({ type: 'drop-label', deviceId: 'ap-1', tagId });
  const codes = () => events.flatMap((event) => (event.type === 'state' ? [event.condition?.code ?? event.state] : []));
  return {
    drop,
    codes,
    session,
    events,
    labels,
    until,
    seen,
    condition,
    show,
  };
}
