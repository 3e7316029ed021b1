/**
 * Proves that the linter sees a promise that nobody waits for when the function comes from another workspace package: the
 * text below stands in for a file of the demo, and must be reported.
 */
import { spawnSync } from 'node:child_process';

const STANDS_IN_FOR = 'edge-agent/demo/src/index.ts';
const PLANTED = `import { startHub } from '@tillside/hub';
export function breach(options: Parameters<typeof startHub>[0]): void {
  startHub(options);
}
`;

const eslint = ['node_modules/eslint/bin/eslint.js', '-c', '.config/eslint.config.mjs', '--format', 'json'];
const { stdout, stderr } = spawnSync(process.execPath, [...eslint, '--stdin', '--stdin-filename', STANDS_IN_FOR], {
  input: PLANTED,
  encoding: 'utf8',
  // Without this the parser would read the file from the disk and not the text that stands in for it.
  env: { ...process.env, TSESTREE_SINGLE_RUN: 'false' },
});
let rules = [];
try {
  rules = JSON.parse(stdout)[0].messages.map(({ ruleId, line }) => `${ruleId}:${line}`);
} catch {
  console.log(stderr || stdout);
}
const caught = rules.includes('@typescript-eslint/no-floating-promises:3');
console.log(
  caught
    ? 'the planted promise was caught'
    : `the planted promise was NOT caught (reported: ${rules.join(', ') || 'nothing'})`,
);
process.exit(caught ? 0 : 1);
