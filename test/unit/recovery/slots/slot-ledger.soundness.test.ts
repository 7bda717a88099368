import { describe, expect, test } from '@jest/globals';
import { type Random, seededRandom } from '../../../../src/lib/random.ts';
import type { SlotLedger } from '../../../../src/recovery/slots/slot-ledger.ts';
import { type SlotMessage, type SlotScript, slotScript } from '../../../support/slot-script.ts';
import { slotLedger, tell } from '../../../support/slot-tracking.ts';

const GROUPS = ['amm', 'curve'];
const FIRST = 1_000;
const START = FIRST + 10;

/** How a provider answers a request to replay from a slot. */
type Replay = 'honest' | 'ignored' | 'oldest';

interface Stream {
  readonly connection: string;
  readonly group: string;
  /** Position of the next message; a replay starts in the past and catches up. */
  at: number;
}

/**
 * Two streams, one per group, against a provider that cuts them at any message, replays honestly, not at all or only from its
 * oldest slot. Whatever happens: when the checkpoint passes a slot, the slot's data was handed over, or a gap says otherwise.
 */
class Trial {
  readonly #script: SlotScript;
  readonly #random: Random;
  readonly #heard = new Set<number>();
  readonly #streams: Stream[] = [];
  readonly #gaps: { from: number; to: number; groups: readonly string[] }[] = [];
  readonly #dead = new Set<number>();
  #ledger: SlotLedger;
  #head = 0;
  #checkpoint = START;
  readonly problems: string[] = [];

  constructor(script: SlotScript, random: Random) {
    this.#script = script;
    this.#random = random;
    this.#ledger = slotLedger({ groupNames: GROUPS, checkpoint: START, windowSlots: 128 });
    this.#head = this.#positionOf(START + 20);
    for (const message of script.messages) {
      if (message.type === 'data' && message.slot <= START) this.#heard.add(message.id);
    }
  }

  run(): void {
    for (const group of GROUPS) this.#open(group, 'honest');
    while (this.#head < this.#script.messages.length) {
      if (this.#random() < 0.5) this.#head++;
      for (const group of GROUPS) this.#step(group);
      if (this.#random() < 0.002) this.#restart();
    }
    for (let i = 0; i < this.#script.messages.length; i++) for (const group of GROUPS) this.#step(group);
  }

  get checkpoint(): number {
    return this.#checkpoint;
  }

  get gapSlots(): number {
    return this.#gaps.reduce((sum, gap) => sum + gap.to - gap.from + 1, 0);
  }

  #step(group: string): void {
    const stream = this.#streams.find((one) => one.group === group);
    if (stream === undefined) {
      const draw = this.#random();
      if (draw < 0.2) this.#open(group, draw < 0.14 ? 'honest' : draw < 0.17 ? 'ignored' : 'oldest');
      return;
    }
    // A replay is read faster than the chain grows.
    for (let i = 0; i < 3 && stream.at < this.#head; i++) {
      const message = this.#script.messages[stream.at++] as SlotMessage;
      if (message.type === 'data' && message.group !== group) continue;
      if (message.type === 'data') this.#heard.add(message.id);
      tell(this.#ledger, stream.connection, message);
      if (this.#random() < 0.3) this.#check();
    }
    if (this.#random() < 0.003) this.#cut(stream);
  }

  #open(group: string, replay: Replay): void {
    const connection = `${group}-${Math.floor(this.#random() * 2)}`;
    const resume = this.#checkpoint;
    const oldest = Math.max(resume, this.#slotAt(this.#head) - 20);
    const isGone = replay === 'oldest' && oldest > resume;
    const from = isGone ? oldest : resume;
    this.#ledger.opened(connection, [group], from);
    const at = replay === 'ignored' ? this.#head : Math.min(this.#head, this.#positionOf(from));
    this.#streams.push({ connection, group, at });
  }

  #cut(stream: Stream): void {
    this.#streams.splice(this.#streams.indexOf(stream), 1);
    this.#ledger.closed(stream.connection, [stream.group]);
  }

  /** The process dies: what is not durable is forgotten. */
  #restart(): void {
    this.#check();
    this.#streams.length = 0;
    this.#ledger = slotLedger({ groupNames: GROUPS, checkpoint: this.#checkpoint, windowSlots: 128 });
  }

  #check(): void {
    const progress = this.#ledger.progress();
    this.#gaps.push(...progress.gapsOpened);
    for (const slot of progress.dead) this.#dead.add(slot);
    const reached = progress.checkpoint ?? START;
    if (reached < this.#checkpoint) this.problems.push(`checkpoint fell to ${reached}`);
    for (let slot = this.#checkpoint + 1; slot <= reached; slot++) this.#checkSlot(slot);
    this.#checkpoint = reached;
  }

  #checkSlot(slot: number): void {
    for (const group of GROUPS) {
      if (this.#gaps.some((gap) => gap.from <= slot && slot <= gap.to && gap.groups.includes(group))) continue;
      const data = this.#script.messages.filter(
        (message) => message.type === 'data' && message.slot === slot && message.group === group,
      );
      const ids = data.map((message) => (message.type === 'data' ? message.id : -1));
      const heard = ids.filter((id) => this.#heard.has(id));
      const isCanonical = this.#script.canonical.includes(slot);
      if (isCanonical && heard.length < ids.length) this.problems.push(`slot ${slot} ${group}: passed over in silence`);
      if (!isCanonical && heard.length > 0 && !this.#dead.has(slot)) this.problems.push(`slot ${slot}: died untold`);
    }
  }

  #positionOf(slot: number): number {
    return this.#script.messages.findIndex((message) => slotOf(message) >= slot && message.type !== 'data');
  }

  #slotAt(position: number): number {
    const message = this.#script.messages[Math.min(position, this.#script.messages.length - 1)];
    return message === undefined ? FIRST : slotOf(message);
  }
}

function slotOf(message: SlotMessage): number {
  return message.type === 'data' ? message.slot : message.notice.slot;
}

describe('slot ledger against an unreliable provider', () => {
  test('never passes a slot in silence, and gets to the end', () => {
    let gapSlots = 0;
    for (let seed = 0; seed < 300; seed++) {
      const random = seededRandom(seed);
      const options = {
        first: FIRST,
        slots: 150,
        groups: GROUPS,
        skipRate: 0.1,
        forkRate: 0.06,
        maxForkDepth: 6,
        dropFinalizedRate: 0.05,
      };
      const script = slotScript(options, random);
      const trial = new Trial(script, random);
      trial.run();
      expect([seed, trial.problems]).toEqual([seed, []]);
      expect([seed, trial.checkpoint]).toEqual([seed, expect.any(Number)]);
      expect(trial.checkpoint).toBeGreaterThanOrEqual(script.last - 25);
      gapSlots += trial.gapSlots;
    }
    // The trials are worth something only if streams were really lost.
    expect(gapSlots).toBeGreaterThan(100);
  });
});
