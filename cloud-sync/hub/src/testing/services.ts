import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const Answer = z.union([
  z.object({
    url: z.string(),
    username: z.string().optional(),
    password: z.string().optional(),
    passwordFile: z.string().optional(),
    passwordTool: z.string().optional(),
    pid: z.string().optional(),
  }),
  z.object({ without: z.literal(true) }),
  z.object({ error: z.string(), hint: z.string() }),
]);
export type Service = Extract<z.infer<typeof Answer>, { url: string }>;

/**
 * A service that the test run keeps (.config/test-services.mjs), started by the first who asks. Null where the run was told to go without; a test that can't have what it needs
 * fails, and says why.
 */
export async function testService(name: 'postgres' | 'careless-postgres' | 'mosquitto'): Promise<Service | null> {
  const keeper = process.env.TILLSIDE_TEST_SERVICES;
  if (keeper === undefined) throw new Error('run the tests with .config/vitest.config.ts: it keeps the services');
  const answer = Answer.parse(await (await fetch(`${keeper}/${name}`)).json());
  if ('without' in answer) return null;
  if ('error' in answer) throw new Error(`TEST_SERVICE_MISSING: ${answer.error}\n${answer.hint}`);
  return answer;
}

/** A name that no other test of the run uses. */
export const uniqueName = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
