import type { AlertSeverity } from '../../telemetry/events/recovery.ts';

/** Something that is wrong now. The key says what it is about, so that saying it again changes one alert instead of adding one. */
export interface Alert {
  readonly key: string;
  readonly severity: AlertSeverity;
  readonly message: string;
  /** Wall-clock milliseconds. */
  readonly sinceMs: number;
  readonly lastMs: number;
  /** How often it was raised since it began. */
  readonly count: number;
  /** Null while it lasts. */
  readonly clearedMs: number | null;
}

/**
 * What to tell: a new alert or one that got worse, one that is over, one that gave its place to a worse one, one that found no place.
 * Repetitions are counted, not told.
 */
export interface AlertNews {
  readonly what: 'raised' | 'cleared' | 'evicted' | 'refused';
  readonly alert: Alert;
}

/** Alerts that can stand at once, and past ones that are kept to be looked at. */
const ACTIVE_MAX = 500;
const PAST_KEPT = 200;

const RANK: Readonly<Record<AlertSeverity, number>> = { info: 0, warning: 1, critical: 2 };

/** Pure bookkeeping of alerts: raise, count, worsen, clear. When it is full, the least severe has to go. */
export class AlertBook {
  readonly #active = new Map<string, Alert>();
  readonly #past: Alert[] = [];

  raise(key: string, severity: AlertSeverity, message: string, nowMs: number): readonly AlertNews[] {
    const known = this.#active.get(key);
    if (known === undefined) {
      const alert: Alert = { key, severity, message, sinceMs: nowMs, lastMs: nowMs, count: 1, clearedMs: null };
      const least = this.#active.size < ACTIVE_MAX ? null : this.#leastSevere();
      // Among equals the first stays: what takes turns at one place would be told without end.
      if (least !== null && RANK[least.severity] >= RANK[severity]) return [{ what: 'refused', alert }];
      if (least !== null) this.#active.delete(least.key);
      this.#active.set(key, alert);
      return [...(least === null ? [] : [{ what: 'evicted' as const, alert: least }]), { what: 'raised', alert }];
    }
    const isWorse = RANK[severity] > RANK[known.severity];
    const alert = {
      ...known,
      severity: isWorse ? severity : known.severity,
      message,
      lastMs: nowMs,
      count: known.count + 1,
    };
    this.#active.set(key, alert);
    return isWorse ? [{ what: 'raised', alert }] : [];
  }

  clear(key: string, nowMs: number): AlertNews | null {
    const known = this.#active.get(key);
    if (known === undefined) return null;
    this.#active.delete(key);
    const alert = { ...known, clearedMs: nowMs };
    this.#past.push(alert);
    if (this.#past.length > PAST_KEPT) this.#past.shift();
    return { what: 'cleared', alert };
  }

  has(key: string): boolean {
    return this.#active.has(key);
  }

  /** What is wrong now, worst first; then what was, newest first. */
  list(): readonly Alert[] {
    const active = [...this.#active.values()].sort(
      (a, b) => RANK[b.severity] - RANK[a.severity] || a.sinceMs - b.sinceMs,
    );
    return [...active, ...this.#past.toReversed()];
  }

  activeCount(): number {
    return this.#active.size;
  }

  /** Of the least severe alerts the one that was raised longest ago. */
  #leastSevere(): Alert | null {
    const order = (a: Alert, b: Alert) => RANK[a.severity] - RANK[b.severity] || a.lastMs - b.lastMs;
    return [...this.#active.values()].reduce<Alert | null>((a, b) => (a !== null && order(a, b) <= 0 ? a : b), null);
  }
}
