/** HQ works with members in the console of a real hub: signed up, changed, found again, imported from a file, and the rules. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseConfig, type RunningHub, startHub } from '@tillside/hub';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { faultsOf, openPage, startBrowser } from './browser.ts';

// A browser on shared cores can be slow without being wrong.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });
const ROOM = fileURLToPath(new URL('../../../cloud-sync/console', import.meta.url));
const VITE = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url));
const DESK = { viewport: { width: 1280, height: 900 }, locale: 'en' };
const FILE = [
  'phone,membership,consentTextVersion,consentAt,birthday,points',
  '138 0013 8701,yes,2026-01,2026-01-05T10:00:00+08:00,1990-05-17,120',
  '138 0013 8700,yes,2026-01,2026-01-05T10:00:00+08:00,1991-01-01,0',
  'nobody,yes,2026-01,2026-01-05T10:00:00+08:00,1990-05-17,0',
  '138 0013 8702,,2026-01,2026-01-05T10:00:00+08:00,1990-05-17,0',
].join('\n');

let dir: string;
let hub: RunningHub;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-console-members-'));
  const consoleDir = join(dir, 'pages');
  const env = { ...process.env, NODE_ENV: 'production' };
  const building = promisify(execFile)(
    process.execPath,
    [VITE, 'build', '--logLevel', 'warn', '--outDir', consoleDir],
    { cwd: ROOM, env },
  );
  [browser] = await Promise.all([startBrowser(), building]);
  hub = await startHub(
    parseConfig({ dataDir: join(dir, 'hub'), port: 0, mqtt: { port: 0 }, logLevel: 'silent', consoleDir }),
  );
  const { code } = await hub.pairingCode('operator');
  ({ page, complaints } = await openPage(browser, `${hub.url}/console/#pair=${code}`, DESK));
});
afterAll(async () => {
  await browser?.close();
  await hub?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const goTo = async (path: string): Promise<void> => {
  await page.goto(`${hub.url}/console/#/members${path}`);
};

it('a member is signed up, changed and found again; a file is imported; rules are saved', async () => {
  await page.locator('.np-sections').waitFor();

  await goTo('/-/new');
  await field('Phone').fill('138 0013 8700');
  await page.getByText('Is 14 or older').click();
  await page.getByText('Membership', { exact: true }).click();
  await field('Version of the text they agreed to').fill('2026-01');
  await press('Sign up');
  await page.getByRole('heading', { level: 1, name: /^Member \d{9}$/u }).waitFor();
  await page.getByText('+8613800138700').first().waitFor();

  await field('Add a tag').fill('baking');
  await press('Add');
  await page.getByRole('button', { name: 'Remove' }).waitFor();
  await page.getByText('Adjust points').click();
  await field('Points to add or take').fill('300');
  await page.locator('details').getByRole('textbox', { name: 'Why' }).fill('goodwill');
  await press('Adjust');
  await page.locator('.np-statement').getByText('goodwill').waitFor();
  expect(await page.locator('.np-points').textContent()).toBe('300');
  await page.getByText('Record an agreement').click();
  await field('Version of the text they agreed to').fill('2026-01');
  await press('Record');
  await page.getByText('Recorded; in force').waitFor();
  expect(await faultsOf(page)).toEqual([]);

  // Another reader, another day: HQ knows all of it, and who looked and why.
  await goTo('');
  await field('Phone').fill('+86 138-0013-8700');
  await field('Why').fill('called in');
  await press('Find');
  await page.getByRole('button', { name: 'Withdraw for the member' }).waitFor();
  expect(await page.locator('.np-points').textContent()).toBe('300');
  await expect.poll(() => page.getByRole('cell', { name: 'called in' }).count()).toBeGreaterThan(0);

  await goTo('/-/import');
  const buffer = Buffer.from(FILE);
  await page.locator('input[type=file]').setInputFiles({ name: 'crm.csv', mimeType: 'text/csv', buffer });
  await press('Import');
  await page.getByText('Members added: 1. Rows not taken: 2').waitFor();
  expect(await page.locator('tbody tr td:first-child').allTextContents()).toEqual(['4', '5']);
  expect(await page.locator('main').textContent()).not.toContain('nobody');

  await goTo('/-/settings');
  await field('Days until points may be spent').fill('7');
  await press('Save the rules');
  await page.getByText('Version 1, saved by').waitFor();
  expect(complaints).toEqual([]);
});
