/** Turns the screen's light on and off by what the platform has. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DisplayPort } from '../main/ports.ts';

const COMMAND_TIMEOUT_MS = 5_000;

/** `none`: the page goes black, the backlight stays. */
export const DISPLAYS = ['none', 'xset', 'wlopm', 'wlr-randr', 'windows'] as const;
export type DisplayKind = (typeof DISPLAYS)[number];

/** Windows: SC_MONITORPOWER (0xF170) to every top window, 2 is off, -1 is on (WM_SYSCOMMAND). */
const windowsPower = (state: 2 | -1): string =>
  `Add-Type -Namespace T -Name U -MemberDefinition '[DllImport("user32.dll")] public static extern bool PostMessage(System.IntPtr h, uint m, System.IntPtr w, System.IntPtr l);'; [void][T.U]::PostMessage([System.IntPtr]0xffff, 0x0112, [System.IntPtr]0xF170, [System.IntPtr]${state})`;

/** The commands that switch it, first to last. `output` is a Wayland output, such as HDMI-A-1; `*` is all. */
export function displayCommands(kind: DisplayKind, output: string, isOn: boolean): string[][] {
  switch (kind) {
    case 'none':
      return [];
    case 'xset':
      return isOn
        ? [['xset', 'dpms', 'force', 'on']]
        : [
            ['xset', '+dpms'],
            ['xset', 'dpms', 'force', 'off'],
          ];
    case 'wlopm':
      return [['wlopm', isOn ? '--on' : '--off', output]];
    case 'wlr-randr':
      return [['wlr-randr', '--output', output, isOn ? '--on' : '--off']];
    case 'windows':
      return [['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', windowsPower(isOn ? -1 : 2)]];
  }
}

const run = promisify(execFile);

export function displayPower(kind: DisplayKind, output: string): DisplayPort {
  return {
    async set(isOn) {
      for (const [program = '', ...rest] of displayCommands(kind, output, isOn)) {
        await run(program, rest, { timeout: COMMAND_TIMEOUT_MS, windowsHide: true });
      }
    },
  };
}
