import { destination, type Logger, pino } from 'pino';
import { createServer } from './api/server.ts';
import { type App, createApp } from './app.ts';
import { type AgentConfig, backupDirOf } from './config.ts';
import { AgentError } from './errors.ts';
import { mendJournal } from './journal/mend.ts';
import { noteMended } from './journal/mended-note.ts';
import { type Clock, type Random, systemClock, systemRandom } from './ports.ts';
import { runFileOf, writePrivate } from './secrets.ts';

export interface RunningAgent {
  readonly url: string;
  readonly app: App;
  stop(): Promise<void>;
}

export const createLogger = (config: AgentConfig): Logger =>
  pino(
    { level: config.logLevel, base: { store: config.storeId }, redact: ['req.headers', 'phone', 'credential'] },
    destination(2),
  );

/** Starts a store's agent and resolves when it answers. Throws a coded error: PORT_IN_USE, DATABASE_IN_USE, STORAGE_*, CONFIG_REFUSED. */
export async function startAgent(
  config: AgentConfig,
  options: { log?: Logger; clock?: Clock; random?: Random } = {},
): Promise<RunningAgent> {
  const log = options.log ?? createLogger(config);
  await mend(config, log, options);
  const app = createApp(config, log, options);
  try {
    const server = await createServer(app, log);
    try {
      await server.listen({ host: config.host, port: config.port });
    } catch (error) {
      await server.close();
      throw (error as { code?: string }).code === 'EADDRINUSE'
        ? new AgentError('PORT_IN_USE', { detail: `(${config.host}:${config.port})` })
        : error;
    }
    const bound = server.server.address();
    const url = `http://${config.host}:${bound !== null && typeof bound === 'object' ? bound.port : config.port}`;
    await app.start();
    writePrivate(runFileOf(config.dataDir), JSON.stringify({ url, pid: process.pid }));
    let stopping: Promise<void> | undefined;
    return {
      url,
      app,
      stop() {
        stopping ??= server.close().then(() => app.stop());
        return stopping;
      },
    };
  } catch (error) {
    await app.stop();
    throw error;
  }
}

/** Before the journal is opened: a damaged one is set aside, and the store goes on with what can be had. */
async function mend(config: AgentConfig, log: Logger, ports: { clock?: Clock; random?: Random }): Promise<void> {
  const { clock = systemClock, random = systemRandom } = ports;
  const { dataDir, storeId: store } = config;
  const mended = await mendJournal({ dataDir, store, backupDir: backupDirOf(config), clock, random });
  if (mended === undefined) return;
  noteMended(dataDir, mended, clock.now());
  log.error({ aside: mended.aside, from: mended.from, salvaged: mended.salvaged }, 'the database was damaged');
}
