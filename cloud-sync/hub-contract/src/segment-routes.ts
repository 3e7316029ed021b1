import { SegmentProgress, SegmentsAnswer } from './segments.ts';

/** Segments of members at HQ. */
export const segmentRoutes = {
  segments: {
    method: 'GET',
    path: '/v1/segments',
    auth: 'operator',
    response: SegmentsAnswer,
    summary: 'How members are spread over segments, and how a run gets on',
  },
  runSegments: {
    method: 'POST',
    path: '/v1/segments/run',
    auth: 'operator',
    response: SegmentProgress,
    summary: 'Work the segments out now',
  },
} as const;
