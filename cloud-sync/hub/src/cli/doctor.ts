import { access, constants, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type HubConfig, keysDirOf } from '../config.ts';
import { explainFault, HubFault } from '../fault.ts';
import { listening } from '../listening.ts';
import { checkSecretFiles } from '../members/secret-file.ts';
import { trainingEntryUrl } from '../models/training.ts';
import { loadOperator } from '../operator-file.ts';
import { storageUrl } from '../storage/open-storage.ts';
import { postgresVersion } from '../storage/postgres/index.ts';
import { sqliteVersion } from '../storage/sqlite/open.ts';
import { checkKeyFiles, keyFile, OWN_SIGNERS, readSigner } from '../tuf/keys.ts';
import { hubClient } from './client.ts';
import { language, type Output, table } from './output.ts';

interface Finding {
  readonly what: string;
  /** `note`: it works, and somebody should do something about it. */
  readonly state: 'ok' | 'missing' | 'wrong' | 'note';
  readonly detail: string;
}

async function finding(
  what: string,
  look: () => Promise<string>,
  absent: 'missing' | 'wrong' = 'wrong',
): Promise<Finding> {
  try {
    return { what, state: 'ok', detail: await look() };
  } catch (error) {
    if (!(error instanceof HubFault))
      return { what, state: absent, detail: error instanceof Error ? error.message : '' };
    const { message, hint } = explainFault(error, language());
    return { what, state: absent, detail: `${error.code}: ${message} ${hint}` };
  }
}

async function freePort(host: string, port: number): Promise<string> {
  const server = createServer();
  await listening(server, host, port);
  await new Promise((resolve) => server.close(resolve));
  return `${host}:${port}`;
}

/** The hub's own keys beside those of metadata, of which each is made where it is missing. */
async function ownKeys(keysDir: string): Promise<{ name: string; isThere: boolean }[]> {
  const found: { name: string; isThere: boolean }[] = [];
  for (const name of OWN_SIGNERS)
    found.push({ name: `${name}.pem`, isThere: (await readSigner(keyFile(keysDir, name))) !== null });
  for (const { name, isThere } of await checkSecretFiles(keysDir)) found.push({ name: `${name}.key`, isThere });
  return found;
}

/** Says of each thing that the hub needs what is there, what is missing and what to do. True when nothing is wrong. */
export async function doctor(config: HubConfig, output: Output): Promise<boolean> {
  const { dataDir, host, port, mqtt, storage, consoleDir, trainingEntry } = config;
  const running = await finding('hub running', async () => {
    const operator = await loadOperator(dataDir);
    await hubClient(operator)('me');
    return operator.url;
  });
  const isRunning = running.state === 'ok';
  const findings: Finding[] = [
    { ...running, state: isRunning ? 'ok' : 'missing' },
    await finding(
      'data directory',
      async () => {
        const about = await stat(dataDir);
        if (!about.isDirectory()) throw new HubFault('HUB_DATA_UNWRITABLE', dataDir);
        await access(dataDir, constants.W_OK);
        return dataDir;
      },
      'missing',
    ),
    storage.kind === 'postgres'
      ? await finding('PostgreSQL', () => postgresVersion({ url: storageUrl(storage), connections: 1 }))
      : await finding('SQLite', async () => sqliteVersion()),
    await finding(
      'signing keys',
      async () => {
        await checkKeyFiles(keysDirOf(config));
        return keysDirOf(config);
      },
      'missing',
    ),
    await finding(
      'keys of members',
      async () => {
        const names = await ownKeys(keysDirOf(config));
        const gone = names.filter(({ isThere }) => !isThere).map(({ name }) => name);
        if (gone.length > 0) throw new Error(`${gone.join(', ')}: made at the next start (docs/keys.md)`);
        return names.map(({ name }) => name).join(', ');
      },
      'missing',
    ),
    await finding('training job', () => trainingEntryUrl(trainingEntry), 'missing'),
    await finding(
      'console',
      async () => {
        if (consoleDir === undefined) throw new Error('consoleDir is not set');
        await access(join(consoleDir, 'index.html'));
        return consoleDir;
      },
      'missing',
    ),
  ];
  if (isRunning) {
    const { notes } = await hubClient(await loadOperator(dataDir))('keys');
    for (const { code, text } of notes)
      findings.push({ what: 'keys', state: 'note', detail: `${code}: ${text[language()]}` });
  } else {
    findings.push(await finding('HTTP port', () => freePort(host, port)));
    findings.push(await finding('MQTT port', () => freePort(mqtt.host, mqtt.port)));
  }
  output.out(
    table(
      ['what', 'state', 'detail'],
      findings.map(({ what, state, detail }) => [what, state, detail]),
    ),
  );
  return findings.every(({ state }) => state !== 'wrong');
}
