import { hostname } from 'node:os';
import { condition, DeviceError, PairingRefused, pairHost, unpairHost } from '@tillside/devices';
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import { hostKey } from '../secrets.ts';
import type { Io } from './io.ts';

interface WithConfig {
  config: string;
}

/** The commands that pair this agent with device hosts on other machines; the running agent uses a new key with its next attempt to connect. */
export function addPairHost(devices: Command, io: Io): void {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  const command = (usage: string, zh: string, en: string): Command =>
    devices
      .command(usage)
      .description(say(zh, en))
      .requiredOption('-c, --config <file>', say('配置文件，YAML 或 JSON', 'config file, YAML or JSON'));

  command(
    'pair-host <hostId> <address> <code>',
    '与另一台电脑上的设备主机配对；配对码由那边的 tillside-device-host pair 生成',
    'pair with a device host on another machine; its tillside-device-host pair makes the code',
  ).action((hostId: string, address: string, code: string, options: WithConfig) =>
    pair({ hostId, address, code }, options.config, io),
  );
  command('unpair-host <hostId>', '撤销与设备主机的配对', 'revoke the pairing with a device host').action(
    (hostId: string, options: WithConfig) => unpair(hostId, options.config, io),
  );
}

async function pair(
  { hostId, address, code }: { hostId: string; address: string; code: string },
  configPath: string,
  io: Io,
): Promise<void> {
  const config = loadConfig(configPath);
  const key = hostKey(config.dataDir, hostId);
  try {
    await pairHost({ hostId, address, code, name: `${config.storeId} ${hostname()}`.slice(0, 100), keep: key.write });
  } catch (error) {
    throw asRefusal(error);
  }
  const known = config.deviceHosts.find(({ id }) => id === hostId);
  io.out(io.locale === 'en' ? `paired with ${hostId}` : `已与 ${hostId} 配对`);
  if (known?.address === address) return;
  const line = `deviceHosts: [{ id: ${JSON.stringify(hostId)}, address: ${JSON.stringify(address)} }]`;
  io.err(
    io.locale === 'en' ? `Put it into the config and start the agent again: ${line}` : `请写入配置并重启代理：${line}`,
  );
}

/** Both sides forget the key; when the host can't be told, this side does. */
async function unpair(hostId: string, configPath: string, io: Io): Promise<void> {
  const config = loadConfig(configPath);
  const key = hostKey(config.dataDir, hostId);
  const credential = key.read();
  if (credential === undefined) throw refusal(condition('HOST_NOT_PAIRED'));
  const address = config.deviceHosts.find(({ id }) => id === hostId)?.address;
  let untold: AgentError | undefined;
  try {
    if (address !== undefined) await unpairHost({ address, credential });
  } catch (error) {
    untold = asRefusal(error);
  }
  key.remove();
  io.out(io.locale === 'en' ? `unpaired from ${hostId}` : `已撤销与 ${hostId} 的配对`);
  if (untold === undefined && address !== undefined) return;
  io.err(
    io.locale === 'en'
      ? `The host could not be told (${untold?.detail ?? 'no address in the config'}). Run there: tillside-device-host unpair CONFIG`
      : `无法通知该主机（${untold?.detail ?? '配置中没有地址'}）。请在那边运行：tillside-device-host unpair CONFIG`,
  );
}

function asRefusal(error: unknown): AgentError {
  if (error instanceof PairingRefused) return refusal(error.condition);
  if (error instanceof DeviceError) return refusal(error.toCondition());
  return new AgentError('INTERNAL', { detail: error instanceof Error ? error.message : String(error), cause: error });
}

const refusal = ({ code, message, hint }: ReturnType<typeof condition>): AgentError =>
  new AgentError('HOST_PAIRING_REFUSED', { detail: `${code}: ${message} ${hint}` });
