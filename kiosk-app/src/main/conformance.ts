/** What a kiosk promises, whatever shows its page: held to by Chromium's kiosk mode and by Electron. */
import { expect, it } from 'vitest';
import type { LogLine } from './ports.ts';
import { CREDENTIAL, ownProcesses, PAIRING_CODE, type ProbeAgent } from './testing/probe-agent.ts';

export interface RunningKiosk {
  readonly lines: readonly LogLine[];
  stop(): Promise<void>;
}

export interface KioskRunner {
  name: string;
  /** Why it can't be run here; null when it can. */
  reasonToSkip: string | null;
  agent: () => ProbeAgent;
  start(pairingCode: string | null): Promise<RunningKiosk>;
}

const TIMEOUT_MS = 30_000;

export function kioskConformance(runner: KioskRunner): void {
  const test = (title: string, work: (kiosk: RunningKiosk, agent: ProbeAgent) => Promise<void>): void => {
    const { reasonToSkip: reason, name } = runner;
    const full = `${name}: ${title}${reason === null ? '' : ` [skipped: ${reason}]`}`;
    it.skipIf(reason !== null)(full, { timeout: TIMEOUT_MS }, async () => {
      const agent = runner.agent();
      agent.told.length = 0;
      const loaded = agent.next('loaded');
      const kiosk = await runner.start(PAIRING_CODE);
      try {
        await loaded;
        await work(kiosk, agent);
      } finally {
        await kiosk.stop();
      }
    });
  };

  test('the page reaches this release and the agent, and nothing else', async (kiosk, agent) => {
    const probed = agent.next('probed');
    agent.order = 'probe';
    const found = (await probed) as Record<string, unknown>;
    expect(found).toMatchObject({
      node: ['undefined', 'undefined', 'undefined', 'undefined'],
      inline: 'undefined',
      eval: 'EvalError',
      popup: 'null',
      elsewhere: 'TypeError',
      file: 'TypeError',
      otherPort: 'TypeError',
      escape: 404,
      secret: 404,
      geolocation: 'denied',
      notifications: 'denied',
      stored: [0, ''],
      secure: true,
    });
    for (const device of ['camera', 'screen', 'usb', 'serial', 'hid'])
      expect(found[device], device).toMatch(
        /^(NotAllowedError|NotFoundError|SecurityError|NotSupportedError|TypeError|InvalidStateError|0)$/,
      );
    const stayed = agent.next('stayed');
    agent.order = 'leave';
    expect(await stayed).toBe('/');
    expect(kiosk.lines.filter(({ code }) => code === 'NAVIGATION_DENIED').at(-1)?.detail).toBe('https://example.com');
  });

  test('the credential is the shell’s, the page only learns that there is one', async (_kiosk, agent) => {
    const told = agent.told.find(({ kind }) => kind === 'paired');
    expect(told).toMatchObject({ value: { credential: 'held-by-shell' }, authorization: `Bearer ${CREDENTIAL}` });
    // The code is used up, and a page that is opened again knows that it is paired.
    const loaded = agent.next('loaded');
    await crash();
    expect(await loaded).toBe('paired');
    expect(agent.told.filter(({ kind }) => kind === 'paired')).toHaveLength(1);
  });

  test('a page that hangs or crashes, and a browser that ends, come back by themselves', async (kiosk, agent) => {
    const took: Record<string, number> = {};
    const comesBack = async (what: string, harm: () => void | Promise<void>): Promise<void> => {
      const loaded = agent.next('loaded');
      const from = performance.now();
      await harm();
      await loaded;
      took[what] = Math.round(performance.now() - from);
    };
    await comesBack('hang', () => {
      agent.order = 'hang';
    });
    await comesBack('crash', crash);
    const codes = kiosk.lines.map(({ code }) => code);
    expect(codes).toContain('RENDERER_HANGS');
    // A page that crashes before its runner has said that it is open was not opened.
    expect(codes.some((code) => code === 'RENDERER_GONE' || code === 'PAGE_NOT_OPENED')).toBe(true);
    console.log(`${runner.name}: usable again after (ms) ${JSON.stringify(took)}`);
  });

  test('an agent that went away and came back is heard at once', async (_kiosk, agent) => {
    await agent.setAway(true);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const heard = agent.next('event');
    const from = performance.now();
    await agent.setAway(false);
    expect(await heard).toContain('hello');
    console.log(`${runner.name}: the agent's events are heard again after ${Math.round(performance.now() - from)} ms`);
  });
}

/**
 * Ends the renderers of what this test has started; spare ones too. One that ends by itself between the look and
 * the signal (a spare, or the hung one that is put away) is no fault, but somebody must have been there to end.
 */
async function crash(): Promise<void> {
  const pids = await ownProcesses((line) => line.includes('--type=renderer'));
  expect(pids.filter(isKilled).length).toBeGreaterThan(0);
}

function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
