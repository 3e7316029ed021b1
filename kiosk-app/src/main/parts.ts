/** What both runners put behind a shell: the gate, the clock, the hours and the light. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { displayPower } from '../launcher/display.ts';
import { KioskError } from '../launcher/errors.ts';
import { litAt } from '../launcher/screen-hours.ts';
import type { KioskSettings } from '../launcher/settings.ts';
import { credentialFile, type Sealer } from './credential.ts';
import { agentPort } from './forward.ts';
import { Gate } from './gate.ts';
import type { ClockPort, LogPort } from './ports.ts';
import type { ShellPorts } from './shell.ts';

export interface KioskHooks {
  pagesDir: string;
  log: LogPort;
  sealer?: Sealer;
}

/** The launcher kills a shell that has not said so for a while, and waits with a new release until nobody is there. */
export const ALIVE_MS = 5_000;

function aliveEvery(log: LogPort, everyMs: number): (isAtRest: boolean) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  let said: boolean | undefined;
  return (isAtRest) => {
    const now = performance.now();
    if (isAtRest === said && now - saidAt < everyMs) return;
    saidAt = now;
    said = isAtRest;
    log.write({ code: 'KIOSK_ALIVE', detail: isAtRest ? 'rest' : 'busy' });
  };
}

export const systemClock: ClockPort = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Throws PAGES_MISSING, STATE_UNWRITABLE. */
export function kioskParts(
  settings: KioskSettings,
  hooks: KioskHooks,
): { gate: Gate; ports: Omit<ShellPorts, 'page'> } {
  if (!existsSync(join(hooks.pagesDir, 'index.html'))) throw new KioskError('PAGES_MISSING', hooks.pagesDir);
  try {
    mkdirSync(settings.stateDir, { recursive: true, mode: 0o700 });
  } catch {
    throw new KioskError('STATE_UNWRITABLE', settings.stateDir);
  }
  const { agentOrigin, agentCa, hours, display, output, stateDir } = settings;
  const agent = agentPort({ origin: agentOrigin, ...(agentCa === undefined ? {} : { ca: agentCa }) });
  const gate = new Gate({ pagesDir: hooks.pagesDir, agent, credential: credentialFile(stateDir, hooks.sealer) });
  const isLitAt = hours === undefined ? () => true : litAt(hours);
  return {
    gate,
    ports: {
      clock: systemClock,
      log: hooks.log,
      gate,
      agent,
      display: displayPower(display, output),
      isLit: () => isLitAt(Date.now()),
      onLook: aliveEvery(hooks.log, ALIVE_MS),
    },
  };
}
