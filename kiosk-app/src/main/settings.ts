/** What the kiosk shell is told at its start: command line first, then environment. */
export interface ShellSettings {
  /** The agent's origin, such as `http://127.0.0.1:7080`. */
  readonly agentOrigin: string;
  /** False: an ordinary window, for trying it on a desk. */
  readonly isKiosk: boolean;
  /** A one-time pairing code for the first start. */
  readonly pairingCode: string | null;
}

export const DEFAULT_AGENT_ORIGIN = 'http://127.0.0.1:7080';

export type SettingsResult =
  | { readonly ok: true; readonly settings: ShellSettings }
  | { readonly ok: false; readonly code: 'AGENT_ADDRESS_REFUSED'; readonly message: string; readonly hint: string };

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

function argumentOf(argv: readonly string[], name: string): string | undefined {
  const prefix = `--${name}=`;
  return argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length);
}

/** Plain HTTP is taken on loopback only: across the shop's network a member's data travels over HTTPS. */
export function readSettings(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SettingsResult {
  const address = argumentOf(argv, 'agent') ?? env.TILLSIDE_AGENT ?? DEFAULT_AGENT_ORIGIN;
  const refuse = (hint: string): SettingsResult => ({
    ok: false,
    code: 'AGENT_ADDRESS_REFUSED',
    message: `"${address}" can't be the agent's address.`,
    hint,
  });
  if (!URL.canParse(address)) return refuse('Write it as https://store-pc:8443 (--agent=... or TILLSIDE_AGENT).');
  const url = new URL(address);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname))) {
    return refuse('Use https, or http on this machine itself (127.0.0.1).');
  }
  const pairingCode = argumentOf(argv, 'pair') ?? env.TILLSIDE_PAIR ?? null;
  return { ok: true, settings: { agentOrigin: url.origin, isKiosk: !argv.includes('--windowed'), pairingCode } };
}
