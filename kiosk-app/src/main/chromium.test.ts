import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSettings } from '../launcher/settings.ts';
import { findChromium, startBrowserKiosk } from './browser.ts';
import { kioskConformance, type RunningKiosk } from './conformance.ts';
import type { LogLine } from './ports.ts';
import { ownProcesses, type ProbeAgent, startProbeAgent } from './testing/probe-agent.ts';

let agent: ProbeAgent;
let folder: string;
beforeAll(async () => {
  agent = await startProbeAgent();
  folder = await mkdtemp(join(tmpdir(), 'tillside-kiosk-'));
});
afterAll(async () => {
  await agent.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(pairingCode: string | null, config?: string): Promise<RunningKiosk> {
  const lines: LogLine[] = [];
  const stateDir = await mkdtemp(join(folder, 'state-'));
  const env = { TILLSIDE_KIOSK_STATE: stateDir, ...(pairingCode === null ? {} : { TILLSIDE_PAIR: pairingCode }) };
  const settings = readSettings(
    { agent: agent.origin, browser: true, ...(config === undefined ? {} : { config }) },
    env,
  );
  const kiosk = await startBrowserKiosk(settings, {
    pagesDir: agent.pagesDir,
    log: { write: (line) => lines.push(line) },
    executablePath: findChromium(process.env),
    forTests: true,
  });
  return { lines, stop: () => kiosk.stop() };
}

kioskConformance({ name: 'Chromium', reasonToSkip: null, agent: () => agent, start });

it('Chromium: a browser that is killed comes back, and leaves no profile', { timeout: 60_000 }, async () => {
  const loaded = agent.next('loaded');
  const kiosk = await start('7K2M-94QF');
  await loaded;
  const again = agent.next('loaded');
  const [browser = 0] = await ownProcesses((line) => line.includes(folder) && !line.includes('--type='));
  const from = performance.now();
  process.kill(browser, 'SIGKILL');
  expect(await again).toBe('paired');
  console.log(`Chromium: usable again ${Math.round(performance.now() - from)} ms after the browser was killed`);
  expect(kiosk.lines.find(({ code }) => code === 'RENDERER_GONE')?.count).toBe(1);
  await kiosk.stop();
  expect(await ownProcesses((line) => line.includes(folder))).toEqual([]);
});

it('Chromium: a kiosk without graphics tells its page to keep still', { timeout: 60_000 }, async () => {
  const config = join(folder, 'motion.json');
  await writeFile(config, JSON.stringify({ motion: 'reduced' }));
  const loaded = agent.next('loaded');
  const kiosk = await start('7K2M-94QF', config);
  await loaded;
  const probed = agent.next('probed');
  agent.order = 'probe';
  expect(await probed).toMatchObject({ reducedMotion: true });
  await kiosk.stop();
});
