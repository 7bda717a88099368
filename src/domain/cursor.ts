/**
 * How far the output is complete: every event of every slot up to and including `slot` is durable, and no slot before it is an
 * open question. A resume asks for `slot` again (inclusive); what overlaps is deduplicated by event id.
 * "No cursor yet" is null, never slot 0.
 */
export interface Cursor {
  readonly slot: number;
}
