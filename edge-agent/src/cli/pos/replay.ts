import { createReadStream, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { AddCoupon, AddLine, SetMember } from '@tillside/agent-contract';
import { z } from 'zod';
import { AgentError } from '../../errors.ts';

/** Where `--replay` without a name looks: beside the agent's config. The demo store writes one there. */
export const REPLAY_FILE = 'replay.jsonl';
const MAX_BASKETS = 100_000;
const MAX_LINE_CHARS = 256 * 1024;

/**
 * One basket of a replay, as a line of JSON: what is scanned or keyed, in order, and what happens to the basket beside being sold. Lines are the bodies of `addLine`, so
 * a code that the store has is enough.
 */
export const ReplayBasket = z.strictObject({
  lines: z.array(AddLine).min(1).max(500),
  member: SetMember.shape.code.optional(),
  coupons: z.array(AddCoupon.shape.code).max(20).optional(),
  /** Waits once, and is taken up again. */
  suspend: z.literal(true).optional(),
  /** The last line is taken off again. */
  voidLast: z.literal(true).optional(),
  /** The shopper leaves: nothing is sold. */
  cancel: z.literal(true).optional(),
  /** One piece of the first line comes back afterwards. */
  giveBack: z.literal(true).optional(),
});
export type ReplayBasket = z.input<typeof ReplayBasket>;

/** The file to replay. Throws FILE_UNREADABLE where none is named and none lies beside the config. */
export function replayPath(asked: string | true, configPath: string): string {
  if (asked !== true) return asked;
  const path = join(dirname(configPath), REPLAY_FILE);
  if (existsSync(path)) return path;
  throw new AgentError('FILE_UNREADABLE', {
    detail: `(${path}) — --replay FILE, 或先用 npm start 启动演示门店 / or start the demo store with npm start, whose config has one beside it`,
  });
}

/** Reads the baskets. Throws FILE_UNREADABLE, IMPORT_REFUSED with the line and the field that is wrong. */
export async function readReplay(path: string): Promise<ReplayBasket[]> {
  const baskets: ReplayBasket[] = [];
  let row = 0;
  const refuse = (why: string): never => {
    throw new AgentError('IMPORT_REFUSED', { detail: `${path}:${row}: ${why}` });
  };
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      row += 1;
      if (line.trim() === '') continue;
      if (line.length > MAX_LINE_CHARS) refuse(`> ${MAX_LINE_CHARS}`);
      if (baskets.length >= MAX_BASKETS) refuse(`> ${MAX_BASKETS}`);
      baskets.push(basketOf(line, refuse));
    }
  } catch (error) {
    if (error instanceof AgentError) throw error;
    throw new AgentError('FILE_UNREADABLE', { detail: (error as Error).message });
  }
  return baskets.length > 0 ? baskets : refuse('0');
}

function basketOf(line: string, refuse: (why: string) => never): ReplayBasket {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return refuse((error as Error).message);
  }
  const parsed = ReplayBasket.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(`${issue?.path.join('.')}: ${issue?.message}`);
}
