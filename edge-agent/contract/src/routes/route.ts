import type { z } from 'zod';
import type { AuthKind } from '../common.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly auth: AuthKind;
  readonly tag: string;
  readonly summary: string;
  /** True: the `Idempotency-Key` header is required. */
  readonly idempotent?: true;
  /** True: the body holds personal fields, so that what is kept of it for retries must not be found by trying. */
  readonly personal?: true;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Content type of the body where it is not JSON. */
  readonly bodyType?: 'text/csv' | 'application/xml';
  /** Further content types that the body may have. */
  readonly otherBodyTypes?: readonly ('application/x-ndjson' | 'text/xml')[];
  /** The body is taken as a stream of bytes, however long: `body` only describes it. */
  readonly streamed?: true;
  readonly response: z.ZodType;
}
