import type { OwnBroker } from '../test-services/own-rabbitmq.ts';

/** One run of a scenario: everything that may differ from run to run follows from its seed. */
export interface RunContext {
  readonly seed: number;
  readonly random: () => number;
  /** Where this run's engine keeps its data; kept when the run fails. */
  readonly folder: string;
  readonly brokerUrl: string;
  /** The suite's own broker, for scenarios that ask for it; never the machine's. */
  readonly broker: OwnBroker | null;
  /** Whether promises about time are held against it; on a machine that is busy with other things they say nothing. */
  readonly isTimed: boolean;
  /** How many events a scenario lets pile up; null leaves it to the scenario. */
  readonly pileUp: number | null;
  /** One line about what this run does, for whoever watches or repeats it. */
  note(text: string): void;
}

/** What one run found. */
export interface RunOutcome {
  /** Events that had to arrive. */
  readonly events: number;
  readonly lost: number;
  readonly unexpected: number;
  readonly duplicated: number;
  readonly recovered: number;
  readonly recoverySeconds: readonly number[];
  readonly openGaps: number;
  /** Sentences about promises that were broken; none means the run passed. */
  readonly problems: readonly string[];
  /** Further figures, by name; over several runs the highest counts. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface Scenario {
  readonly name: string;
  /** What goes wrong. */
  readonly fault: string;
  /** What the engine does about it. */
  readonly response: string;
  /** Other tests that hold the same promise, relative to the project. */
  readonly tests: readonly string[];
  readonly needsOwnBroker: boolean;
  /** Runs when nobody says how many. */
  readonly runs: number;
  run(context: RunContext): Promise<RunOutcome>;
}
