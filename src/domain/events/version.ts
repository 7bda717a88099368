/** The version every event schema has today; it rises when a member changes its meaning or goes away. */
export const SCHEMA_VERSION = 1;

/** The name a schema is known by; the envelope's `dataschema`. */
export function schemaUrn(type: string): string {
  return `urn:sluice:schema:${type}:${SCHEMA_VERSION}`;
}
