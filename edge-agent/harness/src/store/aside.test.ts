import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { putAside } from './aside.ts';

it('puts a process that is there aside, and says when there is none', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const { pid = 0 } = child;
  try {
    expect(putAside(pid)).toBe(true);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  expect(putAside(pid)).toBe(false);
});
