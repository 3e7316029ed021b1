import { z } from 'zod';
import { type ErrorEntry, HUB_ERRORS, HubErrorCode } from './errors.ts';
import { Text } from './text.ts';

/** One place in a refused document: a path such as `campaigns.0.reward`, and what is wrong there; in both languages where the check has them. */
export const Issue = z.strictObject({
  path: z.string(),
  code: z.string().optional(),
  message: z.string(),
  text: Text.optional(),
});
export type Issue = z.infer<typeof Issue>;

/** The body of every answer that is not 2xx. `message` says what went wrong this time; `hint` what to do. */
export const HubError = z.strictObject({
  code: HubErrorCode,
  message: z.string(),
  hint: z.string(),
  requestId: z.string(),
  issues: z.array(Issue).max(100).optional(),
});
export type HubError = z.infer<typeof HubError>;

/** The text of docs/errors-hub.md. */
export function renderErrorDocs(): string {
  const rows = Object.entries<ErrorEntry>(HUB_ERRORS).map(
    ([code, { status, cause, hint }]) =>
      `## ${code}\n\n${status === null ? 'Command line and log' : `HTTP ${status}`}\n\n- ${cause.en} ${hint.en}\n- ${cause.zh}${hint.zh}\n`,
  );
  return `# Errors of the hub\n\nMade from \`cloud-sync/hub-contract/src/errors.ts\`. Every answer that is not 2xx has the body \`{code, message, hint, requestId}\`, some with \`issues\`.\n\n${rows.join('\n')}`;
}
