const MINUTE_MS = 60_000;
const MINUTES = 60;

/** Closing price, volume and trades of each of the last 60 minutes in which a token traded. Bounded; time is the block's. */
export class PriceHistory {
  readonly #minutes: number[] = [];
  readonly #closes: number[] = [];
  readonly #volumes: number[] = [];
  readonly #trades: number[] = [];

  record(timeMs: number, price: number, volume: number): void {
    const minute = Math.floor(timeMs / MINUTE_MS);
    const last = this.#minutes.length - 1;
    // What comes late (another connection, a filled gap) counts as volume of the newest minute but sets no price.
    if (last >= 0 && minute <= (this.#minutes[last] as number)) {
      if (minute === this.#minutes[last]) this.#closes[last] = price;
      this.#volumes[last] = (this.#volumes[last] as number) + volume;
      this.#trades[last] = (this.#trades[last] as number) + 1;
      return;
    }
    this.#minutes.push(minute);
    this.#closes.push(price);
    this.#volumes.push(volume);
    this.#trades.push(1);
    while (this.#minutes.length > 1 && (this.#minutes[1] as number) <= minute - MINUTES) this.#dropOldest();
  }

  /** Relative change against the last price that is at least `minutes` old; null without one. */
  change(timeMs: number, minutes: number): number | null {
    const now = this.#closes.at(-1);
    const then = this.#closeAt(Math.floor(timeMs / MINUTE_MS) - minutes);
    return now === undefined || then === null || then === 0 ? null : now / then - 1;
  }

  volume(timeMs: number): number {
    return this.#sumWithinHour(this.#volumes, timeMs);
  }

  trades(timeMs: number): number {
    return this.#sumWithinHour(this.#trades, timeMs);
  }

  #closeAt(minute: number): number | null {
    for (let index = this.#minutes.length - 1; index >= 0; index--) {
      if ((this.#minutes[index] as number) <= minute) return this.#closes[index] as number;
    }
    return null;
  }

  #sumWithinHour(values: readonly number[], timeMs: number): number {
    const oldest = Math.floor(timeMs / MINUTE_MS) - MINUTES;
    let sum = 0;
    for (let index = values.length - 1; index >= 0 && (this.#minutes[index] as number) > oldest; index--) {
      sum += values[index] as number;
    }
    return sum;
  }

  #dropOldest(): void {
    this.#minutes.shift();
    this.#closes.shift();
    this.#volumes.shift();
    this.#trades.shift();
  }
}
