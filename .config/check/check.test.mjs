import { describe, expect, it } from 'vitest';
import { findingsIn } from './guard.mjs';
import { problemsOf } from './install-scripts.mjs';
import { isAllowed } from './licences.mjs';
import { entryFor, missingFrom, unlocked } from './lock-file.mjs';

describe('licences', () => {
  it('reads SPDX expressions: one side of an OR, both of an AND', () => {
    for (const good of ['MIT', 'MIT*', '(MIT OR GPL-3.0-only)', 'MIT AND CC-BY-3.0', '(MIT AND Zlib) OR GPL-2.0']) {
      expect(isAllowed(good), good).toBe(true);
    }
    for (const bad of [
      'GPL-3.0-only',
      'LGPL-3.0-or-later',
      'UNKNOWN',
      '',
      'MIT AND GPL-3.0',
      '(MIT',
      'Custom: x',
      'MIT MIT',
    ]) {
      expect(isAllowed(bad), bad).toBe(false);
    }
  });
});

describe('install scripts', () => {
  it('names a new one, and one that is no longer there', () => {
    const packages = { 'node_modules/a/node_modules/@x/new': { hasInstallScript: true }, 'node_modules/b': {} };
    expect(problemsOf(packages, { old: 'why' })).toEqual([
      '@x/new has an install script and is not in install-scripts.json',
      'old is in install-scripts.json but has no install script any more',
    ]);
    expect(problemsOf(packages, { '@x/new': 'why' })).toEqual([]);
  });
});

describe('guard', () => {
  it('finds keys, tokens and paths by line, and lets look-alikes be', () => {
    const key = `x\n-----BEGIN ${'PRIVATE KEY'}-----\n${'A'.repeat(64)}\n`;
    expect(findingsIn(key)).toEqual([{ line: 2, what: 'a private key' }]);
    expect(findingsIn(`a ghp${'_'}${'b'.repeat(36)}`)).toHaveLength(1);
    expect(findingsIn(`one\ntwo '/${'work'}/x'`)).toEqual([
      { line: 2, what: 'a path of the machine it was written on' },
    ]);
    expect(
      findingsIn("-----BEGIN PUBLIC KEY-----\n'/network/x' https://site/homework/ -----BEGIN PRIVATE KEY-----'"),
    ).toEqual([]);
  });
});

describe('the lock file', () => {
  it('must name optional packages of other systems, which can be written from their names', () => {
    const packages = {
      'node_modules/a': {
        optionalDependencies: { '@a/linux-x64-musl': '1.2.3', '@a/win32-ia32-msvc': '1.2.3', there: '1' },
        dev: true,
      },
      'node_modules/a/node_modules/there': {},
    };
    const missing = missingFrom(packages);
    expect(missing.map(({ path }) => path)).toEqual([
      'node_modules/@a/linux-x64-musl',
      'node_modules/@a/win32-ia32-msvc',
    ]);
    expect(missing.map(entryFor)).toEqual([
      { version: '1.2.3', cpu: ['x64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] },
      { version: '1.2.3', cpu: ['ia32'], dev: true, optional: true, os: ['win32'] },
    ]);
    expect(entryFor({ path: 'node_modules/fancy', version: '1.0.0', dev: false })).toBeUndefined();
  });

  it('must have what each room asks for, and nothing that none asks for', () => {
    const packages = { a: { dependencies: { x: '1.0.0', gone: '1.0.0' } } };
    expect(unlocked(packages, { a: { dependencies: { x: '1.0.0', gone: '1.0.0' } } })).toEqual([]);
    const lines = unlocked(packages, { a: { dependencies: { x: '1.0.1' }, devDependencies: { y: '2.0.0' } } });
    expect(lines.map((line) => line.split(': ')[1]?.split(' ')[0])).toEqual(['x', 'gone', 'y']);
  });
});
