import {
  type AnswerOf,
  type Arguments,
  CallError,
  callAgent,
  type RouteName,
  type routes,
} from '@tillside/agent-contract';
import type { Chance } from '../../random.ts';
import type { TillClient } from '../../store/shopper.ts';
import type { Ledger } from './ledger.ts';

/** How often a write is sent twice at once, sent again with another body, or is the last thing that its terminal does. */
const SHARE = { twice: 0.06, otherBody: 0.02, crash: 0.006 };
const CRASH_WITHIN_MS = 25;

/** The terminal lost its power: what it was doing is forgotten, the call that it had sent may still do its work. */
export class TerminalCrashed extends Error {
  constructor(till: string) {
    super(`${till} crashed`);
    this.name = 'TerminalCrashed';
  }
}

type Writes = { [N in RouteName]: (typeof routes)[N] extends { idempotent: true } ? N : never }[RouteName];

/** A till whose writes are now and then sent twice, sent again as something else, or followed by its crash. */
export class CrewTill {
  readonly client: TillClient;
  readonly #ledger: Ledger;

  constructor(client: TillClient, ledger: Ledger) {
    this.client = client;
    this.#ledger = ledger;
  }

  get name(): string {
    return this.client.name;
  }

  get terminalId(): string {
    return this.client.terminal.deviceId;
  }

  read<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>> {
    return this.client.call(name, args);
  }

  /** Rejects with the agent's refusal, or with TerminalCrashed. */
  async write<N extends Writes>(
    chance: Chance,
    name: N,
    given: Omit<Arguments<N>, 'key'>,
    key = this.client.newKey(),
  ): Promise<AnswerOf<N>> {
    const args = { ...given, key } as unknown as Arguments<N>;
    const crashes = chance.happens(SHARE.crash);
    const twice = chance.happens(SHARE.twice);
    const otherBody = chance.happens(SHARE.otherBody);
    if (crashes) {
      callAgent(this.client.terminal, name, args).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, chance.next() * CRASH_WITHIN_MS));
      this.#ledger.count('crashes');
      throw new TerminalCrashed(this.name);
    }
    if (!twice) {
      const answer = await this.client.call(name, args);
      if (otherBody) await this.#asksOtherwise(name, args);
      return answer;
    }
    this.#ledger.count('sentTwice');
    const [first, second] = await Promise.allSettled([this.client.call(name, args), this.client.call(name, args)]);
    if (first.status === 'fulfilled' && second.status === 'fulfilled') {
      if (JSON.stringify(first.value) !== JSON.stringify(second.value))
        this.#ledger.fail('ANSWERS_DIFFER', `${this.name} ${name} under one key: two answers`);
      return first.value;
    }
    // Nothing is kept of a refusal: the second may be granted what the first was not, since another till changed something between them.
    if (first.status === 'fulfilled') return first.value;
    if (second.status === 'fulfilled') return second.value;
    throw first.reason;
  }

  /** The same key for something else must be refused, and do nothing. */
  async #asksOtherwise<N extends Writes>(name: N, args: Arguments<N>): Promise<void> {
    const { body } = args as { body?: object };
    if (body === undefined || !('cashierId' in body)) return;
    const other = { ...args, body: { ...body, cashierId: 'somebody-else' } } as Arguments<N>;
    this.#ledger.count('sentAsOther');
    const said = await this.client.call(name, other).then(
      () => 'answered',
      (error: unknown) => (error instanceof CallError ? error.code : String(error)),
    );
    if (said !== 'IDEMPOTENCY_KEY_REUSED') this.#ledger.fail('KEY_REUSED', `${this.name} ${name}: ${said}`);
  }
}
