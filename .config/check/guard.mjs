/** What must never be in the project's files: keys, tokens, and names of the place where it was written. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files above this size are data; they are looked through up to here. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Patterns are put together from pieces, so that this file doesn't hold what it looks for. */
const RULES = [
  ['a private key', new RegExp(`-----${'BEGIN'} [A-Z ]*PRIVATE KEY-----\\s*(\\\\n)?[A-Za-z0-9+/=]{40}`)],
  [
    'an access token',
    new RegExp(
      `\\b(${'gh'}[opsu]_[A-Za-z0-9]{36}|${'npm'}_[A-Za-z0-9]{36}|${'AKI'}A[0-9A-Z]{16}|${'xox'}[bpas]-[0-9A-Za-z-]{20,})`,
    ),
  ],
  ['a registry password', new RegExp(`_${'auth'}Token\\s*=`)],
  ['a path of the machine it was written on', new RegExp(`(^|[\\s'"\`(=:,])/${'work'}/`, 'm')],
];

/**
 * The registry that npm uses on this machine. Its name is asked for and not written here; an address of it in the lock file
 * would tie every clone to it.
 */
function registryHost() {
  try {
    const address = execFileSync('npm', ['config', 'get', 'registry'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return new URL(address.trim()).host;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} text
 * @param {[string, RegExp][]} [rules]
 * @returns {{ line: number, what: string }[]}
 */
export function findingsIn(text, rules = RULES) {
  return rules.flatMap(([what, pattern]) => {
    const match = pattern.exec(text);
    return match === null ? [] : [{ line: text.slice(0, match.index + 1).split('\n').length, what }];
  });
}

function projectFiles(root) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\0')
    .filter(Boolean);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.cwd();
  const host = registryHost();
  const escaped = host?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const rules = host === undefined ? RULES : [...RULES, ["the npm registry's address", new RegExp(`//${escaped}`)]];
  let count = 0;
  let bad = 0;
  for (const path of new Set(projectFiles(root))) {
    const stat = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (!stat?.isFile()) continue;
    count += 1;
    const text = readFileSync(join(root, path)).subarray(0, MAX_BYTES).toString('latin1');
    for (const { line, what } of findingsIn(text, rules)) {
      bad += 1;
      console.log(`${path}:${line}: ${what}`);
    }
  }
  console.log(`${count} files, ${bad} findings`);
  process.exit(bad > 0 || count === 0 ? 1 : 0);
}
