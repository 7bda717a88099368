import { type Request, Router } from 'express';
import type { ApiViews } from './views.ts';

const SLOT_RANGE_MAX = 10_000;
const RECENT_MAX = 500;

/** `/metrics`, `/api/pipeline/stats`, `/api/output/stats`, `/api/alerts`, `/api/completeness`, `/api/events/recent`. */
export function engineApi(views: ApiViews): Router {
  const router = Router();
  router.get('/metrics', async (_request, response) => {
    response.type(views.metricsContentType).send(await views.metricsText());
  });
  router.get('/api/pipeline/stats', (_request, response) => {
    response.json({ success: true, data: views.pipeline() });
  });
  router.get('/api/output/stats', (_request, response) => {
    response.json({ success: true, data: views.output() });
  });
  router.get('/api/recovery/stats', (_request, response) => {
    response.json({ success: true, data: views.recovery() });
  });
  router.get('/api/alerts', (_request, response) => {
    response.json({ success: true, data: views.alerts() });
  });
  router.get('/api/completeness', (request, response) => {
    const from = wholeNumber(request, 'from');
    const to = wholeNumber(request, 'to');
    if (from === null || to === null || to < from || to - from >= SLOT_RANGE_MAX) {
      response.status(400).json({
        success: false,
        error: `Name a range of at most ${SLOT_RANGE_MAX} slots: /api/completeness?from=<slot>&to=<slot>`,
      });
      return;
    }
    response.json({ success: true, data: views.completeness(from, to) });
  });
  router.get('/api/events/recent', (request, response) => {
    const limit = Math.min(wholeNumber(request, 'limit') ?? 100, RECENT_MAX);
    const events = views.feed.readAfter(Math.max(0, views.feed.lastSequence() - limit), limit);
    const data = events.map((event) => ({ sequence: event.sequence, event: JSON.parse(event.json) as unknown }));
    response.json({ success: true, data });
  });
  return router;
}

function wholeNumber(request: Request, name: string): number | null {
  const text = request.query[name];
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}
