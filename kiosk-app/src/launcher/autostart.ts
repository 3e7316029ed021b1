/** What makes a kiosk start with its machine: a systemd unit on Linux, a task at sign-in on Windows. */

export interface AutostartOptions {
  /** The user that the kiosk runs as; it has no other rights. */
  user: string;
  /** Absolute path of `tillside-kiosk`. */
  command: string;
  configPath: string;
  /** Linux: the compositor that shows one program and nothing else. */
  cage?: string;
}

export const UNIT_NAME = 'tillside-kiosk.service';
export const UNIT_PATH = `/etc/systemd/system/${UNIT_NAME}`;
export const TASK_NAME = 'Tillside Kiosk';

/** systemd.syntax(7): spaces and quotes are quoted, `%` and `$` are doubled. */
const quoted = (text: string): string =>
  `"${text.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/** cage on the first terminal: no desktop, no other window, no way to another program. */
export function systemdUnit({ user, command, configPath, cage = '/usr/bin/cage' }: AutostartOptions): string {
  return `[Unit]
Description=Tillside kiosk
Documentation=https://github.com/cage-kiosk/cage/wiki
After=systemd-user-sessions.service plymouth-quit-wait.service getty@tty1.service
Conflicts=getty@tty1.service
StartLimitIntervalSec=0

[Service]
ExecStart=${quoted(cage)} -d -- ${quoted(command)} run --config ${quoted(configPath)}
User=${user}
PAMName=login
TTYPath=/dev/tty1
TTYReset=yes
TTYVHangup=yes
TTYVTDisallocate=yes
StandardInput=tty-fail
StandardOutput=journal
StandardError=journal
UtmpIdentifier=tty1
UtmpMode=user
Environment=XDG_SESSION_TYPE=wayland XDG_CURRENT_DESKTOP=cage
Environment=TILLSIDE_KIOSK_STATE=/var/lib/tillside-kiosk
StateDirectory=tillside-kiosk
StateDirectoryMode=0700
UMask=0077
Restart=always
RestartSec=1
TimeoutStopSec=10
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes

[Install]
WantedBy=graphical.target
`;
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');

/** A task of the Task Scheduler 2.0 schema (1.2): at the sign-in of the kiosk's user, in that user's session, started again when it ends. */
export function windowsTask({ user, command, configPath }: AutostartOptions): string {
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Tillside kiosk</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>${escaped(user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${escaped(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <Enabled>true</Enabled>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>5</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${escaped(command)}</Command>
      <Arguments>${escaped(`run --config "${configPath}"`)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}
