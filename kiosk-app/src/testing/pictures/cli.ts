/**
 * Pictures of every kiosk screen for docs/kiosk/pictures: what the browser tests look at (the test store, no real person's data), small. Those that no test makes any more are removed.
 *
 *     node --conditions=@tillside/source --import tsx kiosk-app/src/testing/pictures/cli.ts [TEST FILE …]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../browser.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const FOLDER = join(ROOT, 'docs/kiosk/pictures');
const TESTS = join(ROOT, 'kiosk-app/src/browser');
/** Pages of other people. */
const NOT_OF_THE_KIOSK = new Set(['display.test.ts', 'staff.test.ts']);
const QUALITY = 0.7;
const LONGEST_PX = 640;
const MAX_MB = 6;

/** A PNG, its longer side at most `LONGEST_PX`, as JPEG. */
async function shrink(page: Page, png: Buffer): Promise<Buffer> {
  const data = await page.evaluate(
    async ({ source, longest, quality }) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const scale = Math.min(1, longest / Math.max(image.width, image.height));
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('no canvas');
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL('image/jpeg', quality);
    },
    { source: `data:image/png;base64,${png.toString('base64')}`, longest: LONGEST_PX, quality: QUALITY },
  );
  return Buffer.from(data.slice(data.indexOf(',') + 1), 'base64');
}

/** Without what a link can't hold. */
const pictureName = (shot: string): string => `${shot.replace(/\.png$/, '').replaceAll(/[^\w-]+/g, '-')}.jpg`;

const asked = process.argv.slice(2);
const files = readdirSync(TESTS).filter((name) => name.endsWith('.test.ts') && !NOT_OF_THE_KIOSK.has(name));
const chosen = asked.length > 0 ? asked.map((path) => basename(path)) : files;
const shots = mkdtempSync(join(tmpdir(), 'tillside-pictures-'));
try {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const paths = chosen.map((name) => join('kiosk-app/src/browser', name));
  // Each language upright and lying.
  const statuses = ['0', '1'].map(
    (turned) =>
      spawnSync(process.execPath, [vitest, 'run', '--config', '.config/vitest.config.ts', ...paths], {
        cwd: ROOT,
        stdio: 'inherit',
        env: { ...process.env, TILLSIDE_SHOTS: shots, TILLSIDE_TURNED: turned },
      }).status,
  );
  const status = statuses.every((each) => each === 0) ? 0 : 1;
  process.exitCode = status;
  mkdirSync(FOLDER, { recursive: true });
  if (asked.length === 0 && status === 0)
    for (const name of readdirSync(FOLDER)) if (name.endsWith('.jpg')) rmSync(join(FOLDER, name));
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage();
  for (const name of readdirSync(shots).sort())
    writeFileSync(join(FOLDER, pictureName(name)), await shrink(page, readFileSync(join(shots, name))));
  await browser.close();
} finally {
  rmSync(shots, { recursive: true, force: true });
}
const pictures = readdirSync(FOLDER).filter((name) => name.endsWith('.jpg'));
const mb = pictures.reduce((sum, name) => sum + statSync(join(FOLDER, name)).size, 0) / 1e6;
process.stderr.write(`${pictures.length} pictures, ${mb.toFixed(1)} MB\n`);
if (mb > MAX_MB) {
  process.stderr.write(`PICTURES_TOO_LARGE: more than ${MAX_MB} MB; make fewer, or smaller ones\n`);
  process.exitCode = 1;
}
