import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DeviceError } from '../conditions.ts';
import { HostConfig } from '../contract/config.ts';
import { DeviceHost } from './device-host.ts';
import { parseJson } from './ndjson.ts';

export const TOKEN_VARIABLE = 'TILLSIDE_HOST_TOKEN';
const MIN_TOKEN_LENGTH = 16;

/** Reads a host config file; throws HOST_CONFIG_INVALID naming what is wrong. */
export async function readHostConfig(path: string): Promise<HostConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new DeviceError('HOST_CONFIG_INVALID', error instanceof Error ? error.message : path, error);
  }
  const config = HostConfig.safeParse(parseJson(text));
  if (config.success) return { ...config.data, stateDir: resolve(dirname(path), config.data.stateDir) };
  const issues = config.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw new DeviceError('HOST_CONFIG_INVALID', `${path}: ${issues.join('; ')}`);
}

/** The token in the environment, which is then forgotten so that no child inherits it. Throws HOST_TOKEN_MISSING when the config needs one. */
export function takeToken(config: HostConfig): string {
  const token = process.env[TOKEN_VARIABLE] ?? '';
  delete process.env[TOKEN_VARIABLE];
  if (config.socketPath !== undefined && token.length < MIN_TOKEN_LENGTH) throw new DeviceError('HOST_TOKEN_MISSING');
  return token;
}

/** Starts a host by its config file and the token in the environment. */
export async function startHost(configPath: string): Promise<{ host: DeviceHost; bootId: string; config: HostConfig }> {
  const config = await readHostConfig(configPath);
  const token = takeToken(config);
  const bootId = randomUUID();
  const host = new DeviceHost({ config, token, bootId });
  await host.start();
  return { host, bootId, config };
}

/** One line that a person or a log collector can read. */
export function describeError(error: unknown): string {
  if (error instanceof DeviceError) return `${error.code}: ${error.message} ${error.hint}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
