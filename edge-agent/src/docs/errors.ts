import { AGENT_ERRORS } from '@tillside/agent-contract';
import { DECIDE_ERRORS } from '@tillside/decide';
import { DEVICE_CONDITIONS } from '@tillside/devices';
import { MODEL_ERRORS } from '@tillside/inference';
import { LINK_ERRORS } from '@tillside/link';

interface Entry {
  readonly code: string;
  readonly status?: number;
  readonly en: string;
  readonly zh?: string;
}

export interface Section {
  readonly title: string;
  readonly intro: string;
  readonly entries: readonly Entry[];
}

/** Every code that people in a store or its integrators can meet, by the registry that owns it. */
export const ERROR_SECTIONS: readonly Section[] = [
  {
    title: 'Agent',
    intro:
      'Answers of the HTTP API: `{code, message, hint, requestId}`, some with `fields`; the same codes are conditions of `GET /v1/status` and what the command line prints.',
    entries: Object.entries(AGENT_ERRORS).map(([code, { status, cause, hint }]) => ({
      code,
      status,
      en: `${cause.en} ${hint.en}`,
      zh: `${cause.zh}${hint.zh}`,
    })),
  },
  {
    title: 'Devices',
    intro: 'Conditions of devices: in `GET /v1/status`, in `tillside-agent devices` and in `tillside-agent doctor`.',
    entries: Object.entries(DEVICE_CONDITIONS).map(([code, { message, hint }]) => ({ code, en: `${message} ${hint}` })),
  },
  {
    title: 'Link to the hub',
    intro: 'The store goes on selling in each of these conditions.',
    entries: Object.entries(LINK_ERRORS).map(([code, { cause, hint }]) => ({
      code,
      en: `${cause.en} ${hint.en}`,
      zh: `${cause.zh}${hint.zh}`,
    })),
  },
  {
    title: 'Models',
    intro: 'Why a recommendation model was refused; what ran before goes on.',
    entries: Object.entries(MODEL_ERRORS).map(([code, { cause, hint }]) => ({
      code,
      en: `${cause.en} ${hint.en}`,
      zh: `${cause['zh-CN']}${hint['zh-CN']}`,
    })),
  },
  {
    title: 'Decisions',
    intro: 'Why a campaign set or a basket was refused, with the place in the input.',
    entries: Object.entries(DECIDE_ERRORS).map(([code, { cause, hint }]) => ({ code, en: `${cause} ${hint}` })),
  },
];

/** The text of docs/errors.md. */
export function renderErrorDocs(): string {
  const sections = ERROR_SECTIONS.map(
    ({ title, intro, entries }) => `## ${title}\n\n${intro}\n\n${entries.map(renderEntry).join('\n')}`,
  );
  return `# Errors of a store\n\nMade from the registries in the code (\`edge-agent/src/docs/errors.ts\`). The hub's own are in errors-hub.md.\n\n${sections.join('\n')}`;
}

function renderEntry({ code, status, en, zh }: Entry): string {
  const head = `### ${code}\n\n${status === undefined ? '' : `HTTP ${status}\n\n`}`;
  return `${head}- ${en}\n${zh === undefined ? '' : `- ${zh}\n`}`;
}
