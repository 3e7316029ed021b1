import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../errors.ts';
import { descendantsOf, residentMemory } from './proc.ts';

describe.skipIf(process.platform !== 'linux')('resident memory', () => {
  it('counts a process alone, and with its children', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      await once(child.stdout, 'data');
      expect(descendantsOf(process.pid)).toContain(child.pid);
      const { aloneMb, treeMb } = residentMemory(process.pid);
      expect(aloneMb).toBeGreaterThan(0);
      expect(treeMb).toBeGreaterThan(aloneMb);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(() => residentMemory(child.pid ?? 0)).toThrow(HarnessError);
  });
});
