/** The shell in the real Electron, where its binary and a display are; elsewhere the test says why it was skipped. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import ts from 'typescript';
import { expect, it } from 'vitest';

const packageFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
const pathFile = join(packageFolder, 'path.txt');
const binary = existsSync(pathFile) ? join(packageFolder, 'dist', readFileSync(pathFile, 'utf8').trim()) : null;

function reasonToSkip(): string | null {
  if (binary === null || !existsSync(binary)) return "Electron's binary is not installed (npx install-electron)";
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return 'no display (run under xvfb-run)';
  }
  return null;
}

const reason = reasonToSkip();
const title = 'the real Electron shows the agent’s page, without Node, and stays on it';

/** Main and preload as `tsc` would emit them, in a folder of their own. */
async function compileMain(folder: string): Promise<string> {
  const source = fileURLToPath(new URL('.', import.meta.url));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of await readdir(source)) {
    if (name.includes('.test.') || !/\.c?ts$/.test(name)) continue;
    const { outputText } = ts.transpileModule(await readFile(join(source, name), 'utf8'), {
      fileName: name,
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.NodeNext,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
    });
    await writeFile(join(folder, name.replace(/\.ts$/, '.js').replace(/\.cts$/, '.cjs')), outputText);
  }
  return join(folder, 'main.js');
}

it.skipIf(reason !== null)(reason === null ? title : `${title} [skipped: ${reason}]`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tillside-electron-'));
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>agent</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = address !== null && typeof address !== 'string' ? `http://127.0.0.1:${address.port}` : '';
  const app = await _electron.launch({
    executablePath: binary ?? '',
    args: ['--no-sandbox', await compileMain(folder), `--agent=${origin}`, '--windowed'],
  });
  try {
    const page = await app.firstWindow();
    await page.getByRole('heading', { name: 'agent' }).waitFor();
    expect(
      await page.evaluate(() => [
        typeof (globalThis as { process?: unknown }).process,
        Reflect.get(window, 'tillsideShell'),
      ]),
    ).toEqual(['undefined', { kind: 'electron' }]);
    expect(await page.evaluate(() => window.open('https://example.com/'))).toBeNull();
    await page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    expect(new URL(page.url()).origin).toBe(origin);
  } finally {
    await app.close();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
