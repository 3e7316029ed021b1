/** Electron's fuses, set once where the program is packaged. */
import { KioskError } from './errors.ts';

/**
 * Switches off what a kiosk never needs of the program: running as Node.js, Node's options and inspector by environment or command line,
 * more rights for file: pages; switches on encrypted cookies. Throws ELECTRON_MISSING, and what the library says of a program without fuses.
 */
export async function setFuses(program: string): Promise<void> {
  const fuses = await import('@electron/fuses').catch(() => {
    throw new KioskError('ELECTRON_MISSING', '@electron/fuses');
  });
  const { flipFuses, FuseVersion, FuseV1Options } = fuses;
  await flipFuses(program, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: true,
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  });
}
