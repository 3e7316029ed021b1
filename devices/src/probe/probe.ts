import type { AnyDeviceDefinition, DeviceCatalog } from '../catalog.ts';
import { condition, conditionOf } from '../conditions.ts';
import type { Connection } from '../contract/config.ts';
import type { Condition } from '../contract/event.ts';
import type { ByteTransport, Clock } from '../contract/transport.ts';
import { settingsText } from '../drivers/line-settings.ts';
import { type ClassifiedScan, classifyScan } from '../gs1/classify.ts';
import type { PortHolder } from '../transport/holder.ts';
import type { SerialPortFound } from '../transport/probe.ts';
import { ask, codecOf } from './ask.ts';
import { settingsToTry } from './garbage.ts';

export const ANSWER_WAIT_MS = 500;
export const SCAN_WAIT_MS = 10_000;

/** Where something may be: a serial port of this machine, or a device on the network. */
export type ProbeTarget =
  | { readonly kind: 'serial'; readonly port: SerialPortFound }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** What is being done, for people who watch. `settings` as `9600 8N1`; empty on a network line. */
export type ProbeStep =
  | { readonly step: 'ask'; readonly address: string; readonly model: string; readonly settings: string }
  | { readonly step: 'scan'; readonly address: string; readonly settings: string; readonly waitMs: number };

export interface ProbePorts {
  readonly catalog: DeviceCatalog;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** A model that is asked has this long to answer. */
  readonly answerWaitMs: number;
  /** Scans are waited for this long; 0: not at all. */
  readonly scanWaitMs: number;
  open(connection: Connection): ByteTransport;
  holder(path: string): Promise<PortHolder | undefined>;
  onStep(step: ProbeStep): void;
}

export interface ProbeFound {
  readonly model: string;
  /** How a config names it: by USB ids where the port has some, by its stable path where it has one. */
  readonly connection: Connection;
  /** What a scanner sent; a payment code is masked. */
  readonly scan?: ClassifiedScan;
}

export interface ProbeResult {
  readonly address: string;
  readonly found: readonly ProbeFound[];
  /** Why nothing could be asked, e.g. PORT_BUSY. */
  readonly condition?: Condition;
  /** Something is there, but nothing that a model reads: how many bytes came at which settings, and what to try. */
  readonly garbage: readonly {
    readonly settings: string;
    readonly byteCount: number;
    readonly tryNext: readonly string[];
  }[];
}

const addressOf = (target: ProbeTarget): string =>
  target.kind === 'tcp' ? `${target.host}:${target.port}` : target.port.path;

/** The connection of a target with a model's factory settings; by path, or as a config should name it. */
function connectionOf(target: ProbeTarget, definition: AnyDeviceDefinition, lasting: boolean): Connection {
  if (target.kind === 'tcp') return { kind: 'tcp', host: target.host, port: target.port };
  const settings = definition.serialDefaults ?? { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 };
  const { path, stablePath, vendorId, productId, serialNumber } = target.port;
  if (!lasting || !vendorId || !definition.connections.includes('usb-serial'))
    return { kind: 'serial', path: lasting ? (stablePath ?? path) : path, ...settings };
  return {
    kind: 'usb-serial',
    vendorId,
    ...(productId ? { productId } : {}),
    ...(serialNumber ? { serialNumber } : {}),
    ...settings,
  };
}

/**
 * Finds out what is at the other end of a line: each model with a harmless request is asked at its factory settings, then a scan is waited for. A port that
 * another program has open is left alone. Never rejects.
 */
export async function probeTarget(target: ProbeTarget, ports: ProbePorts): Promise<ProbeResult> {
  const address = addressOf(target);
  const nothing = { address, found: [], garbage: [] };
  if (target.kind === 'serial') {
    const holder = await ports.holder(target.port.path);
    const text = holder && `${address}: ${holder.program || 'process'} ${holder.pid}`;
    if (text !== undefined) return { ...nothing, condition: condition('PORT_BUSY', text) };
  }
  const models = Object.values(ports.catalog).filter(({ connections }) => connections.includes(target.kind));
  const found: ProbeFound[] = [];
  const garbage: ProbeResult['garbage'][number][] = [];
  try {
    for (const definition of models.filter(({ probe }) => probe !== undefined)) {
      if (ports.signal?.aborted) break;
      const heard = await askModel(target, definition, ports);
      if (heard === 'answered')
        found.push({ model: definition.model, connection: connectionOf(target, definition, true) });
      else if (heard) garbage.push(heard);
    }
    const scanner = models.find(({ family, probe }) => family === 'scanner' && probe === undefined);
    if (found.length === 0 && scanner && ports.scanWaitMs > 0 && !ports.signal?.aborted) {
      const heard = await awaitScan(target, scanner, ports);
      if (heard && 'scan' in heard) found.push(heard);
      else if (heard) garbage.push(heard);
    }
  } catch (error) {
    return { address, found, garbage, condition: conditionOf(error, 'PORT_OPEN_FAILED') };
  }
  return { address, found, garbage: found.length > 0 ? [] : garbage };
}

function settingsOf(target: ProbeTarget, definition: AnyDeviceDefinition): string {
  return target.kind === 'serial' && definition.serialDefaults ? settingsText(definition.serialDefaults) : '';
}

async function askModel(target: ProbeTarget, definition: AnyDeviceDefinition, ports: ProbePorts) {
  const { probe } = definition;
  const codec = probe && codecOf(definition, probe.codec);
  if (!probe || !codec) return undefined;
  const settings = settingsOf(target, definition);
  ports.onStep({ step: 'ask', address: addressOf(target), model: definition.model, settings });
  // With 7 data bits, bit 7 is the parity bit where something between carries it along.
  const mask = definition.serialDefaults?.dataBits === 7 ? 0x7f : 0xff;
  const answers = (values: readonly unknown[]) => values.some((value) => probe.answers(value));
  const listening = { clock: ports.clock, waitMs: ports.answerWaitMs, enough: answers, signal: ports.signal };
  const line = ports.open(connectionOf(target, definition, false));
  const heard = await ask(line, codec, probe.request, listening, mask);
  if (answers(heard.values)) return 'answered' as const;
  return heard.byteCount === 0 ? undefined : garbageOf(settings, heard);
}

async function awaitScan(target: ProbeTarget, definition: AnyDeviceDefinition, ports: ProbePorts) {
  const codec = codecOf(definition, 'scan');
  if (!codec) return undefined;
  const settings = settingsOf(target, definition);
  ports.onStep({ step: 'scan', address: addressOf(target), settings, waitMs: ports.scanWaitMs });
  const listening = {
    clock: ports.clock,
    waitMs: ports.scanWaitMs,
    enough: (values: readonly unknown[]) => values.length > 0,
    signal: ports.signal,
  };
  const heard = await ask(ports.open(connectionOf(target, definition, false)), codec, undefined, listening);
  const text = heard.values.find((value) => typeof value === 'string');
  if (text !== undefined) {
    const connection = connectionOf(target, definition, true);
    return { model: definition.model, connection, scan: classifyScan(text) };
  }
  return heard.byteCount === 0 ? undefined : garbageOf(settings, heard);
}

function garbageOf(settings: string, heard: { byteCount: number; tail: Uint8Array }): ProbeResult['garbage'][number] {
  return { settings, byteCount: heard.byteCount, tryNext: settings === '' ? [] : settingsToTry(heard.tail, settings) };
}
