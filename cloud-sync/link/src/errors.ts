/**
 * Every condition the link can report. A hub that is down is a calm state: the store goes on selling and the outbox waits.
 * `cause` says what happened and what stays safe, `hint` what to do.
 */
export const LINK_ERRORS = {
  HUB_NOT_PAIRED: {
    cause: 'This store has no credential for the hub yet. Sales are kept here.',
    hint: 'Make a one-time code with `tillside-hub store add` and give it to the agent as the pairing code.',
  },
  HUB_REFUSED_PAIRING: {
    cause: 'The hub did not accept the pairing code.',
    hint: 'Codes work once and for a short time: make a new one at the hub.',
  },
  HUB_UNREACHABLE: {
    cause: 'The hub could not be reached. Sales are kept here and are sent later.',
    hint: 'Check the store network and the hub address; the link tries again by itself.',
  },
  HUB_TIMEOUT: {
    cause: 'The hub did not answer in time. What was sent stays here until it is acknowledged.',
    hint: 'The link tries again by itself; look at the load of the hub if this lasts.',
  },
  HUB_REFUSED_CREDENTIAL: {
    cause: 'The hub no longer accepts the credential of this store. Sales are kept here.',
    hint: 'Pair the store again, or ask HQ whether its credential was revoked.',
  },
  HUB_BUSY: {
    cause: 'The hub asked to wait. Sales are kept here meanwhile.',
    hint: 'The link waits as long as the hub asked and then goes on.',
  },
  HUB_FAILED: {
    cause: 'The hub had a failure of its own. What was sent stays here.',
    hint: 'Look at the log of the hub; the link tries again by itself.',
  },
  HUB_REFUSED_BATCH: {
    cause: 'The hub refused a batch as malformed. Nothing was deleted here.',
    hint: 'Agent and hub may be of different versions: compare them, and look at the log of the hub.',
  },
  HUB_BATCH_TOO_LARGE: {
    cause: 'The hub or something on the way found a batch too large.',
    hint: 'The link sends smaller batches; check body size limits of proxies on the way.',
  },
  HUB_ANSWER_UNREADABLE: {
    cause: 'The answer of the hub could not be understood. Nothing was deleted here.',
    hint: 'Check that the address is the hub itself (no login page on the way) and compare versions.',
  },
  HUB_ACK_WITHOUT_PROGRESS: {
    cause: 'The hub answered but acknowledged nothing that was sent.',
    hint: 'Look at the log of the hub: its storage may be full.',
  },
  OUTBOX_FAILED: {
    cause: 'The outbox of this store could not be read or trimmed. Sales are still recorded in the journal.',
    hint: 'Look at the disk of the store computer and the log of the agent.',
  },
  WAKE_UNAVAILABLE: {
    cause: 'The wake-up connection is down. News from HQ is still fetched at each poll.',
    hint: 'Check that the MQTT port of the hub is open; the link tries again by itself.',
  },
  TUF_MALFORMED: {
    cause: 'Signed metadata from the hub could not be read. What is applied stays in force.',
    hint: 'The repository may be damaged: publish again at the hub.',
  },
  TUF_SIGNATURE_BELOW_THRESHOLD: {
    cause: 'Metadata from the hub is not signed by enough trusted keys. What is applied stays in force.',
    hint: 'Someone may be tampering, or keys were changed without a new root: check the keys at the hub.',
  },
  TUF_ROLLBACK: {
    cause: 'The hub offers something older than what this store already trusts. It was refused.',
    hint: 'The hub may have been restored from a backup: publish again so that versions grow.',
  },
  TUF_EXPIRED: {
    cause: 'The signed metadata has expired. The store keeps what it has and accepts nothing new.',
    hint: 'Check the clock of the store computer, and that the hub renews its timestamp.',
  },
  TUF_HASH_MISMATCH: {
    cause: 'Metadata differs from what the signed index lists. What is applied stays in force.',
    hint: 'A proxy may change files on the way, or the repository is damaged: publish again.',
  },
  TUF_MISSING: {
    cause: 'The hub does not have a metadata file that it must have. What is applied stays in force.',
    hint: 'The repository may be damaged or the address wrong: check the hub.',
  },
  TUF_WRONG_STORE: {
    cause: 'A signed target under the path of this store is meant for another store or kind. It was refused.',
    hint: 'Publish it again for the right store.',
  },
  TUF_STATE_UNREADABLE: {
    cause: 'The trusted metadata kept on this computer is damaged. Nothing new is accepted.',
    hint: 'Pair the store again; that pins the root of the hub anew.',
  },
  TARGET_TOO_LARGE: {
    cause: 'An artifact is larger than a store accepts. It was not taken.',
    hint: 'Make the campaign set or model smaller.',
  },
  TARGET_MISSING: {
    cause: 'The hub lists an artifact but does not have the file.',
    hint: 'Publish it again.',
  },
  TARGET_HASH_MISMATCH: {
    cause: 'A downloaded artifact is not what was signed. It was thrown away.',
    hint: 'A proxy may change files on the way, or the repository is damaged: publish again.',
  },
  TARGET_CUT_OFF: {
    cause: 'A download ended early. The part that came is kept and the rest is fetched next.',
    hint: 'Nothing to do unless it lasts: then check the network.',
  },
  TARGET_NOT_WRITTEN: {
    cause: 'An artifact or metadata could not be written to the disk of this computer.',
    hint: 'Free some space and check that the state folder can be written.',
  },
  DESIRED_FAILED: {
    cause: 'The agent failed while it applied what HQ sent. What was in force stays in force.',
    hint: 'Look at the log of the agent; the link hands it over again later.',
  },
} as const satisfies Record<string, { cause: string; hint: string }>;

export type LinkErrorCode = keyof typeof LINK_ERRORS;

/** A condition as data: stable code, message for people, hint what to do. */
export interface Problem {
  readonly code: LinkErrorCode;
  readonly message: string;
  readonly hint: string;
}

export function problem(code: LinkErrorCode, detail?: string): Problem {
  const { cause, hint } = LINK_ERRORS[code];
  return { code, message: detail === undefined ? cause : `${cause} (${detail})`, hint };
}

/** Carries a Problem through code that throws; `retryAfterMs` when the hub asked for a pause. */
export class LinkError extends Error {
  readonly problem: Problem;
  readonly retryAfterMs: number | undefined;
  constructor(found: Problem, retryAfterMs?: number) {
    super(found.message);
    this.name = 'LinkError';
    this.problem = found;
    this.retryAfterMs = retryAfterMs;
  }
}

export const fail = (code: LinkErrorCode, detail?: string): never => {
  throw new LinkError(problem(code, detail));
};
