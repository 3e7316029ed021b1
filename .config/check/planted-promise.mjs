/**
 * Proves that the linter sees a promise that nobody waits for when the function comes from another workspace package: a file
 * with one, in a folder that is no part of the project, must be reported.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PLANTED = `import { startHub } from '@tillside/hub';
export function breach(options: Parameters<typeof startHub>[0]): void {
  startHub(options);
}
`;

// Below the root, so that it finds the packages; where git and the other checks do not look.
mkdirSync('.tillside', { recursive: true });
const folder = mkdtempSync(join('.tillside', 'planted-'));
try {
  writeFileSync(join(folder, 'planted.ts'), PLANTED);
  const tsconfig = { extends: '../../.config/tsconfig.lint.json', include: ['.'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  const oxlint = ['node_modules/oxlint/bin/oxlint', '--type-aware', '--no-ignore', '-c', '.config/oxlint.json'];
  const args = [...oxlint, '--tsconfig', join(folder, 'tsconfig.json'), '--format', 'unix', join(folder, 'planted.ts')];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const caught = /planted\.ts:3:.*no-floating-promises/.test(stdout);
  console.log(caught ? 'the planted promise was caught' : `the planted promise was NOT caught:\n${stdout}${stderr}`);
  process.exitCode = caught ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
