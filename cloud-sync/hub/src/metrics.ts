import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const REQUEST_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** One registry for each hub, so that two hubs in one process do not share counts. No label holds anything personal. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly events: Counter<'stream' | 'outcome'>;
  readonly publications: Counter<'kind'>;
  readonly wakeClients: Gauge;
}

export function createMetrics(connected: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'tillside_hub_' });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'tillside_hub_http_request_seconds',
      help: 'Time from request to answer, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: REQUEST_SECONDS,
      registers,
    }),
    events: new Counter({
      name: 'tillside_hub_events_total',
      help: 'Events received, by stream and outcome: stored, quarantined, duplicate, conflict, clock-ahead',
      labelNames: ['stream', 'outcome'],
      registers,
    }),
    publications: new Counter({
      name: 'tillside_hub_publications_total',
      help: 'Versions published to stores, by kind',
      labelNames: ['kind'],
      registers,
    }),
    wakeClients: new Gauge({
      name: 'tillside_hub_wake_clients',
      help: 'Stores connected for wake-ups',
      registers,
      collect() {
        this.set(connected());
      },
    }),
  };
}
