import type { HubConfig } from '../config.ts';
import { startHub } from '../hub.ts';
import type { Output } from './output.ts';

export interface RunFlags {
  readonly printPairing?: boolean;
  readonly readyJson?: boolean;
}

/** Runs until SIGINT or SIGTERM. */
export async function run(
  config: HubConfig,
  { printPairing = false, readyJson = false }: RunFlags,
  output: Output,
): Promise<void> {
  const asked = stopSignal();
  const hub = await startHub(config);
  const { url, mqttUrl } = hub;
  if (readyJson) {
    const { code } = await hub.pairingCode('operator');
    output.out(JSON.stringify({ url, mqttUrl, operatorPairingCode: code }));
  } else {
    output.out(`Hub: ${url}  Docs: ${url}/docs  MQTT: ${mqttUrl}`);
    if (printPairing) {
      const { code, expiresAt } = await hub.pairingCode('operator');
      output.out(`Operator pairing code: ${code} (until ${expiresAt})`);
    }
  }
  await asked;
  await hub.stop();
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
