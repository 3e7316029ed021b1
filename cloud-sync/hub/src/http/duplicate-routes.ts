import type { FastifyInstance } from 'fastify';
import { credentialOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { implement } from './implement.ts';

/** Who may be there twice; see duplicateRoutes of the contract. */
export function duplicateRoutes(app: FastifyInstance, { duplicates: desk }: Pick<HttpContext, 'duplicates'>): void {
  implement(app, 'probableDuplicates', ({ query }) => desk.list(query));
  implement(app, 'runDuplicates', async () => desk.run());
  implement(app, 'compareMembers', ({ params, body, request }) =>
    desk.compare(credentialOf(request), params.memberId, body.other, body.reason),
  );
  implement(app, 'sayTwoPeople', ({ params, body, request }) =>
    desk.saySeparate(credentialOf(request), params.memberId, body.other, body.reason),
  );
  implement(app, 'takeTwoPeopleBack', ({ params, body, request }) =>
    desk.takeBack(credentialOf(request), params.memberId, body.other, body.reason),
  );
  implement(app, 'twoPeople', ({ query }) => desk.separate(query.limit));
}
