import { Router } from 'express';
import type { ApiViews, Health, PoolView } from './views.ts';

/** `/api/grpc-pool/*` and `/api/dashboard/metrics`: what dashboards poll. The answers' shapes are a contract. */
export function grpcPoolApi(views: ApiViews, wallMs: () => number): Router {
  const router = Router();
  router.get('/api/grpc-pool/stats', (_request, response) => {
    response.json({ success: true, data: views.pool(), timestamp: timestamp(wallMs) });
  });
  router.get('/api/grpc-pool/health', (_request, response) => {
    const pool = views.pool();
    const status = poolHealth(pool);
    response.status(status === 'unhealthy' ? 503 : 200).json({
      status,
      connections: { total: pool.total, healthy: pool.healthy, unhealthy: pool.unhealthy },
      rateLimit: { remaining: pool.rateLimitRemaining, ...pool.rateLimit },
      timestamp: timestamp(wallMs),
    });
  });
  router.get('/api/dashboard/metrics', (_request, response) => {
    response.json({
      success: true,
      data: { grpcPool: views.pool(), pipeline: views.pipeline(), output: views.output() },
      timestamp: timestamp(wallMs),
    });
  });
  return router;
}

/** All connections live: healthy; some: degraded; none: unhealthy. */
export function poolHealth(pool: Pick<PoolView, 'total' | 'healthy'>): Health {
  if (pool.healthy === 0) return 'unhealthy';
  return pool.healthy < pool.total ? 'degraded' : 'healthy';
}

function timestamp(wallMs: () => number): string {
  return new Date(wallMs()).toISOString();
}
