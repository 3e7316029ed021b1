/** Puts the autostart where the system looks for it, and takes it away. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AutostartOptions, systemdUnit, TASK_NAME, UNIT_NAME, UNIT_PATH, windowsTask } from './autostart.ts';
import { KioskError } from './errors.ts';

export interface AutostartCommand {
  kind: 'systemd' | 'windows';
  options: AutostartOptions;
  /** Only show it. */
  isPrinted: boolean;
}

const COMMAND_TIMEOUT_MS = 60_000;

function system(program: string, ...args: string[]): void {
  try {
    execFileSync(program, args, { timeout: COMMAND_TIMEOUT_MS, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    throw new KioskError(
      'INSTALL_REFUSED',
      `${program} ${args[0] ?? ''}: ${error instanceof Error ? error.message.split('\n', 1)[0] : ''}`,
    );
  }
}

/** What to tell whoever asked. Throws INSTALL_REFUSED. */
export function install({ kind, options, isPrinted }: AutostartCommand): string {
  const text = kind === 'systemd' ? systemdUnit(options) : windowsTask(options);
  if (isPrinted) return text;
  if (kind === 'windows') {
    const folder = mkdtempSync(join(tmpdir(), 'tillside-task-'));
    try {
      const file = join(folder, 'task.xml');
      // The Task Scheduler reads UTF-16 with a byte order mark.
      writeFileSync(file, Buffer.from(`\ufeff${text}`, 'utf16le'));
      system('schtasks.exe', '/Create', '/TN', TASK_NAME, '/XML', file, '/F');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return `${TASK_NAME}: starts when ${options.user} signs in\n`;
  }
  try {
    writeFileSync(UNIT_PATH, text, { mode: 0o644 });
  } catch {
    throw new KioskError('INSTALL_REFUSED', UNIT_PATH);
  }
  system('systemctl', 'daemon-reload');
  system('systemctl', 'enable', UNIT_NAME);
  return `${UNIT_PATH}: starts with the machine, as ${options.user}; now: systemctl start ${UNIT_NAME}\n`;
}

export function uninstall({ kind }: AutostartCommand): string {
  if (kind === 'windows') {
    system('schtasks.exe', '/Delete', '/TN', TASK_NAME, '/F');
    return `${TASK_NAME}: gone\n`;
  }
  if (!existsSync(UNIT_PATH)) return `${UNIT_PATH}: is not there\n`;
  system('systemctl', 'disable', '--now', UNIT_NAME);
  rmSync(UNIT_PATH, { force: true });
  system('systemctl', 'daemon-reload');
  return `${UNIT_PATH}: gone\n`;
}
