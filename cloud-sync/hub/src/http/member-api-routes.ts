import type { FastifyInstance } from 'fastify';
import { callerName } from '../members/desk.ts';
import { createMyData } from '../members/my-data.ts';
import { credentialOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { implement } from './implement.ts';

const MOST_GROUPS = 100;
const MOST_ACCESSES = 1_000;

/** Members and points for operators and partners; see member-api.ts of the contract. */
export function memberApiRoutes(app: FastifyInstance, context: HttpContext): void {
  const { memberDesk: desk, membersChanged } = context;
  const told = async <T>(change: Promise<T>): Promise<T> => {
    const answer = await change;
    membersChanged();
    return answer;
  };
  implement(app, 'findMember', ({ body, request }) => desk.find(credentialOf(request), body));
  implement(app, 'member', ({ params, query, request }) =>
    desk.get(credentialOf(request), params.memberId, query.reason),
  );
  implement(app, 'signUpMember', ({ body, request }) => {
    const key = request.headers['idempotency-key'];
    return desk.signUp(credentialOf(request), typeof key === 'string' ? key : undefined, body);
  });
  implement(app, 'correctMember', ({ params, body, request }) =>
    desk.correct(credentialOf(request), params.memberId, body),
  );
  implement(app, 'changeConsent', ({ params, body, request }) =>
    told(desk.consent(credentialOf(request), params.memberId, body)),
  );
  implement(app, 'tagMember', ({ params, body, request }) => desk.tag(credentialOf(request), params.memberId, body));
  implement(app, 'linkHousehold', ({ params, body, request }) =>
    desk.household(credentialOf(request), params.memberId, body),
  );
  implement(app, 'mergeMembers', ({ params, body, request }) =>
    told(desk.merge(credentialOf(request), params.memberId, body)),
  );
  implement(app, 'unmergeMember', ({ params, body, request }) =>
    told(desk.unmerge(credentialOf(request), params.memberId, body.reason)),
  );
  pointsRoutes(app, context);
  rightsRoutes(app, context);
}

function pointsRoutes(app: FastifyInstance, { memberDesk: desk, points }: HttpContext): void {
  implement(app, 'movePoints', async ({ params, body, request }) => {
    const row = await desk.person(params.memberId);
    const { kind, id, reason = `${kind} ${id}` } = body;
    await desk.note(credentialOf(request), row.memberId, 'points moved', reason);
    return { entry: await points.move(row, body) };
  });
  implement(app, 'pointsOf', async ({ params, query, request }) => {
    const row = await desk.person(params.memberId);
    await desk.note(credentialOf(request), row.memberId, 'points', query.reason);
    return points.statement(row);
  });
  implement(app, 'holdPoints', async ({ params, body }) =>
    points.hold(await desk.person(params.memberId), body.holdId, body.points),
  );
  implement(app, 'releasePoints', async ({ params }) => {
    await points.release(params.holdId);
    return { released: true as const };
  });
}

function rightsRoutes(app: FastifyInstance, context: HttpContext): void {
  const { memberDesk: desk, storage, clock, erasures } = context;
  const { directory, accesses } = storage.members;
  const data = createMyData({ storage, clock });
  implement(app, 'duplicates', async () => {
    const phones = await directory.samePhone(null, MOST_GROUPS);
    return { groups: phones.map(({ people }) => people.map(({ memberId }) => memberId)) };
  });
  implement(app, 'exportMember', async ({ params, body, request }) => {
    const row = await desk.person(params.memberId);
    await desk.note(credentialOf(request), row.memberId, 'export', body.reason);
    return data.export(row);
  });
  implement(app, 'memberAccesses', async ({ params }) => ({
    accesses: await accesses.of(params.memberId, MOST_ACCESSES),
  }));
  implement(app, 'accesses', async ({ query }) => ({
    accesses: await accesses.list(query.before ?? null, query.limit),
  }));
  implement(app, 'eraseMember', async ({ params, body, request }) => {
    const caller = credentialOf(request);
    await desk.note(caller, params.memberId, 'erase', body.reason);
    return erasures.eraseEverywhere(params.memberId, body.by, `${callerName(caller)}: ${body.reason}`);
  });
  implement(app, 'erasureProof', ({ params }) => erasures.proof(params.memberId));
}
