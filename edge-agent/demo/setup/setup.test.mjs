import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from './build.mjs';
import { countsOf } from './counts.mjs';
import { installHash, isInstalled, sameTree } from './install.mjs';
import { takeLock } from './lock.mjs';
import { checkNode, commandFor, NEEDS } from './machine.mjs';
import { beside } from './setup.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tillside-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a module's text in a process of its own and gives what it printed and how it ended. */
function runModule(text) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    out += chunk;
  });
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, out }))) };
}

const moduleUrl = (name) => JSON.stringify(new URL(name, import.meta.url).href);

describe('the machine', () => {
  it('refuses a Node.js that is too old by code, and takes the oldest supported one', () => {
    for (const old of ['18.20.4', '20.18.3', '12.0.0']) {
      expect(() => checkNode(old)).toThrow(expect.objectContaining({ code: 'NODE_TOO_OLD' }));
    }
    for (const good of ['20.19.0', '22.1.0', '24.0.0']) expect(() => checkNode(good)).not.toThrow();
  });

  it('names every missing package in one command', () => {
    expect(commandFor([NEEDS.socat, NEEDS.compiler])).toMatch(/socat python3 make g\+\+/);
  });
});

describe('the lock', () => {
  it('lets one set-up in at a time', async () => {
    const path = join(folder, 'lock');
    const log = join(folder, 'log');
    const text = `
      import { appendFileSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      import { takeLock } from ${moduleUrl('lock.mjs')};
      const release = await takeLock(${JSON.stringify(path)}, () => {});
      appendFileSync(${JSON.stringify(log)}, 'in ');
      await sleep(50);
      appendFileSync(${JSON.stringify(log)}, 'out ');
      release();`;
    const ended = await Promise.all(Array.from({ length: 4 }, () => runModule(text).ended));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(readFileSync(log, 'utf8').trim()).toBe('in out in out in out in out');
    expect(existsSync(path)).toBe(false);
  });

  it('takes over from a process that was killed', async () => {
    const path = join(folder, 'lock');
    const { child, ended } = runModule(`
      import { takeLock } from ${moduleUrl('lock.mjs')};
      await takeLock(${JSON.stringify(path)}, () => {});
      console.log('taken');
      setInterval(() => {}, 1000);`);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(path)).toBe(true);
    const release = await takeLock(path, () => expect.unreachable('a dead owner is not waited for'));
    expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(process.pid);
    release();
    expect(existsSync(path)).toBe(false);
  });

  it('is not fooled by a process number that was used again', async () => {
    const path = join(folder, 'lock');
    writeFileSync(path, JSON.stringify({ pid: process.ppid, start: 'long ago' }));
    const release = await takeLock(path, () => expect.unreachable('the owner is another process'));
    release();
  });
});

describe('what is installed', () => {
  const wanted = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/mac-only': { version: '3.0.0', optional: true },
    'node_modules/@room/x': { link: true },
  };

  it('may lack packages for other systems, but no other and no other version', () => {
    expect(sameTree(wanted, { 'node_modules/a': { version: '1.0.0' } })).toBe(true);
    expect(sameTree(wanted, { 'node_modules/a': { version: '1.0.1' } })).toBe(false);
    expect(sameTree(wanted, {})).toBe(false);
  });

  it('is believed once, and goes stale with the lock file', () => {
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, '.npmrc'), 'ignore-scripts=true\n');
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    expect(isInstalled(folder)).toBe(false);
    const record = JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } });
    writeFileSync(join(folder, 'node_modules', '.package-lock.json'), record);
    expect(isInstalled(folder)).toBe(true);
    const before = installHash(folder);
    const more = { ...wanted, 'node_modules/win-only': { version: '1.0.0', optional: true } };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: more }));
    expect(installHash(folder)).not.toBe(before);
    expect(isInstalled(folder)).toBe(true);
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.1' } } }),
    );
    expect(isInstalled(folder)).toBe(false);
  });
});

describe('what is built', () => {
  function house() {
    const files = {
      'package.json': '{"workspaces":["a","a/b","c"]}',
      'package-lock.json': '{}',
      'tsconfig.json': '{}',
      '.config/tsconfig.base.json': '{}',
      'a/package.json': '{"name":"a","dependencies":{"b":"1"}}',
      'a/src/a.ts': '',
      'a/b/package.json': '{"name":"b"}',
      'a/b/src/b.ts': '',
      'c/package.json': '{"name":"c"}',
      'c/src/c.ts': '',
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }

  it('is newer when a room or one it depends on changed, not when another did', () => {
    house();
    const before = fingerprint(folder, ['a']);
    utimesSync(join(folder, 'c/src/c.ts'), 1, 1);
    expect(fingerprint(folder, ['a'])).toBe(before);
    utimesSync(join(folder, 'a/b/src/b.ts'), 1, 1);
    expect(fingerprint(folder, ['a'])).not.toBe(before);
  });
});

describe('work beside the steps', () => {
  it('begins at once, tells its step what it is at and what it comes to, and keeps a failure for it', async () => {
    let begun;
    const step = beside(
      (say) =>
        new Promise((resolve, reject) => {
          say('compiling');
          begun = { say, resolve, reject };
        }),
    );
    expect(begun).toBeDefined();
    const told = [];
    const ended = step((text) => told.push(text));
    begun.say('linking');
    begun.resolve('compiled');
    expect(await ended).toBe('compiled');
    expect(told).toEqual(['compiling', 'linking']);

    const failing = beside(() => Promise.reject(new Error('no compiler')));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(failing(() => undefined)).rejects.toThrow('no compiler');
  });
});

describe('the closing line of npm test', () => {
  it('counts a file that could not be loaded as failed', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 1,
      testResults: [
        { status: 'failed', assertionResults: [{}] },
        { status: 'failed', assertionResults: [] },
        { status: 'passed', assertionResults: [{}] },
      ],
    };
    expect(countsOf(report)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });
});

describe('handing the terminal over', () => {
  const main = (body) => `
    import { handOver } from ${moduleUrl('run.mjs')};
    process.exit(await handOver(process.execPath, ['-e', ${JSON.stringify(body)}]));`;

  it('passes the exit status', async () => {
    expect((await runModule(main('process.exit(7)')).ended).code).toBe(7);
  });

  it('passes a signal on once, however often it comes', async () => {
    const body =
      "let n = 0; process.on('SIGINT', () => { n += 1; if (n === 1) setTimeout(() => { console.log('got ' + n); process.exit(3); }, 300); }); console.log('up'); setInterval(() => {}, 1000);";
    const { child, ended } = runModule(main(body));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGINT'), 50);
    expect(await ended).toEqual({ code: 3, out: 'up\ngot 1\n' });
  });
});
