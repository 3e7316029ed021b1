import { existsSync, readFileSync } from 'node:fs';
import { type AnswerOf, type Arguments, CallError, callAgent, type RouteName } from '@tillside/agent-contract';
import type { AgentConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import { adminFileOf, runFileOf } from '../secrets.ts';
import type { Io } from './io.ts';

const CALL_TIMEOUT_MS = 120_000;

/** The agent that runs from a config on this machine; undefined when none ever did. It may have ended since. */
export function runningAgent(config: AgentConfig): { url: string; credential: string } | undefined {
  const run = runFileOf(config.dataDir);
  const admin = adminFileOf(config.dataDir);
  if (!existsSync(run) || !existsSync(admin)) return undefined;
  const { url } = JSON.parse(readFileSync(run, 'utf8')) as { url: string };
  return { url, credential: readFileSync(admin, 'utf8').trim() };
}

/** Calls the agent of this machine as its operator. Throws AGENT_AWAY, or the agent's own refusal. */
export async function askAgent<N extends RouteName>(
  config: AgentConfig,
  io: Io,
  name: N,
  args: Arguments<N>,
  timeoutMs = CALL_TIMEOUT_MS,
): Promise<AnswerOf<N>> {
  const agent = runningAgent(config);
  if (agent === undefined) throw new AgentError('AGENT_AWAY');
  try {
    return await callAgent({ ...agent, locale: io.locale, timeoutMs }, name, args);
  } catch (error) {
    if (error instanceof CallError && error.status === 0)
      throw new AgentError('AGENT_AWAY', { detail: `(${agent.url})` });
    throw error;
  }
}
