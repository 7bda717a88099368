import { Router } from 'express';
import type { ApiViews } from './views.ts';

/** `/health/live` (the process answers) and `/health/ready` (data flows and can be kept). */
export function healthApi(views: ApiViews): Router {
  const router = Router();
  router.get('/health/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  router.get('/health/ready', (_request, response) => {
    const { ready, waitingFor } = views.readiness();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'waiting', waitingFor });
  });
  return router;
}
