export type { App } from './app.ts';
export { REPLAY_FILE, type ReplayBasket } from './cli/pos/replay.ts';
export { AgentConfig, loadConfig, parseConfig } from './config.ts';
export { AgentError } from './errors.ts';
export { createLogger, type RunningAgent, startAgent } from './main.ts';
export { hashPin } from './pairing/pins.ts';
export { AGENT_VERSION } from './version.ts';
