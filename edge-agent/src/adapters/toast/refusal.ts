import type { TransactionStatus } from './wire.ts';

/**
 * A transaction that is not done, in the contract's words. The developer guide asks for 400 with every status but an account that is not found: 404 there
 * (`ResponseCheck`, `ResponseSearch`). `message` is for logs and holds nothing of a guest.
 */
export class Refusal extends Error {
  readonly status: Exclude<TransactionStatus, 'ACCEPT'>;
  readonly httpStatus: 400 | 404;

  constructor(status: Refusal['status'], message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.httpStatus = status === 'ERROR_ACCOUNT_INVALID' ? 404 : 400;
  }
}
